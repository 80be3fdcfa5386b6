from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from ibtui.domain.orders import OrderStatus
from ibtui.errors import IbtuiError, OutcomeUnknown, Refused
from tests.fakes.clock import settle
from tests.session.orders.bench import ACCOUNT, Bench, accepted, bench, question, row, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
REPLY = "POST /iserver/reply/.*"
WHATIF = f"POST /iserver/account/{ACCOUNT}/orders/whatif"
ORDERS = "GET /iserver/account/orders"
TRADES = "GET /iserver/account/trades"
SUPPRESS = "POST /iserver/questions/suppress"
RESET = "POST /iserver/questions/suppress/reset"


async def polled(b: Bench, seconds: int) -> int:
    """Lists read while the session polls every second."""
    before = b.wire.lines().count(ORDERS)
    for _ in range(seconds):
        await b.clock.advance(1, turns=5)
        await b.desk.poll()
    return b.wire.lines().count(ORDERS) - before


async def test_a_start_reads_orders_and_trades() -> None:
    b = bench()
    b.wire.always(ORDERS, {"orders": [row(77)], "snapshot": True})
    b.wire.always(TRADES, [{"execution_id": "1", "order_id": 77}])
    await b.desk.started()
    assert list(b.store.orders.orders) == [77]
    assert list(b.store.orders.executions) == ["1"]


async def test_cold_lists_are_read_again_although_nothing_is_open() -> None:
    b = bench()
    b.wire.always(ORDERS, {"orders": [], "snapshot": False}, {"orders": [row(77)], "snapshot": True})
    await b.desk.started()
    assert b.store.orders.orders == {}
    await polled(b, 6)
    assert list(b.store.orders.orders) == [77]


async def test_while_an_order_works_the_lists_are_read_every_five_seconds() -> None:
    b = bench()
    await b.desk.started()
    b.frame(row(77))
    assert await polled(b, 60) == 12


async def test_while_nothing_works_and_the_stream_speaks_nothing_is_read() -> None:
    b = bench()
    await b.desk.started()
    await polled(b, 20)
    b.frame(row(77, status="Filled"))
    assert await polled(b, 60) == 0


async def test_while_nothing_works_and_the_stream_is_silent_the_lists_are_read_seldom() -> None:
    b = bench()
    await b.desk.started()
    await polled(b, 20)
    assert await polled(b, 120) == pytest.approx(4, abs=1)


async def test_a_lost_stream_is_silent_at_once() -> None:
    b = bench()
    await b.desk.started()
    await polled(b, 20)
    b.frame(row(77, status="Filled"))
    b.desk.stream_lost()
    assert await polled(b, 61) >= 2


async def test_after_an_acknowledgement_the_lists_are_read_although_the_stream_says_nothing() -> None:
    b = bench()
    await b.desk.started()
    await polled(b, 20)
    b.frame(row(76, status="Filled"))
    b.wire.always(PLACE, accepted(77))
    key = await b.submit()
    b.wire.always(ORDERS, {"orders": [row(77, ref=key)], "snapshot": False})
    await polled(b, 6)
    assert b.store.orders.orders[77].status is OrderStatus.SUBMITTED


async def test_two_polls_at_once_read_once() -> None:
    b = bench()
    b.wire.always(ORDERS, asyncio.get_running_loop().create_future())
    polls = [asyncio.ensure_future(b.desk.poll()) for _ in range(3)]
    await settle()
    assert b.wire.lines().count(ORDERS) == 1
    for poll in polls:
        poll.cancel()


async def test_a_list_that_hangs_is_not_asked_for_again() -> None:
    b = bench()
    b.wire.always(ORDERS, asyncio.get_running_loop().create_future())
    reading = asyncio.ensure_future(b.desk.poll())
    await b.clock.advance(6)
    b.desk.refresh()
    await b.clock.advance(6)
    assert b.wire.lines().count(ORDERS) == 1
    reading.cancel()


async def test_a_refresh_waits_for_the_pacing_limit() -> None:
    b = bench()
    await b.desk.started()
    b.desk.refresh()
    await b.clock.advance(4)
    assert b.wire.lines().count(ORDERS) == 1
    await b.clock.advance(2)
    assert b.wire.lines().count(ORDERS) == 2


async def test_lists_that_fail_are_no_news() -> None:
    b = bench()
    b.frame(row(77))
    b.wire.always(ORDERS, OutcomeUnknown("reset"))
    b.wire.always(TRADES, b"oops")
    await b.desk.started()
    await polled(b, 30)
    assert b.store.orders.orders[77].status is OrderStatus.SUBMITTED


async def test_an_older_list_does_not_overwrite_a_newer_frame() -> None:
    b = bench()
    b.frame(row(77))
    waiting: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    b.wire.always(ORDERS, waiting)
    reading = asyncio.ensure_future(b.desk.poll())
    await b.clock.advance(1)
    b.frame({"orderId": 77, "status": "PendingCancel"})
    waiting.set_result({"orders": [row(77)], "snapshot": True})
    await reading
    assert b.store.orders.orders[77].status is OrderStatus.PENDING_CANCEL


