"""JSON as it goes over the wire, and the little text forms numbers have there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Fields: TypeAlias = "dict[str, Json]"

_THOUSAND = Decimal(1000)
_MILLION = Decimal(1_000_000)


def encode(payload: Json) -> bytes:
    """Compact UTF-8; a lone surrogate U+DC80…U+DCFF becomes its raw byte, any other (a client may send one) a `?`."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def digits(increment: Decimal) -> int:
    """Decimals in which prices on this grid are shown, at least two."""
    exponent = increment.normalize().as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2


def price_text(price: Decimal | None, increment: Decimal) -> str:
    """`271.67`; blank where there is no price."""
    return "" if price is None else f"{price:.{digits(increment)}f}"


def ladder_price(price: Decimal, increment: Decimal) -> str:
    """`6,801.25`: the price column of the ladder groups thousands."""
    return f"{price:,.{digits(increment)}f}"


def plain(value: Decimal) -> str:
    """Shortest decimal text without exponent: `5`, `0.5`, `191.25`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def size_text(size: Decimal) -> str:
    """`3,500`: sizes group thousands."""
    return f"{size:,.0f}" if size == size.to_integral_value() else f"{size.normalize():,f}"


def volume_text(volume: Decimal) -> str:
    """`24.2M`, `815K`, `912`: field 87's rounded volume."""
    if volume >= _MILLION:
        return f"{volume / _MILLION:.1f}M"
    if volume >= _THOUSAND:
        return f"{volume / _THOUSAND:.1f}K"
    return plain(volume)


def money(value: Decimal) -> float:
    """Amount rounded to cents, as the portfolio answers carry it."""
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def whole(value: Decimal) -> str:
    """`994,831`: amounts of the account summaries are whole units."""
    return f"{value:,.0f}"


def with_currency(value: Decimal, currency: str) -> str:
    """`994,831 USD`."""
    return f"{whole(value)} {currency}"


def cents(value: Decimal, currency: str) -> str:
    """`1,977.60 USD`, and whole amounts without decimals (`1 USD`)."""
    text = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    return f"{text} {currency}"


def utc(ms: int) -> datetime:
    """Moment of Unix milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def compact_time(ms: int) -> str:
    """`231211180049`: UTC, as in `lastExecutionTime` and `order_time`."""
    return utc(ms).strftime("%y%m%d%H%M%S")


def dashed_time(ms: int) -> str:
    """`20231211-18:00:49`: UTC, as in `trade_time` and `startTime`."""
    return utc(ms).strftime("%Y%m%d-%H:%M:%S")
