"""What can be said about a ticket before it is sent: its problems, its worth and how far it is from the market.

Pure: no Textual, no I/O. The ticket and the confirmation dialog show what is found here.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from ibtui.domain.contracts import ContractRules
from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif


class Field(StrEnum):
    """The fields of a ticket, by which problems are placed."""

    SIDE = "side"
    QUANTITY = "quantity"
    TYPE = "type"
    LIMIT = "limit"
    STOP = "stop"
    TRAIL = "trail"
    PROFIT = "profit"
    LOSS = "loss"
    TIF = "tif"
    OUTSIDE = "outside"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong (or, when it does not block, remarkable) about one field."""

    field: Field
    text: str
    offer: Decimal | None = None
    """The nearest value that would be right."""
    blocks: bool = True
    is_missing: bool = False
    """Nothing was typed yet, which need not be said before the ticket is wanted."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a ticket is measured against; None is "not known yet" and is never held against it."""

    quote: Quote | None = None
    rules: ContractRules | None = None
    limits: Limits = dataclasses.field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a price lies from the side of the market it would meet first."""

    side: str
    """bid, ask or last."""
    amount: Decimal
    percent: Decimal | None
    note: str = ""


OFFERED_TIFS = (Tif.DAY, Tif.GTC, Tif.OPG, Tif.IOC)
"""Times in force a ticket offers."""

RULE_WORDS: dict[OrderType, frozenset[str]] = {
    OrderType.LMT: frozenset({"limit", "lmt"}),
    OrderType.MKT: frozenset({"market", "mkt"}),
    OrderType.STP: frozenset({"stop", "stp"}),
    OrderType.STOP_LIMIT: frozenset({"stop_limit", "stplmt"}),
    OrderType.MIDPRICE: frozenset({"midprice"}),
    OrderType.TRAIL: frozenset({"trailing_stop", "trail"}),
    OrderType.TRAILLMT: frozenset({"trailing_stop_limit", "traillmt"}),
}
"""Order types in the spelling of `orderTypes` ("Search Contract Rules")."""


def check_ticket(ticket: Ticket, around: Surroundings) -> tuple[Problem, ...]:
    """All problems of a whole ticket, in the order of its fields."""
    found = [*_quantity(ticket, around.rules)]
    rules = around.rules
    if rules is not None:
        found += [*_type(ticket, rules), *_tif(ticket, rules), *_account(ticket, rules)]
    for field, price in ((Field.LIMIT, ticket.limit_price), (Field.STOP, ticket.stop_price)):
        if price is not None:
            found += _price(field, price, rules)
    found += _limits(ticket, around)
    found += _sense(ticket, around.quote)
    return tuple(found)


def check_child(parent: Ticket, child: Ticket, field: Field, around: Surroundings) -> tuple[Problem, ...]:
    """Problems of an order attached to another, all placed at the field of its price."""
    price = child.limit_price if child.limit_price is not None else child.stop_price
    own = [p for p in check_ticket(child, around) if p.field in (Field.LIMIT, Field.STOP, Field.TYPE, Field.TIF)]
    found = [Problem(field, problem.text, problem.offer, problem.blocks) for problem in own]
    entry = parent.limit_price if parent.limit_price is not None else parent.stop_price
    if entry is None and around.quote is not None:
        entry = around.quote.reference
    above = (parent.side is Side.BUY) == (field is Field.PROFIT)
    if entry is not None and price is not None and (price <= entry if above else price >= entry):
        found.append(Problem(field, f"must be {'above' if above else 'below'} the entry at {plain(entry)}"))
    return tuple(found)


def unknown_outside(*, outside_rth: bool) -> Problem:
    """What must be read before an order is changed of which nobody told whether it may fill outside regular hours."""
    return Problem(
        Field.OUTSIDE, f"outside RTH unknown; will be sent as {'yes' if outside_rth else 'no'}", blocks=False
    )


def notional(ticket: Ticket, quote: Quote | None) -> Decimal | None:
    """Worth of the order in the contract's currency at its own price, else at the price it would meet."""
    price = ticket.limit_price if ticket.limit_price is not None else ticket.stop_price
    if price is None and quote is not None:
        touch = quote.ask if ticket.side is Side.BUY else quote.bid
        price = touch if touch is not None else quote.reference
    return None if price is None else abs(ticket.quantity * price * ticket.contract.multiplier)


