"""The gateway's whole state: the exchange, sessions, open sockets, and the step that moves them all in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from ibtui.sim.exchange import (
    AccountSpec,
    Event,
    Exchange,
    Executed,
    Execution,
    Instrument,
    OrderChanged,
    OrderRequest,
    OrderView,
    QuoteChanged,
)
from ibtui.sim.gateway import hostile
from ibtui.sim.gateway.allocations import AllocationGroups
from ibtui.sim.gateway.answers import bad_request
from ibtui.sim.gateway.clock import Clock
from ibtui.sim.gateway.day.day import Day
from ibtui.sim.gateway.faults import Faults
from ibtui.sim.gateway.feeds import Feeds
from ibtui.sim.gateway.fyis import FyiBox
from ibtui.sim.gateway.ladderforms import LadderManner
from ibtui.sim.gateway.lines import Lines
from ibtui.sim.gateway.login import Login
from ibtui.sim.gateway.network import Network
from ibtui.sim.gateway.notices import Notices
from ibtui.sim.gateway.orders.desk import OrderDesk
from ibtui.sim.gateway.pacing import Pacing
from ibtui.sim.gateway.requestlog import RequestLog
from ibtui.sim.gateway.scenario import SCENARIOS, Scenario
from ibtui.sim.gateway.skew import skewed
from ibtui.sim.gateway.statistics import YearBook
from ibtui.sim.gateway.truth import Truth
from ibtui.sim.gateway.watchlists import Watchlists
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

MAX_LINES = 100
"""Market data lines of an ordinary user; more when the exchange lists more instruments."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened on the exchange since the step before."""

    quotes: frozenset[int] = frozenset()
    """Conids of which the client sees a move."""
    orders: Sequence[OrderView] = ()
    """Every state an order went through, in order."""
    executions: Sequence[Execution] = field(default=())


