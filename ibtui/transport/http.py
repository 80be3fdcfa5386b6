"""Requests out, answers in: paced, guarded, once. What an answer means is judged in `answers`."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import httpx

from ibtui import __version__
from ibtui.clock import Clock
from ibtui.domain.session import Pace
from ibtui.errors import (
    CertificateInvalid,
    Garbled,
    GatewayDown,
    GatewayHangs,
    IbtuiError,
    LinkError,
    OutcomeUnknown,
    PenaltyBox,
)
from ibtui.protocol.pacing import Pacer
from ibtui.protocol.requests import Priority, Request
from ibtui.redaction import SECRETS
from ibtui.transport.answers import Response, judge, silence_asked
from ibtui.transport.authority import Authority, TokenRequest
from ibtui.transport.endpoint import Endpoint, socket_url
from ibtui.transport.guard import refuse_changes
from ibtui.transport.notes import PaceNotes
from ibtui.transport.passage import Passage
from ibtui.transport.sharing import SharedReads
from ibtui.transport.tape import Tape
from ibtui.transport.turnstile import ARRIVAL_SECONDS, TOO_MANY, Turnstile

_TEXT = re.compile(r':\s*"([^"\\\s]{12,})"')
"""Values of a token's answer that may be secret: no such word is a name or a sentence."""
LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; the largest known answer (scanner parameters) has 200 KB."""
CONNECT_SECONDS = 5.0
IDLE_SECONDS = 5.0
"""A kept connection unused for longer is not used again, so that an order never meets one the gateway is closing."""
URGENT_CONNECTIONS = 30
"""For cancels, replies and orders, beside those that reading requests may use: none waits for another's answer."""
NOT_TRUSTED = "nothing was sent: the gateway's certificate is not trusted yet"
DEAD_TOKEN = (401, 410)
"""Statuses by which IBKR says that a token is not good any more."""
GRACE_SECONDS = 2.0
"""Added to a request's own time-out for the whole of sending and reading."""

Leaving = Callable[[], None]


