from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from ibtui import __version__
from ibtui.errors import (
    Garbled,
    GatewayDown,
    IbtuiError,
    LinkError,
    NoBrokerageSession,
    NotLoggedIn,
    OutcomeUnknown,
    PenaltyBox,
    ReadOnly,
    Refused,
)
from ibtui.protocol.pacing import PENALTY_SECONDS
from ibtui.protocol.requests import Priority, Request
from ibtui.transport.http import LARGEST_ANSWER, HttpClient
from tests.fakes.clock import ManualClock

URL = "https://localhost:5000/v1/api"
READ = Request("GET", "/iserver/accounts")
ORDER = Request(
    "POST", "/iserver/account/DU1/orders", body=b'{"orders":[]}', changes_state=True, priority=Priority.ORDER
)
CANCEL = Request("DELETE", "/iserver/account/DU1/order/7", changes_state=True, priority=Priority.CANCEL)
HTML = {"content-type": "text/html"}


class Wall:
    """A gateway that always answers the same and counts."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def client_of(handler: Callable[[httpx.Request], httpx.Response], *, read_only: bool = False) -> HttpClient:
    return HttpClient(URL, ManualClock(), read_only=read_only, transport=httpx.MockTransport(handler))


async def error_of(
    request: Request, answer: httpx.Response | Exception, *, logged_in: bool = False
) -> tuple[IbtuiError, Wall]:
    wall = Wall(answer)
    client = client_of(wall)
    client.logged_in = logged_in
    with pytest.raises(IbtuiError) as caught:
        await client.send(request)
    return caught.value, wall


async def test_a_good_answer_is_given_as_it_came() -> None:
    client = client_of(Wall(httpx.Response(200, content=b'{"accounts":[]}')))
    assert await client.call(READ) == b'{"accounts":[]}'


async def test_requests_carry_name_query_and_body() -> None:
    wall = Wall(httpx.Response(200, json={}))
    client = client_of(wall)
    await client.send(Request("POST", "/iserver/account", (("q", "a b"),), body=b'{"acctId":"DU1"}'))
    sent = wall.requests[0]
    assert str(sent.url) == "https://localhost:5000/v1/api/iserver/account?q=a+b"
    assert sent.headers["user-agent"] == f"ibtui/{__version__}"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["content-length"] == "16"


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_request_without_body_says_that_its_length_is_zero(method: str) -> None:
    wall = Wall(httpx.Response(200, json={}))
    await client_of(wall).send(Request(method, "/fyi/notifications/1"))
    assert wall.requests[0].headers["content-length"] == "0"
    assert wall.requests[0].content == b""


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(302, headers={"location": "/sso/Login"}), NotLoggedIn),
        (httpx.Response(200, headers=HTML, content=b"<html>log in</html>"), NotLoggedIn),
        (httpx.Response(401, headers=HTML, content=b"<html>Access Denied</html>"), NotLoggedIn),
        (httpx.Response(200, json={"error": "no session"}), NotLoggedIn),
        (httpx.Response(400, json={"error": "no bridge"}), NoBrokerageSession),
        (httpx.Response(400, content=b"no bridge"), NoBrokerageSession),
        (httpx.Response(400, json={"error": "Bad Request: no bridge"}), NoBrokerageSession),
        (httpx.Response(429, content=b"slow down"), PenaltyBox),
        (httpx.Response(404, json={"error": "nothing here"}), Refused),
        (httpx.Response(503, headers=HTML, content=b"<html>down</html>"), Refused),
    ],
)
async def test_an_answer_that_is_no_says_which_no(answer: httpx.Response, kind: type[IbtuiError]) -> None:
    error, _ = await error_of(READ, answer)
    assert type(error) is kind


async def test_a_refusal_is_told_in_the_gateways_words_cleaned() -> None:
    error, _ = await error_of(READ, httpx.Response(400, json={"error": "<b>bad</b>\x1b[31m conid"}))
    assert isinstance(error, Refused)
    assert error.detail == "bad conid"
    assert error.status == 400


async def test_a_401_below_iserver_means_the_brokerage_session_when_somebody_is_logged_in() -> None:
    error, _ = await error_of(READ, httpx.Response(401), logged_in=True)
    assert isinstance(error, NoBrokerageSession)


async def test_a_401_elsewhere_means_the_login() -> None:
    error, _ = await error_of(Request("POST", "/tickle"), httpx.Response(401), logged_in=True)
    assert isinstance(error, NotLoggedIn)


async def test_no_bridge_deep_inside_an_answer_is_no_trouble() -> None:
    body = b'{"session":"a","hmds":{"error":"no bridge"}}'
    assert await client_of(Wall(httpx.Response(200, content=body))).call(READ) == body


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadTimeout("late"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        httpx.RemoteProtocolError("illegal status line"),
        httpx.Response(500, json={"error": "oops"}),
        httpx.Response(503, headers=HTML, content=b"<html>down</html>"),
        httpx.Response(200, headers=HTML, content=b"<html>what</html>"),
        httpx.Response(408),
    ],
)
async def test_an_order_that_may_have_arrived_has_an_unknown_outcome(answer: httpx.Response | Exception) -> None:
    error, wall = await error_of(ORDER, answer)
    assert type(error) is OutcomeUnknown
    assert len(wall.requests) == 1


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.ConnectTimeout("late")])
async def test_an_order_that_found_no_connection_was_not_sent(failure: Exception) -> None:
    error, _ = await error_of(ORDER, failure)
    assert isinstance(error, GatewayDown)
    assert "nothing was sent" in str(error)


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_an_order_refused_outright_was_refused(status: int) -> None:
    error, _ = await error_of(ORDER, httpx.Response(status, json={"error": "no"}))
    assert not isinstance(error, LinkError)


async def test_a_reading_request_without_answer_only_failed() -> None:
    error, wall = await error_of(READ, httpx.ReadTimeout("late"))
    assert type(error) is LinkError
    assert len(wall.requests) == 1


async def test_what_does_not_speak_http_is_garbled() -> None:
    error, _ = await error_of(READ, httpx.RemoteProtocolError("illegal status line"))
    assert type(error) is Garbled


async def test_an_endless_answer_is_cut_off() -> None:
    error, _ = await error_of(READ, httpx.Response(200, content=b"x" * (LARGEST_ANSWER + 1)))
    assert type(error) is Garbled


async def test_while_boxed_nothing_reaches_the_gateway() -> None:
    wall = Wall(httpx.Response(429))
    client = client_of(wall)
    for request in (READ, ORDER):
        with pytest.raises(PenaltyBox):
            await client.send(request)
    assert len(wall.requests) == 1
    assert client.penalty_until > 0


async def test_read_only_stops_an_order_before_it_is_queued() -> None:
    wall = Wall(httpx.Response(200, json={}))
    with pytest.raises(ReadOnly):
        await client_of(wall, read_only=True).send(ORDER)
    assert wall.requests == []


async def test_before_the_certificate_is_trusted_nothing_is_sent() -> None:
    client = HttpClient(URL, ManualClock())
    with pytest.raises(GatewayDown, match="nothing was sent"):
        await client.send(READ)


async def test_pace_is_told_as_requests_leave() -> None:
    told: list[int] = []
    client = HttpClient(
        URL,
        ManualClock(),
        transport=httpx.MockTransport(Wall(httpx.Response(200, json={}))),
        on_pace=lambda pace: told.append(pace.free),
    )
    await client.send(READ)
    await client.send(Request("POST", "/tickle"))
    assert told == [9, 8]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("45", 45.0),
        ("Mon, 16 Nov 2026 15:08:20 GMT", 100.0),
        ("soon", PENALTY_SECONDS),
        ("-5", PENALTY_SECONDS),
        ("²", PENALTY_SECONDS),
        ("", PENALTY_SECONDS),
    ],
)
async def test_the_penalty_lasts_as_long_as_the_answer_says_or_the_documents(written: str, seconds: float) -> None:
    clock = ManualClock(wall=1_794_841_600.0)
    answer = httpx.Response(429, headers=[(b"Retry-After", written.encode())])
    client = HttpClient(URL, clock, transport=httpx.MockTransport(Wall(answer)))
    with pytest.raises(PenaltyBox):
        await client.send(READ)
    assert client.penalty_until - clock.monotonic() == pytest.approx(seconds)


async def test_a_cancel_waits_out_the_penalty_and_is_sent_once_when_it_ends() -> None:
    wall, clock, left = Wall(httpx.Response(429)), ManualClock(), list[float]()
    client = HttpClient(URL, clock, transport=httpx.MockTransport(wall))
    with pytest.raises(PenaltyBox):
        await client.send(READ)
    wall.answer = httpx.Response(200, json={"msg": "Request was submitted"})
    cancel = asyncio.create_task(client.send(CANCEL, lambda: left.append(clock.monotonic())))
    await clock.advance(PENALTY_SECONDS - 1.0)
    assert (len(wall.requests), left, client.pace.waiting) == (1, [], 1)
    await clock.advance(2.0)
    assert (await cancel).status == 200
    assert [request.method for request in wall.requests] == ["GET", "DELETE"]
    assert left == [pytest.approx(1000.0 + PENALTY_SECONDS)]


async def test_what_fails_in_the_moment_of_leaving_keeps_the_request_here() -> None:
    wall = Wall(httpx.Response(200, json={}))
    client = client_of(wall)

    def leaving() -> None:
        raise Refused("the journal is full")

    with pytest.raises(Refused, match="journal"):
        await client.send(ORDER, leaving)
    assert wall.requests == []
    await client.send(READ)
    assert len(wall.requests) == 1


async def test_what_is_about_to_leave_is_told_before_its_first_byte() -> None:
    told: list[str] = []
    wall = Wall(httpx.Response(200, json={}))

    def handler(request: httpx.Request) -> httpx.Response:
        told.append("arrived")
        return wall(request)

    await client_of(handler).send(ORDER, lambda: told.append("leaving"))
    assert told == ["leaving", "arrived"]


async def test_a_request_is_given_its_whole_time_from_its_leaving_however_long_it_waited() -> None:
    """Only httpx's own time-out and the one round the exchange count, and both begin when the request leaves."""
    wall, clock = Wall(httpx.Response(429)), ManualClock()
    client = HttpClient(URL, clock, transport=httpx.MockTransport(wall))
    with pytest.raises(PenaltyBox):
        await client.send(READ)
    wall.answer = httpx.Response(200, json={})
    cancel = asyncio.create_task(client.send(CANCEL))
    await clock.advance(PENALTY_SECONDS + 1.0)
    await cancel
    assert wall.requests[-1].extensions["timeout"]["read"] == CANCEL.timeout


