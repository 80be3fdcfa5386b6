"""Watchlists kept in the gateway ("Watchlists")."""

from __future__ import annotations

from collections.abc import Iterable

from ibtui.domain.contracts import Contract
from ibtui.domain.watchlists import Watchlist, WatchlistName
from ibtui.protocol.bodies import Json, first_text, flag_of, object_of, parse_object, rows_of, text_of
from ibtui.protocol.contracts import contracts_of
from ibtui.protocol.numbers import whole_or_none
from ibtui.protocol.requests import Request, delete, get, post


def names() -> Request:
    """Names of the user's lists."""
    return get("/iserver/watchlists", (("SC", "USER_WATCHLIST"),))


def watchlist(list_id: str) -> Request:
    """One list with its instruments."""
    return get("/iserver/watchlist", (("id", list_id),))


def create(list_id: str, name: str, rows: Iterable[int | None]) -> Request:
    """Make a list, or overwrite the one of the same id; `list_id` holds digits only, None is a blank row."""
    written = [{"H": ""} if conid is None else {"C": conid} for conid in rows]
    return post("/iserver/watchlist", {"id": list_id, "name": name, "rows": written})


def remove(list_id: str) -> Request:
    """Delete a list."""
    return delete("/iserver/watchlist", (("id", list_id),))


def decode_names(body: bytes) -> tuple[WatchlistName, ...]:
    """The user's lists, then the system's own (read-only). Raises Garbled and Refused."""
    answer = object_of(parse_object(body).get("data"))
    own = [_name(row, read_only=False) for row in rows_of(answer.get("user_lists"))]
    system = [_name(row, read_only=True) for row in rows_of(answer.get("system_lists"))]
    return tuple(name for name in own + system if name.list_id)


def decode_watchlist(body: bytes) -> tuple[Watchlist, tuple[Contract, ...]]:
    """A list and what it tells of its instruments. Raises Garbled and Refused."""
    answer = parse_object(body)
    instruments = rows_of(answer.get("instruments"))
    rows = tuple(_row(row) for row in instruments)
    shown = Watchlist(
        text_of(answer.get("id")),
        text_of(answer.get("name")),
        tuple(conid for conid in rows if conid is not None),
        flag_of(answer.get("readOnly")) is True,
        rows,
    )
    return shown, contracts_of(instruments)


def decode_created(body: bytes) -> WatchlistName:
    """The list as it was made; its instruments are not told. Raises Garbled and Refused."""
    return _name(parse_object(body), read_only=False)


def decode_removed(body: bytes) -> str:
    """Id of the list deleted. Raises Garbled and Refused."""
    return text_of(object_of(parse_object(body).get("data")).get("deleted"))


def _name(row: Json, *, read_only: bool) -> WatchlistName:
    told = flag_of(row.get("read_only", row.get("readOnly")))
    return WatchlistName(text_of(row.get("id")), text_of(row.get("name")), read_only if told is None else told)


def _row(row: Json) -> int | None:
    """The conid of a row; None for a blank one."""
    conid = whole_or_none(first_text(row, "conid", "C"))
    return conid if conid is not None and conid > 0 else None
