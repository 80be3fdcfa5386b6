"""Commissions after IBKR's fixed pricing."""

from __future__ import annotations

from decimal import Decimal

from ibtui.sim.exchange.types import Instrument

CURRENCY = "USD"
"""All commissions are charged in dollars."""
_PER_SHARE = Decimal("0.005")
_STOCK_MINIMUM = Decimal("1.00")
_STOCK_MAXIMUM_SHARE = Decimal("0.01")
_PER_CONTRACT = Decimal("2.25")
_FOREX_SHARE = Decimal("0.00002")
_FOREX_MINIMUM = Decimal("2.00")
_CRYPTO_SHARE = Decimal("0.0018")
_CRYPTO_MINIMUM = Decimal("1.75")
_CRYPTO_MAXIMUM_SHARE = Decimal("0.01")
_CENT_FRACTION = Decimal("0.0001")


def commission(instrument: Instrument, size: Decimal, value: Decimal, value_in_dollars: Decimal) -> Decimal:
    """Give what an order pays in all once `size` units worth `value` of it are filled, in dollars to 0.0001."""
    if instrument.sec_type == "FUT":
        return size * _PER_CONTRACT
    if instrument.sec_type == "CASH":
        return max(value_in_dollars * _FOREX_SHARE, _FOREX_MINIMUM).quantize(_CENT_FRACTION)
    if instrument.sec_type == "CRYPTO":
        least = min(_CRYPTO_MINIMUM, value_in_dollars * _CRYPTO_MAXIMUM_SHARE)
        return max(value_in_dollars * _CRYPTO_SHARE, least).quantize(_CENT_FRACTION)
    wanted = max(size * _PER_SHARE, _STOCK_MINIMUM)
    return min(wanted, value * _STOCK_MAXIMUM_SHARE).quantize(_CENT_FRACTION)
