"""Margin requirements, simplified from IBKR's Reg T accounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ibtui.sim.exchange.types import Instrument

ZERO = Decimal(0)
LEVERAGE = 4
"""Buying power is this many times the available funds (intraday, Reg T margin account)."""
_STOCK_INITIAL = Decimal("0.50")
_STOCK_MAINTENANCE = Decimal("0.25")
_SHORT_MAINTENANCE = Decimal("0.30")
_PER_CONTRACT = {
    "ES": (Decimal("24310.00"), Decimal("22100.00")),
    "NQ": (Decimal("36850.00"), Decimal("33500.00")),
}
_OTHER_FUTURES = (Decimal("0.11"), Decimal("0.10"))
_FOREX = {"EUR": Decimal("0.025"), "GBP": Decimal("0.03"), "JPY": Decimal("0.03")}
_OTHER_FOREX = Decimal("0.03")


@dataclass(frozen=True, slots=True)
class Requirement:
    """Initial and maintenance margin."""

    initial: Decimal
    maintenance: Decimal

    def __add__(self, other: Requirement) -> Requirement:
        return Requirement(self.initial + other.initial, self.maintenance + other.maintenance)

    def __sub__(self, other: Requirement) -> Requirement:
        return Requirement(self.initial - other.initial, self.maintenance - other.maintenance)

    def times(self, rate: Decimal) -> Requirement:
        """Give the requirement in another currency."""
        return Requirement(self.initial * rate, self.maintenance * rate)


NOTHING = Requirement(ZERO, ZERO)


def of_position(instrument: Instrument, quantity: Decimal, mark: Decimal) -> Requirement:
    """Give what a position requires, in the contract's currency."""
    value = abs(quantity) * mark * instrument.multiplier
    if instrument.sec_type == "FUT":
        if instrument.symbol in _PER_CONTRACT:
            initial, maintenance = _PER_CONTRACT[instrument.symbol]
            return Requirement(abs(quantity) * initial, abs(quantity) * maintenance)
        return Requirement(value * _OTHER_FUTURES[0], value * _OTHER_FUTURES[1])
    if instrument.sec_type == "CRYPTO":
        return Requirement(value, value)
    kept = _STOCK_MAINTENANCE if quantity >= 0 else _SHORT_MAINTENANCE
    return Requirement(value * _STOCK_INITIAL, value * kept)


def of_cash(currency: str, value: Decimal) -> Requirement:
    """Give what cash of a foreign currency, worth `value` in the base currency, requires there."""
    required = abs(value) * _FOREX.get(currency, _OTHER_FOREX)
    return Requirement(required, required)
