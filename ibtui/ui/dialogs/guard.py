"""Which key may decide: never one that was typed ahead, held down or already used.

A dialog that decides something hears a key as a decision only when all of this holds:

* the dialog has not decided yet;
* it was painted, and the key was typed after that (by the key event's own time, so that keys waiting in a queue while
  the program was busy do not count);
* at least `GUARD_SECONDS` of the session clock have passed since it was painted;
* no other character was typed during the last `GUARD_SECONDS`: in `:buy 10 NVDA` neither `y` nor `A` is an answer;
* the same key was not seen by any dialog during the last `QUIET_SECONDS`. A key held down repeats every 30–100 ms after
  a first pause of up to 660 ms, and every repeat starts the second anew: it confirms one question at most, for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from textual import events
from textual.app import App
from textual.message import Message

GUARD_SECONDS = 0.3
"""A dialog younger than this cannot have been read."""

QUIET_SECONDS = 1.0
"""Longer than the first pause of a held key (X.org waits 660 ms, Windows at most 1 s)."""

TEXT = "text"
"""Under which name the newest character of any kind is remembered."""

Pressed = dict[str, float]
"""Session seconds at which each key was last seen by a dialog."""

_seen: WeakKeyDictionary[App[None], Pressed] = WeakKeyDictionary()


def pressed_keys(app: App[None]) -> Pressed:
    """The keys dialogs of this app have seen: one record for all of them, so that a chain of dialogs shares it."""
    return _seen.setdefault(app, {})


class KeyGuard:
    """The guard of one dialog."""

    def __init__(self, now: Callable[[], float], pressed: Pressed) -> None:
        self._now = now
        self._pressed = pressed
        self._painted: float | None = None
        self._stamp = 0.0
        self.decided = False
        """Set once by `decide`; later keys and clicks are ignored."""

    def painted(self) -> None:
        """The dialog is on screen from now on."""
        if self._painted is None:
            self._painted = self._now()
            self._stamp = Message().time

    def covered(self) -> None:
        """The dialog is not on screen any more; when it comes back it must be read again."""
        self._painted = None

    def hears(self, event: events.Key | events.Click) -> bool:
        """Whether this key (or click) may decide; asking counts as seeing the key."""
        key = event.key if isinstance(event, events.Key) else "click"
        now = self._now()
        last, text = self._pressed.get(key), self._pressed.get(TEXT)
        self._pressed[key] = now
        if text is not None and now - text < GUARD_SECONDS:
            return False
        if self.decided or self._painted is None or event.time < self._stamp:
            return False
        return now - self._painted >= GUARD_SECONDS and (last is None or now - last >= QUIET_SECONDS)

    def typed(self, event: events.Key) -> None:
        """Remember that a character came, whatever it did: what follows at once is text, no decision."""
        if event.is_printable:
            self._pressed[TEXT] = self._now()

    def saw(self, key: str) -> None:
        """Remember a key that did something else, so that its repeats decide nothing in the dialog that follows."""
        self._pressed[key] = self._now()

    def decide(self) -> bool:
        """Take the one decision; False when it was taken already."""
        first = not self.decided
        self.decided = True
        return first
