"""When an instrument trades."""

from __future__ import annotations

from msgspec import Struct


class Hours(Struct, frozen=True):
    """From one time of day to another, `HHMM` in the venue's own time zone."""

    opens: str
    closes: str


class TradingDay(Struct, frozen=True):
    """One day of a venue's schedule ("Trading Schedule by Symbol"); a date of the year 2000 stands for its weekday."""

    venue: str
    zone: str
    """Name of the time zone, such as America/New_York."""
    date: str
    """YYYYMMDD."""
    liquid: tuple[Hours, ...] = ()
    """Regular sessions."""
    total: tuple[Hours, ...] = ()
    """Everything that trades, extended hours included."""
