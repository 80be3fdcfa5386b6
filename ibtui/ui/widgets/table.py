"""Rows drawn line by line under fixed columns: a changed row repaints one line, and only what is in sight is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ibtui.ui.paint.direct import paint_line
from ibtui.ui.widgets.columns import Cell, Column, Extent, Place, clipped, fit, measured
from ibtui.ui.widgets.rows import CellsOf, Key, Row, Rows, ValuesOf
from ibtui.ui.widgets.strips import FOCUSED, GAP, GUTTER, MARGIN, header_strip, row_strip

HEADER: Final = 1
"""Lines of the column titles."""

STATES: Final = ("", FOCUSED, "cursor-blurred")
"""Of a row: plain, or under the cursor."""

SCREENS_KEPT: Final = 4
"""Rows whose drawing is remembered, as multiples of those in sight: scrolling a little back costs nothing."""


class Table(ScrollView):
    """How a grid's rows come to the screen; its styles are the component classes `grid--<name>` of the grid."""

    class Scrolled(Message):
        """Other rows came into sight: the user moved through the list."""

        def __init__(self, table: Table) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> Table:
            """The table, for `@on(Grid.Scrolled, "#id")`."""
            return self.table

    def __init__(
        self, columns: Sequence[Column], *, empty: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.rows = Rows(columns)
        self._empty = empty
        self._extents: list[Extent] = measured(self.columns, ())
        self._layout: list[Place] = []
        self._strips: dict[tuple[Key, str], Strip] = {}
        self._styles: dict[tuple[str, str], Style] = {}

    def say_empty(self, text: str) -> None:
        """What stands where the rows would be; "none" and "not known yet" are different things."""
        if text != self._empty:
            self._empty = text
            self.refresh()

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Keys of the columns that fit."""
        return tuple(self.columns[place.column].key for place in self._layout)

    def draw_from(self, cells_of: CellsOf, values_of: ValuesOf | None = None) -> None:
        """Make the cells of a row when it comes into sight, in place of being given all; for `set_keys` and `touch`."""
        self.rows.draw_from(cells_of, values_of)

    def set_keys(self, keys: Sequence[Key], *, anew: bool = False) -> None:
        """Say which rows there are; the cursor stays on its key.

        Columns grow with the rows that are looked at, and are as narrow as at the beginning when a list begins `anew`.
        """
        if anew:
            self.rows.cells.clear()
            self._extents = measured(self.columns, ())
        elif self.rows.given == list(keys):
            return
        self.rows.point(keys)
        if anew or not self._layout:
            self._relayout()
        self._measure_rows()
        self._look()
        self._reveal()

    def touch(self, keys: Iterable[Key]) -> None:
        """These rows changed: those in sight are made anew, and painted if they look otherwise; the rest is left."""
        sight = set(self.sight)
        for key in keys:
            if key in sight:
                self._change(key, self.rows.made(key))
            elif self.rows.cells.pop(key, None) is not None:
                self._forget_strips(key)

    def touch_all(self) -> None:
        """Any row may have changed: those in sight are made anew."""
        sight = self.sight
        kept = set(sight)
        self.rows.forget(kept)
        self._strips = {place: strip for place, strip in self._strips.items() if place[0] in kept}
        for key in sight:
            self._change(key, self.rows.made(key))

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Replace all rows; the cursor stays on its key. Rows with the same keys are updated one by one.

        For short lists: every row is measured. A long one is drawn from its keys (`draw_from`).
        """
        new = {key: tuple(cells) for key, cells in rows}
        if list(new) == self.rows.given:
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
        if self.rows.cells[key] != new:
            self._change(key, new)

    def _change(self, key: Key, new: tuple[Cell, ...]) -> None:
        if self.rows.cells.get(key) == new:
            return
        self.rows.cells[key] = new
        if self._grow((new,)):
            return
        self._forget_strips(key)
        self._refresh_row(key)

    def _grow(self, rows: Iterable[Sequence[Cell]]) -> bool:
        """Make room for these in the columns; whether that took another layout."""
        grown = measured(self.columns, rows, self._extents)
        if grown == self._extents:
            return False
        self._extents = grown
        self._relayout()
        return True

    @property
    def sight(self) -> list[Key]:
        """Keys of the rows in sight."""
        top = self.scroll_offset.y
        return self.rows.order[top : top + max(0, self.size.height - HEADER)]

    def _look(self) -> bool:
        """Make and measure what is in sight now, and forget what has long been out of it."""
        sight = self.sight
        most = SCREENS_KEPT * (len(sight) + 1)
        if len(self.rows.cells) > most:
            self.rows.forget(set(sight))
        if len(self._strips) > most:
            self._strips.clear()
        return self._grow([self.rows.row(key) for key in sight])

    def _forget_strips(self, key: Key) -> None:
        for state in STATES:
            self._strips.pop((key, state), None)

    def _relayout(self) -> None:
        room = self.scrollable_content_region.width - GUTTER - MARGIN
        self._layout = fit(self.columns, self._extents, room, GAP)
        self._strips.clear()
        self._measure_rows()

    def _measure_rows(self) -> None:
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

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Make room for the rows that came into sight before they are drawn."""
        super().watch_scroll_y(old_value, new_value)
        self._look()
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled(self))

    def on_resize(self) -> None:
        """Choose the columns again."""
        self._relayout()
        self._look()
        self._reveal()

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
            strip = row_strip(self.columns, self._layout, self.size.width, self._style, self.rows.row(key), state)
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
