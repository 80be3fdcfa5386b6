"""A websocket without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ibtui.transport.endpoint import Endpoint
from ibtui.transport.socket import Connection


class FakeConnection:
    """Frames are put in by the test; what the client writes is kept in `sent`."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed = False
        self._frames: asyncio.Queue[bytes | str | Exception | None] = asyncio.Queue()

    def feed(self, *frames: bytes | str) -> None:
        for frame in frames:
            self._frames.put_nowait(frame)

    def drop(self, error: Exception | None = None) -> None:
        """End the connection, with an error or in good order."""
        self._frames.put_nowait(error)

    async def __aiter__(self) -> AsyncIterator[bytes | str]:
        while True:
            frame = await self._frames.get()
            if frame is None:
                return
            if isinstance(frame, Exception):
                raise frame
            yield frame

    async def send(self, message: str) -> None:
        self.sent.append(message)

    async def close(self) -> None:
        self.closed = True


class FakeNetwork:
    """A connector that gives a new FakeConnection each time, or fails as long as `failure` is set."""

    def __init__(self) -> None:
        self.connections: list[FakeConnection] = []
        self.endpoints: list[Endpoint] = []
        self.failure: Exception | None = None

    async def __call__(self, endpoint: Endpoint) -> Connection:
        self.endpoints.append(endpoint)
        if self.failure is not None:
            raise self.failure
        self.connections.append(FakeConnection())
        return self.connections[-1]

    @property
    def last(self) -> FakeConnection:
        return self.connections[-1]
