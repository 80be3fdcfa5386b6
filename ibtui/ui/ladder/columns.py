"""The ladder's columns: which there are, which fit, and how wide each is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from msgspec import Struct

from ibtui.ui.widgets.columns import Align


class Column(StrEnum):
    """A column by the name it has in the configuration."""

    OWN_BIDS = "own_bids"
    BIDS = "bids"
    PRICE = "price"
    ASKS = "asks"
    OWN_ASKS = "own_asks"
    TOTAL = "total"
    LAST = "last"
    VOLUME = "volume"
    TRADES = "trades"
    CHANGE = "change"
    PNL = "pnl"
    QUEUE = "queue"
    MARKS = "marks"


class Laid(NamedTuple):
    """A column that is shown, and its cells."""

    column: Column
    width: int


class _Shape(Struct, frozen=True):
    title: str
    words: str
    """What it is, for a person who chooses."""
    align: Align
    least: int
    """Cells without which it is not shown: no number of it is ever cut."""
    usual: int
    """Cells it comes in with."""
    most: int
    rank: int
    """Those of the lowest come in first; 0 is always shown."""


SHAPES: Final = {
    Column.OWN_BIDS: _Shape("my bids", "own buy orders", Align.LEFT, 7, 10, 24, 1),
    Column.BIDS: _Shape("bid", "bid sizes with bars", Align.RIGHT, 6, 10, 40, 0),
    Column.PRICE: _Shape("price", "prices", Align.CENTER, 8, 12, 12, 0),
    Column.ASKS: _Shape("ask", "ask sizes with bars", Align.LEFT, 6, 10, 40, 0),
    Column.OWN_ASKS: _Shape("my asks", "own sell orders", Align.LEFT, 7, 10, 24, 1),
    Column.TOTAL: _Shape("total", "sizes added up from the best price", Align.RIGHT, 5, 6, 8, 8),
    Column.LAST: _Shape("last", "size of the last trade", Align.RIGHT, 7, 8, 9, 7),
    Column.VOLUME: _Shape("  vol", "traded at the price today, as far as seen", Align.LEFT, 6, 9, 18, 3),
    Column.TRADES: _Shape("last 30 s", "traded in the last 30 s by buyers ▲ and sellers ▼", Align.LEFT, 13, 13, 13, 5),
    Column.CHANGE: _Shape("change", "of the size since the last look", Align.RIGHT, 6, 7, 8, 9),
    Column.PNL: _Shape("P&L", "profit of the position at the price", Align.RIGHT, 6, 8, 11, 2),
    Column.QUEUE: _Shape("queue", "estimated size ahead of own orders", Align.LEFT, 7, 8, 9, 6),
    Column.MARKS: _Shape("", "average price, cursor and the day's prices", Align.LEFT, 8, 8, 14, 4),
}

DEFAULT_COLUMNS: Final = (
    *(Column.OWN_BIDS, Column.BIDS, Column.PRICE, Column.ASKS, Column.OWN_ASKS, Column.LAST, Column.VOLUME),
    *(Column.TRADES, Column.CHANGE, Column.TOTAL, Column.PNL, Column.QUEUE, Column.MARKS),
)
PANEL_COLUMNS: Final = (
    *(Column.OWN_BIDS, Column.BIDS, Column.PRICE, Column.ASKS, Column.OWN_ASKS, Column.LAST, Column.PNL),
    Column.MARKS,
)
"""Of the small ladder beside the watchlist."""

SMALL: Final = 56
"""Below so many cells a ladder shows sizes and price only, own orders as B and S beside the price."""
PRICE_MARKS: Final = 4
"""Cells beside a price: a mark and a blank on each side."""
SMALL_MARKS: Final = 6
"""The same where own orders are marked there, each with the mark of its look."""
USUAL_PRICE: Final = 12


def title_of(column: Column) -> str:
    """What stands above a column."""
    return SHAPES[column].title


def align_of(column: Column) -> Align:
    """How the title of a column lies in it."""
    return SHAPES[column].align


def words_of(column: Column) -> str:
    """What a column shows, for a person who chooses."""
    return SHAPES[column].words


def columns_named(names: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these names in their order, each once; the usual ones for none. Raises ValueError for no name."""
    return tuple(dict.fromkeys(Column(name) for name in names)) or DEFAULT_COLUMNS


