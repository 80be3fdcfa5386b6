"""How figures look on screen: pure functions from a value to text; a missing value is `–`, never zero."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from ibtui.domain.contracts import ContractRules
from ibtui.domain.market import Quote

MISSING: Final = "–"
MINUS: Final = "−"
UP: Final = "▲"
DOWN: Final = "▼"

SPARKS: Final = "▁▂▃▄▅▆▇█"
_SIZE_UNITS: Final = ((Decimal("1e12"), "T"), (Decimal("1e9"), "B"), (Decimal("1e6"), "M"), (Decimal("1e3"), "k"))

Number = Decimal | int | float

REMEMBERED: Final = 1_024
"""Prices and sizes whose words are remembered: a screen's, of which few change in a frame."""
CHANGES_REMEMBERED: Final = 256
"""The same for changes, of which a row has two."""


def digits_of(value: Decimal) -> int:
    """Digits after the point, as `value` was told."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def increment_digits(increment: Decimal) -> int:
    """Digits after the point that a grid of this increment needs (0.25 needs 2, 1.00 needs 0)."""
    return digits_of(increment.normalize())


def quote_digits(quote: Quote | None, rules: ContractRules | None = None) -> int | None:
    """Digits for every price of one instrument: of its increment, else the most its prices were told with."""
    if rules is not None and rules.steps:
        reference = quote.reference if quote is not None else None
        step = rules.increment_at(reference if reference is not None else Decimal(0))
        if step:
            return increment_digits(step)
    if quote is None:
        return None
    told = [digits_of(value) for value in (quote.last, quote.bid, quote.ask, quote.close) if value is not None]
    return max(told) if told else None


def fixed(value: Number, digits: int) -> str:
    """`value` with exactly `digits` digits, rounded half up; the minus is a hyphen here."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return f"{exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"


def price(value: Decimal | None, digits: int | None = None) -> str:
    """A price with `digits` digits, or as many as it was told with, and never fewer than it needs."""
    return MISSING if value is None else _price(value, digits if digits is not None else digits_of(value))


@lru_cache(maxsize=REMEMBERED)
def _price(value: Decimal, digits: int) -> str:
    return fixed(value, max(digits, increment_digits(value))).replace("-", MINUS)


def size(value: Decimal | None) -> str:
    """A size or volume, short: 950, 1.3k, 24.2M; fractions below 1,000 as told."""
    return MISSING if value is None else _size(value)


@lru_cache(maxsize=REMEMBERED)
def _size(value: Decimal) -> str:
    for unit, letter in _SIZE_UNITS:
        if abs(value) >= unit:
            scaled = value / unit
            return f"{fixed(scaled, 0 if abs(scaled) >= 100 else 1)}{letter}".replace("-", MINUS)
    return quantity(value)


def quantity(value: Decimal | None) -> str:
    """A quantity in full, without superfluous zeros, with thousands."""
    if value is None:
        return MISSING
    return f"{value.normalize():,f}".replace("-", MINUS)


def signed(value: Number | None, digits: int = 2, *, thousands: bool = False) -> str:
    """A change with its sign, + or − (U+2212); zero has none."""
    return MISSING if value is None else _signed(value, digits, thousands)


@lru_cache(maxsize=CHANGES_REMEMBERED)
def _signed(value: Number, digits: int, thousands: bool) -> str:
    text = fixed(value, digits)
    figure = Decimal(text)
    sign = "+" if figure > 0 else MINUS if figure < 0 else ""
    return sign + (f"{abs(figure):,f}" if thousands else f"{abs(figure):f}")


def signed_price(value: Decimal | None, digits: int | None = None) -> str:
    """A change of price, signed, with the price's own digits."""
    return MISSING if value is None else signed(value, digits_of(value) if digits is None else digits)


def signed_quantity(value: Decimal | None) -> str:
    """A position: −2, 100; zero is a blank because most rows have none."""
    return "" if not value else quantity(value)


def percent(value: Number | None) -> str:
    """A change in percent: +0.56%."""
    return MISSING if value is None else f"{signed(value, 2)}%"


def money(value: Number | None, digits: int = 2) -> str:
    """An amount with thousands: 1,005,254.10."""
    return MISSING if value is None else f"{Decimal(fixed(value, digits)):,f}".replace("-", MINUS)


def signed_money(value: Number | None, digits: int = 2) -> str:
    """A profit or loss with sign and thousands: +1,607.07."""
    return signed(value, digits, thousands=True)


def short_money(value: Number | None) -> str:
    """An amount where room is scarce: 3.98M, 652k, 950."""
    if value is None:
        return MISSING
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    for unit, letter in _SIZE_UNITS:
        if abs(exact) >= unit:
            scaled = exact / unit
            digits = 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
            return f"{fixed(scaled, digits)}{letter}".replace("-", MINUS)
    return money(exact, 0)


def arrow(direction: int) -> str:
    """▲ for up, ▼ for down, a blank for neither."""
    return UP if direction > 0 else DOWN if direction < 0 else " "


def sign_class(value: Number | None) -> str:
    """Style class of a signed figure: up, down or none."""
    return "" if not value else "up" if value > 0 else "down"


def clock_time(time_ms: int, zone: tzinfo | None = None) -> str:
    """HH:MM:SS of Unix milliseconds, local unless a zone is given."""
    return datetime.fromtimestamp(time_ms / 1000, zone).strftime("%H:%M:%S") if time_ms else MISSING


def day_and_time(time_s: float, zone: tzinfo | None = None) -> str:
    """DD Mon HH:MM of Unix seconds, local unless a zone is given."""
    return datetime.fromtimestamp(time_s, zone).strftime("%d %b %H:%M") if time_s else MISSING


def age(seconds: float) -> str:
    """How long ago: 0.2s, 34s, 5m, 2h."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f}s"
    if seconds < 90:
        return f"{seconds:.0f}s"
    if seconds < 5400:
        return f"{seconds / 60:.0f}m"
    return f"{seconds / 3600:.0f}h"


def countdown(seconds: float) -> str:
    """Time to go: 9:59, 1:02:03."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def split_point(text: str) -> tuple[int, int]:
    """Widths before the decimal point and from it on, for aligning a column on the point."""
    place = text.rfind(".")
    return (len(text), 0) if place < 0 else (place, len(text) - place)


def sparkline(values: list[float], width: int) -> str:
    """The values as blocks, resampled to `width` columns; blank without values."""
    if not values or width <= 0:
        return ""
    picked = values if len(values) <= width else [values[(i + 1) * len(values) // width - 1] for i in range(width)]
    low, high = min(picked), max(picked)
    if high <= low:
        return SPARKS[3] * len(picked)
    return "".join(SPARKS[min(7, int((value - low) / (high - low) * 8))] for value in picked)
