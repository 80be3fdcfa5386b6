"""Rows drawn line by line under fixed columns: a changed row repaints one line, and only what is in sight is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ibtui.ui.paint.direct import Part, paint, paint_line
from ibtui.ui.widgets.columns import Cell, Column, Extent, Place, clipped, fit, lay, measured
from ibtui.ui.widgets.plain import filtered
from ibtui.ui.widgets.rows import CellsOf, Key, Row, Rows, ValuesOf
from ibtui.ui.widgets.strips import FOCUSED, GAP, GUTTER, MARGIN, header_strip, row_strip

HEADER: Final = 1
"""Lines of the column titles."""

STATES: Final = ("", FOCUSED, "cursor-blurred")
"""Of a row: plain, or under the cursor."""

SCREENS_KEPT: Final = 4
"""Rows whose drawing is remembered, as multiples of those in sight: scrolling a little back costs nothing."""


class Spot(Struct, frozen=True):
    """A column as it lies in the lines."""

    place: Place
    x: int
    end: int
    """The cell after its last."""


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
        self._spots: dict[int, Spot] = {}
        """Where columns lie that are shown, by their number."""
        self._strips: dict[tuple[Key, str], Strip] = {}
        self._lines: dict[int, tuple[Key, str]] = {}
        """The row, and its state, that was drawn last in a line under the present layout."""
        self._styles: dict[tuple[str, str], Style] = {}
        self._shown: dict[tuple[str, str], Style] = {}
        """The same in the colours that the terminal has."""

    @property
    def size(self) -> Size:
        """Of the lines: what lies under the scrollbar is none of them, or Textual would have to paint every one."""
        return self.scrollable_content_region.size

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
        if len(self.rows.order) + HEADER != self.virtual_size.height:
            self._measure_rows()
        self._settle()

    def touch(self, keys: Iterable[Key]) -> None:
        """These rows changed: those in sight are made anew, and painted if they look otherwise; the rest is left."""
        touched = set(keys)
        sight = self.sight
        self._change_all([(HEADER + place, key) for place, key in enumerate(sight) if key in touched])
        for key in touched.difference(sight):
            if self.rows.cells.pop(key, None) is not None:
                self._forget_strips(key)

    def touch_all(self) -> None:
        """Any row may have changed: those in sight are made anew."""
        sight = self.sight
        kept = set(sight)
        self.rows.forget(kept)
        self._strips = {place: strip for place, strip in self._strips.items() if place[0] in kept}
        self._change_all(list(enumerate(sight, HEADER)))

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
            paint(self, self._changed(self._line_of(key), key, new, self.size.width), is_remembered=True)

    def _change_all(self, lines: Iterable[tuple[int, Key]]) -> None:
        """Make the rows in these lines anew, and paint what changed of them."""
        width, made = self.size.width, self.rows.made
        parts: list[Part] = []
        for y, key in lines:
            parts += self._changed(y, key, made(key), width)
        paint(self, parts, is_remembered=True)

    def _changed(self, y: int | None, key: Key, new: tuple[Cell, ...], width: int) -> Sequence[Part]:
        """Take the cells of a row; what is to be painted of it in its line, None for one that is out of sight."""
        old = self.rows.cells.get(key)
        if old == new:
            return ()
        self.rows.cells[key] = new
        self._forget_strips(key)
        if old is None:
            if not self._grow((new,)) and y is not None:
                paint_line(self, y)
            return ()
        changed = [i for i, cell in enumerate(new) if cell[:2] != old[i][:2]]
        if self._grow_for(new, changed) or y is None:
            return ()
        return self._cells_in(y, key, new, changed, width)

    def _grow(self, rows: Iterable[Sequence[Cell]]) -> bool:
        """Make room for these in the columns; whether that took another layout."""
        return self._grown_to(measured(self.columns, rows, self._extents))

    def _grow_for(self, row: Sequence[Cell], changed: Iterable[int]) -> bool:
        """Make room for some cells of a row; whether that took another layout."""
        grown = list(self._extents)
        for i in changed:
            grown[i] = grown[i].grown(row[i].text, self.columns[i].align)
        return self._grown_to(grown)

    def _grown_to(self, grown: list[Extent]) -> bool:
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
        self._spots = dict(_spots(self._layout))
        self._strips.clear()
        self._lines.clear()
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
        y = self._line_of(key)
        if y is not None:
            paint_line(self, y)

    def _settle(self) -> None:
        """Rows stand in another order: paint the lines in which another one stands, or nobody knows which."""
        if not self._look():  # else all is painted
            for y, key in enumerate(self.sight, HEADER):
                if self._lines.get(y) != (key, self._state(key)):
                    paint_line(self, y)
        self._reveal()

    def _line_of(self, key: Key) -> int | None:
        """The line a row stands in, None where it is out of sight."""
        index = self.rows.index(key)
        y = index + HEADER - self.scroll_offset.y if index is not None else -1
        return y if HEADER <= y < self.size.height else None

    def _cells_in(self, y: int, key: Key, cells: Sequence[Cell], changed: Iterable[int], width: int) -> Sequence[Part]:
        """Some cells of a row where they lie in its line; a line that shows anything else is painted whole."""
        shown = [self._spots[i] for i in changed if i in self._spots]
        if not shown:
            return ()
        state = self._state(key)
        if self._lines.get(y) != (key, state) or shown[-1].end > width:
            paint_line(self, y)
            return ()
        parts: list[Part] = []
        end = -1
        for spot in shown:
            drawn = (self._drawn(spot.place, cells, state),)
            if spot.x - end == GAP:  # to go on costs fewer bytes than to go there
                parts[-1] = Part(y, parts[-1].x, (*parts[-1].segments, self._gap(state), *drawn))
            else:
                parts.append(Part(y, spot.x, drawn))
            end = spot.end
        return parts

    def _gap(self, state: str) -> Segment:
        return Segment(" " * GAP, self._filtered("", state))

    def _drawn(self, place: Place, cells: Sequence[Cell], state: str) -> Segment:
        """One cell in the colours of the terminal."""
        cell = cells[place.column]
        text = lay(cell.text, place.width, self.columns[place.column].align, place.after)
        return Segment(text, self._filtered(cell.style, state))

    def _filtered(self, name: str, state: str) -> Style:
        """As `_style`, in the colours of the terminal."""
        style = self._shown.get((name, state))
        if style is None:
            style = self._shown[(name, state)] = filtered(self, self._style(name, state))
        return style

    def _state(self, key: Key) -> str:
        """How a row is drawn."""
        return "" if key != self.rows.cursor else FOCUSED if self.has_focus else "cursor-blurred"

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old colours."""
        super().notify_style_update()
        self._strips.clear()
        self._lines.clear()
        self._styles.clear()
        self._shown.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Make room for the rows that came into sight before they are drawn."""
        super().watch_scroll_y(old_value, new_value)
        self._look()
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled(self))

    def watch_show_vertical_scrollbar(self) -> None:
        """Lines are a cell longer without the scrollbar: Textual, for which the widget stays as wide, keeps them."""
        self._relayout()

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
            return Strip.blank(self.size.width, self._style("", ""))
        key = self.rows.order[index]
        state = self._state(key)
        self._lines[y] = (key, state)
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


def _spots(layout: Iterable[Place]) -> Iterator[tuple[int, Spot]]:
    x = GUTTER
    for place in layout:
        yield place.column, Spot(place, x, x + place.width)
        x += place.width + GAP