def columns_for(
    width: int, wanted: Sequence[Column] = DEFAULT_COLUMNS, *, price_cells: int = 8, has_mark: bool = True
) -> tuple[Laid, ...]:
    """The wanted columns that fit into `width` cells, in the order wanted, each after one blank cell.

    Columns are left out by rank until the others are wide enough for every number they may show. Prices are always
    shown. `has_mark` keeps the cell before the first column free for the cursor's mark.
    """
    columns = tuple(dict.fromkeys(wanted))
    if Column.PRICE not in columns:
        place = columns.index(Column.BIDS) + 1 if Column.BIDS in columns else 0
        columns = (*columns[:place], Column.PRICE, *columns[place:])
    price = max(USUAL_PRICE, price_cells + PRICE_MARKS)
    room = width if has_mark else width + 1
    if width < SMALL:
        return _small(columns, width, max(USUAL_PRICE, price_cells + SMALL_MARKS))
    widths = {column: SHAPES[column].usual for column in columns} | {Column.PRICE: price}
    shown: list[Column] = [column for column in columns if SHAPES[column].rank == 0]
    for rank in sorted({SHAPES[column].rank for column in columns} - {0}):
        group = [column for column in columns if SHAPES[column].rank == rank]
        if not _fits(widths, (*shown, *group), room):
            widths |= {column: SHAPES[column].least for column in group}
        if not _fits(widths, (*shown, *group), room):
            break
        shown += group
    spare = room - sum(widths[column] + 1 for column in shown)
    return _widened([Laid(column, widths[column]) for column in columns if column in shown], spare)


def _fits(widths: Mapping[Column, int], columns: Iterable[Column], room: int) -> bool:
    """Whether these columns fit, each with a blank cell before it."""
    return sum(widths[column] + 1 for column in columns) <= room


def _small(columns: Sequence[Column], width: int, price: int) -> tuple[Laid, ...]:
    """Sizes and price only; sizes too narrow for their numbers are left out, both."""
    sides = [column for column in columns if column in (Column.BIDS, Column.ASKS)]
    size = (width - price - 4) // 2
    if size < SHAPES[Column.BIDS].least:
        return (Laid(Column.PRICE, max(1, min(price, width - 1))),)
    shown = (column for column in columns if column in (*sides, Column.PRICE))
    return tuple(Laid(column, price if column is Column.PRICE else size) for column in shown)


def _widened(laid: list[Laid], spare: int) -> tuple[Laid, ...]:
    """The columns with the spare cells shared out, sides evenly: first what own orders need, then all the others."""
    steps = (
        ((Column.OWN_BIDS, Column.OWN_ASKS), 12),
        ((Column.BIDS, Column.ASKS), 16),
        ((Column.OWN_BIDS, Column.OWN_ASKS), 18),
        ((Column.VOLUME,), 18),
        ((Column.MARKS,), 14),
        ((Column.BIDS, Column.ASKS), 24),
        ((Column.OWN_BIDS, Column.OWN_ASKS), 24),
        ((Column.PNL, Column.TOTAL, Column.LAST, Column.CHANGE, Column.QUEUE), 9),
        ((Column.BIDS, Column.ASKS), 40),
    )
    widths = dict(laid)
    for columns, most in steps:
        group = [column for column in columns if column in widths]
        while group and spare >= len(group) and any(widths[column] < most for column in group):
            for column in group:
                spare -= 1 if widths[column] < most else 0
                widths[column] = max(widths[column], min(most, widths[column] + 1))
    return tuple(Laid(column, widths[column]) for column, _ in laid)
