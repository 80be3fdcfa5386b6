"""OAuth 1.0a on the wire: fetched, proven, renewed in time, and never asked for in a loop."""

from __future__ import annotations

import base64
import logging

import httpx
import pytest

from ibtui import __version__
from ibtui.errors import Garbled, GatewayDown, LinkError, NotLoggedIn, PenaltyBox, Refused
from ibtui.protocol.requests import Request
from ibtui.redaction import SECRETS
from tests.protocol.oauth.material import ACCESS_SECRET, GROUP_14, sealed
from tests.transport.oauth.ibkr import ACCESS_TOKEN, CONSUMER_KEY, URL, Line, fields_of, registration

READ = Request("GET", "/iserver/marketdata/snapshot", (("conids", "265598"), ("fields", "31,84")))
LOOK = Request("GET", "/trsrv/stocks")
HOUR = 3600.0


async def refused(line: Line) -> NotLoggedIn:
    with pytest.raises(NotLoggedIn) as caught:
        await line.client.authorise()
    return caught.value


async def test_the_token_is_asked_for_once_and_signs_everything_after() -> None:
    line = Line()
    await line.client.authorise()
    await line.client.authorise()
    await line.client.send(READ)
    await line.client.send(LOOK)
    token, read, tickle = line.ibkr.asked
    assert str(token.url) == f"{URL}/oauth/live_session_token"
    assert token.headers["content-length"] == "0"
    assert token.headers["user-agent"] == f"ibtui/{__version__}"
    assert fields_of(token)["realm"] == "limited_poa"
    assert fields_of(token)["oauth_consumer_key"] == CONSUMER_KEY
    assert line.ibkr.signed_with(read) == line.ibkr.signed_with(tickle) == 0
    assert read.headers["accept"] == "*/*"
    assert fields_of(read)["oauth_nonce"] != fields_of(tickle)["oauth_nonce"]


async def test_nothing_is_signed_before_there_is_a_token() -> None:
    line = Line()
    with pytest.raises(NotLoggedIn, match="no token yet"):
        await line.client.send(READ)
    assert not line.ibkr.asked


async def test_it_is_renewed_an_hour_before_its_end_and_the_old_one_serves_until_then() -> None:
    line = Line()
    await line.client.authorise()
    await line.clock.advance(22.9 * HOUR)
    await line.client.authorise()
    assert line.ibkr.issued == 1
    await line.clock.advance(0.2 * HOUR)
    await line.client.send(LOOK)
    await line.client.authorise()
    await line.client.send(LOOK)
    assert line.ibkr.issued == 2
    assert [line.ibkr.signed_with(asked) for asked in (line.ibkr.asked[1], line.ibkr.asked[3])] == [0, 1]


async def test_a_renewal_that_fails_costs_nothing_while_the_old_token_lives() -> None:
    line = Line()
    await line.client.authorise()
    await line.clock.advance(23.5 * HOUR)
    for trouble in (httpx.ConnectError("down"), httpx.Response(503), httpx.Response(401, json={"error": "no"})):
        line.ibkr.refusal = trouble
        await line.client.authorise()
        await line.client.send(LOOK)
    await line.clock.advance(0.6 * HOUR)
    with pytest.raises(NotLoggedIn):
        await line.client.authorise()
    with pytest.raises(NotLoggedIn, match="another is being fetched"):
        await line.client.send(LOOK)
    line.ibkr.refusal = None
    await line.clock.advance(700)
    await line.client.authorise()
    await line.client.send(LOOK)
    assert line.ibkr.signed_with(line.ibkr.asked[-1]) == 1


@pytest.mark.parametrize("expires_in", [0.0, -3.0, None, 2.0])
async def test_an_end_that_is_the_moment_of_making_means_a_day(expires_in: float | None) -> None:
    line = Line()
    line.ibkr.expires_in = expires_in
    await line.client.authorise()
    assert line.authority.seconds_left == 86_400
    await line.clock.advance(22.9 * HOUR)
    await line.client.authorise()
    assert line.ibkr.issued == 1


async def test_the_end_is_read_by_ibkrs_own_clock(caplog: pytest.LogCaptureFixture) -> None:
    line = Line()
    line.ibkr.skew = 7 * HOUR
    line.ibkr.expires_in = 20 * HOUR
    with caplog.at_level(logging.WARNING):
        await line.client.authorise()
    assert line.authority.seconds_left == pytest.approx(20 * HOUR, abs=2)
    assert "this machine's clock is 420 min 0 s behind IBKR's" in caplog.text


