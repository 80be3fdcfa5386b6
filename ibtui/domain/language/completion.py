"""Words that finish the one begun at the cursor, or begin the next: each with its place and what it means."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ibtui.domain.algos import Algo, AlgoParameter
from ibtui.domain.language.clauses import PARAMETER
from ibtui.domain.language.commands import is_order_id, written_symbol
from ibtui.domain.language.orders import SIDES
from ibtui.domain.language.parser import parse
from ibtui.domain.language.words import Word, quoted, split

METHODS = ("Equal", "NetLiq")
"""Allocation methods that "Place Order" names."""
MEANINGS = {
    "buy": "new order to buy",
    "sell": "new order to sell",
    "cancel": "cancel working orders",
    "modify": "change a working order",
    "flatten": "close a position at the market",
    "reverse": "turn a position round at the market",
    "all": "every working order of the account",
    "combo": "several contracts as one",
    "@": "limit price",
    "stop": "stop or trigger price",
    "lmt": "limit",
    "mkt": "market",
    "stp": "stop",
    "stp lmt": "stop-limit",
    "mid": "midprice, capped by @",
    "mit": "market if touched",
    "lit": "limit if touched",
    "moc": "market on close",
    "loc": "limit on close",
    "rel": "relative to the best price, at an offset",
    "trail": "trailing stop, by an amount or a percentage",
    "offset": "distance of a relative order from the best price",
    "qty": "new size",
    "day": "until the end of the day",
    "gtc": "until cancelled",
    "opg": "at the opening",
    "ioc": "at once or not at all",
    "pax": "crypto on Paxos",
    "gtd": "until a moment, UTC",
    "rth on": "regular trading hours only",
    "rth off": "may fill outside regular trading hours",
    "tp": "attach a take-profit limit order",
    "sl": "attach a stop-loss order",
    "oca": "the bracket is one group: a fill cancels the rest",
    "algo": "have an IB algo work the order",
    "route": "exchange to route to",
    "dest": "exchange to direct the order to",
    "conv": "currency conversion",
    "aon": "all or none",
    "pma on": "price management algo on",
    "pma off": "price management algo off",
    "saved": "save at the gateway, do not send to the market",
    "alloc": "allocation method of an advisor's group",
    "acct": "account or allocation group",
    "ref": "reference text",
    "oper": "who entered the order",
    "manual": "when the order was given by hand, UTC",
    "or": "another order; a fill of one cancels the rest",
}
"""What the words of the language mean, shortly."""


class Vocabulary(Struct, frozen=True):
    """Words that depend on what is known now, in the order in which they are offered."""

    symbols: tuple[str, ...] = ()
    """As they are, without quotation marks."""
    orders: tuple[tuple[int, str], ...] = ()
    """Ids of the working orders and what each is."""
    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Allocation groups of an advisor."""
    algos: tuple[Algo, ...] = ()
    """Those of the contract that `symbol_at` names."""
    exchanges: tuple[str, ...] = ()
    """Those of the same contract."""


class Completion(Struct, frozen=True):
    """One word (or few) to put in place of `line[start:end]`."""

    text: str
    start: int
    end: int
    description: str = ""


def completions(line: str, cursor: int, vocabulary: Vocabulary) -> tuple[Completion, ...]:
    """What fits at the cursor; nothing after a mistake, and nothing where only a number or free text may stand."""
    cursor = max(0, min(cursor, len(line)))
    start = _beginning(line[:cursor])
    end = max([cursor, *(word.end for word in split(line) if word.start <= start < word.end and word.text != "@")])
    head, begun = line[:start], line[start:cursor]
    before = parse(head)
    if before.error:
        return ()
    found: dict[str, str] = {}
    for kind in before.expected:
        for text, description in _candidates(kind, head, begun, vocabulary):
            found.setdefault(text, description)
    return tuple(
        Completion(text, start, end, description)
        for text, description in found.items()
        if text != begun and _begins(text, begun)
    )


