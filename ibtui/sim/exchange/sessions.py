"""Trading days and their phases, from an instrument's hours (Monday to Friday; exchange holidays are not modelled)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from ibtui.sim.exchange.types import Hours

NEW_YORK = ZoneInfo("America/New_York")
_SATURDAY = 5


class Phase(Enum):
    """What a market does at a moment."""

    CLOSED = "closed"
    EXTENDED = "extended"
    REGULAR = "regular"


@dataclass(frozen=True, slots=True)
class TradingDay:
    """The moments of one trading day in Unix milliseconds; the day is named by the date of its close."""

    day: date
    extended_open: int
    regular_open: int
    regular_close: int
    extended_close: int


class Sessions:
    """Calendar of one set of hours."""

    def __init__(self, hours: Hours, always_open: bool) -> None:
        self._hours = hours
        self._always_open = always_open or hours.continuous
        self._zone = ZoneInfo(hours.zone)

    def on(self, day: date) -> TradingDay | None:
        """Give the trading day of a date, None at a weekend."""
        if day.weekday() >= _SATURDAY and not self._always_open:
            return None
        return _trading_day(self._hours, self._always_open, day)

    def at(self, when_ms: int) -> TradingDay:
        """Give the trading day in progress, or the last one that began before `when_ms`."""
        day = datetime.fromtimestamp(when_ms / 1000, self._zone).date() + timedelta(days=1)
        while True:
            trading_day = self.on(day)
            if trading_day is not None and trading_day.extended_open <= when_ms:
                return trading_day
            day -= timedelta(days=1)

    def before(self, trading_day: TradingDay) -> TradingDay:
        """Give the trading day before this one."""
        return self._neighbour(trading_day, -1)

    def after(self, trading_day: TradingDay) -> TradingDay:
        """Give the trading day after this one."""
        return self._neighbour(trading_day, 1)

    def phase(self, when_ms: int) -> Phase:
        """Tell what the market does at `when_ms`."""
        day = self.at(when_ms)
        if when_ms >= day.extended_close:
            return Phase.CLOSED
        if day.regular_open <= when_ms < day.regular_close:
            return Phase.REGULAR
        return Phase.EXTENDED

    def next_change(self, when_ms: int) -> int:
        """Give the first moment after `when_ms` at which a phase or a trading day begins."""
        day = self.at(when_ms)
        for moment in (day.regular_open, day.regular_close, day.extended_close):
            if moment > when_ms:
                return moment
        return self.after(day).extended_open

    def _neighbour(self, trading_day: TradingDay, step: int) -> TradingDay:
        day = trading_day.day + timedelta(days=step)
        while (found := self.on(day)) is None:
            day += timedelta(days=step)
        return found


@lru_cache(maxsize=4096)
def _trading_day(hours: Hours, always_open: bool, day: date) -> TradingDay:
    zone = ZoneInfo(hours.zone)
    if always_open:
        opens, closes = _moment(zone, day, 0), _moment(zone, day + timedelta(days=1), 0)
        return TradingDay(day, opens, opens, closes, closes)
    moments: list[int] = []
    for opening, closing in (hours.extended, hours.regular):
        eve = day - timedelta(days=1) if closing <= opening else day
        moments += [_moment(zone, eve, opening), _moment(zone, day, closing)]
    return TradingDay(day, moments[0], moments[2], moments[3], moments[1])


def _moment(zone: ZoneInfo, day: date, minutes: int) -> int:
    local = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone)
    return int(local.astimezone(UTC).timestamp() * 1000)


def new_york_midnight(after_ms: int) -> int:
    """Give the first midnight in New York after a moment: there the accounts' day ends."""
    day = datetime.fromtimestamp(after_ms / 1000, NEW_YORK).date() + timedelta(days=1)
    return _moment(NEW_YORK, day, 0)


def last_midnight(before_ms: int) -> int:
    """Give the last midnight in New York up to a moment."""
    return _moment(NEW_YORK, datetime.fromtimestamp(before_ms / 1000, NEW_YORK).date(), 0)
