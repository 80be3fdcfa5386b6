"""Looks for the judges of the way: names, doors, certificate. Nothing is sent over what is not trusted."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cryptography import x509

from ibtui.commands.doctor.facts import Address, Certificate, Door, Doors, Names, Trusted
from ibtui.errors import CertificateChanged, CertificateInvalid, CertificateUnknown, Garbled, GatewayDown, GatewayHangs
from ibtui.protocol.clean import clean
from ibtui.transport.gateway_folder import GatewayProcessFailed, gateway_folder
from ibtui.transport.listeners import LOOPBACKS, listener_at
from ibtui.transport.pins import Pins
from ibtui.transport.trust import PinnedContext, Trust, fingerprint_of

CONNECT_SECONDS = 5.0
RESOLVE_SECONDS = 10.0
BANNER_BYTES = 4096


async def look_up(address: Address) -> Names:
    """What the name stands for."""
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except TimeoutError:
        return Names(error=f"no answer within {RESOLVE_SECONDS:.0f} s")
    except (OSError, UnicodeError) as error:
        return Names(error=clean(getattr(error, "strerror", None) or error, limit=80))
    return Names(tuple(dict.fromkeys(str(place[0]) for *_, place in found)))


async def knock(address: Address, names: Names, gateway_path: str) -> Doors:
    """Connect to each address of the name; where all refuse, find out who could be meant."""
    doors = tuple(await asyncio.gather(*(_door(found, address.port) for found in names.addresses[:4])))
    if not address.is_loopback:
        return Doors(doors)
    listener = await asyncio.to_thread(listener_at, address.port)
    other = ""
    if all(door.refusal for door in doors):
        tried = [door.address for door in doors]
        for candidate in LOOPBACKS:
            if candidate not in tried and not (await _door(candidate, address.port)).refusal:
                other = candidate
    return Doors(doors, other, listener, _folder_port(gateway_path), bool(gateway_path))


async def look_at_certificate(
    address: Address, base_url: str, state: Path
) -> tuple[Certificate, ssl.SSLContext | None]:
    """The certificate, and a TLS context if the gateway may be talked to.

    An unknown one of this machine is trusted for this run and noted nowhere.
    """
    pins = Pins(state)
    trust = Trust(base_url, pins)
    try:
        context = await trust.decide()
    except CertificateUnknown as error:
        shown = await _shown(address)
        if shown is None or fingerprint_of(shown) != error.fingerprint:
            return Certificate(Trusted.GONE, why="it shows another certificate at each look"), None
        found = Certificate(Trusted.UNKNOWN, error.fingerprint, _not_after(shown), error.detail)
        return found, PinnedContext.of(shown)
    except CertificateChanged as error:
        changed = Certificate(Trusted.CHANGED, error.fingerprint, accepted=pins.get(trust.place))
        return changed, None
    except CertificateInvalid as error:
        return Certificate(Trusted.INVALID, why=error.detail, not_after=_not_after(await _shown(address))), None
    except Garbled as error:
        return Certificate(Trusted.NOT_TLS, why=error.detail, server=await _plain_server(address)), None
    except GatewayDown as error:
        why = "the TLS handshake is not answered" if isinstance(error, GatewayHangs) else error.detail
        return Certificate(Trusted.GONE, why=why), None
    if context is None:
        return Certificate(Trusted.PLAIN), None
    shown = await _shown(address)
    trusted = Trusted.PINNED if isinstance(context, PinnedContext) else Trusted.VERIFIED
    mark = fingerprint_of(shown) if shown is not None else ""
    return Certificate(trusted, mark, _not_after(shown)), context


async def _door(found: str, port: int) -> Door:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(found, port)
    except TimeoutError:
        return Door(found, f"no answer within {CONNECT_SECONDS:.0f} s")
    except OSError as error:
        return Door(found, _refusal(error))
    await _hang_up(writer)
    return Door(found)


def _refusal(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return clean(error.strerror or error, limit=80) or type(error).__name__


async def _shown(address: Address) -> bytes | None:
    """The certificate in DER, unverified, only to be looked at."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(
                address.host, address.port, ssl=context, server_hostname=address.host
            )
        session = writer.get_extra_info("ssl_object")
        certificate: bytes | None = session.getpeercert(binary_form=True) if session is not None else None
        await _hang_up(writer)
        return certificate
    return None


def _not_after(certificate: bytes | None) -> datetime | None:
    if certificate is None:
        return None
    try:
        return x509.load_der_x509_certificate(certificate).not_valid_after_utc
    except ValueError:
        return None


async def _plain_server(address: Address) -> str:
    """What a listener of this machine that speaks no TLS calls itself, asked without any path or secret."""
    if not address.is_loopback:
        return ""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(address.host, address.port)
            writer.write(b"HEAD / HTTP/1.0\r\n\r\n")
            answer = (await reader.read(BANNER_BYTES)).decode("latin-1")
        await _hang_up(writer)
        for line in answer.split("\r\n"):
            name, _, value = line.partition(":")
            if name.casefold() == "server":
                return clean(value, limit=60)
    return ""


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1.0):
            await writer.wait_closed()


def _folder_port(path: str) -> int:
    try:
        return gateway_folder(path).port
    except GatewayProcessFailed:
        return 0
