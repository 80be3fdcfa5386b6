"""Changes of working orders: the whole ticket, once, and what becomes of a change whose answer was lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.orders import Stage
from ibtui.errors import OutcomeUnknown
from tests.fakes.clock import settle
from tests.session.orders.bench import (
    ACCOUNT,
    CANCEL,
    MODIFY,
    Bench,
    accepted,
    bench,
    cancel,
    question,
    row,
    ticket,
    working,
)

REPLY = "POST /iserver/reply/.*"


async def test_a_change_sends_the_whole_ticket_as_one_object_with_the_orders_reference() -> None:
    b = bench()
    b.frame(row(77, ref="ibtui-261118-AAAAAAA"))
    b.wire.always(MODIFY, accepted(77, "Submitted"))
    key = b.desk.modify(77, ticket("165.40"))
    await settle()
    (request,) = b.wire.changing()
    assert request.path == f"/iserver/account/{ACCOUNT}/order/77"
    assert request.body == (
        b'{"acctId":"DU1234567","conid":265598,"cOID":"ibtui-261118-AAAAAAA","orderType":"LMT","outsideRTH":false,'
        b'"price":165.40,"side":"BUY","ticker":"AAPL","tif":"DAY","quantity":100}'
    )
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_a_change_of_a_brackets_child_repeats_its_parent() -> None:
    b = bench()
    b.frame(row(76, ref="ibtui-261118-AAAAAAA"))
    b.frame(row(77, parentId="76"))
    b.wire.always(MODIFY, accepted(77))
    b.desk.modify(77, ticket("165.40"))
    await settle()
    body = b.wire.changing()[0].body
    assert body is not None
    assert b'"parentId":"ibtui-261118-AAAAAAA"' in body
    assert b"cOID" not in body


async def test_a_change_stays_with_its_order_whatever_number_the_answer_has() -> None:
    b = bench()
    working(b)
    b.wire.always(MODIFY, accepted(555666777))
    key = b.desk.modify(77, ticket("165.40"))
    await settle()
    assert b.submission(key).order_id == 77


async def test_a_change_refused_because_of_its_reference_is_refused() -> None:
    b = bench()
    working(b)
    b.wire.always(MODIFY, {"error": "Local order ID=x is already registered"})
    key = b.desk.modify(77, ticket("165.40"))
    await settle()
    assert b.stage(key) is Stage.REJECTED


async def test_the_status_of_another_order_settles_nothing() -> None:
    b = bench()
    b.wire.always(CANCEL, OutcomeUnknown("timed out"))
    b.wire.always("GET /iserver/account/order/status/77", {"order_id": 78, "order_status": "Cancelled"})
    key = await cancel(b)
    await b.clock.advance(30)
    assert b.stage(key) is Stage.UNKNOWN
    assert 78 not in b.store.orders.orders


async def test_a_change_may_be_questioned() -> None:
    b = bench()
    working(b)
    b.wire.always(MODIFY, question())
    b.wire.always(REPLY, accepted(77))
    key = b.desk.modify(77, ticket("165.40"))
    await settle()
    await b.answer(key)
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def changed_in_the_dark(b: Bench, price: str = "165.40") -> str:
    working(b)
    b.wire.always(MODIFY, OutcomeUnknown("timed out"))
    key = b.desk.modify(77, ticket(price))
    await settle()
    return key


async def test_a_lost_change_is_settled_when_the_order_shows_it() -> None:
    b = bench()
    key = await changed_in_the_dark(b)
    b.frame(row(77))
    assert b.stage(key) is Stage.UNKNOWN
    b.frame({"orderId": 77, "orderType": "Limit", "price": "165.40"})
    assert b.stage(key) is Stage.ACKNOWLEDGED


async def test_a_lost_change_of_an_order_that_is_done_is_settled() -> None:
    b = bench()
    key = await changed_in_the_dark(b)
    b.frame({"orderId": 77, "status": "Filled"})
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert "nothing left to change" in b.submission(key).message


async def test_a_lost_change_that_would_not_show_is_not_believed_to_be_made() -> None:
    b = bench()
    working(b)
    b.wire.always(MODIFY, OutcomeUnknown("timed out"))
    key = b.desk.modify(77, replace(ticket(), outside_rth=True))
    await settle()
    b.frame(row(77))
    assert b.stage(key) is Stage.UNKNOWN


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"status": "Filled"}, "cannot be changed"),
        ({"acct": "U9999999"}, "belongs to U9999999"),
        ({"conid": 8314}, "another instrument"),
        ({"side": "SELL"}, "side of an order"),
    ],
)
async def test_a_change_that_does_not_fit_its_order_is_not_sent(told: dict[str, object], words: str) -> None:
    b = bench()
    b.frame({**row(77), **told})
    key = b.desk.modify(77, ticket("165.40"))
    await settle()
    assert (b.stage(key), b.wire.changing()) == (Stage.REJECTED, [])
    assert words in b.submission(key).message


async def test_an_order_that_is_not_known_is_not_changed() -> None:
    b = bench()
    key = b.desk.modify(77, replace(ticket(), quantity=Decimal(1)))
    assert b.stage(key) is Stage.REJECTED
