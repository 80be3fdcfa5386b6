"""Orders and executions in the words of "Live Orders", "Order Status" and "Trades"."""

from __future__ import annotations

from ibtui.sim.exchange import Execution, Instrument, OrderType, OrderView, Side, Status, Tif
from ibtui.sim.gateway.wire import Fields, compact_time, dashed_time, plain, price_text

HIDDEN = "sim~"
"""Begins customer order ids that the gateway gave and the client never sees."""

_SPOKEN = {
    OrderType.LMT: "Limit",
    OrderType.MKT: "Market",
    OrderType.STP: "Stop",
    OrderType.STOP_LIMIT: "Stop Limit",
    OrderType.TRAIL: "Trailing Stop",
    OrderType.TRAILLMT: "Trailing Stop Limit",
    OrderType.MIDPRICE: "Midprice",
}
_ORIGINAL = {
    OrderType.LMT: "LIMIT",
    OrderType.MKT: "MARKET",
    OrderType.STP: "STOP",
    OrderType.STOP_LIMIT: "STOP_LIMIT",
    OrderType.TRAIL: "TRAILING_STOP",
    OrderType.TRAILLMT: "TRAILING_STOP_LIMIT",
    OrderType.MIDPRICE: "MIDPRICE",
}
_CCP_STATUS = {
    Status.INACTIVE: "Pending Submit",
    Status.PENDING_SUBMIT: "Pending Submit",
    Status.PRE_SUBMITTED: "PreSubmitted",
    Status.SUBMITTED: "Submitted",
    Status.PENDING_CANCEL: "Pending Cancel",
    Status.FILLED: "Filled",
    Status.CANCELLED: "Cancelled",
    Status.REJECTED: "Rejected",
}
_COLOURS = {
    Status.INACTIVE: ("#000000", "#AFAFAF"),
    Status.PENDING_SUBMIT: ("#FFFFFF", "#3399CC"),
    Status.PRE_SUBMITTED: ("#FFFFFF", "#0000CC"),
    Status.SUBMITTED: ("#000000", "#00F000"),
    Status.PENDING_CANCEL: ("#000000", "#CC00CC"),
    Status.FILLED: ("#FFFFFF", "#000000"),
    Status.CANCELLED: ("#FFFFFF", "#CC0000"),
    Status.REJECTED: ("#FFFFFF", "#CC0000"),
}


def listing_exchange(instrument: Instrument) -> str:
    """`NASDAQ.NMS` for NASDAQ, as orders and trades name it."""
    return "NASDAQ.NMS" if instrument.exchange == "NASDAQ" else instrument.exchange


def order_ref(coid: str) -> str:
    """The client's own order id, blank where it gave none."""
    return "" if coid.startswith(HIDDEN) else coid


def spoken_tif(tif: Tif) -> str:
    """`CLOSE` for a day order (recorded, wire-facts §5)."""
    return "CLOSE" if tif is Tif.DAY else tif.value


def sizes(order: OrderView) -> str:
    """`sizeAndFills`: `1` when filled, else filled/remaining such as `0/1` or `100/622`."""
    if order.status is Status.FILLED:
        return plain(order.filled)
    return f"{plain(order.filled)}/{plain(order.remaining)}"


def shown_price(order: OrderView, instrument: Instrument) -> str:
    """The limit, or the stop where there is no limit; blank for a market order."""
    request = order.request
    if request.order_type in (OrderType.STP, OrderType.TRAIL):
        return price_text(order.stop_price, instrument.increment)
    return price_text(order.limit_price, instrument.increment)


def description(order: OrderView, instrument: Instrument) -> str:
    """`Buy 100 AAPL Limit 265.00, Day`, and `Bought …` once it is filled."""
    request = order.request
    done = order.status is Status.FILLED
    verbs = {Side.BUY: "Bought" if done else "Buy", Side.SELL: "Sold" if done else "Sell"}
    price = shown_price(order, instrument)
    kind = _SPOKEN[request.order_type]
    if request.order_type is OrderType.STOP_LIMIT:
        price = f"{price_text(order.stop_price, instrument.increment)} {price}"
    tif = request.tif.value.capitalize() if request.tif is Tif.DAY else request.tif.value
    priced = f"{kind} {price}".rstrip()
    symbol = instrument.local_symbol or instrument.symbol
    return f"{verbs[request.side]} {plain(request.quantity)} {symbol} {priced}, {tif}"


def order_row(order: OrderView, instrument: Instrument) -> Fields:
    """One element of `orders` of /iserver/account/orders and of `args` of `sor`."""
    request = order.request
    background, foreground = _COLOURS[order.status]
    row: Fields = {
        "acct": request.account,
        "exchange": "SMART" if instrument.sec_type == "STK" else instrument.exchange,
        "conidex": str(request.conid),
        "conid": request.conid,
        "account": request.account,
        "orderId": order.order_id,
        "cashCcy": instrument.currency,
        "sizeAndFills": sizes(order),
        "orderDesc": description(order, instrument),
        "description1": instrument.local_symbol or instrument.symbol,
        "ticker": instrument.symbol,
        "secType": instrument.sec_type,
        "listingExchange": listing_exchange(instrument),
        "remainingQuantity": float(order.remaining),
        "filledQuantity": float(order.filled),
        "totalSize": float(request.quantity),
        "companyName": instrument.name,
        "status": order.status.value,
        "order_ccp_status": _CCP_STATUS[order.status],
        "origOrderType": _ORIGINAL[request.order_type],
        "supportsTaxOpt": "1" if instrument.sec_type == "STK" else "0",
        "lastExecutionTime": compact_time(order.updated_ms),
        "orderType": _SPOKEN[request.order_type],
        "bgColor": background,
        "fgColor": foreground,
        "isEventTrading": "0",
        "price": shown_price(order, instrument),
        "timeInForce": spoken_tif(request.tif),
        "lastExecutionTime_r": order.updated_ms // 1000 * 1000,
        "side": request.side.value,
    }
    return row | _sometimes(order, instrument)


