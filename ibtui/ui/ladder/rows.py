"""A ladder's pieces laid onto the rows of its axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import is_
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

from ibtui.domain.account import Position
from ibtui.domain.flow import Traded, traded_since
from ibtui.domain.queueing import QueueEstimate
from ibtui.ui.formatting import price as price_text
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.book import EMPTY, Book, book_of
from ibtui.ui.ladder.edges import edge_words
from ibtui.ui.ladder.marks import ZERO, day_marks, size_changes, traded_rows
from ibtui.ui.ladder.own import OwnOrders, joined, own_marks
from ibtui.ui.ladder.view import (
    RECENT_SECONDS,
    LadderInput,
    LadderRow,
    LadderView,
    held_average,
)

T = TypeVar("T")
Totals = tuple[Mapping[int, Decimal], Mapping[int, Decimal]]
"""Sizes of bids and of asks by row, added up from the best price outwards."""
TOTALS_SECONDS = 0.25
"""Sizes are added up so often: every change at the best price changes all rows beyond it, and nobody reads sixty sums
twenty times a second."""


class Kept(Generic[T]):
    """A value that is made again only when one of the objects it is made of is another object."""

    def __init__(self) -> None:
        self._made_of: tuple[object, ...] | None = None
        self._value: T

    def of(self, made_of: tuple[object, ...], make: Callable[[], T]) -> T:
        """The value of these objects; they are held, so that no other can pass for one of them."""
        before = self._made_of
        if before is None or len(before) != len(made_of) or not all(map(is_, before, made_of)):
            self._value = make()
            self._made_of = made_of
        return self._value


class Own(Struct, frozen=True):
    """Own orders: by row, and by price for those out of sight."""

    buys: Mapping[int, OwnOrders]
    sells: Mapping[int, OwnOrders]
    priced: tuple[tuple[Decimal, OwnOrders], ...]


class Layers(NamedTuple):
    """What lies on the axis beside the depth, by row."""

    own: Own
    marks: Mapping[int, str]
    traded: Mapping[int, Traded]
    recent: Mapping[int, Traded]
    changes: Mapping[int, tuple[Decimal, Decimal]]
    most: Decimal
    """What a full bar of the volume stands for."""
    average: Decimal | None
    average_row: int | None
    cursor_row: int | None


class Sheet:
    """Makes the views of one ladder after another; what did not change since the last is not made again."""

    def __init__(self) -> None:
        self._book = Kept[Book]()
        self._own = Kept[Own]()
        self._marks = Kept[dict[int, str]]()
        self._traded = Kept[dict[int, Traded]]()
        self._changes = Kept[dict[int, tuple[Decimal, Decimal]]]()
        self._totals: Totals = ({}, {})
        self._sums = (ZERO, ZERO)
        self._totals_axis: Axis | None = None
        self._totals_from = self._totals_until = 0.0

    def view(self, source: LadderInput, axis: Axis, top: int, height: int, cursor: Decimal | None) -> LadderView:
        """The view of `source` on `height` rows from row `top` downwards."""
        quote = source.quote
        told = (quote.last, quote.last_size, quote.last_is_close) if quote is not None else ()
        book = self._book.of((*source.rungs, None, *told, source.from_quote, axis), lambda: book_of(source, axis))
        if source.now >= self._totals_until or axis is not self._totals_axis or source.now < self._totals_from:
            self._totals, self._totals_axis = (book.bid_totals, book.ask_totals), axis
            self._sums = (book.bid_sum, book.ask_sum)
            self._totals_from, self._totals_until = source.now, source.now + TOTALS_SECONDS
        digits = axis.digits(axis.price_of(top), axis.price_of(top - height + 1))
        if height <= 0:
            return LadderView(digits=digits, from_quote=source.from_quote, grouping=axis.grouping)
        own = self._own.of(
            (*source.orders, None, *source.submissions, None, *source.ended, source.grab, axis),
            lambda: _own(source, axis),
        )
        numbers = range(top, top - height, -1)
        layers = self._layers(source, axis, numbers, cursor, own)
        seen = [book.levels[row] for row in numbers if row in book.levels]
        largest = _scale(max((max(level.bid or ZERO, level.ask or ZERO) for level in seen), default=ZERO))
        totals = self._totals
        rows = tuple(_row(row, axis.price_of(row), source, book, layers, largest, totals) for row in numbers)
        first, last = rows[0].price, rows[-1].price
        return LadderView(
            rows=rows,
            above=edge_words(source, axis, own.priced, cursor, edge=first, up=True, digits=digits),
            below=edge_words(source, axis, own.priced, cursor, edge=last, up=False, digits=digits),
            digits=digits,
            from_quote=source.from_quote,
            bid_total=self._sums[0],
            ask_total=self._sums[1],
            price_cells=max(len(price_text(first, digits)), len(price_text(last, digits))),
            grouping=axis.grouping,
        )

    def _layers(self, source: LadderInput, axis: Axis, numbers: range, cursor: Decimal | None, own: Own) -> Layers:
        """What is not depth, by row."""
        quote, flow = source.quote, source.flow
        day = (quote.high, quote.low, quote.open, quote.close) if quote is not None else ()
        low, high = axis.price_of(numbers[-1] - 1), axis.price_of(numbers[0] + 1)
        traded = self._traded.of(
            (flow, axis, low, high), lambda: traded_rows(flow.at if flow is not None else {}, axis, low, high)
        )
        recent = {}
        if flow is not None:
            recent = traded_rows(traded_since(flow, source.now, RECENT_SECONDS), axis, low, high)
        average = held_average(source.position)
        return Layers(
            own=own,
            marks=self._marks.of((*day, axis), lambda: day_marks(quote, axis)),
            traded=traded,
            recent=recent,
            changes=self._changes.of(
                (*source.rungs, source.looked, axis),
                lambda: size_changes(source.rungs, source.looked, axis, is_top=source.from_quote),
            ),
            most=_scale(max((traded[row].total for row in numbers if row in traded), default=ZERO)),
            average=average,
            average_row=axis.row_of(average) if average is not None else None,
            cursor_row=axis.row_of(cursor) if cursor is not None else None,
        )


UNCHANGED = (ZERO, ZERO)
SCALE = tuple(map(Decimal, ("1", "1.5", "2", "3", "4", "6", "8")))
"""Figures of a full bar, in each power of ten."""


def ladder_view(source: LadderInput, axis: Axis, top: int, height: int, cursor: Decimal | None) -> LadderView:
    """The view of `source` on `height` rows from row `top` downwards."""
    return Sheet().view(source, axis, top, height, cursor)


def _row(
    row: int, price: Decimal, source: LadderInput, book: Book, layers: Layers, largest: Decimal, totals: Totals
) -> LadderRow:
    """One row; `largest` is the size a full bar stands for."""
    level, change = book.levels.get(row, EMPTY), layers.changes.get(row, UNCHANGED)
    buys, sells, traded = layers.own.buys.get(row), layers.own.sells.get(row), layers.traded.get(row)
    ahead = _queue(source, buys, sells) if buys is not None or sells is not None else None
    return LadderRow(
        price=price,
        bid_size=level.bid,
        ask_size=level.ask,
        bid_bar=_share(level.bid, largest),
        ask_bar=_share(level.ask, largest),
        zone=book.zone(row),
        is_best=row in (book.bid_row, book.ask_row),
        is_last=level.is_last,
        last_size=level.last_size,
        direction=source.quote.direction if level.is_last and source.quote is not None else 0,
        buys=buys,
        sells=sells,
        is_average=row == layers.average_row,
        pnl=_pnl(source.position, layers.average, price),
        is_cursor=row == layers.cursor_row,
        bid_total=totals[0].get(row),
        ask_total=totals[1].get(row),
        traded=traded,
        volume_bar=_share(traded.total, layers.most) if traded is not None else 0.0,
        recent=layers.recent.get(row),
        bid_change=change[0] or None,
        ask_change=change[1] or None,
        queue=ahead.ahead if ahead is not None else None,
        is_queue_most=ahead is not None and not ahead.saw_join,
        mark=layers.marks.get(row, ""),
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


def _scale(largest: Decimal) -> Decimal:
    """What a full bar stands for: the next of few figures, so that not every bar changes with the largest size."""
    if largest <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(largest.adjusted())
    return next((step * power for step in SCALE if step * power >= largest), 10 * power)


def _share(size: Decimal | None, largest: Decimal) -> float:
    return round(float(size / largest), 2) if size else 0.0


def _pnl(position: Position | None, average: Decimal | None, at: Decimal) -> Decimal | None:
    if position is None or average is None:
        return None
    return (at - average) * position.quantity * position.multiplier