@pytest.mark.parametrize("status", [401, 410])
async def test_a_dead_token_is_replaced_at_the_next_look(status: int) -> None:
    line = Line()
    await line.client.authorise()
    await line.clock.advance(HOUR)
    line.ibkr.answer = httpx.Response(status)
    with pytest.raises((NotLoggedIn, Refused)):
        await line.client.send(LOOK)
    line.ibkr.answer = httpx.Response(200, json={})
    with pytest.raises(NotLoggedIn, match="another is being fetched"):
        await line.client.send(READ)
    await line.client.authorise()
    await line.client.send(READ)
    assert line.ibkr.signed_with(line.ibkr.asked[-1]) == 1


async def test_a_late_no_to_the_old_token_does_not_end_the_new_one() -> None:
    line = Line()
    await line.client.authorise()
    await line.clock.advance(HOUR)
    sent = line.clock.monotonic()
    line.authority.rejected(401, "/tickle", sent)
    await line.clock.advance(1)
    await line.client.authorise()
    line.authority.rejected(401, "/tickle", sent)
    await line.client.send(LOOK)
    assert line.ibkr.issued == 2


async def test_a_401_of_the_brokerage_session_does_not_cost_a_token_just_made() -> None:
    line = Line()
    await line.client.authorise()
    await line.clock.advance(10)
    line.authority.rejected(401, "/iserver/accounts", line.clock.monotonic())
    await line.client.authorise()
    assert line.ibkr.issued == 1


async def test_tokens_that_die_at_once_are_fetched_in_growing_pauses() -> None:
    line = Line()
    moments: list[float] = []
    words = set()
    start = line.clock.monotonic()
    for _ in range(180):
        issued = line.ibkr.issued
        try:
            await line.client.authorise()
        except NotLoggedIn as error:
            words.add(error.detail[:54])
        if line.ibkr.issued > issued:
            moments.append(line.clock.monotonic() - start)
        line.authority.rejected(401, "/tickle", line.clock.monotonic())
        await line.clock.advance(5, turns=1)
    assert moments == [0, 5, 15, 35, 75, 155, 315, 635]
    assert words == {"IBKR refuses (HTTP 401) the live session token it gave"}


async def test_a_consumer_ibkr_does_not_know_is_asked_for_in_growing_pauses_and_says_what_to_do() -> None:
    line = Line()
    line.ibkr.refusal = httpx.Response(401, json={"error": "id: 39687, error: invalid consumer", "statusCode": 401})
    first = await refused(line)
    assert "a new one works after the next reset (id: 39687, error: invalid consumer)" in first.detail
    assert first.status == 401
    asked = len(line.ibkr.asked)
    for _ in range(9):
        await line.clock.advance(1)
        assert "asked again in" in (await refused(line)).detail
    assert len(line.ibkr.asked) == asked
    await line.clock.advance(2)
    await refused(line)
    assert len(line.ibkr.asked) == asked + 1
    line.ibkr.refusal = None
    await line.clock.advance(25)
    await line.client.authorise()
    await line.client.send(READ)


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("invalid signature", "is this the signature key that was registered"),
        ("invalid timestamp", "check this machine's clock"),
        ("invalid realm", "remove oauth.realm"),
        ("invalid token", "access token is not valid"),
        ("something else", "refuses to give a token (something else)"),
    ],
)
async def test_a_no_is_told_with_what_to_do(words: str, meaning: str) -> None:
    line = Line()
    line.ibkr.refusal = httpx.Response(401, json={"error": words})
    error = await refused(line)
    assert meaning in error.detail
    assert "`ibtui oauth setup`" in error.detail


@pytest.mark.parametrize(("skew", "words"), [(-312.0, "5 min 12 s ahead of"), (61.0, "1 min 1 s behind")])
async def test_a_clock_that_is_off_is_named_in_the_refusal(skew: float, words: str) -> None:
    line = Line()
    line.ibkr.skew = skew
    line.ibkr.refusal = httpx.Response(401, json={"error": "invalid signature"})
    detail = (await refused(line)).detail
    assert f"this machine's clock is {words} IBKR's: set it right" in detail


async def test_a_clock_that_is_a_little_off_is_not() -> None:
    line = Line()
    line.ibkr.skew = 59.0
    line.ibkr.refusal = httpx.Response(401, json={"error": "invalid signature"})
    assert "clock is" not in (await refused(line)).detail


