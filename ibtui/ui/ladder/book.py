"""The depth of a ladder by the rows of its axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from ibtui.domain.market import Rung
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.marks import ZERO
from ibtui.ui.ladder.view import LadderInput, best_prices


class Level(NamedTuple):
    """Sizes of one row."""

    bid: Decimal | None = None
    ask: Decimal | None = None
    is_last: bool = False
    last_size: Decimal | None = None


EMPTY = Level()


class Book(Struct, frozen=True):
    """Depth by row."""

    levels: Mapping[int, Level]
    bid_row: int | None
    """Of the best bid."""
    ask_row: int | None
    bid_totals: Mapping[int, Decimal]
    """Sizes added up from the best price outwards; empty for a mere top of book."""
    ask_totals: Mapping[int, Decimal]
    bid_sum: Decimal
    ask_sum: Decimal

    def zone(self, row: int) -> int:
        """−1 at or below the best bid, 1 at or above the best ask."""
        if self.bid_row is not None and row <= self.bid_row:
            return 0 if row == self.ask_row else -1
        return 1 if self.ask_row is not None and row >= self.ask_row else 0


def book_of(source: LadderInput, axis: Axis) -> Book:
    """The sizes of `source` by row; where they tell no last trade the quote does."""
    bid, ask = best_prices(source.rungs)
    levels = _levels(source.rungs, axis)
    quote = source.quote
    is_told = any(rung.is_last for rung in source.rungs)
    if not is_told and quote is not None and quote.last is not None and not quote.last_is_close:
        row = axis.row_of(quote.last)
        levels[row] = levels.get(row, EMPTY)._replace(is_last=True, last_size=quote.last_size)
    rows = [] if source.from_quote else sorted(levels.items())
    return Book(
        levels=levels,
        bid_row=axis.row_of(bid) if bid is not None else None,
        ask_row=axis.row_of(ask) if ask is not None else None,
        bid_totals=_totals((row, level.bid) for row, level in reversed(rows)),
        ask_totals=_totals((row, level.ask) for row, level in rows),
        bid_sum=sum((rung.bid_size or ZERO for rung in source.rungs), ZERO),
        ask_sum=sum((rung.ask_size or ZERO for rung in source.rungs), ZERO),
    )


def _levels(rungs: Iterable[Rung], axis: Axis) -> dict[int, Level]:
    """Sizes by row; those that meet there are added up."""
    found: dict[int, Level] = {}
    for rung in rungs:
        row = axis.row_of(rung.price)
        level = Level(rung.bid_size, rung.ask_size, rung.is_last, rung.last_size if rung.is_last else None)
        before = found.get(row)
        if before is not None:
            level = Level(
                _added(before.bid, level.bid),
                _added(before.ask, level.ask),
                before.is_last or level.is_last,
                level.last_size if level.is_last else before.last_size,
            )
        found[row] = level
    return found


def _totals(sizes: Iterable[tuple[int, Decimal | None]]) -> dict[int, Decimal]:
    """Running sums of the sizes, in their order."""
    found, total = {}, ZERO
    for row, size in sizes:
        if size is not None:
            total += size
            found[row] = total
    return found


def _added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return one if other is None else other if one is None else one + other
