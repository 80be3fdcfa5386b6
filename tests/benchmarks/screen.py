"""What a terminal shows after each piece of output: characters and grounds alone, quick enough for a million bytes.

pyte is the judge of it (`tests/benchmarks/test_screen.py`); unlike pyte it knows REP, which curses writes.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from typing import Final

TOKEN: Final = re.compile(
    r"\x1b\[([<-?]*)([\d;:]*)[ -/]*([@-~])|(\x1b[=>78cDEHM])|\x1b[()*+#].|\x1b[\]P_^X].*?(?:\x07|\x1b\\)"
    r"|([\x00-\x1a\x1c-\x1f\x7f])|([^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
PLAIN: Final = (False, "")
Ground = tuple[bool, str]
"""Whether a cell is reversed, and the parameters of its background."""


class Screen:
    """Text and grounds by row and column, both from 0."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._ground: Ground = PLAIN
        self._last = " "
        self._saved = (0, 0)
        self.touched: set[int] = set()
        """Rows written to since whoever looks emptied it."""
        self.application_keys = False
        """Whether the program asked for arrow keys in their other form (DECCKM), as curses does."""
        self._wrap = False
        self._clear()

    def feed(self, data: bytes) -> None:
        """Take output; what is cut in the middle waits for the rest."""
        text = self._rest + self._decoder.decode(data)
        place = 0
        while place < len(text):
            found = TOKEN.match(text, place)
            if found is None:
                break
            if found[6] is not None:
                self._write(found[6])
            elif found[3] is not None:
                self._control(found[1], found[2], found[3])
            elif found[5] is not None:
                self._move(found[5])
            elif found[4] is not None:
                self._escape(found[4][1])
            place = found.end()
        self._rest = text[place:]

    def line(self, row: int) -> str:
        """A row's characters."""
        return "".join(self._cells[row])

    def ground(self, row: int, column: int) -> Ground:
        """How a cell is backed."""
        return self._grounds[row][column]

    def text(self) -> str:
        """All rows, blanks at their ends cut."""
        return "\n".join(self.line(row).rstrip() for row in range(self.rows))

    def _clear(self) -> None:
        self._cells = [[" "] * self.columns for _ in range(self.rows)]
        self._grounds = [[self._ground] * self.columns for _ in range(self.rows)]
        self._row = self._column = 0
        self._top, self._bottom = 0, self.rows - 1
        self.touched.update(range(self.rows))

    def _write(self, text: str) -> None:
        for start in range(0, len(text), self.columns):
            self._write_some(text[start : start + self.columns])

    def _write_some(self, text: str) -> None:
        while text:
            if self._wrap:
                self._column = 0
                self._down()
            part, text = text[: self.columns - self._column], text[self.columns - self._column :]
            stop = self._column + len(part)
            self._cells[self._row][self._column : stop] = part
            self._grounds[self._row][self._column : stop] = [self._ground] * len(part)
            self.touched.add(self._row)
            self._last = part[-1]
            self._wrap = stop == self.columns
            self._column = min(stop, self.columns - 1)

    def _move(self, character: str) -> None:
        self._wrap = False
        if character == "\r":
            self._column = 0
        elif character in "\n\x0b\x0c":
            self._down()
        elif character == "\b":
            self._column = max(0, self._column - 1)
        elif character == "\t":
            self._column = min(self.columns - 1, self._column // 8 * 8 + 8)

    def _down(self) -> None:
        self._wrap = False
        if self._row == self._bottom:
            self._scroll(self._top, 1)
        else:
            self._row = min(self.rows - 1, self._row + 1)

    def _scroll(self, top: int, by: int) -> None:
        """Move the rows from `top` to the bottom of the region up, or down where `by` is negative."""
        count = min(abs(by), self._bottom + 1 - top)
        blanks = [[" "] * self.columns for _ in range(count)]
        grounds = [[self._ground] * self.columns for _ in range(count)]
        for grid, fresh in ((self._cells, blanks), (self._grounds, grounds)):
            part = grid[top : self._bottom + 1]
            grid[top : self._bottom + 1] = part[count:] + fresh if by > 0 else fresh + part[: len(part) - count]  # type: ignore[operator,assignment]  # each grid with blanks of its own kind
        self.touched.update(range(top, self._bottom + 1))

    def _escape(self, name: str) -> None:
        if name == "7":
            self._saved = (self._row, self._column)
        elif name == "8":
            self._row, self._column = self._saved
        elif name == "M" and self._row == self._top:
            self._scroll(self._top, -1)
        elif name == "M":
            self._row = max(0, self._row - 1)
        elif name in "DE":
            self._column = 0 if name == "E" else self._column
            self._down()

    def _control(self, private: str, parameters: str, name: str) -> None:
        if private:
            if name == "h" and parameters in ("1049", "47"):
                self._clear()
            elif parameters == "1" and name in "hl":
                self.application_keys = name == "h"
            return
        if name == "m":
            self._ground = ground_after(self._ground, parameters)
            return
        numbers = [int(part or 0) for part in parameters.split(";")] if ":" not in parameters else [0]
        act = _ACTS.get(name)
        if act is not None:
            if name != "b":
                self._wrap = False
            act(self, numbers)

    def _go(self, row: int, column: int) -> None:
        self._row, self._column = max(0, min(self.rows - 1, row)), max(0, min(self.columns - 1, column))

    def _blank(self, row: int, start: int, stop: int) -> None:
        count = min(stop, self.columns) - start
        self._cells[row][start : start + count] = [" "] * count
        self._grounds[row][start : start + count] = [self._ground] * count
        self.touched.add(row)

    def _erase_line(self, how: int) -> None:
        start, stop = (self._column, self.columns), (0, self._column + 1)
        self._blank(self._row, *(start, stop, (0, self.columns))[how])

    def _erase(self, how: int) -> None:
        self._erase_line(min(how, 2))
        for row in range(self.rows):
            if how >= 2 or (how == 0 and row > self._row) or (how == 1 and row < self._row):
                self._blank(row, 0, self.columns)

    def _push(self, by: int) -> None:
        """Take lines out below the cursor, or put blank ones in where `by` is negative."""
        self._column = 0
        self._scroll(self._row, by)

    def _shift(self, by: int) -> None:
        """Move the rest of the line right by blanks, or left where `by` is negative."""
        for grid, blank in ((self._cells, " "), (self._grounds, self._ground)):
            line: list[object] = grid[self._row]  # type: ignore[assignment]  # characters or grounds, moved alike
            rest = line[self._column :]
            fresh = [blank] * min(abs(by), len(rest))
            line[self._column :] = (fresh + rest)[: len(rest)] if by > 0 else rest[len(fresh) :] + fresh
        self.touched.add(self._row)

    def _region(self, numbers: list[int]) -> None:
        self._top = max(0, (numbers[0] or 1) - 1)
        self._bottom = min(self.rows, (numbers[1] if len(numbers) > 1 else 0) or self.rows) - 1
        self._row = self._column = 0


def ground_after(ground: Ground, parameters: str) -> Ground:
    """The ground after an SGR with these parameters."""
    reverse, back = ground
    parts = parameters.replace(":", ";").split(";")
    while parts:
        part = parts.pop(0).lstrip("0")
        if part == "":
            reverse, back = PLAIN
        elif part in ("7", "27"):
            reverse = part == "7"
        elif part in ("38", "48"):
            count = 2 if parts[:1] == ["5"] else 4
            back = ";".join(parts[:count]) if part == "48" else back
            del parts[:count]
        elif part == "49":
            back = ""
        elif part.isdigit() and (40 <= int(part) <= 47 or 100 <= int(part) <= 107):
            back = part
    return reverse, back


def _n(numbers: list[int]) -> int:
    return max(1, numbers[0])


_ACTS: Mapping[str, Callable[[Screen, list[int]], None]] = {
    "H": lambda s, n: s._go(_n(n) - 1, max(1, n[1] if len(n) > 1 else 1) - 1),
    "f": lambda s, n: s._go(_n(n) - 1, max(1, n[1] if len(n) > 1 else 1) - 1),
    "A": lambda s, n: s._go(s._row - _n(n), s._column),
    "B": lambda s, n: s._go(s._row + _n(n), s._column),
    "e": lambda s, n: s._go(s._row + _n(n), s._column),
    "C": lambda s, n: s._go(s._row, s._column + _n(n)),
    "a": lambda s, n: s._go(s._row, s._column + _n(n)),
    "D": lambda s, n: s._go(s._row, s._column - _n(n)),
    "E": lambda s, n: s._go(s._row + _n(n), 0),
    "F": lambda s, n: s._go(s._row - _n(n), 0),
    "G": lambda s, n: s._go(s._row, _n(n) - 1),
    "`": lambda s, n: s._go(s._row, _n(n) - 1),
    "d": lambda s, n: s._go(_n(n) - 1, s._column),
    "J": lambda s, n: s._erase(n[0]),
    "K": lambda s, n: s._erase_line(min(n[0], 2)),
    "X": lambda s, n: s._blank(s._row, s._column, s._column + _n(n)),
    "@": lambda s, n: s._shift(_n(n)),
    "P": lambda s, n: s._shift(-_n(n)),
    "L": lambda s, n: s._push(-_n(n)),
    "M": lambda s, n: s._push(_n(n)),
    "S": lambda s, n: s._scroll(s._top, _n(n)),
    "T": lambda s, n: s._scroll(s._top, -_n(n)),
    "b": lambda s, n: s._write(s._last * _n(n)),
    "r": lambda s, n: s._region(n),
}
"""What a control does, by its last character."""
