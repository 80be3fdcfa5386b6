"""Does it work? A token and a tickle, each told in one line."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

from ibtui.clock import Clock
from ibtui.commands.oauth_setup.console import Console
from ibtui.errors import CertificateUnknown, GatewayError, IbtuiError
from ibtui.protocol import session
from ibtui.protocol.oauth.steps import AccessToken, Consumer, authorize_url, verifier_of
from ibtui.transport.authority import Send
from ibtui.transport.http import HttpClient
from ibtui.transport.oauth.bearer import BearerAuthority
from ibtui.transport.oauth.session_token import SessionTokenAuthority
from ibtui.transport.oauth.third_party import ThirdParty
from ibtui.transport.pins import Pins
from ibtui.transport.trust import Trust

Answer = TypeVar("Answer")
HOUR = 3600.0


class Trial:
    """Speaks with IBKR at one base URL; what goes wrong is said, never raised."""

    def __init__(
        self,
        base_url: str,
        pins: Pins,
        clock: Clock,
        console: Console,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base_url = base_url
        self._transport = transport
        self._trust = Trust(base_url, pins)
        self._clock = clock
        self._console = console

    def works(self, authority: SessionTokenAuthority | BearerAuthority) -> bool:
        """Whether a token comes and a tickle signed with it is answered."""
        return self._told(lambda context: self._tickled(authority, context)) is not None

    def grant(self, consumer: Consumer) -> AccessToken | None:
        """A third party's access token: the user logs in in a browser and brings the verifier."""
        third_party = ThirdParty(self._base_url, consumer, self._clock)
        request_token = self._told(lambda context: self._with_client(context, third_party.request_token))
        if request_token is None:
            return None
        self._console.good("request token: given")
        self._console.say("Open this address, log in and grant access:")
        self._console.say(f"  {authorize_url(request_token, self._base_url)}")
        verifier = self._verifier(request_token)
        access = self._told(
            lambda context: self._with_client(
                context, lambda send: third_party.access_token(send, request_token, verifier)
            )
        )
        if access is not None:
            kind = {True: ", of a paper account", False: ", of a LIVE account", None: ""}[access.is_paper]
            self._console.good(f"access token: given{kind}")
        return access

    def _verifier(self, request_token: str) -> str:
        while True:
            try:
                return verifier_of(
                    self._console.ask("The verifier, or the whole address you were sent to"), request_token
                )
            except ValueError as error:
                self._console.bad(str(error))

    async def _tickled(
        self, authority: SessionTokenAuthority | BearerAuthority, context: ssl.SSLContext | None
    ) -> bool:
        client = HttpClient(self._base_url, self._clock, transport=self._transport, authority=authority)
        try:
            await client.trust(context)
            await client.authorise()
            self._console.good(f"token: given and proven, good for {authority.seconds_left / HOUR:.1f} h")
            tickle = session.decode_tickle(await client.call(session.tickle()))
            if not tickle.session:
                raise GatewayError("tickle names no session")
            self._console.good("tickle: answered; the token signs")
        finally:
            await client.close()
        return True

    async def _with_client(self, context: ssl.SSLContext | None, ask: Callable[[Send], Awaitable[Answer]]) -> Answer:
        client = HttpClient(self._base_url, self._clock, transport=self._transport)
        try:
            await client.trust(context)
            return await ask(client.vouch)
        finally:
            await client.close()

    def _told(self, work: Callable[[ssl.SSLContext | None], Awaitable[Answer]]) -> Answer | None:
        """The work's answer; None when it failed, which is said, or the certificate is not trusted."""
        try:
            return asyncio.run(self._over_tls(work))
        except CertificateUnknown as error:
            self._console.say(f"{error.detail}: a certificate that no known authority signed.")
            if not self._console.confirm("Trust it from now on?"):
                return None
            try:
                self._trust.pin(error.fingerprint)
            except OSError as failure:
                self._console.bad(f"it could not be noted ({failure.strerror}): check the state folder's permissions")
                return None
            return self._told(work)
        except IbtuiError as error:
            self._console.bad(str(error))
            return None

    async def _over_tls(self, work: Callable[[ssl.SSLContext | None], Awaitable[Answer]]) -> Answer:
        return await work(await self._trust.decide() if self._transport is None else None)
