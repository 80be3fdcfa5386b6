from __future__ import annotations

import asyncio
from decimal import Decimal

from ibtui.domain.orders import OrderStatus
from ibtui.domain.tickets import Side
from tests.fakes.clock import settle
from tests.session.orders.bench import ACCOUNT, accepted, bench, child, row, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"


async def test_an_acknowledged_order_is_there_before_its_first_row_so_that_it_can_be_cancelled() -> None:
    b = bench()
    b.wire.always(PLACE, [*accepted(1), *accepted(2)])
    b.wire.always("DELETE .*", {"msg": "Request was submitted"})
    key = await b.submit(ticket(), child())
    parent, attached = b.store.orders.orders[1], b.store.orders.orders[2]
    assert (parent.order_ref, parent.side, parent.quantity, parent.limit_price) == (
        key,
        Side.BUY,
        Decimal(100),
        Decimal("165.30"),
    )
    assert (parent.status, parent.tif, parent.conid) == (OrderStatus.PRE_SUBMITTED, "DAY", 265598)
    assert (attached.order_ref, attached.parent_id, attached.side) == ("", "1", Side.SELL)
    b.desk.cancel_all(ACCOUNT)
    await settle()
    assert [request.path for request in b.wire.changing("DELETE")] == [
        f"/iserver/account/{ACCOUNT}/order/1",
        f"/iserver/account/{ACCOUNT}/order/2",
    ]


async def test_an_acknowledgement_does_not_overwrite_what_frames_told_meanwhile() -> None:
    b = bench()
    waiting: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    b.wire.always(PLACE, waiting)
    key = await b.submit()
    await b.clock.advance(1)
    b.frame(row(7, status="Filled"))
    waiting.set_result(accepted(7, "PendingSubmit"))
    await settle()
    order = b.store.orders.orders[7]
    assert (order.status, order.order_type, order.order_ref) == (OrderStatus.FILLED, "Limit", key)


async def test_an_answer_with_another_number_of_legs_tells_nothing_about_which_is_which() -> None:
    b = bench()
    b.wire.always(PLACE, accepted(1))
    await b.submit(ticket(), child())
    assert b.store.orders.orders == {}


async def test_a_rejected_leg_is_no_order() -> None:
    b = bench()
    b.wire.always(PLACE, [*accepted(1), {"order_id": "-1", "text": "no"}])
    await b.submit(ticket(), child())
    assert list(b.store.orders.orders) == [1]
