"""Rows of the BookTrader price ladder (`sbd`), in every shape the documents and public clients know (wire-facts 4).

Source: "Subscribe to BookTrader Price Ladder". A row is `{"row":n,"focus":0|1,"price":…,"bid":…,"ask":…,"mm":…}`; its
price is a number or text, with commas, or `size @ price`, where the size is taken for that of the last trade; a side
that is missing or blank holds nothing; `mm` (whose size it is) is not kept, for rows of one price are added up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from ibtui.domain.depth import RowTold, RungPatch
from ibtui.domain.events import LadderReceived
from ibtui.domain.market import Rung
from ibtui.protocol.bodies import Json, flag_of, rows_of
from ibtui.protocol.numbers import decimal_or_none, whole_or_none
from ibtui.protocol.topics import target

_MOST_ROWS = 5_000
"""Row numbers beyond this are no rows of a screen."""
_ROWS_REMEMBERED = 256
"""Rows by their figures: those of a few whole frames."""
_EXCHANGE = re.compile(r"[A-Za-z0-9._-]{1,32}")


def ladder_of(payload: Json, topic: str, *, generation: int, received: float) -> LadderReceived | None:
    """One `sbd` frame; None when it holds no row that can be placed."""
    told = rows_of(payload.get("data", payload.get("args")))
    rows = _numbered(told)
    if not rows:
        return None
    is_whole = not _has_numbers(told)
    return LadderReceived(ladder_conid(topic), generation, rows, received, ladder_exchange(topic), is_whole)


def ladder_conid(topic: str) -> int | None:
    """The contract named by `sbd+acct+conid` or `sbd+acct+conid+exchange`; None for a plain `sbd`."""
    parts = target(topic)
    if len(parts) < 2:
        return None
    conid = whole_or_none(parts[1].partition("@")[0])
    return conid if conid is not None and conid > 0 else None


def ladder_exchange(topic: str) -> str:
    """The exchange named by `sbd+acct+conid+exchange` or `sbd+acct+conid@exchange`; blank where none is."""
    parts = target(topic)
    if len(parts) < 2:
        return ""
    named = parts[2] if len(parts) > 2 else parts[1].partition("@")[2]
    return exchange_word(named)


def exchange_word(named: str) -> str:
    """An exchange as a topic may name it; blank for what is no such word."""
    return named.upper() if _EXCHANGE.fullmatch(named) else ""


def ladder_rows(payload: object) -> dict[int, RowTold]:
    """What is told of each row, by its number; a row without a number cannot be placed and is left out.

    Where no row is numbered, their order is their number. A row that names no price changes the one known by its
    number; one whose price is blank or cannot be read holds nothing.
    """
    return _numbered(rows_of(payload))


def _has_numbers(rows: Sequence[Json]) -> bool:
    return any("row" in row for row in rows)


def _numbered(rows: Sequence[Json]) -> dict[int, RowTold]:
    has_numbers = _has_numbers(rows)
    told: dict[int, RowTold] = {}
    for index, row in enumerate(rows):
        number = whole_or_none(row.get("row")) if has_numbers else index
        if number is not None and 0 <= number < _MOST_ROWS:
            told[number] = _rung(row) if "price" in row or not has_numbers else _patch(row)
    return told


def _rung(row: Json) -> Rung | None:
    told = row.get("price"), row.get("bid"), row.get("ask"), row.get("focus")
    try:
        return _rung_of(*told)
    except TypeError:  # a list or an object where a figure belongs cannot be remembered
        return _rung_of.__wrapped__(*told)


@lru_cache(maxsize=_ROWS_REMEMBERED, typed=True)
def _rung_of(price: object, bid: object, ask: object, focus: object) -> Rung | None:
    """A row by its figures: most rows of a frame are as they were in the one before."""
    at, last_size = _price(price)
    if at is None:
        return None
    is_last = flag_of(focus) is True
    return Rung(at, bid_size=_size(bid), ask_size=_size(ask), is_last=is_last, last_size=last_size)


def _patch(row: Json) -> RungPatch:
    changes: dict[str, Decimal | bool | None] = {
        name: _size(row[side]) for side, name in (("bid", "bid_size"), ("ask", "ask_size")) if side in row
    }
    focus = flag_of(row.get("focus"))
    if focus is not None:
        changes["is_last"] = focus
    return RungPatch(changes)


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
