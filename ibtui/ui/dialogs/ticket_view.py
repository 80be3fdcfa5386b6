"""What the ticket says beside its fields."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from textual.content import Content

from ibtui.domain.algos import Algo, AlgoParameter
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.language.moments import from_ms
from ibtui.domain.market import Quote
from ibtui.domain.orders import Preview
from ibtui.domain.tickets import Side, SizedIn, Ticket
from ibtui.ui.dialogs.words import (
    algo_words,
    contract_words,
    distance_words,
    leg_words,
    money_words,
    order_line,
    size_words,
    trailing_words,
    whatif_lines,
)
from ibtui.ui.formatting import percent, price, quote_digits, signed_money
from ibtui.ui.ticket_change import UNTOLD, changed_fields
from ibtui.ui.ticket_checks import unknown_outside
from ibtui.ui.ticket_fields import Field, Problem, plain
from ibtui.ui.ticket_moments import moment_words
from ibtui.ui.ticket_offers import DEFAULT, MANAGEMENT_WORDS, NO_ALGO, SMART, TYPE_WORDS
from ibtui.ui.ticket_reading import Reading
from ibtui.ui.ticket_worth import AT_ONCE, distance, first_stop, gain, notional

WAITING_SHOWN = 3
"""Orders of a waiting group that a ticket lists; the confirmation shows all."""


def problem_text(problem: Problem) -> Content:
    """A problem with its mark: ✕ must be mended, ! is worth knowing."""
    mark, style = ("✕", "$bad") if problem.blocks else ("!", "$warn")
    return Content.styled(f"{mark} {problem.text}", style)


def headline(contract: Contract, side: Side, market: str) -> Content:
    """Contract and market, of a combination also what happens to each leg."""
    legs = f"\n{leg_words(contract, side)}" if contract.legs else ""
    return Content.assemble((contract.label, "bold"), f"  {contract_words(contract)}\n", market, (legs, "$muted"))


def note(
    field: Field, reading: Reading, before: Ticket | None, quote: Quote | None, rules: ContractRules | None
) -> Content:
    """What a field was, what it comes to, or how far it is from the market."""
    ticket = reading.ticket
    if ticket is None:
        return Content("")
    words = _words(field, ticket, reading, quote, rules)
    if before is None or field not in changed_fields(before, ticket):
        return Content.styled(words, "$muted")
    return Content.assemble((f"changed, was {old_value(before, field)}", "$accent"), (f" {words}", "$muted"))


def remark(problem: Problem, words: Content) -> Content:
    """A problem, followed by what is said of the field anyway where it only tells what follows from that."""
    if problem.blocks or problem.text != AT_ONCE:
        return problem_text(problem)
    return Content.assemble(problem_text(problem), " ", words)


def _words(field: Field, ticket: Ticket, reading: Reading, quote: Quote | None, rules: ContractRules | None) -> str:
    decisive = Field.STOP if ticket.stop_price is not None else Field.LIMIT
    digits = quote_digits(quote, rules)
    if field is Field.QUANTITY:
        if ticket.sized_in is not SizedIn.UNITS:
            return size_words(ticket)
        return f"= {money_words(notional(ticket, quote), ticket.contract.currency)}"
    if field is decisive:
        found = distance(ticket, quote)
        text = distance_words(found, digits)
        return text.removesuffix(f" · {AT_ONCE}")
    if field is Field.TRAIL:
        stop = first_stop(ticket, quote) if ticket.stop_price is None else None
        return "" if stop is None else f"first stop about {price(round(stop, digits or 2), digits)}"
    if field is Field.GOOD_TILL:
        return moment_words(ticket.good_till).partition(" · ")[2]
    if field in (Field.PROFIT, Field.LOSS):
        return gain_words(ticket, reading.child(field), quote)
    if field is Field.OCA:
        return "a fill of one cancels the others" if ticket.single_group else ""
    if field is Field.SAVED:
        return "will be saved, not worked" if ticket.deactivated else ""
    return ""


def group_text(waiting: Sequence[Ticket]) -> Content:
    """The orders that wait for the rest of their OCA group, and what can be done about them; blank without any."""
    if not waiting:
        return Content("")
    left = len(waiting) - WAITING_SHOWN
    lines = [*(order_line(ticket) for ticket in waiting[:WAITING_SHOWN]), *([f"… and {left} more"] if left > 0 else [])]
    keys = f"^g adds this order  enter reviews all {len(waiting) + 1}  ^x drops the group"
    return Content.assemble(
        ("In an OCA group with\n", "$muted"), "\n".join(f"  {line}" for line in lines), (f"\n{keys}", "$muted")
    )


def gain_words(ticket: Ticket, child: Ticket | None, quote: Quote | None) -> str:
    """What an attached order would win or lose against the entry: `+835.00 USD (+3.07%)`."""
    won = None if child is None else gain(ticket, child, quote)
    return "" if won is None else f"{signed_money(won[0])} {ticket.contract.currency} ({percent(won[1])})"


def old_value(before: Ticket, field: Field) -> str:
    """A field of the order as it works now."""
    yes_no = {True: "yes", False: "no"}
    old: dict[Field, str] = {
        Field.SIDE: before.side.value,
        Field.QUANTITY: f"{before.quantity:f}",
        Field.UNIT: before.sized_in.value,
        Field.TYPE: TYPE_WORDS[before.order_type],
        Field.LIMIT: "" if before.limit_price is None else f"{before.limit_price:f}",
        Field.STOP: "" if before.stop_price is None else f"{before.stop_price:f}",
        Field.TRAIL: trailing_words(before),
        Field.TRAIL_BY: before.trailing_type,
        Field.OFFSET: "" if before.offset is None else f"{before.offset:f}",
        Field.TIF: before.tif.value,
        Field.GOOD_TILL: before.good_till,
        Field.OUTSIDE: yes_no[before.outside_rth],
        Field.OCA: yes_no[before.single_group],
        Field.ACCOUNT: before.account,
        Field.ALLOCATION: before.allocation_method or DEFAULT,
        Field.ROUTE: before.route or SMART,
        Field.DESTINATION: before.destination,
        Field.ALGO: algo_words(before) or NO_ALGO,
        Field.ALL_OR_NONE: yes_no[before.all_or_none],
        Field.MANAGEMENT: MANAGEMENT_WORDS[before.price_management],
        Field.SAVED: yes_no[before.deactivated],
        Field.REFERRER: before.referrer,
        Field.OPERATOR: before.operator,
        Field.MANUAL: "" if before.manual_time_ms is None else from_ms(before.manual_time_ms),
    }
    return old.get(field) or "not set"


def row_problem(field: Field, parameter: str, reading: Reading, *, complain: bool) -> Problem | None:
    """What is wrong on the row of a field, which may hold a second one; gaps only once a ticket was wanted."""
    beside = {Field.QUANTITY: Field.UNIT, Field.TRAIL: Field.TRAIL_BY, Field.LOSS: Field.LOSS_KIND}
    found = reading.of(field, parameter) or reading.of(beside.get(field, field), parameter)
    if found is None or (found.is_missing and not complain):
        return None
    return replace(found, text=found.text.partition(": ")[2]) if parameter else found


def unknown_problem(field: Field, *, outside_rth: bool) -> Problem:
    """What nobody told of a working order, and what will be sent for it."""
    if field is Field.OUTSIDE:
        return unknown_outside(outside_rth=outside_rth)
    return Problem(field, f"{UNTOLD} unknown", blocks=False)


def described_parameter(algo: Algo | None, parameter_id: str) -> AlgoParameter:
    """The description of an algo's parameter."""
    known = algo.parameters if algo is not None else ()
    return next((found for found in known if found.parameter_id == parameter_id), AlgoParameter(parameter_id, ""))


