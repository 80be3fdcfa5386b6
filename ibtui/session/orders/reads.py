"""Reading live orders and trades: how often, and how far an answer may be believed (wire-facts 5 and 8)."""

from __future__ import annotations

import logging

from ibtui.clock import Clock
from ibtui.errors import IbtuiError, PenaltyBox
from ibtui.protocol.orders import requests
from ibtui.protocol.orders.rows import decode_live_orders, decode_order_status, decode_trades
from ibtui.session.orders.rows_seen import RowsSeen
from ibtui.session.polls import ORDERS_IDLE, ORDERS_WORKING
from ibtui.session.wire import Wire
from ibtui.store import Store

PACE_SECONDS = 5.0
"""Orders and trades may each be read once per 5 s ("Pacing Limitations")."""
STREAM_SECONDS = 120.0
"""A stream of orders that spoke so recently is taken to be alive; it has no heartbeat of its own."""
WARM_READS = 2
"""Readings after which a list with rows is believed although it is no `snapshot`: the first is a pre-flight."""
EMPTY_READS = 3
"""Readings after which an empty list is believed although it is no `snapshot`."""

log = logging.getLogger("ibtui.orders")


class OrderReads:
    """The two lists and when they were last read."""

    def __init__(self, wire: Wire, store: Store, clock: Clock) -> None:
        self._wire = wire
        self._store = store
        self._clock = clock
        self._asked = float("-inf")
        self._reading = False
        self._order_reads = 0
        self._trade_reads = 0
        self._trades = RowsSeen()
        self._other_reads: dict[str, int] = {}
        """Readings of the live orders of accounts that are not the selected one."""
        self.listed: frozenset[int] = frozenset()
        """Ids of the orders in the newest list of live orders."""
        self.whole_at = float("-inf")
        """Monotonic time of asking of the newest lists of the selected account that are believed to be whole."""
        self._heard = float("-inf")
        self._hurry_until = float("-inf")

    def forget(self) -> None:
        """A new session: its first answers are cold again."""
        self.whole_at = float("-inf")
        self._other_reads.clear()
        self._order_reads = 0
        self._trade_reads = 0
        self._trades.forget()

    def heard(self) -> None:
        """A frame of the orders' or trades' stream came."""
        self._heard = self._clock.monotonic()

    def silent(self) -> None:
        """The streams are gone."""
        self._heard = float("-inf")

    def hurry(self, seconds: float) -> None:
        """Read at the pacing limit for a while: something just happened."""
        self._hurry_until = max(self._hurry_until, self._clock.monotonic() + seconds)

    def due_in(self, *, working: bool, unsure: bool) -> float | None:
        """Seconds until the lists should be read next; None while the streams tell everything.

        `unsure` is that an outcome or an answer is awaited: no load of the gateway's allowance delays that reading.
        """
        now = self._clock.monotonic()
        speaks = now - self._heard <= STREAM_SECONDS
        if unsure or now < self._hurry_until or self._order_reads < EMPTY_READS or (working and not speaks):
            wait = PACE_SECONDS
        elif working:
            wait = ORDERS_WORKING.next(self._store.pace)
        elif speaks:
            return None
        else:
            wait = ORDERS_IDLE.next(self._store.pace)
        return max(0.0, wait - (now - self._asked))

    def pace(self) -> float:
        """Seconds until a reading is allowed by the pacing limit."""
        return max(0.0, PACE_SECONDS - (self._clock.monotonic() - self._asked))

    async def read(self, *, days: int = 1, account: str = "") -> float | None:
        """Read both lists of the selected account into the store; of another `account` only its orders can be had.

        Gives the monotonic time of asking when the answers may be believed to be whole, None otherwise. While another
        reading is under way nothing happens. ("Trades": "for the currently selected account".)
        """
        if self._reading:
            return None
        self._reading = True
        asked = self._asked = self._clock.monotonic()
        try:
            if account not in ("", self._store.money.account):
                return asked if await self._read_other(account) else None
            orders = await self._read_orders()
            trades = await self._read_trades(days)
        finally:
            self._reading = False
        if not (orders and trades):
            return None
        self.whole_at = max(self.whole_at, asked)
        return asked

    async def read_status(self, order_id: int) -> bool:
        """Read one order into the store; an order the gateway has not in mind (503) changes nothing.

        Gives whether the gateway told of it.
        """
        asked = self._clock.monotonic()
        try:
            body = await self._wire.call(requests.order_status(order_id))
            event = decode_order_status(body, received=self._clock.monotonic(), requested=asked)
        except IbtuiError as error:
            _note(f"status of order {order_id}", error)
            return False
        if event.order_id == order_id:
            self._store.apply(event)
        return event.order_id == order_id

    async def _read_other(self, account: str) -> bool:
        found = await self._list_orders(account)
        if found is None:
            return False
        self._other_reads[account] = self._other_reads.get(account, 0) + 1
        return _is_whole(*found, self._other_reads[account])

    async def _read_orders(self) -> bool:
        found = await self._list_orders("")
        if found is None:
            return False
        self._order_reads += 1
        return _is_whole(*found, self._order_reads)

    async def _list_orders(self, account: str) -> tuple[int, bool] | None:
        """Number of rows and the `snapshot` flag; None when the list could not be read."""
        asked = self._clock.monotonic()
        try:
            body = await self._wire.call(requests.live_orders(account))
            events, snapshot = decode_live_orders(body, received=self._clock.monotonic(), requested=asked)
        except IbtuiError as error:
            _note("live orders", error)
            return None
        for event in events:
            self._store.apply(event)
        self.listed = frozenset(event.order_id for event in events)
        return len(events), snapshot

    async def _read_trades(self, days: int) -> bool:
        try:
            body = await self._wire.call(requests.trades(days))
            fresh, told_before = self._trades.fresh(body)
            events = decode_trades(fresh)
        except IbtuiError as error:
            self._trades.forget()
            _note("trades", error)
            return False
        for event in events:
            self._store.apply(event)
        self._trade_reads += 1
        return bool(events) or told_before > 0 or self._trade_reads >= WARM_READS


def _note(what: str, error: IbtuiError) -> None:
    """Log it; the penalty box, which holds for ten minutes and is told by the link, only in detail."""
    log.log(logging.DEBUG if isinstance(error, PenaltyBox) else logging.INFO, "%s: %s", what, error)


def _is_whole(rows: int, snapshot: bool, reads: int) -> bool:
    """Whether a list may be believed to hold all orders: the first ones of a session may be cold."""
    return snapshot or reads >= (WARM_READS if rows else EMPTY_READS)
