"""Brings users' orders together with the book."""

from __future__ import annotations

from collections.abc import Callable

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.book import Resting
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.types import OrderType, Status, Tif


class Matching:
    """Takes, rests and pegs; fills and ends go to the desk's callbacks."""

    def __init__(
        self,
        board: Board,
        filled: Callable[[Order, int, int], None],
        finish: Callable[[Order, Status, str], None],
    ) -> None:
        self._board = board
        self._filled = filled
        self._finish = finish
        self.taking: Order | None = None
        """Order whose own sweep is under way: its group can not shrink it meanwhile."""

    def match(self, order: Order) -> None:
        """Take what the book offers, then rest, wait at the midpoint or, if immediate-or-cancel, end.

        What a market order can not get rests at the last price.
        """
        market = order.market
        if order.request.order_type is OrderType.MIDPRICE:
            market.pegs.append(order)
            self.peg(order)
            return
        self._take(order, order.limit)
        if order.remaining <= 0 or not order.working:
            return
        if order.request.tif is Tif.IOC:
            self._finish(order, Status.CANCELLED, "The remainder of an IOC order was cancelled.")
        else:
            self._rest(order, market.last() if order.limit is None else order.limit)

    def peg(self, order: Order) -> None:
        """Put a MIDPRICE order at the middle of the other orders' best bid and ask, not beyond its cap."""
        ticks = _midpoint(order)
        if ticks is None:
            return
        if order.resting is not None:
            if order.resting.ticks == ticks:
                return
            order.market.book.side(order.buy).remove(order.resting)
            order.resting = None
        self._take(order, ticks)
        if order.remaining > 0 and order.working:
            self._rest(order, ticks)

    def _take(self, order: Order, limit: int | None) -> None:
        outer, self.taking = self.taking, order
        for ticks, units in order.market.execute(order.buy, limit, order.remaining, self._board.venue.now):
            self._filled(order, ticks, units)
        self.taking = outer

    def _rest(self, order: Order, ticks: int) -> None:
        order.resting = Resting(order.buy, ticks, order.remaining, order)
        order.market.book.side(order.buy).add(order.resting)


def _midpoint(order: Order) -> int | None:
    """Give the price of a pegged order: the midpoint without all pegged orders, rounded away from the other side."""
    book, pegs = order.market.book, order.market.pegs
    bid, ask = book.bids.best_without(pegs), book.asks.best_without(pegs)
    if bid is None or ask is None:
        return None
    ticks = (bid + ask) // 2 if order.buy else -((bid + ask) // -2)
    if order.limit is None:
        return ticks
    return min(ticks, order.limit) if order.buy else max(ticks, order.limit)
