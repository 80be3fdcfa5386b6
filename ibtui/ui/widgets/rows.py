"""Rows of a grid: their cells by key, the order they are shown in, and the cursor that stays on its key. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ibtui.ui.widgets.columns import Cell, Column, is_blank, sort_key

Key = int | str
Row = tuple[Key, Sequence[Cell]]


class Rows:
    """The model of a grid."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self.cells: dict[Key, tuple[Cell, ...]] = {}
        """In the order given."""
        self.order: list[Key] = []
        """In the order shown."""
        self._index: dict[Key, int] = {}
        self.cursor: Key | None = None
        self.sort_column = ""
        """Key of the column sorted by; blank keeps the order given."""
        self.reverse = False

    def index(self, key: Key | None) -> int | None:
        """Place of a row in the order shown, None for a key without a row."""
        return self._index.get(key) if key is not None else None

    def replace(self, rows: Iterable[Row]) -> None:
        """Take other rows; the cursor stays on its key, or near its place when that key is gone."""
        place = self.index(self.cursor) or 0
        self.cells = {key: tuple(cells) for key, cells in rows}
        self.arrange()
        if self.cursor not in self._index:
            self.cursor = self.order[min(place, len(self.order) - 1)] if self.order else None

    def arrange(self) -> bool:
        """Put the rows in order; tells whether the order changed. Blanks come last either way."""
        before, keys = self.order, list(self.cells)
        place = next((i for i, column in enumerate(self._columns) if column.key == self.sort_column), None)
        if place is not None:
            full = [key for key in keys if not is_blank(self.cells[key][place])]
            full.sort(key=lambda key: sort_key(self.cells[key][place]), reverse=self.reverse)
            keys = full + [key for key in keys if is_blank(self.cells[key][place])]
        self.order = keys
        self._index = {key: index for index, key in enumerate(keys)}
        return before != keys

    def at(self, index: int) -> Key | None:
        """Key of the row at a place, the nearest one beyond the ends; None without rows."""
        return self.order[max(0, min(index, len(self.order) - 1))] if self.order else None
