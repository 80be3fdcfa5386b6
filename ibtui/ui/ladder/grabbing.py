"""An own order in the hand: moved by ticks on the screen alone, then sent as one change of nothing but its prices.

Pure. The order is pinned to the price it was taken from: when it is filled, cancelled or changed meanwhile the hand is
empty, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.orders import Intent, LiveOrder, OrderStatus
from ibtui.domain.rulewords import order_type_of
from ibtui.domain.tickets import OrderType, Ticket
from ibtui.ui.formatting import quantity
from ibtui.ui.ladder.brackets import NotPossible
from ibtui.ui.ladder.family import family, parent_of
from ibtui.ui.ladder.own import GrabMark
from ibtui.ui.order_words import type_word
from ibtui.ui.ticket_change import UNTOLD, NotModifiable, ticket_of
from ibtui.ui.ticket_fields import on_grid
from ibtui.ui.watch_view import order_price

if TYPE_CHECKING:
    from ibtui.session.intents import Session
    from ibtui.store import Store

MOVABLE = frozenset({OrderType.LMT, OrderType.STP, OrderType.STOP_LIMIT, OrderType.MIT, OrderType.LIT, OrderType.LOC})
"""Types that stand at prices of their own; the others follow the market or have none."""


class Change(Struct, frozen=True):
    """One order as it works and as it is meant to be; they differ in prices only."""

    order_id: int
    before: Ticket
    after: Ticket
    waits: bool = False
    """It comes to life only when its parent, which still works, is filled."""


class Held(Struct, frozen=True):
    """One order as it was when it was taken."""

    order: LiveOrder
    sent: Ticket | None
    """The ticket it was sent by, which tells what no row does; None for an order not sent from here."""

    @property
    def note(self) -> str:
        """What a change of it does not keep, in words."""
        named = f"order {self.order.order_id}"
        return "" if self.sent is not None else f"{named} was not sent from here: its {UNTOLD} are not known, not kept"


class Grab(Struct, frozen=True):
    """One order, or the orders of its bracket, as they were when they were taken."""

    held: tuple[Held, ...]
    """The one that was grabbed first."""
    contract: Contract
    rules: ContractRules
    ticks: int = 0
    """How far they were moved along the grid, up is positive."""
    is_whole: bool = False
    note: str = ""
    """What is to be known before the change is sent, in words: what of the bracket stays, what nobody told."""

    @property
    def order_id(self) -> int:
        """The order that was grabbed."""
        return self.held[0].order.order_id

    @property
    def orders(self) -> tuple[LiveOrder, ...]:
        """All of it, the one that was grabbed first."""
        return tuple(each.order for each in self.held)

    @property
    def mark(self) -> GrabMark:
        """What the ladder draws of it: every order with where it is and where it is meant to go."""
        prices = {order.order_id: order_price(order) for order in self.orders}
        moves = {key: (price, self._moved(price)) for key, price in prices.items() if price is not None}
        return GrabMark(tuple(moves), moves)

    def moved(self, ticks: int) -> Grab:
        """Moved on by ticks, each at the step that holds where it is, every order of it by as many.

        Raises NotPossible when one would come to a price that is none.
        """
        further = replace(self, ticks=self.ticks + ticks)
        for order in self.orders:
            prices = [further._moved(each) for each in (order.limit_price, order.stop_price) if each is not None]
            if any(price <= 0 for price in prices) and not self.rules.negative_capable:
                raise NotPossible(f"order {order.order_id} cannot be moved to {on_grid(min(prices), self.rules)}")
        return further

    def whole(self, session: Session) -> Grab:
        """With all orders of its bracket that stand at prices; they keep their distances in ticks.

        Raises NotPossible when one of them cannot be changed: a bracket is moved whole or not at all.
        """
        store = session.store
        first = self.held[0].order
        members = family(first, store.orders.orders.values())
        others = [each for each in members if each.order_id != first.order_id]
        following = [each for each in others if order_type_of(each.order_type) not in MOVABLE]
        taken = [_taken(each, self.contract, session) for each in others if each not in following]
        held = (self.held[0], *taken)
        notes = [each.note for each in held]
        notes += [f"{type_word(each.order_type)} {each.order_id} stays" for each in following]
        note = ", ".join(note for note in notes if note)
        return replace(self, held=held, ticks=0, is_whole=True, note=note).moved(self.ticks)

    def lost(self, store: Store) -> str:
        """Why the hand is empty: an order of it was filled, cancelled or changed elsewhere; blank while it holds."""
        known = store.orders.orders
        reasons = (_lost(order, known.get(order.order_id), self.rules) for order in self.orders)
        return next((reason for reason in reasons if reason), "")

    def filled(self, store: Store) -> str:
        """What of it was filled since it was grabbed, which loses nothing: `order 7: 30 of 50 filled meanwhile`."""
        lines = []
        for before in self.orders:
            order = store.orders.orders.get(before.order_id, before)
            if order.filled is not None and order.filled > (before.filled or 0):
                whole = f" of {quantity(order.quantity)}" if order.quantity is not None else ""
                lines.append(f"order {order.order_id}: {quantity(order.filled)}{whole} filled meanwhile")
        return ", ".join(lines)

    def changes(self, store: Store) -> tuple[Change, ...]:
        """What is to be sent, the grabbed order first: each as it works now, but for its prices.

        Empty when it is back where it was taken from. Raises NotPossible when it is lost.
        """
        reason = self.lost(store)
        if reason:
            raise NotPossible(reason)
        return tuple(self._change(each, store) for each in self.held if self.ticks)

    def _change(self, held: Held, store: Store) -> Change:
        order = store.orders.orders[held.order.order_id]
        before = _ticket(order, self.contract, held.sent)
        limit, stop = before.limit_price, before.stop_price
        after = replace(
            before,
            limit_price=self._moved(limit) if limit is not None else None,
            stop_price=self._moved(stop) if stop is not None else None,
        )
        parent = parent_of(order, store.orders.orders.values())
        return Change(order.order_id, before, after, waits=parent is not None and parent.is_working)

    def _moved(self, price: Decimal) -> Decimal:
        """The price itself while nothing was moved: also one that lies off the grid."""
        return self.rules.moved(price, self.ticks) if self.ticks else price


def orders_at(
    orders: Iterable[LiveOrder], rules: ContractRules, low: Decimal, high: Decimal | None = None
) -> tuple[LiveOrder, ...]:
    """Own working orders shown at `low`, or with `high` in the row from `low` to below `high`; newest first."""
    found = []
    for order in orders:
        at = order_price(order)
        if at is None or not order.is_working:
            continue
        shown = rules.nearest(at)
        if shown == low if high is None else low <= shown < high:
            found.append(order)
    return tuple(sorted(found, key=lambda order: (order.time_ms, order.order_id), reverse=True))


def next_of(orders: Sequence[LiveOrder], order_id: int | None = None) -> LiveOrder:
    """The order to grab: the first, or the one after `order_id`, round and round.

    Raises NotPossible when there is none.
    """
    if not orders:
        raise NotPossible("there is no own order at this price")
    ids = [order.order_id for order in orders]
    return orders[(ids.index(order_id) + 1) % len(ids) if order_id in ids else 0]


def grabbed(order: LiveOrder, contract: Contract, rules: ContractRules | None, session: Session) -> Grab:
    """The order in the hand. Raises NotPossible when it cannot be moved by key, with the reason."""
    named = f"order {order.order_id}"
    if contract.legs or contract.sec_type == "BAG" or ";;;" in order.conidex:
        raise NotPossible(f"{named} is a combination: it is modified in its ticket")
    if order.conid != contract.conid:
        raise NotPossible(f"{named} is for another instrument")
    if rules is None or not rules.steps:
        raise NotPossible(f"the price steps of {contract.label} are not known yet")
    held = _taken(order, contract, session)
    return Grab((held,), contract, rules, note=held.note)


def _taken(order: LiveOrder, contract: Contract, session: Session) -> Held:
    """The order with what it was sent by. Raises NotPossible for one that cannot be moved."""
    named = f"order {order.order_id}"
    if not order.is_working:
        raise NotPossible(f"{named} is {order.status_text or order.status.value}")
    if order.status is OrderStatus.PENDING_CANCEL:
        raise NotPossible(f"{named} is being cancelled")
    for submission in session.store.orders.submissions.values():
        if submission.order_id == order.order_id and submission.stage.is_open:
            what = "cancel" if submission.intent is Intent.CANCEL else "change"
            raise NotPossible(f"{named}: a {what} of it is {submission.stage.value}; wait for its outcome")
    kind = order_type_of(order.order_type)
    if kind is not None and kind not in MOVABLE:
        raise NotPossible(f"{named} is a {type_word(order.order_type)}: it stands at no price of its own")
    sent = session.orders.sent_ticket(order.order_id)
    ticket = _ticket(order, contract, sent)
    if ticket.order_type not in MOVABLE or order_price(order) not in (ticket.limit_price, ticket.stop_price):
        raise NotPossible(f"{named}: the price the gateway tells does not fit its type")
    return Held(order, sent)


def _ticket(order: LiveOrder, contract: Contract, sent: Ticket | None) -> Ticket:
    """The order as a ticket that would leave it as it is."""
    try:
        return ticket_of(order, contract, sent)
    except NotModifiable as reason:
        raise NotPossible(f"order {order.order_id} cannot be moved by key: {reason}") from reason


def _lost(before: LiveOrder, now: LiveOrder | None, rules: ContractRules) -> str:
    """Why an order is not any more what was grabbed."""
    named = f"order {before.order_id}"
    if now is None:
        return f"{named} is not known any more"
    if not now.is_working:
        return f"{named} is {now.status_text or now.status.value} meanwhile"
    if now.status is OrderStatus.PENDING_CANCEL:
        return f"{named} is being cancelled meanwhile"
    if _differ(before.limit_price, now.limit_price) or _differ(before.stop_price, now.stop_price):
        at = order_price(now)
        return f"{named} was moved elsewhere meanwhile{f', to {on_grid(at, rules)}' if at is not None else ''}"
    if _differ(before.quantity, now.quantity):
        return f"{named} was changed elsewhere meanwhile, to {quantity(now.quantity)}"
    kinds = order_type_of(before.order_type), order_type_of(now.order_type)
    told = ((before.side, now.side), (before.account, now.account), (before.conid, now.conid), kinds)
    return f"{named} was changed elsewhere meanwhile" if any(_differ(*pair) for pair in told) else ""


def _differ(before: object, now: object) -> bool:
    """Whether a field changed; one that was not told before has only become known."""
    return bool(before) and before != now
