"""Requests of the walk: few, spaced, each kept with what came; and the websocket, opened once."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
from websockets.exceptions import InvalidHandshake, WebSocketException

from ibtui.clock import Clock
from ibtui.commands.doctor.facts import Exchange, StreamStory
from ibtui.errors import IbtuiError, LinkError, Refused
from ibtui.protocol import topics
from ibtui.protocol.clean import clean
from ibtui.protocol.frames import Confirmation, ErrorFrame, Heartbeat, MarketFrame, SystemReady, Tic, decode_frame
from ibtui.protocol.requests import Request
from ibtui.transport.authority import Authority
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.http import HttpClient
from ibtui.transport.notes import PaceNotes
from ibtui.transport.socket import READY_SECONDS, Connection, open_websocket

MOST_REQUESTS = 10
"""Beside those for tokens: a walk must not use up the pace of a dashboard that runs beside it."""
SPACE_SECONDS = 0.25
LIFE_SECONDS = 12.0
"""The heartbeat comes every 10 s (wire-facts 2)."""
PRICES_SECONDS = 5.0
"""The first frame of a subscription comes at once and is full (wire-facts 3)."""
REFUSAL_SECONDS = 1.0
"""So does "unable to subscribe"; where there are no orders nothing comes at all (wire-facts 6)."""
FRAMES_KEPT = 6
FIELDS = ("31", "84", "86", "6509")
"""Last, bid, ask and how far they may be believed."""
FRAME_LIMIT = 400
LARGEST_KEPT = 1024 * 1024
"""Bytes of one answer; a longer one is cut off and cannot be read."""
CONNECTIONS = httpx.Limits(max_connections=2)


class Recorder(httpx.AsyncBaseTransport):
    """Passes requests on and keeps the newest answer as it came, whatever its status."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.answer: httpx.Response | None = None
        self.asked: list[tuple[str, str, int]] = []
        """Method, path without its query, and status (0 none) of every request."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it on."""
        self.answer = None
        self.asked.append((request.method, request.url.path, 0))
        answer = await self._inner.handle_async_request(request)
        try:
            raw = await _read(answer)
        finally:
            await answer.aclose()
        self.asked[-1] = (*self.asked[-1][:2], answer.status_code)
        with suppress(httpx.DecodingError):
            self.answer = httpx.Response(answer.status_code, headers=answer.headers, content=raw)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(raw))

    async def aclose(self) -> None:
        """Drop the connections."""
        await self._inner.aclose()


class Wire:
    """Sends the walk's requests through the program's own client, read-only: same pace, same signatures, each once."""

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        context: ssl.SSLContext | None,
        *,
        state: Path,
        place: str,
        authority: Authority | None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        verify = context if context is not None else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._recorder = Recorder(
            transport or httpx.AsyncHTTPTransport(verify=verify, limits=CONNECTIONS, trust_env=False, retries=0)
        )
        self._notes = PaceNotes(state, place, clock)
        self._http = HttpClient(
            base_url, clock, transport=self._recorder, notes=self._notes, authority=authority, read_only=True
        )
        limit = self._http.pace.limit
        self.recent = frozenset(key for key, _ in self._notes.ages(limit))
        """Pacing keys whose window still runs from an earlier start."""
        self._context = context
        self.exchanges: list[Exchange] = []

    async def ask(self, request: Request) -> Exchange:
        """Send it, unless the walk has sent enough; never raises what the gateway does."""
        if sum(not exchange.is_secret for exchange in self.exchanges) >= MOST_REQUESTS:
            return Exchange(request.method, request.path, error=Refused("the walk has sent enough requests"))
        if self.exchanges:
            await self._clock.sleep(SPACE_SECONDS)
        began, error = self._clock.monotonic(), None
        self._recorder.answer = None
        try:
            await self._http.send(request)
        except IbtuiError as trouble:
            error = trouble
        except asyncio.CancelledError:
            self.exchanges.append(self._exchange(request.method, request.path, began, LinkError("not waited for")))
            raise
        exchange = self._exchange(request.method, request.path, began, error)
        self.exchanges.append(exchange)
        return exchange

    async def authorise(self) -> IbtuiError | None:
        """Have the tokens of OAuth; gives why not. What came is never kept."""
        began, error = self._clock.monotonic(), None
        before = len(self._recorder.asked)
        try:
            await self._http.authorise()
        except IbtuiError as trouble:
            error = trouble
        seconds, now = self._clock.monotonic() - began, self._clock.time()
        answer = self._recorder.answer
        date = {"date": answer.headers["date"]} if answer is not None and "date" in answer.headers else {}
        for method, path, status in self._recorder.asked[before:]:
            told = Exchange(method, path, status, b"", date, error, seconds, now, is_secret=True)
            self.exchanges.append(told)
            seconds, date = 0.0, {}
        return error

    @property
    def boxed(self) -> float:
        """Seconds that the penalty box still lasts; 0 outside."""
        return max(0.0, self._http.penalty_until - self._clock.monotonic())

    def logged_in(self) -> None:
        """Tell the client that the login stands, which tells one 401 from another."""
        self._http.logged_in = True

    def endpoint(self, session: str) -> Endpoint:
        """Where the websocket is."""
        return self._http.endpoint(session, self._context)

    async def close(self) -> None:
        """Drop the connections."""
        await self._http.close()

    def _exchange(self, method: str, path: str, began: float, error: IbtuiError | None) -> Exchange:
        answer = self._recorder.answer
        seconds, now = self._clock.monotonic() - began, self._clock.time()
        if answer is None:
            return Exchange(method, path, error=error, seconds=seconds, ended=now)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Exchange(method, path, answer.status_code, answer.content, headers, error, seconds, now)


