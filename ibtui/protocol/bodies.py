"""Bodies of answers as JSON values, and single fields of them read leniently."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from ibtui.errors import Garbled, GatewayError, NoBrokerageSession, NotLoggedIn, Refused
from ibtui.protocol.clean import clean

Json = Mapping[str, object]
"""A JSON object."""

_DECODER = msgspec.json.Decoder()
_EXCERPT = 120
"""Characters of an unreadable body quoted to the user."""


def parse(body: bytes | str) -> object:
    """The JSON value in `body`; bytes that are no UTF-8 are replaced. Raises Garbled when it is none."""
    try:
        value: object = _DECODER.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _parse_doubtful(body)
    return value


def _parse_doubtful(body: bytes | str) -> object:
    """The slow way: wrong UTF-8, a byte order mark, NaN and Infinity (made null) are forgiven."""
    text = body if isinstance(body, str) else body.decode("utf-8-sig", errors="replace")
    try:
        value: object = json.loads(text, parse_constant=lambda _name: None)
    except (ValueError, RecursionError) as error:
        raise Garbled(clean(text[:400], limit=_EXCERPT) or "an empty answer") from error
    return value


def parse_object(body: bytes | str) -> Json:
    """The JSON object in `body`.

    Raises Garbled when it is something else and, for an object with an `error` in words, what `refusal` makes of it.
    """
    value = parse(body)
    if not isinstance(value, Mapping):
        raise Garbled(f"an object was expected: {_excerpt(body)}")
    raise_refusal(value)
    return value


def parse_rows(body: bytes | str) -> tuple[Json, ...]:
    """The JSON array of objects in `body`; members of another kind are left out. Raises as `parse_object`."""
    value = parse(body)
    if isinstance(value, Mapping):
        raise_refusal(value)
    if not isinstance(value, list):
        raise Garbled(f"a list was expected: {_excerpt(body)}")
    return rows_of(value)


def raise_refusal(value: Json) -> None:
    """Raise `refusal` when the answer is an error in words."""
    error = value.get("error")
    if isinstance(error, str) and error.strip():
        raise refusal(error)


def refusal(text: str) -> GatewayError:
    """The error an `{"error": …}` stands for: no session, no bridge (brokerage session), or a refusal."""
    words = clean(text, limit=400)
    folded = words.casefold()
    if "no bridge" in folded:
        return NoBrokerageSession(words)
    if folded in ("no session", "not authenticated"):
        return NotLoggedIn(words)
    return Refused(words)


def object_of(value: object) -> Json:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def rows_of(value: object) -> tuple[Json, ...]:
    """The objects of a JSON array; a bare object counts as an array of one."""
    if isinstance(value, Mapping):
        return (value,)
    return tuple(row for row in value if isinstance(row, Mapping)) if isinstance(value, list) else ()


def texts_of(value: object) -> tuple[str, ...]:
    """The non-blank strings of a JSON array, cleaned."""
    if not isinstance(value, list):
        return ()
    return tuple(text for text in (text_of(item) for item in value) if text)


def text_of(value: object, limit: int = 400) -> str:
    """A string or number as one safe line; everything else is blank."""
    if isinstance(value, str):
        return clean(value, limit=limit)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return clean(value, limit=limit)
    return ""


def first_text(row: Json, *names: str) -> str:
    """The first of the fields that holds text."""
    for name in names:
        text = text_of(row.get(name))
        if text:
            return text
    return ""


def flag_of(value: object) -> bool | None:
    """A JSON boolean, or 1, 0 and the texts of these; None otherwise."""
    if isinstance(value, bool):
        return value
    if value in (1, "1", "true", "True"):
        return True
    return False if value in (0, "0", "false", "False") else None


def seconds_of(value: object) -> int:
    """A Unix time in seconds or milliseconds as seconds; 0 when there is none."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < 1e15:
        return 0
    return int(value / 1000) if value > 1e11 else int(value)


def _excerpt(body: bytes | str) -> str:
    text = body[:400] if isinstance(body, str) else body[:400].decode(errors="replace")
    return clean(text, limit=_EXCERPT)
