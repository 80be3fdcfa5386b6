"""Numbers as the gateway writes them, read leniently and never guessed."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS_LIMIT = 64
"""Characters a number may have; longer text is no number of the gateway's."""
_LARGEST = Decimal(10) ** 30
"""Beyond it stands no figure of an account, only Java's "unset" (1.7976931348623157E308)."""
_SIMPLE = re.compile(r"-?[0-9]{1,24}(?:\.[0-9]{1,24})?")
_FULL = re.compile(
    r"(?:[CH](?=[-+−.0-9]))?"  # previous close, halted (field 31)
    r"(?P<sign>[-+−]?)"
    r"(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?P<exponent>[eE][-+]?[0-9]{1,2})?"
    r"\ ?(?P<scale>[KkMmBT]?)"
    r"(?:\ ?%|\ [A-Z]{3})?"
)
_SCALES = {
    "": None,
    "K": Decimal(10) ** 3,
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "m": Decimal(10) ** 6,
    "B": Decimal(10) ** 9,
    "T": Decimal(10) ** 12,
}


def decimal_or_none(value: object) -> Decimal | None:
    """The number in `value`, or None where there is none or it is doubtful.

    Takes JSON numbers (5.0 is 5) and the texts seen on the wire: `1,300`, `24.2M`, `C189.60`, `+0.45%` (0.45),
    `1.01 USD`; text keeps its digits (165.30).
    """
    if isinstance(value, str):
        if _SIMPLE.fullmatch(value):
            return Decimal(value)
        return _from_text(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _bounded(Decimal(value))
    if isinstance(value, float):
        return _bounded(Decimal(int(value)) if value.is_integer() else Decimal(repr(value)))
    return _bounded(value) if isinstance(value, Decimal) else None


def whole_or_none(value: object) -> int | None:
    """An id or count: a JSON integer, a float without fraction, or their text; None otherwise."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = decimal_or_none(value) if isinstance(value, (str, float)) else None
    if number is None or number != number.to_integral_value():
        return None
    return int(number)


def float_or_none(value: object) -> float | None:
    """Like `decimal_or_none`, for figures that are only drawn."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if -1e30 < value < 1e30 else None
    number = decimal_or_none(value)
    return None if number is None else float(number)


def _from_text(text: str) -> Decimal | None:
    stripped = text[: _DIGITS_LIMIT + 1].strip()
    if not stripped or len(stripped) > _DIGITS_LIMIT:
        return None
    match = _FULL.fullmatch(stripped)
    if match is None:
        return None
    sign = "-" if match["sign"] in ("-", "−") else ""
    number = Decimal(sign + match["digits"].replace(",", "") + (match["exponent"] or ""))
    scale = _SCALES[match["scale"]]
    return _bounded(number if scale is None else number * scale)


def _bounded(number: Decimal) -> Decimal | None:
    return number if number.is_finite() and abs(number) < _LARGEST else None
