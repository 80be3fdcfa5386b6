"""What an order breaks of the fat-finger limits, checked before it is sent (order-safety 7)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ibtui.domain.limits import Limits
from ibtui.domain.tickets import Ticket


def breaches(ticket: Ticket, limits: Limits, market: Decimal | None) -> tuple[str, ...]:
    """What the ticket breaks, in words; empty when nothing.

    `market` is the price to measure from, None when there is none: then the collar cannot be checked, nor the worth of
    an order without a price of its own. The gateway asks about orders without market data itself (o354).
    """
    return tuple(_breaches(ticket, limits, market))


def notional(ticket: Ticket, market: Decimal | None) -> Decimal | None:
    """Worth of the order in the contract's currency, by its own price or else the market's; None when none is known."""
    price = next((p for p in (ticket.limit_price, ticket.stop_price, market) if p is not None), None)
    return None if price is None else abs(price * ticket.quantity * ticket.contract.multiplier)


def _breaches(ticket: Ticket, limits: Limits, market: Decimal | None) -> Iterator[str]:
    if limits.order_types is not None and ticket.order_type not in limits.order_types:
        yield f"orders of type {ticket.order_type.value} are switched off in the settings"
    if limits.max_quantity is not None and ticket.quantity > limits.max_quantity:
        yield f"quantity {ticket.quantity:f} is over the limit of {limits.max_quantity:f} in the settings"
    worth = notional(ticket, market)
    if limits.max_notional is not None and worth is not None and worth > limits.max_notional:
        yield f"worth {worth:,.2f} is over the limit of {limits.max_notional:,f} in the settings"
    if limits.collar_percent is None or not market:
        return
    for name, price in (("limit", ticket.limit_price), ("stop", ticket.stop_price)):
        if price is None:
            continue
        distance = abs(price - market) / abs(market) * 100
        if distance > limits.collar_percent:
            yield (
                f"{name} {price:f} is {distance:.1f} % from the market ({market:f}); "
                f"the settings allow {limits.collar_percent:f} %"
            )
