"""OAuth 2.0 (beta): an access token for the client, then a session token that every request carries."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from msgspec import Struct

from ibtui.clock import Clock
from ibtui.protocol.oauth import assertions
from ibtui.protocol.oauth.assertions import Bearer, Client
from ibtui.protocol.oauth.secret import Secret
from ibtui.protocol.requests import Query
from ibtui.transport.authority import Send, TokenRequest
from ibtui.transport.endpoint import Endpoint, socket_url
from ibtui.transport.oauth.keeper import Fresh, TokenKeeper
from ibtui.transport.oauth.refusals import refusal_of
from ibtui.transport.oauth.session_token import ACCEPT, DIRECT_PER_SECOND


class Grant(Struct, frozen=True):
    """Who asks, for whom, from where."""

    client: Client
    credential: str
    """User name of the session."""
    ip: str
    """The address this machine is seen with, which the session is bound to."""
    token_url: str
    sso_url: str


class BearerAuthority:
    """Implements `Authority` for OAuth 2.0."""

    requests_per_second = DIRECT_PER_SECOND

    def __init__(self, grant: Grant, clock: Clock) -> None:
        self._grant = grant
        self._clock = clock
        self._keeper = TokenKeeper(clock, self._fetch, "session's bearer token")

    @property
    def seconds_left(self) -> float:
        """Seconds the session's token is still good for."""
        return self._keeper.seconds_left

    async def prepare(self, send: Send) -> None:
        """As the protocol says."""
        await self._keeper.prepare(send)

    def headers(self, method: str, url: str, query: Query) -> Mapping[str, str]:
        """As the protocol says."""
        return ACCEPT | {"Authorization": f"Bearer {self._keeper.token.reveal()}"}

    def endpoint(self, base_url: str, session: str, context: ssl.SSLContext | None) -> Endpoint:
        """As the protocol says; no document tells how, so both the bearer token and the session's cookie are sent."""
        bearer = f"Bearer {self._keeper.token.reveal()}"
        return Endpoint(socket_url(base_url), session, context, bare_cookie=True, authorization=bearer)

    def rejected(self, status: int, path: str, sent: float) -> None:
        """As the protocol says."""
        self._keeper.rejected(status, path, sent)

    async def _fetch(self, send: Send) -> Fresh:
        access = await self._ask(send, self._access_request())
        session = await self._ask(send, self._session_request(access.token))
        asked = float(assertions.SESSION_SECONDS)
        return Fresh(session.token, min(session.seconds or asked, asked))

    def _access_request(self) -> TokenRequest:
        form = assertions.token_form(assertions.client_assertion(self._grant.client, int(self._clock.time())))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return TokenRequest("POST", self._grant.token_url, ACCEPT | kind, form)

    def _session_request(self, access: Secret) -> TokenRequest:
        grant = self._grant
        wish = assertions.session_request(grant.client, grant.credential, grant.ip, int(self._clock.time()))
        carried = {"Authorization": f"Bearer {access.reveal()}", "Content-Type": "application/jwt"}
        return TokenRequest("POST", grant.sso_url, ACCEPT | carried, wish.reveal().encode("ascii"))

    async def _ask(self, send: Send, request: TokenRequest) -> Bearer:
        response = await send(request)
        if response.status != 200:
            raise refusal_of(response, request.url, self._clock.time())
        return assertions.decode_bearer(response.body)
