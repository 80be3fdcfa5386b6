"""Order types and times in force in the words of contract rules and of live orders.

Rules that are unknown or silent are never held against an order; the gateway has the last word.
Source: "Search Contract Rules", "Live Orders", "Order Status" and the recorded rows of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ibtui.domain.contracts import ContractRules
from ibtui.domain.tickets import OrderType, Tif

_SPELLINGS: dict[OrderType, tuple[str, ...]] = {
    OrderType.LMT: ("lmt", "limit"),
    OrderType.MKT: ("mkt", "market"),
    OrderType.STP: ("stp", "stop"),
    OrderType.STOP_LIMIT: ("stoplimit", "stplmt", "stoplmt", "stplimit"),
    OrderType.MIDPRICE: ("midprice", "mid"),
    OrderType.TRAIL: ("trail", "trailingstop", "trailstop"),
    OrderType.TRAILLMT: ("traillmt", "traillimit", "trailingstoplimit", "trailstoplimit", "trailingstoplmt"),
    OrderType.MIT: ("mit", "marketiftouched"),
    OrderType.LIT: ("lit", "limitiftouched"),
    OrderType.MOC: ("moc", "marketonclose"),
    OrderType.LOC: ("loc", "limitonclose"),
    OrderType.REL: ("rel", "relative"),
}
"""Without case, blanks, hyphens and underscores."""
_TYPES = {spelling: kind for kind, spellings in _SPELLINGS.items() for spelling in spellings}
_APART = str.maketrans("", "", " _-")
_SILENT_TIFS = (Tif.DAY, Tif.GTC, Tif.OPG, Tif.IOC, Tif.GTD)
"""What is offered while the rules are silent; PAX is for crypto only."""


def order_type_of(text: str) -> OrderType | None:
    """The order type a word of the gateway stands for (`Limit`, `STOP_LIMIT`, `TRAILING_STOP` …), None if unknown."""
    return _TYPES.get(text.translate(_APART).casefold())


def types_of(words: Iterable[str]) -> frozenset[OrderType]:
    """The order types among the words of a rule."""
    found = (order_type_of(word) for word in words)
    return frozenset(kind for kind in found if kind is not None)


def allowed_types(rules: ContractRules | None, wanted: Sequence[OrderType]) -> tuple[OrderType, ...]:
    """Those of `wanted` the rules allow; all of them while the rules are silent, or name none of them."""
    if rules is None or not rules.order_types:
        return tuple(wanted)
    told = types_of(rules.order_types)
    return tuple(kind for kind in wanted if kind in told) or tuple(wanted)


def is_offered(rules: ContractRules | None, order_type: OrderType) -> bool:
    """Whether the contract may be ordered by this type."""
    return rules is None or _holds(rules.order_types, order_type)


def allowed_tifs(rules: ContractRules | None, order_type: OrderType, *, sec_type: str = "") -> tuple[Tif, ...]:
    """Times in force the rules allow for an order type; while they are silent all, PAX for crypto only.

    A rule such as `OPG/LIMIT,MARKET,a` names in capitals the order types it holds for; `DAY/o,a` holds for all (`o`,
    `a` and `c` are flags). Types in capitals that are unknown here (MKT_PROTECT) still make the rule one for some.
    """
    if rules is None or not rules.tifs:
        return (*_SILENT_TIFS, Tif.PAX) if sec_type == "CRYPTO" else _SILENT_TIFS
    return tuple(tif for tif in Tif if any(_tif_holds(rule, tif, order_type) for rule in rules.tifs))


def may_work_outside(rules: ContractRules | None, order_type: OrderType) -> bool:
    """Whether the order type works outside regular trading hours."""
    return rules is None or _holds(rules.order_types_outside, order_type)


def may_be_fractional(rules: ContractRules | None, order_type: OrderType) -> bool:
    """Whether the order type takes parts of a unit: only where `fraqTypes` lists it; True while rules are unknown."""
    return rules is None or order_type in types_of(rules.fractional_types)


def may_be_cash(rules: ContractRules | None, order_type: OrderType) -> bool:
    """Whether the order type takes an amount of money (`cqtTypes`)."""
    return rules is None or _holds(rules.cash_quantity_types, order_type)


def may_use_algo(rules: ContractRules | None, order_type: OrderType) -> bool:
    """Whether the order type may be worked by an IB algo (`ibAlgoTypes`)."""
    return rules is None or _holds(rules.algo_types, order_type)


def may_change_to(rules: ContractRules | None, order_type: OrderType) -> bool:
    """Whether a working order may be given this type (`modTypes`)."""
    return rules is None or _holds(rules.modify_types, order_type)


def _holds(words: Sequence[str], order_type: OrderType) -> bool:
    return not words or order_type in types_of(words)


def _tif_holds(rule: str, tif: Tif, order_type: OrderType) -> bool:
    word, _, terms = rule.partition("/")
    kinds = [term.strip() for term in terms.split(",") if term.strip().isupper()]
    return word.strip().upper() == tif.value and (not kinds or order_type in types_of(kinds))
