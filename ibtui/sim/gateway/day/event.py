"""What every event of the day is: something that begins, may strike requests and sockets, and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ibtui.sim.gateway.answers import Answer, TextAnswer
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway
    from ibtui.sim.gateway.ws.connection import Connection

Reply: TypeAlias = "Answer | TextAnswer"


class DayEvent:
    """An event on one gateway; whoever makes it has read its parameters, and nothing has happened yet."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def begin(self) -> None:
        """Let it happen."""

    def step(self, clock_ms: int) -> None:
        """Do what is due."""

    def end(self) -> None:
        """Undo what can be undone; called once, by whoever ends it or when it is over."""

    @property
    def active(self) -> bool:
        """Whether it still goes on; once False, it is over for good."""
        return False

    def details(self) -> Fields:
        """What a test may want to know beside it."""
        return {}

    def refuses(self, method: str, path: str) -> Reply | None:
        """What a request is answered before anybody looks who is logged in; None lets it through."""
        return None

    def replaces(self, method: str, path: str) -> Reply | None:
        """What a request of a logged-in user is answered in place of IBKR's servers; None lets it through."""
        return None

    def delay_ms(self, path: str) -> int:
        """By how much an answer is late, milliseconds of the gateway's clock."""
        return 0

    def unable(self, topic: str) -> bool:
        """Whether a subscription is refused with "unable to subscribe"."""
        return False

    def deafens(self, connection: Connection, key: str) -> bool:
        """Whether nothing comes on a subscription that begins now."""
        return False

    @property
    def silences(self) -> bool:
        """Whether a websocket opened now stays silent."""
        return False

    @property
    def refuses_sockets(self) -> bool:
        """Whether no websocket can be opened now."""
        return False

    @property
    def skew_ms(self) -> int:
        """How far it moves the gateway's clock, milliseconds."""
        return 0
