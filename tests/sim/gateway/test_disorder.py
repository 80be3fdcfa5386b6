"""Frames that arrive more than once, late and out of order."""

from __future__ import annotations

from collections import Counter

from ibtui.sim.gateway.wire import Fields
from ibtui.sim.gateway.ws.disorder import AGAIN_MS, FIRST_MS, Disorder
from tests.sim.gateway.rig import MakeRig, Rig, Tree

LAST_MS = AGAIN_MS[1]


async def warm(rig: Rig) -> Rig:
    await rig.ready()
    await rig.market_data()
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o10151", "o451", "o383"]})
    return rig


async def statuses(rig: Rig) -> list[str]:
    """States of one resting order, as they arrive."""
    socket = rig.socket()
    socket.say("sor+{}")
    await rig.place(price=rig.near(98))
    rig.advance(3_000)
    return [row["status"] for frame in socket.frames("sor") for row in frame["args"] if "status" in row]


async def executions(rig: Rig) -> list[tuple[str, bool]]:
    """Ids of executions as they arrive, and whether the commission was with them."""
    socket = rig.socket()
    socket.say('str+{"realtimeUpdatesOnly":true}')
    await rig.place(orderType="MKT", quantity=2)
    rig.advance(5_000)
    rows: list[dict[str, Tree]] = [row for frame in socket.frames("str") for row in frame["args"]]
    return [(str(row["execution_id"]), "commission" in row) for row in rows]


async def test_each_state_of_an_order_is_told_twice(make_rig: MakeRig) -> None:
    calm = await statuses(await warm(make_rig()))
    wild = await statuses(await warm(make_rig(scenario="shuffled-orders")))
    assert Counter(wild) == Counter(calm * 2)


async def test_old_states_of_an_order_come_behind_newer_ones(make_rig: MakeRig) -> None:
    told = await statuses(await warm(make_rig(scenario="shuffled-orders")))
    assert "Inactive" in told[told.index("Submitted") :]


async def test_the_same_seed_shuffles_the_same_way(make_rig: MakeRig) -> None:
    first, second = [await statuses(await warm(make_rig(scenario="shuffled-orders"))) for _ in range(2)]
    assert first == second


async def test_the_first_frame_of_a_new_subscriber_is_doubled_too(make_rig: MakeRig) -> None:
    rig = await warm(make_rig(scenario="shuffled-orders"))
    await rig.place(price=rig.near(98))
    rig.advance(500)
    socket = rig.socket()
    socket.say("sor+{}")
    assert socket.frames("sor") == []
    rig.advance(LAST_MS)
    first, second = socket.frames("sor")
    assert first == second
    assert first["args"][0]["status"] == "Submitted"


async def test_an_execution_comes_two_or_three_times_with_and_without_commission(make_rig: MakeRig) -> None:
    told = Counter(await executions(await warm(make_rig(scenario="double-executions"))))
    identifiers = {identifier for identifier, _ in told}
    assert set(told) == {(identifier, commission) for identifier in identifiers for commission in (False, True)}
    assert set(told.values()) <= {2, 3}


async def test_an_execution_without_its_commission_comes_behind_the_one_with_it(make_rig: MakeRig) -> None:
    told = await executions(await warm(make_rig(scenario="double-executions")))
    assert (told[0][0], False) in told[told.index((told[0][0], True)) :]


def test_neighbours_overtake_each_other() -> None:
    disorder = Disorder("seed", (1, 1))
    frames: list[Fields] = [{"n": number} for number in range(20)]
    for frame in frames:
        disorder.send(frame, 0)
    arrived = disorder.arrived(FIRST_MS[1])
    assert arrived != frames
    assert sorted(str(frame) for frame in arrived) == sorted(str(frame) for frame in frames)


def test_nothing_arrives_before_its_time_and_nothing_is_lost() -> None:
    disorder = Disorder("seed", (2, 2))
    disorder.send({"n": 1}, 1_000)
    assert disorder.arrived(999) == []
    assert disorder.arrived(1_000 + FIRST_MS[1]) == [{"n": 1}]
    assert disorder.arrived(1_000 + LAST_MS) == [{"n": 1}]
    assert disorder.arrived(10_000) == []
