"""The limit of orders per minute: new orders and changes count, cancels never do."""

from __future__ import annotations

from ibtui.domain.limits import Limits
from ibtui.domain.orders import Stage
from ibtui.errors import OutcomeUnknown
from tests.fakes.clock import settle
from tests.session.orders.bench import ACCOUNT, Bench, accepted, bench, child, row, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"


def paced(most: int) -> Bench:
    b = bench(limits=Limits(orders_per_minute=most))
    b.wire.always(PLACE, accepted())
    b.wire.always("POST /iserver/account/.*/order/[0-9]+", accepted(77))
    b.wire.always("DELETE .*", {"msg": "Request was submitted"})
    return b


async def test_the_order_over_the_limit_is_refused_and_goes_a_minute_later() -> None:
    b = paced(2)
    stages = [b.stage(await b.submit()) for _ in range(3)]
    assert stages == [Stage.ACKNOWLEDGED, Stage.ACKNOWLEDGED, Stage.REJECTED]
    assert "orders_per_minute" in b.submission(list(b.store.orders.submissions)[-1]).message
    await b.clock.advance(60)
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_each_order_of_a_bracket_counts() -> None:
    b = paced(2)
    b.wire.always(PLACE, [*accepted(1), *accepted(2)])
    assert b.stage(await b.submit(ticket(), child())) is Stage.ACKNOWLEDGED
    assert b.stage(await b.submit()) is Stage.REJECTED


async def test_changes_count_and_cancels_do_not() -> None:
    b = paced(1)
    b.frame(row(77))
    assert b.stage(b.desk.modify(77, ticket("165.40"))) is Stage.QUEUED
    await settle()
    assert b.stage(b.desk.modify(77, ticket("165.50"))) is Stage.REJECTED
    b.frame(row(78))
    cancels = [b.desk.cancel(order_id) for order_id in (77, 78)]
    await settle()
    assert [b.stage(key) for key in cancels] == [Stage.ACKNOWLEDGED, Stage.ACKNOWLEDGED]


async def test_what_is_refused_before_it_is_sent_does_not_count() -> None:
    b = paced(1)
    assert b.stage(await b.submit(ticket(quantity="99999"))) is Stage.REJECTED
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_sending_again_counts_too() -> None:
    b = paced(1)
    b.wire.always(PLACE, OutcomeUnknown("timed out"))
    key = await b.submit()
    b.desk.send_again(key)
    await settle()
    assert len(b.wire.changing()) == 1
    assert "orders_per_minute" in b.messages()
