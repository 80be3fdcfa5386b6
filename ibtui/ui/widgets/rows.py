"""Rows of a grid: their cells by key, the order they are shown in, and the cursor that stays on its key. Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence

from ibtui.ui.widgets.columns import Cell, Column, SortValue, is_blank

Key = int | str
Row = tuple[Key, Sequence[Cell]]
CellsOf = Callable[[Key], Sequence[Cell]]
"""Makes the cells of a row; called for rows that are looked at only."""
ValuesOf = Callable[[Sequence[Key], str], Iterable[SortValue]]
"""What rows are sorted by in a column (by its key): the value of each one's cell or, where that is None, its text; None
for a blank. Told all rows when they are sorted, so it should not make their cells."""


class Rows:
    """The model of a grid; the cells of a long list are made when its rows are looked at, by `draw_from`."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self.cells: dict[Key, tuple[Cell, ...]] = {}
        """Of the rows given with their cells; else of those looked at, until they change or are forgotten."""
        self.given: list[Key] = []
        """In the order given."""
        self.order: list[Key] = []
        """In the order shown."""
        self._known: tuple[Key, int] | None = None
        """A key and the place it was found at last."""
        self._cells_of: CellsOf | None = None
        self._values_of: ValuesOf = self._shown_values
        self.cursor: Key | None = None
        self.sort_column = ""
        """Key of the column sorted by; blank keeps the order given."""
        self.reverse = False

    def draw_from(self, cells_of: CellsOf, values_of: ValuesOf | None = None) -> None:
        """Make cells by these from now on."""
        self._cells_of = cells_of
        self._values_of = values_of or self._shown_values

    def row(self, key: Key) -> tuple[Cell, ...]:
        """The cells of a row, made if they are not there. Raises KeyError for an unknown key of given rows."""
        cells = self.cells.get(key)
        if cells is None:
            cells = self.cells[key] = self.made(key)
        return cells

    def made(self, key: Key) -> tuple[Cell, ...]:
        """The cells of a row as they are now. Raises KeyError where they were given and the key is unknown."""
        return tuple(self._cells_of(key)) if self._cells_of is not None else self.cells[key]

    def index(self, key: Key | None) -> int | None:
        """Place of a row in the order shown, None for a key without a row."""
        if key is None:
            return None
        if self._known is not None and self._known[0] == key:
            place = self._known[1]
            if place < len(self.order) and self.order[place] == key:
                return place
        try:
            place = self.order.index(key)
        except ValueError:
            return None
        self._known = (key, place)
        return place

    def replace(self, rows: Iterable[Row]) -> None:
        """Take other rows with their cells; the cursor stays on its key, or near its place when that key is gone."""
        cells = {key: tuple(cells) for key, cells in rows}
        place = self.index(self.cursor) or 0
        self.cells, self.given = cells, list(cells)
        self._settle(place)

    def point(self, keys: Sequence[Key]) -> None:
        """Take other rows by their keys alone; the cursor stays likewise."""
        place = self.index(self.cursor) or 0
        self.given = list(keys)
        self._settle(place)

    def forget(self, kept: Container[Key]) -> None:
        """Forget cells that can be made again, save these."""
        if self._cells_of is not None:
            self.cells = {key: cells for key, cells in self.cells.items() if key in kept}

    def arrange(self) -> bool:
        """Put the rows in order; tells whether the order changed. Blanks come last either way."""
        before = self.order
        known = any(column.key == self.sort_column for column in self._columns)
        self.order = self._sorted() if known else self.given
        return before != self.order

    def at(self, index: int) -> Key | None:
        """Key of the row at a place, the nearest one beyond the ends; None without rows."""
        return self.order[max(0, min(index, len(self.order) - 1))] if self.order else None

    def _settle(self, place: int) -> None:
        self.arrange()
        if self.index(self.cursor) is None:
            self.cursor = self.order[min(place, len(self.order) - 1)] if self.order else None

    def _sorted(self) -> list[Key]:
        """Figures by value, words by letters behind them, blanks last; rows alike keep the order given."""
        figures: dict[Key, float] = {}
        words: dict[Key, str] = {}
        blanks: list[Key] = []
        for key, value in zip(self.given, self._values_of(self.given, self.sort_column), strict=True):
            if value is None:
                blanks.append(key)
            elif isinstance(value, str):
                words[key] = value.casefold()
            else:
                figures[key] = value  # type: ignore[assignment]  # figures of all kinds compare with one another
        ranked = sorted(figures, key=figures.__getitem__, reverse=self.reverse)
        spelt = sorted(words, key=words.__getitem__, reverse=self.reverse)
        return [*spelt, *ranked, *blanks] if self.reverse else [*ranked, *spelt, *blanks]

    def _shown_values(self, keys: Sequence[Key], column: str) -> list[SortValue]:
        place = next(i for i, one in enumerate(self._columns) if one.key == column)
        return [shown_value(self.row(key)[place]) for key in keys]


def shown_value(cell: Cell) -> SortValue:
    """What a cell is sorted by, None for a blank one."""
    if is_blank(cell):
        return None
    return cell.text if cell.value is None else cell.value
