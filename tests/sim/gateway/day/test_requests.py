"""Bursts of errors, late answers, and a tickle that knows no session."""

from __future__ import annotations

import asyncio

import pytest

from tests.sim.gateway.rig import ACCOUNT, MakeRig, Rig

ORDERS = f"/iserver/account/{ACCOUNT}/orders"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (410, {"error": "Gone", "statusCode": 410}),
        (423, {"status": "waiting for reply"}),
        (429, {"error": "Too many requests", "statusCode": 429}),
        (500, {"error": "Internal Server Error", "statusCode": 500}),
        (502, {"error": "Bad Gateway", "statusCode": 502}),
        (503, {"error": "Service Unavailable", "statusCode": 503}),
    ],
)
async def test_a_burst_answers_as_often_as_wanted(rig: Rig, status: int, body: dict[str, object]) -> None:
    row = await rig.control("POST", f"/sim/day/burst-{status}", {"times": 2})
    assert (row["active"], row["details"]) == (True, {"struck": 0, "times_left": 2})
    answers = [await rig.send("POST", "/tickle") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].json() == body
    assert not rig.gateway.day.active(f"burst-{status}")


async def test_a_burst_of_401_is_the_gateways_own_page(rig: Rig) -> None:
    rig.gateway.day.begin("burst-401")
    answer = await rig.send("GET", "/iserver/accounts")
    assert (answer.status_code, "Access Denied" in answer.text) == (401, True)
    assert rig.gateway.login.authenticated


async def test_a_burst_can_be_a_proxys_page(rig: Rig) -> None:
    rig.gateway.day.begin("burst-502", html=True)
    answer = await rig.send("POST", "/tickle")
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_burst_strikes_below_its_prefixes_for_its_time_and_carries_nothing_out(rig: Rig) -> None:
    await rig.market_data()
    rig.gateway.day.begin("burst-503", prefixes=["/iserver/account/", "/portfolio"], seconds=1)
    order = {"conid": 265598, "side": "BUY", "orderType": "LMT", "price": 1, "quantity": 1, "tif": "DAY"}
    assert (await rig.send("POST", ORDERS, {"orders": [order]})).status_code == 503
    assert (await rig.send("GET", "/portfolio/accounts")).status_code == 503
    assert (await rig.send("POST", "/tickle")).status_code == 200
    assert rig.gateway.truth()["orders"] == []
    rig.advance(1_000)
    assert (await rig.send("GET", "/portfolio/accounts")).status_code == 200


async def test_tickle_knows_no_session_for_a_time(rig: Rig) -> None:
    rig.gateway.day.begin("no-session", seconds=1)
    answer = await rig.send("POST", "/tickle")
    assert (answer.status_code, answer.json()) == (200, {"error": "no session"})
    assert (await rig.get("/iserver/auth/status"))["authenticated"] is True
    rig.advance(1_000)
    assert (await rig.post("/tickle"))["session"] == rig.gateway.login.session_id


async def test_a_slow_answer_is_carried_out_at_once_and_comes_after_its_delay(rig: Rig) -> None:
    rig.gateway.day.begin("slow-answers", prefixes=["/iserver/questions"], times=1)
    waiting = asyncio.create_task(rig.post("/iserver/questions/suppress", {"messageIds": ["o163"]}))
    await idle()
    assert rig.gateway.login.brokerage.suppressed == {"o163"}
    assert (await rig.send("POST", "/tickle")).status_code == 200
    rig.advance(29_900)
    await idle()
    assert not waiting.done()
    rig.advance(100)
    assert await waiting == {"status": "submitted"}


async def idle() -> None:
    """Let every task go as far as it gets without time."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_an_answer_under_way_is_lost_with_the_gateway(rig: Rig) -> None:
    rig.gateway.day.begin("slow-answers")
    before = rig.gateway.pacing.audit.requests
    waiting = asyncio.create_task(rig.post("/tickle"))
    await idle()
    assert rig.gateway.pacing.audit.requests == before + 1
    rig.gateway.day.begin("gateway-restart", seconds=1)
    with pytest.raises(ConnectionResetError):
        await waiting


async def test_a_scenario_begins_ten_seconds_after_the_first_greeting(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="burst-500")
    rig.advance(11_000)
    assert (await rig.send("POST", "/tickle")).status_code == 200
    rig.socket()
    rig.advance(9_500)
    assert (await rig.send("POST", "/tickle")).status_code == 200
    rig.advance(500)
    assert (await rig.send("POST", "/tickle")).status_code == 500
