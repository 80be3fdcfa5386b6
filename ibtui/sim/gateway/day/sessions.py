"""Events of the two tiers of a session: login, competing clients, the nightly reset, maintenance, a restart."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from ibtui.sim.gateway.answers import Answer
from ibtui.sim.gateway.day.event import DayEvent, Reply
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.day.wanted import Wanted
    from ibtui.sim.gateway.gateway import Gateway

WARNING_S = 2.0
"""Real seconds for which a competing session shows before the own one is lost (wire-facts §1)."""
AWAY_S = 300.0
"""Simulated seconds for which IBKR's servers are away at night ("briefly unavailable")."""
DOWN_S = 5.0
_OWN_PATHS = ("/iserver/auth/status",)
"""Paths below /iserver that the gateway answers by itself."""
NO_BRIDGE = Answer({"error": "Bad Request: no bridge", "statusCode": 400}, 400)
_AWAY = (
    Answer({"error": "Service Unavailable", "statusCode": 503}, 503),
    Answer({"error": "Internal Server Error", "statusCode": 500}, 500),
    NO_BRIDGE,
)
"""What requests get in turn while the servers are away (wire-facts §1: 500/503 at resets, no bridge)."""


class LoginNeeded(DayEvent):
    """Nobody is logged in until a person uses the browser."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)

    def begin(self) -> None:
        """Log out."""
        self.gateway.log_out()

    def end(self) -> None:
        """Log in as a person does."""
        if not self.gateway.login.logged_in:
            self.gateway.log_in()

    @property
    def active(self) -> bool:
        """Until someone logs in."""
        return not self.gateway.login.logged_in


class LoginExpires(LoginNeeded):
    """The login runs out: everything is 401; the next login is a new session (gateway-introduction)."""

    def begin(self) -> None:
        """Let it run out."""
        self.gateway.login.lapse()
        self.gateway.new_session()
        self.gateway.tell_status()


class Competing(DayEvent):
    """Another client takes the brokerage session: `competing` is true before `authenticated` turns false."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._warning_ms = int(wanted.number("warning_seconds", WARNING_S) * 1000)
        self._span = wanted.span(gateway)
        self._takes_ms: int | None = None

    def begin(self) -> None:
        """Show the other client."""
        self._span.start()
        self._takes_ms = self.gateway.clock.ms() + self._warning_ms
        self._tell(competing=True)

    def step(self, clock_ms: int) -> None:
        """Let it take the session when its warning is over."""
        if self._takes_ms is not None and clock_ms >= self._takes_ms and self.gateway.login.competing:
            self._takes_ms = None
            self.gateway.lose_brokerage_session()

    def end(self) -> None:
        """Let the other client go; the session it took stays lost until an init."""
        if self.gateway.login.competing:
            self._tell(competing=False)

    @property
    def active(self) -> bool:
        """Until an init that competes wins, or the other client has stayed long enough."""
        return self.gateway.login.competing and not self._span.over

    def _tell(self, *, competing: bool) -> None:
        self.gateway.login.competing = competing
        for connection in self.gateway.connections:
            connection.tell("sts", {"competing": competing})


class BrokerageLost(DayEvent):
    """The brokerage session ends for no reason."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)

    def begin(self) -> None:
        """Lose it."""
        self.gateway.lose_brokerage_session()

    def end(self) -> None:
        """Open a new one."""
        if not self.gateway.login.authenticated:
            self.gateway.initialise(compete=False)

    @property
    def active(self) -> bool:
        """Until an init."""
        return not self.gateway.login.authenticated


class _Closed(DayEvent):
    """IBKR's brokerage servers are away."""

    by = ""

    def __init__(self, gateway: Gateway, wanted: Wanted, *, sim_seconds: float | None, reopens: bool) -> None:
        super().__init__(gateway)
        self._span = wanted.span(gateway, sim_seconds=sim_seconds)
        self._reopens = wanted.flag("reopens", default=reopens)

    def begin(self) -> None:
        """Close."""
        self._span.start()
        self.gateway.login.closed_by.add(self.by)

    def end(self) -> None:
        """Open."""
        self.gateway.login.closed_by.discard(self.by)

    @property
    def active(self) -> bool:
        """For its time."""
        return self.by in self.gateway.login.closed_by and not self._span.over


class NightlyReset(_Closed):
    """The servers are away; afterwards there is a new session, and old sockets only beat (wire-facts §2)."""

    by = "nightly-reset"

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway, wanted, sim_seconds=AWAY_S, reopens=True)
        self._told = wanted.flag("told", default=True)
        self._answers = cycle(_AWAY)

    def begin(self) -> None:
        """End the brokerage session, with a word on the sockets if it is told."""
        super().begin()
        self.gateway.login.authenticated = False
        self.gateway.new_session()
        for connection in self.gateway.connections:
            if self._told:
                connection.tell_status()
            else:
                connection.drop_brokerage_topics()

    def end(self) -> None:
        """Renew the session; nobody is told."""
        super().end()
        login = self.gateway.login
        self.gateway.renew_sessions()
        login.authenticated = self._reopens and login.logged_in and not login.competing and not login.closed_by

    def replaces(self, method: str, path: str) -> Reply | None:
        """Errors for all of /iserver but the status."""
        away = path.startswith("/iserver/") and path not in _OWN_PATHS
        return next(self._answers) if away else None


class Maintenance(_Closed):
    """No brokerage session, whatever is asked."""

    by = "maintenance"

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway, wanted, sim_seconds=None, reopens=False)

    def begin(self) -> None:
        """Lose the session."""
        super().begin()
        self.gateway.lose_brokerage_session()

    def end(self) -> None:
        """Let an init work again, or open the session at once if it reopens."""
        super().end()
        if self._reopens:
            self.gateway.initialise(compete=False)


class GatewayRestart(DayEvent):
    """The gateway's process goes down and comes up with new sessions, with a login or without."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._login = wanted.flag("login", default=False)
        self._span = wanted.span(gateway, seconds=DOWN_S)

    def begin(self) -> None:
        """Stop listening and cut every connection."""
        self._span.start()
        self.gateway.network.go_down()
        self.gateway.faults.release()
        self.gateway.drop_connections()
        self.gateway.new_session()

    def end(self) -> None:
        """Come up, remembering nothing."""
        login = self.gateway.login
        login.log_out()
        login.renew()
        login.competing = login.lapsed = False
        self.gateway.network.come_up()
        if not self._login:
            self.gateway.log_in()

    @property
    def active(self) -> bool:
        """For its time."""
        return not self.gateway.network.listening and not self._span.over

    def details(self) -> Fields:
        """Whether a login is needed afterwards."""
        return {"login": self._login}
