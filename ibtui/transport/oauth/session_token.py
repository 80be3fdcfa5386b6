"""OAuth 1.0a: the live session token that signs every request."""

from __future__ import annotations

import logging
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from ibtui.clock import Clock
from ibtui.errors import Garbled, NotLoggedIn
from ibtui.protocol.oauth import steps
from ibtui.protocol.oauth.exchange import EXPONENT_BITS, Challenge, DhParameters, proves
from ibtui.protocol.oauth.secret import Secret
from ibtui.protocol.oauth.signing import percent
from ibtui.protocol.oauth.steps import Consumer, Stamp
from ibtui.protocol.requests import Query
from ibtui.redaction import SECRETS
from ibtui.transport.answers import Response
from ibtui.transport.authority import Send, TokenRequest
from ibtui.transport.endpoint import Endpoint, socket_url
from ibtui.transport.oauth.keeper import Fresh, TokenKeeper
from ibtui.transport.oauth.refusals import refusal_of, server_time, skew_words

DIRECT_PER_SECOND = 50
""" "Pacing Limitations": 50 requests per second and user, without the gateway."""
ACCEPT = {"Accept": "*/*"}
""" "Required Headers"; User-Agent, Connection, Host and Accept-Encoding are the HTTP client's."""
STEP_BACK_SECONDS = 60
"""A clock set back by less keeps its last timestamp until it has caught up; by more, its owner meant it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Registration:
    """Everything that was registered with IBKR or given by it, for one user."""

    consumer: Consumer
    access_token: str = field(repr=False)
    prepend: Secret
    """Hex of the access token secret, decrypted with the encryption key, which is not needed any more."""
    dh: DhParameters = field(repr=False)


class Stamps:
    """Nonces that never repeat and timestamps that never go back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> Stamp:
        """Of the next request."""
        now = int(self._clock.time())
        self._last = self._last if now < self._last <= now + STEP_BACK_SECONDS else now
        return Stamp(secrets.token_hex(16), self._last)


class SessionTokenAuthority:
    """Implements `Authority` for OAuth 1.0a at one base URL."""

    requests_per_second = DIRECT_PER_SECOND

    def __init__(self, base_url: str, registration: Registration, clock: Clock) -> None:
        self._url = base_url.rstrip("/") + steps.LIVE_SESSION_TOKEN
        self._registration = registration
        self._clock = clock
        self._stamps = Stamps(clock)
        self._keeper = TokenKeeper(clock, self._fetch, "live session token")
        SECRETS.learn(registration.access_token, registration.prepend.reveal())

    @property
    def seconds_left(self) -> float:
        """Seconds the live session token is still good for."""
        return self._keeper.seconds_left

    async def prepare(self, send: Send) -> None:
        """As the protocol says."""
        await self._keeper.prepare(send)

    def headers(self, method: str, url: str, query: Query) -> Mapping[str, str]:
        """As the protocol says."""
        registration = self._registration
        signed = steps.request_header(
            registration.consumer,
            method,
            url,
            query,
            self._stamps.next(),
            registration.access_token,
            self._keeper.token,
        )
        return ACCEPT | {"Authorization": signed}

    def endpoint(self, base_url: str, session: str, context: ssl.SSLContext | None) -> Endpoint:
        """As the protocol says; the access token is in the address, the session in a bare cookie (oauth1a 4)."""
        url = f"{socket_url(base_url)}?oauth_token={percent(self._registration.access_token)}"
        return Endpoint(url, session, context, bare_cookie=True)

    def rejected(self, status: int, path: str, sent: float) -> None:
        """As the protocol says."""
        self._keeper.rejected(status, path, sent)

    async def _fetch(self, send: Send) -> Fresh:
        challenge = self._challenge()
        response = await send(self._request(challenge))
        if response.status != 200:
            raise refusal_of(response, self._url, self._clock.time())
        return self._token_of(response, challenge)

    def _request(self, challenge: Challenge) -> TokenRequest:
        registration = self._registration
        header = steps.session_token_header(
            registration.consumer,
            self._url,
            self._stamps.next(),
            registration.access_token,
            registration.prepend,
            challenge,
        )
        return TokenRequest("POST", self._url, ACCEPT | {"Authorization": header})

    def _challenge(self) -> Challenge:
        return Challenge(self._registration.dh, secrets.randbits(EXPONENT_BITS) | 1 << (EXPONENT_BITS - 1))

    def _token_of(self, response: Response, challenge: Challenge) -> Fresh:
        registration = self._registration
        answer = steps.decode_session_answer(response.body)
        try:
            token = challenge.live_session_token(answer.response, registration.prepend)
        except ValueError as error:
            raise Garbled(f"the live session token cannot be computed: {error}") from None
        if not proves(token, answer.signature, registration.consumer.key):
            raise NotLoggedIn(
                "the live session token does not fit IBKR's proof of it: are the Diffie-Hellman parameters, the access "
                "token secret and the consumer key of one registration? `ibtui oauth setup` checks each piece"
            )
        SECRETS.learn(token.reveal())
        now = self._clock.time()
        if skew := skew_words(response, now):
            log.warning("%s", skew)
        return Fresh(token, steps.life_of(answer.expires, server_time(response), now))
