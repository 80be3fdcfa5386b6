"""How everything in the session talks to the gateway."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ibtui.errors import IbtuiError, LinkError, NoBrokerageSession, NotLoggedIn, PenaltyBox, TrustError
from ibtui.protocol.requests import Request


class Wire(Protocol):
    """One request, one answer."""

    async def call(self, request: Request) -> bytes:
        """Body of the 2xx answer; raises a branch of `ibtui.errors.IbtuiError` for everything else. Never repeats."""
        ...


LINK_TROUBLES = (LinkError, NotLoggedIn, NoBrokerageSession, PenaltyBox, TrustError)
"""Errors that say something about the connection rather than about the request."""


class WatchedWire:
    """A wire that tells the link of every error that concerns it: a light turns as soon as anyone sees it."""

    def __init__(self, wire: Wire, suspect: Callable[[IbtuiError], None]) -> None:
        self._wire = wire
        self._suspect = suspect

    async def call(self, request: Request) -> bytes:
        """As `Wire.call`."""
        try:
            return await self._wire.call(request)
        except LINK_TROUBLES as error:
            self._suspect(error)
            raise
