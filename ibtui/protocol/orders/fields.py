"""Single fields of order payloads, read leniently: what is missing or doubtful is None or blank, never zero."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ibtui.domain.orders import OrderStatus
from ibtui.domain.tickets import Side
from ibtui.protocol.clean import clean
from ibtui.protocol.numbers import decimal_or_none, whole_or_none

Row = Mapping[str, object]

_LARGEST_ID = 2**63 - 1
"""Order ids exceed 32 bits on the wire (wire-facts 6); beyond 64 bits nothing is an id."""
_SIDES = {
    "B": Side.BUY,
    "BUY": Side.BUY,
    "BOT": Side.BUY,
    "BOUGHT": Side.BUY,
    "S": Side.SELL,
    "SELL": Side.SELL,
    "SLD": Side.SELL,
    "SOLD": Side.SELL,
    "SSHORT": Side.SELL,
}
_STATUSES = {status.value.casefold(): status for status in OrderStatus if status is not OrderStatus.UNKNOWN}
_STATUSES["canceled"] = OrderStatus.CANCELLED
_STATUSES["apicancelled"] = OrderStatus.CANCELLED


def first(row: Row, *names: str) -> object:
    """The first of the fields that is there and not null or empty, else None."""
    for name in names:
        value = row.get(name)
        if value is not None and value != "":
            return value
    return None


def text(row: Row, *names: str, limit: int = 400) -> str:
    """The first non-empty of the fields as one safe line, blank when all are missing."""
    found = first(row, *names)
    return clean(found, limit=limit) if isinstance(found, (str, int, float)) and not isinstance(found, bool) else ""


def number(row: Row, *names: str) -> Decimal | None:
    """The first of the fields that holds a number."""
    for name in names:
        found = decimal_or_none(row.get(name))
        if found is not None:
            return found
    return None


def size(row: Row, *names: str) -> Decimal | None:
    """A quantity without the `.0` that JSON floats bring."""
    return plain(number(row, *names))


def plain(value: Decimal | None) -> Decimal | None:
    """`5.0` as 5; fractions are kept."""
    if value is not None and value == value.to_integral_value():
        return Decimal(int(value))
    return value


def positive_id(row: Row, *names: str) -> int | None:
    """An order id: a positive whole number or its text; "-1" (a rejected leg) and the like are None."""
    found = whole_or_none(first(row, *names))
    return found if found is not None and 0 < found <= _LARGEST_ID else None


def side(row: Row, *names: str) -> Side | None:
    """Buy or sell in any of the wire's spellings; EXER and unknown words are None."""
    return _SIDES.get(text(row, *names).upper())


def truth(row: Row, *names: str) -> bool | None:
    """A JSON boolean, or the wire's "1", "0", "true", "false"."""
    found = first(row, *names)
    if isinstance(found, bool):
        return found
    if found in (1, "1", "true", "True"):
        return True
    return False if found in (0, "0", "false", "False") else None


def status_of(word: str) -> OrderStatus:
    """The documented status `word` stands for (spaces and case aside), else UNKNOWN."""
    return _STATUSES.get(word.replace(" ", "").casefold(), OrderStatus.UNKNOWN)