async def listen(endpoint: Endpoint, clock: Clock, conid: int) -> StreamStory:
    """Open the websocket, wait for `system success`, ask `tic`, subscribe to prices and orders, and hang up.

    Hanging up ends both: `umd` and `uor` are not sent, since nobody knows whether they would end a dashboard's too.
    """
    try:
        connection = await open_websocket(endpoint)
    except InvalidHandshake as error:
        return StreamStory(refusal=f"the gateway refused it: {clean(error, limit=100)}")
    except (OSError, WebSocketException, TimeoutError) as error:
        return StreamStory(refusal=clean(error, limit=100) or type(error).__name__)
    try:
        return await _Listening(connection, endpoint, clock, conid).story()
    finally:
        with suppress(OSError, WebSocketException, TimeoutError):
            await connection.close()


class _Listening:
    """One open websocket, until it was seen to live or its time is over."""

    def __init__(self, connection: Connection, endpoint: Endpoint, clock: Clock, conid: int) -> None:
        self._connection = connection
        self._endpoint = endpoint
        self._clock = clock
        self._conid = conid
        self._began = clock.monotonic()
        self._frames: list[str] = []
        self._ready: float | None = None
        self._life = ""
        self._told_prices = False
        self._refused_orders = ""
        self._clock_ms: int | None = None
        self._clock_at = 0.0

    async def story(self) -> StreamStory:
        """Hear it out."""
        refusal = ""
        try:
            async with asyncio.timeout(READY_SECONDS) as limit:
                async for raw in self._connection:
                    await self._hear(raw)
                    left = self._left()
                    if left is not None:
                        limit.reschedule(asyncio.get_running_loop().time() + left)
                else:
                    refusal = "the gateway closed it"
        except TimeoutError:
            pass
        except (OSError, WebSocketException) as error:
            refusal = clean(error, limit=100) or type(error).__name__
        return StreamStory(
            refusal,
            True,
            self._ready,
            self._life,
            self._told_prices,
            self._refused_orders,
            tuple(self._frames),
            self._clock_ms,
            self._clock_at,
        )

    def _left(self) -> float | None:
        """Seconds still to listen; None before it is ready."""
        if self._ready is None:
            return None
        wanted = LIFE_SECONDS if not self._life else PRICES_SECONDS if not self._told_prices else REFUSAL_SECONDS
        passed = self._clock.monotonic() - self._began - self._ready
        return max(0.0, wanted - passed) if not self._is_complete else 0.0

    @property
    def _is_complete(self) -> bool:
        return bool(self._life and self._told_prices and self._refused_orders)

    async def _subscribe(self) -> None:
        for message in (topics.TICKLE, topics.market(self._conid, FIELDS), topics.ORDERS):
            await self._connection.send(message)

    async def _hear(self, raw: bytes | str) -> None:
        text = raw if isinstance(raw, str) else raw.decode(errors="replace")
        if len(self._frames) < FRAMES_KEPT:
            self._frames.append(text[:FRAME_LIMIT])
        now = self._clock.monotonic()
        match decode_frame(raw, received=now):
            case SystemReady() if self._ready is None:
                self._ready = now - self._began
                await self._subscribe()
            case MarketFrame():
                self._told_prices = self._ready is not None
            case ErrorFrame(topic="sor", text=words):
                self._refused_orders = words
            case Confirmation(text=words) if "waiting for session" in words:
                await self._connection.send(topics.session(self._endpoint.session))
            case Heartbeat(ms=moment):
                self._told(moment)
                self._life = "heartbeat" if self._ready is not None else ""
            case Tic():
                self._told(_last_accessed(text))
                self._life = "answers tic" if self._ready is not None else ""

    def _told(self, moment: int | None) -> None:
        if moment is not None:
            self._clock_ms, self._clock_at = moment, self._clock.time()


def _last_accessed(text: str) -> int | None:
    """`lastAccessed` of a `tic` answer, Unix milliseconds: when the session was last used, which was just now."""
    try:
        moment = json.loads(text).get("lastAccessed")
    except (ValueError, AttributeError):
        return None
    return moment if type(moment) is int and moment > 0 else None


async def _read(answer: httpx.Response) -> bytes:
    """The body as it came; at most `LARGEST_KEPT` bytes."""
    parts: list[bytes] = []
    size = 0
    stream: AsyncIterator[bytes] = answer.aiter_raw()
    async for part in stream:
        size += len(part)
        if size > LARGEST_KEPT:
            break
        parts.append(part)
    return b"".join(parts)
