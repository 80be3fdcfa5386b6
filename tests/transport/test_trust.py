from __future__ import annotations

import asyncio
import socket
import ssl
import stat
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException

from ibtui.errors import (
    CertificateChanged,
    CertificateInvalid,
    CertificateUnknown,
    Garbled,
    GatewayDown,
    GatewayHangs,
    HostUnknown,
)
from ibtui.protocol.requests import Request
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.http import HttpClient
from ibtui.transport.pins import FILE_NAME, Pins
from ibtui.transport.socket import open_websocket
from ibtui.transport.trust import PinnedContext, Trust, is_loopback
from tests.fakes.clock import ManualClock
from tests.transport.certificates import Certificate, make_certificate, tls_server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("other"), "other")


def url_of(port: int) -> str:
    return f"https://127.0.0.1:{port}/v1/api"


async def test_a_certificate_never_seen_is_shown_and_not_trusted(certificate: Certificate) -> None:
    async with tls_server(certificate) as (port, heads):
        with pytest.raises(CertificateUnknown) as caught:
            await Trust(url_of(port), Pins(None)).decide()
    assert caught.value.fingerprint == certificate.fingerprint
    assert heads == []


async def test_a_pinned_certificate_is_trusted_by_later_runs(certificate: Certificate, tmp_path: Path) -> None:
    async with tls_server(certificate) as (port, _):
        Trust(url_of(port), Pins(tmp_path)).pin(certificate.fingerprint)
        context = await Trust(url_of(port), Pins(tmp_path)).decide()
    assert isinstance(context, PinnedContext)
    assert context.fingerprint == certificate.fingerprint


async def test_the_same_certificate_keeps_the_same_context(certificate: Certificate) -> None:
    async with tls_server(certificate) as (port, _):
        trust = Trust(url_of(port), Pins(None))
        trust.pin(certificate.fingerprint)
        assert await trust.decide() is await trust.decide()


async def test_a_changed_certificate_is_refused_with_both_fingerprints(
    certificate: Certificate, other: Certificate
) -> None:
    async with tls_server(other) as (port, _):
        trust = Trust(url_of(port), Pins(None))
        trust.pin(certificate.fingerprint)
        with pytest.raises(CertificateChanged) as caught:
            await trust.decide()
    assert caught.value.fingerprint == other.fingerprint
    assert certificate.fingerprint in caught.value.detail


async def test_a_changed_certificate_can_be_trusted_anew(certificate: Certificate, other: Certificate) -> None:
    async with tls_server(other) as (port, _):
        trust = Trust(url_of(port), Pins(None))
        trust.pin(certificate.fingerprint)
        trust.pin(other.fingerprint)
        context = await trust.decide()
    assert isinstance(context, PinnedContext)


async def test_an_expected_certificate_needs_no_pin_and_leaves_none(certificate: Certificate, tmp_path: Path) -> None:
    async with tls_server(certificate) as (port, _):
        trust = Trust(url_of(port), Pins(tmp_path), expected_fingerprint=certificate.fingerprint)
        assert isinstance(await trust.decide(), PinnedContext)
    assert not (tmp_path / FILE_NAME).exists()


async def test_another_than_the_expected_certificate_is_refused(certificate: Certificate, other: Certificate) -> None:
    async with tls_server(other) as (port, _):
        trust = Trust(url_of(port), Pins(None), expected_fingerprint=certificate.fingerprint)
        with pytest.raises(CertificateChanged):
            await trust.decide()


async def test_an_old_self_signed_certificate_can_be_pinned(tmp_path: Path) -> None:
    old = make_certificate(tmp_path, expired=True)
    async with tls_server(old) as (port, _):
        trust = Trust(url_of(port), Pins(None))
        trust.pin(old.fingerprint)
        client = HttpClient(url_of(port), ManualClock())
        await client.trust(await trust.decide())
        assert await client.call(Request("GET", "/x")) == b"{}"
        await client.close()


async def test_what_the_authorities_accept_needs_no_pin(tmp_path: Path) -> None:
    known = make_certificate(tmp_path, "known")

    def authorities() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(cadata=known.der)
        return context

    async with tls_server(known) as (port, _):
        context = await Trust(url_of(port), Pins(None), authorities=authorities).decide()
    assert context is not None
    assert not isinstance(context, PinnedContext)


