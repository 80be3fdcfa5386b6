"""What the harness saw of each submission, from the first byte to the exchange: the truth the laws are held to."""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field

from ibtui.domain.orders import Intent


@dataclass(slots=True)
class Deed:
    """One submission as the network and the exchange saw it."""

    key: str
    intent: Intent
    order_id: int | None = None
    left: int = 0
    """First requests (not replies) that left the session."""
    arrived: int = 0
    """Of these, how many the gateway was given."""
    executed: int = 0
    """How often the exchange carried it out."""
    placed: tuple[int, ...] = ()
    """Ids of the orders it made."""
    idle: bool = False
    """A change that asks for what the order is already."""
    seen: bool = True
    """A change that the order's row would show."""


@dataclass(slots=True)
class Deeds:
    """Every deed of a run by its key, and the questions on their way."""

    by_key: dict[str, Deed] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    """Key by reply id, of each question the gateway asked."""
    replies: Counter[str] = field(default_factory=Counter)
    """Replies that left, by reply id."""
    violations: list[str] = field(default_factory=list)

    def of(self, key: str, intent: Intent, order_id: int | None = None) -> Deed:
        """The deed of a key, begun if it is new."""
        return self.by_key.setdefault(key, Deed(key, intent, order_id))

    def wrong(self, law: str, words: str) -> None:
        """Note that a law was broken."""
        self.violations.append(f"{law}: {words}")


DOING: ContextVar[Deed | None] = ContextVar("DOING", default=None)
"""The deed whose request the gateway works on now."""
