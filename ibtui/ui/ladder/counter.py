"""Where a ladder's orders, changes, closings and cancellations leave for the session; nothing else asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.orders import Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side, Ticket
from ibtui.ui.dialogs.surroundings import surroundings
from ibtui.ui.dialogs.words import live_order_line
from ibtui.ui.ladder.arming import READ_ONLY, Standing, standing_of
from ibtui.ui.ladder.arrivals import missing_tickets
from ibtui.ui.ladder.brackets import NotPossible
from ibtui.ui.ladder.grabbing import Change, orders_at
from ibtui.ui.ladder.own import ticket_price
from ibtui.ui.ladder.preview import order_words
from ibtui.ui.ladder.staged import Staged, problems_of, refusal
from ibtui.ui.ladder.strokes import Sight
from ibtui.ui.ticket_fields import Surroundings, on_grid
from ibtui.ui.waiting import box_words, boxed_seconds

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


NAMELESS: Final = "an order on its way has no number yet, press the key again"
"""Why it cannot be cancelled now."""

NOT_SENT: Final = "Not sent"


class Counter:
    """What is asked of the session for one instrument; every call tells in words what it did."""

    def __init__(self, app: DashboardApp) -> None:
        self._app = app
        self._session = app.session
        self.conid = 0

    @property
    def contract(self) -> Contract:
        """The instrument. Raises NotPossible while it is not known."""
        found = self._session.store.market.contracts.get(self.conid)
        if found is None:
            raise NotPossible("the contract is not known yet")
        return found

    def rules(self, side: Side) -> ContractRules | None:
        """Its rules for a side, None while unknown."""
        return self._session.store.market.rules.get((self.conid, side is Side.BUY))

    def around(self, side: Side, before: Ticket | None, order_id: int | None) -> Surroundings:
        """What an order is measured against now."""
        known = self._session.store.market.contracts.get(self.conid, Contract(self.conid, ""))
        return surroundings(self._app, known, side, before=before, order_id=order_id)

    def standing(self, sight: Sight) -> Standing:
        """Where it stands, with what the ladder itself holds against sending."""
        standing = standing_of(self._session, sight.source, self._session.now())
        closing = self._session.store.orders.closings.get((standing.account, self.conid))
        if closing is not None and not closing.stage.is_over and not standing.obstacle:
            return replace(standing, obstacle=f"the position is being closed: {closing.words}")
        return standing

    def refusal(self, staged: Staged, standing: Standing) -> str:
        """Why it may not be sent now, in words."""
        return refusal(staged, standing, problems_of(staged, self.around))

    def send(self, staged: Staged) -> str:
        """Ask for what was staged, once; an order that was refused at once is told as that."""
        orders, waits = self._session.orders, self._lane_is_taken(staged.account)
        told: list[str] = []
        if staged.tickets:
            words = " + ".join(order_words(each, self.around(each.side, None, None)) for each in staged.tickets)
            told.append(f"{self._became(orders.submit(staged.tickets), waits=waits)}: {words}")
        told += self._change(staged.changes, waits=waits)
        plan = staged.closing
        if plan is not None:
            orders.close_position(
                plan.account, plan.contract, reverse=plan.reverse, market=plan.market, collar_ticks=plan.collar_ticks
            )
            told.append(f"Sent: {'reverse' if plan.reverse else 'flatten'} {plan.contract.label}, {plan.outside}")
        return ", ".join(told)

    def _change(self, changes: Sequence[Change], *, waits: bool) -> list[str]:
        """Ask for them until one is refused at once: a bracket is moved whole, or as little of it as can be."""
        told: list[str] = []
        for change in changes:
            around = self.around(change.after.side, change.before, change.order_id)
            became = self._became(self._session.orders.modify(change.order_id, change.after), waits=waits)
            told.append(f"{became}: {change.order_id} {order_words(change.after, around, change.before)}")
            left = [str(other.order_id) for other in changes[len(told) :]]
            if became == NOT_SENT and left:
                stays = "stays" if len(left) == 1 else "stay"
                return [*told, f"{NOT_SENT}: {' and '.join(left)}, which {stays} with it"]
        return told

    def _lane_is_taken(self, account: str) -> bool:
        """Whether another order of the account is still on its way: the next one leaves after it."""
        submissions = self._session.store.orders.submissions.values()
        return any(each.stage.is_on_its_way and each.account == account for each in submissions if _takes_lane(each))

    def _became(self, key: str, *, waits: bool) -> str:
        """What a request became at once."""
        submission = self._session.store.orders.submissions.get(key)
        if submission is not None and submission.stage is Stage.REJECTED:
            return NOT_SENT
        return "Sent after the one before" if waits else "Sent"

    def cancel(self, which: str, sight: Sight) -> str:
        """Ask for cancellations: `here` at the cursor, `BUY` or `SELL` of a side, `all` of the contract.

        Raises NotPossible when there is nothing to cancel.
        """
        if self._session.read_only:
            raise NotPossible(f"nothing is cancelled: {READ_ONLY}")
        if which == "here":
            return self._cancel_here(sight)
        return self._cancel_side(Side(which) if which in list(Side) else None, sight)

    def _cancel_here(self, sight: Sight) -> str:
        low, high = sight.cursor, sight.high
        if low is None or high is None:
            raise NotPossible("there is no price under the cursor yet")

        def is_here(ticket: Ticket) -> bool:
            price = ticket_price(ticket)
            return price is not None and low <= sight.grid.nearest(price) < high

        own = orders_at(sight.source.orders, sight.grid, low, high)
        asked = [order for order in own if order.status is not OrderStatus.PENDING_CANCEL]
        ids, nameless = _on_their_way(sight, is_here)
        if not (asked or ids):
            word = "being cancelled already" if own else NAMELESS if nameless else "no own order"
            raise NotPossible(f"{word} at {on_grid(low, sight.grid)}")
        keys = [self._session.orders.cancel(order_id) for order_id in (*(order.order_id for order in asked), *ids)]
        return self._cancelling(asked, len(keys), keys, nameless)

    def _cancel_side(self, side: Side | None, sight: Sight) -> str:
        own = [order for order in sight.source.orders if order.is_working and side in (None, order.side)]
        ids, nameless = _on_their_way(sight, lambda ticket: side in (None, ticket.side))
        what = {None: "orders", Side.BUY: "bids", Side.SELL: "asks"}[side]
        if not (own or ids):
            raise NotPossible(f"{NAMELESS} among the {what}" if nameless else f"no own {what} of this contract")
        if own:
            self._session.orders.cancel_all(self._session.store.money.account, conid=self.conid, side=side)
        keys = [self._session.orders.cancel(order_id) for order_id in ids]
        return self._cancelling(own, len(own) + len(ids), keys, nameless)

    def _cancelling(self, orders: Sequence[LiveOrder], count: int, keys: Sequence[str], nameless: int) -> str:
        store, now = self._session.store, self._session.now()
        sent = [store.orders.submissions[key] for key in keys if key in store.orders.submissions]
        boxed = max((boxed_seconds(store, submission, now) for submission in sent), default=0.0)
        what = live_order_line(orders[0]) if count == 1 and orders else f"{count} order{'s'[: count > 1]}"
        later = f"not yet {nameless}: {NAMELESS}" if nameless else ""
        return " · ".join(part for part in (f"Cancelling {what}", box_words(boxed) if boxed else "", later) if part)


def _takes_lane(submission: Submission) -> bool:
    return submission.intent is not Intent.CANCEL


def _on_their_way(sight: Sight, is_meant: Callable[[Ticket], bool]) -> tuple[list[int], int]:
    """Orders that were sent and that no live order tells of yet: ids of those that have one, and how many have none."""
    source = sight.source
    missing = missing_tickets(source.submissions, (*source.orders, *source.ended))
    meant = [(submission, ticket) for submission, ticket in missing if is_meant(ticket)]
    ids = [
        submission.order_id
        for submission, ticket in meant
        if submission.stage is Stage.ACKNOWLEDGED and submission.order_id is not None and not ticket.is_child
    ]
    return ids, len(meant) - len(ids)
