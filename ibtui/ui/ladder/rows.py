"""A ladder's pieces laid onto the rows of its axis."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import compress, count
from operator import attrgetter, eq, ne
from typing import Any, Final, NamedTuple

from msgspec import Struct

from ibtui.domain.account import Position
from ibtui.domain.flow import Traded, traded_since
from ibtui.domain.queueing import QueueEstimate
from ibtui.ui.formatting import price as price_text
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.book import EMPTY, Book, Level, SizeChanges, Totals
from ibtui.ui.ladder.edges import edge_words
from ibtui.ui.ladder.kept import Kept
from ibtui.ui.ladder.marks import NO_CHANGE, ZERO, Change, added, day_marks, traded_rows
from ibtui.ui.ladder.own import OwnOrders, joined, own_marks
from ibtui.ui.ladder.view import (
    RECENT_SECONDS,
    LadderInput,
    LadderRow,
    LadderView,
    held_average,
    market_price,
)

TOTALS_SECONDS: Final = 0.5
"""Sizes are added up so often: every change at the best price changes all rows beyond it, and nobody reads sixty sums
twenty times a second."""
SCALE: Final = tuple(map(Decimal, ("1", "1.5", "2", "3", "4", "6", "8")))
"""Figures of a full bar, in each power of ten."""

_received = attrgetter("received")


class Own(Struct, frozen=True):
    """Own orders: by row, and by price for those out of sight."""

    buys: Mapping[int, OwnOrders]
    sells: Mapping[int, OwnOrders]
    priced: tuple[tuple[Decimal, OwnOrders], ...]


class Sight(Struct, frozen=True, eq=False):
    """The part of an axis that is in sight."""

    axis: Axis
    numbers: range
    """From the top one downwards."""
    prices: tuple[Decimal, ...]
    digits: int
    price_cells: int


class Sign(NamedTuple):
    """What a row is by its place."""

    zone: int = 0
    is_best: bool = False
    is_average: bool = False
    is_cursor: bool = False


class Here(NamedTuple):
    """What one row is made of; the row is made again when something of it is another."""

    price: Decimal
    sign: Sign
    level: Level | None
    change: Change | None
    last: tuple[Decimal | None, int] | None
    """Size of the last trade, if it was here, and the direction of its price."""
    buys: OwnOrders | None
    sells: OwnOrders | None
    queue: QueueEstimate | None
    mark: str | None
    traded: Traded | None
    recent: Traded | None
    bid_total: Decimal | None
    ask_total: Decimal | None


class Measures(NamedTuple):
    """What every row in sight is measured by."""

    largest: Decimal
    """The size a full bar stands for."""
    most: Decimal
    """What a full bar of the volume stands for."""
    average: Decimal | None
    worth: Decimal
    """Of one point to the position."""


class Sheet:
    """Makes the views of one ladder after another; a row of which nothing changed is the same object as before."""

    def __init__(self) -> None:
        self._book, self._changes = Book(), SizeChanges()
        self._sight = Kept[Sight](eq)
        self._own = Kept[Own]()
        self._marks = Kept[dict[int, str]]()
        self._traded = Kept[dict[int, Traded]]()
        self._recent = Kept[dict[int, Traded]]()
        self._most = Kept[Decimal]()
        self._largest = Kept[Decimal]()
        self._signs = Kept[dict[int, Sign]](eq)
        self._words = Kept[tuple[str, str]](eq)
        self._totals: Totals = ({}, {})
        self._sums = (ZERO, ZERO)
        self._totals_axis: Axis | None = None
        self._totals_from = self._totals_until = 0.0
        self._laid: tuple[Sight, Measures] | None = None
        """What the rows were made for."""
        self._layers: tuple[Mapping[int, object], ...] = ()
        """What they were made of, in the order of `Here`."""
        self._columns: list[list[Any]] = []
        """The same, of each layer what lies in the rows from the top one downwards."""
        self._rows: list[LadderRow] = []

    def view(self, source: LadderInput, axis: Axis, top: int, height: int, cursor: Decimal | None) -> LadderView:
        """The view of `source` on `height` rows from row `top` downwards."""
        moved = self._book.take(source, axis)
        changes = self._changes.of(self._book, moved, source, axis)
        self._add_up(source, axis)
        sight = self._sight.of((axis, top, height), lambda: _sight(axis, top, height))
        if height <= 0:
            return LadderView(digits=sight.digits, from_quote=source.from_quote, grouping=axis.grouping)
        own = self._own.of(
            (*source.orders, None, *source.submissions, None, *source.ended, source.grab, axis),
            lambda: _own(source, axis),
        )
        traded, recent = self._flows(source, sight)
        layers = (
            self._signs_of(source, sight, cursor),
            self._book.levels,
            changes,
            *self._placed(source, sight, own),
            *(traded, recent, *self._totals),
        )
        self._lay(layers, sight, self._measures(source, sight, traded))
        above, below = self._edges(source, sight, own, cursor)
        return LadderView(
            rows=tuple(self._rows),
            above=above,
            below=below,
            digits=sight.digits,
            from_quote=source.from_quote,
            bid_total=self._sums[0],
            ask_total=self._sums[1],
            price_cells=sight.price_cells,
            grouping=axis.grouping,
        )

    def _add_up(self, source: LadderInput, axis: Axis) -> None:
        """Add the sizes up, if it is time."""
        if self._totals_from <= source.now < self._totals_until and axis is self._totals_axis:
            return
        self._totals = ({}, {}) if source.from_quote else self._book.totals()
        bids, asks = added(rung.bid_size for rung in source.rungs), added(rung.ask_size for rung in source.rungs)
        self._sums, self._totals_axis = (bids or ZERO, asks or ZERO), axis
        self._totals_from, self._totals_until = source.now, source.now + TOTALS_SECONDS

    def _lay(self, layers: tuple[Mapping[int, object], ...], sight: Sight, measures: Measures) -> None:
        """Make the rows again of which something changed."""
        numbers, columns, before = sight.numbers, self._columns, self._layers
        laid, self._laid, self._layers = self._laid, (sight, measures), layers
        if laid != self._laid:
            columns[:] = [list(map(layer.get, numbers)) for layer in layers]
            self._rows = [_row(Here._make(each), measures) for each in zip(sight.prices, *columns, strict=True)]
            return
        changed = set[int]()
        for number, layer in enumerate(layers):
            if layer is not before[number]:
                column = list(map(layer.get, numbers))
                changed.update(compress(count(), map(ne, column, columns[number])))
                columns[number] = column
        for place in changed:
            self._rows[place] = _row(Here(sight.prices[place], *[column[place] for column in columns]), measures)

    def _measures(self, source: LadderInput, sight: Sight, traded: Mapping[int, Traded]) -> Measures:
        levels = self._book.levels
        return Measures(
            self._largest.of((levels, sight), lambda: _scale(_largest(levels, sight))),
            self._most.of((traded, sight), lambda: _scale(_most(traded, sight))),
            held_average(source.position),
            _worth(source.position),
        )

    def _signs_of(self, source: LadderInput, sight: Sight, cursor: Decimal | None) -> Mapping[int, Sign]:
        book, average = self._book, held_average(source.position)
        return self._signs.of(
            (sight, book.bid_row, book.ask_row, average, cursor), lambda: _signs(sight, book, average, cursor)
        )

    def _placed(self, source: LadderInput, sight: Sight, own: Own) -> tuple[Mapping[int, object], ...]:
        """Last trade, own orders, their queues and the day's prices, by row."""
        quote = source.quote
        direction = quote.direction if quote is not None else 0
        day = (quote.high, quote.low, quote.open, quote.close) if quote is not None else ()
        return (
            {row: (size, direction) for row, size in self._book.last.items()},
            own.buys,
            own.sells,
            {row: _queue(source, own.buys.get(row), own.sells.get(row)) for row in {*own.buys, *own.sells}},
            self._marks.of((*day, sight.axis), lambda: day_marks(quote, sight.axis)),
        )

    def _flows(self, source: LadderInput, sight: Sight) -> tuple[Mapping[int, Traded], Mapping[int, Traded]]:
        """What was traded today, and of late, by row."""
        flow = source.flow
        if flow is None:
            return {}, {}
        first = bisect_left(flow.prints, source.now - RECENT_SECONDS, key=_received)
        return (
            self._traded.of((flow, sight), lambda: _traded(flow.at, sight)),
            self._recent.of(
                (flow, sight, first), lambda: _traded(traded_since(flow, source.now, RECENT_SECONDS), sight)
            ),
        )

    def _edges(self, source: LadderInput, sight: Sight, own: Own, cursor: Decimal | None) -> tuple[str, str]:
        """What lies above and below."""
        axis, market, average = sight.axis, market_price(source), held_average(source.position)
        if market is not None and axis.row_of(market) in sight.numbers:
            market = None
        told = (own.priced, cursor, market, average)
        return self._words.of(
            (sight, *told),
            lambda: (
                edge_words(axis, *told, edge=sight.prices[0], up=True, digits=sight.digits),
                edge_words(axis, *told, edge=sight.prices[-1], up=False, digits=sight.digits),
            ),
        )


