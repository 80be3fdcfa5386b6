"""Every fault by name: what the client sees, and what happened at the exchange."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from ibtui.sim.gateway.faults import BOX_MS, FAULTS, SLOW_MS
from ibtui.sim.gateway.losses import ConnectionLost
from ibtui.sim.gateway.scenario import SCENARIOS
from tests.sim.gateway.rig import ACCOUNT, MakeRig, Rig, Tree

TURNS = 200
ASKED_AT = 96
"""Percent of the bid at which a limit is far enough away for a question."""


@pytest.fixture
async def desk(rig: Rig) -> Rig:
    await rig.market_data()
    return rig


def orders(rig: Rig) -> list[dict[str, Tree]]:
    """Orders at the exchange, whatever the client was told."""
    found: Tree = rig.gateway.truth()["orders"]
    return list(found)


def ticket(rig: Rig, **more: object) -> dict[str, object]:
    order: dict[str, object] = {"conid": 265598, "side": "BUY", "orderType": "LMT", "quantity": 1, "tif": "DAY"}
    return order | {"price": rig.near(98), "cOID": "mine"} | more


async def send_order(rig: Rig, **more: object) -> httpx.Response:
    return await rig.send("POST", f"/iserver/account/{ACCOUNT}/orders", {"orders": [ticket(rig, **more)]})


async def question(rig: Rig) -> str:
    """Place an order that is asked about; the reply id."""
    asked = (await send_order(rig, price=rig.near(ASKED_AT))).json()
    assert "message" in asked[0]
    return str(asked[0]["id"])


async def confirm(rig: Rig, reply_id: str) -> httpx.Response:
    return await rig.send("POST", f"/iserver/reply/{reply_id}", {"confirmed": True})


async def turn_until(true: Callable[[], bool]) -> None:
    """Let other tasks run until something is so."""
    for _ in range(TURNS):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to be")


def test_every_fault_is_a_scenario_of_its_name() -> None:
    assert {name: SCENARIOS[name].fault for name in FAULTS} == FAULTS


async def test_a_lost_request_is_not_carried_out(desk: Rig) -> None:
    desk.gateway.faults.arm("lost-request")
    with pytest.raises(ConnectionLost):
        await send_order(desk)
    assert orders(desk) == []


@pytest.mark.parametrize("name", ["lost-answer", "reset-mid-body"])
async def test_a_request_whose_answer_is_lost_is_carried_out_once(desk: Rig, name: str) -> None:
    desk.gateway.faults.arm(name)
    with pytest.raises(ConnectionLost):
        await send_order(desk)
    (order,) = orders(desk)
    assert (order["coid"], order["side"], order["quantity"]) == ("mine", "BUY", "1")


async def test_the_second_sending_of_a_lost_answer_proves_the_first(desk: Rig) -> None:
    desk.gateway.faults.arm("lost-answer")
    with pytest.raises(ConnectionLost):
        await send_order(desk)
    assert "is already registered" in (await send_order(desk)).json()["error"]
    assert len(orders(desk)) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize(("suffix", "carried_out"), [("", 0), ("-after", 1)])
async def test_an_error_page_says_nothing_about_the_order(
    desk: Rig, status: int, suffix: str, carried_out: int
) -> None:
    desk.gateway.faults.arm(f"error-{status}{suffix}")
    answer = await send_order(desk)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f"<h1>{status} " in answer.text
    assert len(orders(desk)) == carried_out


async def test_too_many_boxes_everything_until_its_time_is_over(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="too-many").ready()
    first = await send_order(rig)
    assert (first.status_code, first.json()["error"]) == (429, "Too many requests")
    rig.advance(BOX_MS - 50)
    assert (await rig.send("POST", "/tickle")).status_code == 429
    rig.advance(50)
    assert (await rig.send("POST", "/tickle")).status_code == 200
    assert orders(rig) == []
    await rig.market_data()
    assert (await send_order(rig)).status_code == 200
    assert len(orders(rig)) == 1


async def test_a_lost_session_takes_the_chain_with_it_and_an_init_brings_it_back(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="session-lost").ready()
    await rig.market_data()
    socket = rig.socket()
    reply_id = await question(rig)
    assert (await confirm(rig, reply_id)).status_code == 401
    assert socket.frames("sts")[-1]["args"]["authenticated"] is False
    assert (await rig.post("/iserver/auth/status"))["authenticated"] is False
    assert (await confirm(rig, reply_id)).status_code == 400
    assert (await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": True}))["established"] is True
    await rig.ready()
    assert (await confirm(rig, reply_id)).status_code == 503
    assert orders(rig) == []


async def test_an_expired_reply_is_unknown_and_nothing_is_placed(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="reply-expired").ready()
    await rig.market_data()
    reply_id = await question(rig)
    answer = await confirm(rig, reply_id)
    assert (answer.status_code, answer.json()) == (400, {"error": f"reply id not found: '{reply_id}'"})
    assert (await confirm(rig, reply_id)).status_code == 503
    assert orders(rig) == []


async def test_a_slow_answer_is_carried_out_at_once_and_comes_when_the_clock_has_moved(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="slow-answer").ready()
    await rig.market_data()
    answer = asyncio.create_task(send_order(rig))
    await turn_until(lambda: len(orders(rig)) == 1)
    rig.advance(SLOW_MS - 50)
    await turn_until(lambda: rig.gateway.faults.struck != [])
    assert not answer.done()
    rig.advance(50)
    assert (await answer).json()[0]["order_id"] == str(orders(rig)[0]["order_id"])


async def test_a_slow_reply_is_carried_out_at_once(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="slow-reply").ready()
    await rig.market_data()
    reply_id = await question(rig)
    assert orders(rig) == []
    answer = asyncio.create_task(confirm(rig, reply_id))
    await turn_until(lambda: len(orders(rig)) == 1)
    assert not answer.done()
    rig.advance(SLOW_MS)
    assert (await answer).status_code == 200


async def test_a_client_that_gives_up_a_slow_answer_leaves_its_order_behind(desk: Rig) -> None:
    desk.gateway.faults.arm("slow-answer")
    answer = asyncio.create_task(send_order(desk))
    await turn_until(lambda: len(orders(desk)) == 1)
    answer.cancel()
    await asyncio.gather(answer, return_exceptions=True)
    desk.advance(SLOW_MS)
    assert [order["coid"] for order in orders(desk)] == ["mine"]


@pytest.mark.parametrize(("name", "carried_out"), [("lost-request", False), ("lost-answer", True)])
async def test_a_cancel_can_be_struck(desk: Rig, name: str, carried_out: bool) -> None:
    order_id = (await send_order(desk)).json()[0]["order_id"]
    desk.advance(500)
    desk.gateway.faults.arm(name, on="cancel")
    with pytest.raises(ConnectionLost):
        await desk.send("DELETE", f"/iserver/account/{ACCOUNT}/order/{order_id}")
    desk.advance(500)
    assert orders(desk)[0]["status"] == ("Cancelled" if carried_out else "Submitted")


@pytest.mark.parametrize(("name", "quantity"), [("lost-request", "1"), ("lost-answer", "3")])
async def test_a_change_can_be_struck(desk: Rig, name: str, quantity: str) -> None:
    order_id = (await send_order(desk)).json()[0]["order_id"]
    desk.advance(500)
    desk.gateway.faults.arm(name, on="modify")
    with pytest.raises(ConnectionLost):
        await desk.send("POST", f"/iserver/account/{ACCOUNT}/order/{order_id}", ticket(desk, quantity=3))
    desk.advance(500)
    assert [order["quantity"] for order in orders(desk)] == [quantity]


@pytest.mark.parametrize(("name", "placed"), [("lost-request", 0), ("lost-answer", 1)])
async def test_a_reply_can_be_struck(desk: Rig, name: str, placed: int) -> None:
    reply_id = await question(desk)
    desk.gateway.faults.arm(name, on="reply")
    with pytest.raises(ConnectionLost):
        await confirm(desk, reply_id)
    assert len(orders(desk)) == placed


async def test_a_question_that_is_lost_leaves_nothing_at_the_exchange(desk: Rig) -> None:
    desk.gateway.faults.arm("lost-answer")
    with pytest.raises(ConnectionLost):
        await send_order(desk, price=desk.near(ASKED_AT))
    assert orders(desk) == []


async def test_a_refusal_can_be_lost_too(desk: Rig) -> None:
    desk.gateway.faults.arm("lost-answer")
    with pytest.raises(ConnectionLost):
        await send_order(desk, quantity=0)
    assert orders(desk) == []
