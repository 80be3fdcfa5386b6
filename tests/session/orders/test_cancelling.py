from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ibtui.domain.contracts import Contract
from ibtui.domain.events import ContractsLearned
from ibtui.domain.orders import OrderStatus, Stage
from ibtui.domain.tickets import Side
from ibtui.errors import GatewayDown, NoBrokerageSession, OutcomeUnknown, Refused
from tests.fakes.clock import settle
from tests.session.orders.bench import (
    ACCOUNT,
    CANCEL,
    accepted,
    bench,
    cancel,
    order_status,
    question,
    row,
    working,
)

ORDERS = "GET /iserver/account/orders"
PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
REPLY = "POST /iserver/reply/.*"
TAKEN = {"msg": "Request was submitted", "order_id": 77, "conid": -1, "account": None}


async def test_a_cancel_is_one_delete_without_a_body() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, TAKEN)
    await cancel(b)
    (request,) = b.wire.changing()
    assert (request.method, request.path, request.body) == ("DELETE", f"/iserver/account/{ACCOUNT}/order/77", None)
    assert request.priority == 0


@pytest.mark.parametrize("contract", [{"conid": 515416632}, {"conidex": "28812380;;;265598/1,515416632/-1"}])
async def test_cancelling_a_future_or_a_combination_with_one_says_that_a_person_pressed(
    contract: dict[str, object],
) -> None:
    b = bench()
    b.store.apply(
        ContractsLearned((Contract(515416632, "ES", sec_type="FUT"), Contract(265598, "AAPL", sec_type="STK")))
    )
    b.frame(row(77) | contract)
    b.frame(row(78) | {"conid": 265598, "conidex": "265598@ARCA"})
    b.wire.always(CANCEL, TAKEN)
    await cancel(b)
    await cancel(b, 78)
    assert [request.query for request in b.wire.changing()] == [(("manualIndicator", "true"),), ()]


async def test_a_cancel_that_was_submitted_is_not_a_cancelled_order() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, TAKEN)
    key = await cancel(b)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "not cancelled yet" in b.submission(key).message
    assert order_status(b) is OrderStatus.SUBMITTED
    b.frame({"orderId": 77, "status": "Cancelled"})
    assert order_status(b) is OrderStatus.CANCELLED


async def test_a_cancel_is_on_disk_before_it_leaves(tmp_path: Path) -> None:
    b = bench(tmp_path)
    working(b)
    b.wire.always(CANCEL, TAKEN)
    seen: list[Stage] = []
    b.wire.before = lambda request: seen.extend(
        step.stage for key in b.store.orders.submissions for step in b.journal.story(key)
    )
    await cancel(b)
    assert seen == [Stage.SENT]


async def test_a_cancel_goes_although_a_question_is_open() -> None:
    b = bench()
    working(b)
    b.wire.always(PLACE, question())
    b.wire.always(CANCEL, TAKEN)
    await b.submit()
    assert b.stage(await cancel(b)) is Stage.ACKNOWLEDGED


async def test_a_cancel_under_way_does_not_hold_the_lane() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, asyncio.get_running_loop().create_future())
    b.wire.always(PLACE, accepted())
    await cancel(b)
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_a_second_key_press_while_the_cancel_is_under_way_sends_nothing() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, asyncio.get_running_loop().create_future())
    assert await cancel(b) == await cancel(b)
    assert len(b.wire.changing()) == 1


async def test_a_cancel_goes_although_the_journal_fails(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("")
    b = bench(in_the_way)
    working(b)
    b.wire.always(CANCEL, TAKEN)
    assert b.stage(await cancel(b)) is Stage.ACKNOWLEDGED
    assert "the cancel is sent all the same" in b.messages()


async def test_an_unknown_order_is_refused_in_the_gateways_words() -> None:
    b = bench()
    b.wire.always(CANCEL, {"error": "OrderID 77 doesn't exist"})
    key = await cancel(b)
    assert (b.stage(key), b.submission(key).message) == (Stage.REJECTED, "OrderID 77 doesn't exist")


@pytest.mark.parametrize("order_id", [0, -1, -77])
async def test_minus_one_which_would_cancel_everything_is_never_sent(order_id: int) -> None:
    b = bench()
    assert b.stage(await cancel(b, order_id)) is Stage.REJECTED
    assert b.wire.changing() == []


async def test_a_filled_order_is_not_cancelled() -> None:
    b = bench()
    b.frame(row(77, status="Filled"))
    key = await cancel(b)
    assert (b.stage(key), b.wire.changing()) == (Stage.REJECTED, [])


@pytest.mark.parametrize("error", [GatewayDown("refused"), NoBrokerageSession("no bridge", status=400)])
async def test_a_cancel_that_never_arrived_is_rejected(error: Exception) -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, error)
    key = await cancel(b)
    assert b.stage(key) is Stage.REJECTED
    assert "nothing was cancelled" in b.submission(key).message


