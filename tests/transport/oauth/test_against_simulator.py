"""The whole way, through real sockets and TLS, against the simulator: written by other hands from the same documents.

One simulator for the module; these are the slow ones here (about three seconds together).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from ibtui import config
from ibtui.clock import SystemClock
from ibtui.commands.authority import authority_of
from ibtui.commands.registration import consumer_of
from ibtui.errors import GatewayError, NotLoggedIn
from ibtui.protocol import session
from ibtui.protocol.oauth.keys import prepend_of, private_key
from ibtui.protocol.oauth.steps import authorize_url
from ibtui.protocol.requests import Request
from ibtui.sim.process import start
from ibtui.transport.authority import Authority
from ibtui.transport.http import HttpClient
from ibtui.transport.oauth.third_party import ThirdParty
from ibtui.transport.pins import Pins
from ibtui.transport.socket import Connection, open_websocket
from ibtui.transport.trust import Trust

SEARCH = Request("GET", "/trsrv/stocks", (("symbols", "AAPL,IBM"),))
READ_SECONDS = 5.0
SHIFT_SECONDS = 83_520
"""23.2 hours: within the hour before a live session token's end."""


class ShiftedClock(SystemClock):
    """The machine's clock, some seconds ahead."""

    ahead = 0

    def time(self) -> float:
        return super().time() + self.ahead


@dataclass
class Sim:
    base_url: str
    fingerprint: str
    folder: Path

    def settings(self, name: str) -> config.Config:
        return config.load(self.folder / name, required=True, environment={}, flags={})

    async def lever(self, path: str, payload: dict[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.base_url))
        context = await self.trust().decide()
        async with httpx.AsyncClient(verify=context or True, trust_env=False) as client:
            url = f"{origin}/sim/oauth{path}"
            answer = await (client.get(url) if payload is None else client.post(url, json=payload))
            answer.raise_for_status()
            return answer.json()

    def trust(self) -> Trust:
        return Trust(self.base_url, Pins(None), expected_fingerprint=self.fingerprint)


@pytest.fixture(scope="module")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sim]:
    folder = tmp_path_factory.mktemp("oauth") / "keys"
    with start(["--port=0", "--control", f"--oauth={folder}"]) as gateway:
        yield Sim(gateway.base_url, gateway.fingerprint, folder)


@asynccontextmanager
async def client_of(sim: Sim, authority: Authority | None, clock: SystemClock) -> AsyncIterator[HttpClient]:
    client = HttpClient(sim.base_url, clock, authority=authority)
    await client.trust(await sim.trust().decide())
    try:
        yield client
    finally:
        await client.close()


async def opened(sim: Sim, client: HttpClient) -> Connection:
    """A stream of a brokerage session just begun."""
    tickle = session.decode_tickle(await client.call(session.tickle()))
    await client.call(session.init_brokerage(compete=False))
    stream = await open_websocket(client.endpoint(tickle.session, await sim.trust().decide()))
    await until(stream, '"success"')
    return stream


async def until(stream: Connection, words: str) -> None:
    async with asyncio.timeout(READ_SECONDS):
        async for frame in stream:
            if words in (frame.decode() if isinstance(frame, bytes) else frame):
                return
    pytest.fail(f"the stream ended before {words}")


async def test_a_first_party_signs_streams_renews_under_the_stream_and_recovers(sim: Sim) -> None:
    await sim.lever("/rules", {"query": "strict"})
    clock = ShiftedClock()
    authority = authority_of(sim.settings("ibtui.toml"), clock)
    async with client_of(sim, authority, clock) as client:
        await client.authorise()
        stream = await opened(sim, client)
        try:
            assert b"AAPL" in await client.call(SEARCH)
            clock.ahead = SHIFT_SECONDS
            await sim.lever("/rules", {"skew_s": SHIFT_SECONDS})
            await client.authorise()
            await client.call(SEARCH)
            await stream.send("tic")
            await until(stream, '"tic"')
            told = await sim.lever("")
            assert told["issued"] == 2
            assert told["verified"]["folded"] == 2
            assert not told["refused"]
            await sim.lever("/expire", {"status": 410})
            with pytest.raises(GatewayError):
                await client.call(SEARCH)
            await client.authorise()
            await client.call(SEARCH)
            assert (await sim.lever(""))["issued"] == 3
        finally:
            await stream.close()
            await sim.lever("/rules", {"skew_s": 0, "query": "normal"})


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"invalid_consumer": True}, "does not know the consumer key yet"),
        ({"dh_fault": "signature"}, "does not fit IBKR's proof"),
        ({"skew_s": 900}, "check this machine's clock"),
    ],
)
async def test_what_is_wrong_is_named(sim: Sim, rules: dict[str, object], words: str) -> None:
    await sim.lever("/rules", rules)
    try:
        async with client_of(sim, authority_of(sim.settings("ibtui.toml")), SystemClock()) as client:
            with pytest.raises(NotLoggedIn) as caught:
                await client.authorise()
        assert words in caught.value.detail
    finally:
        await sim.lever("/rules", {"invalid_consumer": False, "dh_fault": "", "skew_s": 0})


async def test_a_third_party_comes_to_its_access_token(sim: Sim) -> None:
    oauth = sim.settings("ibtui-third-party.toml").oauth
    third_party = ThirdParty(sim.base_url, consumer_of(oauth), SystemClock())
    async with client_of(sim, None, SystemClock()) as client:
        request_token = await third_party.request_token(client.vouch)
        async with httpx.AsyncClient(verify=await sim.trust().decide() or True, trust_env=False) as browser:
            page = await browser.post(authorize_url(request_token, sim.base_url))
        found = re.search(r'id="oauth_verifier">([^<]+)<', page.text)
        assert found is not None
        access = await third_party.access_token(client.vouch, request_token, found[1])
    key = private_key((sim.folder / "private_encryption.pem").read_bytes())
    assert prepend_of(access.secret.reveal(), key)


async def test_oauth_2_signs_and_streams(sim: Sim) -> None:
    async with client_of(sim, authority_of(sim.settings("ibtui-oauth2.toml")), SystemClock()) as client:
        await client.authorise()
        stream = await opened(sim, client)
        await stream.close()
        assert b"AAPL" in await client.call(SEARCH)
