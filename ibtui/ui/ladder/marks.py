"""What is marked on the axis beside depth and orders: the day's prices, trades, and how sizes have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ibtui.domain.flow import Traded
from ibtui.domain.market import Quote, Rung
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.view import Looked

ZERO = Decimal(0)
Sizes = tuple[Decimal | None, Decimal | None]
"""Of bid and ask; None is not told."""
UNTOLD: Sizes = (None, None)
Change = tuple[Decimal, Decimal]
"""Of the bid size and of the ask size."""
NO_CHANGE: Change = (ZERO, ZERO)


def day_marks(quote: Quote | None, axis: Axis) -> dict[int, str]:
    """Words of the day's high, low and open and of the close before it, by row."""
    if quote is None:
        return {}
    found: dict[int, str] = {}
    for word, price in (("high", quote.high), ("low", quote.low), ("open", quote.open), ("close", quote.close)):
        if price is not None:
            row = axis.row_of(price)
            found[row] = f"{found[row]} {word}" if row in found else word
    return found


def traded_rows(traded: Mapping[Decimal, Traded], axis: Axis, low: Decimal, high: Decimal) -> dict[int, Traded]:
    """What was traded from `low` to `high`, added up by row."""
    found: dict[int, Traded] = {}
    for price, told in traded.items():
        if not low <= price <= high:
            continue
        row = axis.row_of(price)
        before = found.get(row)
        found[row] = told if before is None else _sum(before, told)
    return found


def looked_at(rungs: Iterable[Rung]) -> Looked:
    """The sizes as they stand now, to count their changes from."""
    return {rung.price: (rung.bid_size, rung.ask_size) for rung in rungs}


def changed(new: Sizes, old: Sizes, *, is_top: bool) -> Change:
    """By how much (bid, ask) have changed at a price; of a top of book a size that is not told may be any."""
    return _change(new[0], old[0], is_top=is_top), _change(new[1], old[1], is_top=is_top)


def added(sizes: Iterable[Decimal | None]) -> Decimal | None:
    """Their sum; None where none is told."""
    told = [size for size in sizes if size is not None]
    return sum(told[1:], told[0]) if told else None


def _change(new: Decimal | None, old: Decimal | None, *, is_top: bool) -> Decimal:
    if is_top and (new is None or old is None):
        return ZERO
    return (new or ZERO) - (old or ZERO)


def _sum(one: Traded, other: Traded) -> Traded:
    return Traded(one.bought + other.bought, one.sold + other.sold, one.unsided + other.unsided)
