"""How everything in the session talks to the gateway."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ibtui.errors import GatewayError, IbtuiError, LinkError, NoBrokerageSession, NotLoggedIn, PenaltyBox, TrustError
from ibtui.protocol.requests import Request

Leaving = Callable[[], None]


class Wire(Protocol):
    """One request, one answer."""

    async def call(self, request: Request, leaving: Leaving | None = None) -> bytes:
        """Body of the 2xx answer; raises a branch of `ibtui.errors.IbtuiError` for everything else. Never repeats.

        `leaving` is called once the request's turn has come, right before its first byte; if that raises, or is never
        called, nothing left.
        """
        ...


LINK_TROUBLES = (LinkError, NotLoggedIn, NoBrokerageSession, PenaltyBox, TrustError)
"""Errors that say something about the connection rather than about the request."""


SERVER_ERROR = 500
GONE = 410
"""The session is (oauth1a.md 5); like a server's error no answer to the request itself."""
ERRORS_IN_A_ROW = 3
"""Server errors without an answer between them that are taken for trouble of the connection: single ones are of cold
caches and unknown orders (wire-facts 5 and 7)."""


class WatchedWire:
    """A wire that tells the link of every error that concerns it: a light turns as soon as anyone sees it."""

    def __init__(self, wire: Wire, suspect: Callable[[IbtuiError], None]) -> None:
        self._wire = wire
        self._suspect = suspect
        self._errors = 0
        """Server errors in a row."""

    async def call(self, request: Request, leaving: Leaving | None = None) -> bytes:
        """As `Wire.call`."""
        try:
            body = await self._wire.call(request, leaving)
        except LINK_TROUBLES as error:
            self._suspect(error)
            raise
        except GatewayError as error:
            self._errors = self._errors + 1 if error.status >= SERVER_ERROR or error.status == GONE else 0
            if self._errors >= ERRORS_IN_A_ROW:
                self._errors = 0
                self._suspect(error)
            raise
        self._errors = 0
        return body
