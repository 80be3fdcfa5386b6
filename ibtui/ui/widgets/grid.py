"""A table drawn line by line: one changed row repaints one line, and the cursor stays on its row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ibtui.ui.actions import Context, bindings
from ibtui.ui.paint.direct import paint_line
from ibtui.ui.widgets.columns import Cell, Column, Place, clipped, fit, measured
from ibtui.ui.widgets.rows import Key, Row, Rows
from ibtui.ui.widgets.strips import FOCUSED, GAP, GUTTER, MARGIN, header_strip, row_strip

__all__ = ["Cell", "Column", "Grid", "Key", "Row"]

HEADER: Final = 1
"""Lines of the column titles."""

STYLES: Final = ("up", "down", "bid", "ask", "buy", "sell", "dim", "stale", "warn", "bad", "good", "strong", "accent")
"""Style classes a cell may name; each is the component class `grid--<name>`."""


class Grid(ScrollView, can_focus=True):
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
        & > .grid--header { color: $muted; }
        & > .grid--header-sorted { color: $foreground; text-style: bold; }
        & > .grid--cursor { background: $cursor; color: $cursor-text; text-style: $cursor-text-style; }
        & > .grid--cursor-blurred { background: $cursor-blurred; }
        & > .grid--up { color: $up; }
        & > .grid--down { color: $down; }
        & > .grid--bid { color: $bid; }
        & > .grid--ask { color: $ask; }
        & > .grid--buy { color: $buy; }
        & > .grid--sell { color: $sell; }
        & > .grid--dim { color: $muted; }
        & > .grid--stale { color: $stale; }
        & > .grid--warn { color: $warn; }
        & > .grid--bad { color: $bad; text-style: bold; }
        & > .grid--good { color: $good; }
        & > .grid--strong { text-style: bold; }
        & > .grid--accent { color: $accent; }
    }
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

    def __init__(
        self, columns: Sequence[Column], *, empty: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.rows = Rows(columns)
        self._empty = empty
        self._extents = measured(self.columns, ())
        self._layout: list[Place] = []
        self._strips: dict[tuple[Key, str], Strip] = {}
        self._styles: dict[tuple[str, str], Style] = {}

    def say_empty(self, text: str) -> None:
        """What stands where the rows would be; "none" and "not known yet" are different things."""
        if text != self._empty:
            self._empty = text
            self.refresh()

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

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Keys of the columns that fit."""
        return tuple(self.columns[place.column].key for place in self._layout)

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Replace all rows; the cursor stays on its key. Rows with the same keys are updated one by one."""
        new = {key: tuple(cells) for key, cells in rows}
        if list(new) == list(self.rows.cells):
            for key, cells in new.items():
                self.update_row(key, cells)
            return
        self.rows.replace(new.items())
        self._extents = measured(self.columns, new.values())
        self._relayout()
        self._reveal()

    def update_row(self, key: Key, cells: Sequence[Cell]) -> None:
        """Change one row; only its line is painted unless a column must grow. Raises KeyError for an unknown key."""
        new = tuple(cells)
        if self.rows.cells[key] == new:
            return
        self.rows.cells[key] = new
        known = zip(self._extents, new, self.columns, strict=True)
        grown = [extent.grown(cell.text, column.align) for extent, cell, column in known]
        if grown != self._extents:
            self._extents = grown
            self._relayout()
            return
        for state in ("", "cursor", "cursor-blurred"):
            self._strips.pop((key, state), None)
        self._refresh_row(key)

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
        self._reveal()
        self.refresh()

    def resort(self) -> None:
        """Put the rows in order again; a screen calls it at a calm pace, so that rows do not jump at every tick."""
        if self.rows.arrange():
            self._reveal()
            self.refresh()

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

    def _relayout(self) -> None:
        room = self.scrollable_content_region.width - GUTTER - MARGIN
        self._layout = fit(self.columns, self._extents, room, GAP)
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows.order) + HEADER)
        self.refresh()

    def _reveal(self) -> None:
        index = self.rows.index(self.rows.cursor)
        top, page = self.scroll_offset.y, max(1, self.size.height - HEADER)
        if index is not None and not top <= index < top + page:
            target = index if index < top else index - page + 1
            self.scroll_to(y=target, animate=False, immediate=True)

    def _refresh_row(self, key: Key) -> None:
        index = self.rows.index(key)
        y = index + HEADER - self.scroll_offset.y if index is not None else -1
        if HEADER <= y < self.size.height:
            paint_line(self, y)

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old colours."""
        super().notify_style_update()
        self._strips.clear()
        self._styles.clear()

    def on_resize(self) -> None:
        """Choose the columns again."""
        self._relayout()
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row clicked; a double click chooses it."""
        index = event.y - HEADER + self.scroll_offset.y
        if event.y >= HEADER and index < len(self.rows.order):
            self._go(index)
            if event.chain > 1:
                self.action_select_row()

    def render_line(self, y: int) -> Strip:
        """One line: titles first, then the rows from the scroll offset on."""
        if y < HEADER:
            by, reverse = self.rows.sort_column, self.rows.reverse
            return header_strip(self.columns, self._layout, self.size.width, self._style, by, reverse=reverse)
        index = y - HEADER + self.scroll_offset.y
        if not self.rows.order and y == HEADER:
            return Strip([Segment(clipped(f" {self._empty}", self.size.width), self._style("dim", ""))])
        if index >= len(self.rows.order):
            return Strip.blank(self.size.width, self.rich_style)
        key = self.rows.order[index]
        state = (FOCUSED if self.has_focus else "cursor-blurred") if key == self.rows.cursor else ""
        strip = self._strips.get((key, state))
        if strip is None:
            strip = row_strip(self.columns, self._layout, self.size.width, self._style, self.rows.cells[key], state)
            self._strips[(key, state)] = strip
        return strip

    def _style(self, name: str, state: str) -> Style:
        """Style of a cell class in a row state; a reversed cursor row drops the cells' own colours."""
        style = self._styles.get((name, state))
        if style is None:
            style = self.get_component_rich_style(f"grid--{state}") if state else self.rich_style
            if name and not (state and style.reverse):
                style += self.get_component_rich_style(f"grid--{name}", partial=True)
            self._styles[(name, state)] = style
        return style
