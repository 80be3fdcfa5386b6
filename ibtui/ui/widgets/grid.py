"""A table drawn line by line: one changed row repaints one line, and the cursor stays on its row."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.binding import BindingType
from textual.message import Message

from ibtui.ui.actions import Context, bindings
from ibtui.ui.widgets.columns import Cell, Column
from ibtui.ui.widgets.rows import Key, Row
from ibtui.ui.widgets.table import HEADER, Table

__all__ = ["Cell", "Column", "Grid", "Key", "Row"]

STYLES: Final = ("up", "down", "bid", "ask", "buy", "sell", "dim", "stale", "warn", "bad", "good", "strong", "accent")
"""Style classes a cell may name; each is the component class `grid--<name>`."""


class Grid(Table, can_focus=True):
    """Rows keyed by id under fixed columns; messages are posted for what the user does, never for a tick."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--header",
        "grid--header-sorted",
        "grid--cursor",
        "grid--cursor-blurred",
        *(f"grid--{name}" for name in STYLES),
    }
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.GRID)]
    ALLOW_SELECT = False

    DEFAULT_CSS = """
    Grid {
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
    }
    .grid--header{color:$muted}
    .grid--header-sorted{color:$foreground;text-style:bold}
    .grid--cursor{background:$cursor;color:$cursor-text;text-style:$cursor-text-style}
    .grid--cursor-blurred{background:$cursor-blurred}
    .grid--up{color:$up}
    .grid--down{color:$down}
    .grid--bid{color:$bid}
    .grid--ask{color:$ask}
    .grid--buy{color:$buy}
    .grid--sell{color:$sell}
    .grid--dim{color:$muted}
    .grid--stale{color:$stale}
    .grid--warn{color:$warn}
    .grid--bad{color:$bad;text-style:bold}
    .grid--good{color:$good}
    .grid--strong{text-style:bold}
    .grid--accent{color:$accent}
    """

    class Highlighted(Message):
        """The user moved the cursor to another row."""

        def __init__(self, grid: Grid, key: Key) -> None:
            super().__init__()
            self.grid = grid
            self.key = key

        @property
        def control(self) -> Grid:
            """The grid, for `@on(Grid.Highlighted, "#id")`."""
            return self.grid

    class Selected(Highlighted):
        """The user chose a row: Enter, or a double click."""

    class Sorted(Highlighted):
        """The user sorted by another column; `key` is the column's, blank for the rows' own order."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """Keys of the rows, in the order shown."""
        return tuple(self.rows.order)

    @property
    def cursor_key(self) -> Key | None:
        """Key of the cursor row, None in an empty grid."""
        return self.rows.cursor

    @property
    def sort_column(self) -> str:
        """Key of the column sorted by, blank for the order of `set_rows`."""
        return self.rows.sort_column

    def move_to(self, key: Key) -> None:
        """Put the cursor on a row, without a message; a key that has no row does nothing."""
        if self.rows.index(key) is not None and key != self.rows.cursor:
            before, self.rows.cursor = self.rows.cursor, key
            if before is not None:
                self._refresh_row(before)
            self._refresh_row(key)
            self._reveal()

    def sort_by(self, column: str, *, reverse: bool = False) -> None:
        """Sort by a column's key; blank restores the order of `set_rows`."""
        self.rows.sort_column, self.rows.reverse = column, reverse
        self.rows.arrange()
        self._look()
        self._reveal()
        self.refresh()

    def resort(self) -> None:
        """Put the rows in order again; a screen calls it at a calm pace, so that rows do not jump at every tick."""
        if self.rows.arrange():
            self._settle()

    def action_move_cursor(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._go((self.rows.index(self.rows.cursor) or 0) + rows)

    def action_page_cursor(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.action_move_cursor(pages * max(1, self.size.height - HEADER - 1))

    def action_move_to_edge(self, edge: int) -> None:
        """Move the cursor to the first (−1) or last row."""
        self._go(0 if edge < 0 else len(self.rows.order) - 1)

    def action_select_row(self) -> None:
        """Tell that the cursor row was chosen."""
        if self.rows.cursor is not None:
            self.post_message(self.Selected(self, self.rows.cursor))

    def action_sort_step(self, step: int) -> None:
        """Sort by the column before or after; past the ends the rows keep their own order."""
        shown = ["", *self.shown_columns]
        place = shown.index(self.rows.sort_column) if self.rows.sort_column in shown else 0
        self.sort_by(shown[(place + step) % len(shown)], reverse=self.rows.reverse)
        self.post_message(self.Sorted(self, self.rows.sort_column))

    def action_sort_reverse(self) -> None:
        """Turn the order of sorting round."""
        self.sort_by(self.rows.sort_column, reverse=not self.rows.reverse)
        self.post_message(self.Sorted(self, self.rows.sort_column))

    def _go(self, index: int) -> None:
        key = self.rows.at(index)
        if key is not None and key != self.rows.cursor:
            self.move_to(key)
            self.post_message(self.Highlighted(self, key))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row clicked; a double click chooses it."""
        index = event.y - HEADER + self.scroll_offset.y
        if event.y >= HEADER and index < len(self.rows.order):
            self._go(index)
            if event.chain > 1:
                self.action_select_row()
