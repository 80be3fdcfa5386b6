"""A few lines of words that say what is about to happen, or why nothing did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.content import Content
from textual.widgets import Static

NARROW: Final = 90
"""Cells below which most orders take three lines."""
LOW: Final = 20
"""Lines of a terminal below which none is kept free."""
STYLES: Final = {"order": "bold on $surface", "warn": "bold $warn", "plain": "$foreground"}
"""Tones a line may have."""

Line = tuple[str, str]
"""Words and their tone."""


class WordLines(Static):
    """Plain text, wrapped at words and never cut; it keeps its least height so that nothing beside it jumps."""

    DEFAULT_CSS = """
    WordLines {
        width: 1fr; height: auto; min-height: 2; padding: 0 1; background: $background; color: $foreground;
        &.-narrow { min-height: 3; }
        &.-low { min-height: 1; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", markup=False, id=id)
        self._lines: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """What it says."""
        return "\n".join(words for words, _ in self._lines)

    def on_resize(self, event: events.Resize) -> None:
        """Few cells need more lines for the same words."""
        self.set_class(event.size.width < NARROW, "-narrow")
        self.set_class(self.app.size.height < LOW, "-low")

    def show(self, lines: Sequence[Line]) -> None:
        """Say this from now on; paints only what is new."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.update(Content("\n").join(Content.styled(words, STYLES[tone]) for words, tone in lines))
