"""What every topic is: something a client subscribed to, moved once a step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibtui.sim.gateway.gateway import Changes, Gateway
from ibtui.sim.gateway.wire import Fields, Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection


@dataclass(frozen=True, slots=True)
class Message:
    """A frame a client sent: `TOPIC+TARGET+{PARAMETERS}` ("Subscribing to Websocket Topics")."""

    verb: str
    targets: tuple[str, ...]
    arguments: Mapping[str, object]

    @property
    def topic(self) -> str:
        """Verb and targets as one text, which is how answers name their topic."""
        return "+".join((self.verb, *self.targets))


def parsed(text: str) -> Message:
    """The parts of a frame; arguments that are no JSON object count as none."""
    head, brace, tail = text.strip().partition("{")
    verb, *targets = head.split("+")
    try:
        arguments = json.loads(brace + tail) if brace else {}
    except ValueError:
        arguments = {}
    return Message(verb, tuple(each for each in targets if each), arguments if isinstance(arguments, dict) else {})


class Subscription:
    """One topic of one client; a subclass says something in `step` when there is something to say."""

    def __init__(self, connection: Connection, message: Message) -> None:
        self.connection = connection
        self.gateway: Gateway = connection.gateway
        self.message = message
        self.conid = 0
        """The contract it is about, 0 where it is about none."""
        self.since_ms = self.gateway.now_ms
        """Simulated time at which the client asked for it."""
        self.deaf = False
        """Nothing comes on it any more, though the client was told nothing."""
        self._started = False

    @property
    def key(self) -> str:
        """What it is found by when it is cancelled."""
        return self.message.topic

    @property
    def alive(self) -> bool:
        """Whether news of its topic reaches the client."""
        return not (self.deaf or self.connection.stale or self.connection.silent)

    def begin(self, wall_ms: int) -> None:
        """Start, unless nothing may come on it."""
        if not (self.deaf or self.connection.stale):
            self._started = True
            self.start(wall_ms)

    def deafen(self) -> None:
        """Let nothing come on it until it is revived."""
        self.deaf = True
        self.connection.outbox.forget(self)

    def revive(self, wall_ms: int) -> None:
        """Go on with what happens from now on; one that never began begins."""
        self.deaf = False
        if not self._started:
            self.begin(wall_ms)

    def start(self, wall_ms: int) -> None:
        """Say what is to be said at once."""

    def frame(self) -> bytes | None:
        """What there is to say now, for topics that wait in the outbox for their turn."""
        return None

    def step(self, wall_ms: int, changes: Changes) -> None:
        """React to what happened."""

    def send(self, payload: Fields) -> None:
        """Queue a frame that must not be lost."""
        self.connection.send(payload)


def texts(value: object) -> list[str]:
    """The strings of a JSON array; nothing where it is none."""
    return [str(item) for item in value] if isinstance(value, list) else []


def changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> Fields:
    """Entries of `after` that differ from `before`."""
    return {name: value for name, value in after.items() if name not in before or before[name] != value}
