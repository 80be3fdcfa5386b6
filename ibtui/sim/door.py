"""What a real server does when the simulated network fails: stop listening, reset, freeze, change its certificate.

uvicorn has no way to stop and go on listening, nor to leave a connection half open; the kernel and asyncio do it here.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from ibtui.sim.connections import CuttableConnection
from ibtui.sim.gateway.certificate import Certificate

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on, for no time: closing sends RST."""
ANSWER_S = 0.05
"""For which the answer to a lever may still leave when the server goes down."""


class ServerDoor:
    """Implements `ibtui.sim.gateway.network.Door` on uvicorn's listening socket and connections."""

    def __init__(
        self, server: uvicorn.Server, listener: socket.socket, new_certificate: Callable[[], Certificate] | None
    ) -> None:
        self._server = server
        self._family = listener.family
        self._address = listener.getsockname()
        self._new_certificate = new_certificate
        self._waiting: socket.socket | None = None
        """The port while nobody accepts: bound only, so that it refuses, or listening, so that it hangs."""
        self._frozen: list[asyncio.Transport] = []
        self._opening: asyncio.Task[None] | None = None

    def shut(self) -> None:
        """Listen no longer and reset every connection; the one of the lever a moment later."""
        self._close_listeners()
        bound = socket.socket(self._family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(self._address)
        self._waiting = bound
        self.cut(websockets_only=False)
        asyncio.get_running_loop().call_later(ANSWER_S, self._sweep)

    def stop_accepting(self) -> None:
        """Leave new connections in the kernel's queue."""
        listening = [each for server in self._server.servers for each in server.sockets]
        if listening:
            waiting = listening[0].dup()
            self._close_listeners()
            self._waiting = waiting

    def open(self) -> None:
        """Listen and accept again."""
        if self._waiting is not None:
            listening, self._waiting = self._waiting, None
            self._opening = asyncio.get_running_loop().create_task(self._listen(listening))

    def cut(self, *, websockets_only: bool) -> None:
        """Reset connections, but for those on which levers are pulled."""
        for connection in tuple(self._server.server_state.connections):
            if isinstance(connection, CuttableConnection) and (websockets_only or connection.is_lever):
                continue
            _reset(connection.transport)

    def freeze(self) -> None:
        """Neither read nor write on the connections there are, but for those on which levers are pulled."""
        for connection in tuple(self._server.server_state.connections):
            if isinstance(connection, CuttableConnection):
                if connection.is_lever:
                    continue
                connection.freeze()
            connection.transport.pause_reading()
            self._frozen.append(connection.transport)

    def reset_frozen(self) -> None:
        """Reset the connections that were frozen."""
        for transport in self._frozen:
            _reset(transport)
        self._frozen.clear()

    def renew_certificate(self) -> str:
        """Serve a new certificate from now on; its SHA-256 in hex, blank without TLS."""
        context = self._server.config.ssl
        if context is None or self._new_certificate is None:
            return ""
        made = self._new_certificate()
        context.load_cert_chain(made.certificate, made.key)
        return made.fingerprint

    def close(self) -> None:
        """Let go of everything: the server ends."""
        self.reset_frozen()
        if self._waiting is not None:
            self._waiting.close()

    def _close_listeners(self) -> None:
        for server in self._server.servers:
            server.close()
        self._server.servers = []
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None

    def _sweep(self) -> None:
        if not self._server.servers and self._opening is None:
            for connection in tuple(self._server.server_state.connections):
                _reset(connection.transport)

    async def _listen(self, listening: socket.socket) -> None:
        loop, config, server = asyncio.get_running_loop(), self._server.config, self._server

        def connection() -> asyncio.Protocol:
            return CuttableConnection(config, server.server_state, server.lifespan.state, loop)

        made = await loop.create_server(connection, sock=listening, ssl=config.ssl, backlog=config.backlog)
        self._opening = None
        if self._waiting is None:
            server.servers = [made]
        else:
            made.close()


def _reset(transport: asyncio.Transport) -> None:
    wire = transport.get_extra_info("socket")
    if wire is not None:
        with suppress(OSError):
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    transport.abort()
