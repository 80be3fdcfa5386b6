"""The websocket as a thin loop: connect, hand every frame on, reconnect; what frames mean is the listener's matter."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Protocol, runtime_checkable

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.typing import Origin

from ibtui.clock import Clock
from ibtui.protocol.clean import clean
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.slices import SlicedConnection
from ibtui.transport.tape import Tape

LARGEST_FRAME = 8 * 1024 * 1024
"""Bytes; recorded frames exceed 16 KB (wire-facts 2), none comes near this."""
DEAD_AFTER_SECONDS = 25.0
"""The heartbeat comes every 10 s; a socket silent for longer than this is dead (wire-facts 2)."""
TIC_SECONDS = 55.0
"""`tic` is wanted at least once a minute (wire-facts 2)."""
WATCH_SECONDS = 1.0
OPEN_SECONDS = 10.0
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 30.0
READY_SECONDS = 15.0
"""The gateway says `system success` within a second (wire-facts 2); a socket that never hears it is useless."""
STEADY_SECONDS = 60.0
"""A connection that lived so long starts the waiting times anew."""
SLICE_SECONDS = 0.001
"""Frames are taken in for at most so long before keys and screen get a turn: a key needs several."""
WORDS_LIMIT = 120
"""Characters of the library's words about a broken stream, which may quote the gateway's."""
OUTBOX_LIMIT = 1_000
"""Commands waiting to be written; more means that the peer takes none."""


class Connection(Protocol):
    """An open websocket."""

    def __aiter__(self) -> AsyncIterator[bytes | str]:
        """Frames, until it is closed."""
        ...

    async def send(self, message: str) -> None:
        """Write one frame."""
        ...

    async def close(self) -> None:
        """Say goodbye and close."""
        ...


@runtime_checkable
class Patient(Connection, Protocol):
    """A connection that lets others go first."""

    def give_way(self, seconds: float) -> None:
        """Take in nothing for so long; 0 goes on at once."""
        ...


Connector = Callable[[Endpoint], Awaitable[Connection]]


class SocketListener(Protocol):
    """Who hears of the socket; all calls come from the loop and must return quickly."""

    def socket_opened(self) -> None:
        """A connection stands; nothing may be sent before `StreamSocket.ready`."""
        ...

    def socket_frame(self, raw: bytes | str, received: float) -> None:
        """A frame came."""
        ...

    def socket_lost(self, reason: str, next_attempt: float) -> None:
        """The connection, or the attempt to make one, ended; the next one is made at `next_attempt`."""
        ...


def retry_delays(random_unit: Callable[[], float] = random.random) -> Iterator[float]:
    """Seconds to wait before each new attempt: doubling, jittered by half, bounded."""
    delay = FIRST_RETRY_SECONDS
    while True:
        yield delay * (0.5 + random_unit())
        delay = min(LONGEST_RETRY_SECONDS, delay * 2)


async def open_websocket(endpoint: Endpoint) -> Connection:
    """Connect with the websockets library.

    No pings: they may upset the gateway (wire-facts 2), `tic` and the heartbeat stand in for them.
    """
    return await connect(
        endpoint.url,
        origin=Origin(endpoint.origin),
        additional_headers=endpoint.headers,
        user_agent_header=endpoint.user_agent,
        ssl=endpoint.context,
        compression=None,
        proxy=None,
        ping_interval=None,
        open_timeout=OPEN_SECONDS,
        close_timeout=1.0,
        max_size=LARGEST_FRAME,
        create_connection=SlicedConnection,
    )


class StreamSocket:
    """Keeps one websocket open as long as `run` runs.

    No connection is tried before `silent_until()`, in monotonic seconds: a penalty is of the address, so that the
    handshake would fall into it like any request ("Pacing limitations"). A connection that stands is left alone.
    """

    def __init__(
        self,
        clock: Clock,
        listener: SocketListener,
        connector: Connector,
        tape: Tape | None = None,
        *,
        silent_until: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._clock = clock
        self._listener = listener
        self._connector = connector
        self._tape = tape
        self._silent_until = silent_until
        self._outbox: deque[str] = deque()
        self._news = asyncio.Event()
        self._ready = False
        self._last_frame = 0.0
        self._stopped = False
        self._connection: Connection | None = None
        self._way = asyncio.Event()
        """Set while nobody is to go before the frames."""
        self._way.set()
        self._way_back: asyncio.TimerHandle | None = None
        self.bytes_received = 0
        """Of all connections together."""

    @property
    def is_ready(self) -> bool:
        """Whether the gateway listens: what is sent earlier it throws away."""
        return self._ready

    def ready(self) -> None:
        """The gateway said `system success`."""
        self._ready = True

    def stop(self) -> None:
        """Hand on no more frames; the task of `run` is to be cancelled as well."""
        self._stopped = True
        self._ready = False

    def give_way(self, seconds: float) -> None:
        """Take in nothing for so long, nor hand on what was taken in; 0 goes on at once."""
        if self._way_back is not None:
            self._way_back.cancel()
            self._way_back = None
        if seconds > 0:
            self._way.clear()
            self._way_back = asyncio.get_running_loop().call_later(seconds, self._way.set)
        else:
            self._way.set()
        if isinstance(self._connection, Patient):
            self._connection.give_way(seconds)

    def send(self, command: str, *, early: bool = False) -> bool:
        """Queue a command; False when the gateway would not hear it (`early` sends before `system success`)."""
        if not (self._ready or early) or len(self._outbox) >= OUTBOX_LIMIT:
            return False
        self._outbox.append(command)
        self._news.set()
        return True

    async def run(self, endpoint: Endpoint) -> None:
        """Connect and reconnect until cancelled."""
        delays = retry_delays()
        await self._wait(0.0)
        while True:
            began = self._clock.monotonic()
            reason = await self._live(endpoint)
            if self._tape is not None:
                self._tape.lost(reason)
            now = self._clock.monotonic()
            if now - began >= STEADY_SECONDS:
                delays = retry_delays()
            again = now + next(delays)
            self._listener.socket_lost(reason, max(again, self._silent_until()))
            await self._wait(again)

    async def _wait(self, until: float) -> None:
        while (left := max(until, self._silent_until()) - self._clock.monotonic()) > 0:
            await self._clock.sleep(left)

    async def _live(self, endpoint: Endpoint) -> str:
        """One connection from its beginning to its end; gives the reason of the end."""
        try:
            connection = await self._connector(endpoint)
        except InvalidHandshake as error:
            return f"the gateway refused the stream ({_said(error)})"
        except (OSError, WebSocketException, TimeoutError) as error:
            return f"no connection for the stream ({type(error).__name__})"
        self._connection = connection
        self._ready = False
        self._outbox.clear()
        self._last_frame = self._clock.monotonic()
        if self._tape is not None:
            self._tape.opened()
        self._listener.socket_opened()
        helpers = [asyncio.create_task(self._write(connection)), asyncio.create_task(self._watch())]
        reader = asyncio.create_task(self._read(connection))
        try:
            done, _ = await asyncio.wait([reader, *helpers], return_when=asyncio.FIRST_COMPLETED)
            return next(task.result() for task in done)
        finally:
            self._connection = None
            self._ready = False
            for task in (reader, *helpers):
                task.cancel()
            await asyncio.gather(reader, *helpers, return_exceptions=True)
            with suppress(OSError, WebSocketException, TimeoutError):
                await connection.close()

    async def _read(self, connection: Connection) -> str:
        try:
            previous = until = 0.0
            async for raw in connection:
                if not self._way.is_set():
                    await self._way.wait()
                if self._stopped:
                    break
                now = self._clock.monotonic()
                if now - previous > SLICE_SECONDS:  # the loop was idle in between
                    until = now + SLICE_SECONDS
                self._last_frame = now
                self.bytes_received += len(raw)
                if self._tape is not None:
                    self._tape.frame(raw)
                self._listener.socket_frame(raw, now)
                if now > until:
                    await asyncio.sleep(0)
                    now = self._clock.monotonic()
                    until = now + SLICE_SECONDS
                previous = now
        except (OSError, WebSocketException) as error:
            return f"the stream broke ({_said(error)})"
        return "the gateway closed the stream"

    async def _write(self, connection: Connection) -> str:
        while True:
            while self._outbox:
                command = self._outbox.popleft()
                if self._tape is not None:
                    self._tape.frame(command, sent=True)
                try:
                    await connection.send(command)
                except (OSError, WebSocketException) as error:
                    return f"the stream broke ({_said(error)})"
            self._news.clear()
            await self._news.wait()

    async def _watch(self) -> str:
        opened = self._clock.monotonic()
        tic_at = opened + TIC_SECONDS
        while True:
            await self._clock.sleep(WATCH_SECONDS)
            now = self._clock.monotonic()
            if not self._ready and now - opened > READY_SECONDS:
                return "the gateway took no subscriptions"
            if now - self._last_frame > DEAD_AFTER_SECONDS:
                return f"the stream fell silent for {DEAD_AFTER_SECONDS:.0f} s"
            if now >= tic_at:
                tic_at = now + TIC_SECONDS
                self.send("tic")


def _said(error: Exception) -> str:
    """What broke, as one safe line: a close reason and a refused handshake quote the peer."""
    return clean(error, limit=WORDS_LIMIT) or type(error).__name__
