"""Where and as whom the websocket is opened."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ibtui import __version__


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A websocket's address and what its opening must carry."""

    url: str = field(repr=False)
    """With OAuth 1.0a it holds the access token: not for logs."""
    session: str = field(repr=False)
    """Session id of `/tickle`, sent as cookie."""
    context: ssl.SSLContext | None
    bare_cookie: bool = False
    """`api=<id>` in place of the JSON that the gateway's own clients send: as IBKR is spoken to directly."""
    user_agent: str = f"ibtui/{__version__}"
    authorization: str = field(default="", repr=False)
    """The Authorization header; blank sends none."""

    @property
    def cookie(self) -> str:
        """As IBKR's clients send it (wire-facts 2)."""
        return f"api={self.session}" if self.bare_cookie else f'api={{"session":"{self.session}"}}'

    @property
    def headers(self) -> dict[str, str]:
        """What the opening carries beside what every websocket's does."""
        carried = {"Cookie": self.cookie}
        return carried | {"Authorization": self.authorization} if self.authorization else carried

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser would say it."""
        parts = urlsplit(self.url)
        return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"


def socket_url(base_url: str) -> str:
    """`wss://host:port/v1/api/ws` for `https://host:port/v1/api`."""
    return "ws" + base_url.rstrip("/").removeprefix("http") + "/ws"
