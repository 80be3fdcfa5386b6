"""Turns cells into bytes, and remembers where the cursor stands and in which colours."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from ibtui.ui.paint.cells import Line
from ibtui.ui.paint.inks import RESET, can_erase, change, of_blank

ERASED_AT_LEAST: Final = 12
"""Blanks that are erased rather than written: the two codes for it take 9 or 10 bytes."""


class Pen:
    """Writes runs of cells one after the other; `finish` gives the text, whose end is in no colours."""

    def __init__(self, *, saves: bool = False) -> None:
        self._out: list[str] = []
        self._ink = ""
        self._place = (-1, -1)
        self._saves = saves
        """Whether long blanks are erased rather than written, and short ones written in any codes that look the same:
        fewer bytes, more work."""
        self.size = 0
        """Bytes so far."""

    def clear(self) -> None:
        """Erase the whole terminal; the first thing that is written."""
        self._say("\x1b[H\x1b[J")
        self._place = (0, 0)

    def run(self, y: int, x: int, line: Line, first: int, end: int, *, is_last: bool = False) -> None:
        """Cells first … end of a line whose cell 0 lies at `x`; `is_last` where the terminal's line ends with them."""
        self._move(y, x + first)
        if not self._saves:
            self._cells(line, first, end)
            return
        for ink, group in groupby(range(first, end), lambda i: line.inks[i] if line.chars[i] == " " else None):
            places = list(group)
            start, stop = places[0], places[-1] + 1
            self._move(y, x + start)
            if ink is not None and stop - start >= ERASED_AT_LEAST and can_erase(ink):
                if not can_erase(self._ink):
                    self._say(change(self._ink, ink))
                    self._ink = ink
                self._say("\x1b[K" if is_last and stop == end else f"\x1b[{stop - start}X")
            else:
                self._cells(line, start, stop)

    def finish(self) -> str:
        """Everything written."""
        if self._ink:
            self._say(RESET)
            self._ink = ""
        return "".join(self._out)

    def _cells(self, line: Line, first: int, end: int) -> None:
        chars, inks, place = line.chars, line.inks, first
        while place < end:
            ink, stop = inks[place], place + 1
            while stop < end and inks[stop] == ink:
                stop += 1
            text = "".join(chars[place:stop])
            if ink != self._ink and not (self._saves and not text.strip(" ") and of_blank(self._ink) == of_blank(ink)):
                self._say(change(self._ink, ink))
                self._ink = ink
            self._say(text)
            place = stop
        y, x = self._place
        self._place = (y, x + end - first)

    def _move(self, y: int, x: int) -> None:
        """Go to a cell; within a line by its column alone."""
        if self._place == (y, x):
            return
        if self._place[0] == y:
            self._say(f"\x1b[{x + 1}G")
        else:
            self._say(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._place = (y, x)

    def _say(self, text: str) -> None:
        self._out.append(text)
        self.size += len(text) if text.isascii() else len(text.encode())
