"""An advisor's allocation groups ("List All Allocation Groups")."""

from __future__ import annotations

from ibtui.protocol.bodies import parse_object, rows_of, text_of
from ibtui.protocol.requests import Request, get


def groups() -> Request:
    """All groups of the advisor."""
    return get("/iserver/account/allocation/group")


def decode_groups(body: bytes) -> tuple[str, ...]:
    """Their names, each once, in the gateway's order. Raises Garbled and Refused."""
    names = (text_of(row.get("name")) for row in rows_of(parse_object(body).get("data")))
    return tuple(dict.fromkeys(name for name in names if name))
