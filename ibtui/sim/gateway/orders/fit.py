"""Whether an order keeps to the rules of its contract ("Search Contract Rules")."""

from __future__ import annotations

from collections.abc import Mapping

from ibtui.sim.exchange import Instrument, Leg, OrderRequest, Side, Tif
from ibtui.sim.gateway.contracts.rules import RULE_WORDS, permitted
from ibtui.sim.gateway.orders.routing import Listed

_BY_CASH = frozenset({"CASH", "CRYPTO"})


def misfit(request: OrderRequest, raw: Mapping[str, object], instrument: Instrument, listed: Listed) -> str:
    """Why the order does not keep to the rules, or blank; an index is left to the exchange to refuse."""
    if not instrument.tradable:
        return ""
    return (
        _size_misfit(request, raw, instrument)
        or _type_misfit(request, instrument)
        or _manual_misfit(request, raw, listed)
    )


def _size_misfit(request: OrderRequest, raw: Mapping[str, object], instrument: Instrument) -> str:
    conversion = raw.get("isCcyConv") is True
    if conversion and instrument.sec_type != "CASH":
        return "Currency conversion orders are only supported for Forex contracts."
    if raw.get("fxQty") is not None and not conversion:
        return "fxQty can only be used for currency conversion orders (isCcyConv)."
    if request.cash is None:
        return ""
    if instrument.sec_type not in _BY_CASH:
        return "Cash quantity orders are only supported for Cryptocurrency and Forex contracts."
    if request.cash % 1:
        return f"Cash quantity does not conform to the increment of 1 {instrument.currency}."
    if request.shares:
        return "Cash quantity orders can not be allocated to a group."
    return ""


def _type_misfit(request: OrderRequest, instrument: Instrument) -> str:
    allowed = permitted(instrument, buy=request.side is Side.BUY)
    kind = RULE_WORDS[request.order_type]
    if request.order_type not in (allowed.types if request.cash is None else allowed.cash):
        if request.order_type in allowed.cash:
            return f"Order type {kind} needs a cash quantity (cashQty) to buy this contract."
        by_cash = " with a cash quantity" if request.cash is not None else ""
        return f"Order type {kind} is not supported for this contract{by_cash}."
    if request.quantity % 1 and request.order_type not in allowed.fractions:
        return f"Fractional quantities are not supported for order type {kind} of this contract."
    if request.tif not in allowed.tifs:
        return f"Time in force {request.tif} is not valid for this contract."
    if request.plan is not None and request.order_type not in allowed.algos:
        return f"Order type {kind} can not be worked by an algorithm."
    if request.plan is not None and request.tif in (Tif.IOC, Tif.OPG):
        return f"Time in force {request.tif} can not be combined with an algorithm."
    return ""


def _manual_misfit(request: OrderRequest, raw: Mapping[str, object], listed: Listed) -> str:
    conids = [leg.conid for leg in request.legs or (Leg(request.conid, 1),)]
    futures = any((found := listed(conid)) is not None and found.sec_type == "FUT" for conid in conids)
    if futures and not isinstance(raw.get("manualIndicator"), bool):
        return "Orders for US futures must say in manualIndicator whether they were entered manually."
    return ""
