"""What an order would do to the account ("Preview Order / WhatIf Order")."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange import MarginImpact, OrderRequest
from ibtui.sim.gateway.orders.desk import has_market_data
from ibtui.sim.gateway.wire import Fields, Json, cents, plain, whole

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

NO_DATA = (
    "21/You are trying to submit an order without having market data for this instrument. \nIB strongly recommends "
    "against this kind of blind trading which may result in \nerroneous or unexpected trades."
)
_UNITS = {"STK": "Shares", "FUT": "Contracts", "CASH": "Units", "CRYPTO": "Units", "BAG": "Combos"}


def preview(gateway: Gateway, requests: Sequence[OrderRequest]) -> Json:
    """The what-if object; nulls and an `error` where the order would be rejected (wire-facts §8)."""
    impact = gateway.exchange.what_if(requests)
    first = requests[0]
    instrument = gateway.contract_of(first)
    warning = None if has_market_data(gateway, first) else NO_DATA
    if not warning and (asked := gateway.desk.questions(requests)):
        warning = f"{asked[0].message_id.removeprefix('o')}/{asked[0].text}"
    if impact.error:
        empty: Json = {"current": None, "change": None, "after": None}
        nothing: Json = {"amount": None, "commission": None, "total": None}
        rejected: Fields = {
            "amount": nothing,
            "equity": empty,
            "initial": empty,
            "maintenance": empty,
            "position": empty,
        }
        return rejected | {"warn": warning, "error": impact.error}
    size = f"({plain(first.quantity)} {_UNITS.get(instrument.sec_type, 'Shares')})"
    return {
        "amount": {
            "amount": f"{cents(impact.amount, instrument.currency)} {size}",
            "commission": cents(impact.commission, impact.commission_currency),
            "total": cents(_total(impact, instrument.currency), instrument.currency),
        },
        "equity": _change(impact.equity_before, impact.equity_change),
        "initial": _change(impact.initial_before, impact.initial_change),
        "maintenance": _change(impact.maintenance_before, impact.maintenance_change),
        "position": _change(impact.position_before, impact.position_change),
        "warn": warning,
        "error": None,
    }


def _total(impact: MarginImpact, currency: str) -> Decimal:
    return impact.amount + impact.commission if impact.commission_currency == currency else impact.amount


def _change(before: Decimal, change: Decimal) -> Fields:
    return {"current": whole(before), "change": whole(change), "after": whole(before + change)}
