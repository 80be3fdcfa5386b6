"""What an order breaks of the fat-finger limits, checked before it is sent (order-safety 7)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ibtui.clock import Clock
from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.tickets import Side, SizedIn, Ticket

WINDOW_SECONDS = 60.0
"""Over which `orders_per_minute` counts."""


def setting(name: str) -> str:
    """Where a limit can be changed, as a refusal names it."""
    return f"limits.{name} in the configuration"


class OrderCount:
    """New orders and changes sent within the last minute, all accounts together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: deque[float] = deque()
        """Monotonic seconds, oldest first."""

    def problem(self, limits: Limits, wanted: int = 1) -> str:
        """Why `wanted` more orders may not be sent now, blank when they may. A bracket counts each of its orders."""
        allowed = limits.orders_per_minute
        if allowed is None:
            return ""
        begin = self._clock.monotonic() - WINDOW_SECONDS
        while self._sent and self._sent[0] <= begin:
            self._sent.popleft()
        if len(self._sent) + wanted <= allowed:
            return ""
        where = setting("orders_per_minute")
        if wanted > allowed:
            return f"{wanted} orders at once are over the limit of {allowed} a minute ({where})"
        seconds = self._sent[len(self._sent) + wanted - allowed - 1] - begin
        return (
            f"{len(self._sent)} orders were sent within a minute, the limit is {allowed} ({where}); "
            f"wait {math.ceil(seconds)} s"
        )

    def sent(self, orders: int = 1) -> None:
        """Count orders that are being sent."""
        self._sent.extend([self._clock.monotonic()] * orders)


def breaches(
    ticket: Ticket, limits: Limits, quote: Quote | None, legs: Iterable[tuple[str, Decimal]] = ()
) -> tuple[str, ...]:
    """What the ticket breaks, in words that name the limit's key in `[limits]`; empty when nothing.

    `quote` is the market of its contract, None when there is none. Without a price the collar cannot be checked, nor
    the worth of an order without a price of its own: `needs_market_data` refuses such orders altogether. `legs` names
    each leg of a combination with its worth in one combination, for a net price near 0 hides them.
    """
    return (*_breaches(ticket, limits, quote), *_leg_breaches(ticket, limits, legs))


def notional(ticket: Ticket, market: Decimal | None) -> Decimal | None:
    """Worth of the order in the contract's currency, by its own price or else the market's; None when none is known.

    An amount of money is its own worth, whatever the price. A combination is worth its net price. A sale fills at its
    limit or better: it is worth its stop or else the market where that is more.
    """
    if ticket.sized_in is not SizedIn.UNITS:
        return abs(ticket.quantity)
    price = next((p for p in (ticket.limit_price, ticket.stop_price, market) if p is not None), None)
    better = ticket.stop_price if ticket.stop_price is not None else market
    if ticket.side is Side.SELL and price is not None and better is not None and not ticket.contract.legs:
        price = max(price, better)
    return None if price is None else abs(price * ticket.quantity * ticket.contract.multiplier)


def _breaches(ticket: Ticket, limits: Limits, quote: Quote | None) -> Iterator[str]:
    market = quote.reference if quote is not None else None
    if limits.order_types is not None and ticket.order_type not in limits.order_types:
        allowed = ", ".join(sorted(limits.order_types))
        yield f"{ticket.order_type.value} orders are switched off, allowed are {allowed} ({setting('order_types')})"
    if limits.needs_market_data and not is_known(quote):
        where = setting("without_market_data")
        yield f"no price of this instrument is known, and orders without market data are switched off ({where})"
    yield from _size_breaches(ticket, limits)
    worth = notional(ticket, market)
    if limits.max_notional is not None and worth is not None and worth > limits.max_notional:
        yield f"worth {worth:,.2f} is over the limit of {limits.max_notional:,f} ({setting('max_notional')})"
    if limits.collar_percent is not None:
        where = f"the limit is {limits.collar_percent:f} % ({setting('collar_percent')})"
        for name, share in _shares(ticket, market):
            if share > limits.collar_percent:
                yield f"{name}; {where}"


def _leg_breaches(ticket: Ticket, limits: Limits, legs: Iterable[tuple[str, Decimal]]) -> Iterator[str]:
    most = limits.max_notional
    for name, worth in legs:
        if most is not None and worth * ticket.quantity > most:
            where = setting("max_notional")
            yield f"leg {name}, worth {worth * ticket.quantity:,.2f}, is over the limit of {most:,f} ({where})"


def is_known(quote: Quote | None) -> bool:
    """Whether there is any price to judge an order by, be it the last close; an old one is the screen's to show."""
    return quote is not None and quote.reference is not None


def _size_breaches(ticket: Ticket, limits: Limits) -> Iterator[str]:
    """Amounts of money are no units, those of a currency no more so: a usual order is for 20,000 and more of it.

    A combination trades each leg as often as its ratio says.
    """
    most = limits.max_quantity
    if most is None or ticket.sized_in is not SizedIn.UNITS or ticket.contract.sec_type == "CASH":
        return
    over = f"the limit of {most:f} ({setting('max_quantity')})"
    if ticket.quantity > most:
        yield f"quantity {ticket.quantity:f} is over {over}"
        return
    for leg in ticket.contract.legs:
        units = ticket.quantity * abs(leg.ratio)
        if units > most:
            yield f"quantity {units:f} of the leg {leg.label or leg.conid} is over {over}"


def _shares(ticket: Ticket, market: Decimal | None) -> Iterator[tuple[str, Decimal]]:
    """Each price and distance of the ticket in words, with how far from the market it is in percent."""
    trail = ticket.trailing_amount
    if trail is not None and ticket.trailing_type == "%":
        yield f"trailing amount {trail:f} % is too far", trail
    if not market:
        return
    for name, price in (("limit", ticket.limit_price), ("stop", ticket.stop_price)):
        if price is not None:
            share = abs((price - market) / market) * 100
            yield f"{name} {price:f} is {share:.1f} % from the market ({market:f})", share
    amounts = [("trailing amount", trail if ticket.trailing_type == "amt" else None), ("offset", ticket.offset)]
    for name, amount in amounts:
        if amount is not None:
            share = abs(amount / market) * 100
            yield f"{name} {amount:f} is {share:.1f} % of the market ({market:f})", share
