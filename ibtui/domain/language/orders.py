"""Reads new orders: one, or several joined by "or"."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.language.clauses import Clauses, read_clause
from ibtui.domain.language.commands import GroupCommand, OrderCommand
from ibtui.domain.language.reading import Stop, Words, misfit
from ibtui.domain.language.shapes import AT, LIMIT_OFFSET, OFFSET, STOP, TRAIL, missing, whole
from ibtui.domain.language.words import INTEGER, said
from ibtui.domain.tickets import Side, SizedIn

SIDES = {"buy": Side.BUY, "sell": Side.SELL}
MOST_LEGS = 12
"""Legs of one combination; longer is a slip."""


def read_orders(side: Side, words: Words) -> tuple[OrderCommand | GroupCommand, tuple[str, ...]]:
    """The orders of a line whose first word was read, and the words that may follow. Raises Stop."""
    command, expected = _order(side, words, in_group=False)
    orders = [command]
    while words.more:
        joint = words.take("or")
        if command.has_children:
            raise misfit(joint, expected, "an order with orders attached cannot be joined by “or”")
        command, expected = _order(SIDES[words.one_of(*SIDES)], words, in_group=True)
        orders.append(command)
    return (orders[0] if len(orders) == 1 else GroupCommand(tuple(orders))), expected


def _order(side: Side, words: Words, *, in_group: bool) -> tuple[OrderCommand, tuple[str, ...]]:
    is_cash, quantity = words.size()
    clauses = Clauses(is_cash=is_cash, in_group=in_group)
    symbol, legs = _instrument(words, clauses)
    while words.more and words.peek() != "or":
        read_clause(words, clauses)
    return _command(side, quantity, symbol, legs, clauses, words), clauses.open()


def _instrument(words: Words, clauses: Clauses) -> tuple[str, tuple[tuple[int, str], ...]]:
    if not words.more and not clauses.is_cash:
        raise Stop("", words.end, ("<symbol>", "combo"))
    if words.peek() != "combo":
        return words.symbol(), ()
    word = words.take()
    if clauses.is_cash:
        raise misfit(word, ("<symbol>",), "a combination is sized in units")
    clauses.is_combo = True
    legs: list[tuple[int, str]] = []
    while len(legs) < 2 or INTEGER.fullmatch(words.peek()):
        place = words.here
        if len(legs) == MOST_LEGS:
            raise Stop(f"a combination has at most {MOST_LEGS} legs", place, clauses.open())
        ratio = words.ratio()
        place, symbol = words.here, words.symbol()
        if symbol in (leg for _, leg in legs):
            raise Stop(f"{said(symbol)} stands in two legs", place, ("<symbol>",))
        legs.append((ratio, symbol))
    clauses.tail = ("<ratio>",) if len(legs) < MOST_LEGS else ()
    return "", tuple(legs)


def _command(
    side: Side,
    quantity: Decimal,
    symbol: str,
    legs: tuple[tuple[int, str], ...],
    clauses: Clauses,
    words: Words,
) -> OrderCommand:
    """The order as said. Raises Stop where a price or the type is missing."""
    shape = whole(clauses.said, clauses.word)
    if shape is None:
        raise Stop(_lack(clauses) if words.more else "", words.here, clauses.open())
    prices, is_trigger = clauses.prices, _is_trigger(clauses)
    priced = OrderCommand(
        side,
        quantity,
        symbol,
        shape.order_type,
        limit_price=None if is_trigger else prices.get(AT),
        stop_price=prices.get(AT if is_trigger else STOP),
        trailing_type=clauses.trailing_type,
        trailing_amount=prices.get(TRAIL),
        legs=legs,
        limit_offset=prices.get(LIMIT_OFFSET),
        offset=prices.get(OFFSET),
        tp=clauses.tp,
        sl=clauses.sl,
    )
    return _with_attributes(priced, clauses)


def _with_attributes(command: OrderCommand, clauses: Clauses) -> OrderCommand:
    """The order with what was said beside its prices."""
    names, texts = clauses.names, clauses.texts
    return replace(
        command,
        tif=clauses.tif,
        good_till=clauses.good_till,
        outside_rth=not clauses.switches.get("rth", True),
        sized_in=SizedIn.CONVERSION if "conv" in names else SizedIn.CASH if clauses.is_cash else SizedIn.UNITS,
        oca="oca" in names,
        strategy=clauses.strategy,
        strategy_parameters=tuple(clauses.parameters.items()),
        route=texts.get("route", ""),
        destination=texts.get("dest", ""),
        all_or_none="aon" in names,
        price_management=clauses.switches.get("pma"),
        deactivated="saved" in names,
        allocation_method=texts.get("alloc", ""),
        account=texts.get("acct", ""),
        referrer=texts.get("ref", ""),
        operator=texts.get("oper", ""),
        manual_time_ms=clauses.manual_time_ms,
    )


def _is_trigger(clauses: Clauses) -> bool:
    """Whether "@" is the stop or trigger of a type that has no other price."""
    return clauses.word in ("stp", "mit") and AT in clauses.prices


def _lack(clauses: Clauses) -> str:
    """What an order that ends too early is missing."""
    if not clauses.word and not clauses.said:
        return "the order has no type and no price yet"
    parts = missing(clauses.said, clauses.word) if clauses.word else ()
    lacking = " or ".join(f"“{part}”" for part in parts if part != LIMIT_OFFSET)
    return f"the order is not whole yet: {lacking or '“lmt”'} is missing"
