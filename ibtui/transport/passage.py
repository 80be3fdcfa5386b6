"""One request's way through the turnstile, up to its first byte on a connection."""

from __future__ import annotations

from ibtui.protocol.requests import Request
from ibtui.transport.turnstile import Turnstile

FIRST_BYTE = "http11.send_request_headers.started"
"""The moment, by httpx's trace extension, when there is a connection and nothing was written to it yet."""


class Passage:
    """Lets a request that had to wait for its connection pass the turnstile again before anything of it is sent."""

    def __init__(self, turnstile: Turnstile, request: Request, counted: float) -> None:
        self._turnstile = turnstile
        self._request = request
        self._counted = counted
        self.waiting = False
        """Whether it has its connection and may not use it yet: nothing was sent."""

    async def watch(self, event: str, info: object) -> None:
        """Follow what httpx does; raises PenaltyBox, with nothing sent, where a penalty began meanwhile."""
        if event == FIRST_BYTE:
            self.waiting = True
            await self._turnstile.enter_late(self._request, self._counted)
            self.waiting = False
