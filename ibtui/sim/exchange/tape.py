"""What was traded: the prints, the day's statistics and the minute bars, all from the same trades."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

PRINTS_KEPT = 4000
"""Prints remembered per instrument."""
MINUTES_KEPT = 15_000
"""Live minute bars remembered per instrument: ten days round the clock."""
MINUTE_MS = 60_000


class Print(NamedTuple):
    """One trade in ticks and units."""

    time_ms: int
    ticks: int
    size: int
    buy: bool
    """Side of the aggressor."""
    regular: bool


class MinuteBar:
    """Prices in ticks and volume in units of one interval (a minute while trading; any length when aggregated)."""

    __slots__ = ("close", "high", "low", "open", "regular", "time_ms", "volume")

    def __init__(self, time_ms: int, open_: int, high: int, low: int, close: int, volume: int, regular: bool) -> None:
        self.time_ms = time_ms
        self.open = open_
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.regular = regular

    def absorb(self, later: MinuteBar) -> None:
        """Join a later bar to this one."""
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.volume += later.volume

    def copy(self) -> MinuteBar:
        """Give an equal bar that may be joined with others."""
        return MinuteBar(self.time_ms, self.open, self.high, self.low, self.close, self.volume, self.regular)


class DayStatistics:
    """Statistics of a trading day over all its trades.

    `open` is the first price of the regular session, or before that the first of the day.
    """

    __slots__ = ("_opened", "high", "low", "notional", "open", "volume")

    def __init__(self) -> None:
        self.open: int | None = None
        self.high: int | None = None
        self.low: int | None = None
        self.volume = 0
        self.notional = 0
        """Sum of ticks × size."""
        self._opened = False

    def add(self, bar: MinuteBar) -> None:
        """Count a whole interval, valued at its middle price."""
        self.count(bar.open, 0, bar.regular)
        self.count(bar.high, 0, bar.regular)
        self.count(bar.low, 0, bar.regular)
        self.volume += bar.volume
        self.notional += (bar.open + bar.high + bar.low + bar.close) * bar.volume // 4

    def count(self, ticks: int, size: int, regular: bool) -> None:
        """Count one trade."""
        if self.high is None or self.low is None:
            self.open = self.high = self.low = ticks
            self._opened = regular
        elif ticks > self.high:
            self.high = ticks
        elif ticks < self.low:
            self.low = ticks
        if regular and not self._opened:
            self.open = ticks
            self._opened = True
        self.volume += size
        self.notional += ticks * size


class Tape:
    """Trades of one instrument since the simulation began."""

    __slots__ = ("day", "last", "last_size", "last_time_ms", "minutes", "prints")

    def __init__(self) -> None:
        self.prints: deque[Print] = deque(maxlen=PRINTS_KEPT)
        self.minutes: deque[MinuteBar] = deque(maxlen=MINUTES_KEPT)
        self.day = DayStatistics()
        self.last: int | None = None
        self.last_size = 0
        self.last_time_ms = 0

    def seed(self, bars: list[MinuteBar], time_ms: int) -> None:
        """Begin with the day so far, given as one bar per elapsed session."""
        for bar in bars:
            self.day.add(bar)
            self.last = bar.close
            self.last_time_ms = time_ms

    def add(self, time_ms: int, ticks: int, size: int, buy: bool, regular: bool) -> None:
        """Print a trade."""
        self.prints.append(Print(time_ms, ticks, size, buy, regular))
        self.last = ticks
        self.last_size = size
        self.last_time_ms = time_ms
        self.day.count(ticks, size, regular)
        minute = time_ms - time_ms % MINUTE_MS
        minutes = self.minutes
        if minutes and minutes[-1].time_ms == minute:
            bar = minutes[-1]
            bar.close = ticks
            bar.volume += size
            if ticks > bar.high:
                bar.high = ticks
            elif ticks < bar.low:
                bar.low = ticks
        else:
            minutes.append(MinuteBar(minute, ticks, ticks, ticks, ticks, size, regular))

    def begin_day(self) -> None:
        """Forget the statistics of the day before."""
        self.day = DayStatistics()
