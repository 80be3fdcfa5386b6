"""The user's own limits, as the ticket shows a breach of them; the session refuses by the same limits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ibtui.domain.tickets import SizedIn, Ticket
from ibtui.ui.ticket_fields import Field, Problem, Surroundings, plain
from ibtui.ui.ticket_worth import notional


def limit_problems(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    """What is switched off, too large, too dear or too far from the market."""
    limits, quote = around.limits, around.quote
    reference = quote.reference if quote is not None else None
    if limits.order_types is not None and ticket.order_type not in limits.order_types:
        yield Problem(Field.TYPE, f"{ticket.order_type.value} is switched off in your settings")
    if limits.needs_market_data and reference is None:
        yield Problem(Field.SIDE, "no price is known, and your settings want one")
    yield from _size(ticket, limits.max_quantity)
    worth = notional(ticket, quote)
    if limits.max_notional is not None and worth is not None and worth > limits.max_notional:
        yield Problem(Field.QUANTITY, f"worth {worth:,.0f}, your limit is {limits.max_notional:,f}")
    for name, each in around.legs:
        if limits.max_notional is not None and each * ticket.quantity > limits.max_notional:
            text = f"leg {name} worth {each * ticket.quantity:,.0f}, your limit is {limits.max_notional:,f}"
            yield Problem(Field.QUANTITY, text)
    if limits.collar_percent is not None and reference:
        yield from _collar(ticket, limits.collar_percent, reference)


def _size(ticket: Ticket, most: Decimal | None) -> Iterator[Problem]:
    if most is None or ticket.sized_in is not SizedIn.UNITS or ticket.contract.sec_type == "CASH":
        return
    if ticket.quantity > most:
        yield Problem(Field.QUANTITY, f"more than your limit of {most:,f}", most)
        return
    for leg in ticket.contract.legs:
        units = ticket.quantity * abs(leg.ratio)
        if units > most:
            text = f"{plain(units)} of {leg.label or leg.conid}, your limit is {most:,f}"
            yield Problem(Field.QUANTITY, text)


def _collar(ticket: Ticket, percent: Decimal, reference: Decimal) -> Iterator[Problem]:
    prices = ((Field.LIMIT, ticket.limit_price), (Field.STOP, ticket.stop_price))
    far = [(field, abs(price - reference) / abs(reference) * 100) for field, price in prices if price is not None]
    if ticket.trailing_amount is not None:
        amount = ticket.trailing_amount
        far.append((Field.TRAIL, amount if ticket.trailing_type == "%" else amount / abs(reference) * 100))
    if ticket.offset is not None:
        far.append((Field.OFFSET, abs(ticket.offset / reference) * 100))
    for field, share in far:
        if share > percent:
            yield Problem(field, f"{share:.0f}% from the market, your limit is {plain(percent)}%")
