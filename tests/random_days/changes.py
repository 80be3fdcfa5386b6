"""How a change differs from the order as it is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ibtui.sim.exchange import OrderType, OrderView

_SHOWN_PRICES = frozenset({OrderType.LMT, OrderType.STP, OrderType.STOP_LIMIT})
"""Types whose row tells all prices that were sent."""


_OTHERS = (
    "strategy",
    "strategyParameters",
    "goodTillDate",
    "allOrNone",
    "deactivated",
    "listingExchange",
    "isCcyConv",
    "useAdaptive",
    "referrer",
    "extOperator",
    "manualOrderTime",
)
"""Keys that no row shows; the order keeps them as they came."""


def compare(body: Mapping[str, Any], order: OrderView) -> tuple[bool, bool]:
    """Whether the body asks for what the order is already, and whether the order's row would show the change."""
    was = order.request
    cash = was.cash is not None
    size = (_number(body, "cashQty") or _number(body, "fxQty")) != was.cash or (
        not cash and _number(body, "quantity") != was.quantity
    )
    tif = body.get("tif") != was.tif.value
    prices = (_number(body, "price"), _number(body, "auxPrice")) != (was.price, was.aux_price)
    trail = _number(body, "trailingAmt") != was.trailing_amount or bool(body.get("outsideRTH")) is not was.outside_rth
    other = trail or any(body.get(name) != was.extra.get(name) for name in _OTHERS)
    shown = (size and not cash) or tif or (prices and was.order_type in _SHOWN_PRICES)
    return not (size or tif or prices or other), shown


def _number(body: Mapping[str, Any], name: str) -> Decimal | None:
    value = body.get(name)
    return None if value is None else Decimal(str(value))
