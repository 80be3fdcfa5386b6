"""A crash report with every local variable, as Textual prints one, shows no secret."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Awaitable, Callable

import httpx
import pytest
from rich.pretty import pretty_repr

from ibtui.protocol.oauth import steps
from ibtui.protocol.requests import Request
from ibtui.transport.authority import TokenRequest
from tests.protocol.oauth.material import ACCESS_SECRET, key, private_pem, sealed
from tests.transport.oauth.ibkr import ACCESS_TOKEN, Line

LOOK = Request("GET", "/trsrv/stocks")
SHOWN_BEFORE_CUT = 12
"""Characters of a secret that are too many to be seen."""


async def crash_report(doing: Callable[[], Awaitable[object]], *, whole: bool = True) -> str:
    """Every local on the way, as rich shows it to Textual; texts whole, or cut as there."""
    with pytest.raises(RuntimeError) as caught:
        await doing()
    longest = 100_000 if whole else 80
    return "\n".join(
        f"{frame.f_code.co_filename} {name} = {pretty_repr(value, max_length=10, max_string=longest)}"
        for frame, _ in traceback.walk_tb(caught.value.__traceback__)
        for name, value in list(frame.f_locals.items())
    )


def crash(request: httpx.Request) -> httpx.Response:
    raise RuntimeError("a bug")


def fail(*_given: object) -> float:
    raise RuntimeError("a bug")


def signed_parts(line: Line) -> list[str]:
    """The live session tokens, in both forms they might be seen in."""
    return [form for token in line.ibkr.tokens for form in (token.hex(), base64.b64encode(token).decode())]


def secrets_of_files() -> list[str]:
    pems = [private_pem(key(name)).decode().splitlines()[5] for name in ("signature", "encryption", "client")]
    return [ACCESS_SECRET.hex(), repr(ACCESS_SECRET), sealed(), ACCESS_TOKEN, *pems]


async def test_of_asking_for_a_live_session_token() -> None:
    line = Line()

    async def send(token: TokenRequest) -> None:
        raise RuntimeError("a bug")

    report = await crash_report(lambda: line.authority.prepare(send))  # type: ignore[arg-type]  # it never answers
    for secret in secrets_of_files():
        assert secret[:SHOWN_BEFORE_CUT] not in report
    assert "exponent" not in report


async def test_of_computing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    monkeypatch.setattr(steps, "life_of", fail)
    report = await crash_report(line.client.authorise)
    assert line.ibkr.tokens
    for secret in secrets_of_files() + signed_parts(line):
        assert secret[:SHOWN_BEFORE_CUT] not in report


@pytest.mark.parametrize("version", ["1.0a", "2.0"])
async def test_of_sending_a_signed_request(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(version=version)
    await line.client.authorise()
    monkeypatch.setattr(line.client, "_clock", line.clock)
    line.client._client = httpx.AsyncClient(transport=httpx.MockTransport(crash))
    report = await crash_report(lambda: line.client.send(LOOK))
    for secret in [*secrets_of_files(), *signed_parts(line), "bearer-2"]:
        assert secret[:SHOWN_BEFORE_CUT] not in report


async def test_of_sending_an_assertion() -> None:
    """The HTTP library's own variables show how the body begins; the signature, without which it is nothing, not."""
    line = Line(version="2.0")
    line.client._client = httpx.AsyncClient(transport=httpx.MockTransport(crash))
    report = await crash_report(line.client.authorise, whole=False)
    assert "content = b'client_assertion_type=" in report
    assert "client_assertion=" not in report


async def test_of_asking_for_a_session_with_an_access_token() -> None:
    line = Line(version="2.0")
    bodies: list[bytes] = []

    def crash_at_session(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/sso-sessions"):
            bodies.append(request.content)
            raise RuntimeError("a bug")
        return line.ibkr(request)

    line.client._client = httpx.AsyncClient(transport=httpx.MockTransport(crash_at_session))
    report = await crash_report(line.client.authorise, whole=False)
    assert "bearer-1" not in report
    assert bodies[0].split(b".")[2].decode()[:SHOWN_BEFORE_CUT] not in report
