"""Why an order would be refused by its own terms, in IBKR's manner of speaking."""

from __future__ import annotations

from decimal import Decimal

from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.sessions import Phase
from ibtui.sim.exchange.terms import AT_CLOSE, PEGGED, TRAILING, OrderRequest, OrderType, Tif
from ibtui.sim.exchange.types import Instrument

PRICE_VARIATION = "The price does not conform to the minimum price variation for this contract."
UNKNOWN_CONTRACT = "No security definition has been found for the request"
NOT_TRADABLE = "This contract is not available for trading. Index contracts can not be traded."
_MARKET_TYPES = frozenset(
    {OrderType.MKT, OrderType.STP, OrderType.TRAIL, OrderType.MIDPRICE, OrderType.MIT, OrderType.MOC}
)
_COMBO_TYPES = frozenset({OrderType.LMT, OrderType.MKT})
_AUCTION_TYPES = frozenset({OrderType.LMT, OrderType.MKT})
_IMMEDIATE_TYPES = _AUCTION_TYPES | PEGGED | AT_CLOSE
_NEEDS_PRICE = {
    OrderType.LMT: "Limit price",
    OrderType.STOP_LIMIT: "Limit price",
    OrderType.TRAILLMT: "Limit price",
    OrderType.LIT: "Limit price",
    OrderType.LOC: "Limit price",
    OrderType.STP: "Stop price",
}
_NEEDS_AUX_PRICE = {
    OrderType.STOP_LIMIT: "Stop price",
    OrderType.TRAILLMT: "Stop price",
    OrderType.LIT: "Trigger price",
}


def may_work(market: Market, request: OrderRequest) -> bool:
    """Tell whether the session lets an order of these terms be matched now.

    Outside regular hours only orders that ask for it are, and of shares only those with a limit; none in a halt.
    """
    if market.halted:
        return False
    if market.phase is Phase.REGULAR:
        return True
    if market.phase is Phase.CLOSED or not request.outside_rth:
        return False
    return market.instrument.sec_type != "STK" or request.order_type not in _MARKET_TYPES


def may_trade(market: Market, outside_rth: bool) -> bool:
    """Tell whether the market is open, in regular or, if asked so, in extended hours."""
    return market.phase is Phase.REGULAR or (outside_rth and market.phase is Phase.EXTENDED)


def terms_refusal(request: OrderRequest, market: Market | None) -> str:
    """Give why the terms can not be taken, or blank."""
    if market is None:
        return UNKNOWN_CONTRACT
    instrument = market.instrument
    if not instrument.tradable:
        return NOT_TRADABLE
    return (
        _size_refusal(request, instrument)
        or _missing_refusal(request)
        or _price_refusal(request, instrument)
        or _combo_refusal(request)
        or _time_refusal(request, market)
    )


def _size_refusal(request: OrderRequest, instrument: Instrument) -> str:
    if not request.quantity.is_finite() or request.quantity <= 0:
        return "Order quantity must be greater than zero."
    if request.quantity % instrument.size_increment:
        return (
            "Order size does not conform to the minimum size increment of "
            f"{instrument.size_increment.normalize():f} for this contract."
        )
    return ""


def _missing_refusal(request: OrderRequest) -> str:
    kind = request.order_type
    if kind in _NEEDS_PRICE and request.price is None:
        return f"{_NEEDS_PRICE[kind]} is required for order type {kind}."
    if kind in _NEEDS_AUX_PRICE and request.aux_price is None:
        return f"{_NEEDS_AUX_PRICE[kind]} is required for order type {kind}."
    if kind is OrderType.MIT and request.price is None and request.aux_price is None:
        return "Trigger price is required for order type MIT."
    if kind in TRAILING:
        if request.trailing_type not in ("amt", "%"):
            return "Trailing type must be 'amt' or '%'."
        if request.trailing_amount is None or not request.trailing_amount.is_finite() or request.trailing_amount <= 0:
            return "Trailing amount must be greater than zero."
        if request.trailing_type == "%" and request.trailing_amount >= 100:
            return "Trailing percent must be less than 100."
    return ""


def _price_refusal(request: OrderRequest, instrument: Instrument) -> str:
    """Check that prices are positive and on the grid; only combinations have negative ones, and an offset may be 0."""
    amount = request.trailing_amount if request.trailing_type == "amt" else None
    for price in (request.price, request.aux_price):
        if price is None:
            continue
        least_is_zero = price is request.aux_price and request.order_type is OrderType.REL
        if not price.is_finite() or (not request.legs and (price < 0 or (price == 0 and not least_is_zero))):
            return "The price must be greater than zero."
    for price in (request.price, request.aux_price, amount):
        if price is not None and price % instrument.increment:
            return PRICE_VARIATION
    return ""


def _combo_refusal(request: OrderRequest) -> str:
    if not request.legs:
        return ""
    if request.order_type not in _COMBO_TYPES:
        return f"Order type {request.order_type} is not supported for combination orders."
    if request.plan is not None:
        return "Algorithms are not supported for combination orders."
    return ""


def _time_refusal(request: OrderRequest, market: Market) -> str:
    if request.tif is Tif.OPG and (request.order_type not in _AUCTION_TYPES or request.legs):
        return f"Time in force OPG is not valid for order type {request.order_type}."
    if request.tif is Tif.IOC:
        if request.order_type not in _IMMEDIATE_TYPES:
            return f"Time in force IOC is not valid for order type {request.order_type}."
        if request.order_type not in AT_CLOSE and not may_work(market, request):
            return "Time in force IOC is not valid while the exchange is closed."
    if request.tif is Tif.PAX and market.instrument.sec_type != "CRYPTO":
        return "Time in force PAX is only valid for cryptocurrencies."
    return ""


def reference_price(request: OrderRequest, market: Market) -> Decimal:
    """Give the price at which an order's value is estimated: its own, or the mark."""
    if request.price is not None and request.order_type not in PEGGED:
        return request.price
    return market.mark()
