"""The questions an order raises, and what becomes of their answers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sim.gateway.rig import MakeRig, Rig, Tree

ACCOUNT = "DU1234567"


def asked(answer: Tree) -> str:
    """Message id of the question in an answer."""
    identifier: str = answer[0]["messageIds"][0]
    return identifier


async def chain(rig: Rig, answer: Tree) -> list[Tree]:
    """Say yes to every question; the questions, and the last answer."""
    seen = []
    while isinstance(answer, list) and "messageIds" in answer[0]:
        seen.append(answer[0])
        answer = await rig.post(f"/iserver/reply/{answer[0]['id']}", {"confirmed": True})
    return [*seen, answer]


async def test_an_unremarkable_order_is_accepted_at_once(rig: Rig) -> None:
    await rig.market_data()
    answer = await rig.place()
    assert set(answer[0]) == {"order_id", "order_status", "encrypt_message"}
    assert answer[0]["order_id"].isdigit()


async def test_five_percent_away_asks_exactly_three_questions(rig: Rig) -> None:
    await rig.market_data()
    price = rig.near(105)
    *questions, last = await chain(rig, await rig.place(quantity=100, price=price))
    assert [question["messageIds"][0] for question in questions] == ["o163", "o10153", "o403"]
    assert questions[0]["messageOptions"] == ["Yes", "No"]
    assert questions[1]["message"][0].startswith("<h4>Confirm Mandatory Cap Price</h4>")
    assert questions[1]["messageOptions"] == ["Decline", "Accept and Continue"]
    assert questions[1]["isSuppressible"] is True
    assert last[0]["order_status"]


async def test_five_percent_below_asks_three_questions_too(rig: Rig) -> None:
    await rig.market_data()
    price = rig.near(95)
    *questions, _ = await chain(rig, await rig.place(quantity=100, price=price))
    assert [question["messageIds"][0] for question in questions] == ["o163", "o10153", "o382"]


async def test_four_percent_away_asks_one(rig: Rig) -> None:
    await rig.market_data()
    *questions, _ = await chain(rig, await rig.place(price=rig.near(96)))
    assert [question["messageIds"][0] for question in questions] == ["o163"]


async def test_an_order_without_market_data_is_asked_about(rig: Rig) -> None:
    assert asked(await rig.place()) == "o354"


async def test_market_data_by_websocket_counts_as_well(rig: Rig) -> None:
    rig.socket().say('smd+265598+{"fields":["31"]}')
    assert "order_id" in (await rig.place())[0]


@pytest.mark.parametrize(
    ("ticket", "identifier"),
    [
        ({"quantity": 501, "price": 100.0, "conid": 265598}, "o383"),
        ({"quantity": 400}, "o451"),
        ({"orderType": "MKT"}, "o10151"),
        ({"orderType": "STP", "price": 250.0, "side": "SELL"}, "o10331"),
    ],
)
async def test_each_kind_of_order_has_its_question(rig: Rig, ticket: dict[str, Tree], identifier: str) -> None:
    await rig.market_data()
    *questions, _ = await chain(rig, await rig.place(**ticket))
    assert identifier in [question["messageIds"][0] for question in questions]


async def test_a_declined_question_sends_nothing(rig: Rig) -> None:
    question = (await rig.place())[0]
    assert await rig.post(f"/iserver/reply/{question['id']}", {"confirmed": False}) == {"error": "Order not confirmed "}
    assert rig.gateway.exchange.orders(ACCOUNT) == []


async def test_confirmed_must_be_a_boolean(rig: Rig) -> None:
    question = (await rig.place())[0]
    answer = await rig.send("POST", f"/iserver/reply/{question['id']}", {"confirmed": "true"})
    assert answer.status_code == 500
    assert "order_id" in (await rig.post(f"/iserver/reply/{question['id']}", {"confirmed": True}))[0]


async def test_a_reply_id_works_once(rig: Rig) -> None:
    question = (await rig.place())[0]
    await rig.post(f"/iserver/reply/{question['id']}", {"confirmed": True})
    again = await rig.send("POST", f"/iserver/reply/{question['id']}", {"confirmed": True})
    assert (again.status_code, again.json()) == (400, {"error": f"reply id not found: '{question['id']}'"})


async def test_a_reply_id_expires(rig: Rig) -> None:
    question = (await rig.place())[0]
    rig.advance(121_000)
    assert (await rig.send("POST", f"/iserver/reply/{question['id']}", {"confirmed": True})).status_code == 503


async def test_a_second_order_loses_the_open_conversation(rig: Rig) -> None:
    first = (await rig.place())[0]
    second = (await rig.place())[0]
    assert (await rig.send("POST", f"/iserver/reply/{first['id']}", {"confirmed": True})).status_code == 503
    assert "order_id" in (await rig.post(f"/iserver/reply/{second['id']}", {"confirmed": True}))[0]


async def test_a_suppressed_question_is_not_asked(rig: Rig) -> None:
    assert await rig.post("/iserver/questions/suppress", {"messageIds": ["o354"]}) == {"status": "submitted"}
    assert "order_id" in (await rig.place())[0]
    assert await rig.post("/iserver/questions/suppress/reset") == {"status": "submitted"}
    assert asked(await rig.place()) == "o354"


async def test_a_new_brokerage_session_asks_again(rig: Rig) -> None:
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o354"]})
    await rig.post("/iserver/auth/ssodh/init", {"publish": True, "compete": True})
    await rig.get("/iserver/accounts")
    assert asked(await rig.place()) == "o354"


async def test_at_most_51_questions_are_suppressed(rig: Rig) -> None:
    wanted = [f"o{number}" for number in range(52)]
    assert (await rig.send("POST", "/iserver/questions/suppress", {"messageIds": wanted[:51]})).status_code == 200
    assert (await rig.send("POST", "/iserver/questions/suppress", {"messageIds": wanted})).status_code == 500


async def test_a_change_is_asked_about_like_a_new_order(rig: Rig) -> None:
    await rig.market_data()
    order_id = (await rig.place())[0]["order_id"]
    rig.advance(500)
    ticket = {"conid": 265598, "side": "BUY", "orderType": "LMT", "tif": "DAY", "quantity": 1}
    price = rig.near(96)
    answer = await rig.post(f"/iserver/account/{ACCOUNT}/order/{order_id}", ticket | {"price": price})
    assert asked(answer) == "o163"
    *_, last = await chain(rig, answer)
    assert last[0]["order_id"] == order_id
    rig.advance(500)
    assert rig.order(order_id).limit_price == Decimal(str(price))


async def test_an_order_may_be_answered_with_a_prompt_in_place_of_an_id(make_rig: MakeRig) -> None:
    rig = await make_rig(scenario="advanced-reject").ready()
    await rig.market_data()
    prompt = await rig.place()
    assert (prompt["messageId"], prompt["prompt"], prompt["dismissable"]) == ("p12", True, [])
    answer = {"orderId": prompt["orderId"], "reqId": prompt["reqId"], "text": "Do not use"}
    assert (await rig.send("POST", "/iserver/notification", answer)).text == "Success"
