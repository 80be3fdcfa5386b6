"""The ticket as it is typed: text in, field problems and a `Ticket` out. Pure, tested without Textual."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.ui.ticket_checks import Field, Problem, Surroundings, check_child, check_ticket, on_grid, plain

TYPES = (OrderType.LMT, OrderType.MKT, OrderType.STP, OrderType.STOP_LIMIT)
"""Order types the ticket offers; others are written in the order language."""

NUMBER = re.compile(r"[-+]?(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,4})?(?:\.\d{0,12})?", re.ASCII)
"""Digits with an optional decimal point, and commas only where thousands are parted: "1,5" is no number."""

TYPE_NAMES: dict[str, OrderType] = {
    "lmt": OrderType.LMT,
    "limit": OrderType.LMT,
    "mkt": OrderType.MKT,
    "market": OrderType.MKT,
    "stp": OrderType.STP,
    "stop": OrderType.STP,
    "stop_limit": OrderType.STOP_LIMIT,
    "stoplimit": OrderType.STOP_LIMIT,
    "stop limit": OrderType.STOP_LIMIT,
    "stp lmt": OrderType.STOP_LIMIT,
    "stp_lmt": OrderType.STOP_LIMIT,
}
"""How live orders and `sor` spell the order types a ticket can change."""

TIF_NAMES = {"DAY": Tif.DAY, "CLOSE": Tif.DAY, "GTC": Tif.GTC, "OPG": Tif.OPG, "IOC": Tif.IOC}
"""How live orders spell times in force; `CLOSE` is a day order (wire-facts 5)."""


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket as typed so far; numbers are still text."""

    account: str
    contract: Contract
    side: Side
    quantity: str = ""
    order_type: OrderType = OrderType.LMT
    limit: str = ""
    stop: str = ""
    tif: Tif = Tif.DAY
    outside_rth: bool = False
    route: str = ""
    profit: str = ""
    """Limit price of a take-profit order to attach; blank attaches none."""
    loss: str = ""
    """Stop price of a stop-loss order to attach; blank attaches none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a draft means: a ticket when it is whole, and everything there is to say about its fields."""

    problems: tuple[Problem, ...]
    ticket: Ticket | None
    children: tuple[Ticket, ...] = ()
    """Take-profit and stop-loss that come to life with the ticket's fill."""

    @property
    def is_sendable(self) -> bool:
        """Whether the ticket may go to the confirmation."""
        return self.ticket is not None and not any(problem.blocks for problem in self.problems)

    def child(self, field: Field) -> Ticket | None:
        """The attached order whose price stands in this field."""
        kind = OrderType.LMT if field is Field.PROFIT else OrderType.STP
        return next((child for child in self.children if child.order_type is kind), None)

    def of(self, field: Field) -> Problem | None:
        """The first problem of a field, a blocking one before a remark."""
        mine = [problem for problem in self.problems if problem.field is field]
        return min(mine, key=lambda problem: not problem.blocks) if mine else None


class NotModifiable(ValueError):
    """The order has attributes a ticket cannot keep; the text says which."""


def number_or_none(text: str) -> Decimal | None:
    """The number a person typed, or None where it is none (also for a lone sign or point)."""
    stripped = text.strip().replace("−", "-")
    if not NUMBER.fullmatch(stripped) or not any(char.isdigit() for char in stripped):
        return None
    return Decimal(stripped.replace(",", ""))


def read_draft(draft: TicketDraft, around: Surroundings, other_rules: ContractRules | None = None) -> Reading:
    """The draft's problems, and its ticket once every needed number is there.

    `other_rules` are those of the opposite side, which attached orders keep.
    """
    problems: list[Problem] = []
    quantity = _needed(Field.QUANTITY, draft.quantity, problems)
    limit = _needed(Field.LIMIT, draft.limit, problems) if draft.order_type.needs_limit else None
    stop = _needed(Field.STOP, draft.stop, problems) if draft.order_type.needs_stop else None
    if not draft.account:
        problems.append(Problem(Field.ACCOUNT, "no account is known yet"))
    if problems or quantity is None:
        return Reading(tuple(problems), None)
    ticket = Ticket(
        account=draft.account,
        contract=draft.contract,
        side=draft.side,
        order_type=draft.order_type,
        quantity=quantity,
        limit_price=limit,
        stop_price=stop,
        tif=draft.tif,
        outside_rth=draft.outside_rth,
        route=draft.route,
    )
    problems += check_ticket(ticket, around)
    children = []
    for field, text, kind in ((Field.PROFIT, draft.profit, OrderType.LMT), (Field.LOSS, draft.loss, OrderType.STP)):
        price = _needed(field, text, problems) if text.strip() else None
        if price is not None:
            children.append(_child(ticket, kind, price))
            problems += check_child(ticket, children[-1], field, Surroundings(around.quote, other_rules, around.limits))
    return Reading(tuple(problems), ticket, tuple(children))


