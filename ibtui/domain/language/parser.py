"""Reads a line of the order language, word by word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from ibtui.domain.language.commands import CancelCommand, CloseCommand, Command, ModifyCommand, OrderCommand, Parsed
from ibtui.domain.language.words import Word, positive_number, split
from ibtui.domain.tickets import OrderType, Side, Tif

VERBS = ("buy", "sell", "cancel", "modify", "flatten", "reverse")
"""First words of the order language."""

TIFS = {tif.value.lower(): tif for tif in (Tif.DAY, Tif.GTC, Tif.OPG, Tif.IOC)}
LATER = {"tp", "sl", "algo", "fxqty", "route"}
"""Clauses of the language that this version refuses by name instead of misreading."""


class _Stop(Exception):
    """Reading cannot go on: an error, or the end of an unfinished line (blank error)."""

    def __init__(self, error: str, position: int, expected: tuple[str, ...]) -> None:
        super().__init__(error)
        self.error = error
        self.position = position
        self.expected = expected


class _Words:
    """The words still to be read."""

    def __init__(self, line: str) -> None:
        self._words = split(line)
        self._next = 0
        self.end = len(line)

    @property
    def here(self) -> int:
        return self._words[self._next].start if self.more else self.end

    @property
    def more(self) -> bool:
        return self._next < len(self._words)

    def peek(self) -> str:
        return self._words[self._next].lower if self.more else ""

    def take(self, *expected: str) -> Word:
        if not self.more:
            raise _Stop("", self.end, expected)
        self._next += 1
        return self._words[self._next - 1]

    def number(self, kind: str) -> Decimal:
        word = self.take(f"<{kind}>")
        number = positive_number(word.text)
        if number is None:
            raise _Stop(f"“{word.text}” is not a {kind}", word.start, (f"<{kind}>",))
        return number

    def symbol(self) -> str:
        word = self.take("<symbol>")
        if word.text == "@" or not word.text.strip():
            raise _Stop("a symbol is missing here", word.start, ("<symbol>",))
        return word.text if word.quoted else word.text.upper()


def parse(line: str) -> Parsed:
    """Read `line`. A line that is right so far but unfinished has neither command nor error, only `expected`."""
    words = _Words(line)
    try:
        command, expected = _command(words)
    except _Stop as stop:
        return Parsed(None, stop.error, stop.position, stop.expected)
    return Parsed(command, "", words.end, expected)


def _command(words: _Words) -> tuple[Command, tuple[str, ...]]:
    verb = words.take(*VERBS)
    readers: dict[str, Callable[[_Words], tuple[Command, tuple[str, ...]]]] = {
        "buy": lambda rest: _order(Side.BUY, rest),
        "sell": lambda rest: _order(Side.SELL, rest),
        "cancel": _cancel,
        "modify": _modify,
        "flatten": lambda rest: (_close(rest, reverse=False), ()),
        "reverse": lambda rest: (_close(rest, reverse=True), ()),
    }
    reader = readers.get(verb.lower)
    if reader is None:
        raise _Stop(f"“{verb.text}” is not a command", verb.start, _fitting(verb.lower, VERBS))
    command, expected = reader(words)
    if words.more:
        extra = words.take()
        raise _Stop(f"“{extra.text}” does not fit here", extra.start, expected)
    return command, expected


@dataclass(slots=True)
class _Clauses:
    """What was said after the symbol; None is "not said"."""

    at: Decimal | None = None
    stop: Decimal | None = None
    kind: OrderType | None = None
    trail: tuple[str, Decimal] | None = None
    tif: Tif | None = None
    outside: bool | None = None

    def open(self) -> tuple[str, ...]:
        """Words that may still follow."""
        words: list[str] = []
        if self.at is None and self.trail is None:
            words.append("@")
        if self.stop is None:
            words.append("stop")
        if self.kind is None:
            words += ["lmt", "mkt", "stp", "stp lmt", "mid"]
        if self.trail is None and self.at is None:
            words.append("trail")
        if self.tif is None:
            words += TIFS
        if self.outside is None:
            words += ["rth on", "rth off"]
        return tuple(words)


def _order(side: Side, words: _Words) -> tuple[Command, tuple[str, ...]]:
    if words.more and words.peek().startswith("$"):
        raise _Stop("cash quantities ($) are not supported yet; give a number of units", words.here, ("<quantity>",))
    quantity = words.number("quantity")
    symbol = words.symbol()
    clauses = _Clauses()
    while words.more:
        _clause(words, clauses)
    order_type = _order_type(clauses, words)
    limit, stop = _prices(order_type, clauses, words)
    kind, amount = clauses.trail or ("", None)
    command = OrderCommand(side, quantity, symbol, order_type, limit, stop, kind, amount)
    command = replace(command, tif=clauses.tif or Tif.DAY, outside_rth=clauses.outside or False)
    return command, clauses.open()


def _clause(words: _Words, clauses: _Clauses) -> None:
    free = clauses.open()
    word = words.take(*free)
    name = word.lower
    if name == "@" and clauses.at is None:
        clauses.at = words.number("price")
    elif name == "stop" and clauses.stop is None:
        clauses.stop = words.number("price")
    elif name == "trail" and clauses.trail is None and clauses.kind is None:
        clauses.trail = _amount(words)
    elif name in TIFS and clauses.tif is None:
        clauses.tif = TIFS[name]
    elif name == "rth" and clauses.outside is None:
        clauses.outside = _hours(words)
    elif name in ("lmt", "mkt", "stp", "mid", "midprice") and clauses.kind is None:
        clauses.kind = _type(name, words)
    elif name in LATER:
        raise _Stop(f"“{word.text}” is not supported yet", word.start, free)
    else:
        raise _Stop(f"“{word.text}” does not fit here", word.start, _fitting(name, free))


def _type(name: str, words: _Words) -> OrderType:
    if name == "stp" and words.peek() == "lmt":
        words.take()
        return OrderType.STOP_LIMIT
    plain = {"lmt": OrderType.LMT, "mkt": OrderType.MKT, "stp": OrderType.STP}
    return plain.get(name, OrderType.MIDPRICE)


def _amount(words: _Words) -> tuple[str, Decimal]:
    word = words.take("<amount>", "<percent>%")
    number = positive_number(word.text.removesuffix("%"))
    if number is None:
        raise _Stop(f"“{word.text}” is neither an amount nor a percentage", word.start, ("<amount>", "<percent>%"))
    return ("%" if word.text.endswith("%") else "amt"), number


def _hours(words: _Words) -> bool:
    word = words.take("on", "off")
    if word.lower not in ("on", "off"):
        raise _Stop(f"“{word.text}” does not fit here", word.start, ("on", "off"))
    return word.lower == "off"


def _order_type(clauses: _Clauses, words: _Words) -> OrderType:
    """The type said, or the one that the prices mean."""
    if clauses.trail is not None:
        if clauses.kind is not None:
            raise _Stop("a trailing order with a limit is not supported yet", words.end, ())
        return OrderType.TRAIL
    if clauses.kind is not None:
        return clauses.kind
    if clauses.at is not None:
        return OrderType.STOP_LIMIT if clauses.stop is not None else OrderType.LMT
    if clauses.stop is not None:
        return OrderType.STP
    raise _Stop("", words.end, clauses.open())


def _prices(order_type: OrderType, clauses: _Clauses, words: _Words) -> tuple[Decimal | None, Decimal | None]:
    """Limit and stop price of the order; raises where one is missing (unfinished) or too much (wrong)."""
    at, stop = clauses.at, clauses.stop
    if order_type is OrderType.STP:
        if at is not None and stop is not None:
            raise _Stop("a stop order has one price; write “stp lmt” for a stop-limit order", words.end, ("lmt",))
        at, stop = None, stop if stop is not None else at
        if stop is None:
            raise _Stop("", words.end, ("@", "stop"))
        return at, stop
    if order_type is OrderType.MKT and (at is not None or stop is not None):
        raise _Stop("a market order has no price", words.end, ())
    if order_type.needs_limit and at is None:
        raise _Stop("", words.end, ("@",))
    if order_type is OrderType.STOP_LIMIT and stop is None:
        raise _Stop("", words.end, ("stop",))
    if order_type in (OrderType.LMT, OrderType.MIDPRICE) and stop is not None:
        raise _Stop("this order type has no stop price; write “stp lmt” for a stop-limit order", words.end, ())
    return at, stop


def _cancel(words: _Words) -> tuple[Command, tuple[str, ...]]:
    word = words.take("all", "<order id>", "<symbol>")
    if word.lower == "all":
        return CancelCommand(), ()
    if word.text.isascii() and word.text.isdigit():
        return CancelCommand(order_id=int(word.text)), ()
    return CancelCommand(symbol=word.text if word.quoted else word.text.upper()), ()


def _modify(words: _Words) -> tuple[Command, tuple[str, ...]]:
    word = words.take("<order id>")
    if not (word.text.isascii() and word.text.isdigit()):
        raise _Stop(f"“{word.text}” is not an order id", word.start, ("<order id>",))
    told: dict[str, Decimal] = {}
    free = {"@": "limit_price", "stop": "stop_price", "qty": "quantity"}
    while words.more or not told:
        change = words.take(*free)
        name = free.pop(change.lower, None)
        if name is None:
            raise _Stop(f"“{change.text}” does not fit here", change.start, tuple(free))
        told[name] = words.number("quantity" if name == "quantity" else "price")
    return ModifyCommand(int(word.text), **told), tuple(free)


def _close(words: _Words, *, reverse: bool) -> CloseCommand:
    return CloseCommand(words.symbol(), reverse)


def _fitting(beginning: str, choices: Iterable[str]) -> tuple[str, ...]:
    """The choices that begin like the word, or all of them when none does."""
    every = tuple(choices)
    return tuple(choice for choice in every if choice.startswith(beginning)) or every