class Gateway:
    """One user's Client Portal Gateway in front of one exchange."""

    def __init__(
        self,
        exchange: Exchange,
        clock: Clock,
        *,
        scenario: Scenario = SCENARIOS["normal"],
        speed: float = 1.0,
        seed: int = 1,
    ) -> None:
        self.exchange = exchange
        self.clock = clock
        self.speed = speed
        self.seed = seed
        self.random = Random(seed)
        self.scenario = scenario
        self.accounts: dict[str, AccountSpec] = {spec.account: spec for spec in exchange.accounts()}
        self.selected_account = next(iter(self.accounts))
        self.login = Login(scenario, self.random, exchange.now_ms, clock.ms())
        self.pacing = Pacing(clock, speed)
        self.lines = Lines(max(MAX_LINES, len(exchange.instruments())))
        self.feeds = Feeds(self)
        self.ladder = LadderManner()
        """How price ladders are served."""
        self.year_book = YearBook(exchange)
        self.allocations = AllocationGroups()
        self.desk = OrderDesk(self)
        self.notices = Notices(self)
        self.fyis = FyiBox(self)
        self.watchlists = Watchlists(exchange)
        self.requests = RequestLog()
        self.faults = Faults(clock)
        self.faults.follow(scenario.fault)
        self.network = Network()
        self.connections: list[Connection] = []
        self._connections_made = 0
        self.day = Day(self)
        self.day.follow(scenario)
        self._truth = Truth(self)
        self.direct = False
        """Whether clients come with OAuth, without a login in the browser."""
        self.watchers: list[Callable[[], None]] = []
        """Called in every step, before the sockets speak."""
        self._wall_start = clock.ms()
        self._market_start = exchange.now_ms

    @property
    def now_ms(self) -> int:
        """Simulated time, Unix milliseconds."""
        return self.exchange.now_ms

    def step(self) -> None:
        """Move the market to the clock's time and let every socket say what changed."""
        wall = self.clock.ms()
        self.exchange.advance(self._market_start + int((wall - self._wall_start) * self.speed))
        changes = self.feeds.seen(_sorted(self.exchange.drain()))
        self._truth.note(changes.orders)
        self.faults.step(wall)
        self.day.step(wall)
        for watch in self.watchers:
            watch()
        if self.login.expire(wall):
            self.tell_status()
        self.notices.step(wall, changes.orders)
        for connection in tuple(self.connections):
            connection.step(wall, changes)

    def instrument(self, conid: int) -> Instrument:
        """The instrument, or 400."""
        if (found := self.exchange.instrument(conid)) is None:
            raise bad_request(f"conid is not valid: {conid}")
        return found

    def contract_of(self, request: OrderRequest) -> Instrument:
        """The contract of an order, of a combination one made of its legs; or 400."""
        if (found := self.exchange.tickets.contract_of(request)) is None:
            raise bad_request(f"conid is not valid: {request.conid}")
        return found

    def account(self, account: str) -> str:
        """The account, if the user has it, or 400."""
        if account not in self.accounts:
            raise bad_request(f"accountId is not valid: {account}")
        return account

    def dress(self, payload: Json) -> Json:
        """The payload as it leaves the gateway: poisoned when the scenario is hostile, its times off when that is."""
        if self.skew_ms:
            payload = skewed(payload, self.skew_ms)
        return hostile.poison(payload) if self.scenario.hostile else payload

    @property
    def skew_ms(self) -> int:
        """How far the gateway's timestamps are off, milliseconds."""
        return self.scenario.skew_ms + self.day.skew_ms

    def truth(self) -> Fields:
        """What really happened at the exchange (see `Truth.told`); asking changes nothing the client could notice."""
        return self._truth.told()

    def true_book(self, conid: int, levels: int, exchange: str) -> Fields:
        """The book as it really is (see `Truth.book`)."""
        return self._truth.book(conid, levels, exchange)

    def wants_market_data(self, conid: int) -> None:
        """Note that the client asked for this instrument's market data, in whatever form."""
        self.lines.open(conid, self.clock.ms())

    def tell_status(self) -> None:
        """Send `sts`, and `act` where there is a brokerage session, on every socket."""
        for connection in self.connections:
            connection.tell_status()

    def log_in(self) -> None:
        """A person logs in with the browser."""
        self.login.log_in()
        self.login.authenticated_at_ms, self.login.last_request_ms = self.now_ms, self.clock.ms()
        self.new_session()
        self.tell_status()

    def log_out(self) -> None:
        """End both tiers of the session."""
        self.login.log_out()
        self.new_session()
        self.tell_status()

    def initialise(self, *, compete: bool) -> None:
        """Open a brokerage session, where one can be opened."""
        self.login.initialise(compete=compete)
        self.new_session()
        self.tell_status()

    def count_connection(self) -> int:
        """The number of a new websocket, from 1."""
        self._connections_made += 1
        return self._connections_made

    def new_session(self) -> None:
        """Forget what belonged to the brokerage session before."""
        self.lines.close_all()
        self.desk.forget()

    def lose_brokerage_session(self) -> None:
        """End the brokerage session and the chain of questions with it; an init opens a new one."""
        self.login.authenticated = False
        self.new_session()
        self.tell_status()

    def drop_connections(self) -> int:
        """Close every websocket as a lost network does; how many there were."""
        dropped = len(self.connections)
        for connection in tuple(self.connections):
            connection.outbox.close()
        return dropped

    def switch_scenario(self, scenario: Scenario) -> None:
        """Go on under another scenario, with a login such as that scenario starts with."""
        self.day.end_all()
        self.scenario = scenario
        self.faults.follow(scenario.fault)
        session_id = self.login.session_id
        self.login = Login(scenario, self.random, self.now_ms, self.clock.ms())
        self.login.session_id = session_id
        self.new_session()
        self.pacing.release()
        self.tell_status()
        self.day.follow(scenario)

    def renew_sessions(self) -> None:
        """The nightly re-authentication: open sockets keep beating, but nothing more comes on their subscriptions."""
        self.login.renew()
        self.new_session()
        for connection in self.connections:
            connection.subscriptions.clear()


def _sorted(events: Sequence[Event]) -> Changes:
    quotes: set[int] = set()
    orders: list[OrderView] = []
    executions: list[Execution] = []
    for event in events:
        match event:
            case QuoteChanged(conid):
                quotes.add(conid)
            case OrderChanged(order):
                orders.append(order)
            case Executed(execution):
                executions.append(execution)
    return Changes(frozenset(quotes), orders, executions)
