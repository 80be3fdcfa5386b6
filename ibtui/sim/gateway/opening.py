"""The simulated moment at which a run starts: now while New York trades, else a time at which it did."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_NEW_YORK = ZoneInfo("America/New_York")
_OPENS, _CLOSES = time(9, 35), time(15, 30)
_START = time(10, 30)


def start_ms(now: datetime, at: time | None) -> int:
    """Unix milliseconds of that time of day in New York on the last weekday that has seen it; without, of trading."""
    if at is None:
        return trading_start_ms(now)
    local = now.astimezone(_NEW_YORK)
    day = local.date() if local.time() >= at else local.date() - timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return int(datetime.combine(day, at, _NEW_YORK).timestamp() * 1000)


def trading_start_ms(now: datetime) -> int:
    """Unix milliseconds: now within New York's session, else 10:30 there on the last day that traded."""
    local = now.astimezone(_NEW_YORK)
    if local.weekday() < 5 and _OPENS <= local.time() <= _CLOSES:
        return int(local.timestamp() * 1000)
    day = local.date() if local.time() > _CLOSES else local.date() - timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return int(datetime.combine(day, _START, _NEW_YORK).timestamp() * 1000)
