"""The background participants of one market: they carry out what the flow draws."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor

from ibtui.sim.exchange.book import Book, BookSide, Resting
from ibtui.sim.exchange.flow import LEVELS_REFILLED, MAKER, MARKET, Flow
from ibtui.sim.exchange.orders import Order

_DENSE_LEVELS = 6
"""Prices next to the top that are all populated when a book is made."""
_FEWEST = 8
"""Orders per side that are never cancelled."""

Execute = Callable[[bool, int | None, int, float], list[tuple[int, int]]]
"""Matches an incoming order (buy, limit, units, now) and prints it; gives its fills by price."""


class Crowd:
    """Quotes, trades, rests and cancels round the flow's fair price."""

    def __init__(self, book: Book[Order], flow: Flow, execute: Execute) -> None:
        self._book = book
        self._flow = flow
        self._execute = execute

    def act(self, now: float) -> None:
        """Carry out one event."""
        kind = self._flow.kind()
        if kind < MAKER:
            self._quote(now, self._flow.fair(now))
        elif kind < MARKET:
            self._trade(now, self._flow.fair(now))
        else:
            self._rest_or_cancel(now)

    def fill_book(self, fair: float) -> None:
        """Make a full book round a fair price; users' orders in the way stay and bound it."""
        bid, ask = self._flow.quotes(fair)
        for buy, best in ((True, bid), (False, ask)):
            side = self._book.side(buy)
            opposite = self._book.side(not buy).best
            for index in range(self._flow.pool_size):
                ticks = best + side.step * (index if index < _DENSE_LEVELS else int(self._flow.distance()))
                if ticks > 0 and (opposite is None or (ticks - opposite) * side.step > 0):
                    side.add(Resting(buy, ticks, self._flow.size(), None))

    def leave(self) -> None:
        """Take every background order out of the book."""
        for side in (self._book.bids, self._book.asks):
            for resting in list(side.pool):
                side.remove(resting)

    def shift(self, ticks: int, now: float) -> None:
        """Move every background order by so many ticks, with one lot traded at the new best price on the way.

        Users' orders stay; those that the other side reaches are filled first, at their own prices.
        """
        self._flow.shift(ticks, now)
        buy = ticks > 0
        ahead, behind = self._book.side(not buy), self._book.side(buy)
        fleeing, following = _taken(ahead), _taken(behind)
        touch = min((resting.ticks * behind.step for resting in following), default=None)
        _put(ahead, fleeing, ticks)
        if touch is not None:
            limit = touch * behind.step + ticks
            passed = sum(level.size for price, level in ahead.levels.items() if (price - limit) * ahead.step <= 0)
            self._execute(buy, limit, passed, now)
        _put(behind, following, ticks)
        for price, size in self._execute(buy, ahead.best, self._flow.lot, now):
            ahead.add(Resting(not buy, price, size, None))

    def _quote(self, now: float, fair: float) -> None:
        """Requote: take what lies on the wrong side of the fair price, then fill the gap towards it."""
        bid, ask = self._flow.quotes(fair)
        bids, asks = self._book.bids, self._book.asks
        if bids.best is not None and bids.best >= ask:
            self._pick_off(bids, ask, now)
        if asks.best is not None and asks.best <= bid:
            self._pick_off(asks, bid, now)
        self._refill(bids, bid, True)
        self._refill(asks, ask, False)

    def _pick_off(self, side: BookSide[Order], limit: int, now: float) -> None:
        step = side.step
        self._execute(step > 0, limit, self._flow.size(), now)
        if side.best is None:
            return
        for ticks in range(side.best, limit + step, step):
            level = side.levels.get(ticks)
            for resting in () if level is None else tuple(level.queue):
                if resting.owner is None:
                    side.remove(resting)

    def _refill(self, side: BookSide[Order], target: int, buy: bool) -> None:
        step, best = side.step, side.best
        opposite = self._book.side(not buy).best
        if opposite is not None and (target - opposite) * step <= 0:
            target = opposite + step
        gap = LEVELS_REFILLED if best is None else min((best - target) * step, LEVELS_REFILLED)
        for index in range(gap):
            ticks = target + index * step
            if ticks > 0:
                side.add(Resting(buy, ticks, self._flow.size(), None))

    def _trade(self, now: float, fair: float) -> None:
        buy = self._flow.rng.random() < 0.5
        reach = self._flow.reach
        self._execute(buy, floor(fair + reach) if buy else ceil(fair - reach), self._flow.size(), now)

    def _rest_or_cancel(self, now: float) -> None:
        """Keep the number of resting orders near its target: the more there are, the more are cancelled."""
        flow = self._flow
        buy = flow.rng.random() < 0.5
        side = self._book.side(buy)
        pool = side.pool
        if flow.rng.random() * 2 * flow.pool_size < len(pool):
            if len(pool) > _FEWEST:
                side.remove(pool[int(flow.rng.random() * len(pool))])
            return
        fair = flow.fair(now)
        ticks = floor(fair - flow.distance()) if buy else ceil(fair + flow.distance())
        if ticks < 1:
            return
        size = flow.size()
        opposite = self._book.side(not buy).best
        if opposite is not None and (ticks - opposite) * side.step <= 0:
            size -= sum(taken for _, taken in self._execute(buy, ticks, size, now))
        if size:
            side.add(Resting(buy, ticks, size, None))


def _taken(side: BookSide[Order]) -> list[Resting[Order]]:
    """Take the background orders out of a side."""
    taken = list(side.pool)
    for resting in taken:
        side.remove(resting)
    return taken


def _put(side: BookSide[Order], orders: list[Resting[Order]], ticks: int) -> None:
    """Put orders that were taken out back, so many ticks on; what would cost nothing is left out."""
    for resting in orders:
        resting.ticks += ticks
        if resting.ticks > 0:
            side.add(resting)
