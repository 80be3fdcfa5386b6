"""What must be right about an order before it is sent, as far as it can be known here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ibtui.domain import rulewords
from ibtui.domain.account import ALL_ACCOUNTS
from ibtui.domain.breaches import breaches
from ibtui.domain.combos import leg_worths
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.limits import Limits
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import Side, SizedIn, Ticket
from ibtui.session.orders.algoforms import algo_problems
from ibtui.session.orders.forms import COMBINATION, form_problems, group_problems, stop_word
from ibtui.session.orders.limits import breach_words
from ibtui.store import Store

_DIVISIBLE = frozenset({"CASH", "CRYPTO", "FUND"})
"""Security types of which parts of a unit are ordinary; of others the rules must list them."""


def problem_of_order(tickets: Sequence[Ticket], store: Store, limits: Limits, now: float | None = None) -> str:
    """The first reason why the order, bracket or OCA group may not be sent, blank when there is none.

    `now` in Unix seconds; without it the end of a GTD order is not compared with the present.
    """
    return next(_problems(tickets, store, limits, now), "")


def problem_of_change(
    order: LiveOrder | None, ticket: Ticket, store: Store, limits: Limits, now: float | None = None
) -> str:
    """The first reason why the order may not be changed to what the ticket says, blank when there is none."""
    if order is None:
        return "this order is not known; refresh the list of orders"
    return next(_change_problems(order, ticket, store, limits, now), "")


def _problems(tickets: Sequence[Ticket], store: Store, limits: Limits, now: float | None) -> Iterator[str]:
    if not tickets:
        yield "there is no order to send"
        return
    yield from _session_problems(tickets[0], store)
    yield from group_problems(tickets)
    for ticket in tickets:
        yield from _ticket_problems(ticket, store, limits, now)
        rules = _rules(ticket, store)
        if not rulewords.is_offered(rules, ticket.order_type):
            yield f"{ticket.order_type.value} orders are not offered for this instrument"


def _change_problems(
    order: LiveOrder, ticket: Ticket, store: Store, limits: Limits, now: float | None
) -> Iterator[str]:
    named = f"order {order.order_id}"
    if not order.is_working:
        yield f"{named} is {order.status_text or order.status.value}: it cannot be changed any more"
    if order.account and order.account != ticket.account and ticket.account not in store.money.groups:
        yield f"{named} belongs to {order.account}, not to {ticket.account}"
    if not _is_same_contract(order, ticket.contract):
        yield f"{named} is for another instrument"
    if order.side is not None and order.side is not ticket.side:
        yield f"{named} is a {order.side.value}: the side of an order cannot be changed"
    if order.filled is not None and ticket.sized_in is SizedIn.UNITS and ticket.quantity <= order.filled:
        yield f"{order.filled:f} of {named} are filled: its quantity must be more"
    if rulewords.order_type_of(order.order_type) is not ticket.order_type:
        yield from _new_type_problems(ticket, _rules(ticket, store))
    yield from _session_problems(ticket, store)
    yield from _ticket_problems(ticket, store, limits, now)


def _new_type_problems(ticket: Ticket, rules: ContractRules | None) -> Iterator[str]:
    """Of an order whose type changes: `modTypes` decides, where the rules are silent about it the types of new ones."""
    silent = rules is None or not rules.modify_types
    fits = rulewords.is_offered if silent else rulewords.may_change_to
    if not fits(rules, ticket.order_type):
        yield f"the order cannot be changed to {ticket.order_type.value}"


def _is_same_contract(order: LiveOrder, contract: Contract) -> bool:
    """Combinations of a currency share their conid: they are told apart by the legs in `conidex`."""
    if order.conid and order.conid != contract.conid:
        return False
    _, apart, legs = order.conidex.partition(";;;")
    if not apart or not contract.legs:
        return True
    return set(legs.split(",")) == {f"{leg.conid}/{leg.ratio}" for leg in contract.legs}


def _session_problems(ticket: Ticket, store: Store) -> Iterator[str]:
    if not store.health.can_trade:
        detail = store.health.detail
        yield f"there is no brokerage session{f': {detail}' if detail else ''}"
    groups = store.money.groups
    accounts = {account.account_id for account in store.money.accounts}
    if ticket.account not in accounts and ticket.account not in groups:
        yield f"account {ticket.account or '(none)'} is not one of this login"
    if ticket.allocation_method and ticket.account not in (*groups, ALL_ACCOUNTS):
        yield "an allocation method needs an allocation group in place of the account"


def _ticket_problems(ticket: Ticket, store: Store, limits: Limits, now: float | None) -> Iterator[str]:
    rules = _rules(ticket, store)
    yield from form_problems(ticket, now)
    yield from _place_problems(ticket, store)
    yield from _rule_problems(ticket, rules)
    named = rules.accounts if rules is not None else ()
    if named and ticket.account not in named and ticket.account not in (*store.money.groups, ALL_ACCOUNTS):
        yield f"{ticket.account} may not trade this instrument"
    if ticket.strategy:
        if not rulewords.may_use_algo(rules, ticket.order_type):
            yield f"a {ticket.order_type.value} order cannot be worked by an algo"
        yield from algo_problems(ticket, store.market.algos.get(ticket.contract.conid))
    multiplied = replace(ticket, contract=_multiplied(ticket.contract, store))
    market = store.market
    legs = leg_worths(ticket.contract, market.quotes, market.contracts)
    for breach in breaches(multiplied, limits, market.quote_of(ticket.contract), legs):
        yield breach_words(breach, ticket, limits)


def _multiplied(contract: Contract, store: Store) -> Contract:
    """The contract with the multiplier of its definition, which hits of a search and rows of orders do not tell."""
    known = store.market.contracts.get(contract.conid, contract)
    return replace(contract, multiplier=max(contract.multiplier, known.multiplier))


def _rules(ticket: Ticket, store: Store) -> ContractRules | None:
    """None also for a combination: all of a currency share one conid, and its rules are no combination's own."""
    if ticket.contract.legs:
        return None
    return store.market.rules.get((ticket.contract.conid, ticket.side is Side.BUY))


