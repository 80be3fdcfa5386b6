"""Lines of a grid as strips of styled text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ibtui.ui.widgets.columns import Align, Cell, Column, Place, cursor_mark, lay
from ibtui.ui.widths import line_of

GAP: Final = 1
"""Cells between columns."""
FOCUSED: Final = "cursor"
"""State of the cursor row while its grid has the focus."""
GUTTER: Final = 1
"""Cells left of the first column, for the mark of the cursor row."""
MARGIN: Final = 1
"""Blank cells right of the last column, so that a figure does not touch the frame."""

StyleOf = Callable[[str, str], Style]
"""Style of a (style class, row state)."""


def header_strip(
    columns: Sequence[Column], places: Sequence[Place], width: int, style_of: StyleOf, sorted_by: str, *, reverse: bool
) -> Strip:
    """The titles, the column sorted by with its direction."""
    segments = [Segment(" " * GUTTER, style_of("header", ""))]
    for number, place in enumerate(places):
        column = columns[place.column]
        is_sorted = column.key == sorted_by
        title = f"{column.title}{'▼' if reverse else '▲'}" if is_sorted else column.title
        align = Align.RIGHT if column.align is Align.POINT else column.align
        text = " " * (GAP if number else 0) + lay(title, place.width, align)
        segments.append(Segment(text, style_of("header-sorted" if is_sorted else "header", "")))
    return line_of(segments, width, style_of("", ""))


def row_strip(
    columns: Sequence[Column],
    places: Sequence[Place],
    width: int,
    style_of: StyleOf,
    cells: Sequence[Cell],
    state: str,
) -> Strip:
    """One row, with its mark when it has the cursor (`state` is not blank then)."""
    plain = style_of("", state)
    segments = [Segment(cursor_mark(plain, has_focus=state == FOCUSED) if state else " ", plain)]
    for number, place in enumerate(places):
        if number:
            segments.append(Segment(" " * GAP, plain))
        cell = cells[place.column]
        text = lay(cell.text, place.width, columns[place.column].align, place.after)
        segments.append(Segment(text, style_of(cell.style, state)))
    return line_of(segments, width, plain).simplify()
