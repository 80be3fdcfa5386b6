"""Identical reading requests get one answer; what has an effect is never shared, nor an answer that may be too old."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from ibtui.errors import Refused
from ibtui.protocol.requests import Priority, Request
from ibtui.transport.http import HttpClient
from tests.fakes.clock import ManualClock, settle

URL = "https://localhost:5000/v1/api"
READ = Request("GET", "/iserver/accounts")
ORDER = Request(
    "POST", "/iserver/account/DU1/orders", body=b'{"orders":[]}', changes_state=True, priority=Priority.ORDER
)
CANCEL = Request("DELETE", "/iserver/account/DU1/order/7", changes_state=True, priority=Priority.CANCEL)


class Held:
    """A gateway that answers when it is told to."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.arrived: list[str] = []
        self.answers: list[asyncio.Future[httpx.Response]] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.arrived.append(f"{request.method} {request.url.path.removeprefix('/v1/api')}")
        answer: asyncio.Future[httpx.Response] = asyncio.get_running_loop().create_future()
        self.answers.append(answer)
        return await answer

    def client(self) -> HttpClient:
        return HttpClient(URL, self.clock, transport=httpx.MockTransport(self))


async def test_two_that_ask_the_same_get_one_answer() -> None:
    held = Held()
    client = held.client()
    first, second = (asyncio.create_task(client.call(READ)) for _ in range(2))
    await settle()
    assert held.arrived == ["GET /iserver/accounts"]
    held.answers[0].set_result(httpx.Response(200, content=b"{}"))
    assert [await first, await second] == [b"{}", b"{}"]
    again = asyncio.create_task(client.call(READ))
    await settle()
    assert len(held.arrived) == 2, "an answer is shared, never kept"
    again.cancel()


async def test_their_error_is_shared_too() -> None:
    held = Held()
    client = held.client()
    asking = [asyncio.create_task(client.call(READ)) for _ in range(2)]
    await settle()
    held.answers[0].set_result(httpx.Response(503, json={"error": "down"}))
    ends = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(end) for end in ends] == [Refused, Refused]


async def test_one_that_gives_up_takes_the_answer_from_no_other_and_the_last_ends_the_request() -> None:
    held = Held()
    client = held.client()
    first, second = (asyncio.create_task(client.call(READ)) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    assert not held.answers[0].cancelled()
    second.cancel()
    await settle()
    assert held.answers[0].cancelled()


@pytest.mark.parametrize("request_", [ORDER, CANCEL, Request("POST", "/tickle"), Request("PUT", "/fyi/settings/SM")])
async def test_what_has_an_effect_is_never_shared(request_: Request) -> None:
    held = Held()
    client = held.client()
    asking = [asyncio.create_task(client.call(request_)) for _ in range(2)]
    await asyncio.sleep(0)
    await held.clock.advance(2.0)
    assert len(held.arrived) == 2
    for task in asking:
        task.cancel()
    await settle()


@pytest.mark.parametrize("other", [Request("GET", "/iserver/accounts", (("a", "b"),)), Request("GET", "/iserver/x")])
async def test_another_path_or_query_is_another_request(other: Request) -> None:
    held = Held()
    client = held.client()
    asking = [asyncio.create_task(client.call(request)) for request in (READ, other)]
    await settle()
    assert len(held.arrived) == 2
    for task in asking:
        task.cancel()
    await settle()


async def test_an_answer_under_way_since_before_a_change_does_not_serve() -> None:
    held = Held()
    client = held.client()
    asking = [asyncio.create_task(client.call(READ))]
    await settle()
    asking.append(asyncio.create_task(client.call(ORDER)))
    await settle()
    asking.append(asyncio.create_task(client.call(READ)))
    await settle()
    assert held.arrived == ["GET /iserver/accounts", "POST /iserver/account/DU1/orders", "GET /iserver/accounts"]
    for task in asking:
        task.cancel()
    await settle()


async def test_nor_does_one_that_left_while_the_change_was_being_made() -> None:
    held = Held()
    client = held.client()
    change = asyncio.create_task(client.call(ORDER))
    await settle()
    asking = [asyncio.create_task(client.call(READ))]
    await settle()
    held.answers[0].set_result(httpx.Response(200, json=[]))
    await change
    asking.append(asyncio.create_task(client.call(READ)))
    await settle()
    assert held.arrived[1:] == ["GET /iserver/accounts"] * 2
    for task in asking:
        task.cancel()
    await settle()


async def test_what_must_be_fresh_is_shared_only_while_it_waits() -> None:
    held = Held()
    client = held.client()
    fresh = Request("GET", "/iserver/account/orders", fresh=True)
    asking = [asyncio.create_task(client.call(fresh)) for _ in range(2)]
    await settle()
    assert len(held.arrived) == 1, "both asked before it left"
    asking += [asyncio.create_task(client.call(fresh)) for _ in range(2)]
    await settle()
    await held.clock.advance(6.0)
    assert len(held.arrived) == 2, "the two that asked later share the next one"
    for task in asking:
        task.cancel()
    await settle()
