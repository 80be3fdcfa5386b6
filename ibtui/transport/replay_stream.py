"""The websocket of a tape: frames come when they came then, and end as they ended then."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator

from ibtui.clock import Clock
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.replay import LEAD_SECONDS
from ibtui.transport.socket import Connection
from ibtui.transport.tape_format import Entry, raw_of

KINDS = ("opened", "lost", "frame", "sent")
LADDER, LADDER_END = "sbd+", "ubd"
INSTANT = 1e-6
"""Seconds that make no difference: sums of times are not exact."""
MOST_HELD = 20_000
"""Frames of the present connection, or of a ladder nobody looks at, that are kept for who comes late."""
_FIRST_ROW = re.compile(r'"row"\s*:\s*"?0\b')
BROKE = "the stream broke ("
REFUSED = ("no connection for the stream", "the gateway refused the stream")


class ReplayStream:
    """The connections of one recording, one after the other; `connect` is a `transport.socket.Connector`."""

    def __init__(self, entries: Iterator[Entry], clock: Clock) -> None:
        self._entries = (entry for entry in entries if entry.kind in KINDS)
        self._clock = clock
        self._next = next(self._entries, None)
        self._missed: deque[Entry] = deque(maxlen=MOST_HELD)
        """What the connection that is open now has brought already."""
        self._is_open = False
        self._refused = ""
        """Why the attempt that was made last was refused, until it was repeated here."""
        self._refused_at = 0.0

    async def connect(self, endpoint: Endpoint) -> Connection:
        """Open the connection that was open then, or was opened next. Raises OSError where that was refused."""
        self._catch_up()
        while not self._is_open:
            if self._refused and self._clock.monotonic() - self._refused_at <= LEAD_SECONDS:
                break
            if self._next is None:
                await self._clock.sleep(float("inf"))
            else:
                await self._clock.sleep(max(0.0, self._next.at - self._clock.monotonic()))
            self._catch_up()
        if not self._is_open:
            self._refused = ""
            raise OSError("refused, as recorded")
        return _ReplayConnection(self, self._clock)

    def missed(self) -> list[Entry]:
        """What came before one was there to hear it."""
        missed = list(self._missed)
        self._missed.clear()
        return missed

    def peek(self) -> Entry | None:
        """What comes next, of this connection or a later one."""
        return self._next

    def take(self) -> Entry:
        """Have what comes next."""
        entry = self._next
        assert entry is not None
        self._next = next(self._entries, None)
        self._note(entry)
        return entry

    def _catch_up(self) -> None:
        """Go to the present, keeping what the connection open now has brought."""
        now = self._clock.monotonic()
        while self._next is not None and self._next.at <= now + INSTANT:
            entry = self.take()
            if entry.kind in ("frame", "sent"):
                self._missed.append(entry)

    def _note(self, entry: Entry) -> None:
        if entry.kind == "opened":
            self._is_open = True
            self._missed.clear()
        elif entry.kind == "lost":
            self._is_open = False
            self._missed.clear()
            if entry.text.startswith(REFUSED):
                self._refused, self._refused_at = entry.text, entry.at


class _ReplayConnection:
    """Implements `transport.socket.Connection`."""

    def __init__(self, stream: ReplayStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._began = clock.monotonic()
        self._shown = ""
        """`account+conid` whose ladder is looked at here; blank for none."""
        self._recorded = ""
        """Whose ladder came then."""
        self._held: deque[Entry] = deque(maxlen=MOST_HELD)
        """Frames of that ladder while nobody here looks at it."""
        self._due: deque[bytes | str] = deque()
        self._woken = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes | str]:
        for entry in self._stream.missed():
            self._sort(entry)
        while True:
            while self._due:
                yield self._due.popleft()
            following = self._stream.peek()
            wait = following.at - self._clock.monotonic() if following is not None else float("inf")
            if wait > INSTANT:
                await self._until(wait)
                continue
            assert following is not None
            if following.kind == "opened":
                if following.at - self._began > LEAD_SECONDS:
                    return
                self._stream.take()
            elif following.kind == "lost":
                self._stream.take()
                if following.text.startswith(BROKE):
                    raise OSError(following.text.removeprefix(BROKE).removesuffix(")"))
                return
            else:
                self._sort(self._stream.take())

    async def send(self, message: str) -> None:
        """Hear which ladder is looked at; nothing leaves."""
        if message.startswith(LADDER):
            self._shown = message.removeprefix(LADDER)
            if self._shown == self._recorded:
                self._due.extend(_raw(entry) for entry in self._held)
                self._held.clear()
                self._woken.set()
        elif message.startswith(LADDER_END):
            self._shown = ""

    async def close(self) -> None:
        """Nothing to close."""

    async def _until(self, seconds: float) -> None:
        """Wait until the next frame is due, or one that was held back."""
        self._woken.clear()
        waits = [asyncio.ensure_future(self._clock.sleep(seconds)), asyncio.ensure_future(self._woken.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _sort(self, entry: Entry) -> None:
        """A frame is due, unless it is of a ladder nobody looks at; a command tells whose ladder follows."""
        if entry.kind == "sent":
            if entry.text.startswith((LADDER, LADDER_END)):
                self._recorded = entry.text.removeprefix(LADDER) if entry.text.startswith(LADDER) else ""
                self._held.clear()
        elif '"sbd' in entry.text[:400] and self._recorded and self._recorded != self._shown:
            if _FIRST_ROW.search(entry.text):
                self._held.clear()  # a whole ladder: what came before it tells nothing more
            self._held.append(entry)
        else:
            self._due.append(_raw(entry))


def _raw(entry: Entry) -> bytes | str:
    return raw_of(entry) if entry.binary else entry.text