async def test_a_question_is_suppressed_only_when_asked_for_and_after_the_answer() -> None:
    b = bench()
    b.wire.always(PLACE, question("q1", "o163", text="Price exceeds 3%."))
    b.wire.always(REPLY, accepted())
    await b.answer(await b.submit())
    assert SUPPRESS not in b.wire.lines()
    await b.answer(await b.submit(), suppress=True)
    assert b.wire.lines()[-1] == SUPPRESS
    assert b.wire.sent[-1].body == b'{"messageIds":["o163"]}'
    assert b.store.orders.suppressed == {"o163": "Price exceeds 3%."}


async def test_the_whole_list_is_sent_each_time() -> None:
    b = bench()
    b.wire.always(PLACE, question("q1", "o163"), question("q2", "o354"))
    b.wire.always(REPLY, accepted())
    for _ in range(2):
        await b.answer(await b.submit(), suppress=True)
    assert b.wire.sent[-1].body == b'{"messageIds":["o163","o354"]}'


async def test_a_question_that_cannot_be_suppressed_is_not() -> None:
    b = bench()
    b.wire.always(PLACE, [{**question()[0], "isSuppressible": False}])
    b.wire.always(REPLY, accepted())
    await b.answer(await b.submit(), suppress=True)
    assert SUPPRESS not in b.wire.lines()


async def test_a_declined_question_is_not_suppressed() -> None:
    b = bench()
    b.wire.always(PLACE, question())
    b.wire.always(REPLY, {"error": "Order not confirmed"})
    await b.answer(await b.submit(), accepted=False, suppress=True)
    assert SUPPRESS not in b.wire.lines()


@pytest.mark.parametrize(("error", "listed"), [(Refused("no", status=400), False), (OutcomeUnknown("timed out"), True)])
async def test_what_may_be_suppressed_is_listed(error: IbtuiError, listed: bool) -> None:
    b = bench()
    b.wire.always(PLACE, question("q1", "o163"))
    b.wire.always(REPLY, accepted())
    b.wire.always(SUPPRESS, error)
    await b.answer(await b.submit(), suppress=True)
    assert ("o163" in b.store.orders.suppressed) == listed
    assert "not suppressed" in b.messages()


async def test_more_than_the_gateway_takes_is_not_suppressed() -> None:
    b = bench()
    ids = [f"o{n}" for n in range(52)]
    b.wire.always(PLACE, question("q1", *ids))
    b.wire.always(REPLY, accepted())
    await b.answer(await b.submit(), suppress=True)
    assert SUPPRESS not in b.wire.lines()
    assert "at most 51" in b.messages()


async def test_reset_asks_everything_again() -> None:
    b = bench()
    b.wire.always(PLACE, question("q1", "o163"))
    b.wire.always(REPLY, accepted())
    await b.answer(await b.submit(), suppress=True)
    b.desk.reset_suppressed()
    await settle()
    assert b.wire.lines()[-1] == RESET
    assert b.wire.sent[-1].body is None
    assert b.store.orders.suppressed == {}


async def test_a_new_session_begins_with_every_question() -> None:
    b = bench()
    await b.desk.started()
    assert b.wire.lines()[0] == RESET


async def test_a_what_if_is_asked_after_a_snapshot_and_shown() -> None:
    b = bench()
    b.wire.always(WHATIF, {"amount": {"commission": "1 USD"}, "warn": None, "error": None})
    b.desk.preview((ticket(),))
    await settle()
    assert b.wire.lines() == ["GET /iserver/marketdata/snapshot", WHATIF]
    preview = b.store.orders.preview
    assert preview is not None
    assert preview.impact is not None
    assert (preview.impact.commission, preview.error) == ("1 USD", "")
    assert b.wire.changing() == []


async def test_a_what_if_that_fails_says_why() -> None:
    b = bench()
    b.wire.always(WHATIF, Refused("not permitted", status=403))
    b.desk.preview((ticket(),))
    await settle()
    assert b.store.orders.preview is not None
    assert "not permitted" in b.store.orders.preview.error


async def test_the_answer_to_an_older_what_if_is_dropped() -> None:
    b = bench()
    waiting: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    b.wire.always(WHATIF, waiting, {"amount": {"total": "new"}})
    b.desk.preview((ticket("165.30"),))
    await settle()
    b.desk.preview((ticket("165.40"),))
    await settle()
    waiting.set_result({"amount": {"total": "old"}})
    await settle()
    preview = b.store.orders.preview
    assert preview is not None
    assert preview.impact is not None
    assert (preview.tickets[0], preview.impact.total) == (ticket("165.40"), "new")


async def test_a_what_if_of_a_wrong_ticket_is_not_asked() -> None:
    b = bench()
    b.desk.preview((replace(ticket(), limit_price=None),))
    await settle()
    assert b.wire.sent == []
    assert b.store.orders.preview is not None
    assert "limit price" in b.store.orders.preview.error
