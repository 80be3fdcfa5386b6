"""Keys that reached the ladder, what was on the screen when they went down, and which of them must not trade."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from msgspec import Struct
from textual import events

from ibtui.domain.contracts import ContractRules
from ibtui.ui.dialogs.guard import GUARD_SECONDS, QUIET_SECONDS, KeyGuard, Pressed
from ibtui.ui.ladder.repeats import Repeats, held_words
from ibtui.ui.ladder.view import LadderInput

AFTER_DIALOG: Final = "that key may have been meant for the dialog that has gone: press it again"


class Stroke(Struct, frozen=True):
    """A key that reached the ladder."""

    event: events.Key
    label: str
    """As people write it."""
    doubt: str = ""
    """Why it must not trade, in words."""
    is_held: bool = False
    """It only repeats the key before."""


class Sight(Struct, frozen=True):
    """What a key is about: what was on the screen when it went down, and what is known now."""

    shown: LadderInput
    """What was painted last before the key: joining and crossing take their prices from it."""
    source: LadderInput
    """The newest state, by which it is judged whether anything may be sent."""
    cursor: Decimal | None
    high: Decimal | None
    """Where the row above the cursor's begins; None without a cursor."""
    grid: ContractRules
    """The steps of the axis."""


class Keyboard:
    """Every key of one ladder passes here; times are those of the session clock, save the key's own."""

    def __init__(self, now: Callable[[], float], pressed: Pressed) -> None:
        self._now = now
        self._pressed = pressed
        self._repeats = Repeats()
        self._guard = KeyGuard(now, pressed)
        self._uncovered: float | None = None
        """When the newest dialog that lay over the ladder had gone."""
        self._heard: dict[str, float] = {}
        """Keys that dialog had heard just before, and when they came last: repeats of them are still the dialog's."""

    def take(self, event: events.Key, label: str) -> Stroke:
        """A key went down; its repeats decide nothing in a dialog that it opens (Enter is judged by its own guard)."""
        is_held = self._repeats.is_held(event.key, event.time)
        doubt = held_words(label) if is_held else ""
        if not doubt and self._is_of_dialog(event.key):
            doubt = f"{label}: {AFTER_DIALOG}"
        self._guard.typed(event)
        if event.key != "enter":
            self._guard.saw(event.key)
        return Stroke(event, label, doubt, is_held)

    def guard(self) -> KeyGuard:
        """A guard for what is shown from now on."""
        return KeyGuard(self._now, self._pressed)

    def uncovered(self) -> None:
        """A dialog lies no longer over the ladder."""
        now = self._uncovered = self._now()
        self._heard = {key: seen for key, seen in self._pressed.items() if now - seen < QUIET_SECONDS}

    def _is_of_dialog(self, key: str) -> bool:
        """Whether it comes so soon after a dialog had gone, or repeats a key the dialog heard."""
        now, heard = self._now(), self._heard.get(key)
        if heard is not None and now - heard < QUIET_SECONDS:
            self._heard[key] = now
            return True
        return self._uncovered is not None and now - self._uncovered < GUARD_SECONDS