def distance(ticket: Ticket, quote: Quote | None) -> Distance | None:
    """Distance of the price that decides: a stop from the last price, a limit from its own side of the book."""
    if quote is None:
        return None
    if ticket.stop_price is not None:
        base = quote.last if quote.last is not None else quote.reference
        note = "would trigger at once" if base is not None and _stop_is_beyond(ticket, base) else ""
        return _distance("last", ticket.stop_price, base, note)
    if ticket.limit_price is None:
        return None
    buying = ticket.side is Side.BUY
    own, other = (quote.bid, quote.ask) if buying else (quote.ask, quote.bid)
    names = ("bid", "ask") if buying else ("ask", "bid")
    if other is not None and (ticket.limit_price >= other if buying else ticket.limit_price <= other):
        return _distance(names[1], ticket.limit_price, other, "would fill at once")
    if own is not None:
        return _distance(names[0], ticket.limit_price, own, "")
    return _distance("last", ticket.limit_price, quote.reference, "")


def allowed_types(rules: ContractRules | None, wanted: tuple[OrderType, ...]) -> tuple[OrderType, ...]:
    """Those of `wanted` the rules allow; all of them while the rules are silent."""
    if rules is None or not rules.order_types:
        return wanted
    told = {word.casefold() for word in rules.order_types}
    return tuple(kind for kind in wanted if RULE_WORDS[kind] & told) or wanted


def allowed_tifs(rules: ContractRules | None, order_type: OrderType) -> tuple[Tif, ...]:
    """Times in force the rules allow for an order type; all of them while the rules are silent.

    A rule such as `OPG/LIMIT,MARKET,a` names the order types it holds for in capitals; `DAY/o,a` holds for all.
    """
    if rules is None or not rules.tifs:
        return OFFERED_TIFS
    found = []
    for tif in OFFERED_TIFS:
        for rule in rules.tifs:
            word, _, terms = rule.partition("/")
            kinds = {term.casefold() for term in terms.split(",") if term.isupper()}
            if word.strip().upper() == tif.value and (not kinds or kinds & RULE_WORDS[order_type]):
                found.append(tif)
                break
    return tuple(found)


def may_work_outside(rules: ContractRules | None, order_type: OrderType) -> bool:
    """Whether the rules let the order type work outside regular trading hours; True while they are silent."""
    if rules is None or not rules.order_types_outside:
        return True
    return bool(RULE_WORDS[order_type] & {word.casefold() for word in rules.order_types_outside})


