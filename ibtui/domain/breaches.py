"""What an order breaks of the fat-finger limits (order-safety 7): found once, worded by the ticket and by the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.tickets import Side, SizedIn, Ticket

LEG_SHARE = Decimal("0.1")
"""Of what the legs of a combination are worth together: the least its collar is measured against, since its net price
may be 0. No document says a number; a tenth lets a spread of two 200 USD legs be priced 8 USD away at 20 %."""


class Subject(StrEnum):
    """What of an order a limit is held against."""

    TYPE = "type"
    MARKET = "market"
    QUANTITY = "quantity"
    WORTH = "worth"
    LIMIT = "limit"
    STOP = "stop"
    TRAIL = "trailing amount"
    OFFSET = "offset"


class Breach(Struct, frozen=True):
    """One limit that is broken; `name` is its key in `[limits]`."""

    name: str
    subject: Subject
    value: Decimal | None = None
    """Units, money in the contract's currency, or the price or distance itself."""
    share: Decimal = Decimal(0)
    """Of prices and distances: how far that is from the market, in percent."""
    most: Decimal = Decimal(0)
    """What the limit allows: units, money or percent."""
    leg: str = ""
    """The leg of a combination that is too large or too dear."""
    market: Decimal | None = None
    """The price that was measured from; None for a share the user gave in percent."""


def breaches(
    ticket: Ticket, limits: Limits, quote: Quote | None, legs: Iterable[tuple[str, Decimal]] = ()
) -> tuple[Breach, ...]:
    """What the ticket breaks; empty when nothing.

    `quote` is the market of its contract, None when there is none. Without a price the collar cannot be checked, nor
    the worth of an order without a price of its own: `needs_market_data` refuses such orders altogether. `legs` names
    each leg of a combination with its worth in one combination, for a net price near 0 hides them.
    """
    known = tuple(legs)
    return (*_breaches(ticket, limits, quote, known), *_leg_breaches(ticket, limits, known))


def notional(ticket: Ticket, market: Decimal | None) -> Decimal | None:
    """The most the order may be worth in the contract's currency; None when no price is known.

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


def _breaches(
    ticket: Ticket, limits: Limits, quote: Quote | None, legs: tuple[tuple[str, Decimal], ...]
) -> Iterator[Breach]:
    market = quote.reference if quote is not None else None
    if limits.order_types is not None and ticket.order_type not in limits.order_types:
        yield Breach("order_types", Subject.TYPE)
    if limits.needs_market_data and market is None:
        yield Breach("without_market_data", Subject.MARKET)
    yield from _size_breaches(ticket, limits.max_quantity)
    worth = notional(ticket, market)
    if limits.max_notional is not None and worth is not None and worth > limits.max_notional:
        yield Breach("max_notional", Subject.WORTH, worth, most=limits.max_notional)
    if limits.collar_percent is not None:
        base = abs(market) if market is not None else Decimal(0)
        gross = sum((each for _, each in legs), Decimal(0)) / ticket.contract.multiplier
        for subject, value, share in _shares(ticket, market, max(base, gross * LEG_SHARE)):
            if share > limits.collar_percent:
                by_share = subject is Subject.TRAIL and ticket.trailing_type == "%"
                measured = None if by_share else market
                yield Breach("collar_percent", subject, value, share, limits.collar_percent, market=measured)


def _leg_breaches(ticket: Ticket, limits: Limits, legs: Iterable[tuple[str, Decimal]]) -> Iterator[Breach]:
    most = limits.max_notional
    for name, worth in legs:
        if most is not None and worth * ticket.quantity > most:
            yield Breach("max_notional", Subject.WORTH, worth * ticket.quantity, most=most, leg=name)


def _size_breaches(ticket: Ticket, most: Decimal | None) -> Iterator[Breach]:
    """Amounts of money are no units, those of a currency no more so: a usual order is for 20,000 and more of it.

    A combination trades each leg as often as its ratio says.
    """
    if most is None or ticket.sized_in is not SizedIn.UNITS or ticket.contract.sec_type == "CASH":
        return
    if ticket.quantity > most:
        yield Breach("max_quantity", Subject.QUANTITY, ticket.quantity, most=most)
        return
    for leg in ticket.contract.legs:
        units = ticket.quantity * abs(leg.ratio)
        if units > most:
            yield Breach("max_quantity", Subject.QUANTITY, units, most=most, leg=leg.label or str(leg.conid))


def _shares(ticket: Ticket, market: Decimal | None, base: Decimal) -> Iterator[tuple[Subject, Decimal, Decimal]]:
    """Each price and distance of the ticket with how far from the market it is, in percent of `base`."""
    trail = ticket.trailing_amount
    if trail is not None and ticket.trailing_type == "%":
        yield Subject.TRAIL, trail, trail
    if market is None or not base:
        return
    for subject, price in ((Subject.LIMIT, ticket.limit_price), (Subject.STOP, ticket.stop_price)):
        if price is not None:
            yield subject, price, abs(price - market) / base * 100
    if trail is not None and ticket.trailing_type != "%":
        yield Subject.TRAIL, trail, abs(trail) / base * 100
    if ticket.offset is not None:
        yield Subject.OFFSET, ticket.offset, abs(ticket.offset) / base * 100
