"""The authorisation server in front of one simulated gateway."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ibtui.sim.gateway.pacing import DIRECT
from ibtui.sim.gateway.wire import Fields
from ibtui.sim.oauth.report import Report
from ibtui.sim.oauth.rules import Rules
from ibtui.sim.oauth.sessions import Sessions
from ibtui.sim.oauth.settings import origin_of

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway
    from ibtui.sim.oauth.folder import Registration

_LOOPBACKS = ("localhost", "127.0.0.1", "[::1]")


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class OAuthServer:
    """What OAuth 1.0a and 2.0 share: the registration, the sessions they open, the rules and the report."""

    def __init__(
        self,
        gateway: Gateway,
        registration: Registration,
        base_url: str,
        unix_ms: Callable[[], int] = _wall_ms,
    ) -> None:
        self.gateway = gateway
        self.registration = registration
        self.base_url = base_url
        self.origins = _origins(base_url)
        """Scheme, host and port a client may have signed; the Host header proves nothing (ibind writes a fixed one)."""
        self.rules = Rules()
        self.killed = False
        """Whether the access tokens and the OAuth 2.0 client are revoked."""
        self.report = Report()
        self.sessions = Sessions(gateway)
        self._unix_ms = unix_ms
        gateway.direct = True
        gateway.watchers.append(self.sessions.step)
        gateway.pacing.overall = DIRECT

    @property
    def now_ms(self) -> int:
        """The server's clock: the wall's, Unix milliseconds, off by what the rules and the gateway's day say."""
        return self._unix_ms() + self.rules.skew_s * 1000 + self.gateway.skew_ms

    @property
    def now_s(self) -> int:
        """The same in seconds."""
        return self.now_ms // 1000

    def ends_ms(self) -> int:
        """When a token made now will die by the wall clock, Unix milliseconds."""
        return self.now_ms + int(self.rules.life_s * 1000 / self.gateway.speed)

    def step(self) -> None:
        """Let tokens die whose time has come; the server does so in every step of the market."""
        self.sessions.step()

    def told(self) -> Fields:
        """The report and the tokens that live."""
        living = len(self.sessions.living())
        return {"base_url": self.base_url, "living": living, "issued": self.sessions.opened, **self.report.told()}


def _origins(base_url: str) -> tuple[str, ...]:
    own = origin_of(base_url)
    parts = urlsplit(own)
    port = f":{parts.port}" if parts.port is not None else ""
    return tuple(dict.fromkeys((own, *(f"{parts.scheme}://{host}{port}" for host in _LOOPBACKS))))
