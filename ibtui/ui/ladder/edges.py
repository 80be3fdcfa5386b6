"""What lies beyond the rows in sight, in words: the cursor, what is grabbed, own orders, the market, the position."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ibtui.ui.formatting import price, quantity
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.own import OwnLook, OwnOrders

NAMED: Final = 2
"""Own orders told one by one, the nearest; the others are counted."""


def edge_words(
    axis: Axis,
    own: Sequence[tuple[Decimal, OwnOrders]],
    cursor: Decimal | None,
    market: Decimal | None,
    average: Decimal | None,
    *,
    edge: Decimal,
    up: bool,
    digits: int,
) -> str:
    """What lies beyond the row of the price `edge`, the most important first; how far is counted in ticks."""
    row, word = axis.row_of(edge), "above" if up else "below"

    def beyond(at: Decimal) -> bool:
        return axis.row_of(at) > row if up else axis.row_of(at) < row

    def far(at: Decimal) -> str:
        return f"({axis.ticks_between(min(at, edge), max(at, edge))} {word})"

    parts = [f"cursor {price(cursor, digits)} {far(cursor)}"] if cursor is not None and beyond(cursor) else []
    away = sorted(((at, orders) for at, orders in own if beyond(at)), key=lambda pair: pair[0], reverse=not up)
    away.sort(key=lambda pair: pair[1].look is not OwnLook.GRABBED)
    parts += [f"{_order_words(orders)} @ {price(at, digits)} {far(at)}" for at, orders in away[:NAMED]]
    if len(away) > NAMED:
        parts.append(f"{len(away) - NAMED} more")
    if market is not None and beyond(market):
        parts.append(f"market {price(axis.rules.nearest(market), digits)}")
    if average is not None and beyond(average):
        parts.append(f"avg {price(axis.rules.nearest(average), digits)}")
    return f"{'↑' if up else '↓'} {' · '.join(parts)}" if parts else ""


def _order_words(own: OwnOrders) -> str:
    """Type, size and, unless all is well, what is known of them: `grabbed LMT 100`, `LMT 100 to come`."""
    size = quantity(own.quantity if own.count else own.limits)
    words = f"{own.word} {size}" if own.count else f"limit of {own.word} {size}"
    return words if own.look is OwnLook.WORKING and own.is_sure else f"{own.look.value} {words}"
