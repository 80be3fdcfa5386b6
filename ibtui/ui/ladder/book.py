"""The depth of a ladder by the rows of its axis, and how its sizes have changed since the last look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from typing import NamedTuple

from ibtui.domain.market import Rung
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.marks import UNTOLD, ZERO, Change, Sizes, added, changed
from ibtui.ui.ladder.view import LadderInput, Looked, best_prices


class Level(NamedTuple):
    """Sizes of one row."""

    bid: Decimal | None = None
    ask: Decimal | None = None


EMPTY = Level()

Totals = tuple[Mapping[int, Decimal], Mapping[int, Decimal]]
"""Sizes of bids and of asks by row, added up from the best price outwards."""
Ends = tuple[Decimal, Decimal]
"""Lowest and highest price."""


class Book:
    """Depth by row, kept from view to view: only rows of which a rung is another are made again."""

    def __init__(self) -> None:
        self.levels: dict[int, Level] = {}
        """By row, those that hold a rung; another object when one is another."""
        self.last: Mapping[int, Decimal | None] = {}
        """Size of the last trade, by the row it was in."""
        self.bid_row: int | None = None
        """Of the best bid."""
        self.ask_row: int | None = None
        self.ends: Ends = (ZERO, ZERO)
        self._axis: Axis | None = None
        self._rungs: dict[Decimal, Rung] = {}
        """By price."""
        self._at: dict[int, dict[Decimal, Rung]] = {}
        """The same, those of each row."""

    def take(self, source: LadderInput, axis: Axis) -> set[Decimal]:
        """Hold the depth of `source`; gives the prices at which something is another than before."""
        if axis is not self._axis:
            self._axis, self._rungs, self._at, self.levels = axis, {}, {}, {}
        before, now = self._rungs, {rung.price: rung for rung in source.rungs}
        come = {price: rung for price, rung in now.items() if rung != before.get(price)}
        gone = before.keys() - now.keys()
        self._rungs = now
        for price in gone:
            del self._at[axis.row_of(price)][price]
        for price, rung in come.items():
            self._at.setdefault(axis.row_of(price), {})[price] = rung
        if gone or len(now) != len(before):
            self.ends = (min(now), max(now)) if now else (ZERO, ZERO)
        moved = gone | come.keys()
        if moved:
            self.levels = self.levels.copy()
        for row in {axis.row_of(price) for price in moved}:
            self._lay(row)
        bid, ask = best_prices(source.rungs)
        self.bid_row = axis.row_of(bid) if bid is not None else None
        self.ask_row = axis.row_of(ask) if ask is not None else None
        self.last = _last(source, axis)
        return moved

    def zone(self, row: int) -> int:
        """−1 at or below the best bid, 1 at or above the best ask."""
        if self.bid_row is not None and row <= self.bid_row:
            return 0 if row == self.ask_row else -1
        return 1 if self.ask_row is not None and row >= self.ask_row else 0

    def sizes(self, price: Decimal) -> Sizes:
        """What is known of a price."""
        rung = self._rungs.get(price)
        return (rung.bid_size, rung.ask_size) if rung is not None else UNTOLD

    def totals(self) -> Totals:
        """Sizes added up from the best price outwards."""
        levels = sorted(self.levels.items())
        return (
            _running((row, level.bid) for row, level in reversed(levels)),
            _running((row, level.ask) for row, level in levels),
        )

    def _lay(self, row: int) -> None:
        """Make the level of a row again; sizes that meet there are added up."""
        rungs = self._at[row].values()
        if len(rungs) == 1:
            (rung,) = rungs
            self.levels[row] = Level(rung.bid_size, rung.ask_size)
        elif rungs:
            self.levels[row] = Level(added(rung.bid_size for rung in rungs), added(rung.ask_size for rung in rungs))
        else:
            del self._at[row], self.levels[row]


class SizeChanges:
    """Changes of (bid, ask) size since the last look by row, kept like the book: only prices that moved are compared.

    They are told only where both sizes are known: of a book everything between its ends, where an unlisted price is
    empty; of a mere top of book only the prices that are in both.
    """

    def __init__(self) -> None:
        self._looked: Looked = {}
        self._reach: Ends = (ZERO, ZERO)
        """Ends of what was looked at."""
        self._axis: Axis | None = None
        self._ends: Ends | None = None
        """Ends of what is compared; None is every price, of a top of book."""
        self._at: dict[int, dict[Decimal, Change]] = {}
        """By price, those of each row."""
        self._rows: dict[int, Change] = {}

    def of(self, book: Book, moved: Set[Decimal], source: LadderInput, axis: Axis) -> Mapping[int, Change]:
        """The changes by row, now that the sizes at the prices `moved` are others; another object when one may be."""
        looked = source.looked if source.rungs else {}
        is_new = looked is not self._looked
        if is_new:
            self._looked, self._reach = looked, (min(looked, default=ZERO), max(looked, default=ZERO))
        ends = None if source.from_quote else _shared(book.ends, self._reach)
        if is_new or axis is not self._axis or ends != self._ends:
            self._axis, self._ends, self._at, self._rows = axis, ends, {}, {}
            moved = looked.keys() | (rung.price for rung in source.rungs)
        elif moved:
            self._rows = self._rows.copy()
        for price in moved if looked else ():
            if ends is None or ends[0] <= price <= ends[1]:
                self._compare(book, price, axis.row_of(price), is_top=source.from_quote)
        return self._rows

    def _compare(self, book: Book, price: Decimal, row: int, *, is_top: bool) -> None:
        """Look at a price of a row again."""
        at = self._at.setdefault(row, {})
        at[price] = changed(book.sizes(price), self._looked.get(price, UNTOLD), is_top=is_top)
        changes = at.values()
        self._rows[row] = sum((bid for bid, _ in changes), ZERO), sum((ask for _, ask in changes), ZERO)


def _last(source: LadderInput, axis: Axis) -> dict[int, Decimal | None]:
    """The last trade where the rungs tell it, else where the quote does."""
    told = {axis.row_of(rung.price): rung.last_size for rung in source.rungs if rung.is_last}
    quote = source.quote
    if not told and quote is not None and quote.last is not None and not quote.last_is_close:
        return {axis.row_of(quote.last): quote.last_size}
    return told


def _shared(one: Ends, other: Ends) -> Ends:
    """What both reach."""
    return max(one[0], other[0]), min(one[1], other[1])


def _running(sizes: Iterable[tuple[int, Decimal | None]]) -> dict[int, Decimal]:
    """Running sums of the sizes, in their order."""
    found, total = {}, ZERO
    for row, size in sizes:
        if size is not None:
            total += size
            found[row] = total
    return found
