"""What the ladder says of its keys, and what the app says meanwhile: in its own lines, where no toast hides prices."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Protocol, runtime_checkable

from msgspec import Struct

KEPT_SECONDS: Final = 12.0
"""How long a remark stays."""
QUIET_SECONDS: Final = 3.0
"""The same refusal so soon again is not said anew: a key held down says it once."""
AT_ONCE: Final = 2
"""Remarks in sight, the newest first."""
ARMING: Final = ("armed", "disarmed")
"""First words of remarks of which only the newest is true."""


@runtime_checkable
class Attentive(Protocol):
    """A screen that must know of some things before any message comes to it."""

    def hear(self, text: str, severity: str) -> bool:
        """Show what the app says, or give False to have it shown as a toast."""
        ...

    def leave(self) -> None:
        """Another screen is about to be current."""
        ...


class Remark(Struct, frozen=True):
    """A line of words."""

    text: str
    tone: str
    """plain or warn."""
    told: float
    """Session seconds."""


class Remarks:
    """The newest remarks of one ladder; `say` is the app's way of telling and logging a warning."""

    def __init__(self, now: Callable[[], float], say: Callable[[str], None]) -> None:
        self._now = now
        self._say = say
        self._told: deque[Remark] = deque(maxlen=AT_ONCE)
        self._refused = ("", 0.0)

    @property
    def newest(self) -> Sequence[Remark]:
        """Those that are new, the newest first."""
        now = self._now()
        return [remark for remark in reversed(self._told) if now - remark.told < KEPT_SECONDS]

    def tell(self, text: str, tone: str = "plain") -> None:
        """Say what was done; what was said just before is not said twice, and no older word on arming stays."""
        if self._told and self._told[-1].text == text:
            self._told.pop()
        for remark in [remark for remark in self._told if _is_of_arming(text) and _is_of_arming(remark.text)]:
            self._told.remove(remark)
        self._told.append(Remark(text, tone, self._now()))

    def refuse(self, text: str) -> None:
        """Say why nothing was done, here and in the log."""
        before, when = self._refused
        self._refused = (text, self._now())
        if text != before or self._now() - when >= QUIET_SECONDS:
            self._say(text)
        self.tell(text, "warn")


def _is_of_arming(text: str) -> bool:
    return text.casefold().startswith(ARMING)
