"""The clauses of an order: each read by its word, and refused at once where it does not go with what was said."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct, field

from ibtui.domain.language.commands import StopLoss
from ibtui.domain.language.moments import to_ms, written
from ibtui.domain.language.reading import Stop, Words, misfit
from ibtui.domain.language.shapes import (
    AT,
    LIMIT_OFFSET,
    OFFSET,
    STOP,
    TRAIL,
    TRAIL_LIMIT,
    TYPE_CHOICES,
    is_open,
    missing,
    refusal,
    whole,
)
from ibtui.domain.tickets import Tif

TIFS = {tif.value.lower(): tif for tif in (Tif.DAY, Tif.GTC, Tif.OPG, Tif.IOC, Tif.PAX)}
PRICES = (AT, STOP, TRAIL, OFFSET)
CHILDREN = ("tp", "sl")
TEXTS = {"route": "exchange", "dest": "exchange", "alloc": "method", "acct": "account", "ref": "word", "oper": "word"}
"""Clauses of one free word, and what it is."""
FLAGS = ("aon", "saved", "conv", "oca")
SWITCHES = ("rth", "pma")
PARAMETER = "<parameter>=<value>"


class Clauses(Struct):
    """What was said after the instrument."""

    is_combo: bool = False
    is_cash: bool = False
    in_group: bool = False
    """A later order of a line joined by "or"."""
    names: set[str] = field(default_factory=set)
    """Clauses said, save prices and type; any tif as "tif"."""
    prices: dict[str, Decimal] = field(default_factory=dict)
    """By the words of `shapes`."""
    word: str = ""
    """The type word."""
    trailing_type: str = ""
    tif: Tif = Tif.DAY
    good_till: str = ""
    tp: Decimal | None = None
    sl: StopLoss | None = None
    texts: dict[str, str] = field(default_factory=dict)
    switches: dict[str, bool] = field(default_factory=dict)
    strategy: str = ""
    parameters: dict[str, str | bool] = field(default_factory=dict)
    manual_time_ms: int | None = None
    tail: tuple[str, ...] = ()
    """What may follow the clause just read and no other."""

    @property
    def said(self) -> frozenset[str]:
        """The prices said."""
        return frozenset(self.prices)

    def open(self) -> tuple[str, ...]:
        """Words that may follow: what is still missing, then what may be added."""
        free = [name for name in (*PRICES, *TYPE_CHOICES, *TIFS, "gtd") if not self.objection(name)]
        free += [f"{name} {state}" for name in SWITCHES if not self.objection(name) for state in ("on", "off")]
        rest = ("tp", "sl", "oca", "algo", *TEXTS, "conv", "aon", "saved", "manual")
        free += [name for name in rest if not self.objection(name)]
        if not self.names.intersection(CHILDREN) and whole(self.said, self.word):
            free.append("or")
        needed = [name for name in missing(self.said, self.word) if name in free] if self.word or self.said else []
        return tuple(dict.fromkeys((*self.tail, *needed, *free)))

    def objection(self, name: str) -> str:
        """Why a clause does not go with what was said; blank where it does."""
        if name in PRICES:
            fits = is_open(self.said | {name}, self.word)
            twice = name in self.prices
            return "it was said before" if twice else "" if fits else refusal(self.said | {name}, self.word)
        if name in TYPE_CHOICES:
            return self._objection_to_type(name)
        if name in TIFS or name == "gtd":
            return "there is one time in force already" if "tif" in self.names else ""
        if name in self.names:
            return "it was said before"
        return self._objection_to_extra(name)

    def _objection_to_type(self, name: str) -> str:
        if self.word:
            return "there is one order type already"
        if name == "lmt" and TRAIL in self.prices:
            name = TRAIL_LIMIT
        if name == "stp" and is_open(self.said, "stp lmt"):
            return ""
        return "" if is_open(self.said, name) else refusal(self.said, name)

    def _objection_to_extra(self, name: str) -> str:
        if self.in_group and name in (*CHILDREN, "oca"):
            return "orders joined by “or” have no orders attached"
        if name == "oca" and not self.names.intersection(CHILDREN):
            return "it goes with “tp” or “sl”, after them"
        if name == "conv" and not self.is_cash:
            return "a conversion is sized in money, as in “$5000”"
        if name == "dest" and self.is_combo:
            return "a combination cannot be directed to an exchange"
        return ""


def read_clause(words: Words, clauses: Clauses) -> None:
    """Read the next clause. Raises Stop."""
    free = clauses.open()
    word = words.take(*free)
    name = "mid" if word.lower == "midprice" else word.lower
    if name not in _KNOWN:
        raise misfit(word, free)
    why = clauses.objection(name)
    if why:
        raise misfit(word, free, why)
    before, clauses.tail = clauses.tail, ()
    if name in TYPE_CHOICES:
        _type(name, words, clauses, before)
    elif name in PRICES:
        _price(name, words, clauses)
    elif name in TIFS or name == "gtd":
        clauses.names.add("tif")
        clauses.tif = TIFS.get(name, Tif.GTD)
        clauses.good_till = written(words.moment()) if name == "gtd" else ""
    else:
        clauses.names.add(name)
        _extra(name, words, clauses)


def _type(name: str, words: Words, clauses: Clauses, before: tuple[str, ...]) -> None:
    if name == "stp":
        name = _stop_type(words, clauses)
    elif name == "lmt" and TRAIL in clauses.prices:
        name = TRAIL_LIMIT
    clauses.word = name
    if name == TRAIL_LIMIT:
        _limit_offset(words, clauses)
    elif name == "stp" and not words.more:
        clauses.tail = ("lmt",) if is_open(clauses.said, "stp lmt") else ()
    elif name == "lmt" and "lmt" in before:
        clauses.tail = ("<price>",)


def _limit_offset(words: Words, clauses: Clauses) -> None:
    """The number after "trail … lmt", where there is one."""
    with_offset = clauses.said | {LIMIT_OFFSET}
    fits = is_open(with_offset, clauses.word)
    if not words.has_number():
        clauses.tail = ("<offset>",) if fits else ()
    elif fits:
        clauses.prices[LIMIT_OFFSET] = words.number("offset")
    else:
        raise Stop(refusal(with_offset, clauses.word), words.here, clauses.open())


def _stop_type(words: Words, clauses: Clauses) -> str:
    """The type that begins with "stp"."""
    if words.peek() == "lmt":
        word = words.take()
        if is_open(clauses.said, "stp lmt"):
            return "stp lmt"
        raise misfit(word, clauses.open(), refusal(clauses.said, "stp lmt"))
    if is_open(clauses.said, "stp"):
        return "stp"
    raise Stop(refusal(clauses.said, "stp") if words.more else "", words.here, ("lmt",))


def _price(name: str, words: Words, clauses: Clauses) -> None:
    if name == TRAIL:
        clauses.trailing_type, clauses.prices[TRAIL] = words.trail()
    elif name == OFFSET:
        clauses.prices[OFFSET] = words.number("offset", zero=True)
    else:
        clauses.prices[name] = words.number("price", signed=clauses.is_combo)


def _extra(name: str, words: Words, clauses: Clauses) -> None:
    if name in SWITCHES:
        clauses.switches[name] = words.one_of("on", "off") == "on"
    elif name in TEXTS:
        clauses.texts[name] = words.text(TEXTS[name], upper=name in ("route", "dest"))
    elif name == "tp":
        clauses.tp = words.number("price", signed=clauses.is_combo)
    elif name == "sl":
        clauses.sl = _stop_loss(words, clauses)
    elif name == "algo":
        _algo(words, clauses)
    elif name == "manual":
        clauses.manual_time_ms = to_ms(words.moment(needs_time=True, whole_seconds=False))


def _stop_loss(words: Words, clauses: Clauses) -> StopLoss:
    """Prices after "sl": a stop, or "trail" and an amount with or without the first stop, and perhaps a limit."""
    if words.peek() == "trail":
        words.take()
        kind, amount = words.trail()
        if words.has_number():
            first = words.number("price", signed=clauses.is_combo)
            return StopLoss(first, _limit_of_loss(words, clauses), kind, amount)
        if words.peek() == "lmt" and words.has_number(1):
            why = "a trailing stop-loss with a limit names its first stop too: “sl trail 2 160 lmt 159.50”"
            raise Stop(why, words.here, ("<price>",))
        clauses.tail = ("<price>",)
        return StopLoss(None, None, kind, amount)
    if not words.has_number():
        raise misfit(words.take("<price>", "trail"), ("<price>", "trail"))
    stop = words.number("price", signed=clauses.is_combo)
    return StopLoss(stop, _limit_of_loss(words, clauses))


def _limit_of_loss(words: Words, clauses: Clauses) -> Decimal | None:
    """The limit after "lmt"; without a number after it "lmt" is the type of the order itself."""
    if words.peek() == "lmt" and (words.has_number(1) or clauses.objection("lmt")):
        words.take()
        return words.number("price", signed=clauses.is_combo)
    clauses.tail = ("lmt",)
    return None


def _algo(words: Words, clauses: Clauses) -> None:
    clauses.strategy = words.text("algo")
    while "=" in words.peek():
        word = words.take()
        name, _, text = word.text.partition("=")
        if not name or name in clauses.parameters:
            why = "the parameter was set before" if name else "the parameter's name is missing"
            raise misfit(word, (PARAMETER,), why)
        clauses.parameters[name] = words.value(word.end, text)
    clauses.tail = (PARAMETER,)


_KNOWN = frozenset(
    {*PRICES, *TYPE_CHOICES, *TIFS, *CHILDREN, *FLAGS, *SWITCHES, *TEXTS, "gtd", "algo", "manual"} - {"stp lmt"}
)
"""First words of clauses."""
