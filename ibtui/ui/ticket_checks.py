"""What can be said about a ticket before it is sent: everything the rules, the limits and the market hold against it.

Pure: no Textual, no I/O. The ticket and the confirmation dialog show what is found here.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal

from ibtui.domain.account import ALL_ACCOUNTS
from ibtui.domain.contracts import ContractRules
from ibtui.domain.language.moments import moment
from ibtui.domain.market import Quote
from ibtui.domain.rulewords import (
    allowed_tifs,
    is_offered,
    may_be_cash,
    may_be_fractional,
    may_change_to,
    may_work_outside,
)
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.ui.ticket_algos import algo_problems
from ibtui.ui.ticket_fields import Field, Problem, Surroundings, on_grid, plain
from ibtui.ui.ticket_limits import limit_problems
from ibtui.ui.ticket_moments import SHAPE
from ibtui.ui.ticket_worth import AT_ONCE, entry_price, triggers_at_once

DIVISIBLE = frozenset({"CASH", "CRYPTO", "FUND"})
"""Security types of which parts of a unit are ordinary; of others the rules must list them."""


def check_ticket(ticket: Ticket, around: Surroundings) -> tuple[Problem, ...]:
    """All problems of a whole ticket, in the order of its fields."""
    return tuple(_problems(ticket, around))


def check_child(parent: Ticket, child: Ticket, field: Field, around: Surroundings) -> tuple[Problem, ...]:
    """Problems of an order attached to another, all placed at the fields of its prices.

    What the market says is not held against a stop that only begins to wait once its parent is filled.
    """
    placed = {Field.LIMIT: field, Field.STOP: field, Field.TYPE: field, Field.TIF: field, Field.TRAIL: field}
    if child.stop_price is not None:
        placed[Field.LIMIT] = Field.LOSS_LIMIT
    if child.order_type is OrderType.TRAILLMT:
        placed[Field.STOP] = Field.LOSS_STOP
    own = [p for p in check_ticket(child, around) if p.field in placed and p.text != AT_ONCE]
    found = [Problem(placed[p.field], p.text, p.offer, p.blocks) for p in own]
    price = child.stop_price if child.stop_price is not None else child.limit_price
    entry = entry_price(parent, around.quote)
    above = (parent.side is Side.BUY) == (field is Field.PROFIT)
    if entry is not None and price is not None and (price <= entry if above else price >= entry):
        where = placed[Field.STOP] if child.stop_price is not None else field
        found.append(Problem(where, f"must be {'above' if above else 'below'} the entry at {plain(entry)}"))
    return tuple(found)


def unknown_outside(*, outside_rth: bool) -> Problem:
    """What must be read before an order is changed of which nobody told whether it may fill outside regular hours."""
    return Problem(
        Field.OUTSIDE, f"outside RTH unknown; will be sent as {'yes' if outside_rth else 'no'}", blocks=False
    )


def may_be_negative(ticket: Ticket, rules: ContractRules | None) -> bool:
    """Whether prices of 0 and less are prices: of combinations always."""
    of_legs = bool(ticket.contract.legs) or ticket.contract.sec_type == "BAG"
    return of_legs or (rules is not None and rules.negative_capable)


def _problems(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    rules = around.rules
    yield from _quantity(ticket, around)
    yield from _unit(ticket, rules)
    yield from _type(ticket, around)
    for field, price in ((Field.LIMIT, ticket.limit_price), (Field.STOP, ticket.stop_price)):
        if price is not None:
            yield from _price(field, price, rules, negative=may_be_negative(ticket, rules))
    yield from _trail(ticket)
    if ticket.offset is not None and ticket.offset < 0:
        yield Problem(Field.OFFSET, "must not be less than 0")
    yield from _time(ticket, around)
    yield from _account(ticket, around)
    yield from _place(ticket, around)
    yield from algo_problems(ticket, around)
    yield from limit_problems(ticket, around)
    yield from _sense(ticket, around.quote)


def _quantity(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    """Whole numbers always: a size increment of 1 and more is a spinner's step, not a rule (100 for single shares)."""
    size, rules = ticket.quantity, around.rules
    step = rules.size_increment if rules is not None else None
    if size <= 0:
        yield Problem(Field.QUANTITY, "must be more than 0")
    elif ticket.sized_in is not SizedIn.UNITS:
        return
    elif around.filled is not None and size <= around.filled:
        yield Problem(Field.QUANTITY, f"{plain(around.filled)} are filled already: must be more")
    elif size % 1 and not _may_be_part(ticket, rules):
        near = max(step or Decimal(1), size.to_integral_value(rounding=ROUND_HALF_EVEN))
        if step is not None and step < 1:
            near = max(step, (size / step).to_integral_value(rounding=ROUND_HALF_EVEN) * step)
        yield Problem(Field.QUANTITY, f"in steps of {plain(step) if step else 1}", near)
    elif step and size % step and not size % 1:
        near = max(step, (size / step).to_integral_value(rounding=ROUND_HALF_EVEN) * step)
        yield Problem(Field.QUANTITY, f"usual step is {plain(step)}", near, blocks=False)


