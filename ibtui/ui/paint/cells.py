"""Lines of a terminal cell by cell, and the runs of cells in which two of them differ."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from operator import ne
from typing import Final

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from textual.strip import Strip

from ibtui.ui.widths import is_narrow

BRIDGE: Final = 4
"""Unchanged cells that are written again rather than jumped over: moving the cursor takes about as many bytes."""


class Line:
    """Cells of one line: what stands in each, and the escape codes of its colours."""

    __slots__ = ("chars", "inks")

    def __init__(self) -> None:
        self.chars: list[str] = []
        """A character with its combining marks; blank in the second cell of a wide one."""
        self.inks: list[str] = []

    def add(self, strip: Iterable[Segment], system: ColorSystem) -> None:
        """Append the cells of a strip, or of some of its segments."""
        for text, style, control in strip:
            if control:
                continue
            ink = "" if style is None else Strip.render_ansi(style, system)
            if text.isascii() or is_narrow(text):
                self.chars.extend(text)
                self.inks.extend([ink] * len(text))
            else:
                self._add_wide(text, ink)

    def _add_wide(self, text: str, ink: str) -> None:
        for char in text:
            width = cell_len(char)
            if width == 0:
                if not self.chars:  # of a character outside
                    continue
                self.chars[-1 if self.chars[-1] or len(self.chars) == 1 else -2] += char
                continue
            self.chars += [char, *[""] * (width - 1)]
            self.inks += [ink] * max(1, width)

    def put(self, x: int, part: Line) -> None:
        """Replace the cells from `x` on; as on a terminal, no half of a wide character outlives the other."""
        end = x + len(part.chars)
        if 0 < x < len(self.chars) and not self.chars[x]:
            self.chars[x - 1] = " "
        if end < len(self.chars) and not self.chars[end]:
            self.chars[end] = " "
        self.chars[x:end] = part.chars
        self.inks[x:end] = part.inks


def changed_runs(old: Line, x: int, new: Line) -> list[tuple[int, int]]:
    """(first, end) of the cells of `new`, lying from `x` on, that differ from `old`; near runs are joined.

    None begins with the second cell of a wide character: what is written there would come a cell too early.
    """
    end = x + len(new.chars)
    if old.chars[x:end] == new.chars and old.inks[x:end] == new.inks:
        return []
    places = range(len(new.chars))
    differ = {
        *compress(places, map(ne, new.chars, old.chars[x:end])),
        *compress(places, map(ne, new.inks, old.inks[x:end])),
    }
    runs: list[tuple[int, int]] = []
    for i in sorted(differ):
        if runs and i - runs[-1][1] <= BRIDGE:
            runs[-1] = (runs[-1][0], i + 1)
        else:
            runs.append((i if new.chars[i] else max(0, i - 1), i + 1))
    return runs
