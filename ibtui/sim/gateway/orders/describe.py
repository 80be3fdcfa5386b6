"""Orders and executions in the words of "Live Orders", "Order Status" and "Trades"."""

from __future__ import annotations

from ibtui.sim.exchange import Execution, Instrument, OrderView, Side, Status
from ibtui.sim.gateway.orders.words import (
    ORIGINAL,
    SPOKEN,
    conidex,
    description,
    shown_aux_price,
    shown_price,
    spoken_tif,
    trailing,
)
from ibtui.sim.gateway.wire import Fields, compact_time, dashed_time, plain, price_text

HIDDEN = "sim~"
"""Begins customer order ids that the gateway gave and the client never sees."""

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


_SHOWN_AGAIN = {
    "strategy": "strategy",
    "goodTillDate": "good_till_date",
    "referrer": "referrer",
    "extOperator": "ext_operator",
    "manualOrderTime": "manual_order_time",
    "manualIndicator": "manual_indicator",
    "allocationMethod": "allocation_method",
}
"""Keys of the request by their names in the order status, which shows them as they came."""


def listing_exchange(instrument: Instrument) -> str:
    """`NASDAQ.NMS` for NASDAQ, as orders and trades name it."""
    return "NASDAQ.NMS" if instrument.exchange == "NASDAQ" else instrument.exchange


def order_ref(coid: str) -> str:
    """The client's own order id, blank where it gave none."""
    return "" if coid.startswith(HIDDEN) else coid


def sizes(order: OrderView) -> str:
    """`sizeAndFills`: `1` when filled, else filled/remaining such as `0/1` or `100/622`."""
    if order.status is Status.FILLED:
        return plain(order.filled)
    return f"{plain(order.filled)}/{plain(order.remaining)}"


def order_row(order: OrderView, instrument: Instrument) -> Fields:
    """One element of `orders` of /iserver/account/orders and of `args` of `sor`."""
    request = order.request
    background, foreground = _COLOURS[order.status]
    row: Fields = {
        "acct": request.account,
        "exchange": request.exchange or ("SMART" if instrument.sec_type == "STK" else instrument.exchange),
        "conidex": conidex(order),
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
        "origOrderType": ORIGINAL[request.order_type],
        "supportsTaxOpt": "1" if instrument.sec_type == "STK" else "0",
        "lastExecutionTime": compact_time(order.updated_ms),
        "orderType": SPOKEN[request.order_type],
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
    if auxiliary := shown_aux_price(order, instrument):
        row["auxPrice"] = auxiliary
    if order.stop_price is not None:
        row["stop_price"] = price_text(order.stop_price, instrument.increment)
    if request.cash is not None:
        row["totalCashSize"] = float(request.cash)
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
        "conidex": conidex(order),
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
        "order_type": ORIGINAL[request.order_type],
        "limit_price": price_text(order.limit_price, instrument.increment),
        "stop_price": price_text(order.stop_price, instrument.increment),
        "aux_price": shown_aux_price(order, instrument),
        "tif": request.tif.value,
        "outside_rth": request.outside_rth,
        "order_description": words.replace(f" {symbol} ", " ", 1),
        "order_description_with_contract": words,
        "exit_strategy_chart_description": words,
        "exit_strategy_tool_availability": "1",
        "child_order_type": "A" if order.parent_id is not None else "0",
        "alert_active": 0,
        "allowed_duplicate_opposite": True,
        "all_or_none": request.all_or_none,
        "use_price_mgmt_algo": request.extra.get("useAdaptive") is True,
    } | _kept(order)


def _kept(order: OrderView) -> Fields:
    """Terms that only some orders have."""
    request = order.request
    row: Fields = trailing(order)
    if request.cash is not None:
        row["total_cash_size"] = f"{float(request.cash)}"
    for key, name in _SHOWN_AGAIN.items():
        value = request.extra.get(key)
        if isinstance(value, str | int | float):
            row[name] = value
    return row


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
        "deactivate_order": order.request.deactivated,
        "size_and_fills": sizes(order),
        "exit_strategy_display_price": average,
        "average_price": average,
    }


def trade_row(execution: Execution, instrument: Instrument, *, commission: bool = True) -> Fields:
    """One element of /iserver/account/trades and of `args` of `str`; without commission the first time."""
    venue = _venue(execution, instrument)
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
        "account_allocation_name": execution.group or execution.account,
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


def _venue(execution: Execution, instrument: Instrument) -> str:
    """Where it was filled: as it was routed, else on the listing exchange."""
    if execution.exchange and execution.exchange != "SMART" and instrument.sec_type == "STK":
        return execution.exchange
    return "ISLAND" if instrument.exchange == "NASDAQ" else instrument.exchange


def commission_text(execution: Execution) -> str:
    """`1.0`, `1.01`: as many decimals as there are, at least one."""
    return str(float(execution.commission))
