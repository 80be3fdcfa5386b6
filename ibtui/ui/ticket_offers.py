"""The choices of a ticket as words, and what choosing or typing one changes in its draft. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from ibtui.domain.algos import Algos
from ibtui.domain.contracts import ContractRules
from ibtui.domain.rulewords import allowed_tifs, allowed_types, may_be_cash, may_change_to
from ibtui.domain.tickets import OrderType, Side, SizedIn, Tif
from ibtui.ui.ticket_fields import Field
from ibtui.ui.ticket_form import TYPES, LossKind, TicketDraft

TYPE_WORDS = {
    OrderType.LMT: "LMT",
    OrderType.MKT: "MKT",
    OrderType.STP: "STP",
    OrderType.STOP_LIMIT: "STP LMT",
    OrderType.MIDPRICE: "MIDPRICE",
    OrderType.TRAIL: "TRAIL",
    OrderType.TRAILLMT: "TRAIL LMT",
    OrderType.MIT: "MIT",
    OrderType.LIT: "LIT",
    OrderType.MOC: "MOC",
    OrderType.LOC: "LOC",
    OrderType.REL: "REL",
}
"""Order types as traders write them."""

UNIT_WORDS = {SizedIn.UNITS: "units", SizedIn.CASH: "cash", SizedIn.CONVERSION: "convert"}

MANAGEMENT_WORDS: dict[bool | None, str] = {None: "default", True: "on", False: "off"}

ALLOCATION_METHODS = ("AvailableEquity", "Equal", "NetLiq", "PctChange")
"""Methods of TWS's allocation presets, which `allocationMethod` names ("Place Order")."""

NO_ALGO = "none"
DEFAULT = "default"
SMART = "SMART"
"""Route of an order that names none."""

TEXTS: dict[Field, str] = {
    Field.QUANTITY: "quantity",
    Field.LIMIT: "limit",
    Field.STOP: "stop",
    Field.TRAIL: "trail",
    Field.OFFSET: "offset",
    Field.GOOD_TILL: "good_till",
    Field.PROFIT: "profit",
    Field.LOSS: "loss",
    Field.LOSS_STOP: "loss_stop",
    Field.LOSS_LIMIT: "loss_limit",
    Field.ROUTE: "route",
    Field.DESTINATION: "destination",
    Field.REFERRER: "referrer",
    Field.OPERATOR: "operator",
    Field.MANUAL: "manual_time",
}
"""The attributes of a draft that are typed, by field."""

FLAGS: dict[Field, str] = {
    Field.OUTSIDE: "outside_rth",
    Field.OCA: "oca",
    Field.ALL_OR_NONE: "all_or_none",
    Field.SAVED: "deactivated",
}
"""The attributes of a draft that are yes or no."""


class Offers(Struct, frozen=True):
    """What can be chosen from, as far as it is known."""

    rules: ContractRules | None = None
    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    algos: Algos | None = None
    is_change: bool = False
    """The ticket changes a working order."""


def words_of(field: Field, draft: TicketDraft, offers: Offers) -> tuple[str, ...]:
    """The words a choice offers."""
    rules, kind = offers.rules, draft.order_type
    if field in FLAGS:
        return ("no", "yes")
    if field is Field.TYPE:
        types = allowed_types(rules, TYPES)
        if offers.is_change and rules is not None and rules.modify_types:
            types = tuple(order_type for order_type in TYPES if may_change_to(rules, order_type))
        return tuple(TYPE_WORDS[order_type] for order_type in types)
    if field is Field.TIF:
        tifs = allowed_tifs(rules, kind, sec_type=draft.contract.sec_type)
        return tuple(tif.value for tif in Tif if tif in tifs)
    if field is Field.UNIT:
        return tuple(UNIT_WORDS[unit] for unit in _units(draft, rules))
    if field is Field.ACCOUNT:
        return tuple(dict.fromkeys([*offers.accounts, *offers.groups])) or (draft.account,)
    if field is Field.ALGO:
        return (NO_ALGO, *(algo.algo_id for algo in offers.algos.algos)) if offers.algos is not None else (NO_ALGO,)
    if field is Field.ROUTE:
        return (SMART, *(name for name in draft.contract.exchanges if name != SMART))
    return _FIXED_WORDS[field]


_FIXED_WORDS: Mapping[Field, tuple[str, ...]] = {
    Field.SIDE: tuple(side.value for side in Side),
    Field.TRAIL_BY: ("amt", "%"),
    Field.LOSS_KIND: tuple(kind.value for kind in LossKind),
    Field.ALLOCATION: (DEFAULT, *ALLOCATION_METHODS),
    Field.MANAGEMENT: tuple(MANAGEMENT_WORDS.values()),
}


