"""A gateway whose clock is an hour behind."""

from __future__ import annotations

from ibtui.sim.gateway.scenario import SKEW_MS
from ibtui.sim.gateway.skew import skewed
from ibtui.sim.gateway.wire import Fields, Json, compact_time, dashed_time
from tests.sim.gateway.rig import MakeRig


def test_seconds_milliseconds_and_texts_move_alike() -> None:
    payload: Fields = {"timestamp": 1_795_104_000, "hb": 1_795_104_000_000, "order_time": "261119160000", "n": 7}
    rows: list[Json] = [payload]
    assert skewed(rows, SKEW_MS) == [
        {"timestamp": 1_795_100_400, "hb": 1_795_100_400_000, "order_time": "261119150000", "n": 7}
    ]


def test_times_that_cannot_be_read_stay_as_they_are() -> None:
    payload: Fields = {"order_time": "soon", "timestamp": None, "modified": True}
    assert skewed(payload, SKEW_MS) == payload


async def test_orders_executions_and_heartbeats_are_all_an_hour_off(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="clock-skew").ready()
    await rig.market_data()
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o10151", "o451", "o383"]})
    socket = rig.socket()
    socket.say("sor+{}")
    socket.say("str+{}")
    order_id = int((await rig.place(orderType="MKT"))[0]["order_id"])
    rig.advance(11_000)
    beat = next(frame["hb"] for frame in socket.frames("system") if "hb" in frame)
    order = rig.order(order_id)
    status = await rig.get(f"/iserver/account/order/status/{order_id}")
    rig.gateway.login.brokerage.warmed.add("/iserver/account/trades")
    (trade,) = await rig.get("/iserver/account/trades")
    (execution,) = rig.gateway.exchange.executions("DU1234567")
    assert abs(rig.gateway.now_ms + SKEW_MS - beat) < 11_000
    assert status["order_time"] == compact_time(order.placed_ms + SKEW_MS)
    assert trade["trade_time"] == dashed_time(execution.time_ms + SKEW_MS)
    assert trade["trade_time_r"] == execution.time_ms // 1000 * 1000 + SKEW_MS


async def test_truth_keeps_the_right_time(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="clock-skew")
    assert (await rig.control("GET", "/sim/truth"))["time"] == rig.gateway.now_ms
