"""What an arrow key makes of a number of the ticket. Pure."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.tickets import OrderType, Side, SizedIn
from ibtui.ui.ticket_fields import Field, Surroundings
from ibtui.ui.ticket_form import TicketDraft
from ibtui.ui.ticket_numbers import CENT, TENTH, stepped, stepped_amount, stepped_size

CASH_STEP = Decimal(100)
"""Of amounts of money whose rules name no step."""


def stepped_field(field: Field | None, draft: TicketDraft, text: str, steps: int, around: Surroundings) -> str:
    """The text moved by increments of its own kind; None is a parameter of an algo."""
    rules = around.rules
    if field is Field.QUANTITY and draft.sized_in is SizedIn.UNITS:
        return stepped_size(text, steps, rules)
    if field is Field.QUANTITY:
        return stepped_amount(text, steps, (rules.cash_increment if rules else None) or CASH_STEP)
    by_share = field is Field.TRAIL and draft.trail_by == "%"
    if field is None or by_share or (field is Field.LOSS and draft.loss_kind.trails):
        return stepped_amount(text, steps, TENTH)
    if field in (Field.TRAIL, Field.OFFSET):
        return stepped_amount(text, steps, (rules.increment_at(Decimal(0)) if rules else None) or CENT)
    return stepped(text, steps, rules, _market_price(field, draft, around))


def _market_price(field: Field, draft: TicketDraft, around: Surroundings) -> Decimal | None:
    """Where a first price starts: the own side of the book for a limit, the last price for a stop."""
    quote = around.quote
    if quote is None:
        return None
    own = quote.bid if draft.side is Side.BUY else quote.ask
    if field is Field.STOP or draft.order_type is OrderType.STOP_LIMIT:
        own = quote.last
    return own if own is not None else quote.reference