def symbol_at(line: str, cursor: int) -> str:
    """The symbol of the order the cursor stands in, whose algos and exchanges can be offered; blank without one."""
    words = [word for word in split(line) if word.start < cursor]
    starts = [0, *(place + 1 for place, word in enumerate(words) if word.lower == "or")]
    verbs = [place for place in starts if place < len(words) and words[place].lower in SIDES]
    if not verbs:
        return ""
    rest = words[verbs[-1] + 1 :]
    rest = rest[2:] if rest and rest[0].text == "$" else rest[1:]
    if not rest or rest[0].lower == "combo":
        return ""
    return rest[0].text if rest[0].quoted else rest[0].text.upper()


def _beginning(head: str) -> int:
    """Where the word begun at the end of `head` starts; its end where none is begun."""
    words = split(head)
    if not words or words[-1].end != len(head):
        return len(head)
    last = words[-1]
    if last.quoted and last.closed:
        return len(head)
    if last.quoted and len(words) > 1 and words[-2].end == last.start and words[-2].text.endswith("="):
        return words[-2].start
    return len(head) if last.text == "@" and not last.quoted else last.start


def _begins(text: str, begun: str) -> bool:
    """Whether `text` begins as typed, whatever the case and with or without its first quotation mark."""
    wanted = begun.casefold()
    return text.casefold().startswith(wanted) or (text.startswith("'") and text[1:].casefold().startswith(wanted))


def _candidates(kind: str, head: str, begun: str, known: Vocabulary) -> Iterable[tuple[str, str]]:
    if not kind.startswith("<"):
        return [(kind, MEANINGS.get(kind, ""))] if kind in MEANINGS or kind in ("on", "off") else []
    if kind == "<symbol>":
        cancelling = head.split()[:1] != [] and head.split()[0].lower() == "cancel"
        return [(_symbol(symbol, cancelling=cancelling), "") for symbol in known.symbols]
    if kind == "<order id>":
        return [(str(order_id), description) for order_id, description in known.orders]
    if kind == "<account>":
        accounts = [(quoted(account), "account") for account in known.accounts]
        return [*accounts, *((quoted(group), "allocation group") for group in known.groups)]
    if kind == "<exchange>":
        return [(quoted(exchange, upper=True), "exchange") for exchange in known.exchanges]
    if kind == "<algo>":
        return [(quoted(algo.algo_id), algo.name) for algo in known.algos]
    if kind == "<method>":
        return [(method, "allocation method") for method in METHODS]
    return _parameters(head, begun, known.algos) if kind == PARAMETER else []


def _symbol(symbol: str, *, cancelling: bool) -> str:
    if cancelling and (symbol.lower() == "all" or is_order_id(symbol)):
        return f"'{symbol}'"
    return written_symbol(symbol)


def _parameters(head: str, begun: str, algos: Iterable[Algo]) -> Iterable[tuple[str, str]]:
    """Parameters of the algo just named that were not set yet; once "=" is typed, the values it may have."""
    words = split(head)
    place = max((place for place, word in enumerate(words) if word.lower == "algo"), default=None)
    if place is None or place + 1 >= len(words):
        return
    name = words[place + 1].text.casefold()
    set_before = {_name(word) for word in words[place + 2 :]}
    for parameter in (each for algo in algos if algo.algo_id.casefold() == name for each in algo.parameters):
        if parameter.parameter_id.casefold() in set_before:
            continue
        description = parameter.name + (" (required)" if parameter.required else "")
        if "=" not in begun:
            yield f"{parameter.parameter_id}=", description
            continue
        for value in _values(parameter):
            yield f"{parameter.parameter_id}={value}", description


def _values(parameter: AlgoParameter) -> tuple[str, ...]:
    if parameter.choices:
        return tuple(quoted(choice) for choice in parameter.choices)
    if parameter.kind == "Boolean":
        return ("true", "false")
    return (quoted(parameter.default),) if parameter.default else ()


def _name(word: Word) -> str:
    return word.text.partition("=")[0].casefold()
