"""What surely was held at one moment: a list of positions read later has to differ from it by the fills since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from msgspec import Struct

from ibtui.clock import Clock
from ibtui.domain.orders import Execution, LiveOrder, OrderStatus
from ibtui.domain.tickets import Side
from ibtui.store import Store

TOLD_SECONDS = 2.0
"""A list of positions read so shortly before a fill was told may hold it already."""
CACHED_SECONDS = 300.0
"""A list on screen is believed to hold the fills that are so old: the gateway keeps it in a cache of its own."""
OLD_MS = 12 * 3_600_000
"""What was traded so long before the anchor, and is only told after it, is in the anchor (the list of a week's trades).

Hours, so that no computer's clock that is a little wrong has a new fill left out.
"""
TRUSTED_SECONDS = 600.0
"""So long after the last fill a list that still does not fit is not late: something was moved that no fill tells of."""
RECENT_SECONDS = 10.0
"""An execution of the stream that was made longer ago is a repetition."""


class Anchor(Struct, frozen=True):
    """A quantity held with the fills that are in it."""

    held: Decimal
    fills: Mapping[int, Decimal]
    """Signed, by order id: `fills_of` of that moment."""
    wall_ms: int
    made: float
    """Monotonic seconds."""

    def expected(self, fills: Mapping[int, Decimal]) -> Decimal:
        """What must be held now that the fills are these (`fills_of`, since `since_ms`)."""
        orders = {*fills, *self.fills}
        moved = (fills.get(order_id, Decimal(0)) - self.fills.get(order_id, Decimal(0)) for order_id in orders)
        return self.held + sum(moved, Decimal(0))

    @property
    def since_ms(self) -> int:
        """Fills of other orders that are older are in it."""
        return self.wall_ms - OLD_MS


def fills_of(
    store: Store,
    account: str,
    conid: int,
    *,
    since_ms: int = 0,
    besides: Mapping[int, Decimal] | None = None,
    by_rows: bool = True,
) -> dict[int, Decimal]:
    """Units bought less units sold by order, for each what its row or its executions tell, whichever is more.

    Either may be the first to come. What was traded before `since_ms` (Unix milliseconds) counts only for the orders of
    `besides`. Without `by_rows` only executions are heard.
    """
    known = besides or {}
    orders = {o.order_id: o for o in store.orders.orders.values() if is_own(o, account, conid)}
    executed: dict[int, Decimal] = {}
    for fill in store.orders.executions.values():
        order_id = _order_of(fill, orders)
        if is_own(fill, account, conid) and (order_id in known or not 0 < fill.time_ms < since_ms):
            executed[order_id] = executed.get(order_id, Decimal(0)) + signed(fill.side, fill.size)
    for order in orders.values() if by_rows else ():
        told = signed(order.side, _filled(order))
        is_new = order.order_id in known or not 0 < order.time_ms < since_ms
        if is_new and abs(told) > abs(executed.get(order.order_id, Decimal(0))):
            executed[order.order_id] = told
    return executed


def is_own(told: LiveOrder | Execution, account: str, conid: int) -> bool:
    """Whether it is about the instrument in the account."""
    return told.conid == conid and told.account in ("", account)


def signed(side: Side | None, units: Decimal | None) -> Decimal:
    """Nothing where side or size was not told: then readings do not fit, and nothing is believed."""
    if side is None or units is None:
        return Decimal(0)
    return units if side is Side.BUY else -units


class Anchors:
    """The newest anchor of each position, and when its last fill was seen."""

    def __init__(self, store: Store, clock: Clock, knows_trades: Callable[[], bool]) -> None:
        self._store = store
        self._clock = clock
        self._knows_trades = knows_trades
        """Whether the list of today's trades was read."""
        self._kept: dict[tuple[str, int], Anchor] = {}
        self._newest: dict[int, float] = {}
        """Monotonic seconds at which the stream last told of an execution of each instrument."""
        self._seen: set[str] = set()

    def forget(self) -> None:
        """Another brokerage session: what happened between the two is not known."""
        self._kept.clear()

    def of(self, account: str, conid: int) -> Anchor | None:
        """The one that a reading has to fit, None while there is none."""
        kept = self._kept.get((account, conid))
        if kept is not None and self._clock.monotonic() - max(self.newest(account, conid), kept.made) > TRUSTED_SECONDS:
            del self._kept[(account, conid)]
            return None
        return kept

    def newest(self, account: str, conid: int) -> float:
        """Monotonic seconds of the newest fill: when the stream told of it, or by the time it bears itself."""
        fills = [fill for fill in self._store.orders.executions.values() if is_own(fill, account, conid)]
        orders = [order for order in self._store.orders.orders.values() if is_own(order, account, conid)]
        times = [fill.time_ms for fill in fills] + [order.time_ms for order in orders if order.filled]
        seen = [self._newest.get(conid, float("-inf")), *(self._at(each, conid) for each in times if each)]
        # a row may tell of a fill before its execution comes, and without a time
        executed = fills_of(self._store, account, conid, by_rows=False)
        seen += [
            order.received
            for order in orders
            if not order.time_ms and (_filled(order) or 0) > abs(executed.get(order.order_id, Decimal(0)))
        ]
        return max(seen)

    def _at(self, time_ms: int, conid: int) -> float:
        """Monotonic seconds of a moment of the gateway's clock; one of the future is no moment at all."""
        now, quote = self._clock.monotonic(), self._store.market.quotes.get(conid)
        wall = self._clock.time()
        if quote is not None and quote.server_time_ms and quote.received:
            wall = quote.server_time_ms / 1000 + now - quote.received
        moment = now - wall + time_ms / 1000
        return moment if moment <= now else float("-inf")

    def believed(self, account: str, conid: int, held: Decimal, fills: Mapping[int, Decimal]) -> None:
        """A reading was believed, with these fills in it."""
        now, wall = self._clock.monotonic(), self._clock.time()
        self._kept[(account, conid)] = Anchor(held, dict(fills), round(wall * 1000), now)

    def filled(self, execution: Execution) -> None:
        """The stream told of an execution, which the store has already."""
        if execution.execution_id in self._seen:
            return
        self._seen.add(execution.execution_id)
        account, conid = execution.account or self._store.money.account, execution.conid
        if self.of(account, conid) is None:
            self._begin(account, execution)
        self._newest[conid] = self._clock.monotonic()

    def _begin(self, account: str, new: Execution) -> None:
        """Anchor it at the list on screen, if that is surely older than this fill and holds all others."""
        money, now, wall = self._store.money, self._clock.monotonic(), self._clock.time()
        read = money.positions_received.get(account)
        is_late = bool(new.time_ms) and wall - new.time_ms / 1000 > RECENT_SECONDS
        if read is None or read > now - TOLD_SECONDS or is_late or not self._knows_trades():
            return
        known = self._store.orders.executions.values()
        own = [fill for fill in known if fill.execution_id != new.execution_id and is_own(fill, account, new.conid)]
        made = [self._at(fill.time_ms, new.conid) for fill in own if fill.time_ms]
        if max((*made, self._newest.get(new.conid, float("-inf")))) > read - CACHED_SECONDS:
            return
        position = money.positions.get((account, new.conid))
        orders = {o.order_id: o for o in self._store.orders.orders.values() if is_own(o, account, new.conid)}
        order_id = _order_of(new, orders)
        fills = fills_of(self._store, account, new.conid)
        before = (signed(fill.side, fill.size) for fill in own if _order_of(fill, orders) == order_id)
        fills[order_id] = sum(before, Decimal(0))
        held = position.quantity if position is not None else Decimal(0)
        self._kept[(account, new.conid)] = Anchor(held, fills, round((wall - (now - read)) * 1000), now)


def _filled(order: LiveOrder) -> Decimal | None:
    """An acknowledgement may say Filled and not how much."""
    return order.quantity if order.filled is None and order.status is OrderStatus.FILLED else order.filled


def _order_of(fill: Execution, orders: Mapping[int, LiveOrder]) -> int:
    """The order of a fill by id, else by reference; 0 for one that is not known."""
    if fill.order_id in orders or not fill.order_ref:
        return fill.order_id
    return next((o.order_id for o in orders.values() if o.order_ref == fill.order_ref), fill.order_id)