async def test_a_token_that_does_not_fit_its_proof_is_not_used() -> None:
    line = Line()
    line.ibkr.wrong_proof = True
    assert "does not fit IBKR's proof" in (await refused(line)).detail
    with pytest.raises(NotLoggedIn):
        await line.client.send(READ)
    assert [asked.url.path for asked in line.ibkr.asked] == ["/v1/api/oauth/live_session_token"]


@pytest.mark.parametrize(
    ("response", "words"),
    [("1", "cannot be computed"), (f"{GROUP_14 - 1:x}", "cannot be computed"), ("not hex", "lacks the exchange")],
)
async def test_a_number_outside_the_group_is_not_used(response: str, words: str) -> None:
    line = Line()
    line.ibkr.dh_response = response
    with pytest.raises(Garbled, match=words):
        await line.client.authorise()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(503, content=b"down"), Refused),
        (httpx.Response(404, json={"error": "not found"}), Refused),
        (httpx.Response(302, headers={"location": "/sso"}), Refused),
        (httpx.Response(403, headers={"content-type": "text/html"}, content=b"<html>Access Denied"), Refused),
        (httpx.Response(200, content=b"<html>hello"), Garbled),
        (httpx.Response(200, json={"error": "nothing"}), Garbled),
        (httpx.Response(429), PenaltyBox),
        (httpx.ConnectError("no"), GatewayDown),
        (httpx.ReadTimeout("slow"), LinkError),
    ],
)
async def test_anything_else_is_told_apart(answer: httpx.Response | Exception, kind: type[Exception]) -> None:
    line = Line()
    line.ibkr.refusal = answer
    with pytest.raises(kind) as caught:
        await line.client.authorise()
    assert type(caught.value) is kind
    if kind is PenaltyBox:
        assert line.client.penalty_until > line.clock.monotonic()


async def test_the_websocket_is_opened_with_the_access_token_and_a_bare_cookie() -> None:
    line = Line()
    endpoint = line.client.endpoint("abc", None)
    assert endpoint.url == f"wss://api.ibkr.com/v1/api/ws?oauth_token={ACCESS_TOKEN}"
    assert endpoint.headers == {"Cookie": "api=abc"}
    assert endpoint.user_agent == f"ibtui/{__version__}"
    assert endpoint.origin == "https://api.ibkr.com"
    assert ACCESS_TOKEN not in repr(endpoint)


def test_direct_requests_may_be_fifty_a_second() -> None:
    assert Line().client.pace.limit == 50


async def test_timestamps_are_seconds_and_do_not_go_back() -> None:
    line = Line()
    await line.client.authorise()
    await line.client.send(LOOK)
    line.clock._wall_offset -= 20
    await line.client.send(LOOK)
    line.clock._wall_offset -= 900
    await line.client.send(LOOK)
    stamps = [int(fields_of(asked)["oauth_timestamp"]) for asked in line.ibkr.asked[1:]]
    assert stamps[0] == stamps[1] == stamps[2] + 920 == 1_795_000_000


async def test_no_secret_shows_in_logs_errors_or_values(caplog: pytest.LogCaptureFixture) -> None:
    line = Line()
    with caplog.at_level(logging.DEBUG):
        await line.client.authorise()
        await line.clock.advance(HOUR)
        line.authority.rejected(410, "/tickle", line.clock.monotonic())
        line.ibkr.refusal = httpx.Response(401, json={"error": "invalid signature"})
        error = await refused(line)
    shown = caplog.text + str(error) + repr(line.authority) + repr(registration()) + repr(vars(line.authority))
    shown += repr(vars(line.authority._keeper))
    assert "live session token was taken" in caplog.text
    secrets = [ACCESS_SECRET.hex(), sealed()[:40], ACCESS_TOKEN, line.ibkr.tokens[0].hex()]
    secrets.append(base64.b64encode(line.ibkr.tokens[0]).decode())
    for secret in secrets:
        assert secret not in shown


async def test_what_is_secret_is_hidden_wherever_it_is_written() -> None:
    line = Line()
    await line.client.authorise()
    token = base64.b64encode(line.ibkr.tokens[0]).decode()
    for secret in (ACCESS_TOKEN, ACCESS_SECRET.hex(), token):
        assert secret not in SECRETS.hide(f"a line with {secret} in it")
