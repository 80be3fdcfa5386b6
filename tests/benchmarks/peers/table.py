"""The table every peer shows: twelve columns of a watchlist, what changed in it, and where its cursor is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

PLAIN, STRONG, FAINT, UP, DOWN, BID, ASK = range(7)
"""Styles of a cell."""


class Place(NamedTuple):
    """One column."""

    title: str
    width: int
    field: str
    """Market data field it shows; blank is worked out here."""
    style: int = PLAIN


COLUMNS: Final = (
    Place("Symbol", 8, "", STRONG),
    Place("Last", 9, "31", STRONG),
    Place("", 1, "", UP),
    Place("Chg", 8, "82"),
    Place("Chg%", 8, "83"),
    Place("Size", 7, "88", FAINT),
    Place("Bid", 9, "84", BID),
    Place("Ask", 9, "86", ASK),
    Place("Size", 7, "85", FAINT),
    Place("Vol", 8, "87"),
    Place("High", 9, "70", FAINT),
    Place("Low", 9, "71", FAINT),
)
LAST, ARROW = 1, 2
SIGNED: Final = ("82", "83")
OF_FIELD: Final = {column.field: place for place, column in enumerate(COLUMNS) if column.field}
STARTS: Final = tuple(sum(column.width + 1 for column in COLUMNS[:place]) for place in range(len(COLUMNS)))
"""First cell of each column; a blank cell lies between two."""
WIDTH: Final = STARTS[-1] + COLUMNS[-1].width
HEADER: Final = 1
"""Lines above the first row."""


def laid(text: str, place: int) -> str:
    """A text in its column: symbols to the left, figures to the right, in exactly its width."""
    width = COLUMNS[place].width
    return f"{text[:width]:<{width}}" if place == 0 else f"{text[-width:]:>{width}}"


HEADING: Final = " ".join(laid(column.title, place) for place, column in enumerate(COLUMNS))


@dataclass
class Table:
    """Texts and styles of all cells; `changed` is emptied by whoever painted."""

    symbols: Mapping[int, str]
    """By conid, in the order of the rows."""
    cursor: int = 0
    changed: set[tuple[int, int]] = field(default_factory=set)
    """Row and column of cells that are to be painted."""

    def __post_init__(self) -> None:
        self.row_of = {conid: row for row, conid in enumerate(self.symbols)}
        self.texts = [[symbol] + [""] * (len(COLUMNS) - 1) for symbol in self.symbols.values()]
        self.texts = [[laid(text, place) for place, text in enumerate(row)] for row in self.texts]
        self.styles = [[column.style for column in COLUMNS] for _ in self.texts]
        self._lasts = [0.0] * len(self.texts)
        self.repaint()

    def repaint(self) -> None:
        """Let everything be painted."""
        for row in range(len(self.texts)):
            self._touch(row)

    def told(self, conid: int, values: Iterable[tuple[str, str]]) -> bool:
        """Take fields and their texts; whether a cell is to be painted."""
        row = self.row_of.get(conid)
        if row is None:
            return False
        before = len(self.changed)
        for name, value in values:
            place = OF_FIELD.get(name)
            if place is None:
                continue
            if name in SIGNED:
                self._style(row, place, DOWN if value.startswith("-") else UP)
            self._write(row, place, laid(value, place))
            if place == LAST:
                self._point(row, value)
        return len(self.changed) > before

    def move(self, by: int) -> None:
        """Move the cursor."""
        to = max(0, min(len(self.texts) - 1, self.cursor + by))
        self._touch(self.cursor)
        self._touch(to)
        self.cursor = to

    def _point(self, row: int, value: str) -> None:
        price = float(value.lstrip("CH") or 0)
        if self._lasts[row] and price != self._lasts[row]:
            rises = price > self._lasts[row]
            self._style(row, ARROW, UP if rises else DOWN)
            self._write(row, ARROW, "▲" if rises else "▼")
        self._lasts[row] = price

    def _write(self, row: int, place: int, text: str) -> None:
        if self.texts[row][place] != text:
            self.texts[row][place] = text
            self.changed.add((row, place))

    def _style(self, row: int, place: int, style: int) -> None:
        if self.styles[row][place] != style:
            self.styles[row][place] = style
            self.changed.add((row, place))

    def _touch(self, row: int) -> None:
        self.changed.update((row, place) for place in range(len(COLUMNS)))
