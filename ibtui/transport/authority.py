"""Who vouches for requests and stream where no gateway does: the seam between the HTTP client and OAuth."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ibtui.protocol.requests import Query
from ibtui.transport.answers import Response
from ibtui.transport.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request for a token: to an absolute URL, with the headers and the body it needs, never recorded."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


Send = Callable[[TokenRequest], Awaitable[Response]]
"""Sends once, in turn, and gives the answer whatever its status; raises LinkError when there is none."""


class Authority(Protocol):
    """Holds tokens, renews them, and signs."""

    requests_per_second: int
    """What IBKR allows: 10 through the gateway, 50 directly ("Pacing Limitations")."""

    async def prepare(self, send: Send) -> None:
        """Have tokens that are valid for a while yet; called before the session is looked at, each minute at least.

        Raises NotLoggedIn (its detail says what a person must do), Refused, Garbled or LinkError.
        """
        ...

    def headers(self, method: str, url: str, query: Query) -> Mapping[str, str]:
        """What a request must carry; `url` is without the query. Raises NotLoggedIn before `prepare`."""
        ...

    def endpoint(self, base_url: str, session: str, context: ssl.SSLContext | None) -> Endpoint:
        """Where and as whom the websocket is opened."""
        ...

    def rejected(self, status: int, path: str, sent: float) -> None:
        """A signed request was answered 401 or 410: the token is dead, the next `prepare` fetches another.

        `path` is below the base URL and `sent` the monotonic second it left: a request that left before the token was
        renewed says nothing of the new one.
        """
        ...
