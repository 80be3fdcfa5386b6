"""Events of the websocket: cut, silent, with dead subscriptions, or refusing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.day.event import DayEvent
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.day.wanted import Wanted
    from ibtui.sim.gateway.gateway import Gateway
    from ibtui.sim.gateway.ws.connection import Connection
    from ibtui.sim.gateway.ws.subscription import Subscription

TOPICS = ("smd", "smh", "sbd", "sor", "str", "spl", "ssd", "sld")
_GROUPS = {"all": TOPICS, "account": ("spl", "ssd", "sld")}
REFUSALS = 17
"""How often `sor` was refused of 20 times (wire-facts §2)."""


class SocketCut(DayEvent):
    """Every websocket is cut, and for a while, if asked for, none can be opened."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._abrupt = wanted.flag("abrupt", default=True)
        self._span = wanted.span(gateway, seconds=0.0)

    def begin(self) -> None:
        """Cut them."""
        self._span.start()
        if self._abrupt and (door := self.gateway.network.door) is not None:
            door.cut(websockets_only=True)
        self.gateway.drop_connections()

    @property
    def active(self) -> bool:
        """For its time."""
        return not self._span.over

    @property
    def refuses_sockets(self) -> bool:
        """As long as it is active."""
        return self.active


class SocketSilent(DayEvent):
    """Sockets stay open and not a byte comes from them, not even a heartbeat."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._new = wanted.flag("new", default=False)
        self._span = wanted.span(gateway)
        self._silenced: list[Connection] = []

    def begin(self) -> None:
        """Silence those that are open."""
        self._span.start()
        self._silenced = list(self.gateway.connections)
        for connection in self._silenced:
            connection.silence(silenced=True)

    def end(self) -> None:
        """Let them speak on."""
        for connection in self.gateway.connections:
            connection.silence(silenced=False)

    @property
    def active(self) -> bool:
        """Until no silenced socket is left, or for its time where new ones are silent too."""
        left = self._new or any(connection in self.gateway.connections for connection in self._silenced)
        return left and not self._span.over

    @property
    def silences(self) -> bool:
        """Whether new ones are silent too."""
        return self._new

    def details(self) -> Fields:
        """How many sockets are silent."""
        return {"silent": sum(connection.silent for connection in self.gateway.connections)}


class DeadSubscriptions(DayEvent):
    """The heartbeat goes on, and nothing comes on the subscriptions of some topics."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._topics = _topics(wanted.texts("topics", ("all",)))
        self._cure = wanted.choice("cure", ("resubscribe", "reconnect", "none"))
        self._span = wanted.span(gateway)
        self._sockets: list[Connection] = []

    def begin(self) -> None:
        """Deafen the subscriptions there are."""
        self._span.start()
        self._sockets = list(self.gateway.connections)
        for subscription in self._struck():
            subscription.deafen()

    def end(self) -> None:
        """Let them go on."""
        for subscription in self._struck():
            if subscription.deaf:
                subscription.revive(self.gateway.clock.ms())

    @property
    def active(self) -> bool:
        """Until all are cured, or for its time."""
        if self._span.over:
            return False
        match self._cure:
            case "resubscribe":
                return any(subscription.deaf for subscription in self._struck())
            case "reconnect":
                return any(socket in self.gateway.connections for socket in self._sockets)
        return True

    def deafens(self, connection: Connection, key: str) -> bool:
        """Whether this is no cure."""
        if key[:3] not in self._topics or not self.active:
            return False
        return self._cure == "none" or (self._cure == "reconnect" and connection in self._sockets)

    def details(self) -> Fields:
        """Keys of the subscriptions that are dead now."""
        keys = sorted({subscription.key for subscription in self._struck() if subscription.deaf})
        return {"topics": list(self._topics), "cure": self._cure, "dead": list(keys)}

    def _struck(self) -> list[Subscription]:
        return [
            subscription
            for connection in self.gateway.connections
            for subscription in connection.subscriptions.values()
            if subscription.key[:3] in self._topics
        ]


class UnableToSubscribe(DayEvent):
    """Subscriptions are refused so many times, on whatever socket."""

    def __init__(self, gateway: Gateway, wanted: Wanted) -> None:
        super().__init__(gateway)
        self._topics = _topics(wanted.texts("topics", ("sor",)))
        self._span = wanted.strokes(gateway, times=REFUSALS)

    def begin(self) -> None:
        """Count from now."""
        self._span.start()

    @property
    def active(self) -> bool:
        """Until all refusals are used up."""
        return not self._span.over

    def unable(self, topic: str) -> bool:
        """Refuse one."""
        if topic not in self._topics or not self.active:
            return False
        self._span.use()
        return True

    def details(self) -> Fields:
        """How many are left."""
        return {"topics": list(self._topics), "times_left": self._span.times_left}


def _topics(words: tuple[str, ...]) -> tuple[str, ...]:
    found = dict.fromkeys(topic for word in words for topic in _GROUPS.get(word, (word,)))
    if wrong := [topic for topic in found if topic not in TOPICS]:
        raise ValueError(f"unknown topics {', '.join(wrong)}; there are: {', '.join((*TOPICS, *_GROUPS))}")
    return tuple(found)