def _sometimes(order: OrderView, instrument: Instrument) -> Fields:
    """Keys that a row has only where they mean something."""
    request = order.request
    row: Fields = {}
    if reference := order_ref(request.coid):
        row["order_ref"] = reference
    if order.average_price is not None:
        row["avgPrice"] = price_text(order.average_price, instrument.increment)
    if request.order_type in (OrderType.STOP_LIMIT, OrderType.TRAILLMT):
        row["auxPrice"] = price_text(order.stop_price, instrument.increment)
    if order.parent_id is not None:
        row["parentId"] = order.parent_id
    if request.outside_rth:
        row["outsideRTH"] = True
    return row


def status_row(order: OrderView, instrument: Instrument, request_id: str) -> Fields:
    """The answer of /iserver/account/order/status ("Order Status")."""
    request = order.request
    symbol = instrument.local_symbol or instrument.symbol
    identity: Fields = {
        "sub_type": None,
        "request_id": request_id,
        "server_id": "0",
        "order_id": order.order_id,
        "conidex": str(request.conid),
        "conid": request.conid,
        "symbol": instrument.symbol,
        "side": request.side.value[0],
        "contract_description_1": symbol,
        "listing_exchange": listing_exchange(instrument),
        "option_acct": "c",
        "company_name": instrument.name,
        "size": f"{float(order.remaining)}",
        "total_size": f"{float(request.quantity)}",
        "currency": instrument.currency,
        "account": request.account,
        "sec_type": instrument.sec_type,
        "available_chart_periods": "#R|1",
        "order_clearing_account": request.account,
        "order_time": compact_time(order.placed_ms),
    }
    return identity | _terms(order, instrument) | _progress(order, instrument)


def _terms(order: OrderView, instrument: Instrument) -> Fields:
    request = order.request
    words = description(order, instrument)
    symbol = instrument.local_symbol or instrument.symbol
    return {
        "order_type": _ORIGINAL[request.order_type],
        "limit_price": price_text(order.limit_price, instrument.increment),
        "stop_price": price_text(order.stop_price, instrument.increment),
        "tif": request.tif.value,
        "outside_rth": request.outside_rth,
        "order_description": words.replace(f" {symbol} ", " ", 1),
        "order_description_with_contract": words,
        "exit_strategy_chart_description": words,
        "exit_strategy_tool_availability": "1",
        "child_order_type": "0",
        "alert_active": 0,
        "allowed_duplicate_opposite": True,
    }


def _progress(order: OrderView, instrument: Instrument) -> Fields:
    background, foreground = _COLOURS[order.status]
    over = order.status in (Status.FILLED, Status.CANCELLED, Status.REJECTED)
    average = price_text(order.average_price, instrument.increment)
    return {
        "cum_fill": f"{float(order.filled)}",
        "order_status": order.status.value,
        "order_ccp_status": "2" if order.status is Status.FILLED else "4" if over else "0",
        "order_status_description": order.reason or f"Order {order.status.value}",
        "fg_color": foreground,
        "bg_color": background,
        "order_not_editable": over,
        "editable_fields": "",
        "cannot_cancel_order": over,
        "deactivate_order": False,
        "size_and_fills": sizes(order),
        "exit_strategy_display_price": average,
        "average_price": average,
    }


def trade_row(execution: Execution, instrument: Instrument, *, commission: bool = True) -> Fields:
    """One element of /iserver/account/trades and of `args` of `str`; without commission the first time."""
    venue = "ISLAND" if instrument.exchange == "NASDAQ" else instrument.exchange
    verb = "Bot" if execution.side is Side.BUY else "Sold"
    price = price_text(execution.price, instrument.increment)
    row: Fields = {
        "execution_id": execution.execution_id,
        "symbol": instrument.symbol,
        "supports_tax_opt": "1" if instrument.sec_type == "STK" else "0",
        "side": execution.side.value[0],
        "order_description": f"{verb} {plain(execution.size)} @ {price} on {venue}",
        "trade_time": dashed_time(execution.time_ms),
        "trade_time_r": execution.time_ms // 1000 * 1000,
        "size": float(execution.size),
        "price": price,
        "order_id": execution.order_id,
        "submitter": "ibtuisim",
        "exchange": venue,
        "net_amount": float(execution.net_amount),
        "account": execution.account,
        "accountCode": execution.account,
        "account_allocation_name": execution.account,
        "company_name": instrument.name,
        "contract_description_1": instrument.local_symbol or instrument.symbol,
        "sec_type": instrument.sec_type,
        "listing_exchange": listing_exchange(instrument),
        "conid": execution.conid,
        "conidEx": str(execution.conid),
        "clearing_id": "IB",
        "clearing_name": "IB",
        "liquidation_trade": "0",
        "is_event_trading": "0",
    }
    if reference := order_ref(execution.coid):
        row["order_ref"] = reference
    if commission:
        row["commission"] = commission_text(execution)
    return row


def commission_text(execution: Execution) -> str:
    """`1.0`, `1.01`: as many decimals as there are, at least one."""
    return str(float(execution.commission))
