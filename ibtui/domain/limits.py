"""Fat-finger limits of orders (order-safety 7)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ibtui.domain.orders import OrderType


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest an order may be and the farthest from the market; None switches one off."""

    max_quantity: Decimal | None = Decimal(10_000)
    """Units of one order."""
    max_notional: Decimal | None = Decimal(1_000_000)
    """Price × quantity × multiplier, in the contract's currency."""
    collar_percent: Decimal | None = Decimal(20)
    """Distance of a limit or stop price from the market."""
    order_types: frozenset[OrderType] | None = None
    """Order types that may be sent; None allows all."""
