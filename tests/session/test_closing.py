"""Closing a position and the lane, through a whole session."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import httpx

from ibtui.domain.closing import Closing, ClosingStage
from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.events import RulesLearned
from ibtui.domain.orders import Stage
from ibtui.domain.tickets import OrderType, Side, Ticket
from tests.session.scripted import ACCOUNT, Bench

AAPL = Contract(265598, "AAPL", sec_type="STK")
ROW = {"acct": ACCOUNT, "conid": 265598, "orderId": 77, "status": "Submitted", "side": "SELL", "totalSize": 5.0}
PRICES = '{"topic":"smd+265598","conid":265598,"84":"165.00","86":"165.02","31":"165.01","6509":"RpB"}'
PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
CANCEL = f"DELETE /iserver/account/{ACCOUNT}/order/77"
POSITIONS = f"GET /portfolio2/{ACCOUNT}/positions"


async def trading(bench: Bench) -> None:
    await bench.connect()
    bench.session.market.show_quotes("ladder", [AAPL.conid])
    await bench.clock.advance(1.0)
    bench.wire.feed(PRICES, json.dumps({"topic": "sor", "args": [ROW]}))
    for is_buy in (True, False):
        rules = ContractRules(AAPL.conid, is_buy, (PriceStep(Decimal(0), Decimal("0.01")),), order_types=("limit",))
        bench.store.apply(RulesLearned(rules))
    await bench.clock.advance(0.5)
    bench.gateway.answers[POSITIONS] = httpx.Response(200, json=[{"conid": "265598", "position": -5.0}])
    bench.gateway.answers[CANCEL] = httpx.Response(200, json={"msg": "Request was submitted", "order_id": 77})
    bench.gateway.answers[PLACE] = httpx.Response(200, json=[{"order_id": "900", "order_status": "Submitted"}])


def close(bench: Bench) -> None:
    bench.session.orders.close_position(ACCOUNT, AAPL, reverse=False, market=True, collar_ticks=5)


def closing(bench: Bench) -> Closing:
    return bench.store.orders.closings[(ACCOUNT, AAPL.conid)]


async def test_the_order_is_cancelled_then_the_position_read_then_closed(bench: Bench) -> None:
    await trading(bench)
    before = len(bench.gateway.requests)
    close(bench)
    await bench.clock.advance(1.0)
    assert closing(bench).stage is ClosingStage.WAITING
    bench.wire.feed(json.dumps({"topic": "sor", "args": [{**ROW, "status": "Cancelled", "filledQuantity": 0.0}]}))
    bench.gateway.answers["GET /iserver/account/order/status/77"] = httpx.Response(
        200, json={"order_id": 77, "order_status": "Cancelled", "cum_fill": "0"}
    )
    await bench.clock.advance(2.0)
    assert closing(bench).stage is ClosingStage.DONE
    asked = [key for key in bench.gateway.asked()[before:] if key in (CANCEL, POSITIONS, PLACE)]
    assert asked == [CANCEL, POSITIONS, POSITIONS, PLACE]
    (body,) = bench.gateway.bodies(PLACE)
    assert isinstance(body["orders"], list)
    (order,) = body["orders"]
    assert (order["side"], order["quantity"], order["orderType"], order["price"]) == ("BUY", 5, "LMT", 165.07)


async def test_when_the_brokerage_session_is_lost_nothing_is_closed(bench: Bench) -> None:
    await trading(bench)
    close(bench)
    await bench.clock.advance(1.0)
    bench.gateway.established = False
    bench.gateway.competing = True
    bench.wire.feed('{"topic":"sts","args":{"authenticated":false,"established":false,"competing":true}}')
    await bench.clock.advance(5.0)
    assert closing(bench).stage is ClosingStage.STOPPED
    assert closing(bench).words.endswith("no closing order was sent")
    assert bench.gateway.count(PLACE) == 0


async def test_when_the_brokerage_session_is_lost_orders_that_wait_are_not_sent(bench: Bench) -> None:
    await trading(bench)
    ticket = Ticket(ACCOUNT, AAPL, Side.BUY, OrderType.LMT, Decimal(1), Decimal("165.00"))
    gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    call = bench.session._engine._http.send

    async def hanging(request: object, leaving: object = None) -> object:
        response = await call(request, leaving)  # type: ignore[arg-type]  # passed on as it came
        if "orders" in getattr(request, "path", "") and getattr(request, "changes_state", False):
            await gate
        return response

    bench.session._engine._http.send = hanging  # type: ignore[method-assign,assignment]  # an answer that hangs
    first, second = bench.session.orders.submit((ticket,)), bench.session.orders.submit((ticket,))
    await bench.clock.advance(0.5)
    stages = bench.store.orders.submissions
    assert (stages[first].stage, stages[second].stage) == (Stage.SENT, Stage.QUEUED)
    bench.session._engine.link_lost()
    assert stages[second].stage is Stage.REJECTED
    assert stages[second].message == "nothing was sent: the brokerage session was lost while it waited"
    gate.set_result(None)
    await bench.clock.advance(1.0)
    assert bench.gateway.count(PLACE) == 1
