from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ibtui.session.connection.outages import Outage, OutageKind, outage_at, region_near


def wall(zone: str, day: int, hour: int, minute: int) -> float:
    """In November 2026, whose 18th is a Wednesday and whose 21st a Saturday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("region", "zone", "name"),
    [
        ("NJ", "America/New_York", "North America"),
        ("CH", "Europe/Zurich", "Europe"),
        ("HK", "Asia/Hong_Kong", "Asia"),
    ],
)
@pytest.mark.parametrize(
    ("hour", "minute", "is_reset"),
    [(23, 50, False), (23, 56, True), (0, 30, True), (0, 56, True), (1, 0, True), (1, 54, True), (1, 56, False)],
)
def test_each_region_resets_at_its_own_midnight_or_one(
    region: str, zone: str, name: str, hour: int, minute: int, is_reset: bool
) -> None:
    found = outage_at(wall(zone, 18, hour, minute), region)
    assert (found is not None) is is_reset
    if found is not None:
        assert found.kind is OutageKind.RESET
        assert found.words.startswith(name)


def test_the_hour_is_said_as_the_documents_say_it() -> None:
    assert outage_at(wall("America/New_York", 18, 1, 2), "NJ") == Outage(
        OutageKind.RESET, "North America, about 01:00 US/Eastern"
    )
    assert outage_at(wall("Asia/Hong_Kong", 18, 1, 2), "HK") == Outage(OutageKind.RESET, "Asia, about 01:00 HKT")


@pytest.mark.parametrize(("month", "zone"), [(11, "CET"), (7, "CEST")])
def test_europe_s_hour_is_said_by_the_clock_of_the_season(month: int, zone: str) -> None:
    moment = datetime(2026, month, 15, 0, 2, tzinfo=ZoneInfo("Europe/Zurich")).timestamp()
    assert outage_at(moment, "CH") == Outage(OutageKind.RESET, f"Europe, about 00:00 {zone}")


def test_an_unknown_region_may_be_any() -> None:
    assert outage_at(wall("Asia/Hong_Kong", 18, 1, 2), "XX") is not None
    assert outage_at(wall("America/New_York", 18, 15, 0), "") is None


@pytest.mark.parametrize(
    ("day", "hour", "is_on"),
    [(21, 17, False), (21, 18, True), (21, 23, True), (22, 2, True), (22, 3, False), (20, 20, False)],
)
def test_maintenance_is_on_saturday_evening(day: int, hour: int, is_on: bool) -> None:
    found = outage_at(wall("America/New_York", day, hour, 10), "NJ")
    assert (found is not None and found.kind is OutageKind.MAINTENANCE) is is_on


def test_the_first_guess_is_the_region_nearest_to_the_machine() -> None:
    assert [region_near(hours) for hours in (-8, -5, 0, 2, 8, 9.5)] == ["NJ", "NJ", "CH", "CH", "HK", "HK"]
