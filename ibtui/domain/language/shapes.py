"""Which prices go with which order type: the one table the parser decides by."""

from __future__ import annotations

from msgspec import Struct

from ibtui.domain.tickets import OrderType

AT, STOP, TRAIL, OFFSET, LIMIT_OFFSET = "@", "stop", "trail", "offset", "<offset>"
"""What may be said of an order's price; the last is the number after "trail … lmt"."""
TRAIL_LIMIT = "trail lmt"
"""The type word of a trailing stop with a limit: "lmt" once "trail" was said."""


class Shape(Struct, frozen=True):
    """One way to write an order type."""

    order_type: OrderType
    word: str
    """Its type word as the language knows it."""
    needs: frozenset[str]
    takes: frozenset[str]
    """All that may be said, the needed included."""
    bare: bool = False
    """Whether the prices alone mean it, without the type word."""


def _shape(kind: OrderType, word: str, needs: str = "", may: str = "", *, bare: bool = False) -> Shape:
    needed = frozenset(needs.split())
    return Shape(kind, word, needed, needed | frozenset(may.split()), bare)


SHAPES = (
    _shape(OrderType.LMT, "lmt", "@", bare=True),
    _shape(OrderType.MKT, "mkt"),
    _shape(OrderType.STP, "stp", "stop", bare=True),
    _shape(OrderType.STP, "stp", "@"),
    _shape(OrderType.STOP_LIMIT, "stp lmt", "@ stop", bare=True),
    _shape(OrderType.MIDPRICE, "mid", "", "@"),
    _shape(OrderType.MIT, "mit", "stop"),
    _shape(OrderType.MIT, "mit", "@"),
    _shape(OrderType.LIT, "lit", "@ stop"),
    _shape(OrderType.MOC, "moc"),
    _shape(OrderType.LOC, "loc", "@"),
    _shape(OrderType.REL, "rel", "", "@ offset"),
    _shape(OrderType.TRAIL, "trail", "trail", "stop", bare=True),
    _shape(OrderType.TRAILLMT, TRAIL_LIMIT, "trail @ stop"),
    _shape(OrderType.TRAILLMT, TRAIL_LIMIT, "trail <offset>", "stop"),
)
TYPE_CHOICES = ("lmt", "mkt", "stp", "stp lmt", "mid", "mit", "lit", "moc", "loc", "rel")
"""Type words offered; "midprice" is read as "mid"."""
NAMES = {
    "lmt": "a limit order",
    "mkt": "a market order",
    "stp": "a stop order",
    "stp lmt": "a stop-limit order",
    "mid": "a midprice order",
    "mit": "a market-if-touched order",
    "lit": "a limit-if-touched order",
    "moc": "a market-on-close order",
    "loc": "a limit-on-close order",
    "rel": "a relative order",
    TRAIL_LIMIT: "a trailing stop with a limit",
    "trail": "a trailing stop",
}
FEATURES = {
    AT: "no limit",
    STOP: "no stop price; write “stp lmt” for a stop-limit order",
    TRAIL: "no trailing amount; “trail 1.5 lmt” is a trailing stop with a limit",
    OFFSET: "no offset; that is for “rel”",
    LIMIT_OFFSET: "no offset of its limit",
}


def is_open(said: frozenset[str], word: str) -> bool:
    """Whether some order type fits what was said so far; a blank word is a type not said."""
    return any(said <= shape.takes and word in ("", shape.word) for shape in SHAPES)


def whole(said: frozenset[str], word: str) -> Shape | None:
    """The shape that is complete now: of the type said, else the one the prices mean."""
    for shape in SHAPES:
        fits = shape.needs <= said <= shape.takes
        if fits and (shape.word == word if word else shape.bare):
            return shape
    return None


def missing(said: frozenset[str], word: str) -> tuple[str, ...]:
    """What must still be said, by the shapes that fit."""
    fitting = [shape for shape in SHAPES if said <= shape.takes and word in ("", shape.word)]
    return tuple(dict.fromkeys(part for shape in fitting for part in _ordered(shape.needs - said)))


def refusal(said: frozenset[str], word: str) -> str:
    """Why nothing fits what was said, for a person."""
    if not word:
        return "an offset is for “rel”, which has no price but a cap (“@”)"
    name = NAMES[word]
    if word in ("mkt", "moc") and said & {AT, STOP}:
        return f"{name} has no price"
    if word in ("stp", "mit") and {AT, STOP} <= said:
        return f"{name} has one price; write “stp lmt” or “lit” for a second one"
    if word == TRAIL_LIMIT and {AT, LIMIT_OFFSET} <= said:
        return "either the limit (“@”) or its offset from the stop, not both"
    takes = frozenset[str]().union(*(shape.takes for shape in SHAPES if shape.word == word))
    wrong = _ordered(said - takes)
    return f"{name} has {FEATURES[wrong[0]]}" if wrong else f"{name} is not written so"


def _ordered(parts: frozenset[str]) -> list[str]:
    return [part for part in FEATURES if part in parts]