def plain(value: Decimal) -> str:
    """Digits without exponent, superfluous zeros or grouping: what a person would type."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def on_grid(price: Decimal, rules: ContractRules | None) -> str:
    """A price with as many decimals as its increment has, so that 165 is shown as 165.00 for a cent grid."""
    step = rules.increment_at(price) if rules is not None else None
    if not step:
        return f"{price:f}"
    decimals = max(0, -int(step.normalize().as_tuple().exponent))
    exact = plain(price)
    return exact if len(exact.partition(".")[2]) > decimals else f"{price:.{decimals}f}"


def _quantity(ticket: Ticket, rules: ContractRules | None) -> list[Problem]:
    size = ticket.quantity
    if size <= 0:
        return [Problem(Field.QUANTITY, "must be more than 0")]
    step = rules.size_increment if rules is not None else None
    if rules is None or not step or size % step == 0:
        return []
    near = max(step, (size / step).to_integral_value(rounding=ROUND_HALF_EVEN) * step)
    if size % 1 == 0:
        return [Problem(Field.QUANTITY, f"usual step is {plain(step)}", near, blocks=False)]
    if RULE_WORDS[ticket.order_type] & {word.casefold() for word in rules.fractional_types}:
        return []
    return [Problem(Field.QUANTITY, f"in steps of {plain(step)}", near)]


def _type(ticket: Ticket, rules: ContractRules) -> list[Problem]:
    if not rules.order_types or RULE_WORDS[ticket.order_type] & {word.casefold() for word in rules.order_types}:
        return []
    return [Problem(Field.TYPE, f"{ticket.order_type.value} is not offered for this contract")]


def _tif(ticket: Ticket, rules: ContractRules) -> list[Problem]:
    found = []
    if ticket.tif not in allowed_tifs(rules, ticket.order_type):
        found.append(Problem(Field.TIF, f"{ticket.tif.value} is not offered for {ticket.order_type.value}"))
    if ticket.outside_rth and not may_work_outside(rules, ticket.order_type):
        found.append(Problem(Field.OUTSIDE, f"{ticket.order_type.value} works in regular hours only", blocks=False))
    return found


def _account(ticket: Ticket, rules: ContractRules) -> list[Problem]:
    if not rules.accounts or ticket.account in rules.accounts:
        return []
    return [Problem(Field.ACCOUNT, f"{ticket.account} may not trade this contract")]


def _price(field: Field, price: Decimal, rules: ContractRules | None) -> list[Problem]:
    if price <= 0 and not (rules is not None and rules.negative_capable):
        return [Problem(field, "must be more than 0")]
    if rules is None or rules.conforms(price):
        return []
    near = rules.nearest(price)
    step = rules.increment_at(price)
    return [Problem(field, f"steps of {plain(step) if step else '?'}, nearest is {on_grid(near, rules)}", near)]


def _limits(ticket: Ticket, around: Surroundings) -> list[Problem]:
    limits, found = around.limits, []
    if limits.order_types is not None and ticket.order_type not in limits.order_types:
        found.append(Problem(Field.TYPE, f"{ticket.order_type.value} is switched off in your settings"))
    if limits.max_quantity is not None and ticket.quantity > limits.max_quantity:
        text = f"more than your limit of {limits.max_quantity:,f}"
        found.append(Problem(Field.QUANTITY, text, limits.max_quantity))
    worth = notional(ticket, around.quote)
    if limits.max_notional is not None and worth is not None and worth > limits.max_notional:
        found.append(Problem(Field.QUANTITY, f"worth {worth:,.0f}, your limit is {limits.max_notional:,f}"))
    reference = around.quote.reference if around.quote is not None else None
    for field, price in ((Field.LIMIT, ticket.limit_price), (Field.STOP, ticket.stop_price)):
        if price is None or not reference or limits.collar_percent is None:
            continue
        percent = abs(price - reference) / abs(reference) * 100
        if percent > limits.collar_percent:
            text = f"{percent:.0f}% from the market, your limit is {plain(limits.collar_percent)}%"
            found.append(Problem(field, text))
    return found


def _sense(ticket: Ticket, quote: Quote | None) -> list[Problem]:
    """Prices that are allowed and hardly ever meant."""
    found = []
    if ticket.order_type is OrderType.STOP_LIMIT and ticket.limit_price is not None and ticket.stop_price is not None:
        behind = ticket.limit_price < ticket.stop_price
        if behind if ticket.side is Side.BUY else ticket.limit_price > ticket.stop_price:
            found.append(Problem(Field.LIMIT, "behind the stop: may trigger and never fill", blocks=False))
    if quote is not None and quote.halted:
        found.append(Problem(Field.SIDE, "trading is halted", blocks=False))
    return found


def _stop_is_beyond(ticket: Ticket, base: Decimal) -> bool:
    if ticket.stop_price is None or ticket.order_type in (OrderType.TRAIL, OrderType.TRAILLMT):
        return False
    return ticket.stop_price <= base if ticket.side is Side.BUY else ticket.stop_price >= base


def _distance(side: str, price: Decimal, base: Decimal | None, note: str) -> Distance | None:
    if base is None:
        return None
    amount = price - base
    return Distance(side, amount, amount / abs(base) * 100 if base else None, note)
