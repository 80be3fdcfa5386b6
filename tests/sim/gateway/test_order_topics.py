"""`sor` and `str`: an order's life on the socket."""

from __future__ import annotations

import pytest

from tests.sim.gateway.rig import MakeRig, Rig

BASE = {"acct", "conidex", "conid", "orderId"}


@pytest.fixture
async def desk(rig: Rig) -> Rig:
    await rig.market_data()
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o10151", "o451", "o383"]})
    return rig


async def test_nothing_comes_at_first_while_there_are_no_orders(desk: Rig) -> None:
    socket = desk.socket()
    socket.say("sor+{}")
    assert socket.frames("sor") == []


async def test_a_new_order_is_told_in_full_then_bare_then_in_steps(desk: Rig) -> None:
    socket = desk.socket()
    socket.say("sor+{}")
    await desk.place(price=desk.near(98))
    desk.advance(500)
    rows = [frame["args"][0] for frame in socket.frames("sor")]
    assert (rows[0]["status"], rows[0]["order_ccp_status"]) == ("Inactive", "Pending Submit")
    assert set(rows[1]) == BASE | {"isEventTrading"}
    assert [row["status"] for row in rows[2:]] == ["PendingSubmit", "PreSubmitted", "Submitted"]
    assert all(set(row) >= BASE and len(row) < 12 for row in rows[2:])


async def test_a_cancel_is_told_in_full_and_then_as_a_step(desk: Rig) -> None:
    order_id = (await desk.place(price=desk.near(98)))[0]["order_id"]
    desk.advance(500)
    socket = desk.socket()
    socket.say("sor")
    await desk.send("DELETE", f"/iserver/account/DU1234567/order/{order_id}")
    desk.advance(1_000)
    first, asked, done = [frame["args"][0] for frame in socket.frames("sor")]
    assert first["status"] == "Submitted"
    assert (asked["status"], "orderDesc" in asked) == ("PendingCancel", True)
    assert (done["status"], "totalSize" in done) == ("Cancelled", False)


async def test_filters_let_only_their_states_through(desk: Rig) -> None:
    socket = desk.socket()
    socket.say('sor+{"filters":["Submitted"]}')
    await desk.place(price=desk.near(98))
    desk.advance(500)
    assert {frame["args"][0].get("status") for frame in socket.frames("sor")} == {"Submitted"}


async def test_after_uor_nothing_more_comes_and_nothing_confirms_it(desk: Rig) -> None:
    socket = desk.socket()
    socket.say("sor+{}")
    socket.say("uor+{}")
    await desk.place(price=desk.near(98))
    desk.advance(500)
    assert socket.frames("sor") == []


async def test_trades_begin_with_an_empty_frame(desk: Rig) -> None:
    socket = desk.socket()
    socket.say("str+{}")
    assert socket.frames("str") == [{"topic": "str", "args": []}]


async def test_each_execution_comes_twice_the_second_time_with_commission(desk: Rig) -> None:
    socket = desk.socket()
    socket.say('str+{"realtimeUpdatesOnly":true}')
    socket.raw()
    await desk.place(orderType="MKT", cOID="buy-one")
    desk.advance(2_000)
    rows = [frame["args"][0] for frame in socket.frames("str")]
    assert len(rows) == 2
    assert rows[0]["execution_id"] == rows[1]["execution_id"]
    assert ("commission" in rows[0], "commission" in rows[1]) == (False, True)
    assert (rows[0]["order_ref"], rows[0]["side"]) == ("buy-one", "B")


async def test_executions_of_today_are_told_to_a_new_subscriber(desk: Rig) -> None:
    await desk.place(orderType="MKT")
    desk.advance(2_000)
    socket = desk.socket()
    socket.say('str+{"days":1}')
    empty, first, second = socket.frames("str")
    assert empty["args"] == []
    assert ("commission" in first["args"][0], "commission" in second["args"][0]) == (False, True)


async def test_one_build_says_nothing_about_orders(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="silent-orders").ready()
    await rig.market_data()
    socket = rig.socket()
    socket.say("sor+{}")
    await rig.place(price=rig.near(98))
    rig.advance(500)
    assert socket.frames("sor") == []


async def test_a_refused_subscription_names_its_topic_and_works_the_third_time(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="refused-orders").ready()
    await rig.market_data()
    socket = rig.socket()
    for _ in range(3):
        socket.say("sor+{}")
    refused = {"error": "unable to subscribe", "code": 500, "topic": "sor"}
    assert socket.frames("sor") == [refused, refused]
    await rig.place(price=rig.near(98))
    rig.advance(500)
    assert socket.frames("sor") != []