def _place_problems(ticket: Ticket, store: Store) -> Iterator[str]:
    known = store.market.contracts.get(ticket.contract.conid, ticket.contract)
    exchanges = ticket.contract.exchanges or known.exchanges
    if not exchanges or ticket.contract.legs:
        return
    allowed = {*exchanges, known.exchange, ticket.contract.exchange, "SMART"}
    for place in (ticket.route, ticket.destination):
        if place and place not in allowed:
            yield f"{ticket.contract.label} cannot be ordered at {place}; its exchanges are {', '.join(exchanges)}"


def _rule_problems(ticket: Ticket, rules: ContractRules | None) -> Iterator[str]:
    kind = ticket.order_type
    is_combo = bool(ticket.contract.legs) or ticket.contract.sec_type == COMBINATION
    negative = is_combo or (rules is not None and rules.negative_capable)
    for name, price in (("limit", ticket.limit_price), (stop_word(kind), ticket.stop_price)):
        if price is None:
            continue
        if price <= 0 and not negative:
            yield f"the {name} price must be more than 0"
        if rules is not None and not rules.conforms(price):
            yield f"the {name} price {price:f} is not on the grid: the nearest is {rules.nearest(price):f}"
    yield from _size_problems(ticket, rules)
    if rules is not None and ticket.tif not in rulewords.allowed_tifs(rules, kind, sec_type=ticket.contract.sec_type):
        yield f"{ticket.tif.value} is not offered for {kind.value} orders of this instrument"


def _size_problems(ticket: Ticket, rules: ContractRules | None) -> Iterator[str]:
    if ticket.sized_in is not SizedIn.UNITS:
        if ticket.sized_in is SizedIn.CASH and not rulewords.may_be_cash(rules, ticket.order_type):
            yield f"a {ticket.order_type.value} order takes no amount of money"
        return
    if not _is_possible_size(ticket, rules):
        yield f"the quantity {ticket.quantity:f} is not possible: {_size_words(rules)}"


def _is_possible_size(ticket: Ticket, rules: ContractRules | None) -> bool:
    """Whole numbers always: `sizeIncrement`, unless below 1, is a spinner's step (100 for shares that trade singly)."""
    if ticket.quantity % 1 == 0:
        return True
    if rules is None:
        return ticket.contract.sec_type in _DIVISIBLE
    if rulewords.may_be_fractional(rules, ticket.order_type):
        return True
    step = rules.size_increment
    return step is not None and 0 < step < 1 and ticket.quantity % step == 0


def _size_words(rules: ContractRules | None) -> str:
    step = rules.size_increment if rules is not None else None
    return f"it goes in steps of {step:f}" if step is not None and 0 < step < 1 else "whole numbers only"
