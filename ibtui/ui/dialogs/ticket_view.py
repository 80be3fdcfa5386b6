"""What the ticket says beside its fields."""

from __future__ import annotations

from decimal import Decimal

from textual.content import Content

from ibtui.domain.contracts import ContractRules
from ibtui.domain.market import Quote
from ibtui.domain.orders import Preview
from ibtui.domain.tickets import Side, Ticket
from ibtui.ui.dialogs.words import TYPE_WORDS, distance_words, money_words, whatif_lines
from ibtui.ui.formatting import percent, quote_digits, signed_money
from ibtui.ui.ticket_checks import Field, Problem, distance, notional
from ibtui.ui.ticket_form import Reading, changed_fields


def problem_text(problem: Problem) -> Content:
    """A problem with its mark: ✕ must be mended, ! is worth knowing."""
    mark, style = ("✕", "$bad") if problem.blocks else ("!", "$warn")
    return Content.styled(f"{mark} {problem.text}", style)


def note(
    field: Field, reading: Reading, before: Ticket | None, quote: Quote | None, rules: ContractRules | None
) -> Content:
    """What a field was, what it comes to, or how far it is from the market."""
    ticket = reading.ticket
    if ticket is None:
        return Content("")
    decisive = Field.STOP if ticket.stop_price is not None else Field.LIMIT
    words = ""
    if field is Field.QUANTITY:
        words = f"= {money_words(notional(ticket, quote), ticket.contract.currency)}"
    elif field is decisive:
        words = distance_words(distance(ticket, quote), quote_digits(quote, rules))
    elif field in (Field.PROFIT, Field.LOSS):
        words = gain_words(ticket, reading.child(field), quote)
    if before is None or field not in changed_fields(before, ticket):
        return Content.styled(words, "$muted")
    return Content.assemble((f"changed, was {old_value(before, field)}", "$accent"), (f" {words}", "$muted"))


def gain_words(ticket: Ticket, child: Ticket | None, quote: Quote | None) -> str:
    """What an attached order would win or lose against the entry: `+835.00 USD (+3.07%)`."""
    worth, goal = notional(ticket, quote), None if child is None else notional(child, quote)
    if child is None or not worth or goal is None:
        return ""
    gain = goal - worth if ticket.side is Side.BUY else worth - goal
    return f"{child.side.value} at it: {signed_money(gain)} {ticket.contract.currency} ({percent(gain / worth * 100)})"


def old_value(before: Ticket, field: Field) -> str:
    """A field of the order as it works now."""
    old: dict[Field, Decimal | str | None] = {
        Field.QUANTITY: before.quantity,
        Field.TYPE: TYPE_WORDS[before.order_type],
        Field.LIMIT: before.limit_price,
        Field.STOP: before.stop_price,
        Field.TIF: before.tif.value,
        Field.OUTSIDE: "yes" if before.outside_rth else "no",
    }
    value = old.get(field)
    return f"{value:f}" if isinstance(value, Decimal) else value or "not set"


def whatif_text(preview: Preview | None, asked: Ticket | None, shown: Ticket | None) -> Content:
    """The what-if of the ticket `asked`, which may no longer be the one `shown`."""
    if asked is None:
        return Content.styled("What-if: press w", "$muted")
    if preview is None or preview.tickets != (asked,) or (preview.impact is None and not preview.error):
        return Content.styled("What-if: asking …", "$muted")
    old = "" if shown == asked else " (before the last change)"
    if preview.impact is None:
        return Content.styled(f"What-if{old}: {preview.error}", "$bad")
    return Content.assemble((f"What-if{old}: ", "$muted"), "\n".join(whatif_lines(preview.impact)))
