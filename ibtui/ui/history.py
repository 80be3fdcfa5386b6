"""Lines entered at the `:` line."""

from __future__ import annotations

from typing import Final

HISTORY_LENGTH: Final = 200


class History:
    """Lines entered in this run, newest last, walked through with ↑ and ↓."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._place = 0

    def add(self, line: str) -> None:
        """Remember a line once, as the newest."""
        if line.strip():
            others = [known for known in self._lines if known != line]
            self._lines = [*others[1 - HISTORY_LENGTH :], line]
        self.rewind()

    def rewind(self) -> None:
        """Begin after the newest again."""
        self._place = len(self._lines)

    def walk(self, step: int) -> str | None:
        """The line a step away, blank past the newest; None where there is none older."""
        place = self._place + step
        if place < 0 or place > len(self._lines):
            return None
        self._place = place
        return self._lines[place] if place < len(self._lines) else ""
