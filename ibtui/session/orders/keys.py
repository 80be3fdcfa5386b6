"""Names of submissions: the customer order id of an order, and the like for changes and cancels."""

from __future__ import annotations

import base64
import re
import secrets
from datetime import UTC, datetime

_PLACED = re.compile(r"(.+)-([1-9][0-9]?)")
"""A sibling's reference: the submission's own, and its place in the request (`protocol.orders.body.order_refs`)."""


def order_ref(unix_seconds: float) -> str:
    """A cOID such as `ibtui-261120-K7QF2MZ`: 20 safe characters, unique for far more than the 24 h demanded."""
    day = datetime.fromtimestamp(unix_seconds, UTC).strftime("%y%m%d")
    return f"ibtui-{day}-{_random(7)}"


def change_key(word: str, order_id: int) -> str:
    """Key of a modification or cancel, such as `cancel-912091175-K7QF2MZ`."""
    return f"{word}-{order_id}-{_random(7)}"


def submission_key(reference: str) -> str:
    """Key of the submission whose order may carry the reference: `ibtui-261120-K7QF2MZ-2` is the second order of one.

    A submission's own reference ends in seven characters, so it is never taken for a sibling's.
    """
    match = _PLACED.fullmatch(reference)
    return match[1] if match is not None else reference


def place_of(reference: str) -> int:
    """The place in its submission, from 1, of the ticket whose order carries the reference."""
    match = _PLACED.fullmatch(reference)
    return int(match[2]) if match is not None else 1


def _random(length: int) -> str:
    return base64.b32encode(secrets.token_bytes(length)).decode("ascii")[:length]
