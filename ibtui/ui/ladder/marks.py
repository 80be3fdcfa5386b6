"""What is marked on the axis beside depth and orders: the day's prices, trades, and how sizes have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ibtui.domain.flow import Traded
from ibtui.domain.market import Quote, Rung
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.view import Looked

ZERO = Decimal(0)
UNTOLD = (None, None)


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


def size_changes(
    rungs: tuple[Rung, ...], looked: Looked, axis: Axis, *, is_top: bool
) -> dict[int, tuple[Decimal, Decimal]]:
    """Changes of (bid, ask) size since `looked`, by row.

    Only where both sizes are known: of a book everything between its ends, where an unlisted price is empty; of the
    top of book (`is_top`) only the prices that are in both.
    """
    if not looked or not rungs:
        return {}
    sizes = looked_at(rungs)
    low, high = max(min(sizes), min(looked)), min(max(sizes), max(looked))
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for price in sizes.keys() | looked.keys():
        if not is_top and not low <= price <= high:
            continue
        new, old = sizes.get(price, UNTOLD), looked.get(price, UNTOLD)
        if new == old:
            continue
        bid, ask = _change(new[0], old[0], is_top=is_top), _change(new[1], old[1], is_top=is_top)
        if bid or ask:
            row = axis.row_of(price)
            before = found.get(row, (ZERO, ZERO))
            found[row] = before[0] + bid, before[1] + ask
    return found


def _change(new: Decimal | None, old: Decimal | None, *, is_top: bool) -> Decimal:
    """By how much a size has changed; of a top of book a size that is not told may be any."""
    if is_top and (new is None or old is None):
        return ZERO
    return (new or ZERO) - (old or ZERO)


def _sum(one: Traded, other: Traded) -> Traded:
    return Traded(one.bought + other.bought, one.sold + other.sold, one.unsided + other.unsided)
