"""Rows of live orders, `sor`, order status, trades and `str` as events.

Source: "Order Monitoring" and "Request Live Order Updates" of IBKR's documents, wire-facts 5 and 6. Only told fields
get into `OrderReceived.changes`; an empty text is "not told".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from ibtui.domain.events import ExecutionReceived, OrderReceived
from ibtui.domain.orders import Execution, OrderStatus
from ibtui.domain.rulewords import order_type_of
from ibtui.domain.tickets import OrderType
from ibtui.errors import Garbled, Refused
from ibtui.protocol.bodies import parse
from ibtui.protocol.clean import clean
from ibtui.protocol.numbers import decimal_or_none, whole_or_none
from ibtui.protocol.orders import fields
from ibtui.protocol.orders.fields import Row

_LATEST_MS = 4_102_444_800_000
"""The year 2100."""
_TIFS = {"CLOSE": "DAY"}
"""`timeInForce` says CLOSE for DAY orders (wire-facts 5)."""
_SIZE_AND_FILLS = re.compile(r"\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*(?:/\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*)?")
"""`1`, `0/1`, `100/622`; a scaled one such as `2.4K CAD` is rounded and says nothing exact."""


def decode_order_row(row: Row, *, received: float, is_list: bool, requested: float) -> OrderReceived | None:
    """One row of live orders or one row or delta of `sor`; None for what names no order (an error frame, say)."""
    order_id = fields.positive_id(row, "orderId", "order_id")
    if order_id is None:
        return None
    return OrderReceived(order_id, _changes(row), received, is_list=is_list, requested=requested)


def decode_live_orders(body: bytes, *, received: float, requested: float) -> tuple[tuple[OrderReceived, ...], bool]:
    """Rows of `GET /iserver/account/orders` and its `snapshot` flag (False also when it is missing).

    Raises Garbled for what is no list of orders, Refused for an error in words.
    """
    answer = parse(body)
    rows: object = answer
    snapshot = False
    if isinstance(answer, Mapping):
        _raise_error(answer)
        rows = answer.get("orders")
        snapshot = answer.get("snapshot") is True
    if not isinstance(rows, list):
        raise Garbled("live orders without a list of orders")
    decoded = (
        decode_order_row(row, received=received, is_list=True, requested=requested)
        for row in rows
        if isinstance(row, Mapping)
    )
    return tuple(event for event in decoded if event is not None), snapshot


def decode_order_status(body: bytes, *, received: float, requested: float) -> OrderReceived:
    """`GET /iserver/account/order/status/{id}`. Raises Garbled or Refused."""
    answer = parse(body)
    if isinstance(answer, Mapping):
        _raise_error(answer)
        event = decode_order_row(answer, received=received, is_list=True, requested=requested)
        if event is not None:
            return event
    raise Garbled("an order status without an order")


def decode_execution(row: Row) -> Execution | None:
    """One row of trades or `str`; None without an `execution_id`."""
    execution_id = fields.text(row, "execution_id")
    if not execution_id:
        return None
    return Execution(
        execution_id,
        order_id=fields.positive_id(row, "order_id", "orderId") or 0,
        account=fields.text(row, "account", "accountCode", "acct"),
        conid=fields.positive_id(row, "conid") or 0,
        symbol=fields.text(row, "symbol", "ticker"),
        side=fields.side(row, "side"),
        size=fields.size(row, "size"),
        price=fields.number(row, "price"),
        commission=fields.number(row, "commission"),
        net_amount=fields.number(row, "net_amount"),
        exchange=fields.text(row, "exchange"),
        time_ms=_trade_time_ms(row),
        order_ref=fields.text(row, "order_ref"),
        description=fields.text(row, "order_description"),
    )


def decode_trades(body: bytes) -> tuple[ExecutionReceived, ...]:
    """`GET /iserver/account/trades`. Raises Garbled or Refused."""
    answer = parse(body)
    if isinstance(answer, Mapping):
        _raise_error(answer)
    if not isinstance(answer, list):
        raise Garbled("trades without a list of trades")
    decoded = (decode_execution(row) for row in answer if isinstance(row, Mapping))
    return tuple(ExecutionReceived(execution) for execution in decoded if execution is not None)


def _raise_error(answer: Row) -> None:
    if answer.get("error"):
        raise Refused(clean(answer["error"]))


def _changes(row: Row) -> dict[str, object]:
    order_type = fields.text(row, "orderType", "order_type", "origOrderType")
    told: dict[str, object] = {
        "account": fields.text(row, "acct", "account", "order_clearing_account"),
        "conid": fields.positive_id(row, "conid"),
        "conidex": _conidex(row),
        "symbol": fields.text(row, "ticker", "symbol", "description1", "contract_description_1"),
        "description": fields.text(row, "orderDesc", "order_description_with_contract", "order_description"),
        "side": fields.side(row, "side"),
        "order_type": order_type,
        "tif": _tif(fields.text(row, "timeInForce", "tif")),
        "average_price": fields.number(row, "avgPrice", "average_price", "avg_fill_price"),
        "order_ref": fields.text(row, "order_ref"),
        "outside_rth": fields.truth(row, "outsideRTH", "outside_rth"),
        "parent_id": _parent(row),
        "time_ms": _moment_ms(row, "lastExecutionTime_r") or None,
        "reason": fields.text(row, "order_cancellation_by_system_reason"),
    }
    told.update(_sizes(row))
    told.update(_prices(row, order_type))
    told.update(_trail(row))
    told.update(_status(row))
    return {name: value for name, value in told.items() if value is not None and value != ""}


def _conidex(row: Row) -> str:
    """Blank where it says no more than the conid."""
    told = fields.text(row, "conidex", "conidEx")
    return "" if told == str(fields.positive_id(row, "conid")) else told


def _tif(word: str) -> str:
    upper = word.upper()
    return _TIFS.get(upper, upper)


def _status(row: Row) -> dict[str, object]:
    word = fields.text(row, "status", "order_status")
    if word:
        return {"status": fields.status_of(word), "status_text": word}
    word = fields.text(row, "order_ccp_status")
    if fields.status_of(word) is OrderStatus.UNKNOWN:
        return {}
    return {"status": fields.status_of(word), "status_text": word}


def _sizes(row: Row) -> dict[str, object]:
    """Exact figures where told, else those of `sizeAndFills`; what is left is derived from one row only."""
    quantity = fields.size(row, "totalSize", "total_size")
    filled = fields.size(row, "filledQuantity", "filled_quantity", "cum_fill")
    remaining = fields.size(row, "remainingQuantity", "remaining_quantity")
    match = _SIZE_AND_FILLS.fullmatch(fields.text(row, "sizeAndFills", "size_and_fills"))
    if match is not None:
        left, right = fields.plain(decimal_or_none(match[1])), fields.plain(decimal_or_none(match[2]))
        if right is not None:
            quantity, filled = quantity if quantity is not None else right, filled if filled is not None else left
        elif quantity is None:
            quantity = left
    if remaining is None and quantity is not None and filled is not None and filled <= quantity:
        remaining = quantity - filled
    return {"quantity": quantity, "filled": filled, "remaining": remaining}


def _prices(row: Row, order_type: str) -> dict[str, object]:
    """`price` is the limit or, for stops that become market orders, the stop price ("Request Live Order Updates").

    A stop by its own name goes before `auxPrice`, which elsewhere at IBKR is a trailing order's amount.

    Order status writes 0.0 for a price it has not (samples, GET-order-status): only a limit order's limit may be zero.
    """
    price = fields.number(row, "price")
    aux = fields.number(row, "auxPrice", "aux_price")
    stop = fields.number(row, "stop_price", "stopPrice") or aux
    limit = fields.number(row, "limit_price", "limitPrice")
    kind = order_type_of(order_type)
    if kind in (OrderType.MKT, OrderType.MOC):
        return {}
    if kind is not None and kind.takes_stop and not kind.takes_limit:
        return {"stop_price": (stop if stop is not None else price) or None}
    limit = limit if limit is not None else price
    if kind is OrderType.REL:
        return {"limit_price": limit or None, "offset": aux}
    needs_limit = kind is not None and kind.needs_limit
    return {"limit_price": limit if needs_limit else limit or None, "stop_price": stop or None}


def _trail(row: Row) -> dict[str, object]:
    """How an order trails, by the keys it was placed with; the documents show no row of a trailing order."""
    amount = fields.number(row, "trailingAmt", "trailing_amt", "trailingAmount", "trailing_amount")
    kind = fields.text(row, "trailingType", "trailing_type", "trailing_amount_unit").casefold()
    return {"trailing_amount": amount or None, "trailing_type": kind if kind in ("amt", "%") else ""}


def _parent(row: Row) -> str:
    """The parent's order id or its reference; 0 and -1 name no order."""
    told = fields.text(row, "parentId", "parent_id")
    return "" if told in ("0", "-1") else told


def _moment_ms(row: Row, name: str) -> int:
    """Unix milliseconds, 0 for what no calendar can show."""
    told = whole_or_none(row.get(name)) or 0
    return told if 0 < told < _LATEST_MS else 0


def _trade_time_ms(row: Row) -> int:
    exact = _moment_ms(row, "trade_time_r")
    if exact:
        return exact
    try:
        moment = datetime.strptime(fields.text(row, "trade_time"), "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return 0
    return int(moment.timestamp() * 1000)
