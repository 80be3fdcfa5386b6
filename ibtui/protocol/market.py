"""Top-of-book data: the table of fields, snapshots and `smd` rows.

Sources: "Market Data Fields", "Market Data Availability", "Live Market Data Snapshot", wire-facts 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ibtui.domain.events import QuoteReceived
from ibtui.domain.market import Availability
from ibtui.protocol.bodies import Json, flag_of, parse_object, parse_rows
from ibtui.protocol.numbers import decimal_or_none, whole_or_none
from ibtui.protocol.requests import Request, get, post

Changes = dict[str, object]
Reader = Callable[[object, Changes], None]

_AVAILABILITIES = {
    "R": Availability.LIVE,
    "D": Availability.DELAYED,
    "Z": Availability.FROZEN,
    "Y": Availability.FROZEN_DELAYED,
    "N": Availability.NOT_SUBSCRIBED,
}
"""First letter of field 6509; every other letter is unknown, never live."""


def _number(attribute: str) -> Reader:
    def read(value: object, changes: Changes) -> None:
        changes[attribute] = decimal_or_none(value)

    return read


def _second_choice(attribute: str) -> Reader:
    """For a field that yields to a better one of the same row; the better ones are read first."""

    def read(value: object, changes: Changes) -> None:
        if changes.get(attribute) is None:
            changes[attribute] = decimal_or_none(value)

    return read


def _last(value: object, changes: Changes) -> None:
    """Field 31: `C` marks the previous close, `H` a halt; a blank price tells nothing about either."""
    price = decimal_or_none(value)
    changes["last"] = price
    if price is None:
        return
    prefix = value[0] if isinstance(value, str) else ""
    changes["last_is_close"] = prefix == "C"
    changes["halted"] = prefix == "H"


def _availability(value: object, changes: Changes) -> None:
    if isinstance(value, str) and value:
        code = value[:8] if value.isascii() and value.isprintable() else "?"
        changes["availability"] = _AVAILABILITIES.get(code[0], Availability.UNKNOWN)
        changes["availability_code"] = code


def _server_time(value: object, changes: Changes) -> None:
    moment = whole_or_none(value)
    if moment is not None and 0 < moment < 10**15:
        changes["server_time_ms"] = moment


FIELD_TABLE: dict[str, Reader] = {
    "31": _last,
    "7059": _number("last_size"),
    "84": _number("bid"),
    "88": _number("bid_size"),
    "86": _number("ask"),
    "85": _number("ask_size"),
    "70": _number("high"),
    "71": _number("low"),
    "7295": _number("open"),
    "7741": _number("close"),
    "82": _number("change"),
    "83": _number("change_percent"),
    "7762": _number("volume"),
    "7635": _number("mark"),
    "6509": _availability,
}
"""Field id to what it says about `Quote`."""

_SECOND_CHOICES: dict[str, Reader] = {"7296": _second_choice("close"), "87": _second_choice("volume")}
"""Fields read only where the better one (7741, 7762) is not in the same row."""

FIELDS: tuple[str, ...] = (*FIELD_TABLE, "87")
"""All fields asked for, by stream and snapshot alike: an instrument's fields must be asked all at once.

Not 7296: after the session it is the close of the day, which must not replace the prior close.
"""

SNAPSHOT_AT_MOST = 100
"""Instruments one snapshot may name (about 100 lines of market data)."""

_PRICES = frozenset({"last", "bid", "ask", "close", "mark"})


def snapshot(conids: Iterable[int], fields: Iterable[str] = FIELDS) -> Request:
    """Values of several instruments; the first call only opens their streams, repeat it after about 500 ms."""
    query = (("conids", ",".join(str(conid) for conid in conids)), ("fields", ",".join(fields)))
    return get("/iserver/marketdata/snapshot", query)


def unsubscribe(conid: int) -> Request:
    """End the stream a snapshot opened; an error only says that none was open."""
    return post("/iserver/marketdata/unsubscribe", {"conid": conid})


def unsubscribe_all() -> Request:
    """End all streams that snapshots opened."""
    return get("/iserver/marketdata/unsubscribeall", fresh=True)


def decode_snapshot(body: bytes, *, received: float) -> tuple[QuoteReceived, ...]:
    """Rows of a snapshot; rows without a conid are left out. Raises Garbled and Refused."""
    rows = (quote_of(row, received=received, from_stream=False) for row in parse_rows(body))
    return tuple(row for row in rows if row is not None)


def is_cold(event: QuoteReceived) -> bool:
    """Whether a snapshot's row has no price yet and is worth asking again."""
    return not any(event.changes.get(name) is not None for name in _PRICES)


def decode_unsubscribed(body: bytes) -> bool:
    """Whether an unsubscription was confirmed."""
    answer = parse_object(body)
    return bool(flag_of(answer.get("success")) or flag_of(answer.get("unsubscribed")))


def quote_of(row: Json, *, received: float, from_stream: bool = True) -> QuoteReceived | None:
    """The told fields of one `smd` frame or snapshot row; None when it names no instrument."""
    conid = row.get("conid")
    if type(conid) is not int:
        conid = conid_of(row)
        if conid is None:
            return None
    changes: Changes = {}
    for key, value in row.items():
        reader = FIELD_TABLE.get(key)
        if reader is not None:
            reader(value, changes)
    for key, reader in _SECOND_CHOICES.items():
        if key in row:
            reader(row[key], changes)
    if "_updated" in row:
        _server_time(row["_updated"], changes)
    return QuoteReceived(conid, changes, received, from_stream)


def conid_of(row: Json) -> int | None:
    """The instrument of a row: `conid` as a number or text, else `conidEx` (265598@SMART), else the topic."""
    for name in ("conid", "conidEx", "topic"):
        value = row.get(name)
        if isinstance(value, str):
            value = value.removeprefix("smd+").partition("+")[0].partition("@")[0]
        conid = whole_or_none(value)
        if conid is not None and conid > 0:
            return conid
    return None
