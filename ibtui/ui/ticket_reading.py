"""What a draft means: its problems and, once every needed field is there, its ticket. Pure, tested without Textual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules
from ibtui.domain.language.moments import moment, to_ms, written
from ibtui.domain.tickets import OrderType, Ticket, Tif
from ibtui.ui.ticket_algos import is_flag
from ibtui.ui.ticket_checks import check_child, check_ticket
from ibtui.ui.ticket_fields import Field, Problem, Surroundings
from ibtui.ui.ticket_form import TicketDraft, exit_of
from ibtui.ui.ticket_moments import SHAPE, SHAPE_WITH_TIME
from ibtui.ui.ticket_numbers import number_or_none

Read = TypeVar("Read")


class Reading(Struct, frozen=True):
    """What a draft means: a ticket when it is whole, and everything there is to say about its fields."""

    problems: tuple[Problem, ...]
    ticket: Ticket | None
    children: tuple[Ticket, ...] = ()
    """Take-profit and stop-loss that come to life with the ticket's fill."""

    @property
    def is_sendable(self) -> bool:
        """Whether the ticket may go to the confirmation."""
        return self.ticket is not None and not any(problem.blocks for problem in self.problems)

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """The ticket and its children, as they are sent; empty while it is not whole."""
        return () if self.ticket is None else (self.ticket, *self.children)

    def child(self, field: Field) -> Ticket | None:
        """The attached order whose price stands in this field."""
        wanted = field is Field.PROFIT
        return next((child for child in self.children if (child.order_type is OrderType.LMT) == wanted), None)

    def of(self, field: Field, parameter: str = "") -> Problem | None:
        """The first problem of a field (or of an algo's parameter), a blocking one before a remark."""
        mine = [problem for problem in self.problems if problem.field is field and problem.parameter == parameter]
        return min(mine, key=lambda problem: not problem.blocks) if mine else None


def read_draft(draft: TicketDraft, around: Surroundings, other_rules: ContractRules | None = None) -> Reading:
    """The draft's problems, and its ticket once every needed field is there.

    `other_rules` are those of the opposite side, which attached orders keep.
    """
    reader = _Reader()
    if not draft.account:
        reader.problems.append(Problem(Field.ACCOUNT, "no account is known yet"))
    ticket = _ticket(draft, around, reader)
    if ticket is None:
        return Reading(tuple(reader.problems), None)
    problems = [*reader.problems, *check_ticket(ticket, around)]
    beside = replace(around, rules=other_rules, before=None, filled=None)
    children = []
    for field, child in _children(draft, ticket, reader):
        children.append(child)
        problems += check_child(ticket, child, field, beside)
    problems += [problem for problem in reader.problems if problem not in problems]
    if draft.oca and not children and around.before is None:
        problems.append(Problem(Field.OCA, "a group needs an attached order"))
    return Reading(tuple(problems), ticket, tuple(children))


