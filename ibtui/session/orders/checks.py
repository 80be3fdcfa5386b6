"""What must be right about an order before it is sent, as far as it can be known here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ibtui.domain.contracts import ContractRules
from ibtui.domain.limits import Limits
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.session.orders.limits import breaches
from ibtui.store import Store

_TRAILS = frozenset({OrderType.TRAIL, OrderType.TRAILLMT})
_NEEDS_LIMIT = frozenset({OrderType.LMT, OrderType.STOP_LIMIT, OrderType.TRAILLMT})
_NEEDS_STOP = frozenset({OrderType.STP, OrderType.STOP_LIMIT, OrderType.TRAILLMT})
"""Required by "Place Order": price for LMT and STOP_LIMIT, both for TRAILLMT; a TRAIL may find its own stop."""
_MAY_BE_NEGATIVE = frozenset({"BAG"})
LARGEST_NUMBER = Decimal(10) ** 15
DECIMALS_AT_MOST = 12
LARGEST_BRACKET = 3
"""A parent, its profit taker and its stop ("Bracket Orders & OCA Groups")."""


def problem_of_order(tickets: Sequence[Ticket], store: Store, limits: Limits) -> str:
    """The first reason why the order or bracket may not be sent, blank when there is none."""
    return next(_problems(tickets, store, limits), "")


def problem_of_change(order: LiveOrder | None, ticket: Ticket, store: Store, limits: Limits) -> str:
    """The first reason why the order may not be changed to what the ticket says, blank when there is none."""
    if order is None:
        return "this order is not known; refresh the list of orders"
    if not order.is_working:
        return f"order {order.order_id} is {order.status_text or order.status.value}: it cannot be changed any more"
    if order.account and order.account != ticket.account:
        return f"order {order.order_id} belongs to {order.account}, not to {ticket.account}"
    if order.conid and order.conid != ticket.contract.conid:
        return f"order {order.order_id} is for another instrument"
    if order.side is not None and order.side is not ticket.side:
        return f"order {order.order_id} is a {order.side.value}: the side of an order cannot be changed"
    return problem_of_order((ticket,), store, limits)


def _problems(tickets: Sequence[Ticket], store: Store, limits: Limits) -> Iterator[str]:
    if not tickets:
        yield "there is no order to send"
        return
    if not store.health.can_trade:
        yield f"there is no brokerage session{_because(store.health.detail)}"
    accounts = {account.account_id for account in store.money.accounts}
    if tickets[0].account not in accounts:
        yield f"account {tickets[0].account or '(none)'} is not one of this login"
    yield from _bracket_problems(tickets)
    for ticket in tickets:
        rules = store.market.rules.get((ticket.contract.conid, ticket.side is Side.BUY))
        yield from _form_problems(ticket)
        yield from _rule_problems(ticket, rules)
        quote = store.market.quotes.get(ticket.contract.conid)
        yield from breaches(ticket, limits, quote.reference if quote is not None else None)


def _because(detail: str) -> str:
    return f": {detail}" if detail else ""


def _bracket_problems(tickets: Sequence[Ticket]) -> Iterator[str]:
    parent, children = tickets[0], tickets[1:]
    if len(tickets) > LARGEST_BRACKET:
        yield f"a bracket has at most {LARGEST_BRACKET} orders"
    for child in children:
        if child.account != parent.account or child.contract.conid != parent.contract.conid:
            yield "all orders of a bracket must be for one instrument and one account"
        if child.side is not parent.side.opposite:
            yield "the children of a bracket must be on the other side than their parent"
        if child.quantity != parent.quantity:
            yield "the children of a bracket must have their parent's quantity"


def _form_problems(ticket: Ticket) -> Iterator[str]:
    numbers = (ticket.quantity, ticket.limit_price, ticket.stop_price, ticket.trailing_amount)
    if not all(number is None or _is_sane(number) for number in numbers):
        yield "a price or quantity is not a number an order can have"
        return
    kind = ticket.order_type
    if ticket.contract.conid <= 0:
        yield "the instrument is not known"
    if ticket.quantity <= 0:
        yield "the quantity must be more than 0"
    if kind in _NEEDS_LIMIT and ticket.limit_price is None:
        yield f"a {kind.value} order needs a limit price"
    if kind in _NEEDS_STOP and ticket.stop_price is None:
        yield f"a {kind.value} order needs a stop price"
    if kind in _TRAILS and (not ticket.trailing_amount or ticket.trailing_amount < 0):
        yield f"a {kind.value} order needs a trailing amount above 0"
    if kind in _TRAILS and ticket.trailing_type not in ("amt", "%"):
        yield f"a {kind.value} order trails by an amount or by %"


def _is_sane(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -DECIMALS_AT_MOST and abs(number) < LARGEST_NUMBER


def _rule_problems(ticket: Ticket, rules: ContractRules | None) -> Iterator[str]:
    negative = ticket.contract.sec_type in _MAY_BE_NEGATIVE or (rules is not None and rules.negative_capable)
    for name, price in (("limit", ticket.limit_price), ("stop", ticket.stop_price)):
        if price is None:
            continue
        if price <= 0 and not negative:
            yield f"the {name} price must be more than 0"
        if rules is not None and not rules.conforms(price):
            yield f"the {name} price {price:f} is not on the grid: the nearest is {rules.nearest(price):f}"
    if rules is not None and not _is_possible_size(ticket.quantity, rules):
        yield f"the quantity {ticket.quantity:f} is not possible: {_size_words(rules)}"


def _is_possible_size(quantity: Decimal, rules: ContractRules) -> bool:
    """Whole numbers always: `sizeIncrement`, unless below 1, is a spinner's step (100 for shares that trade singly)."""
    if quantity % 1 == 0 or rules.fractional_types:
        return True
    step = rules.size_increment
    return step is not None and 0 < step < 1 and quantity % step == 0


def _size_words(rules: ContractRules) -> str:
    step = rules.size_increment
    return f"it goes in steps of {step:f}" if step is not None and 0 < step < 1 else "whole numbers only"