@pytest.mark.parametrize("answer", [OutcomeUnknown("timed out"), Refused("?", status=503), b"<html>"])
async def test_a_cancel_nobody_can_answer_for_is_unknown_and_holds_the_lane(answer: object) -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, answer)
    key = await cancel(b)
    await b.clock.advance(60)
    assert b.stage(key) is Stage.UNKNOWN
    assert b.stage(await b.submit()) is Stage.REJECTED
    assert len(b.wire.changing()) == 1


async def test_a_lost_cancel_is_settled_by_the_orders_frames() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, OutcomeUnknown("timed out"))
    key = await cancel(b)
    b.frame({"orderId": 77, "status": "PendingCancel"})
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_a_later_cancel_that_is_taken_answers_for_a_lost_one() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, OutcomeUnknown("timed out"), TAKEN)
    first, second = await cancel(b), await cancel(b)
    assert first != second
    assert [b.stage(key) for key in (first, second)] == [Stage.ACKNOWLEDGED, Stage.ACKNOWLEDGED]


async def test_cancel_all_cancels_each_working_order_of_the_account_by_itself() -> None:
    b = bench()
    working(b, 1, 2)
    b.frame(row(3, status="Filled"))
    b.frame(row(4, status="PendingCancel"))
    b.frame(row(5, acct="U9999999"))
    b.wire.always(CANCEL, TAKEN)
    b.desk.cancel_all(ACCOUNT)
    await settle()
    assert [request.path for request in b.wire.changing()] == [
        f"/iserver/account/{ACCOUNT}/order/1",
        f"/iserver/account/{ACCOUNT}/order/2",
    ]
    assert "cancelling 2 orders" in b.messages()


@pytest.mark.parametrize(
    ("conid", "side", "expected"),
    [
        (None, None, [1, 2, 3]),
        (8314, None, [2]),
        (None, Side.SELL, [3]),
        (265598, Side.BUY, [1]),
        (8314, Side.SELL, []),
    ],
)
async def test_cancel_all_may_be_of_one_instrument_or_side(
    conid: int | None, side: Side | None, expected: list[int]
) -> None:
    b = bench()
    b.frame(row(1))
    b.frame(row(2, conid=8314))
    b.frame(row(3, side="SELL"))
    b.wire.always(CANCEL, TAKEN)
    b.desk.cancel_all(ACCOUNT, conid=conid, side=side)
    await settle()
    assert [request.path for request in b.wire.changing()] == [
        f"/iserver/account/{ACCOUNT}/order/{order_id}" for order_id in expected
    ]
    if not expected:
        assert "no such working order" in b.messages()


GONE = {"error": "OrderID 77 doesn't exist"}


async def test_an_order_that_ended_with_its_parent_meanwhile_had_ended_already() -> None:
    b = bench()
    working(b)

    def late(_request: object) -> object:
        b.frame({"orderId": 77, "status": "Cancelled"})
        return GONE

    b.wire.always(CANCEL, late)
    key = await cancel(b)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert b.submission(key).message == "it had ended already: order 77 is Cancelled"


async def test_an_order_whose_end_shows_soon_after_the_refusal_had_ended_already() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, GONE)
    b.wire.always(ORDERS, {"orders": [row(77)], "snapshot": True})
    key = await cancel(b)
    assert b.stage(key) is Stage.SENT
    b.frame({"orderId": 77, "status": "Cancelled"})
    await b.clock.advance(6)
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_an_order_no_list_shows_any_more_had_ended_already() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, GONE)
    key = await cancel(b)
    await b.clock.advance(12)
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "no longer shows order 77" in b.submission(key).message


async def test_an_order_that_goes_on_working_makes_the_refusal_a_refusal() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, GONE)
    b.wire.always(ORDERS, {"orders": [row(77)], "snapshot": True})
    key = await cancel(b)
    await b.clock.advance(20)
    assert (b.stage(key), b.submission(key).message) == (Stage.REJECTED, "OrderID 77 doesn't exist")


async def test_while_a_refused_cancel_is_being_settled_another_may_be_sent() -> None:
    b = bench()
    working(b)
    b.wire.always(CANCEL, GONE, TAKEN)
    b.wire.always(ORDERS, {"orders": [row(77)], "snapshot": True})
    first, second = await cancel(b), await cancel(b)
    assert first != second
    assert b.stage(second) is Stage.ACKNOWLEDGED
