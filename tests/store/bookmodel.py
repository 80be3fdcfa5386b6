"""A limit order book with a known truth: seeded, in whole ticks, first come first served at each price.

The model is that of Cont, Stoikov and Talreja, "A stochastic model for order book dynamics" (Operations Research 58,
2010): limit orders come at a rate that falls with their distance from the other side's best price, market orders at a
constant rate, and each resting order is cancelled with the same chance. Here one event follows the other by those
rates, sizes are geometric instead of one unit, and for some time most market orders are of one side (the long memory
of their signs: Lillo and Farmer, 2004), so that queues are used up and the prices wander.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

NEAREST, FARTHEST = 1, 12
"""Ticks from the other side's best at which limit orders come."""
LIMITS, MARKETS, CANCELS = 10.0, 16.0, 0.4
"""Rates: of limit orders at the nearest tick, of market orders, of the cancellation of each order."""
URGE, TURN = 0.9, 0.01
"""Share of market orders that are of the side in a hurry, and how often after an event the other side is."""


@dataclass(slots=True)
class Resting:
    """An order of the book."""

    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Trade:
    """What one market order took at one price."""

    tick: int
    size: int
    is_buy: bool


@dataclass
class Book:
    """Both sides by tick, each price a queue whose first is served first."""

    seed: int
    middle: int = 27_167
    increment: Decimal = Decimal("0.01")
    bids: dict[int, list[Resting]] = field(default_factory=dict)
    asks: dict[int, list[Resting]] = field(default_factory=dict)
    trades: list[Trade] = field(default_factory=list)
    """All of them, oldest first."""
    cancelled: list[tuple[int, int]] = field(default_factory=list)
    """(tick, size) of every cancellation, oldest first."""
    own: frozenset[int] = frozenset()
    """Orders that are not cancelled by chance."""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._number = 0
        self._buyers_hurry = True
        for distance in range(1, FARTHEST):
            for _ in range(self._random.randint(1, 4)):
                self.add(self.middle - distance, self._size(), is_buy=True)
                self.add(self.middle + distance, self._size(), is_buy=False)
        self.take(1, is_buy=True)

    @property
    def best_bid(self) -> int:
        """Tick of the highest bid, or what it would be with nobody bidding."""
        return max(self.bids, default=self.middle - 1)

    @property
    def best_ask(self) -> int:
        """Tick of the lowest ask."""
        return min(self.asks, default=max(self.middle + 1, self.best_bid + 1))

    @property
    def last(self) -> Trade:
        """The newest trade."""
        return self.trades[-1]

    @property
    def volume(self) -> int:
        """Units traded in all."""
        return sum(trade.size for trade in self.trades)

    def price(self, tick: int) -> Decimal:
        """A tick as a price."""
        return self.increment * tick

    def shown(self, tick: int) -> tuple[int, int]:
        """(bid size, ask size) at a tick."""
        return self._sum(self.bids, tick), self._sum(self.asks, tick)

    def ahead(self, number: int, tick: int, *, is_buy: bool) -> int:
        """How much stands before an order: the truth no gateway tells."""
        total = 0
        for resting in (self.bids if is_buy else self.asks).get(tick, []):
            if resting.number == number:
                return total
            total += resting.size
        raise LookupError(f"order {number} does not rest at {tick}")

    def step(self) -> None:
        """One event."""
        reach = range(NEAREST, FARTHEST + 1)
        rates = [LIMITS / distance for distance in reach]
        resting = sum(len(queue) for side in (self.bids, self.asks) for queue in side.values())
        kinds = (2 * sum(rates), 2 * MARKETS, CANCELS * resting)
        kind = self._random.choices(("limit", "market", "cancel"), kinds)[0]
        self._buyers_hurry ^= self._random.random() < TURN
        is_buy = self._random.random() < 0.5
        if kind == "limit":
            distance = self._random.choices(reach, rates)[0]
            tick = self.best_ask - distance if is_buy else self.best_bid + distance
            self.add(tick, self._size(), is_buy=is_buy)
        elif kind == "market":
            is_urged = self._random.random() < URGE
            self.take(self._size() * self._random.choice((1, 1, 3)), is_buy=self._buyers_hurry is is_urged)
        else:
            self._cancel_one()

    def add(self, tick: int, size: int, *, is_buy: bool) -> int:
        """A limit order comes, behind what is there; gives its number."""
        self._number += 1
        (self.bids if is_buy else self.asks).setdefault(tick, []).append(Resting(self._number, size))
        return self._number

    def take(self, size: int, *, is_buy: bool) -> None:
        """A market order takes from the front of the other side's best prices."""
        side = self.asks if is_buy else self.bids
        while size and side:
            tick = min(side) if is_buy else max(side)
            queue, taken = side[tick], 0
            while size and queue:
                part = min(size, queue[0].size)
                queue[0].size -= part
                size, taken = size - part, taken + part
                if not queue[0].size:
                    queue.pop(0)
            if not queue:
                del side[tick]
            self.trades.append(Trade(tick, taken, is_buy))

    def _cancel_one(self) -> None:
        places = [
            (side, tick, resting)
            for side in (self.bids, self.asks)
            for tick, queue in side.items()
            for resting in queue
            if resting.number not in self.own
        ]
        if not places:
            return
        side, tick, resting = self._random.choice(places)
        side[tick].remove(resting)
        if not side[tick]:
            del side[tick]
        self.cancelled.append((tick, resting.size))

    def _size(self) -> int:
        size = 100
        while self._random.random() < 0.6:
            size += 100
        return size

    @staticmethod
    def _sum(side: dict[int, list[Resting]], tick: int) -> int:
        return sum(resting.size for resting in side.get(tick, []))
