"""A year of daily bars boiled down to what market data fields show: range, volatility and moving averages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ibtui.sim.exchange import Exchange

DAY_SECONDS = 86_400
AVERAGES = (20, 50, 100, 200)
_YEAR_MS = 365 * DAY_SECONDS * 1000
_TRADING_DAYS = 252
_VOLATILITY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of the year behind one moment."""

    high: Decimal
    low: Decimal
    volatility: float
    """Percent a year, from the last 30 closes."""
    averages: dict[int, Decimal]
    """Exponential moving averages by their number of days."""


class YearBook:
    """Statistics by instrument, computed once a simulated day."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._known: dict[int, tuple[int, Statistics | None]] = {}

    def of(self, conid: int) -> Statistics | None:
        """The instrument's figures; None while there are no bars."""
        now = self._exchange.now_ms
        day = now // (DAY_SECONDS * 1000)
        known = self._known.get(conid)
        if known is None or known[0] != day:
            bars = self._exchange.bars(
                conid, start_ms=now - _YEAR_MS, end_ms=now, seconds=DAY_SECONDS, outside_rth=False
            )
            known = self._known[conid] = (day, _statistics([(bar.high, bar.low, bar.close) for bar in bars]))
        return known[1]


def _statistics(bars: Sequence[tuple[Decimal, Decimal, Decimal]]) -> Statistics | None:
    if not bars:
        return None
    closes = [close for _, _, close in bars]
    return Statistics(
        high=max(high for high, _, _ in bars),
        low=min(low for _, low, _ in bars),
        volatility=_volatility([float(close) for close in closes[-_VOLATILITY_DAYS - 1 :]]),
        averages={count: _exponential(closes, count) for count in AVERAGES},
    )


def _volatility(closes: Sequence[float]) -> float:
    returns = [math.log(later / earlier) for earlier, later in pairwise(closes)]
    if not returns:
        return 0.0
    return math.sqrt(sum(each * each for each in returns) / len(returns) * _TRADING_DAYS) * 100


def _exponential(closes: Sequence[Decimal], count: int) -> Decimal:
    weight = Decimal(2) / (count + 1)
    average = closes[0]
    for close in closes[1:]:
        average += weight * (close - average)
    return average
