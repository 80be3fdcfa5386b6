"""Columns of a grid: which fit, how wide each is, and how a cell is laid into its column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import set_cell_size
from rich.style import Style

from ibtui.ui.formatting import split_point
from ibtui.ui.widths import cells_of

SortValue = Decimal | int | float | str | None


class Align(StrEnum):
    """How a cell lies in its column."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"
    POINT = "point"
    """Decimal points below one another, flush right."""


class Cell(NamedTuple):
    """What one cell shows."""

    text: str
    style: str = ""
    """Style class of the grid, such as `up`, `bid`, `dim`; blank is plain."""
    value: SortValue = None
    """What the column is sorted by; None takes the text, and blanks go last."""


class Column(Struct, frozen=True):
    """One column of a grid."""

    key: str
    title: str
    width: int
    """Cells at least; a wider text widens the column up to `most`."""
    align: Align = Align.LEFT
    priority: int = 0
    """0 is never dropped; of the others the lowest come in first, those of one priority together."""
    flex: int = 0
    """Share of the room that is left over."""
    most: int = 0
    """Cells at most; 0 is no limit."""


class Extent(Struct, frozen=True):
    """Widest parts of a column's texts: before the point and from it on."""

    before: int = 0
    after: int = 0
    longest: int = 0
    """Cells of the longest text by itself."""

    def grown(self, text: str, align: Align) -> Extent:
        """The extent that holds `text` too."""
        before, after = split_point(text) if align is Align.POINT else (cells_of(text), 0)
        if before <= self.before and after <= self.after and before + after <= self.longest:
            return self
        return Extent(max(before, self.before), max(after, self.after), max(before + after, self.longest))

    @property
    def width(self) -> int:
        """Cells needed."""
        return max(self.before + self.after, self.longest)

    def compact(self) -> Extent:
        """With less room from the point on, but never too narrow for the longest text."""
        return replace(self, after=min(self.after, COMPACT_AFTER))


COMPACT_AFTER: Final = 3
"""Cells from the point on that a crowded table keeps for alignment; longer prices lie flush right."""


class Place(Struct, frozen=True):
    """Where a shown column goes."""

    column: int
    """Its number in the table."""
    width: int
    after: int
    """Cells from the decimal point on."""


def natural_width(column: Column, extent: Extent) -> int:
    """Cells a column wants: its texts or its least width, within its most."""
    wanted = max(column.width, extent.width)
    return min(wanted, column.most) if column.most else wanted


def fit(columns: Sequence[Column], extents: Sequence[Extent], room: int, gap: int) -> list[Place]:
    """The columns that fit into `room` cells, in order; alignment on the point yields before a column is dropped."""
    whole = _fitting(columns, extents, room, gap)
    if len(whole) == len(columns):
        return whole
    compact = [extent.compact() for extent in extents]
    crowded = _fitting(columns, compact, room, gap)
    return crowded if len(crowded) > len(whole) else whole


def _fitting(columns: Sequence[Column], extents: Sequence[Extent], room: int, gap: int) -> list[Place]:
    widths = [natural_width(column, extent) for column, extent in zip(columns, extents, strict=True)]
    kept: list[int] = []
    for priority in sorted({column.priority for column in columns}):
        group = [i for i, column in enumerate(columns) if column.priority == priority]
        wanted = sorted([*kept, *group])
        if priority == 0 or sum(widths[i] for i in wanted) + gap * (len(wanted) - 1) <= room:
            kept = wanted
    spare = max(0, room - sum(widths[i] for i in kept) - gap * max(0, len(kept) - 1))
    shares = sum(columns[i].flex for i in kept)
    for i in kept:
        if columns[i].flex and shares:
            given = spare * columns[i].flex // shares
            widths[i] += given
            spare -= given
            shares -= columns[i].flex
    return [Place(i, widths[i], extents[i].after) for i in kept]


@lru_cache(maxsize=1_024)
def lay(text: str, width: int, align: Align, after: int = 0) -> str:
    """`text` in exactly `width` cells; `after` are the cells from the point on of an Align.POINT column."""
    if align is Align.POINT:
        text += " " * (after - split_point(text)[1])
    need = width - cells_of(text)
    if need < 0:
        return clipped(text.strip(), width) if cells_of(text.strip()) > width else lay(text.strip(), width, Align.RIGHT)
    if align is Align.LEFT:
        return text + " " * need
    if align is Align.CENTER:
        return " " * (need // 2) + text + " " * (need - need // 2)
    return " " * need + text


def clipped(text: str, width: int) -> str:
    """`text` cut to `width` cells with an ellipsis, so that a cut figure is never taken for a whole one."""
    if cells_of(text) <= width:
        return text + " " * (width - cells_of(text))
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def cursor_mark(style: Style, *, has_focus: bool = True) -> str:
    """What stands left of the cursor row, thin where the keys go elsewhere; a reversed row is mark enough."""
    return " " if style.reverse else "▌" if has_focus else "▏"


def is_blank(cell: Cell) -> bool:
    """Whether a cell has nothing to sort by."""
    return cell.value is None and cell.text.strip() in ("", "–")


def measured(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], known: Sequence[Extent] = ()) -> list[Extent]:
    """Extents of the columns over these rows, and over those they were `known` from."""
    extents = list(known) or [Extent() for _ in columns]
    for row in rows:
        for i, column in enumerate(columns):
            extents[i] = extents[i].grown(row[i].text, column.align)
    return extents
