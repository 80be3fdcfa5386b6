"""Brings users' orders together with the book."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.book import Resting
from ibtui.sim.exchange.clearing import Fill
from ibtui.sim.exchange.combos import ComboMarket, Offer
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.terms import PEGGED, OrderType, Tif
from ibtui.sim.exchange.types import Status

IOC_REMAINDER = "The remainder of an IOC order was cancelled."
Combined = Callable[[Order, int, int, Sequence[Fill]], None]
"""Told what all legs together are worth (ticks × units), the units, and the legs' fills."""


class Matching:
    """Takes, rests, pegs and waits; fills and ends go to the desk's callbacks."""

    def __init__(
        self,
        board: Board,
        filled: Callable[[Order, int, int], None],
        combined: Combined,
        finish: Callable[[Order, Status, str], None],
    ) -> None:
        self._board = board
        self._filled = filled
        self._combined = combined
        self._finish = finish
        self.taking: Order | None = None
        """Order whose own sweep is under way: its group can not shrink it meanwhile."""

    def match(self, order: Order) -> None:
        """Take what the book offers, then rest, follow the book or, if immediate-or-cancel, end.

        What a market order can not get rests at the last price.
        """
        market = order.market
        if order.request.order_type in PEGGED:
            market.pegs.append(order)
            self.peg(order)
        elif isinstance(market, ComboMarket) or order.request.all_or_none:
            market.waiting.append(order)
            self.retry(order)
        else:
            self._take(order, order.limit)
            if order.remaining > 0 and order.working and order.request.tif is not Tif.IOC:
                self._rest(order, market.last() if order.limit is None else order.limit)
        if order.remaining > 0 and order.working and order.request.tif is Tif.IOC:
            self._finish(order, Status.CANCELLED, IOC_REMAINDER)

    def reckon(self, order: Order) -> None:
        """Size an order for an amount of money by the book of the moment."""
        cash = order.request.cash
        if cash is None or order.filled:
            return
        units = affordable(order.market, order.buy, order.limit, cash)
        if units != order.units:
            self._board.resize(order, units)

    def slice(self, order: Order, units: int) -> None:
        """Take a part of an order, as far as its limit allows, and rest nothing."""
        self._take(order, order.limit, units)

    def retry(self, order: Order) -> None:
        """Try an order that waits outside the book: all or none of it, or its legs together."""
        market = order.market
        if isinstance(market, ComboMarket):
            self._combine(order, market)
        elif market.available(order.buy, order.limit) >= order.remaining:
            self._take(order, order.limit)

    def peg(self, order: Order) -> None:
        """Put a pegged order at its price of the moment, not beyond its cap."""
        ticks = _pegged_price(order)
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

    def _take(self, order: Order, limit: int | None, units: int | None = None) -> None:
        wanted = order.remaining if units is None else min(units, order.remaining)
        outer, self.taking = self.taking, order
        for ticks, size in order.market.execute(order.buy, limit, wanted, self._board.venue.now):
            self._filled(order, ticks, size)
        self.taking = outer

    def _rest(self, order: Order, ticks: int) -> None:
        order.resting = Resting(order.buy, ticks, order.remaining, order)
        order.market.book.side(order.buy).add(order.resting)

    def _combine(self, order: Order, market: ComboMarket) -> None:
        """Fill all legs together, price by price, while their sum is within the limit."""
        if order.request.all_or_none and not _enough(order, market):
            return
        while order.remaining > 0 and order.working:
            offer = market.offer(order.buy)
            if offer is None or not offer.units or not order.allows(offer.ticks):
                return
            self._fill_legs(order, market, min(offer.units, order.remaining))

    def _fill_legs(self, order: Order, market: ComboMarket, units: int) -> None:
        outer, self.taking = self.taking, order
        fills: list[Fill] = []
        notional = 0
        for leg, ratio in market.legs:
            buy, size = market.bought(order.buy, ratio), abs(ratio)
            prints = self._sweep(leg, buy, units * size)
            notional += sum(market.net_ticks(leg, ticks) * taken for ticks, taken in prints) * (1 if ratio > 0 else -1)
            fills.append(Fill(leg, buy, size, prints))
        self._combined(order, notional, units, fills)
        self.taking = outer

    def _sweep(self, market: Market, buy: bool, units: int) -> list[tuple[int, int]]:
        """Take so many units; what another leg's fill took away in between is made good at the last price."""
        now = self._board.venue.now
        prints = market.execute(buy, None, units, now)
        missing = units - sum(size for _, size in prints)
        if missing:
            market.print(now, market.last(), missing, buy)
            prints.append((market.last(), missing))
        return prints


def _enough(order: Order, market: ComboMarket) -> bool:
    offer: Offer | None = market.offer(order.buy)
    return offer is not None and offer.units >= order.remaining and order.allows(offer.ticks)


def _pegged_price(order: Order) -> int | None:
    """Give the price of a pegged order by the book without all pegged orders, None while that has none.

    The midpoint, rounded away from the other side; or the own side's best improved by the offset.
    """
    book, pegs = order.market.book, order.market.pegs
    bid, ask = book.bids.best_without(pegs), book.asks.best_without(pegs)
    if order.request.order_type is OrderType.REL:
        own = bid if order.buy else ask
        ticks = None if own is None else own + order.offset if order.buy else own - order.offset
    elif bid is None or ask is None:
        ticks = None
    else:
        ticks = (bid + ask) // 2 if order.buy else -((bid + ask) // -2)
    if ticks is None or order.limit is None:
        return ticks
    return min(ticks, order.limit) if order.buy else max(ticks, order.limit)


def affordable(market: Market, buy: bool, limit: int | None, cash: Decimal) -> int:
    """Give how many units so much money buys or fetches: at the limit, else at what the book offers, at least one."""
    worth = market.instrument.increment * market.instrument.size_increment * market.instrument.multiplier
    left = cash / worth
    if limit is not None:
        return max(int(left / limit), 1)
    units = 0
    offered = market.book.side(not buy).top(50)
    for ticks, size in offered:
        taken = min(size, int(left / ticks))
        units += taken
        left -= taken * ticks
        if taken < size:
            return max(units, 1)
    return max(units + int(left / market.last()), 1)
