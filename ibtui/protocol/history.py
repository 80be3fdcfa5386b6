"""Historical bars: `/iserver/marketdata/history` and the topic `smh`."""

from __future__ import annotations

from ibtui.domain.market import Bar, History
from ibtui.protocol.bodies import Json, first_text, parse_object, rows_of
from ibtui.protocol.numbers import float_or_none, whole_or_none
from ibtui.protocol.requests import Priority, Request, get

_BAR_NAMES = {
    60: "1min",
    120: "2min",
    180: "3min",
    300: "5min",
    600: "10min",
    900: "15min",
    1800: "30min",
    3600: "1h",
    7200: "2h",
    10800: "3h",
    14400: "4h",
    28800: "8h",
    86400: "1d",
    604800: "1w",
}
"""`barLength` in seconds to the request's word for it."""


def history(conid: int, *, period: str, bar: str, outside_rth: bool = True, exchange: str = "") -> Request:
    """Bars of one instrument, at most 1000; five such requests may be open at once."""
    query = [("conid", str(conid)), ("period", period), ("bar", bar), ("outsideRth", str(outside_rth).lower())]
    if exchange:
        query.append(("exchange", exchange))
    return get("/iserver/marketdata/history", tuple(query), priority=Priority.PREFETCH)


def decode_history(body: bytes, conid: int, *, period: str, bar: str, received: float) -> History:
    """Bars of the answer, oldest first. Raises Garbled and Refused."""
    return history_of(parse_object(body), conid, period=period, bar=bar, received=received)


def history_of(answer: Json, conid: int, *, period: str = "", bar: str = "", received: float) -> History:
    """Bars of an answer or `smh` frame; period and bar are the answer's own where none are given."""
    factor = float_or_none(answer.get("volumeFactor")) or 1.0
    bars = [found for found in (_bar(row, factor) for row in rows_of(answer.get("data"))) if found is not None]
    bars.sort(key=lambda one: one.time_ms)
    length = whole_or_none(answer.get("barLength"))
    return History(
        conid,
        period or first_text(answer, "timePeriod"),
        bar or _BAR_NAMES.get(length or 0, f"{length}s" if length else ""),
        tuple(bars),
        received,
        highest=_extreme(answer, "high"),
        lowest=_extreme(answer, "low"),
    )


def _bar(row: Json, factor: float) -> Bar | None:
    """A bar with all four prices and a time; a missing volume is 0, as for bid, ask and midpoint bars."""
    time_ms = whole_or_none(row.get("t"))
    opened, high, low, close = (float_or_none(row.get(name)) for name in ("o", "h", "l", "c"))
    if time_ms is None or opened is None or high is None or low is None or close is None:
        return None
    return Bar(time_ms, opened, high, low, close, (float_or_none(row.get("v")) or 0.0) * factor)


def _extreme(answer: Json, name: str) -> float | None:
    """The price in `17510/472117.45/0`: price × priceFactor / volume / minutes from the start."""
    text = answer.get(name)
    factor = float_or_none(answer.get("priceFactor"))
    scaled = float_or_none(text.partition("/")[0]) if isinstance(text, str) and "/" in text else None
    return scaled / factor if scaled is not None and factor else None
