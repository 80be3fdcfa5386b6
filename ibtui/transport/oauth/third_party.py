"""How a third party comes to a user's access token: request token, the user's login, access token."""

from __future__ import annotations

from ibtui.clock import Clock
from ibtui.protocol.oauth import steps
from ibtui.protocol.oauth.steps import AccessToken, Consumer
from ibtui.transport.answers import Response
from ibtui.transport.authority import Send, TokenRequest
from ibtui.transport.oauth.refusals import refusal_of
from ibtui.transport.oauth.session_token import ACCEPT, Stamps


class ThirdParty:
    """Asks for both tokens; raises NotLoggedIn, Refused, Garbled or LinkError."""

    def __init__(self, base_url: str, consumer: Consumer, clock: Clock) -> None:
        self._base_url = base_url.rstrip("/")
        self._consumer = consumer
        self._clock = clock
        self._stamps = Stamps(clock)

    async def request_token(self, send: Send) -> str:
        """The token of one login; first parties are refused one."""
        url = self._base_url + steps.REQUEST_TOKEN
        header = steps.request_token_header(self._consumer, url, self._stamps.next())
        return steps.decode_request_token((await self._ask(send, url, header)).body)

    async def access_token(self, send: Send, request_token: str, verifier: str) -> AccessToken:
        """The token that lasts, once the user has granted access."""
        url = self._base_url + steps.ACCESS_TOKEN
        header = steps.access_token_header(self._consumer, url, self._stamps.next(), request_token, verifier)
        return steps.decode_access_token((await self._ask(send, url, header)).body)

    async def _ask(self, send: Send, url: str, header: str) -> Response:
        response = await send(TokenRequest("POST", url, ACCEPT | {"Authorization": header}))
        if response.status != 200:
            raise refusal_of(response, url, self._clock.time())
        return response