def ladder_view(source: LadderInput, axis: Axis, top: int, height: int, cursor: Decimal | None) -> LadderView:
    """The view of `source` on `height` rows from row `top` downwards."""
    return Sheet().view(source, axis, top, height, cursor)


def _sight(axis: Axis, top: int, height: int) -> Sight:
    first, last = axis.price_of(top), axis.price_of(top - height + 1)
    digits = axis.digits(first, last)
    cells = max(len(price_text(first, digits)), len(price_text(last, digits)))
    return Sight(axis, range(top, top - height, -1), axis.prices(top, height), digits, cells)


def _signs(sight: Sight, book: Book, average: Decimal | None, cursor: Decimal | None) -> dict[int, Sign]:
    average_row, cursor_row = (sight.axis.row_of(at) if at is not None else None for at in (average, cursor))
    top, bottom, best = sight.numbers[0], sight.numbers[-1], (book.bid_row, book.ask_row)
    signs = dict.fromkeys(sight.numbers, Sign())
    if book.ask_row is not None:
        signs |= dict.fromkeys(range(max(book.ask_row, bottom), top + 1), Sign(1))
    if book.bid_row is not None:
        signs |= dict.fromkeys(range(bottom, min(book.bid_row, top) + 1), Sign(-1))
    for row in {*best, average_row, cursor_row}:
        if row is not None:
            signs[row] = Sign(book.zone(row), row in best, row == average_row, row == cursor_row)
    return signs


