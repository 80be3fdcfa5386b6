"""Words and prices of an order as its rows show them, in the style of "Live Orders" and "Order Status"."""

from __future__ import annotations

from ibtui.sim.exchange import Instrument, OrderType, OrderView, Side, Status, Tif
from ibtui.sim.gateway.contracts.rules import RULE_WORDS
from ibtui.sim.gateway.wire import Fields, plain, price_text

SPOKEN = {
    OrderType.LMT: "Limit",
    OrderType.MKT: "Market",
    OrderType.STP: "Stop",
    OrderType.STOP_LIMIT: "Stop Limit",
    OrderType.TRAIL: "Trailing Stop",
    OrderType.TRAILLMT: "Trailing Stop Limit",
    OrderType.MIDPRICE: "Midprice",
    OrderType.MIT: "Market if Touched",
    OrderType.LIT: "Limit if Touched",
    OrderType.MOC: "Market on Close",
    OrderType.LOC: "Limit on Close",
    OrderType.REL: "Relative",
}
"""`orderType`."""
ORIGINAL = {kind: word.upper() for kind, word in RULE_WORDS.items()}
"""`origOrderType`: `LIMIT`, `TRAILING_STOP`, as in the document's examples."""
_STOP_ONLY = frozenset({OrderType.STP, OrderType.TRAIL, OrderType.MIT})
_TWO_PRICES = frozenset({OrderType.STOP_LIMIT, OrderType.TRAILLMT, OrderType.LIT})


def spoken_tif(tif: Tif) -> str:
    """`CLOSE` for a day order (recorded, wire-facts §5)."""
    return "CLOSE" if tif is Tif.DAY else tif.value


def conidex(order: OrderView) -> str:
    """`265598`, `265598@NASDAQ` where it was routed, or the combination as the client wrote it."""
    request = order.request
    routed = f"{request.conid}@{request.exchange}" if request.exchange else str(request.conid)
    if not request.legs:
        return routed
    return f"{routed};;;{','.join(f'{leg.conid}/{leg.ratio}' for leg in request.legs)}"


def shown_price(order: OrderView, instrument: Instrument) -> str:
    """The limit, or the stop where there is no limit; blank for a market order."""
    if order.request.order_type in _STOP_ONLY:
        return price_text(order.stop_price, instrument.increment)
    return price_text(order.limit_price, instrument.increment)


def shown_aux_price(order: OrderView, instrument: Instrument) -> str:
    """The stop or trigger beside a limit, the offset of a relative order; blank for any other."""
    if order.request.order_type in _TWO_PRICES:
        return price_text(order.stop_price, instrument.increment)
    if order.request.order_type is OrderType.REL:
        return price_text(order.request.aux_price, instrument.increment)
    return ""


def trailing(order: OrderView) -> Fields:
    """What a trailing order keeps between the last price and its stop, as its status shows it."""
    request = order.request
    if request.trailing_amount is None or not request.trailing_type:
        return {}
    return {"trailing_amount": plain(request.trailing_amount), "trailing_amount_unit": request.trailing_type}


def description(order: OrderView, instrument: Instrument) -> str:
    """`Buy 100 AAPL Limit 265.00, Day`, and `Bought …` once it is filled."""
    request = order.request
    done = order.status is Status.FILLED
    verbs = {Side.BUY: "Bought" if done else "Buy", Side.SELL: "Sold" if done else "Sell"}
    prices = shown_price(order, instrument)
    if request.order_type in (OrderType.STOP_LIMIT, OrderType.LIT):
        prices = f"{shown_aux_price(order, instrument)} {prices}"
    priced = f"{SPOKEN[request.order_type]} {prices}".rstrip()
    tif = request.tif.value.capitalize() if request.tif is Tif.DAY else request.tif.value
    symbol = instrument.local_symbol or instrument.symbol
    return f"{verbs[request.side]} {plain(request.quantity)} {symbol} {priced}, {tif}"
