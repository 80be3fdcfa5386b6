"""Whether an instrument trades at a moment."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ibtui.domain.hours import Phase, Session, TradingHours

NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK).timestamp()


DAYS = (19, 20, 23)
"""Thursday, Friday, Monday."""
HOURS = TradingHours(
    "US/Eastern",
    tuple(Session(at(day, 9, 30), at(day, 16)) for day in DAYS),
    tuple(Session(at(day, 4), at(day, 20)) for day in DAYS),
)


@pytest.mark.parametrize(
    ("day", "hour", "minute", "phase"),
    [
        (19, 9, 29, Phase.EXTENDED),
        (19, 9, 30, Phase.REGULAR),
        (19, 15, 59, Phase.REGULAR),
        (19, 16, 0, Phase.EXTENDED),
        (19, 20, 0, Phase.CLOSED),
        (21, 12, 0, Phase.CLOSED),
        (18, 12, 0, Phase.CLOSED),
        (23, 20, 0, Phase.UNKNOWN),
        (12, 12, 0, Phase.UNKNOWN),
    ],
)
def test_a_moment_is_in_regular_hours_outside_them_closed_or_not_told(
    day: int, hour: int, minute: int, phase: Phase
) -> None:
    assert HOURS.phase(at(day, hour, minute)) is phase


def test_without_sessions_nothing_is_known() -> None:
    assert TradingHours().phase(at(19, 12)) is Phase.UNKNOWN
    assert TradingHours().opening(at(19, 12)) == ""


def test_the_next_opening_is_told_in_the_exchange_s_time_with_its_day_where_it_is_not_near() -> None:
    assert HOURS.opening(at(19, 8)) == "09:30 EST"
    assert HOURS.opening(at(21, 12)) == "Mon 09:30 EST"
    assert HOURS.trading(at(21, 12)) == "Mon 04:00 EST"


def test_a_time_zone_that_is_not_known_is_told_in_utc() -> None:
    assert TradingHours("Mars/Olympus", HOURS.regular).opening(at(19, 8)) == "14:30 UTC"
