"""Background order flow of one instrument: limit orders, cancels, market orders and quoting round a fair price.

A zero-intelligence model: events arrive as a Poisson process; limit orders fall at exponential distances from the fair
price, each resting order is cancelled at random, market orders take what is there. Market makers quote round the fair
price, which follows a seeded random walk, so that the book follows it too.
"""

from __future__ import annotations

from math import ceil, exp, floor, inf, log, log10, sqrt
from random import Random

from ibtui.sim.exchange.factor import DAILY_VOLATILITY, MarketFactor
from ibtui.sim.exchange.sessions import Phase
from ibtui.sim.exchange.types import Instrument

_MAKER = 0.22
"""Share of events that are a market maker's requoting."""
_MARKET = _MAKER + 0.15
"""... and market orders; the rest are limit orders and cancels in balance."""
_EXTENDED_PACE = 0.25
"""Events outside regular hours against those inside."""
_LEVELS_REFILLED = 4
"""Prices a market maker refills at once."""
_DAY_SECONDS = {"STK": 23_400, "FUT": 60_000, "CASH": 86_400, "CRYPTO": 86_400}
_RATES = {"CASH": 9.0, "CRYPTO": 2.0}
_LOTS = {"FUT": 1, "CASH": 50_000, "CRYPTO": 1_000_000}
"""Units in a round lot; 100 of a share."""


def events_per_second(instrument: Instrument) -> float:
    """Give the intensity of the flow at tick rate 1, from 2 for a quiet stock to 16 for the most traded ones."""
    if instrument.sec_type in _RATES:
        return _RATES[instrument.sec_type]
    shares = instrument.average_volume * (100 if instrument.sec_type == "FUT" else 1)
    return min(16.0, max(2.0, 6.2 * (log10(max(shares, 1)) - 5.2)))


class Flow:
    """Draws one event after the other; `Market` carries them out."""

    __slots__ = (
        "_base", "_beta", "_factor", "_half_spread", "_idle", "_log_price", "_lots", "_rate", "_sigma", "_time",
        "hurry", "lot", "pace", "pool_size", "reach", "rng",
    )  # fmt: skip

    def __init__(
        self, instrument: Instrument, seed: int, start_ms: int, tick_rate: float, factor: MarketFactor
    ) -> None:
        self.rng = Random(f"{seed}:{instrument.conid}:flow")
        self._factor = factor
        self._base = float(instrument.start_price / instrument.increment)
        self._beta = instrument.market_beta
        own = sqrt(max(instrument.daily_volatility**2 - (self._beta * DAILY_VOLATILITY) ** 2, 0.0))
        seconds = _DAY_SECONDS.get(instrument.sec_type, 23_400)
        self._sigma = own / sqrt(seconds * 1000)
        self._log_price = self.rng.gauss(0.0, own * 0.6)
        self._time = float(start_ms)
        rate = events_per_second(instrument)
        self._rate = rate * tick_rate / 1000
        self.lot = _LOTS.get(instrument.sec_type, 100)
        units = float(instrument.average_volume / instrument.size_increment)
        self._lots = max(units / (seconds * rate * 0.2 * self.lot), 0.6)
        self.reach = min(max(self._base * 5e-4, 11.0), 40.0)
        self._half_spread = max(self._base * 2e-5, 0.5)
        self.pool_size = int(8 * rate) + 20 if rate < 6 else int(min(7 * rate, 90)) + 30
        self._idle = False
        self.pace = 1.0
        self.hurry = 1.0
        """How many times as many events as usual there are."""

    def enter(self, phase: Phase) -> None:
        """Follow the market into another phase: slower out of regular hours, still when closed."""
        self._idle = phase is Phase.CLOSED
        self.pace = 1.0 if phase is Phase.REGULAR else _EXTENDED_PACE

    def next_time(self, now: float) -> float:
        """Draw when the next event comes, in Unix ms; infinity while closed."""
        if self._idle or not self._rate:
            return inf
        return now - log(1.0 - self.rng.random()) / (self._rate * self.pace * self.hurry)

    def fair(self, now: float) -> float:
        """Give the fair price in ticks, having moved it to `now`."""
        elapsed = now - self._time
        if elapsed > 0:
            self._time = now
            self._log_price += self._sigma * sqrt(elapsed) * self.rng.gauss(0.0, 1.0)
        return max(self._base * exp(self._log_price + self._beta * self._factor.value(now)), 2.0)

    def shift(self, ticks: int, now: float) -> None:
        """Move the fair price by so many ticks at once."""
        fair = self.fair(now)
        self._log_price += log(max(fair + ticks, 2.0) / fair)

    def skip(self, now: float) -> None:
        """Let time pass without a move of the instrument's own (the market was closed)."""
        self._time = now

    def size(self) -> int:
        """Draw the size of an order: whole lots, now and then an odd one."""
        lots = 1 + int(-log(1.0 - self.rng.random()) * self._lots)
        if self.lot == 100 and self.rng.random() < 0.1:
            return lots * 100 - int(self.rng.random() * 99)
        return lots * self.lot

    def quotes(self, fair: float) -> tuple[int, int]:
        """Give the bid and ask a market maker shows round a fair price."""
        return max(floor(fair - self._half_spread), 1), ceil(fair + self._half_spread)

    def distance(self) -> float:
        """Draw how far from the fair price a limit order falls, in ticks."""
        return -log(1.0 - self.rng.random()) * self.reach

    def kind(self) -> float:
        """Draw what comes next: below MAKER requoting, below MARKET a market order, else a limit order or cancel."""
        return self.rng.random()


MAKER = _MAKER
MARKET = _MARKET
LEVELS_REFILLED = _LEVELS_REFILLED