def parameter_note(parameter: AlgoParameter) -> Content:
    """What may stand in a parameter of an algo."""
    least, most = parameter.least, parameter.most
    bounds = f"{plain(least)} to {plain(most)}" if least is not None and most is not None else ""
    if not bounds:
        bounds = f"{plain(least)} or more" if least is not None else f"up to {plain(most)}" if most is not None else ""
    words = ("needed" if parameter.required else "", bounds or parameter.description)
    return Content.styled(" · ".join(word for word in words if word), "$muted")


def whatif_text(preview: Preview | None, asked: Sequence[Ticket], shown: Sequence[Ticket]) -> Content:
    """The what-if of the tickets `asked`, which may no longer be those `shown`."""
    if not asked:
        return Content.styled("What-if: press w", "$muted")
    if preview is None or preview.tickets != tuple(asked) or (preview.impact is None and not preview.error):
        return Content.styled("What-if: asking …", "$muted")
    old = "" if tuple(shown) == tuple(asked) else " (before the last change)"
    whole = f" of all {len(asked)} orders" if len(asked) > 1 else ""
    apart = "\n" if whole or old else " "
    if preview.impact is None:
        return Content.styled(f"What-if{old}: {preview.error}", "$bad")
    return Content.assemble((f"What-if{whole}{old}:{apart}", "$muted"), "\n".join(whatif_lines(preview.impact)))
