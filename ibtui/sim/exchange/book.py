"""A limit order book with price-time priority; prices are whole ticks, sizes whole units of the size increment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

_NEAR = 64
"""How many ticks away the next price is looked for one by one before all prices are compared."""

Owner = TypeVar("Owner")


class Resting(Generic[Owner]):
    """An order in the book; `owner` is None for the background flow."""

    __slots__ = ("buy", "owner", "size", "slot", "ticks")

    def __init__(self, buy: bool, ticks: int, size: int, owner: Owner | None) -> None:
        self.buy = buy
        self.ticks = ticks
        self.size = size
        self.owner = owner
        self.slot = -1


class PriceLevel(Generic[Owner]):
    """The orders at one price, first come first."""

    __slots__ = ("queue", "size")

    def __init__(self) -> None:
        self.queue: list[Resting[Owner]] = []
        self.size = 0


class BookSide(Generic[Owner]):
    """All bids or all asks."""

    __slots__ = ("best", "levels", "pool", "step")

    def __init__(self, buy: bool) -> None:
        self.levels: dict[int, PriceLevel[Owner]] = {}
        self.best: int | None = None
        self.step = -1 if buy else 1
        """Direction from better prices to worse ones."""
        self.pool: list[Resting[Owner]] = []
        """Background orders in no order, so that one can be picked at random."""

    def add(self, resting: Resting[Owner]) -> None:
        """Put an order behind all others at its price."""
        ticks = resting.ticks
        level = self.levels.get(ticks)
        if level is None:
            level = self.levels[ticks] = PriceLevel()
            if self.best is None or (self.best - ticks) * self.step > 0:
                self.best = ticks
        level.queue.append(resting)
        level.size += resting.size
        if resting.owner is None:
            resting.slot = len(self.pool)
            self.pool.append(resting)

    def remove(self, resting: Resting[Owner]) -> None:
        """Take an order out."""
        level = self.levels[resting.ticks]
        level.queue.remove(resting)
        level.size -= resting.size
        self._forget(resting, level)

    def shrink(self, resting: Resting[Owner], size: int) -> None:
        """Make an order smaller; it keeps its place in the queue."""
        self.levels[resting.ticks].size -= resting.size - size
        resting.size = size

    def sweep(
        self, limit: int | None, size: int, filled: Callable[[Resting[Owner], int], None]
    ) -> list[tuple[int, int]]:
        """Match an incoming order of the other side against this one.

        `limit` None takes any price. `filled` is called for each owned order that was hit, with the quantity, after
        the book was changed. Returns (price, size) per price level, in the order taken.
        """
        prints: list[tuple[int, int]] = []
        step = self.step
        while size > 0 and self.best is not None:
            ticks = self.best
            if limit is not None and (ticks - limit) * step > 0:
                break
            level = self.levels[ticks]
            resting = level.queue[0]
            quantity = min(size, resting.size)
            size -= quantity
            level.size -= quantity
            resting.size -= quantity
            if not resting.size:
                del level.queue[0]
                self._forget(resting, level)
            if prints and prints[-1][0] == ticks:
                prints[-1] = (ticks, prints[-1][1] + quantity)
            else:
                prints.append((ticks, quantity))
            if resting.owner is not None:
                filled(resting, quantity)
        return prints

    def top(self, count: int) -> list[tuple[int, int]]:
        """Give the (price, size) of the best `count` levels."""
        prices = sorted(self.levels, reverse=self.step < 0)[:count]
        return [(ticks, self.levels[ticks].size) for ticks in prices]

    def best_without(self, ignored: Iterable[Owner]) -> int | None:
        """Give the best price that does not stem only from the `ignored` owners."""
        hidden = list(ignored)
        for ticks in sorted(self.levels, reverse=self.step < 0):
            if any(resting.owner not in hidden for resting in self.levels[ticks].queue):
                return ticks
        return None

    def _forget(self, resting: Resting[Owner], level: PriceLevel[Owner]) -> None:
        if resting.slot >= 0:
            last = self.pool.pop()
            if last is not resting:
                self.pool[resting.slot] = last
                last.slot = resting.slot
            resting.slot = -1
        if not level.queue:
            del self.levels[resting.ticks]
            if resting.ticks == self.best:
                self.best = self._next_best(resting.ticks)

    def _next_best(self, ticks: int) -> int | None:
        if not self.levels:
            return None
        for _ in range(_NEAR):
            ticks += self.step
            if ticks in self.levels:
                return ticks
        return max(self.levels) if self.step < 0 else min(self.levels)


class Book(Generic[Owner]):
    """Both sides of one instrument."""

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids: BookSide[Owner] = BookSide(True)
        self.asks: BookSide[Owner] = BookSide(False)

    def side(self, buy: bool) -> BookSide[Owner]:
        """Give the side on which an order of that direction rests."""
        return self.bids if buy else self.asks
