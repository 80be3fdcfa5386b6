"""The watchlist with Textual's own DataTable, its changed cells handed over once a frame."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from rich.text import Text
from textual.app import App, ComposeResult
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from tests.benchmarks.peers.feed import Pacer, arguments, read, table_of
from tests.benchmarks.peers.table import COLUMNS

INKS: Final = ("", "bold", "", "green", "red", "cyan", "yellow")


class Watch(App[None]):
    """One table that fills the screen."""

    CSS = "DataTable { height: 1fr; }"

    def __init__(self, options: Namespace) -> None:
        super().__init__()
        self._options = options
        self._table = table_of(options)
        self._grid: DataTable[Text] = DataTable(cursor_type="row", cell_padding=0)

    def compose(self) -> ComposeResult:
        yield self._grid

    def on_mount(self) -> None:
        for place, column in enumerate(COLUMNS):
            self._grid.add_column(column.title, key=str(place), width=column.width + 1)
        for row in range(len(self._table.texts)):
            self._grid.add_row(*(self._cell(row, place) for place in range(len(COLUMNS))))
        self._table.changed.clear()
        self._grid.focus()
        pacer = Pacer(self._paint)
        self.run_worker(read(self._options.url, self._options.session, self._table, pacer.dirty), exit_on_error=False)

    def _paint(self) -> None:
        for row, place in self._table.changed:
            self._grid.update_cell_at(Coordinate(row, place), self._cell(row, place))
        self._table.changed.clear()

    def _cell(self, row: int, place: int) -> Text:
        return Text(self._table.texts[row][place], INKS[self._table.styles[row][place]])


if __name__ == "__main__":
    Watch(arguments()).run()
