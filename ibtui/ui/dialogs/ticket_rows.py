"""The rows of a ticket's form: which fields stand side by side, their labels and their widgets."""

from __future__ import annotations

from textual.widget import Widget

from ibtui.domain.algos import AlgoParameter
from ibtui.domain.tickets import OrderType
from ibtui.ui.dialogs.choice import ChoiceField
from ibtui.ui.dialogs.fields import FieldRow, NumberField, TextField
from ibtui.ui.ticket_algos import is_flag, is_number
from ibtui.ui.ticket_fields import Field
from ibtui.ui.ticket_form import LossKind, TicketDraft
from ibtui.ui.ticket_offers import Offers, text_of, word_of, words_of

ROWS: tuple[tuple[Field, ...], ...] = (
    (Field.SIDE,),
    (Field.QUANTITY, Field.UNIT),
    (Field.TYPE,),
    (Field.LIMIT,),
    (Field.STOP,),
    (Field.TRAIL, Field.TRAIL_BY),
    (Field.OFFSET,),
    (Field.TIF,),
    (Field.GOOD_TILL,),
    (Field.OUTSIDE,),
    (Field.PROFIT,),
    (Field.LOSS, Field.LOSS_KIND),
    (Field.LOSS_STOP,),
    (Field.LOSS_LIMIT,),
    (Field.OCA,),
    (Field.ACCOUNT,),
    (Field.ALLOCATION,),
)
"""Fields by line, the one the line is named after first."""

NUMBERS = frozenset(
    {
        Field.QUANTITY,
        Field.LIMIT,
        Field.STOP,
        Field.TRAIL,
        Field.OFFSET,
        Field.PROFIT,
        Field.LOSS,
        Field.LOSS_STOP,
        Field.LOSS_LIMIT,
    }
)
TEXT_FIELDS = frozenset(
    {Field.GOOD_TILL, Field.DESTINATION, Field.REFERRER, Field.OPERATOR, Field.MANUAL},
)

PLACEHOLDERS = {
    Field.PROFIT: "none",
    Field.LOSS: "none",
    Field.OFFSET: "none",
    Field.GOOD_TILL: "YYYYMMDD-HH:MM",
    Field.MANUAL: "YYYYMMDD-HH:MM:SS",
    Field.DESTINATION: "none",
    Field.REFERRER: "none",
    Field.OPERATOR: "none",
}

LABELS = {
    Field.SIDE: "Side",
    Field.QUANTITY: "Quantity",
    Field.TYPE: "Type",
    Field.LIMIT: "Limit",
    Field.STOP: "Stop",
    Field.TRAIL: "Trail by",
    Field.OFFSET: "Offset",
    Field.TIF: "TIF",
    Field.GOOD_TILL: "Good till",
    Field.OUTSIDE: "Outside RTH",
    Field.PROFIT: "Take profit",
    Field.LOSS: "Stop loss",
    Field.LOSS_STOP: "  its stop",
    Field.LOSS_LIMIT: "  its limit",
    Field.OCA: "OCA group",
    Field.ACCOUNT: "Account",
    Field.ALLOCATION: "Allocation",
    Field.ROUTE: "Route",
    Field.DESTINATION: "Direct to",
    Field.ALGO: "Algo",
    Field.ALL_OR_NONE: "All or none",
    Field.MANAGEMENT: "Price mgmt",
    Field.SAVED: "Save only",
    Field.REFERRER: "Referrer",
    Field.OPERATOR: "Operator",
    Field.MANUAL: "Entered at",
}


def label_of(field: Field, draft: TicketDraft) -> str:
    """What a field is called: prices by what they are for the order type chosen."""
    kind = draft.order_type
    if field is Field.LIMIT and not kind.needs_limit:
        return "Cap"
    if field is Field.STOP and kind in (OrderType.MIT, OrderType.LIT):
        return "Trigger"
    if field is Field.STOP and kind.trails:
        return "First stop"
    return LABELS[field]


def widget_of(field: Field, draft: TicketDraft, offers: Offers) -> Widget:
    """The widget of a field, filled from the draft."""
    if field in NUMBERS:
        return NumberField(text_of(field, draft), id=field.value, placeholder=PLACEHOLDERS.get(field, ""))
    if field in TEXT_FIELDS or (field is Field.ROUTE and not draft.contract.exchanges):
        placeholder = PLACEHOLDERS.get(field, "SMART")
        return TextField(text_of(field, draft), id=field.value, placeholder=placeholder)
    fixed = offers.is_change and field in (Field.SIDE, Field.ACCOUNT)
    return ChoiceField(words_of(field, draft, offers), word_of(field, draft), id=field.value, fixed=fixed)


def price_placeholder(field: Field, draft: TicketDraft) -> str:
    """What stands in an empty number: whether it may stay empty."""
    kind = draft.order_type
    may_stay = {Field.LIMIT: not kind.needs_limit, Field.STOP: not kind.needs_stop}
    if field is Field.LOSS and draft.loss_kind is not LossKind.STOP:
        return "none"
    return PLACEHOLDERS.get(field, "none" if may_stay.get(field) else "")


NOT_SAID = "–"
"""Of an algo's choice: left to its default."""


def parameter_widget(parameter: AlgoParameter, value: str | bool | None, *, id: str) -> Widget:
    """The widget of an algo's parameter, as its description asks for; a default stands there as a hint."""
    default = parameter.default
    words = ("no", "yes") if is_flag(parameter) else parameter.choices
    if words:
        shown = ("yes" if value else "no") if isinstance(value, bool) else value
        if is_flag(parameter) and default:
            default = "yes" if default == "true" else "no"
        offered = words if parameter.required and default else (NOT_SAID, *words)
        return ChoiceField(offered, shown or (default if parameter.required and default else NOT_SAID), id=id)
    text = "" if value is None else str(value)
    if is_number(parameter):
        return NumberField(text, id=id, placeholder=default)
    return TextField(text, id=id, placeholder=default or ("HH:MM:SS" if parameter.kind == "Time" else ""))


def parameter_row(parameter: AlgoParameter, value: str | bool | None, *, id: str) -> FieldRow:
    """The row of an algo's parameter; a star marks one that must be said."""
    star = "*" if parameter.required else ""
    return FieldRow(
        f"  {parameter.name}{star}", (parameter_widget(parameter, value, id=id),), name=id, is_parameter=True
    )