class _Reader:
    """Reads texts and notes what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def number(self, field: Field, text: str, *, needed: bool = True) -> Decimal | None:
        """A number; a blank is a problem where one is needed."""
        return self._read(field, text, number_or_none, "is not a number", needed=needed)

    def moment(self, field: Field, text: str, *, needed: bool = True, needs_time: bool = False) -> datetime | None:
        """A moment; a day alone is its end, unless the time is needed."""
        shape = SHAPE_WITH_TIME if needs_time else SHAPE
        read = partial(moment, needs_time=needs_time)
        return self._read(field, text, read, f"is not {shape}", needed=needed)

    def _read(
        self, field: Field, text: str, read: Callable[[str], Read | None], wrong: str, *, needed: bool
    ) -> Read | None:
        stripped = text.strip()
        found = read(stripped) if stripped else None
        if found is None and (stripped or needed):
            words = f"“{stripped}” {wrong}" if stripped else "is needed"
            self.problems.append(Problem(field, words, is_missing=not stripped))
        return found


def _ticket(draft: TicketDraft, around: Surroundings, reader: _Reader) -> Ticket | None:
    kind = draft.order_type
    quantity = reader.number(Field.QUANTITY, draft.quantity)
    limit = reader.number(Field.LIMIT, draft.limit, needed=kind.needs_limit) if kind.takes_limit else None
    stop = reader.number(Field.STOP, draft.stop, needed=kind.needs_stop) if kind.takes_stop else None
    trail = reader.number(Field.TRAIL, draft.trail) if kind.trails else None
    offset = reader.number(Field.OFFSET, draft.offset, needed=False) if kind.takes_offset else None
    till = reader.moment(Field.GOOD_TILL, draft.good_till) if draft.tif is Tif.GTD else None
    manual = reader.moment(Field.MANUAL, draft.manual_time, needed=False, needs_time=True)
    if quantity is None or reader.problems:
        return None
    return Ticket(
        account=draft.account,
        contract=draft.contract,
        side=draft.side,
        order_type=kind,
        quantity=quantity,
        limit_price=limit,
        stop_price=stop,
        trailing_type=draft.trail_by if kind.trails else "",
        trailing_amount=trail,
        tif=draft.tif,
        outside_rth=draft.outside_rth,
        route=draft.route.strip().upper(),
        sized_in=draft.sized_in,
        offset=offset,
        good_till="" if till is None else written(till),
        destination=draft.destination.strip().upper(),
        strategy=draft.strategy,
        strategy_parameters=_parameters(draft, around) if draft.strategy else (),
        price_management=draft.price_management,
        all_or_none=draft.all_or_none,
        manual_time_ms=None if manual is None else to_ms(manual),
        referrer=draft.referrer.strip(),
        operator=draft.operator.strip(),
        deactivated=draft.deactivated,
        allocation_method=draft.allocation,
        is_child=draft.is_child,
        single_group=draft.oca,
    )


def _parameters(draft: TicketDraft, around: Surroundings) -> tuple[tuple[str, str | bool], ...]:
    """What was said of the algo's parameters, and the defaults of those that must be sent."""
    said = [(name, value.strip() if isinstance(value, str) else value) for name, value in draft.parameters]
    kept: list[tuple[str, str | bool]] = [(name, value) for name, value in said if value != ""]
    algo = around.algo(draft.strategy)
    names = {name.casefold() for name, _ in kept}
    for parameter in algo.parameters if algo is not None else ():
        if parameter.required and parameter.default and parameter.parameter_id.casefold() not in names:
            default = parameter.default == "true" if is_flag(parameter) else parameter.default
            kept.append((parameter.parameter_id, default))
    return tuple(kept)


def _children(draft: TicketDraft, ticket: Ticket, reader: _Reader) -> list[tuple[Field, Ticket]]:
    """The attached orders whose numbers are there, each with the field of its price."""
    found = []
    if draft.profit.strip():
        price = reader.number(Field.PROFIT, draft.profit)
        if price is not None:
            found.append((Field.PROFIT, replace(_exit(draft, ticket, OrderType.LMT), limit_price=price)))
    if not draft.loss.strip():
        return found
    kind = draft.loss_kind
    number = reader.number(Field.LOSS, draft.loss)
    first = reader.number(Field.LOSS_STOP, draft.loss_stop) if kind.has_first_stop else None
    limit = reader.number(Field.LOSS_LIMIT, draft.loss_limit) if kind.has_limit else None
    if number is None or (kind.has_first_stop and first is None) or (kind.has_limit and limit is None):
        return found
    child = replace(_exit(draft, ticket, kind.order_type), limit_price=limit)
    if kind.trails:
        child = replace(child, trailing_type=kind.by, trailing_amount=number)
    if kind.has_first_stop or not kind.trails:
        child = replace(child, stop_price=first if kind.trails else number)
    return [*found, (Field.LOSS, child)]


def _exit(draft: TicketDraft, ticket: Ticket, order_type: OrderType) -> Ticket:
    """The attached order of this type, as the ticket was opened with it where it was."""
    usual = exit_of(ticket, order_type)
    kept = next((child for child in draft.exits if child.order_type is order_type), None)
    if kept is None:
        return usual
    return replace(
        kept,
        account=usual.account,
        contract=usual.contract,
        side=usual.side,
        quantity=usual.quantity,
        sized_in=usual.sized_in,
        single_group=usual.single_group,
        is_child=True,
    )
