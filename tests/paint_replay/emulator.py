"""Terminals in memory: one that gets what the app writes, and lines read as such a terminal would show them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import pyte
from pyte.screens import Char
from rich.cells import cell_len

Cells = list[Char]
"""One line, a cell each: character, colours, bold, italics, underscore, strikethrough, reverse; `blink` is dim."""

HIDE_CURSOR: Final = "\x1b[?25l"
DIM: Final = 2
NOT_BOLD: Final = (0, 22)
COLOURS: Final = (38, 48)
MARKS: Final = dict.fromkeys(range(0x300, 0x370))
"""Combining marks that stand in the texts here: no cells of their own."""
REMEMBERED: Final = 20_000
"""Lines kept as they were read: few change from one step to the next."""


class Glass(pyte.Screen):
    """An emulator that does what pyte does not: it knows dim, and no half of a wide character outlives the other.

    Dim is kept where pyte keeps blinking, which nothing here uses. Where one half of a wide character is overwritten
    or erased, terminals (xterm, VTE, kitty, tmux) blank the other.
    """

    def __init__(self, columns: int, lines: int) -> None:
        self._wide: set[int] = set()
        """Lines on which a wide character was written."""
        self.erased: list[int] = []
        """Each line from which on all was erased."""
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        y = self.cursor.y
        if y in self._wide:
            self._part(y, self.cursor.x, self.cursor.x + cell_len(data))
        super().draw(data)
        if not data.isascii() and cell_len(data) > len(data.translate(MARKS)):
            self._wide.add(y)

    def erase_characters(self, count: int | None = None) -> None:
        self._part(self.cursor.y, self.cursor.x, self.cursor.x + (count or 1))
        super().erase_characters(count)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        if how == 0:
            self._part(self.cursor.y, self.cursor.x, self.columns)
        super().erase_in_line(how, private)

    def erase_in_display(self, how: int = 0, private: bool = False) -> None:
        if how == 2 or (how == 0 and self.cursor.x == 0):
            self.erased.append(0 if how == 2 else self.cursor.y)
        super().erase_in_display(how, private=private)

    def _part(self, y: int, first: int, end: int) -> None:
        """Blank the halves outside of cells that are about to be written."""
        line = self.buffer[y]
        if 0 < first < self.columns and not line[first].data:
            line[first - 1] = line[first - 1]._replace(data=" ")
        if end < self.columns and not line[end].data:
            line[end] = line[end]._replace(data=" ")

    def select_graphic_rendition(self, *attrs: int) -> None:
        super().select_graphic_rendition(*attrs)
        place = 0
        while place < len(attrs):
            code = attrs[place]
            if code in COLOURS:
                place += 4 if attrs[place + 1 : place + 2] == (2,) else 2
            elif code == DIM:
                self.cursor.attrs = self.cursor.attrs._replace(blink=True)
            elif code in NOT_BOLD:
                self.cursor.attrs = self.cursor.attrs._replace(blink=False)
            place += 1


class Emulator:
    """The terminal the app writes on; its lines are read again only where something was written."""

    def __init__(self, columns: int, lines: int) -> None:
        self.written = 0
        """Bytes."""
        self._attrs: Char | None = None
        self._new(columns, lines)

    def _new(self, columns: int, lines: int) -> None:
        self.screen = Glass(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed(HIDE_CURSOR)
        self._known: list[Cells] = [[] for _ in range(lines)]

    def feed(self, text: str) -> None:
        """Show what the app wrote."""
        self.written += len(text.encode())
        self._stream.feed(text)

    def resize(self, columns: int, lines: int) -> None:
        """Another size; what stood there is gone, for no terminal promises to keep it. Colours switched on stay on."""
        if (columns, lines) == (self.screen.columns, self.screen.lines):
            return
        attrs = self.screen.cursor.attrs
        self._new(columns, lines)
        self.screen.cursor.attrs = attrs
        self.spoil()

    def spoil(self) -> None:
        """Somebody else wrote all over it."""
        self.screen.alignment_display()

    def shows(self, lines: list[Cells]) -> None:
        """Let this stand on it."""
        for y, cells in enumerate(lines):
            self.screen.buffer[y].update(enumerate(cells))
            if any(not cell.data for cell in cells):
                self.screen._wide.add(y)
        self.screen.dirty.update(range(len(lines)))

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and line of the cursor; one that waits behind the last column stands in it."""
        return min(self.screen.cursor.x, self.screen.columns - 1), self.screen.cursor.y

    def lines(self) -> list[Cells]:
        """What it shows; a line in which nothing was written since is the same object as before."""
        buffer, columns = self.screen.buffer, range(self.screen.columns)
        for y in self.screen.dirty:
            if y < self.screen.lines:
                line = buffer[y]
                self._known[y] = [seen(line[x]) for x in columns]
        self.screen.dirty.clear()
        return self._known


@lru_cache(REMEMBERED)
def seen(cell: Char) -> Char:
    """A cell as it looks: of a blank only its ground is seen, and what is drawn under, through or instead of it."""
    if cell.data != " " or cell.underscore or cell.strikethrough or cell.reverse:
        return cell
    return cell._replace(fg="default", bold=False, italics=False, blink=False)


def shown(text: str, columns: int, lines: int) -> list[Cells]:
    """What a new terminal shows of this."""
    emulator = Emulator(columns, lines)
    emulator.feed(text)
    return emulator.lines()


@lru_cache(REMEMBERED)
def shown_line(text: str, columns: int) -> Cells:
    """What a new terminal of one line shows of this: a line of a whole repaint, as each begins and ends plain."""
    return shown(text, columns, 1)[0]
