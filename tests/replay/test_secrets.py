"""No secret of a session reaches its log, its tape or a crash report: the bytes are searched."""

from __future__ import annotations

import gzip
import logging
import ssl
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from ibtui import logs
from ibtui.protocol.requests import Query
from ibtui.redaction import Secrets
from ibtui.transport import http
from ibtui.transport.authority import Send, TokenRequest
from ibtui.transport.endpoint import Endpoint
from tests.random_days.timeloop import LoopClock, TimeLoop
from tests.replay.stage import ACCOUNTS, START_MS, World, in_jumping_time, recording_session

ACCESS_TOKEN = "a1b2c3d4e5f6a7b8c9d0"
ACCESS_SECRET = "QmFzZTY0U2VjcmV0T2ZUaGVBY2Nlc3NUb2tlbkZvclRlc3RzIQ=="
LIVE_TOKEN = "wKgKhwXp2mUGVQq7SVxLHwXaBno="
SIGNATURE = "c2lnbmF0dXJlLW9mLW9uZS1yZXF1ZXN0"
BEARER = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ0cmFkZXIifQ.c2lnbmF0dXJl"
SPOKEN = "plainwordtoken"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----"
SECRETS = (ACCESS_TOKEN, ACCESS_SECRET, LIVE_TOKEN, SIGNATURE, BEARER, SPOKEN, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC")


class Vouching:
    """Implements `ibtui.transport.authority.Authority` with tokens that are known."""

    requests_per_second = 10
    vouched = False

    async def prepare(self, send: Send) -> None:
        if not self.vouched:
            header = {"Authorization": f'OAuth oauth_token="{ACCESS_TOKEN}", oauth_signature="{SIGNATURE}"'}
            await send(TokenRequest("POST", "http://127.0.0.1/v1/api/oauth/live_session_token", header))
            self.vouched = True

    def headers(self, method: str, url: str, query: Query) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {BEARER}", "Cookie": f"x-sess-uuid={SPOKEN}"}

    def endpoint(self, base_url: str, session: str, context: ssl.SSLContext | None) -> Endpoint:
        return Endpoint(f"ws://127.0.0.1/v1/api/ws?oauth_token={ACCESS_TOKEN}", session, context, bare_cookie=True)

    def rejected(self, *_: object, **__: object) -> None:
        pass


class Front(httpx.AsyncBaseTransport):
    """Answers requests for tokens; everything else is the gateway's, with a cookie."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sessions: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "oauth" in request.url.path:
            return httpx.Response(200, json={"access_token": SPOKEN, "live_session_token": LIVE_TOKEN})
        answer = await self._world.transport.handle_async_request(request)
        body = await answer.aread()
        if request.url.path.endswith("/tickle"):
            self.sessions.add(httpx.Response(200, content=body).json()["session"])
        return httpx.Response(
            answer.status_code, headers={**answer.headers, "set-cookie": f"x-sess-uuid={SPOKEN}"}, content=body
        )


def test_nothing_written_holds_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = Secrets()
    monkeypatch.setattr(http, "SECRETS", secrets)
    logger = logging.getLogger("ibtui")
    before = (list(logger.handlers), logger.level, logger.propagate)
    for hooked, name in ((sys, "excepthook"), (threading, "excepthook"), (logging, "raiseExceptions")):
        monkeypatch.setattr(hooked, name, getattr(hooked, name))
    logs.set_up(tmp_path, secrets=secrets)
    logger.setLevel(logging.DEBUG)

    async def session(loop: TimeLoop) -> set[str]:
        world, clock = World(loop), LoopClock(loop, START_MS)
        front = Front(world)
        live = recording_session(world, clock, tmp_path / "tape", authority=Vouching(), transport=front)
        market = loop.create_task(world.run())
        live.start()
        await clock.sleep(70.0)
        await live.close()
        market.cancel()
        return front.sessions

    sessions = in_jumping_time(session)
    told = (*SECRETS, PEM, *sessions)
    shown = []
    for secret in told:
        logging.getLogger("ibtui.x").error("session: %s", secret, extra={"token": secret})
        try:
            raise RuntimeError(f"{{'access_token': '{secret}'}} and {{\"session\":\"{secret}\"}}, Bearer {secret}")
        except RuntimeError as error:
            shown.append(logs.shown_crash(error, secrets=secrets))
    for secret in (ACCESS_TOKEN, LIVE_TOKEN, BEARER, SPOKEN, PEM, *sessions):
        logging.getLogger("ibtui.x").error("a word of it: %s", secret)
    for handler in logger.handlers:
        handler.close()
    logger.handlers[:], logger.level, logger.propagate = before

    tape = gzip.decompress((tmp_path / "tape").read_bytes())
    written = (tmp_path / "ibtui.log").read_bytes()
    terminal = "\n".join(shown) + "".join(capsys.readouterr())
    assert sessions
    assert b'"kind":"frame"' in tape
    assert b"RuntimeError" in written
    for secret in (*SECRETS, *sessions):
        assert secret.encode() not in tape
        assert secret.encode() not in written
        assert secret not in terminal
    for account in ACCOUNTS:
        assert account.encode() not in tape
