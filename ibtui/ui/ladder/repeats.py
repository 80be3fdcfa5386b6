"""A key held down trades once: its repeats do nothing. Pure."""

from __future__ import annotations

HELD_SECONDS = 1.0
"""A key that follows itself sooner is held down: longer than the first pause of a held key (X.org waits 660 ms,
Windows at most 1 s), after which repeats come every 30–100 ms and each starts the second anew."""


class Repeats:
    """Which keys of the ladder are repeats; every key must pass here, those that do not trade too."""

    def __init__(self) -> None:
        self._key = ""
        self._struck = 0.0

    def is_held(self, key: str, struck: float) -> bool:
        """Whether the key (Textual's name of it) only repeats the one before; asking counts as seeing it.

        `struck` is when it went down, in the seconds of the key event itself: keys that waited while the program was
        busy must not seem farther apart than they were.
        """
        held = key == self._key and struck - self._struck < HELD_SECONDS
        self._key, self._struck = key, max(struck, self._struck)
        return held


def held_words(label: str) -> str:
    """Why nothing was done; `label` is the key as the footer shows it."""
    return f"{label} is held down: nothing was sent for its repeats. Let go for a second, or press another key between"
