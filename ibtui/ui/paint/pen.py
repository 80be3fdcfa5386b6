"""Turns cells into bytes, and remembers where the cursor stands and in which colours."""

from __future__ import annotations

from itertools import groupby

from ibtui.ui.paint.cells import Line
from ibtui.ui.paint.inks import RESET, can_erase, change, of_blank


class Pen:
    """Writes runs of cells one after the other; `finish` gives the text, whose end is in no colours."""

    def __init__(self, *, saves: bool = False) -> None:
        self._out: list[str] = []
        self._ink = ""
        self._place = (-1, -1)
        self._is_sure = False
        """Whether only characters were written since the cursor was put somewhere that no terminal takes for wide."""
        self._saves = saves
        """Whether long blanks are erased rather than written, short ones written in any codes that look the same, and
        the cursor moved by the shortest code: fewer bytes, more work."""
        self.size = 0
        """Bytes so far."""

    def clear(self, y: int) -> None:
        """Erase the terminal from a line on; the first thing that is written."""
        self._move(y, 0)
        self._say("\x1b[J")

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
            code = "\x1b[K" if is_last and stop == end else f"\x1b[{stop - start}X"
            onwards = 0 if stop == end else len(code)  # to go on behind them takes another code
            if ink is not None and stop - start > len(code) + onwards and can_erase(ink):
                if not can_erase(self._ink):
                    self._say(change(self._ink, ink))
                    self._ink = ink
                self._say(code)
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
            self._is_sure &= text.isascii()
            place = stop
        y, x = self._place
        self._place = (y, x + end - first)

    def _move(self, y: int, x: int) -> None:
        """Go to a cell; within a line by its column alone."""
        if self._place == (y, x):
            return
        column = f";{x + 1}" if x else ""
        code = f"\x1b[{x + 1}G" if self._place[0] == y else f"\x1b[{y + 1}{column}H"
        step = self._step(y, x) if self._saves else None
        if step is None or len(step) >= len(code):
            self._is_sure = True
            step = code
        self._say(step)
        self._place = (y, x)

    def _step(self, y: int, x: int) -> str | None:
        """The code that goes to a cell from where the cursor stands; None where that is not certain, or goes back."""
        line, column = self._place
        if not self._is_sure or y != line or x < column:
            return None
        return f"\x1b[{x - column}C" if x - column > 1 else "\x1b[C"

    def _say(self, text: str) -> None:
        self._out.append(text)
        self.size += len(text) if text.isascii() else len(text.encode())
