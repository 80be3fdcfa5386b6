"""When events come by themselves."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from ibtui.sim.gateway.day.plan import Plan, Planned, next_moment, planned_of
from ibtui.sim.gateway.opening import start_ms
from ibtui.sim.gateway.scenario import SCENARIOS

NEW_YORK = ZoneInfo("America/New_York")
MINUTE_MS = 60_000


def ms(day: int, hour: int, minute: int = 0) -> int:
    """A moment of November 2026 in New York."""
    return int(datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK).timestamp() * 1000)


def test_the_day_comes_again_every_day() -> None:
    start = ms(19, 9, 29)
    plan, calls = Plan(SCENARIOS["day"].plan, start, 0), []
    for now in range(start, ms(21, 9), MINUTE_MS):
        stamp = datetime.fromtimestamp(now / 1000, NEW_YORK).strftime("%d %H:%M")
        plan.step(now, 0, None, lambda planned, stamp=stamp: calls.append((stamp, planned.event)))  # type: ignore[misc]  # called at once
    one_day = [("09:31", "login-needed"), ("10:00", "competing"), ("12:00", "brokerage-lost")]
    assert calls == [
        *((f"19 {at}", name) for at, name in one_day),
        ("20 01:00", "nightly-reset"),
        *((f"20 {at}", name) for at, name in one_day),
        ("21 01:00", "nightly-reset"),
    ]


def test_seconds_count_from_the_first_greeting_once() -> None:
    plan, calls = Plan((Planned("socket-cut", after_seconds=10),), 0, 1_000), []
    for clock_ms, greeted_ms in ((60_000, None), (61_000, 55_000), (65_000, 55_000), (70_000, 55_000)):
        plan.step(0, clock_ms, greeted_ms, lambda planned: calls.append(clock_ms))  # noqa: B023 - called at once
    assert calls == [65_000]


def test_seconds_count_from_the_making_of_the_plan_if_that_is_later() -> None:
    plan, calls = Plan((Planned("socket-cut", after_seconds=10),), 0, 60_000), []
    for clock_ms in (61_000, 69_999, 70_000):
        plan.step(0, clock_ms, 5_000, lambda planned: calls.append(clock_ms))  # noqa: B023 - called at once
    assert calls == [70_000]


def test_a_moment_follows_the_clocks_of_new_york_through_the_end_of_summer_time() -> None:
    saturday = int(datetime(2026, 10, 31, 12, tzinfo=NEW_YORK).timestamp() * 1000)
    first = next_moment((1, 0), saturday)
    assert next_moment((1, 0), first) - first == 25 * 60 * MINUTE_MS


def test_a_line_is_read_as_a_lever_gives_it() -> None:
    row = {"event": "competing", "at": "10:00", "parameters": {"seconds": 5}}
    assert planned_of(row) == Planned("competing", {"seconds": 5}, at=(10, 0))
    assert planned_of({"event": "competing", "after_seconds": 2, "end": True}).end


@pytest.mark.parametrize(
    "wrong",
    [
        "competing",
        {"event": "competing", "at": "ten"},
        {"event": "competing", "after_seconds": -1},
        {"event": "competing", "after_seconds": True},
        {"event": "competing", "at": "10:00", "after_seconds": 1},
        {"event": "competing", "parameters": []},
        {"event": "competing", "end": 1},
        {"event": "competing", "when": "10:00"},
    ],
)
def test_a_line_that_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        planned_of(wrong)


@pytest.mark.parametrize(
    ("now", "day"),
    [("21 15:00", 20), ("20 15:30", 20), ("20 10:00", 19), ("16 10:00", 13)],
    ids=["saturday", "after the moment", "before it", "monday before it"],
)
def test_a_scenario_starts_at_its_time_on_the_last_weekday_that_has_seen_it(now: str, day: int) -> None:
    moment = datetime.fromisoformat(f"2026-11-{now}+00:00")
    assert start_ms(moment, time(9, 59, 50)) == ms(day, 9, 59) + 50_000
