"""Moments as a person types them; all are UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

MOMENT = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?P<day>\d\d)|-(?P<month2>\d\d)-(?P<day2>\d\d))"
    r"(?:[-T](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,3}))?)?Z?)?",
    re.ASCII | re.IGNORECASE,
)
LAYOUT = "%Y%m%d-%H:%M:%S"
"""IBKR's notation of a moment, in UTC."""
END_OF_DAY = (23, 59, 59)


def moment(text: str, *, needs_time: bool = False) -> datetime | None:
    """`20261231`, `20261231-21:00`, `20261231-21:00:30`, `2026-12-31T21:00Z` and the like, or None.

    A date alone is its last second, unless the time is needed: then it is no moment.
    """
    match = MOMENT.fullmatch(text)
    if match is None or (needs_time and match["hour"] is None):
        return None
    hour, minute, second = END_OF_DAY
    if match["hour"] is not None:
        hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    month, day = match["month"] or match["month2"], match["day"] or match["day2"]
    micro = int((match["fraction"] or "").ljust(6, "0"))
    try:
        return datetime(int(match["year"]), int(month), int(day), hour, minute, second, micro, UTC)
    except ValueError:
        return None


def written(when: datetime) -> str:
    """`YYYYMMDD-HH:MM:SS`, the year with four digits on every platform."""
    return f"{when.year:04d}" + when.strftime(LAYOUT.removeprefix("%Y"))


def to_ms(when: datetime) -> int:
    """Unix milliseconds."""
    whole = int((when.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return whole * 1000 + when.microsecond // 1000


def from_ms(milliseconds: int) -> str:
    """Unix milliseconds as the language writes a moment."""
    seconds, rest = divmod(milliseconds, 1000)
    text = written(datetime.fromtimestamp(seconds, UTC))
    return f"{text}.{rest:03d}" if rest else text