def _may_be_part(ticket: Ticket, rules: ContractRules | None) -> bool:
    """Whether this part of a unit can be ordered; while the rules are unknown only of what is always divisible."""
    if rules is None:
        return ticket.contract.sec_type in DIVISIBLE
    if may_be_fractional(rules, ticket.order_type):
        return True
    step = rules.size_increment
    return step is not None and 0 < step < 1 and ticket.quantity % step == 0


def _unit(ticket: Ticket, rules: ContractRules | None) -> Iterator[Problem]:
    sec_type = ticket.contract.sec_type
    if ticket.sized_in is SizedIn.CASH and sec_type not in ("CASH", "CRYPTO"):
        yield Problem(Field.UNIT, "money buys crypto and currencies only")
    elif ticket.sized_in is SizedIn.CASH and not may_be_cash(rules, ticket.order_type):
        yield Problem(Field.UNIT, f"{ticket.order_type.value} takes no amount of money here")
    if ticket.sized_in is SizedIn.CONVERSION and sec_type != "CASH":
        yield Problem(Field.UNIT, "only currencies are converted")


def _type(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    """Of an order that is changed the type it has is right; another must be one that it may be changed to."""
    kind, rules, before = ticket.order_type, around.rules, around.before
    if before is None:
        if not is_offered(rules, kind):
            yield Problem(Field.TYPE, f"{kind.value} is not offered for this contract")
        return
    told = rules is not None and bool(rules.modify_types)
    if before.order_type is not kind and not (may_change_to(rules, kind) if told else is_offered(rules, kind)):
        yield Problem(Field.TYPE, f"the order cannot be changed to {kind.value}")


def _account(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    of_group = ticket.account in (*around.groups, ALL_ACCOUNTS)
    named = around.rules.accounts if around.rules is not None else ()
    if named and ticket.account not in named and not of_group:
        yield Problem(Field.ACCOUNT, f"{ticket.account} may not trade this contract")
    if ticket.allocation_method and not of_group:
        yield Problem(Field.ALLOCATION, "needs an allocation group as account")


def _place(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    if ticket.contract.legs:
        if ticket.destination:
            yield Problem(Field.DESTINATION, "a combination names its exchange itself")
        return
    if not around.exchanges:
        return
    known = {*around.exchanges, ticket.contract.exchange, "SMART"}
    for field, place in ((Field.ROUTE, ticket.route), (Field.DESTINATION, ticket.destination)):
        if place and place not in known:
            yield Problem(field, f"{ticket.contract.label} cannot be ordered at {place}")


def _price(field: Field, price: Decimal, rules: ContractRules | None, *, negative: bool) -> Iterator[Problem]:
    if price <= 0 and not negative:
        yield Problem(field, "must be more than 0")
    elif rules is not None and not rules.conforms(price):
        near, step = rules.nearest(price), rules.increment_at(price)
        yield Problem(field, f"steps of {plain(step) if step else '?'}, nearest is {on_grid(near, rules)}", near)


def _trail(ticket: Ticket) -> Iterator[Problem]:
    amount = ticket.trailing_amount
    if amount is None:
        return
    if amount <= 0:
        yield Problem(Field.TRAIL, "must be more than 0")
    elif ticket.trailing_type == "%" and amount >= 100:
        yield Problem(Field.TRAIL, "must be less than 100%")


def _time(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    if ticket.tif not in allowed_tifs(around.rules, ticket.order_type, sec_type=ticket.contract.sec_type):
        yield Problem(Field.TIF, f"{ticket.tif.value} is not offered for {ticket.order_type.value}")
    if ticket.tif is Tif.GTD:
        when = moment(ticket.good_till)
        if when is None:
            yield Problem(Field.GOOD_TILL, f"must be {SHAPE}")
        elif around.wall is not None and when.timestamp() <= around.wall:
            yield Problem(Field.GOOD_TILL, "is in the past")
    if ticket.outside_rth and not may_work_outside(around.rules, ticket.order_type):
        yield Problem(Field.OUTSIDE, f"{ticket.order_type.value} works in regular hours only", blocks=False)


def _sense(ticket: Ticket, quote: Quote | None) -> Iterator[Problem]:
    """What is allowed and hardly ever meant."""
    if ticket.order_type.needs_limit and ticket.limit_price is not None and ticket.stop_price is not None:
        behind = ticket.limit_price < ticket.stop_price
        if behind if ticket.side is Side.BUY else ticket.limit_price > ticket.stop_price:
            name = "trigger" if ticket.order_type is OrderType.LIT else "stop"
            yield Problem(Field.LIMIT, f"behind the {name}: may trigger and never fill", blocks=False)
    if triggers_at_once(ticket, quote):
        yield Problem(Field.STOP, AT_ONCE, blocks=False)
    if quote is not None and quote.halted:
        yield Problem(Field.SIDE, "trading is halted", blocks=False)
