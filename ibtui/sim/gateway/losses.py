"""Answers that never arrive whole, and how a lost connection is told apart from an error of the simulator's own."""

from __future__ import annotations

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

_LOST = "ibtui.sim.connection-lost"


class ConnectionLost(ConnectionResetError):
    """The connection ends here: what a client in process gets in place of a network error.

    `ibtui.sim.connections` turns it into a closed socket. A client that reaches the application through httpx's
    `ASGITransport` sees this exception itself; a test's transport should raise `httpx.ReadError` in its place.
    """

    def __init__(self, *, abrupt: bool) -> None:
        super().__init__("the simulated connection was lost")
        self.abrupt = abrupt
        """By RST, not by an orderly end."""


class CuttableApp(Starlette):
    """The application, out of which a lost connection comes as ConnectionLost and with no error page behind it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        lost = False

        async def sending(message: Message) -> None:
            nonlocal lost
            if message["type"] == _LOST:
                lost = True
                raise ConnectionLost(abrupt=message["abrupt"])
            if not lost:
                await send(message)

        await super().__call__(scope, receive, sending)


class LostAnswer(Response):
    """Not a byte of an answer."""

    def __init__(self, *, abrupt: bool) -> None:
        super().__init__()
        self._abrupt = abrupt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lose the connection."""
        await send({"type": _LOST, "abrupt": self._abrupt})


class HalfAnswer(Response):
    """The headers of an answer, with the length of the whole, and half of its body."""

    def __init__(self, whole: Response) -> None:
        super().__init__(status_code=whole.status_code)
        self.raw_headers = whole.raw_headers
        self._sent = bytes(whole.body)[: max(len(whole.body) // 2, 1)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the half and lose the connection."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._sent, "more_body": True})
        await send({"type": _LOST, "abrupt": False})


def proxy_page(status: int) -> str:
    """The error page of a reverse proxy whose gateway does not answer."""
    title = f"{status} {HTTPStatus(status).phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