def _child(parent: Ticket, kind: OrderType, price: Decimal) -> Ticket:
    """The order on the other side that closes what the parent opens; it outlives the day only if the parent does."""
    return replace(
        parent,
        side=parent.side.opposite,
        order_type=kind,
        limit_price=price if kind is OrderType.LMT else None,
        stop_price=price if kind is OrderType.STP else None,
        tif=parent.tif if parent.tif in (Tif.DAY, Tif.GTC) else Tif.DAY,
    )


def draft_of(ticket: Ticket) -> TicketDraft:
    """The draft that would read as `ticket`. Raises NotModifiable for an order type the ticket does not offer."""
    if ticket.order_type not in TYPES:
        raise NotModifiable(f"{ticket.order_type.value} orders are written in the order language only")
    return TicketDraft(
        account=ticket.account,
        contract=ticket.contract,
        side=ticket.side,
        quantity=plain(ticket.quantity),
        order_type=ticket.order_type,
        limit=_price_text(ticket.limit_price),
        stop=_price_text(ticket.stop_price),
        tif=ticket.tif,
        outside_rth=ticket.outside_rth,
        route=ticket.route,
    )


def ticket_of(order: LiveOrder, contract: Contract, sent: Ticket | None = None) -> Ticket:
    """A working order as a ticket, to be changed; what the gateway does not tell is kept from the ticket `sent`.

    Raises NotModifiable when an attribute is not known and keeping it would be a guess.
    """
    kind = TYPE_NAMES.get(order.order_type.strip().casefold())
    if kind is None:
        raise NotModifiable(f"its type is “{order.order_type or 'not told'}”; change it where it was made")
    tif = TIF_NAMES.get(order.tif.strip().upper()) or (sent.tif if sent is not None else None)
    if tif is None:
        raise NotModifiable(f"its time in force is “{order.tif or 'not told'}”; change it where it was made")
    side = order.side or (sent.side if sent is not None else None)
    quantity = order.quantity if order.quantity is not None else sent.quantity if sent is not None else None
    if side is None or quantity is None:
        raise NotModifiable("the gateway has not told its side and size yet")
    known_outside = sent.outside_rth if sent is not None else False
    return Ticket(
        account=order.account or (sent.account if sent is not None else ""),
        contract=contract,
        side=side,
        order_type=kind,
        quantity=quantity,
        limit_price=_kept_price(order.limit_price, sent.limit_price if sent else None) if kind.needs_limit else None,
        stop_price=_kept_price(order.stop_price, sent.stop_price if sent else None) if kind.needs_stop else None,
        tif=tif,
        outside_rth=known_outside if order.outside_rth is None else order.outside_rth,
        route=sent.route if sent is not None else "",
    )


def changed_fields(before: Ticket, after: Ticket) -> frozenset[Field]:
    """Fields in which two tickets differ."""
    pairs = {
        Field.SIDE: (before.side, after.side),
        Field.QUANTITY: (before.quantity, after.quantity),
        Field.TYPE: (before.order_type, after.order_type),
        Field.LIMIT: (before.limit_price, after.limit_price),
        Field.STOP: (before.stop_price, after.stop_price),
        Field.TRAIL: (before.trailing_amount, after.trailing_amount),
        Field.TIF: (before.tif, after.tif),
        Field.OUTSIDE: (before.outside_rth, after.outside_rth),
        Field.ACCOUNT: (before.account, after.account),
    }
    return frozenset(field for field, (old, new) in pairs.items() if old != new)


def stepped(text: str, ticks: int, rules: ContractRules | None, start: Decimal | None) -> str:
    """A price text moved by `ticks` increments; a blank text starts at `start`, unknown rules move by a cent."""
    price = number_or_none(text)
    if price is None:
        blank = not text.strip()
        return on_grid(rules.nearest(start) if rules else start, rules) if blank and start is not None else text
    if rules is None or not rules.steps:
        return plain(price + ticks * Decimal("0.01"))
    return on_grid(rules.moved(price, ticks), rules)


def stepped_size(text: str, steps: int, rules: ContractRules | None) -> str:
    """A quantity text moved by whole size increments (1 while unknown), never to 0 or below."""
    step = (rules.size_increment if rules else None) or Decimal(1)
    size = number_or_none(text)
    if size is None:
        return plain(step)
    return plain(max(min(step, size), size + steps * step))


def with_price(draft: TicketDraft, price: Decimal | None, rules: ContractRules | None) -> TicketDraft:
    """The draft with a first price in the field its type asks for, stop before limit."""
    if price is None:
        return draft
    text = on_grid(price, rules)
    if draft.order_type is OrderType.STP:
        return replace(draft, stop=text)
    return replace(draft, limit=text) if draft.order_type.needs_limit else draft


def _needed(field: Field, text: str, problems: list[Problem]) -> Decimal | None:
    number = number_or_none(text)
    if number is None:
        missing = not text.strip()
        words = "is needed" if missing else f"“{text.strip()}” is not a number"
        problems.append(Problem(field, words, is_missing=missing))
    return number


def _kept_price(told: Decimal | None, sent: Decimal | None) -> Decimal | None:
    return told if told is not None else sent


def _price_text(price: Decimal | None) -> str:
    return "" if price is None else f"{price:f}"