class LateConnections(httpx.AsyncBaseTransport):
    """Connections that open all in the same moment; notes when each request's first byte was written."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.open = asyncio.Event()
        self.written: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/boxed"):
            return httpx.Response(429)
        await self.open.wait()
        await request.extensions["trace"]("http11.send_request_headers.started", {})
        self.written.append(self._clock.monotonic())
        return httpx.Response(200, json={})


async def test_requests_that_waited_for_a_connection_do_not_arrive_in_one_burst() -> None:
    clock = ManualClock()
    wire = LateConnections(clock)
    client = HttpClient(URL, clock, transport=wire)
    reads = [Request("GET", f"/{name}") for name in "abcdefgh"]
    orders = [Request("POST", "/order", changes_state=True, priority=Priority.ORDER)] * 8
    tasks = [asyncio.create_task(client.send(request)) for request in (*reads, *orders)]
    await clock.advance(2.5)
    wire.open.set()
    await clock.advance(4.0)
    await asyncio.gather(*tasks)
    bursts = [sum(start <= moment < start + 1.0 for moment in wire.written) for start in wire.written]
    assert len(wire.written) == 16
    assert max(bursts) == 10


async def test_a_penalty_that_began_while_a_request_waited_for_its_connection_keeps_it_here() -> None:
    clock = ManualClock()
    wire = LateConnections(clock)
    client = HttpClient(URL, clock, transport=wire)
    order = asyncio.create_task(client.send(ORDER))
    await clock.advance(1.0)
    with pytest.raises(PenaltyBox):
        await client.send(Request("GET", "/boxed"))
    wire.open.set()
    await clock.advance(1.0)
    with pytest.raises(PenaltyBox, match="nothing was sent"):
        await order
    assert wire.written == []