def _traded(traded: Mapping[Decimal, Traded], sight: Sight) -> dict[int, Traded]:
    """Of what was traded what is in sight, by row."""
    low, high = sight.axis.price_of(sight.numbers[-1] - 1), sight.axis.price_of(sight.numbers[0] + 1)
    return traded_rows(traded, sight.axis, low, high)


def _largest(levels: Mapping[int, Level], sight: Sight) -> Decimal:
    """The largest size in sight."""
    found = [levels[row] for row in sight.numbers if row in levels]
    return max((size for level in found for size in level if size), default=ZERO)


def _most(traded: Mapping[int, Traded], sight: Sight) -> Decimal:
    """The most traded at a row in sight."""
    return max((traded[row].total for row in sight.numbers if row in traded), default=ZERO)


def _row(here: Here, by: Measures) -> LadderRow:
    """One row."""
    sign, level, change, last = here.sign, here.level or EMPTY, here.change or NO_CHANGE, here.last
    traded, ahead = here.traded, here.queue
    return LadderRow(
        price=here.price,
        bid_size=level.bid,
        ask_size=level.ask,
        bid_bar=_share(level.bid, by.largest),
        ask_bar=_share(level.ask, by.largest),
        zone=sign.zone,
        is_best=sign.is_best,
        is_last=last is not None,
        last_size=last[0] if last is not None else None,
        direction=last[1] if last is not None else 0,
        buys=here.buys,
        sells=here.sells,
        is_average=sign.is_average,
        pnl=(here.price - by.average) * by.worth if by.average is not None else None,
        is_cursor=sign.is_cursor,
        bid_total=here.bid_total,
        ask_total=here.ask_total,
        traded=traded,
        volume_bar=_share(traded.total, by.most) if traded is not None else 0.0,
        recent=here.recent,
        bid_change=change[0] or None,
        ask_change=change[1] or None,
        queue=ahead.ahead if ahead is not None else None,
        is_queue_most=ahead is not None and not ahead.saw_join,
        mark=here.mark or "",
    )


def _own(source: LadderInput, axis: Axis) -> Own:
    both = own_marks((*source.orders, *source.ended), source.submissions, source.grab, conid=source.conid)
    buys, sells = (_by_row(side, axis) for side in both)
    return Own(buys, sells, tuple((at, own) for side in both for at, own in side.items()))


def _by_row(marks: Mapping[Decimal, OwnOrders], axis: Axis) -> dict[int, OwnOrders]:
    found: dict[int, OwnOrders] = {}
    for at, own in marks.items():
        row = axis.row_of(at)
        before = found.get(row)
        found[row] = own if before is None else joined(before, own)
    return found


def _queue(source: LadderInput, *marks: OwnOrders | None) -> QueueEstimate | None:
    """The estimate of the own order that comes first; orders on their way have no place in the queue."""
    ids = [order_id for own in marks if own is not None and not own.is_target for order_id in own.order_ids]
    found = (source.queue[order_id] for order_id in ids if order_id in source.queue)
    return min(found, key=lambda estimate: estimate.ahead, default=None)


def _worth(position: Position | None) -> Decimal:
    return position.quantity * position.multiplier if position is not None else ZERO


@lru_cache(maxsize=1_024)
def _scale(largest: Decimal) -> Decimal:
    """What a full bar stands for: the next of few figures, so that not every bar changes with the largest size."""
    if largest <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(largest.adjusted())
    return next((step * power for step in SCALE if step * power >= largest), 10 * power)


def _share(size: Decimal | None, largest: Decimal) -> float:
    return round(float(size / largest), 2) if size else 0.0
