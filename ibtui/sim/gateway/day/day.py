"""The day: events that go on now, those that did, and the plan by which they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibtui.sim.gateway.day.event import DayEvent, Reply
from ibtui.sim.gateway.day.kinds import KINDS
from ibtui.sim.gateway.day.plan import Plan, Planned
from ibtui.sim.gateway.day.wanted import Wanted
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway
    from ibtui.sim.gateway.scenario import Scenario
    from ibtui.sim.gateway.ws.connection import Connection


@dataclass(slots=True)
class _Past:
    """What is remembered of an event, times in simulated Unix milliseconds and of the gateway's clock."""

    begun: int = 0
    since_ms: int | None = None
    since_clock_ms: int | None = None
    ended_ms: int | None = None
    details: Fields | None = None


class Day:
    """Events by name; at most one of each goes on at a time."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._events: dict[str, DayEvent] = {}
        self._past = {name: _Past() for name in KINDS}
        self._plan = Plan((), 0, 0)
        self._greeted_ms: int | None = None

    def begin(self, name: str, /, **parameters: object) -> Fields:
        """Begin an event, in place of one of that name; its row. ValueError says what is wrong, and nothing happens."""
        event = self._made(name, parameters)
        self.end(name)
        self._note_begin(name)
        self._events[name] = event
        event.begin()
        self._settle()
        return self._row(name)

    def end(self, name: str) -> Fields:
        """End an event, if it goes on; its row. ValueError where there is none of that name."""
        _known(name)
        if (event := self._events.pop(name, None)) is not None:
            event.end()
            self._past[name].ended_ms = self._gateway.now_ms
            self._past[name].details = event.details()
        return self._row(name)

    def end_all(self) -> None:
        """End every event that goes on."""
        for name in tuple(self._events):
            self.end(name)

    def active(self, name: str) -> bool:
        """Whether an event goes on."""
        _known(name)
        event = self._events.get(name)
        return event is not None and event.active

    def plan(self, planned: Sequence[Planned]) -> None:
        """Follow a plan in place of the one before; ValueError, and nothing changes, where a line makes no sense."""
        for each in planned:
            self._made(each.event, each.parameters)
        self._plan = Plan(planned, self._gateway.now_ms, self._gateway.clock.ms())

    def follow(self, scenario: Scenario) -> None:
        """End every event and follow a scenario's plan; the states it starts in count as events that go on."""
        self.end_all()
        starts = {
            "login-needed": not scenario.logged_in,
            "competing": scenario.competing,
            "maintenance": not scenario.brokerage_opens,
        }
        for name in (name for name, begins in starts.items() if begins):
            self._events[name] = self._made(name, {})
            self._note_begin(name)
        self.plan(scenario.plan)

    def greeted(self, clock_ms: int) -> None:
        """Note that a websocket was greeted."""
        if self._greeted_ms is None:
            self._greeted_ms = clock_ms

    def step(self, clock_ms: int) -> None:
        """Begin and end what is due."""
        self._plan.step(self._gateway.now_ms, clock_ms, self._greeted_ms, self._call)
        for event in tuple(self._events.values()):
            event.step(clock_ms)
        self._settle()

    def report(self) -> Fields:
        """Every event with its state, and the plan."""
        return {
            "time": self._gateway.now_ms,
            "clock_ms": self._gateway.clock.ms(),
            "session": self._gateway.login.session_id,
            "events": [self._row(name) for name in KINDS],
            "plan": self._plan.report(),
        }

    @property
    def listening(self) -> bool:
        """Whether a connect is not refused."""
        return self._gateway.network.listening

    @property
    def connects(self) -> bool:
        """Whether a new connection is answered: none is refused and none hangs."""
        return self._gateway.network.listening and self._gateway.network.accepting

    @property
    def streams_refused(self) -> bool:
        """Whether no websocket can be opened."""
        return any(event.refuses_sockets for event in self._events.values())

    @property
    def skew_ms(self) -> int:
        """How far the gateway's timestamps are off."""
        return sum(event.skew_ms for event in self._events.values())

    def refusal(self, method: str, path: str) -> Reply | None:
        """What a request is answered before anybody looks who is logged in."""
        found = (event.refuses(method, path) for event in self._events.values())
        return next((reply for reply in found if reply is not None), None)

    def replacement(self, method: str, path: str) -> Reply | None:
        """What a request is answered in place of IBKR's servers."""
        found = (event.replaces(method, path) for event in self._events.values())
        return next((reply for reply in found if reply is not None), None)

    def delay_ms(self, path: str) -> int:
        """By how much an answer is late."""
        return sum(event.delay_ms(path) for event in self._events.values())

    def unable(self, topic: str) -> bool:
        """Whether a subscription is refused without a reason."""
        return any(event.unable(topic) for event in self._events.values())

    def deafens(self, connection: Connection, key: str) -> bool:
        """Whether nothing comes on a subscription that begins now."""
        return any(event.deafens(connection, key) for event in self._events.values())

    def silences(self) -> bool:
        """Whether a websocket opened now stays silent."""
        return any(event.silences for event in self._events.values())

    def _made(self, name: str, parameters: Mapping[str, object]) -> DayEvent:
        _known(name)
        wanted = Wanted(parameters)
        event = KINDS[name].make(self._gateway, wanted)
        wanted.end()
        return event

    def _note_begin(self, name: str) -> None:
        past = self._past[name]
        past.begun += 1
        past.since_ms, past.since_clock_ms, past.ended_ms = self._gateway.now_ms, self._gateway.clock.ms(), None

    def _call(self, planned: Planned) -> None:
        if planned.end:
            self.end(planned.event)
        else:
            self.begin(planned.event, **planned.parameters)

    def _settle(self) -> None:
        for name, event in tuple(self._events.items()):
            if not event.active:
                self.end(name)

    def _row(self, name: str) -> Fields:
        past, event = self._past[name], self._events.get(name)
        row: dict[str, Json] = {
            "name": name,
            "summary": KINDS[name].summary,
            "active": event is not None and event.active,
            "begun": past.begun,
            "since": past.since_ms,
            "since_clock_ms": past.since_clock_ms,
            "ended": past.ended_ms,
            "details": event.details() if event is not None else past.details or {},
        }
        return row


def _known(name: str) -> None:
    if name not in KINDS:
        raise ValueError(f"unknown event {name!r}; there are: {', '.join(KINDS)}")
