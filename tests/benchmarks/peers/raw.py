"""The smallest ANSI writer that could be made by hand: changed characters of changed cells, nothing repeated."""

from __future__ import annotations

import asyncio
import os
import sys
import tty
from typing import Final, NamedTuple

from tests.benchmarks.peers.feed import Pacer, arguments, read, rows_moved, table_of
from tests.benchmarks.peers.table import HEADER, HEADING, STARTS, STRONG, Table

SIXTEEN: Final = ("", "", "", "32", "31", "36", "33")
TRUECOLOR: Final = (
    "38;2;215;221;228",
    "38;2;215;221;228",
    "38;2;139;148;158",
    "38;2;63;185;80",
    "38;2;255;107;99",
    "38;2;108;182;255",
    "38;2;240;163;94",
)
"""Colours by style of `table`, those of ibtui's own themes."""
BOLD: Final = STRONG
GROUND, MARKED = "48;2;11;15;20", "48;2;36;70;111"
SHORT_GAP: Final = 2
"""Blank cells between two fields that are written again sooner than stepped over."""


class Pen(NamedTuple):
    """How characters are written."""

    bold: bool = False
    ink: str = ""
    reverse: bool = False
    ground: str = ""

    @property
    def whole(self) -> str:
        """Parameters that lead here from a reset."""
        parts = ("1" if self.bold else "", self.ink, "7" if self.reverse else "", self.ground)
        return ";".join(part for part in parts if part)

    def to(self, new: Pen) -> str:
        """The shortest SGR that leads to another one."""
        if self == new:
            return ""
        parts = []
        if self.bold != new.bold:
            parts.append("1" if new.bold else "22")
        if self.ink != new.ink:
            parts.append(new.ink or "39")
        if self.reverse != new.reverse:
            parts.append("7" if new.reverse else "27")
        if self.ground != new.ground:
            parts.append(new.ground or "49")
        return f"\x1b[{min(';'.join(parts), f';{new.whole}' if new.whole else '', key=len)}m"


class Writer:
    """Knows what is on the terminal, where its cursor stands and how it writes now."""

    def __init__(self, table: Table, *, truecolor: bool) -> None:
        self._table = table
        self._truecolor = truecolor
        self._shown: dict[tuple[int, int], tuple[str, Pen]] = {}
        self._at = (-1, -1)
        self._pen = Pen()

    def frame(self) -> bytes:
        """What makes the terminal show the table as it is now."""
        out: list[str] = []
        for row, place in sorted(self._table.changed):
            text, pen = self._table.texts[row][place], self._pen_of(row, place)
            known = self._shown.get((row, place))
            self._shown[row, place] = (text, pen)
            start, stop = 0, len(text)
            if known is not None and known[1] == pen:
                start, stop = _changed(known[0], text)
            if start < stop:
                out += (self._go(row + HEADER, STARTS[place] + start, pen), self._pen.to(pen), text[start:stop])
                self._at, self._pen = (row + HEADER, STARTS[place] + stop), pen
        self._table.changed.clear()
        return "".join(out).encode()

    def _pen_of(self, row: int, place: int) -> Pen:
        style, is_marked = self._table.styles[row][place], row == self._table.cursor
        if self._truecolor:
            return Pen(style == BOLD, TRUECOLOR[style], ground=MARKED if is_marked else GROUND)
        return Pen(style == BOLD, SIXTEEN[style], reverse=is_marked)

    def _go(self, row: int, column: int, pen: Pen) -> str:
        ahead = column - self._at[1]
        if self._at[0] != row or ahead < 0:
            return f"\x1b[{row + 1};{column + 1}H"
        is_gap = column in STARTS and ahead < SHORT_GAP and (pen.reverse, pen.ground) == self._pen[2:]
        return " " * ahead if is_gap or not ahead else f"\x1b[{ahead if ahead > 1 else ''}C"


def _changed(old: str, new: str) -> tuple[int, int]:
    """First and last-but-one character that differ in two texts of one length."""
    differing = [i for i, (before, now) in enumerate(zip(old, new, strict=True)) if before != now]
    return (differing[0], differing[-1] + 1) if differing else (0, 0)


async def main() -> None:
    """Run until killed."""
    options = arguments()
    table = table_of(options)
    writer = Writer(table, truecolor=options.truecolor)
    tty.setraw(sys.stdin)
    os.write(1, f"\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H{HEADING}".encode())
    pacer = Pacer(lambda: write(writer.frame()))

    def pressed() -> None:
        by = rows_moved(os.read(0, 64))
        if by:
            table.move(by)
            pacer.now()

    asyncio.get_running_loop().add_reader(0, pressed)
    pacer.now()
    await read(options.url, options.session, table, pacer.dirty)


def write(data: bytes) -> None:
    """Write all of it."""
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    asyncio.run(main())
