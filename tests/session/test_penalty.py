"""The penalty box through a whole session: silence for its whole time, then the cancel that waited, alone and first."""

from __future__ import annotations

import json

import httpx

from ibtui.domain.orders import Stage
from tests.session.scripted import ACCOUNT, Bench

SEARCH = "GET /iserver/secdef/search"
CANCEL = f"DELETE /iserver/account/{ACCOUNT}/order/77"
ROW = {"acct": ACCOUNT, "conid": 1, "orderId": 77, "status": "Submitted", "side": "BUY", "totalSize": 1.0}


async def boxed(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(json.dumps({"topic": "sor", "args": [ROW]}))
    await bench.beat(5.0)
    bench.gateway.answers[SEARCH] = httpx.Response(429)
    bench.session.market.search("AAPL")
    await bench.beat(5.0)
    bench.gateway.answers.pop(SEARCH)


async def test_nothing_leaves_in_the_box_and_the_cancel_that_waited_leaves_first_and_once(bench: Bench) -> None:
    await boxed(bench)
    key = bench.session.orders.cancel(77)
    await bench.beat(5.0)
    sent = len(bench.gateway.requests)
    assert bench.store.orders.submissions[key].stage is Stage.QUEUED
    assert bench.store.pace.waiting == 1
    left = bench.health.penalty_until - bench.clock.monotonic()
    await bench.beat(left - 5.0)
    assert len(bench.gateway.requests) == sent, "nothing is tried in the box"
    bench.gateway.answers[CANCEL] = httpx.Response(200, json={"msg": "Request was submitted", "order_id": 77})
    await bench.beat(10.0)
    after = bench.gateway.asked()[sent:]
    assert after[0] == CANCEL
    assert after.count(CANCEL) == 1
    assert bench.store.orders.submissions[key].stage is Stage.ACKNOWLEDGED
    assert bench.store.pace.waiting == 0


async def test_a_session_that_ends_while_the_cancel_waits_says_that_it_was_never_sent(bench: Bench) -> None:
    await boxed(bench)
    key = bench.session.orders.cancel(77)
    await bench.beat(5.0)
    sent = len(bench.gateway.requests)
    await bench.session.close()
    told = bench.store.orders.submissions[key]
    assert (told.stage, told.message) == (Stage.REJECTED, "never sent: ibtui was closed while it waited for its turn")
    assert len(bench.gateway.requests) == sent
