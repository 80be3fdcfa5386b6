"""What a ticket is worth and how far its prices are from the market."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from ibtui.domain.market import Quote
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket

TOUCHED = frozenset({OrderType.MIT, OrderType.LIT})
"""Types whose trigger waits on the better side of the market, where a stop waits on the worse one."""

AT_ONCE = "would trigger at once"


class Distance(Struct, frozen=True):
    """How far a price lies from the side of the market it would meet first."""

    side: str
    """bid, ask or last."""
    amount: Decimal
    percent: Decimal | None
    note: str = ""


def notional(ticket: Ticket, quote: Quote | None) -> Decimal | None:
    """Worth of the order in the contract's currency at its own price, else at the price it would meet.

    An amount of money is its own worth; a combination is worth its net price, whatever the sign.
    """
    if ticket.sized_in is not SizedIn.UNITS:
        return abs(ticket.quantity)
    price = ticket.limit_price if ticket.limit_price is not None else ticket.stop_price
    if price is None and quote is not None:
        touch = quote.ask if ticket.side is Side.BUY else quote.bid
        price = touch if touch is not None else quote.reference
    return None if price is None else abs(ticket.quantity * price * ticket.contract.multiplier)


def distance(ticket: Ticket, quote: Quote | None) -> Distance | None:
    """Distance of the price that decides: a stop or trigger from the last price, a limit from its side of the book."""
    if quote is None:
        return None
    if ticket.stop_price is not None:
        base = _trigger_base(quote)
        return _distance("last", ticket.stop_price, base, AT_ONCE if triggers_at_once(ticket, quote) else "")
    if ticket.limit_price is None:
        return None
    buying = ticket.side is Side.BUY
    own, other = (quote.bid, quote.ask) if buying else (quote.ask, quote.bid)
    names = ("bid", "ask") if buying else ("ask", "bid")
    if other is not None and (ticket.limit_price >= other if buying else ticket.limit_price <= other):
        return _distance(names[1], ticket.limit_price, other, _when_crossed(ticket.order_type))
    if own is not None:
        return _distance(names[0], ticket.limit_price, own, "")
    return _distance("last", ticket.limit_price, quote.reference, "")


def triggers_at_once(ticket: Ticket, quote: Quote | None) -> bool:
    """Whether the market is already where the stop or trigger waits for it."""
    base = _trigger_base(quote) if quote is not None else None
    if ticket.stop_price is None or base is None:
        return False
    waits_above = (ticket.side is Side.BUY) != (ticket.order_type in TOUCHED)
    return ticket.stop_price <= base if waits_above else ticket.stop_price >= base


def first_stop(ticket: Ticket, quote: Quote | None) -> Decimal | None:
    """Where a trailing order's stop would begin, reckoned from the last price; None without a market."""
    base = _trigger_base(quote) if quote is not None else None
    if base is None or ticket.trailing_amount is None:
        return None
    gap = ticket.trailing_amount
    if ticket.trailing_type == "%":
        gap = abs(base) * gap / 100
    return base + gap if ticket.side is Side.BUY else base - gap


def entry_price(ticket: Ticket, quote: Quote | None) -> Decimal | None:
    """The price the position would be opened at, as well as it is known."""
    price = ticket.limit_price if ticket.limit_price is not None else ticket.stop_price
    if price is None and quote is not None:
        price = quote.reference
    return price


def exit_price(ticket: Ticket, child: Ticket, quote: Quote | None) -> Decimal | None:
    """Where an attached order would close the position: its own price, or for a trailing one as far off the entry."""
    if child.trailing_amount is None:
        return child.stop_price if child.stop_price is not None else child.limit_price
    entry = entry_price(ticket, quote)
    if entry is None:
        return None
    gap = child.trailing_amount if child.trailing_type != "%" else abs(entry) * child.trailing_amount / 100
    return entry - gap if ticket.side is Side.BUY else entry + gap


def gain(ticket: Ticket, child: Ticket, quote: Quote | None) -> tuple[Decimal, Decimal] | None:
    """What an attached order would win or lose against the entry, in money and in percent of the entry's worth."""
    entry, goal = entry_price(ticket, quote), exit_price(ticket, child, quote)
    if not entry or goal is None:
        return None
    won = (goal - entry) * (1 if ticket.side is Side.BUY else -1)
    share = won / abs(entry)
    if ticket.sized_in is SizedIn.UNITS:
        return won * ticket.quantity * ticket.contract.multiplier, share * 100
    return share * ticket.quantity, share * 100


def _when_crossed(order_type: OrderType) -> str:
    """A limit through the market fills, unless it is a cap or waits for the close."""
    return "would fill at once" if order_type is OrderType.LMT else ""


def _trigger_base(quote: Quote) -> Decimal | None:
    return quote.last if quote.last is not None else quote.reference


def _distance(side: str, price: Decimal, base: Decimal | None, note: str) -> Distance | None:
    if base is None:
        return None
    amount = price - base
    return Distance(side, amount, amount / abs(base) * 100 if base else None, note)
