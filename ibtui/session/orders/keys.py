"""Names of submissions: the customer order id of an order, and the like for changes and cancels."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime


def order_ref(unix_seconds: float) -> str:
    """A cOID such as `ibtui-261120-K7QF2MZ`: 20 safe characters, unique for far more than the 24 h demanded."""
    day = datetime.fromtimestamp(unix_seconds, UTC).strftime("%y%m%d")
    return f"ibtui-{day}-{_random(7)}"


def change_key(word: str, order_id: int) -> str:
    """Key of a modification or cancel, such as `cancel-912091175-K7QF2MZ`."""
    return f"{word}-{order_id}-{_random(7)}"


def _random(length: int) -> str:
    return base64.b32encode(secrets.token_bytes(length)).decode("ascii")[:length]