async def test_a_pinned_context_refuses_another_certificate_before_a_byte_of_a_request_leaves(
    certificate: Certificate, other: Certificate
) -> None:
    async with tls_server(other) as (port, heads):
        client = HttpClient(url_of(port), ManualClock())
        await client.trust(PinnedContext.of(certificate.der))
        with pytest.raises(CertificateInvalid, match="nothing was sent"):
            await client.send(Request("POST", "/order", body=b"{}", changes_state=True))
        await client.close()
    assert heads == []


async def test_a_pinned_context_goes_by_the_fingerprint_even_if_the_certificate_verifies(
    certificate: Certificate,
) -> None:
    context = PinnedContext.of(certificate.der)
    context.fingerprint = "sha256:0"
    async with tls_server(certificate) as (port, heads):
        client = HttpClient(url_of(port), ManualClock())
        await client.trust(context)
        with pytest.raises(CertificateInvalid):
            await client.send(Request("GET", "/x"))
        await client.close()
    assert heads == []


async def test_the_websocket_is_held_to_the_pin_as_well(certificate: Certificate, other: Certificate) -> None:
    async with tls_server(other) as (port, heads):
        endpoint = Endpoint(f"wss://127.0.0.1:{port}/v1/api/ws", "abc", PinnedContext.of(certificate.der))
        with pytest.raises((ssl.SSLError, WebSocketException)):
            await open_websocket(endpoint)
    assert heads == []


async def test_elsewhere_a_certificate_that_does_not_verify_is_refused_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_args: object, **_kwargs: object) -> None:
        raise ssl.SSLCertVerificationError("self-signed certificate")

    monkeypatch.setattr(asyncio, "open_connection", refuse)
    trust = Trust("https://gateway.example/v1/api", Pins(None))
    trust.pin("sha256:00")
    with pytest.raises(CertificateInvalid):
        await trust.decide()


async def test_plain_http_is_for_this_machine_only() -> None:
    assert await Trust("http://127.0.0.1:5000/v1/api", Pins(None)).decide() is None
    with pytest.raises(CertificateInvalid):
        await Trust("http://192.0.2.1:5000/v1/api", Pins(None)).decide()


async def test_nobody_listening_is_a_gateway_that_is_down(certificate: Certificate) -> None:
    async with tls_server(certificate) as (port, _):
        pass
    with pytest.raises(GatewayDown):
        await Trust(url_of(port), Pins(None)).decide()


async def test_a_port_that_does_not_speak_tls_is_garbled() -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        with pytest.raises(Garbled, match="does not speak TLS"):
            await Trust(url_of(server.sockets[0].getsockname()[1]), Pins(None)).decide()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("192.168.0.5", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("", False),
    ],
)
def test_loopback_is_known_by_name_and_address(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_pins_are_for_the_users_eyes_only(tmp_path: Path) -> None:
    Pins(tmp_path / "state").put("localhost:5000", "sha256:00")
    file = tmp_path / "state" / FILE_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_programs_keep_each_others_pins(tmp_path: Path) -> None:
    one, two = Pins(tmp_path), Pins(tmp_path)
    one.put("localhost:5000", "sha256:01")
    two.put("localhost:5001", "sha256:02")
    assert Pins(tmp_path).get("localhost:5000") == "sha256:01"
    assert Pins(tmp_path).get("localhost:5001") == "sha256:02"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"localhost:5000": 7}'])
def test_a_broken_file_pins_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    assert Pins(tmp_path).get("localhost:5000") == ""


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (socket.gaierror(-2, "Name or service not known"), HostUnknown),
        (TimeoutError(), GatewayHangs),
        (ConnectionRefusedError(), GatewayDown),
    ],
)
async def test_what_keeps_a_connection_from_being_made_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: type[GatewayDown]
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(asyncio, "open_connection", fail)
    with pytest.raises(GatewayDown) as caught:
        await Trust("https://gateway.example.net:5000/v1/api", Pins(None)).decide()
    assert type(caught.value) is kind


async def test_a_name_with_two_addresses_is_tried_at_both(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`localhost` may be ::1 as well as 127.0.0.1, and a gateway may listen on one of them only."""
    async with tls_server(certificate) as (port, _):
        answers = [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
        trust = Trust(f"https://localhost:{port}/v1/api", Pins(None))
        trust.pin(certificate.fingerprint)
        assert isinstance(await trust.decide(), PinnedContext)
