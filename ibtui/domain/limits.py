"""Fat-finger limits of orders (order-safety 7)."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from ibtui.domain.tickets import OrderType


class Limits(Struct, frozen=True):
    """The largest an order may be and the farthest from the market; None switches one off."""

    max_quantity: Decimal | None = Decimal(10_000)
    """Units of one order; forex is held to its worth alone."""
    max_notional: Decimal | None = Decimal(1_000_000)
    """Price × quantity × multiplier, in the contract's currency."""
    collar_percent: Decimal | None = Decimal(20)
    """Distance of a limit or stop price from the market."""
    order_types: frozenset[OrderType] | None = None
    """Order types that may be sent; None allows all."""
    needs_market_data: bool = False
    """Whether orders for instruments without a price are refused."""
    orders_per_minute: int | None = None
    """New orders and changes sent within 60 s, all accounts together."""
