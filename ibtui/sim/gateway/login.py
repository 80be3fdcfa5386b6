"""The two tiers of a session: the login in the browser and the brokerage session behind /iserver ("Session")."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from ibtui.sim.gateway.scenario import Scenario
from ibtui.sim.gateway.wire import Fields

USERNAME = "ibtuisim"
USER_ID = 123456789
SERVER_INFO: Fields = {"serverName": "JisfN8021", "serverVersion": "Build 10.45.1a, Oct 6, 2026 4:21:37 PM"}
MAC = "98:F2:B3:23:BF:A0"
IDLE_LIMIT_MS = 6 * 60_000
"""A session without requests times out after about six minutes ("How long does a session remain authenticated?")."""
MAX_SUPPRESSED = 51


@dataclass(slots=True)
class BrokerageSession:
    """What lasts exactly as long as a brokerage session."""

    accounts_read: bool = False
    """`/iserver/accounts` was asked, which opens orders and market data."""
    suppressed: set[str] = field(default_factory=set)
    """Message ids of questions that are no longer asked."""
    warmed: set[str] = field(default_factory=set)
    """Paths whose first, misleading, read has been given."""
    searched: set[int] = field(default_factory=set)
    """Underlying conids that `/iserver/secdef/search` has found."""
    filtered_orders: bool = False
    """A read of live orders with `filters` has silenced `sor` (wire-facts §5)."""

    def first_read(self, path: str) -> bool:
        """True once for each path."""
        cold = path not in self.warmed
        self.warmed.add(path)
        return cold


class Login:
    """Who is logged in, and what state the brokerage session is in."""

    def __init__(self, scenario: Scenario, random: Random, now_ms: int, wall_ms: int) -> None:
        self._random = random
        self.session_id = f"{random.getrandbits(128):032x}"
        self.server_session_id = f"{random.getrandbits(28):07x}.{random.getrandbits(32):08x}"
        """`sessionId` of /iserver/accounts and `act`; it is not the tickle id."""
        self.logged_in = scenario.logged_in
        self.lapsed = False
        """The login ran out: everything is 401 until a person logs in again, which makes a new session."""
        self.authenticated = scenario.brokerage
        self.competing = scenario.competing
        self.closed_by: set[str] = set() if scenario.brokerage_opens else {"maintenance"}
        """What keeps IBKR's servers from opening a brokerage session, by event."""
        self.authenticated_at_ms = now_ms
        self.last_request_ms = wall_ms
        self.portfolio_read = False
        self.brokerage = BrokerageSession()

    def log_in(self) -> None:
        """Someone entered name and password in the browser; the gateway opens the brokerage session by itself."""
        if self.lapsed:
            self.renew()
        self.logged_in, self.lapsed = True, False
        self.authenticated = not self.closed_by and not self.competing
        self.brokerage = BrokerageSession()

    def log_out(self) -> None:
        """End both tiers."""
        self.logged_in = self.authenticated = self.portfolio_read = False
        self.brokerage = BrokerageSession()

    def lapse(self) -> None:
        """Let the login run out."""
        self.log_out()
        self.lapsed = True

    def initialise(self, *, compete: bool) -> None:
        """Open a new brokerage session; in vain while another one competes and `compete` is false, or none opens."""
        if self.closed_by or not self.logged_in or (self.competing and not compete):
            return
        self.competing = False
        self.authenticated = True
        self.brokerage = BrokerageSession()

    def expire(self, wall_ms: int) -> bool:
        """Drop an idle brokerage session; whether it was dropped now."""
        if not self.authenticated or wall_ms - self.last_request_ms < IDLE_LIMIT_MS:
            return False
        self.authenticated = False
        return True

    def renew(self) -> None:
        """The nightly re-authentication: new ids, nothing remembered."""
        self.session_id = f"{self._random.getrandbits(128):032x}"
        self.server_session_id = f"{self._random.getrandbits(28):07x}.{self._random.getrandbits(32):08x}"
        self.portfolio_read = False
        self.brokerage = BrokerageSession()

    def status(self) -> Fields:
        """`authStatus`, which is also the answer of /iserver/auth/status and the body of `sts`."""
        return {
            "authenticated": self.authenticated,
            "established": self.authenticated,
            "competing": self.competing,
            "connected": self.logged_in,
            "message": "",
            "MAC": MAC,
            "serverInfo": SERVER_INFO,
            "hardware_info": "5a1c7e90|98:F2:B3:23:BF:A0",
        }
