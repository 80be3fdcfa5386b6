"""Reads a line of the order language (the grammar stands in the package's docstring)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from msgspec import Struct, field

from ibtui.domain.language.clauses import TIFS
from ibtui.domain.language.commands import CancelCommand, CloseCommand, Command, ModifyCommand, Parsed, is_order_id
from ibtui.domain.language.moments import written
from ibtui.domain.language.orders import SIDES, read_orders
from ibtui.domain.language.reading import Stop, Words, fitting, misfit
from ibtui.domain.language.words import said
from ibtui.domain.tickets import Side, Tif

VERBS = ("buy", "sell", "cancel", "modify", "flatten", "reverse")
"""First words of the order language."""
LONGEST_LINE = 4_000
"""Characters; a longer line was pasted by mistake."""


def parse(line: str) -> Parsed:
    """Read `line`; never raises. A line right so far but unfinished has neither command nor error, only `expected`."""
    if len(line) > LONGEST_LINE:
        return Parsed(None, f"a line has at most {LONGEST_LINE:,} characters", LONGEST_LINE)
    words = Words(line)
    try:
        command, expected = _command(words)
    except Stop as stop:
        return Parsed(None, stop.error, stop.position, stop.expected)
    return Parsed(command, "", words.end, expected)


def _command(words: Words) -> tuple[Command, tuple[str, ...]]:
    verb = words.take(*VERBS)
    readers: dict[str, Callable[[Words], tuple[Command, tuple[str, ...]]]] = {
        "cancel": _cancel,
        "modify": _modify,
        "flatten": lambda rest: (CloseCommand(rest.symbol()), ()),
        "reverse": lambda rest: (CloseCommand(rest.symbol(), reverse=True), ()),
    }
    if verb.lower in SIDES:
        command, expected = _orders(SIDES[verb.lower], words)
    elif verb.lower in readers:
        command, expected = readers[verb.lower](words)
    else:
        raise Stop(f"{said(verb.text)} is not a command", verb.start, fitting(verb.lower, VERBS))
    if words.more:
        raise misfit(words.take(), expected)
    return command, expected


def _orders(side: Side, words: Words) -> tuple[Command, tuple[str, ...]]:
    return read_orders(side, words)


def _cancel(words: Words) -> tuple[Command, tuple[str, ...]]:
    word = words.take("all", "<order id>", "<symbol>")
    if not word.quoted and is_order_id(word.text):
        return CancelCommand(order_id=int(word.text)), ()
    if not word.text.strip() or (word.text == "@" and not word.quoted):
        raise Stop("an order id or a symbol is missing here", word.start, ("all", "<order id>", "<symbol>"))
    side = SIDES[words.one_of(*SIDES)] if words.more else None
    expected = () if side is not None else tuple(SIDES)
    if word.lower == "all":
        return CancelCommand(side=side), expected
    return CancelCommand(symbol=word.text if word.quoted else word.text.upper(), side=side), expected


class _Changes(Struct):
    """What a "modify" line gave so far."""

    prices: dict[str, Decimal] = field(default_factory=dict)
    trailing_type: str = ""
    tif: Tif | None = None
    good_till: str = ""
    outside_rth: bool | None = None

    def open(self) -> tuple[str, ...]:
        """Changes that may still follow."""
        free = [name for name in ("@", "stop", "qty", "trail", "offset") if name not in self.prices]
        free += [*TIFS, "gtd"] if self.tif is None else []
        return tuple(free + (["rth on", "rth off"] if self.outside_rth is None else []))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not self.prices and self.tif is None and self.outside_rth is None


def _modify(words: Words) -> tuple[Command, tuple[str, ...]]:
    word = words.take("<order id>")
    if word.quoted or not is_order_id(word.text):
        raise Stop(f"{said(word.text)} is not an order id", word.start, ("<order id>",))
    changes = _Changes()
    while words.more or changes.is_empty:
        _change(words, changes)
    prices = changes.prices
    command = ModifyCommand(
        int(word.text),
        limit_price=prices.get("@"),
        stop_price=prices.get("stop"),
        quantity=prices.get("qty"),
        tif=changes.tif,
        good_till=changes.good_till,
        trailing_type=changes.trailing_type,
        trailing_amount=prices.get("trail"),
        offset=prices.get("offset"),
        outside_rth=changes.outside_rth,
    )
    return command, changes.open()


def _change(words: Words, changes: _Changes) -> None:
    free = changes.open()
    word = words.take(*free)
    name = word.lower
    if name not in {choice.split()[0] for choice in free}:
        raise misfit(word, free)
    if name in ("@", "stop"):
        changes.prices[name] = words.number("price", signed=True)
    elif name == "qty":
        changes.prices[name] = words.number("quantity")
    elif name == "offset":
        changes.prices[name] = words.number("offset", zero=True)
    elif name == "trail":
        changes.trailing_type, changes.prices[name] = words.trail()
    elif name == "rth":
        changes.outside_rth = words.one_of("on", "off") == "off"
    else:
        changes.tif = TIFS.get(name, Tif.GTD)
        changes.good_till = written(words.moment()) if name == "gtd" else ""
