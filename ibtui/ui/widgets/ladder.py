"""The price ladder drawn line by line: a changed row repaints its own line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress, count
from operator import is_not, ne
from typing import ClassVar, Final

from msgspec import Struct
from msgspec.structs import astuple
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from ibtui.ui.ladder.columns import DEFAULT_COLUMNS, SMALL, Column, Laid, align_of, columns_for, title_of
from ibtui.ui.ladder.view import LadderRow, LadderView
from ibtui.ui.paint.direct import Part, paint
from ibtui.ui.widgets.columns import clipped, cursor_mark, lay
from ibtui.ui.widgets.ladder_cells import READ, Drawing, cell, number_cells, own_words
from ibtui.ui.widgets.plain import PlainLines
from ibtui.ui.widths import cells_of, line_of

__all__ = ["Rungs", "own_words", "whole_parts"]

TITLES: Final = 1
"""Lines of the column titles."""
EDGES: Final = 2
"""Lines above and below the axis that tell what lies beyond it."""

STYLES: Final = ("titles", "bid", "ask", "best", "bid-bar", "ask-bar", "last", "buy", "sell", "muted", "faint", "up")
MORE_STYLES: Final = ("down", "warn", "stale", "cursor", "average", "edge", "limits", "volume-bar", "unknown", "figure")
BARS: Final = {"bid-bar": "bid", "ask-bar": "ask", "volume-bar": "muted"}
"""Styles of bars, and those they have on the ground of the cursor's row."""

Pieces = tuple[Segment, ...]
"""Of a cell."""


class Place(Struct, frozen=True):
    """A column as it is laid."""

    column: Column
    x: int
    """Its first cell in the widget."""
    cells: int


def whole_parts(text: str, width: int) -> str:
    """As many parts of an edge line as fit, so that no price is cut; what is left out is told by an ellipsis."""
    parts = text.split(" · ")
    while len(parts) > 1 and len(" · ".join(parts)) + 3 > width:
        parts.pop()
        parts[-1] = parts[-1].removesuffix(" …") + " …"
    return " · ".join(parts)


