"""Events of the network below the gateway: half-open connections, a new certificate, a clock that is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.day.event import DayEvent
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.day.wanted import Wanted
    from ibtui.sim.gateway.gateway import Gateway
    from ibtui.sim.gateway.ws.connection import Connection

HALF_OPEN_S = 60.0
SKEW_S = -3_600.0


class HalfOpen(DayEvent):
    """Connections that are open neither answer nor close; new ones work, or hang."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._hangs = wanted.choice("new", ("work", "hang")) == "hang"
        self._span = wanted.span(gateway, seconds=HALF_OPEN_S)
        self._frozen: list[Connection] = []

    def begin(self) -> None:
        """Freeze what is open."""
        self._span.start()
        network = self.gateway.network
        if network.door is not None:
            network.door.freeze()
        self._frozen = list(self.gateway.connections)
        for connection in self._frozen:
            connection.freeze()
        if self._hangs:
            network.hang()

    def end(self) -> None:
        """Reset what was frozen, and let new connections in."""
        network = self.gateway.network
        if network.door is not None:
            network.door.reset_frozen()
        for connection in self._frozen:
            connection.outbox.close()
        if self._hangs:
            network.come_up()

    @property
    def active(self) -> bool:
        """For its time."""
        return not self._span.over

    def details(self) -> Fields:
        """How many websockets are frozen, and what becomes of new connections."""
        open_now = sum(connection in self.gateway.connections for connection in self._frozen)
        return {"frozen_websockets": open_now, "new": "hang" if self._hangs else "work"}


class NewCertificate(DayEvent):
    """Another self-signed certificate is served from now on."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._cut = wanted.flag("cut", default=True)
        self._fingerprint = ""

    def begin(self) -> None:
        """Change it."""
        if (door := self.gateway.network.door) is not None:
            self._fingerprint = door.renew_certificate()
            if self._cut:
                door.cut(websockets_only=False)
        if self._cut:
            self.gateway.drop_connections()

    def details(self) -> Fields:
        """SHA-256 of the certificate in hex, blank without a server or TLS."""
        return {"fingerprint": self._fingerprint}


class ClockSkew(DayEvent):
    """The gateway's timestamps are off."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._skew_ms = int(wanted.number("skew_seconds", SKEW_S, signed=True) * 1000)
        self._span = wanted.span(gateway)

    def begin(self) -> None:
        """Count from now."""
        self._span.start()

    @property
    def active(self) -> bool:
        """For its time."""
        return not self._span.over

    @property
    def skew_ms(self) -> int:
        """By how much."""
        return self._skew_ms if self.active else 0
