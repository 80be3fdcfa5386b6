"""What the opening and closing of a session does to orders and accounts."""

from __future__ import annotations

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.checks import may_work
from ibtui.sim.exchange.clearing import Clearing
from ibtui.sim.exchange.combos import ComboMarket
from ibtui.sim.exchange.desk import Desk
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.sessions import Phase, new_york_midnight
from ibtui.sim.exchange.terms import AT_CLOSE, Tif
from ibtui.sim.exchange.types import Status

EXPIRED = "The order expired at the end of the trading day."
MISSED_CLOSE = "The closing price was not within the order's limit."
MISSED_OPEN = "The opening price was not within the order's limit."


class Bell:
    """Rings at each change of session: expires, suspends, opens and activates."""

    def __init__(self, board: Board, desk: Desk, clearing: Clearing) -> None:
        self._board = board
        self._venue = board.venue
        self._desk = desk
        self._clearing = clearing
        self._schedule_settlement()

    def ring(self, market: Market, before: Phase, phase: Phase, new_day: bool) -> None:
        """Lead a market's orders from one phase into the next."""
        combo = isinstance(market, ComboMarket)
        if new_day and not combo:
            self._clearing.begin_day(market.instrument.conid, market.prior_close)
        left_regular = before is Phase.REGULAR and (phase is not Phase.REGULAR or new_day)
        day_ended = before is not Phase.CLOSED and (phase is Phase.CLOSED or new_day)
        if left_regular:
            self._close(market)
        for order in self._board.of_market(market):
            if not order.working:
                continue
            if self._expires(order, left_regular, day_ended):
                self._desk.finish(order, Status.CANCELLED, EXPIRED)
            elif not may_work(market, order.request):
                self._desk.suspend(order)
        if (
            phase is Phase.REGULAR
            and (before is not Phase.REGULAR or new_day)
            and market.instrument.tradable
            and not combo
        ):
            self._open(market)
        for order in self._board.of_market(market):
            self._desk.activate(order)

    def _expires(self, order: Order, left_regular: bool, day_ended: bool) -> bool:
        if order.request.tif not in (Tif.DAY, Tif.PAX):
            return False
        return day_ended if order.request.outside_rth else left_regular

    def _open(self, market: Market) -> None:
        """Hold the opening auction; orders for it are filled at its price or end."""
        ticks = market.auction(self._venue.now)
        for order in self._board.of_market(market):
            if order.request.tif is Tif.OPG and _takes_part(order):
                self._cross(order, ticks, MISSED_OPEN)

    def _close(self, market: Market) -> None:
        """Hold the closing auction: orders for it are filled at the session's last price or end."""
        for order in self._board.of_market(market):
            if order.request.order_type in AT_CLOSE and _takes_part(order):
                self._cross(order, market.closing(), MISSED_CLOSE)

    def _cross(self, order: Order, ticks: int, missed: str) -> None:
        if not order.allows(ticks):
            self._desk.finish(order, Status.CANCELLED, missed)
            return
        order.market.print(self._venue.now, ticks, order.remaining, order.buy)
        self._desk.filled(order, ticks, order.remaining)

    def _schedule_settlement(self) -> None:
        self._venue.at(new_york_midnight(self._venue.now_ms), self._settle)

    def _settle(self) -> None:
        self._clearing.settle()
        self._schedule_settlement()


def _takes_part(order: Order) -> bool:
    """Tell whether an order for an auction is there in time and waits for no parent."""
    if not order.working or not order.acknowledged or order.status is Status.PENDING_CANCEL:
        return False
    return order.parent is None or not order.parent.working