class Rungs(PlainLines, can_focus=True):
    """The axis with its columns; what it shows is a `LadderView`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"rungs--{name}" for name in (*STYLES, *MORE_STYLES)}
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Rungs {
        height: 1fr; background: $background; color: $foreground;
    }
    .rungs--titles{color:$muted}
    .rungs--bid{color:$bid}
    .rungs--ask{color:$ask}
    .rungs--best{text-style:bold}
    .rungs--bid-bar{color:$bid-bar}
    .rungs--ask-bar{color:$ask-bar}
    .rungs--volume-bar{color:$faint}
    .rungs--last{color:$last-text;background:$last;text-style:bold}
    .rungs--buy{color:$buy;text-style:bold}
    .rungs--sell{color:$sell;text-style:bold}
    .rungs--muted{color:$muted}
    .rungs--figure{color:$foreground}
    .rungs--limits{color:$muted}
    .rungs--faint{color:$faint}
    .rungs--up{color:$up}
    .rungs--down{color:$down}
    .rungs--warn{color:$warn;text-style:bold}
    .rungs--unknown{color:$bad;text-style:bold}
    .rungs--stale{color:$stale}
    .rungs--cursor{background:$cursor;color:$cursor-text;text-style:$cursor-text-style}
    .rungs--average{color:$last}
    .rungs--edge{color:$warn}
    """

    class Clicked(Message):
        """The user clicked the row at this place of the axis."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Resized(Message):
        """The number of rows changed."""

    def __init__(self, *, id: str | None = None, can_focus: bool = True) -> None:
        super().__init__(id=id)
        self.can_focus = can_focus
        self._view = LadderView()
        self._columns: tuple[Column, ...] = DEFAULT_COLUMNS
        self._laid: tuple[Laid, ...] = ()
        self._laid_for: tuple[int, int] = (0, 0)
        """Width and cells of a price that the columns were laid for."""
        self._drawing = Drawing()
        self._is_stale = False
        self._empty = ""
        self._styles: dict[tuple[str, str, str], Style] = {}
        self._width = 0
        """Cells of the lines that are being drawn; 0 before the first."""
        self._drawn: dict[int, Strip] = {}
        """The rows as they stand on the screen, by their place: what looks the same is not painted again."""
        self._places: tuple[Place, ...] = ()
        self._is_cut = False
        """Whether the columns are wider than the widget."""
        self._shown_at: tuple[tuple[int, ...], ...] = ()
        """Of each field of a row the numbers of the places that show it."""
        self._cells: dict[int, list[Pieces]] = {}
        """By row and place, how a cell is drawn."""

    @property
    def capacity(self) -> int:
        """Rows of the axis that fit."""
        return max(0, self.size.height - TITLES - EDGES)

    @property
    def view(self) -> LadderView:
        """What is shown."""
        return self._view

    @property
    def is_stale(self) -> bool:
        """Whether it is drawn as disbelieved."""
        return self._is_stale

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns that have room."""
        return tuple(column for column, _ in self._lay(self.size.width))

    def show(
        self, view: LadderView, *, columns: Sequence[Column] = (), is_stale: bool = False, empty: str = ""
    ) -> None:
        """Show a view in these columns (the usual ones for none); only lines that differ from before are painted."""
        before, self._view = self._view, view
        wanted = tuple(columns) or DEFAULT_COLUMNS
        told = (is_stale, empty, wanted)
        if told != (self._is_stale, self._empty, self._columns) or _shape(before) != _shape(view):
            self._is_stale, self._empty, self._columns = told
            self._laid = ()
            self._styles.clear()
            self._forget_rows()
            self.refresh()
            return
        self._width = self.size.width
        self._lay(self._width)
        parts: list[Part] = []
        for i in compress(count(), map(is_not, view.rows, before.rows)):
            parts += self._changed(i, before.rows[i], view.rows[i])
        if _titled(before) != _titled(view):
            parts.append(Part(0, 0, self.render_line(0)))
        edges = ((TITLES, before.above, view.above), (TITLES + 1 + len(view.rows), before.below, view.below))
        parts += [Part(y, 0, self.render_line(y)) for y, was, now in edges if was != now]
        paint(self, parts)

    def notify_style_update(self) -> None:
        """Forget the old colours."""
        super().notify_style_update()
        self._styles.clear()
        self._forget_rows()

    def on_resize(self) -> None:
        """Tell that the axis has another length."""
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Tell which row was clicked."""
        index = event.y - TITLES - 1
        if 0 <= index < len(self._view.rows):
            self.post_message(self.Clicked(index))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Look up the width once for all lines: asking a widget for its size goes through its parents."""
        self._width = self.size.width
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Titles, what lies above, the rows, what lies below."""
        width = self._width or self.size.width
        index = y - TITLES - 1
        if y < TITLES:
            return self._titles(width)
        if self._empty and y == TITLES + 1:
            return self._whole(clipped(f" {self._empty}", width), "muted", width)
        if index == -1 or index == len(self._view.rows):
            text = self._view.above if index < 0 else self._view.below
            return self._whole(clipped(f" {whole_parts(text, width)}", width), "edge", width)
        if index > len(self._view.rows):
            return Strip.blank(width, self._style(""))
        self._lay(width)
        drawn = self._drawn.get(index)
        if drawn is None:
            drawn = self._drawn[index] = self._row(index, width)
        return drawn

    def _whole(self, text: str, name: str, width: int) -> Strip:
        """A line of words."""
        return line_of([Segment(text, self._style(name))], width, self._style(""))

    def _forget_rows(self) -> None:
        self._drawn.clear()
        self._cells.clear()

    def _changed(self, index: int, before: LadderRow, row: LadderRow) -> list[Part]:
        """The cells of a row that look other than before; of a row that the cursor came to or left, the whole."""
        cells, y = self._cells.get(index), TITLES + 1 + index
        if cells is None or before.is_cursor != row.is_cursor or self._is_cut:
            self._drawn.pop(index, None)
            self._cells.pop(index, None)
            return [Part(y, 0, self.render_line(y))]
        parts = []
        for number in sorted(
            {number for shown in compress(self._shown_at, map(ne, astuple(before), astuple(row))) for number in shown}
        ):
            place = self._places[number]
            was, pieces = cells[number], self._pieces(place, row)
            if pieces != was:  # other figures may be rounded to the same words
                cells[number] = pieces
                parts.append(_differing(y, place.x, was, pieces))
        if parts:
            self._drawn.pop(index, None)
        return parts

    def _lay(self, width: int) -> tuple[Laid, ...]:
        """The columns for so many cells and the prices shown."""
        laid_for = (width, self._view.price_cells)
        if not self._laid or laid_for != self._laid_for:
            cells, self._laid_for = self._view.price_cells, laid_for
            self._forget_rows()
            self._laid = columns_for(width, self._columns, price_cells=cells)
            columns = [column for column, _ in self._laid]
            self._drawing = Drawing(self._view.digits, cells, width < SMALL, Column.MARKS in columns)
            self._places = tuple(_placed(self._laid))
            self._shown_at = tuple(
                tuple(number for number, place in enumerate(self._places) if field in READ[place.column])
                for field in LadderRow.__struct_fields__
            )
            self._is_cut = sum(place.cells + 1 for place in self._places) > width
        return self._laid

    def _titles(self, width: int) -> Strip:
        style = self._style("titles")
        laid = self._lay(width)
        texts = [lay(self._title(column, cells), cells, align_of(column)) for column, cells in laid]
        return line_of([Segment(" " + " ".join(texts), style)], width, style)

    def _title(self, column: Column, width: int) -> str:
        """The title of a column, with what is unusual about it."""
        title, view = title_of(column), self._view
        if column is Column.ASKS and not view.from_quote:
            return title.rjust(min(width, number_cells(width)))
        if column is Column.PRICE and view.grouping > 1:
            return f"{title} ×{view.grouping}"
        if view.from_quote and column in (Column.BIDS, Column.ASKS) and not self._drawing.is_small:
            return f"top {title}" if width >= len(title) + 4 else title
        return title

    def _row(self, index: int, width: int) -> Strip:
        """One row; neighbours of one style are one segment."""
        row = self._view.rows[index]
        plain = self._style("", "", "cursor" if row.is_cursor else "")
        gap = Segment(" ", plain)
        cells = self._cells[index] = self._cells.get(index) or [self._pieces(place, row) for place in self._places]
        segments: list[Segment] = []
        text, ink, used = cursor_mark(plain) if row.is_cursor else " ", plain, 0
        for place, pieces in zip(self._places, cells, strict=True):
            for piece, style, _ in (gap, *pieces) if used else pieces:
                if style is ink:
                    text += piece
                elif piece:
                    segments.append(Segment(text, ink))
                    text, ink = piece, style or plain
            used += place.cells + 1
        segments.append(Segment(text, ink))
        if used < width:
            segments.append(Segment(" " * (width - used), plain))
        return Strip(segments, max(width, used)) if used <= width else Strip(segments).crop(0, width)

    def _pieces(self, place: Place, row: LadderRow) -> Pieces:
        """One cell."""
        styles, ground = self._styles, "cursor" if row.is_cursor else ""
        pieces = []
        for text, name, more in cell(place.column, row, place.cells, self._drawing):
            style = styles.get((name, more, ground))
            pieces.append(Segment(text, style if style is not None else self._style(name, more, ground)))
        return tuple(pieces)

    def _style(self, name: str, more: str = "", ground: str = "") -> Style:
        """Styles laid over one another; on a stale ladder everything is grey, on a reversed cursor row plain."""
        key = (name, more, ground)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self.shown(self._mixed(name, more, ground))
        return style

    def _mixed(self, name: str, more: str, ground: str) -> Style:
        style = self.get_component_rich_style("rungs--cursor") if ground else self.rich_style
        if ground and style.reverse:
            return style
        if self._is_stale:
            grey = "faint" if name in BARS else "stale"
            return style + self.get_component_rich_style(f"rungs--{grey}", partial=True)
        for one in (BARS.get(name, name) if ground else name, more):
            if one:
                style += self.get_component_rich_style(f"rungs--{one}", partial=True)
        return style


def _differing(y: int, x: int, was: Pieces, pieces: Pieces) -> Part:
    """Of a cell that begins there its pieces from the first to the last that is another than it was."""
    first, end = 0, len(pieces)
    if len(was) == end:
        while was[first] == pieces[first]:
            x += cells_of(pieces[first].text)
            first += 1
        while was[end - 1] == pieces[end - 1]:
            end -= 1
    return Part(y, x, pieces[first:end])


def _placed(laid: Sequence[Laid]) -> Iterator[Place]:
    """The columns one after the other, a blank before each."""
    x = 1
    for column, cells in laid:
        yield Place(column, x, cells)
        x += cells + 1


def _shape(view: LadderView) -> tuple[int, int, int]:
    """What every row of a view depends on."""
    return len(view.rows), view.digits, view.price_cells


def _titled(view: LadderView) -> tuple[int, bool]:
    """What the titles tell of a view besides."""
    return view.grouping, view.from_quote