def word_of(field: Field, draft: TicketDraft) -> str:
    """The word chosen."""
    if field in FLAGS:
        return "yes" if getattr(draft, FLAGS[field]) else "no"
    chosen: dict[Field, str] = {
        Field.SIDE: draft.side.value,
        Field.UNIT: UNIT_WORDS[draft.sized_in],
        Field.TYPE: TYPE_WORDS[draft.order_type],
        Field.TRAIL_BY: draft.trail_by,
        Field.TIF: draft.tif.value,
        Field.LOSS_KIND: draft.loss_kind.value,
        Field.ACCOUNT: draft.account,
        Field.ALLOCATION: draft.allocation or DEFAULT,
        Field.ALGO: draft.strategy or NO_ALGO,
        Field.ROUTE: draft.route or SMART,
        Field.MANAGEMENT: MANAGEMENT_WORDS[draft.price_management],
    }
    return chosen[field]


def with_word(field: Field, draft: TicketDraft, word: str, groups: tuple[str, ...] = ()) -> TicketDraft:
    """The draft with another word chosen; what depended on the old one alone is taken back."""
    if field in FLAGS:
        return _set(draft, FLAGS[field], word == "yes")
    match field:
        case Field.SIDE:
            return replace(draft, side=Side(word))
        case Field.UNIT:
            return replace(draft, sized_in=next(unit for unit, name in UNIT_WORDS.items() if name == word))
        case Field.TYPE:
            return replace(draft, order_type=next(kind for kind, name in TYPE_WORDS.items() if name == word))
        case Field.TRAIL_BY:
            return replace(draft, trail_by=word)
        case Field.TIF:
            return replace(draft, tif=Tif(word))
        case Field.LOSS_KIND:
            return replace(draft, loss_kind=LossKind(word))
        case Field.ACCOUNT:
            return replace(draft, account=word, allocation=draft.allocation if word in groups else "")
        case Field.ALLOCATION:
            return replace(draft, allocation="" if word == DEFAULT else word)
        case Field.ALGO:
            return replace(draft, strategy="" if word == NO_ALGO else word, parameters=())
        case Field.ROUTE:
            return replace(draft, route="" if word == SMART else word)
        case _:
            chosen = next(value for value, name in MANAGEMENT_WORDS.items() if name == word)
            return replace(draft, price_management=chosen)


def text_of(field: Field, draft: TicketDraft) -> str:
    """The text typed."""
    return str(getattr(draft, TEXTS[field]))


def with_text(field: Field, draft: TicketDraft, text: str) -> TicketDraft:
    """The draft with another text typed."""
    return _set(draft, TEXTS[field], text)


def with_parameter(draft: TicketDraft, parameter_id: str, value: str | bool | None) -> TicketDraft:
    """The draft with a parameter of its algo said, or (None or blank) left to its default."""
    kept = [(name, old) for name, old in draft.parameters if name.casefold() != parameter_id.casefold()]
    if value is not None and value != "":
        kept.append((parameter_id, value))
    return replace(draft, parameters=tuple(kept))


def more_words(draft: TicketDraft) -> str:
    """What is set in the section that is closed: `algo Vwap, route ARCA`; blank when nothing is."""
    said = (
        f"route {draft.route}" if draft.route else "",
        f"direct to {draft.destination}" if draft.destination else "",
        f"algo {draft.strategy}" if draft.strategy else "",
        "all or none" if draft.all_or_none else "",
        "" if draft.price_management is None else f"price management {MANAGEMENT_WORDS[draft.price_management]}",
        "saved, not worked" if draft.deactivated else "",
        f"referrer {draft.referrer}" if draft.referrer else "",
        f"operator {draft.operator}" if draft.operator else "",
        f"entered {draft.manual_time}" if draft.manual_time else "",
    )
    return ", ".join(words for words in said if words)


def _units(draft: TicketDraft, rules: ContractRules | None) -> tuple[SizedIn, ...]:
    """How a quantity can be counted: money for currencies and crypto only ("Place Order", `cashQty`, `fxQty`)."""
    sec_type = draft.contract.sec_type
    cash = sec_type in ("CASH", "CRYPTO") and may_be_cash(rules, draft.order_type)
    found = [SizedIn.UNITS, *([SizedIn.CASH] if cash else []), *([SizedIn.CONVERSION] if sec_type == "CASH" else [])]
    return tuple(found)


def _set(draft: TicketDraft, name: str, value: str | bool) -> TicketDraft:
    return replace(draft, **{name: value})
