"""Whether tickets make sense in themselves, whatever the contract's rules: "Place Order" of IBKR's documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from ibtui.domain.combos import NoCombo, combo
from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import OrderType, SizedIn, Ticket, Tif

LARGEST_NUMBER = Decimal(10) ** 15
DECIMALS_AT_MOST = 12
LARGEST_BRACKET = 3
"""A parent, its profit taker and its stop ("Bracket Orders & OCA Groups")."""
LARGEST_GROUP = 10
"""Orders of one OCA group; no document says a number, more is a slip."""
CHILD_TYPES = frozenset({OrderType.LMT, OrderType.STP, OrderType.STOP_LIMIT, OrderType.TRAIL, OrderType.TRAILLMT})
COMBINATION = "BAG"
_CASH_TYPES = frozenset({"CASH", "CRYPTO"})
""""Cash Quantity orders are only supported for Cryptocurrency and Forex contracts"."""
_MOMENT = "%Y%m%d-%H:%M:%S"


def form_problems(ticket: Ticket, now: float | None) -> Iterator[str]:
    """What is wrong with one ticket; `now` in Unix seconds, None leaves moments unchecked."""
    numbers = (ticket.quantity, ticket.limit_price, ticket.stop_price, ticket.trailing_amount, ticket.offset)
    if not all(number is None or _is_sane(number) for number in numbers):
        yield "a price or quantity is not a number an order can have"
        return
    yield from _contract_problems(ticket.contract)
    yield from _size_problems(ticket)
    yield from _price_problems(ticket)
    yield from _trail_problems(ticket)
    yield from _time_problems(ticket, now)
    if ticket.strategy_parameters and not ticket.strategy:
        yield "parameters of an algo are given, but no algo"
    if ticket.contract.legs and ticket.destination:
        yield "a combination names its exchange itself and cannot be directed to another"
    if ticket.manual_time_ms is not None and ticket.manual_time_ms <= 0:
        yield "the time of manual entry is no moment"


def group_problems(tickets: Sequence[Ticket]) -> Iterator[str]:
    """What is wrong between the tickets of one submission: a bracket, or an OCA group without a parent."""
    first, others = tickets[0], tickets[1:]
    if first.is_child:
        yield "an attached order needs its parent before it"
    if len({ticket.single_group for ticket in tickets}) > 1:
        yield "all orders of a submission belong to the OCA group, or none"
    if not others:
        if first.single_group:
            yield "an OCA group has 2 orders or more"
        return
    if any(ticket.account != first.account for ticket in others):
        yield "all orders of a submission must be for one account"
    children = [ticket for ticket in others if ticket.is_child]
    if not children:
        yield from _oca_problems(tickets)
    elif len(children) < len(others):
        yield "a bracket and other orders cannot be one submission"
    else:
        yield from _bracket_problems(first, children)


def _bracket_problems(parent: Ticket, children: Sequence[Ticket]) -> Iterator[str]:
    if 1 + len(children) > LARGEST_BRACKET:
        yield f"a bracket has at most {LARGEST_BRACKET} orders"
    for child in children:
        if (child.contract.conid, child.contract.legs) != (parent.contract.conid, parent.contract.legs):
            yield "all orders of a bracket must be for one instrument"
        if child.side is not parent.side.opposite:
            yield "the children of a bracket must be on the other side than their parent"
        if (child.quantity, child.sized_in) != (parent.quantity, parent.sized_in):
            yield "the children of a bracket must have their parent's quantity"
        if child.order_type not in CHILD_TYPES:
            yield f"a {child.order_type.value} order cannot be attached to another"


def _oca_problems(tickets: Sequence[Ticket]) -> Iterator[str]:
    """Of orders without a parent: unrelated ones cannot be placed "in bulk" ("Place Order", notes)."""
    if not tickets[0].single_group:
        yield "several orders at once must be a bracket or an OCA group"
    if len(tickets) > LARGEST_GROUP:
        yield f"an OCA group has at most {LARGEST_GROUP} orders"


def _is_sane(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -DECIMALS_AT_MOST and abs(number) < LARGEST_NUMBER


def _contract_problems(contract: Contract) -> Iterator[str]:
    if contract.conid <= 0:
        yield "the instrument is not known"
    if not contract.legs:
        if contract.sec_type == COMBINATION:
            yield "a combination has two legs or more"
        return
    try:
        right = combo(contract.legs, contract.currency, contract.exchange)
    except NoCombo as error:
        yield str(error)
        return
    if contract.conid != right.conid:
        yield f"{contract.conid} is not the spread conid of {contract.currency}"


def _size_problems(ticket: Ticket) -> Iterator[str]:
    kind = ticket.contract.sec_type
    if ticket.quantity <= 0:
        yield "the quantity must be more than 0"
    if ticket.sized_in is SizedIn.CASH and kind not in _CASH_TYPES:
        yield "an amount of money can be ordered of crypto and currencies only"
    if ticket.sized_in is SizedIn.CONVERSION and kind != "CASH":
        yield "only currencies can be converted"


def _price_problems(ticket: Ticket) -> Iterator[str]:
    kind = ticket.order_type
    if kind.needs_limit and ticket.limit_price is None:
        yield f"a {kind.value} order needs a limit price"
    if kind.needs_stop and ticket.stop_price is None:
        yield f"a {kind.value} order needs a {stop_word(kind)} price"
    if ticket.limit_price is not None and not kind.takes_limit:
        yield f"a {kind.value} order has no limit price"
    if ticket.stop_price is not None and not kind.takes_stop:
        yield f"a {kind.value} order has no stop price"
    if ticket.offset is not None and not kind.takes_offset:
        yield f"a {kind.value} order has no offset"
    if ticket.offset is not None and ticket.offset < 0:
        yield "the offset cannot be less than 0"


def stop_word(kind: OrderType) -> str:
    """What the stop price of an order type is called."""
    return "trigger" if kind in (OrderType.MIT, OrderType.LIT) else "stop"


def _trail_problems(ticket: Ticket) -> Iterator[str]:
    kind, amount = ticket.order_type, ticket.trailing_amount
    if not kind.trails:
        if amount is not None or ticket.trailing_type:
            yield f"a {kind.value} order does not trail"
        return
    if amount is None or amount <= 0:
        yield f"a {kind.value} order needs a trailing amount above 0"
    if ticket.trailing_type not in ("amt", "%"):
        yield f"a {kind.value} order trails by an amount or by %"
    if ticket.trailing_type == "%" and amount is not None and amount >= 100:
        yield f"a {kind.value} order cannot trail by {amount:f} %"


def _time_problems(ticket: Ticket, now: float | None) -> Iterator[str]:
    if ticket.tif is Tif.PAX and ticket.contract.sec_type != "CRYPTO":
        yield "the time in force PAX is for crypto only"
    if ticket.tif is not Tif.GTD:
        if ticket.good_till:
            yield f"a {ticket.tif.value} order has no moment at which it ends"
        return
    try:
        ends = datetime.strptime(ticket.good_till, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        yield "a GTD order needs the moment at which it ends, YYYYMMDD-HH:MM:SS in UTC"
        return
    if now is not None and ends.timestamp() <= now:
        yield f"the moment at which the order ends, {ticket.good_till} UTC, is past"
