"""Arming and disarming faults, and which requests they strike."""

from __future__ import annotations

import asyncio

import pytest

from ibtui.sim.gateway.losses import ConnectionLost
from tests.sim.gateway.rig import ACCOUNT, MakeRig, Rig, Tree

ORDERS = f"/iserver/account/{ACCOUNT}/orders"


@pytest.fixture
async def desk(rig: Rig) -> Rig:
    await rig.market_data()
    return rig


async def place(rig: Rig, coid: str) -> Tree:
    return await rig.place(price=rig.near(98), cOID=coid)


def coids(rig: Rig) -> list[str]:
    found: Tree = rig.gateway.truth()["orders"]
    return [str(order["coid"]) for order in found]


async def test_a_fault_is_armed_reported_and_disarmed(desk: Rig) -> None:
    armed = await desk.control("POST", "/sim/fault", {"name": "lost-answer", "on": "place", "times": 2})
    assert armed == {"armed": {"name": "lost-answer", "on": ["place"], "times": 2, "delay_ms": 0}}
    with pytest.raises(ConnectionLost):
        await place(desk, "first")
    now = desk.gateway.now_ms
    told = await desk.control("GET", "/sim/faults")
    assert told["struck"] == [{"name": "lost-answer", "on": "place", "path": ORDERS, "time": now}]
    assert told["armed"] == [{"name": "lost-answer", "on": ["place"], "times": 1, "delay_ms": 0}]
    assert (await desk.control("DELETE", "/sim/fault"))["armed"] == []
    await place(desk, "second")
    assert coids(desk) == ["first", "second"]


async def test_a_fault_strikes_as_often_as_it_says(desk: Rig) -> None:
    desk.gateway.faults.arm("lost-request", times=2)
    for _ in range(2):
        with pytest.raises(ConnectionLost):
            await place(desk, "mine")
    await place(desk, "mine")
    assert coids(desk) == ["mine"]


async def test_a_scenario_strikes_the_first_order_request_only(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="lost-answer").ready()
    await rig.market_data()
    with pytest.raises(ConnectionLost):
        await place(rig, "first")
    await place(rig, "second")
    assert coids(rig) == ["first", "second"]


async def test_an_armed_fault_strikes_before_the_scenarios_own(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="lost-answer").ready()
    await rig.market_data()
    rig.gateway.faults.arm("error-502")
    first = await rig.send("POST", ORDERS, {"orders": []})
    with pytest.raises(ConnectionLost):
        await place(rig, "mine")
    assert (first.status_code, [row["name"] for row in rig.gateway.faults.struck]) == (
        502,
        ["error-502", "lost-answer"],
    )


async def test_a_scenario_switched_to_brings_its_fault_and_takes_the_old_one_away(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="lost-answer")
    await rig.control("POST", "/sim/scenario", {"name": "error-503"})
    assert [fault.name for fault in rig.gateway.faults.waiting] == ["error-503"]


async def test_both_prefixes_are_struck_and_counted_together(desk: Rig) -> None:
    desk.gateway.faults.arm("error-500", times=2)
    assert (await desk.send("POST", ORDERS, {})).status_code == 500
    assert (await desk.browser("POST", f"/v1/portal{ORDERS}")).status_code == 500
    assert list(desk.gateway.faults.waiting) == []


async def test_requests_that_are_no_orders_are_not_struck(desk: Rig) -> None:
    desk.gateway.faults.arm("lost-request")
    for path in (f"{ORDERS}/whatif", "/iserver/questions/suppress", "/tickle"):
        await desk.send("POST", path, {})
    await desk.get("/iserver/account/orders")
    assert desk.gateway.faults.struck == []


async def test_a_fault_on_replies_lets_orders_through(desk: Rig) -> None:
    desk.gateway.faults.arm("lost-answer", on="reply")
    await place(desk, "mine")
    assert desk.gateway.faults.struck == []


async def test_what_pacing_refuses_is_not_struck(desk: Rig) -> None:
    desk.gateway.faults.arm("lost-request")
    desk.gateway.pacing.release()
    for _ in range(11):
        await desk.send("POST", "/tickle", {}, paced=True)
    assert (await desk.send("POST", ORDERS, {}, paced=True)).status_code == 429
    assert desk.gateway.faults.struck == []


async def test_what_login_refuses_is_not_struck(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="not-logged-in")
    rig.gateway.faults.arm("lost-request")
    assert (await rig.send("POST", ORDERS, {})).status_code == 401
    await rig.browser("POST", "/sso/Login")
    assert (await rig.send("POST", ORDERS, {})).status_code == 400
    assert rig.gateway.faults.struck == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "nonsense"},
        {"name": "lost-answer", "on": "whatif"},
        {"name": "lost-answer", "times": 0},
        {"name": "lost-answer", "delay_ms": -1},
        {"name": "reply-expired", "on": "place"},
    ],
)
async def test_a_fault_that_cannot_be_is_refused(desk: Rig, wrong: dict[str, object]) -> None:
    answer = await desk.control("POST", "/sim/fault", wrong)
    assert answer["error"]
    assert list(desk.gateway.faults.waiting) == []


async def test_the_delay_can_be_shortened(desk: Rig) -> None:
    desk.gateway.faults.arm("too-many", delay_ms=1_000)
    assert (await desk.send("POST", ORDERS, {})).status_code == 429
    desk.advance(1_000)
    assert (await desk.send("POST", "/tickle")).status_code == 200


async def test_disarming_opens_the_box(desk: Rig) -> None:
    desk.gateway.faults.arm("too-many")
    await desk.send("POST", ORDERS, {})
    await desk.control("DELETE", "/sim/fault")
    assert (await desk.send("POST", "/tickle")).status_code == 200


async def test_late_answers_can_all_be_let_go(rig: Rig) -> None:
    waiting = asyncio.create_task(rig.gateway.faults.wait(60_000))
    await asyncio.sleep(0)
    assert not waiting.done()
    rig.gateway.faults.release()
    await waiting
