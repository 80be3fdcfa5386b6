"""The gateway's websocket without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random

from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.ws.connection import Connection as GatewayEnd
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.socket import Connector
from tests.random_days.world import World

LAG = (0.0, 0.0, 0.0, 0.02, 0.2)
"""Seconds a frame may be under way; they keep their order."""


class InProcessSocket:
    """Implements `ibtui.transport.socket.Connection` on the gateway's own end."""

    def __init__(
        self,
        gateway: Gateway,
        session: str,
        is_alive: Callable[[], bool] = lambda: True,
        lag: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._gateway = gateway
        self._is_alive = is_alive
        self._lag = lag
        self._end = GatewayEnd(gateway, session)
        gateway.connections.append(self._end)

    async def __aiter__(self) -> AsyncIterator[bytes | str]:
        try:
            while (frame := await self._end.outbox.next()) is not None:
                if lag := self._lag():
                    await asyncio.sleep(lag)
                if not self._is_alive():
                    return
                yield frame
        finally:
            self._leave()

    async def send(self, message: str) -> None:
        if self._end.outbox.closed or not self._is_alive():
            raise OSError("the stream is closed")
        self._end.receive(message)

    async def close(self) -> None:
        self._leave()

    def _leave(self) -> None:
        self._end.outbox.close()
        if self._end in self._gateway.connections:
            self._gateway.connections.remove(self._end)


def connector(world: World, rng: Random, is_alive: Callable[[], bool]) -> Connector:
    """What the session connects its stream with."""

    async def connect(endpoint: Endpoint) -> InProcessSocket:
        await asyncio.sleep(0.01)
        if world.is_down or world.streams_refused or not is_alive():
            raise ConnectionRefusedError
        return InProcessSocket(world.gateway, endpoint.session, is_alive, lambda: rng.choice(LAG))

    return connect
