"""Rows of the BookTrader price ladder (`sbd`), in every shape the documents and public clients know (wire-facts 4)."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.market import Rung
from ibtui.protocol.bodies import Json, flag_of, rows_of
from ibtui.protocol.numbers import decimal_or_none, whole_or_none
from ibtui.protocol.topics import target

_MOST_ROWS = 5_000
"""Row numbers beyond this are no rows of a screen."""


def ladder_conid(topic: str) -> int | None:
    """The contract named by `sbd+acct+conid` or `sbd+acct+conid+exchange`; None for a plain `sbd`."""
    parts = target(topic)
    if len(parts) < 2:
        return None
    conid = whole_or_none(parts[1].partition("@")[0])
    return conid if conid is not None and conid > 0 else None


def ladder_rows(payload: object) -> dict[int, Rung]:
    """Rungs by row number; a row without a price or number cannot be placed and is left out.

    Where no row is numbered, their order is their number.
    """
    rows = rows_of(payload)
    numbered = any("row" in row for row in rows)
    rungs: dict[int, Rung] = {}
    for index, row in enumerate(rows):
        number = whole_or_none(row.get("row")) if numbered else index
        rung = _rung(row)
        if rung is not None and number is not None and 0 <= number < _MOST_ROWS:
            rungs[number] = rung
    return rungs


def _rung(row: Json) -> Rung | None:
    price, last_size = _price(row.get("price"))
    if price is None:
        return None
    return Rung(
        price,
        bid_size=_size(row.get("bid")),
        ask_size=_size(row.get("ask")),
        is_last=flag_of(row.get("focus")) is True,
        last_size=last_size,
    )


def _price(value: object) -> tuple[Decimal | None, Decimal | None]:
    """A price, and the size of the last trade where it reads `size @ price`."""
    if isinstance(value, str) and "@" in value:
        size, _, price = value.partition("@")
        return decimal_or_none(price), decimal_or_none(size)
    return decimal_or_none(value), None


def _size(value: object) -> Decimal | None:
    """Blank and missing are both "no size here", and so is what is not positive."""
    size = decimal_or_none(value)
    return size if size is not None and size > 0 else None
