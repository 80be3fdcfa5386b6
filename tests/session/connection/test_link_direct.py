"""A session without a gateway: OAuth vouches for it, and its tokens die and are renewed."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from ibtui.domain.session import Trouble
from ibtui.errors import NotLoggedIn
from ibtui.protocol.requests import Query
from ibtui.transport.authority import Send
from ibtui.transport.endpoint import Endpoint
from tests.session.scripted import Bench


class FakeAuthority:
    """Holds a token that may die, and counts how often it was fetched."""

    requests_per_second = 50

    def __init__(self) -> None:
        self.fetched = 0
        self.dead = True
        self.refusal = ""

    async def prepare(self, send: Send) -> None:
        if self.refusal:
            raise NotLoggedIn(self.refusal)
        if self.dead:
            self.fetched += 1
            self.dead = False

    def headers(self, method: str, url: str, query: Query) -> Mapping[str, str]:
        return {"Authorization": f"OAuth {self.fetched}"}

    def endpoint(self, base_url: str, session: str, context: ssl.SSLContext | None) -> Endpoint:
        return Endpoint("ws://127.0.0.1:5000/v1/api/ws", session, context)

    def rejected(self, status: int, path: str, sent: float) -> None:
        self.dead = True


@pytest.fixture
async def direct() -> AsyncIterator[tuple[Bench, FakeAuthority]]:
    authority = FakeAuthority()
    bench = Bench(authority=authority)
    yield bench, authority
    await bench.session.close()


async def test_tokens_that_cannot_be_had_have_their_own_words(direct: tuple[Bench, FakeAuthority]) -> None:
    bench, authority = direct
    authority.refusal = "The consumer key is not known; run ibtui oauth setup"
    await bench.start()
    assert bench.trouble() is Trouble.NOT_AUTHORISED
    assert bench.health.detail == authority.refusal
    authority.refusal = ""
    await bench.clock.advance(4.0)
    assert bench.can_trade()


@pytest.mark.parametrize("status", [401, 410])
async def test_a_dead_token_is_renewed_without_losing_the_stream(
    direct: tuple[Bench, FakeAuthority], status: int
) -> None:
    bench, authority = direct
    await bench.connect()
    assert authority.fetched == 1

    def judge(request: httpx.Request) -> httpx.Response:
        if request.headers["Authorization"] == "OAuth 1":
            return httpx.Response(status)
        return httpx.Response(200, json={"session": "abc", "iserver": {"authStatus": bench.gateway.status}})

    bench.gateway.answers["POST /tickle"] = judge
    bench.session.link.retry()
    await bench.beat(5.0)
    assert authority.fetched == 2
    assert bench.trouble() is Trouble.NONE
    assert len(bench.network.connections) == 1
