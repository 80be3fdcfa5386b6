"""Payloads as a gateway sends them whose clock is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ibtui.sim.gateway.wire import Json

_NUMBERS = frozenset(
    {
        "AUTH_TIME",
        "_updated",
        "hb",
        "lastAccessed",
        "lastExecutionTime_r",
        "modified",
        "timestamp",
        "trade_time_r",
    }
)
"""Keys of Unix seconds or milliseconds that the gateway stamps itself."""
_TEXTS = {"lastExecutionTime": "%y%m%d%H%M%S", "order_time": "%y%m%d%H%M%S", "trade_time": "%Y%m%d-%H:%M:%S"}
"""Keys of times as text, and their form."""
_LEAST_MS = 100_000_000_000
"""Smaller numbers are seconds."""


def skewed(payload: Json, ms: int) -> Json:
    """The payload with every timestamp of the gateway moved by so many milliseconds; market history stays right."""
    if isinstance(payload, Mapping):
        return {key: _moved(key, value, ms) for key, value in payload.items()}
    if isinstance(payload, Sequence) and not isinstance(payload, str):
        return [skewed(item, ms) for item in payload]
    return payload


def _moved(key: str, value: Json, ms: int) -> Json:
    if key in _NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        return value + (ms if value >= _LEAST_MS else ms // 1000)
    if key in _TEXTS and isinstance(value, str):
        return _text(value, _TEXTS[key], ms)
    return skewed(value, ms)


def _text(value: str, form: str, ms: int) -> str:
    try:
        return (datetime.strptime(value, form) + timedelta(milliseconds=ms)).strftime(form)
    except ValueError:
        return value
