"""HTTP connections of the simulator's server, which can be cut in the middle of an answer."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from ibtui.sim.gateway.losses import ConnectionLost

_LEVERS = "/sim/"
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on, for no time: closing sends RST."""


class CuttableConnection(H11Protocol):
    """One connection, with or without TLS: ConnectionLost out of the application closes it; nothing is logged.

    h11 is what uvicorn always brings, so no answer depends on what else is installed.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._whole = self.app
        self.app = self._until_lost
        self.is_lever = False
        """A test pulls levers on it: whatever happens to others does not happen to it."""
        self._frozen = False
        self._gone = asyncio.Event()

    def shutdown(self) -> None:
        """End with the server; an idle TLS client that answers no goodbye does not hold it up."""
        super().shutdown()
        if self.transport.is_closing():
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let answers end that are held back."""
        super().connection_lost(exc)
        self._gone.set()

    def freeze(self) -> None:
        """Answer nothing more, and do not close for being idle either."""
        self._frozen = True
        self._unset_keepalive_if_required()

    async def _until_lost(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.is_lever = str(scope.get("path", "")).startswith(_LEVERS)

        async def sending(message: Message) -> None:
            if self._frozen:
                await self._gone.wait()
            await send(message)

        try:
            await self._whole(scope, receive, sending)
        except ConnectionLost as loss:
            self._cut(abrupt=loss.abrupt)
            # uvicorn writes an error page behind an application that has not answered, unless the client is gone.
            while (await receive())["type"] != "http.disconnect":
                pass

    def _cut(self, *, abrupt: bool) -> None:
        if abrupt:
            wire: socket.socket = self.transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.transport.abort()
        else:
            self.transport.close()
