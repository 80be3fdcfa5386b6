"""Frames on their way to one client: bounded, with market data coalesced while the client is slow."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

MOST_FRAMES = 10_000
MOST_BYTES = 16_000_000


class Source(Protocol):
    """A stream whose newest state is asked for when its turn to be sent has come."""

    def frame(self) -> bytes | None:
        """What there is to say now, or None if nothing changed after all."""


class Outbox:
    """A queue of frames and of sources; a source waits in it once at most, so its frames never pile up."""

    def __init__(self) -> None:
        self._queue: deque[bytes | Source] = deque()
        self._waiting: set[int] = set()
        self._bytes = 0
        self._ready = asyncio.Event()
        self.closed = False
        """The socket is to be closed: dropped on purpose, or its client is hopelessly slow."""
        self._muted = False

    def push(self, frame: bytes) -> None:
        """Queue a frame that must not be lost; a client that leaves too many unread is cut off."""
        if self._muted:
            return
        self._bytes += len(frame)
        if self._bytes > MOST_BYTES or len(self._queue) >= MOST_FRAMES:
            self.close()
            return
        self._queue.append(frame)
        self._ready.set()

    def mark(self, source: Source) -> None:
        """Queue a source, unless it waits already."""
        if not self._muted and id(source) not in self._waiting:
            self._waiting.add(id(source))
            self._queue.append(source)
            self._ready.set()

    def mute(self, *, muted: bool) -> None:
        """Lose every frame, those that wait too, until it is taken back; the socket stays open."""
        self._muted = muted
        if muted:
            self._queue.clear()
            self._waiting.clear()
            self._bytes = 0

    def forget(self, source: Source) -> None:
        """Take a source out of the queue."""
        if id(source) in self._waiting:
            self._waiting.discard(id(source))
            self._queue = deque(entry for entry in self._queue if entry is not source)

    def close(self) -> None:
        """Send nothing more."""
        self.closed = True
        self._queue.clear()
        self._ready.set()

    def take(self) -> bytes | None:
        """The next frame to send, or None while there is none."""
        while self._queue:
            entry = self._queue.popleft()
            if isinstance(entry, bytes):
                self._bytes -= len(entry)
                return entry
            self._waiting.discard(id(entry))
            if (frame := entry.frame()) is not None:
                return frame
        return None

    async def next(self) -> bytes | None:
        """Wait for the next frame; None once the outbox is closed."""
        while not self.closed:
            if (frame := self.take()) is not None:
                return frame
            self._ready.clear()
            await self._ready.wait()
        return None

    def __len__(self) -> int:
        return len(self._queue)
