"""Bars from before the simulation began, drawn from the seed when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, floor, sqrt
from random import Random

from ibtui.sim.exchange.sessions import Sessions, TradingDay
from ibtui.sim.exchange.tape import MINUTE_MS, MinuteBar
from ibtui.sim.exchange.types import Instrument

DAYS = 300
"""Trading days of history: more than a year."""
_GAP = 0.35
"""An opening's deviation from the close before, in daily standard deviations."""
_WICK = 0.4
"""How far a session's extremes lie outside its open and close, likewise."""
_EXTENDED_WICK = 0.05


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a trading day (before, in or after the regular session) as a single bar."""

    end_ms: int
    bar: MinuteBar

    @property
    def start_ms(self) -> int:
        """When the stretch begins."""
        return self.bar.time_ms


@dataclass(frozen=True, slots=True)
class PastDay:
    """A trading day of the past."""

    day: TradingDay
    segments: tuple[Segment, ...]


class History:
    """The past of one instrument in ticks, ending at `fair` at the moment the simulation starts."""

    def __init__(self, instrument: Instrument, seed: int, sessions: Sessions, start_ms: int, fair: int) -> None:
        self._instrument = instrument
        self._seed = f"{seed}:{instrument.conid}"
        self._sessions = sessions
        self._start_ms = start_ms
        self._daily_units = int(instrument.average_volume / instrument.size_increment)
        self._prior_close = int(instrument.start_price / instrument.increment)
        self._past: list[PastDay] | None = None
        self.today = PastDay(sessions.at(start_ms), self._begin_today(sessions.at(start_ms), fair))
        """The trading day in which the simulation starts, up to that moment."""

    @property
    def today_close(self) -> int | None:
        """Close of today's regular session, if that is over already."""
        closes = [part.bar.close for part in self.today.segments if part.bar.regular]
        over = self._start_ms >= self.today.day.regular_close
        return closes[-1] if over and closes else None

    def days(self) -> list[PastDay]:
        """Give the trading days before the one of the start, oldest first."""
        if self._past is None:
            self._past = self._draw_past()
        return self._past

    def minutes(self, segment: Segment) -> list[MinuteBar]:
        """Split a segment into minute bars that together are exactly the segment."""
        count = max(ceil((segment.end_ms - segment.start_ms) / MINUTE_MS), 1)
        return _split(segment.bar, count, Random(f"{self._seed}:{segment.start_ms}"))

    def _begin_today(self, day: TradingDay, fair: int) -> tuple[Segment, ...]:
        rng = Random(f"{self._seed}:{day.day}")
        volatility = self._instrument.daily_volatility
        opening = _moved(self._prior_close, rng.gauss(0.0, volatility * _GAP))
        if self._start_ms <= day.regular_open:
            opening = fair
        elapsed = (self._start_ms - day.regular_open) / (day.regular_close - day.regular_open)
        closing = _moved(fair, rng.gauss(0.0, volatility * 0.02)) if elapsed > 1 else fair
        segments = self._segments(day, rng, (self._prior_close, opening, closing, fair))
        return tuple(segment for segment in segments if segment.end_ms > segment.start_ms)

    def _draw_past(self) -> list[PastDay]:
        rng = Random(f"{self._seed}:daily")
        volatility = self._instrument.daily_volatility
        close = self._prior_close
        day = self._sessions.at(self._start_ms)
        past: list[PastDay] = []
        for _ in range(DAYS):
            day = self._sessions.before(day)
            before = _moved(close, rng.gauss(-volatility * 0.02, volatility))
            opening = _moved(before, rng.gauss(0.0, volatility * _GAP))
            after = _moved(close, rng.gauss(0.0, volatility * 0.02))
            past.append(PastDay(day, tuple(self._segments(day, rng, (before, opening, close, after)))))
            close = before
        past.reverse()
        return past

    def _segments(self, day: TradingDay, rng: Random, path: tuple[int, int, int, int]) -> list[Segment]:
        """Draw the stretches of a day that passes the four prices, as far as they lie before the start."""
        moments = (day.extended_open, day.regular_open, day.regular_close, day.extended_close)
        share = 0.2 if self._instrument.sec_type == "FUT" else 0.02
        shares = (share, 1 - 2 * share, share)
        volatility = self._instrument.daily_volatility
        busy = exp(rng.gauss(0.0, 0.25))
        segments: list[Segment] = []
        for index in range(3):
            start, end = moments[index], min(moments[index + 1], self._start_ms)
            if end <= start:
                continue
            part = (end - start) / (moments[index + 1] - start)
            regular = index == 1
            wick = volatility * (_WICK if regular else _EXTENDED_WICK) * sqrt(part)
            opens, closes = path[index], path[index + 1]
            high = max(_moved(max(opens, closes), abs(rng.gauss(0.0, wick))), opens, closes)
            low = min(_moved(min(opens, closes), -abs(rng.gauss(0.0, wick))), opens, closes)
            volume = round(self._daily_units * busy * shares[index] * part)
            segments.append(Segment(end, MinuteBar(start, opens, high, low, closes, volume, regular)))
        return segments


def _moved(ticks: int, log_return: float) -> int:
    return max(round(ticks * exp(log_return)), 1)


def _split(whole: MinuteBar, count: int, rng: Random) -> list[MinuteBar]:
    """Draw `count` minutes that have the open, extremes, close and volume of the whole."""
    closes = _bridge(whole, count, rng)
    at_high, at_low = rng.randrange(count), rng.randrange(count)
    volumes = _shares(whole.volume, count, rng)
    bars: list[MinuteBar] = []
    opens = whole.open
    jitter = max((whole.high - whole.low) / (3 * sqrt(count)), 0.5)
    for index in range(count):
        close = closes[index]
        high = min(max(opens, close) + int(rng.random() * jitter), whole.high)
        low = max(min(opens, close) - int(rng.random() * jitter), whole.low)
        if index == at_high:
            high = whole.high
        if index == at_low:
            low = whole.low
        time_ms = whole.time_ms + index * MINUTE_MS
        bars.append(MinuteBar(time_ms, opens, high, low, close, volumes[index], whole.regular))
        opens = close
    return bars


def _bridge(whole: MinuteBar, count: int, rng: Random) -> list[int]:
    """Walk from the open to the close inside the extremes."""
    step = (whole.high - whole.low) / (2.2 * sqrt(count))
    position = float(whole.open)
    closes: list[int] = []
    for index in range(count):
        left = count - index
        position += (whole.close - position) / left + rng.gauss(0.0, step) * sqrt((left - 1) / left)
        position = min(max(position, whole.low), whole.high)
        closes.append(floor(position + 0.5))
    closes[-1] = whole.close
    return closes


def _shares(volume: int, count: int, rng: Random) -> list[int]:
    """Deal out the volume: more at both ends of the stretch, in whole units."""
    half = max((count - 1) / 2, 0.5)
    weights = [(0.6 + abs(index - half) / half) * (0.5 + rng.random()) for index in range(count)]
    scale = volume / sum(weights)
    shares = [int(weight * scale) for weight in weights]
    shares[-1] += volume - sum(shares)
    return shares
