"""Whether an instrument trades now: in its regular hours, only outside them, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

AHEAD_SECONDS = 5 * 86400.0
"""A schedule that begins later tells nothing of now; a weekend with a holiday on either side is shorter."""
DAY_SECONDS = 86400.0


class Phase(StrEnum):
    """What the hours say of one moment."""

    REGULAR = "in regular hours"
    EXTENDED = "outside regular hours"
    CLOSED = "closed"
    DOUBTED = "closed by its hours, but it trades"
    UNKNOWN = "hours not known"


class Session(Struct, frozen=True):
    """From one moment to another, Unix seconds."""

    opens: float
    closes: float

    def holds(self, wall: float) -> bool:
        """Whether the moment lies in it."""
        return self.opens <= wall < self.closes


class TradingHours(Struct, frozen=True):
    """The sessions of the days round today ("Trading Schedule (NEW)"); holidays have none."""

    zone: str = ""
    """Name of the exchange's time zone, such as US/Eastern."""
    regular: tuple[Session, ...] = ()
    extended: tuple[Session, ...] = ()
    """Everything that trades, the regular hours as well."""

    def phase(self, wall: float, *, trades: bool = False) -> Phase:
        """Of the moment; UNKNOWN where the schedule does not reach, DOUBTED where it is closed and yet `trades`."""
        if any(session.holds(wall) for session in self.regular):
            return Phase.REGULAR
        if any(session.holds(wall) for session in self.extended):
            return Phase.EXTENDED
        following = self._next(wall, (*self.regular, *self.extended))
        if following is None or following - wall > AHEAD_SECONDS:
            return Phase.UNKNOWN
        return Phase.DOUBTED if trades else Phase.CLOSED

    def opening(self, wall: float) -> str:
        """When regular hours begin next, `Mon 09:30 EST`; blank where that is not known."""
        return self._told(self._next(wall, self.regular), wall)

    def trading(self, wall: float) -> str:
        """When anything trades next, likewise."""
        return self._told(self._next(wall, (*self.regular, *self.extended)), wall)

    def _next(self, wall: float, sessions: tuple[Session, ...]) -> float | None:
        return min((session.opens for session in sessions if session.opens > wall), default=None)

    def _told(self, moment: float | None, wall: float) -> str:
        if moment is None:
            return ""
        try:
            here = datetime.fromtimestamp(moment, ZoneInfo(self.zone)) if self.zone else None
        except (ZoneInfoNotFoundError, ValueError):
            here = None
        here = here or datetime.fromtimestamp(moment, UTC)
        return f"{here:%H:%M %Z}" if moment - wall < DAY_SECONDS / 2 else f"{here:%a %H:%M %Z}"
