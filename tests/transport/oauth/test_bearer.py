"""OAuth 2.0 on the wire."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx
import pytest

from ibtui.errors import Garbled, NotLoggedIn
from ibtui.protocol.requests import Request
from tests.transport.oauth.ibkr import GRANT, Line

LOOK = Request("GET", "/trsrv/stocks")


async def test_an_access_token_buys_a_session_token_that_every_request_carries() -> None:
    line = Line(version="2.0")
    await line.client.authorise()
    await line.client.authorise()
    await line.client.send(LOOK)
    access, session, tickle = line.ibkr.asked
    assert str(access.url) == GRANT.token_url
    assert access.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(access.content.decode())["grant_type"] == ["client_credentials"]
    assert str(session.url) == GRANT.sso_url
    assert session.headers["authorization"] == "Bearer bearer-1"
    assert session.headers["content-type"] == "application/jwt"
    assert session.content.count(b".") == 2
    assert tickle.headers["authorization"] == "Bearer bearer-2"


async def test_it_is_renewed_before_a_day_is_over_and_after_a_401() -> None:
    line = Line(version="2.0")
    await line.client.authorise()
    await line.clock.advance(23.1 * 3600)
    await line.client.authorise()
    assert line.ibkr.issued == 4
    await line.clock.advance(400)
    line.ibkr.answer = httpx.Response(401)
    with pytest.raises(NotLoggedIn):
        await line.client.send(LOOK)
    line.ibkr.answer = httpx.Response(200, json={})
    await line.client.authorise()
    await line.client.send(LOOK)
    assert line.ibkr.asked[-1].headers["authorization"] == "Bearer bearer-6"


async def test_a_problem_is_told_in_ibkrs_words() -> None:
    line = Line(version="2.0")
    problem = {"type": "/simple", "title": "Unauthorized", "status": 401, "detail": "The access token is invalid"}
    line.ibkr.refusal = httpx.Response(401, json=problem, headers={"content-type": "application/problem+json"})
    with pytest.raises(NotLoggedIn, match="The access token is invalid"):
        await line.client.authorise()


async def test_an_answer_without_a_token_is_garbled() -> None:
    line = Line(version="2.0")
    line.ibkr.refusal = httpx.Response(200, json={"active": True})
    with pytest.raises(Garbled):
        await line.client.authorise()


async def test_the_websocket_carries_the_bearer_and_the_session_and_shows_neither() -> None:
    line = Line(version="2.0")
    await line.client.authorise()
    endpoint = line.client.endpoint("abc", None)
    assert endpoint.url == "wss://api.ibkr.com/v1/api/ws"
    assert endpoint.headers == {"Cookie": "api=abc", "Authorization": "Bearer bearer-2"}
    assert "bearer-2" not in repr(endpoint)
    assert "abc" not in repr(endpoint)