class HttpClient:
    """Sends Request values to one gateway; never repeats one.

    `send` raises, beside what `answers.judge` raises: ReadOnly, and PenaltyBox without a status (nothing was sent; only
    a cancel waits for the end of a penalty), GatewayDown (nothing was sent), OutcomeUnknown (a state-changing request
    may have arrived), LinkError and Garbled (a reading request got no usable answer), CertificateInvalid (the gateway's
    certificate is not the trusted one any more).
    """

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        *,
        read_only: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        pacer: Pacer | None = None,
        on_pace: Callable[[Pace], None] = lambda pace: None,
        tape: Tape | None = None,
        notes: PaceNotes | None = None,
        authority: Authority | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._read_only = read_only
        self._transport = transport
        self._on_pace = on_pace
        self._tape = tape
        self._notes = notes
        self._authority = authority
        if pacer is None:
            pacer = Pacer(authority.requests_per_second) if authority is not None else Pacer()
        self._limit = pacer.limit
        for key, age in notes.ages(self._limit) if notes is not None else ():
            pacer.took(key, clock.monotonic() - age + ARRIVAL_SECONDS)
        self._turnstile = Turnstile(clock, pacer, self._pace_changed)
        if notes is not None and (boxed := notes.boxed()):
            self._turnstile.resume(boxed)
        self._shared = SharedReads()
        self._client: httpx.AsyncClient | None = None
        self._context: ssl.SSLContext | None = None
        self.logged_in = False
        """Whether somebody is known to be logged in at the gateway; tells one 401 from another."""
        if transport is not None:
            self._client = self._new_client(None)

    @property
    def pace(self) -> Pace:
        """Requests free and waiting now, and how much of the allowance was used of late."""
        gate = self._turnstile
        return Pace(free=gate.free, limit=self._limit, waiting=gate.waiting, load=round(gate.load, 1))

    @property
    def penalty_until(self) -> float:
        """Monotonic seconds of the end of the penalty box; 0 when not in it."""
        return self._turnstile.penalty_until

    async def trust(self, context: ssl.SSLContext | None) -> None:
        """Talk to the gateway over this TLS context from now on (None is plain http).

        The same context again keeps the connections; another one breaks what is under way on the old ones.
        """
        if self._transport is not None or (self._client is not None and context is self._context):
            return
        old, self._client, self._context = self._client, self._new_client(context), context
        if old is not None:
            await old.aclose()

    async def authorise(self) -> None:
        """Have whatever the requests must carry, renewing it when it is due; nothing with a gateway's own login.

        Raises NotLoggedIn with what a person must do, or what sending raises.
        """
        if self._authority is not None:
            await self._authority.prepare(self.vouch)

    def endpoint(self, session: str, context: ssl.SSLContext | None) -> Endpoint:
        """Where and as whom the websocket is opened, of the session `/tickle` named."""
        SECRETS.learn(session)
        if self._authority is not None:
            return self._authority.endpoint(self._base_url, session, context)
        return Endpoint(socket_url(self._base_url), session, context)

    async def call(self, request: Request, leaving: Leaving | None = None) -> bytes:
        """Body of a 2xx answer."""
        return (await self.send(request, leaving)).body

    async def send(self, request: Request, leaving: Leaving | None = None) -> Response:
        """Send once, in turn, and give the 2xx answer; identical reading requests get the same one.

        `leaving` is called when the request's turn has come, right before its first byte; it stays here if that raises.
        """
        if self._read_only:
            refuse_changes(request)
        if self._client is None:
            raise GatewayDown(NOT_TRUSTED)
        if request.is_reading and leaving is None:
            return await self._shared.answer(request, self._send)
        return await self._send(request, leaving)

    async def _send(self, request: Request, leaving: Leaving | None) -> Response:
        passage = Passage(self._turnstile, request, await self._turnstile.enter(request))
        response: Response | None = None
        try:
            self._leaves(request, leaving)
            sent = self._clock.monotonic()
            tape, send = self._tape, partial(self._exchange, passage)
            response = await (send(request) if tape is None else tape.exchange(request, send))
            if self._authority is not None and response.status in DEAD_TOKEN:
                self._authority.rejected(response.status, request.path, sent)
            return judge(request, response, logged_in=self.logged_in)
        except (LinkError, asyncio.CancelledError) as error:
            if response is None:
                self._unanswered(request, error)
            raise
        finally:
            self._over(request, response)

    async def vouch(self, token: TokenRequest) -> Response:
        """Send a request for a token, in turn; never recorded, and judged by who asked, but for a 429 (PenaltyBox)."""
        client = self._client
        if client is None:
            raise GatewayDown(NOT_TRUSTED)
        request = Request(token.method, urlsplit(token.url).path, priority=Priority.STATUS)
        passage = Passage(self._turnstile, request, await self._turnstile.enter(request))
        response: Response | None = None
        headers = httpx.Headers(token.headers)  # its repr hides them
        try:
            async with asyncio.timeout(request.timeout):
                answer = await client.request(
                    token.method, token.url, headers=headers, content=token.body, extensions={"trace": passage.watch}
                )
            response = Response(answer.status_code, answer.content, {k.lower(): v for k, v in answer.headers.items()})
            SECRETS.learn(*_TEXT.findall(answer.text))
            if response.status == TOO_MANY:
                raise PenaltyBox("the request for a token was refused and the address boxed", status=TOO_MANY)
            return response
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _not_connected(error) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise LinkError("no answer to the request for a token") from error
        finally:
            self._over(request, response)

    async def close(self) -> None:
        """Drop the connections; a request under way ends with an error."""
        self._turnstile.close()
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _new_client(self, context: ssl.SSLContext | None) -> httpx.AsyncClient:
        most = self._limit + URGENT_CONNECTIONS
        limits = httpx.Limits(max_connections=most, max_keepalive_connections=8, keepalive_expiry=IDLE_SECONDS)
        verify = context if context is not None else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody: http://
        transport = self._transport or httpx.AsyncHTTPTransport(
            verify=verify, http1=True, http2=False, limits=limits, trust_env=False, retries=0
        )
        headers = {"User-Agent": f"ibtui/{__version__}", "Accept": "application/json"}
        return httpx.AsyncClient(transport=transport, headers=headers, follow_redirects=False, trust_env=False)

    async def _exchange(self, passage: Passage, request: Request) -> Response:
        client = self._client
        if client is None:
            raise GatewayDown("nothing was sent: the session was closed")
        try:
            async with asyncio.timeout(self._patience(request)):
                return await self._read(client, passage, request)
        except TimeoutError as error:
            if passage.waiting:
                raise GatewayHangs("nothing was sent: the connection came too late") from error
            raise _lost(request, "no answer in time") from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _not_connected(error) from error
        except httpx.RemoteProtocolError as error:
            garbled = not request.changes_state and "disconnected" not in str(error)
            raise Garbled("not HTTP") if garbled else _lost(request, "the connection broke") from error
        except httpx.TimeoutException as error:
            raise _lost(request, "no answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise _lost(request, "the connection broke") from error

    def _patience(self, request: Request) -> float | None:
        """Seconds for the whole of sending and reading; a replay's transport keeps the time of its tape instead."""
        if getattr(self._transport, "keeps_time", False):
            return None
        return request.timeout + CONNECT_SECONDS + GRACE_SECONDS

    async def _read(self, client: httpx.AsyncClient, passage: Passage, request: Request) -> Response:
        headers = httpx.Headers({"Content-Type": "application/json"} if request.body is not None else {})
        timeout = httpx.Timeout(request.timeout, connect=CONNECT_SECONDS)
        url = self._base_url + request.path
        query = httpx.QueryParams(request.query) if request.query else None
        if self._authority is not None:
            headers.update(self._authority.headers(request.method, url, request.query))  # its repr hides them
        async with client.stream(
            request.method,
            url,
            params=query,
            content=request.body,
            headers=headers,
            timeout=timeout,
            extensions={"trace": passage.watch},
        ) as answer:
            parts: list[bytes] = []
            size = 0
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise _too_long(request)
                parts.append(part)
            return Response(answer.status_code, b"".join(parts), {k.lower(): v for k, v in answer.headers.items()})

    def _unanswered(self, request: Request, error: BaseException) -> None:
        if isinstance(error, GatewayDown):
            self._turnstile.not_sent()
        else:
            self._turnstile.unanswered(request)

    def _leaves(self, request: Request, leaving: Leaving | None) -> None:
        let_out = self._clock.monotonic()
        if leaving is not None:
            leaving()
            if self._clock.monotonic() - let_out > ARRIVAL_SECONDS:  # a slow disk, say
                self._turnstile.held_up(request)
        if self._notes is not None:
            self._notes.left(request.key)
        if not request.is_reading:
            self._shared.changed()

    def _over(self, request: Request, response: Response | None) -> None:
        """A request that was let out has its answer, or will have none."""
        status, silence = 0, None
        if response is not None:
            status, silence = response.status, silence_asked(response, self._clock.time())
        if not request.is_reading:
            self._shared.changed()
        penalty = self._turnstile.left(request, status, silence=silence)
        if penalty and self._notes is not None:
            self._notes.box(penalty)

    def _pace_changed(self) -> None:
        self._on_pace(self.pace)


def _not_connected(error: Exception) -> IbtuiError:
    """Why no connection was made; nothing was sent."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateInvalid("nothing was sent: the gateway's certificate is not the trusted one")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return GatewayHangs("nothing was sent: the gateway takes no connection")
    return GatewayDown("nothing was sent: no connection to the gateway")


def _lost(request: Request, what: str) -> LinkError:
    if request.changes_state:
        return OutcomeUnknown(f"{what} after the request may have arrived")
    return LinkError(what)


def _too_long(request: Request) -> IbtuiError:
    if request.changes_state:
        return OutcomeUnknown("the answer is too long to be one")
    return Garbled("the answer is too long to be one")
