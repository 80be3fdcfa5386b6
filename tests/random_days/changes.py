"""How a change differs from the order as it is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ibtui.sim.exchange import OrderType, OrderView

_SHOWN_PRICES = frozenset({OrderType.LMT, OrderType.STP, OrderType.STOP_LIMIT})
"""Types whose row tells all prices that were sent."""


def compare(body: Mapping[str, Any], order: OrderView) -> tuple[bool, bool]:
    """Whether the body asks for what the order is already, and whether the order's row would show the change."""
    was = order.request
    size = _number(body, "quantity") != was.quantity or body.get("tif") != was.tif.value
    prices = (_number(body, "price"), _number(body, "auxPrice")) != (was.price, was.aux_price)
    other = _number(body, "trailingAmt") != was.trailing_amount or bool(body.get("outsideRTH")) is not was.outside_rth
    return not (size or prices or other), size or (prices and was.order_type in _SHOWN_PRICES)


def _number(body: Mapping[str, Any], name: str) -> Decimal | None:
    value = body.get(name)
    return None if value is None else Decimal(str(value))
