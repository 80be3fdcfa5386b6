"""Requests out, answers in: paced, guarded, once. What an answer means is judged in `answers`."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from ibtui import __version__
from ibtui.clock import Clock
from ibtui.domain.session import Pace
from ibtui.errors import CertificateInvalid, Garbled, GatewayDown, IbtuiError, LinkError, OutcomeUnknown, PenaltyBox
from ibtui.protocol.pacing import Pacer
from ibtui.protocol.requests import FIRST, Request
from ibtui.transport.answers import Response, judge
from ibtui.transport.authority import Authority, TokenRequest
from ibtui.transport.endpoint import Endpoint, socket_url
from ibtui.transport.guard import refuse_changes
from ibtui.transport.notes import PaceNotes
from ibtui.transport.tape import Tape
from ibtui.transport.turnstile import ARRIVAL_SECONDS, Turnstile

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; the largest known answer (scanner parameters) has 200 KB."""
CONNECT_SECONDS = 5.0
IDLE_SECONDS = 5.0
"""A kept connection unused for longer is not used again, so that an order never meets one the gateway is closing."""
NOT_TRUSTED = "nothing was sent: the gateway's certificate is not trusted yet"
DEAD_TOKEN = (401, 410)
"""Statuses by which IBKR says that a token is not good any more."""
GRACE_SECONDS = 2.0
"""Added to a request's own time-out for the whole of sending and reading."""


class HttpClient:
    """Sends Request values to one gateway; never repeats one.

    `send` raises, beside what `answers.judge` raises: ReadOnly and PenaltyBox (nothing was queued), GatewayDown
    (nothing was sent), OutcomeUnknown (a state-changing request may have arrived), LinkError and Garbled (a reading
    request got no usable answer), CertificateInvalid (the gateway's certificate is not the trusted one any more).
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
        self._read_only = read_only
        self._transport = transport
        self._on_pace = on_pace
        self._tape = tape
        self._notes = notes
        self._authority = authority
        if pacer is None:
            pacer = Pacer(authority.requests_per_second) if authority is not None else Pacer()
        self._limit = pacer.limit
        for key, age in notes.ages() if notes is not None else ():
            pacer.took(key, clock.monotonic() - age + ARRIVAL_SECONDS)
        self._turnstile = Turnstile(clock, pacer, self._pace_changed)
        self._client: httpx.AsyncClient | None = None
        self._context: ssl.SSLContext | None = None
        self.logged_in = False
        """Whether somebody is known to be logged in at the gateway; tells one 401 from another."""
        if transport is not None:
            self._client = self._new_client(None)

    @property
    def pace(self) -> Pace:
        """Requests free and waiting now."""
        return Pace(free=self._turnstile.free, limit=self._limit, waiting=self._turnstile.waiting)

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
            await self._authority.prepare(self._vouch)

    def endpoint(self, session: str, context: ssl.SSLContext | None) -> Endpoint:
        """Where and as whom the websocket is opened, of the session `/tickle` named."""
        if self._authority is not None:
            return self._authority.endpoint(self._base_url, session, context)
        return Endpoint(socket_url(self._base_url), session, context)

    async def call(self, request: Request) -> bytes:
        """Body of a 2xx answer."""
        return (await self.send(request)).body

    async def send(self, request: Request) -> Response:
        """Send once, in turn, and give the 2xx answer."""
        if self._read_only:
            refuse_changes(request)
        if self._client is None:
            raise GatewayDown(NOT_TRUSTED)
        await self._turnstile.enter(request)
        if self._notes is not None:
            self._notes.left(request.key)
        penalised = False
        try:
            response = await self._exchange(request)
            if self._authority is not None and response.status in DEAD_TOKEN:
                self._authority.rejected(response.status)
            if self._tape is not None:
                self._tape.answer(request, response.status, response.body)
            return judge(request, response, logged_in=self.logged_in)
        except PenaltyBox:
            penalised = True
            raise
        finally:
            self._turnstile.left(request, penalised=penalised)

    async def close(self) -> None:
        """Drop the connections; a request under way ends with an error."""
        self._turnstile.close()
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _new_client(self, context: ssl.SSLContext | None) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=12, max_keepalive_connections=8, keepalive_expiry=IDLE_SECONDS)
        verify = context if context is not None else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody: http://
        transport = self._transport or httpx.AsyncHTTPTransport(
            verify=verify, http1=True, http2=False, limits=limits, trust_env=False, retries=0
        )
        headers = {"User-Agent": f"ibtui/{__version__}", "Accept": "application/json"}
        return httpx.AsyncClient(transport=transport, headers=headers, follow_redirects=False, trust_env=False)

    async def _exchange(self, request: Request) -> Response:
        client = self._client
        if client is None:
            raise GatewayDown("nothing was sent: the session was closed")
        try:
            async with asyncio.timeout(request.timeout + CONNECT_SECONDS + GRACE_SECONDS):
                return await self._read(client, request)
        except TimeoutError as error:
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

    async def _read(self, client: httpx.AsyncClient, request: Request) -> Response:
        headers = {"Content-Type": "application/json"} if request.body is not None else {}
        timeout = httpx.Timeout(request.timeout, connect=CONNECT_SECONDS)
        url = self._base_url + request.path
        query = httpx.QueryParams(request.query) if request.query else None
        if self._authority is not None:
            headers |= self._authority.headers(request.method, url, request.query)
        async with client.stream(
            request.method, url, params=query, content=request.body, headers=headers, timeout=timeout
        ) as answer:
            parts: list[bytes] = []
            size = 0
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise _too_long(request)
                parts.append(part)
            return Response(answer.status_code, b"".join(parts), {k.lower(): v for k, v in answer.headers.items()})

    async def _vouch(self, token: TokenRequest) -> Response:
        """Send a request for a token, in turn; never recorded, never judged."""
        client = self._client
        if client is None:
            raise GatewayDown(NOT_TRUSTED)
        request = Request(token.method, urlsplit(token.url).path, body=token.body, priority=FIRST)
        await self._turnstile.enter(request)
        try:
            async with asyncio.timeout(request.timeout):
                answer = await client.request(token.method, token.url, headers=token.headers, content=token.body)
            return Response(answer.status_code, answer.content, {k.lower(): v for k, v in answer.headers.items()})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _not_connected(error) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise LinkError("no answer to the request for a token") from error
        finally:
            self._turnstile.left(request, penalised=False)

    def _pace_changed(self) -> None:
        self._on_pace(self.pace)


def _not_connected(error: Exception) -> IbtuiError:
    """Why no connection was made; nothing was sent."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateInvalid("nothing was sent: the gateway's certificate is not the trusted one")
        cause = cause.__cause__ or cause.__context__
    return GatewayDown("nothing was sent: no connection to the gateway")


def _lost(request: Request, what: str) -> LinkError:
    if request.changes_state:
        return OutcomeUnknown(f"{what} after the request may have arrived")
    return LinkError(what)


def _too_long(request: Request) -> IbtuiError:
    if request.changes_state:
        return OutcomeUnknown("the answer is too long to be one")
    return Garbled("the answer is too long to be one")
