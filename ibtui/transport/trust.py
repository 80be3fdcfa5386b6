"""Who the gateway is: system authorities for everybody, pins on first use for the self-signed one on loopback.

A certificate is fetched unverified only to look at it; no byte of a request ever leaves over such a connection.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from ibtui.errors import (
    CertificateChanged,
    CertificateInvalid,
    CertificateUnknown,
    Garbled,
    GatewayDown,
    GatewayHangs,
    HostUnknown,
)
from ibtui.transport.pins import Pins

Decide = Callable[[], Awaitable[ssl.SSLContext | None]]
PROBE_SECONDS = 5.0
NO_TIME_CHECK = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME: the pinned certificate itself is what is trusted, however old it is."""


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by name or address: localhost, 127.0.0.0/8, ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def fingerprint_of(certificate: bytes) -> str:
    """`sha256:<hex>` of a certificate in DER."""
    return "sha256:" + hashlib.sha256(certificate).hexdigest()


class _PinnedObject(ssl.SSLObject):
    """Ends the handshake with an error unless the peer showed exactly the pinned certificate."""

    def do_handshake(self) -> None:
        super().do_handshake()
        context = self.context
        shown = self.getpeercert(binary_form=True)
        if not isinstance(context, PinnedContext) or shown is None or fingerprint_of(shown) != context.fingerprint:
            raise ssl.SSLCertVerificationError("the gateway showed another certificate than the pinned one")


class PinnedContext(ssl.SSLContext):
    """A TLS context that accepts one certificate and no other, on every connection made with it."""

    sslobject_class = _PinnedObject
    fingerprint: str

    @classmethod
    def of(cls, certificate: bytes) -> PinnedContext:
        """The context for a certificate in DER."""
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | ssl.VerifyFlags(NO_TIME_CHECK)
        context.load_verify_locations(cadata=certificate)
        context.fingerprint = fingerprint_of(certificate)
        return context


class Trust:
    """Decides over which TLS context the gateway at a base URL may be talked to."""

    def __init__(
        self,
        base_url: str,
        pins: Pins,
        *,
        expected_fingerprint: str = "",
        authorities: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        parts = urlsplit(base_url)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._secure else 80)
        self._pins = pins
        self._expected = expected_fingerprint
        self._authorities = authorities
        self._decided: ssl.SSLContext | None = None
        self.recorder: Callable[[Decide], Awaitable[ssl.SSLContext | None]] | None = None
        """A tape's: decides by what it is given, and notes how that ended."""

    @property
    def place(self) -> str:
        """`host:port`, the name of the pin."""
        return f"{self._host}:{self._port}"

    def pin(self, fingerprint: str) -> None:
        """Trust this certificate from now on; raises OSError when it cannot be written down."""
        self._pins.put(self.place, fingerprint)

    async def decide(self) -> ssl.SSLContext | None:
        """The context to use; None means plain http to loopback.

        Raises CertificateUnknown, CertificateChanged, CertificateInvalid, GatewayDown, or Garbled when what listens
        there does not speak TLS.
        """
        return await (self._decide() if self.recorder is None else self.recorder(self._decide))

    async def _decide(self) -> ssl.SSLContext | None:
        if not self._secure:
            if not is_loopback(self._host):
                raise CertificateInvalid("http:// is for this machine only; use https://")
            return None
        if self._expected or (is_loopback(self._host) and self._pins.get(self.place)):
            certificate = await self._fetch()
            if self._expected or fingerprint_of(certificate) == self._pins.get(self.place):
                return self._pinned(certificate)
        refusal = await self._verified()
        if refusal is None:
            return self._decided
        if not is_loopback(self._host):
            raise CertificateInvalid(refusal)
        return self._pinned(await self._fetch())

    async def _verified(self) -> str | None:
        """Why the system's authorities refuse the certificate, None when they accept it."""
        context = self._decided
        if context is None or isinstance(context, PinnedContext):
            context = await asyncio.to_thread(self._authorities)
        try:
            await self._handshake(context)
        except ssl.SSLCertVerificationError as error:
            return getattr(error, "verify_message", "") or "it does not verify"
        self._decided = context
        return None

    def _pinned(self, certificate: bytes) -> ssl.SSLContext:
        shown = fingerprint_of(certificate)
        wanted = self._expected or self._pins.get(self.place)
        if not wanted:
            raise CertificateUnknown(f"{self.place} shows {shown}", fingerprint=shown)
        if shown != wanted:
            raise CertificateChanged(f"{self.place} shows {shown}, trusted was {wanted}", fingerprint=shown)
        if not isinstance(self._decided, PinnedContext) or self._decided.fingerprint != shown:
            self._decided = PinnedContext.of(certificate)
        return self._decided

    async def _fetch(self) -> bytes:
        """The certificate shown, unverified: to be looked at, nothing is sent."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return await self._handshake(context)

    async def _handshake(self, context: ssl.SSLContext) -> bytes:
        """Connect, shake hands, hang up; gives the peer's certificate in DER."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                _, writer = await asyncio.open_connection(
                    self._host, self._port, ssl=context, server_hostname=self._host
                )
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError as error:
            raise Garbled(f"{self.place} does not speak TLS") from error
        except TimeoutError as error:
            raise GatewayHangs(f"{self.place} takes no connection") from error
        except socket.gaierror as error:
            raise HostUnknown(f"the name {self._host} is not known") from error
        except OSError as error:
            raise GatewayDown(f"nothing listens at {self.place}") from error
        try:
            session = writer.get_extra_info("ssl_object")
            certificate = session.getpeercert(binary_form=True) if session is not None else None
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()
        if not certificate:
            raise Garbled(f"{self.place} shows no certificate")
        return bytes(certificate)
