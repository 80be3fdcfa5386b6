"""A request as a value: what is to be sent, how urgent it is and what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from urllib.parse import quote

import msgspec
from msgspec import Struct


class Priority(IntEnum):
    """Who leaves first when not all may leave at once."""

    CANCEL = 0
    """An order must always be stoppable: these alone wait out a penalty (order-safety 4)."""
    REPLY = 1
    """The answer to an order's question, which the gateway drops when it waits for long."""
    ORDER = 2
    """Placing and changing."""
    STATUS = 3
    """What became of orders, and the session itself: tickle, login, accounts, suppressions."""
    SCREEN = 4
    """What a person looks at."""
    PREFETCH = 5
    """What only decorates or might be wanted: history for sparklines, the unread count."""

    @property
    def is_urgent(self) -> bool:
        """Whether places of the running second are kept for it."""
        return self <= Priority.ORDER


_ID = re.compile(r"(?!portfolio2$).*[0-9].*")
"""A path segment that is an id: every account, conid, order, reply and notification id holds a digit."""
_CODED = re.compile(r"^(/fyi/(?:settings|disclaimer|notifications)/)(?!more$)[^/]+$")
"""Where the id is a word, such as an FYI type code."""

Query = tuple[tuple[str, str], ...]


class Request(Struct, frozen=True):
    """One call of the Web API; `path` is below `/v1/api` and already percent-encoded."""

    method: str
    path: str
    query: Query = ()
    body: bytes | None = None
    """JSON; None sends an empty body with `Content-Length: 0` where the method has one."""
    changes_state: bool = False
    """It places, changes, cancels or answers an order: sent once, and never while read-only."""
    priority: Priority = Priority.SCREEN
    timeout: float = 15.0
    """Seconds until the answer is given up, counted from its leaving."""
    fresh: bool = False
    """Its answer is compared with the time of asking: one that is under way already will not do."""

    @property
    def is_reading(self) -> bool:
        """Whether it only reads, so that one answer may serve all who ask the same."""
        return self.method == "GET" and self.body is None and not self.changes_state

    @property
    def key(self) -> str:
        """The pacing key: method and path with ids replaced by `{}`."""
        coded = _CODED.sub(r"\1{}", self.path)
        return f"{self.method} " + "/".join("{}" if _ID.fullmatch(part) else part for part in coded.split("/"))


def segment(value: object) -> str:
    """`value` as one safe segment of a path."""
    return quote(str(value), safe="")


def json_body(payload: Mapping[str, object] | Sequence[object]) -> bytes:
    """`payload` as JSON; Decimals must have been made numbers or text before."""
    return msgspec.json.encode(payload)


def get(path: str, query: Query = (), *, priority: Priority = Priority.SCREEN, fresh: bool = False) -> Request:
    """A reading request."""
    return Request("GET", path, query, priority=priority, fresh=fresh)


def post(
    path: str,
    payload: Mapping[str, object] | None = None,
    query: Query = (),
    *,
    priority: Priority = Priority.SCREEN,
) -> Request:
    """A POST that changes nothing about orders; without `payload` its body is empty, as the documents want it.

    "No params or body content should be sent": "Ping the server", "Authentication Status", "Logout" and the like.
    """
    return Request("POST", path, query, _body_or_none(payload), priority=priority)


def put(path: str, payload: Mapping[str, object] | None = None, query: Query = ()) -> Request:
    """A PUT that changes nothing about orders; without `payload` its body is empty, as in `--data ''` of the FYIs."""
    return Request("PUT", path, query, _body_or_none(payload))


def delete(path: str, query: Query = ()) -> Request:
    """A DELETE that changes nothing about orders."""
    return Request("DELETE", path, query)


def _body_or_none(payload: Mapping[str, object] | None) -> bytes | None:
    return json_body(payload) if payload is not None else None
