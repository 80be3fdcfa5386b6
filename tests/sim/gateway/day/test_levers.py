"""The levers of the day, what they tell and what they refuse."""

from __future__ import annotations

import pytest

from ibtui.sim.gateway.day.kinds import KINDS
from ibtui.sim.gateway.scenario import SCENARIOS
from tests.sim.gateway.rig import MakeRig, Rig, Tree


async def row(rig: Rig, name: str) -> Tree:
    """What is told about an event."""
    told = await rig.control("GET", "/sim/day")
    return next(each for each in told["events"] if each["name"] == name)


async def test_every_event_is_told_with_its_state(rig: Rig) -> None:
    told = await rig.control("GET", "/sim/day")
    assert [each["name"] for each in told["events"]] == list(KINDS)
    assert not any(each["active"] or each["begun"] for each in told["events"])
    assert told["session"] == rig.gateway.login.session_id
    begun = await rig.control("POST", "/sim/day/clock-skew", {"seconds": 1})
    assert begun == await row(rig, "clock-skew")
    assert (begun["active"], begun["begun"], begun["since"]) == (True, 1, rig.gateway.now_ms)
    rig.advance(1_000)
    over = await row(rig, "clock-skew")
    assert (over["active"], over["ended"]) == (False, rig.gateway.now_ms)


async def test_begun_again_an_event_takes_its_new_parameters(rig: Rig) -> None:
    rig.gateway.day.begin("clock-skew", seconds=1)
    rig.gateway.day.begin("clock-skew", seconds=3, skew_seconds=60)
    rig.advance(2_000)
    assert rig.gateway.skew_ms == 60_000


async def test_all_events_can_be_ended_at_once(rig: Rig) -> None:
    for name in ("clock-skew", "competing", "maintenance", "half-open", "socket-silent"):
        rig.gateway.day.begin(name)
    told = await rig.control("DELETE", "/sim/day")
    assert not any(each["active"] for each in told["events"])
    assert (rig.gateway.login.competing, rig.gateway.skew_ms, rig.gateway.login.closed_by) == (False, 0, set())


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("nonsense", {}),
        ("competing", {"warning_seconds": "2"}),
        ("competing", {"seconds": 1, "sim_seconds": 1}),
        ("competing", {"name": "competing"}),
        ("competing", {"seconds": -1}),
        ("burst-503", {"times": 0}),
        ("burst-503", {"prefixes": ["iserver"]}),
        ("burst-503", {"prefixes": []}),
        ("dead-subscriptions", {"topics": ["quotes"]}),
        ("dead-subscriptions", {"cure": "prayer"}),
        ("half-open", {"new": True}),
        ("socket-silent", {"new": "no"}),
        ("competing", ["seconds"]),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(rig: Rig, name: str, body: object) -> None:
    answer = await rig.control("POST", f"/sim/day/{name}", body)
    assert answer["error"]
    assert answer["known"] == list(KINDS)
    told = await rig.control("GET", "/sim/day")
    assert not any(each["active"] for each in told["events"])


async def test_a_plan_is_followed_and_told(rig: Rig) -> None:
    lines = [{"event": "clock-skew"}, {"event": "clock-skew", "after_seconds": 1, "end": True}]
    told = await rig.control("POST", "/sim/day/plan", {"plan": lines})
    assert [line["done"] for line in told["plan"]] == [0, 0]
    rig.advance(50)
    assert rig.gateway.day.active("clock-skew")
    rig.socket()
    rig.advance(1_000)
    assert not rig.gateway.day.active("clock-skew")
    assert [line["done"] for line in rig.gateway.day.report()["plan"]] == [1, 1]  # type: ignore[call-overload,index,union-attr]  # JSON


@pytest.mark.parametrize("plan", [None, [{"event": "nonsense"}], [{"event": "competing", "parameters": {"x": 1}}]])
async def test_a_plan_that_makes_no_sense_is_refused(rig: Rig, plan: object) -> None:
    assert (await rig.control("POST", "/sim/day/plan", {"plan": plan}))["error"]


async def test_another_scenario_ends_what_goes_on(rig: Rig) -> None:
    for name in ("gateway-restart", "maintenance", "clock-skew"):
        rig.gateway.day.begin(name)
    await rig.control("POST", "/sim/scenario", {"name": "competing"})
    active = [name for name in KINDS if rig.gateway.day.active(name)]
    assert (active, rig.gateway.day.listening) == (["competing"], True)


@pytest.mark.parametrize(
    ("scenario", "event"),
    [("not-logged-in", "login-needed"), ("competing", "competing"), ("maintenance", "maintenance")],
)
async def test_the_state_a_scenario_starts_in_is_an_event_that_can_be_ended(
    make_rig: MakeRig, scenario: str, event: str
) -> None:
    rig = make_rig(scenario=scenario)
    assert (await row(rig, event))["active"]
    await rig.control("DELETE", f"/sim/day/{event}")
    assert (await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": False}))["authenticated"] is True
    assert not (await row(rig, event))["active"]


async def test_every_plan_of_a_scenario_can_be_followed(rig: Rig) -> None:
    plans = [scenario.plan for scenario in SCENARIOS.values() if scenario.plan]
    for plan in plans:
        rig.gateway.day.plan(plan)
    assert {planned.event for plan in plans for planned in plan} >= set(KINDS) - {"maintenance", "clock-skew"}
