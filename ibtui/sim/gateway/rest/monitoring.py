"""Live orders, order status and trades ("Order Monitoring")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.exchange import OrderView
from ibtui.sim.gateway.answers import unavailable
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.orders.describe import order_row, status_row, trade_row
from ibtui.sim.gateway.wire import Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

MOST = 1_000
UNKNOWN_ORDER_MS = 5_000
"""An unknown order answers 503 after about five seconds (wire-facts §8)."""
MOST_DAYS = 7


def live_orders(gateway: Gateway, call: Call) -> Json:
    """Today's orders of the selected account; the first read, and one with `force`, are empty.

    `filters` silences `sor` until a read with `force` and then a plain one (wire-facts §5).
    """
    session = gateway.login.brokerage
    filters = {name.strip().lower() for name in call.text("filters").split(",") if name}
    cold = session.first_read("/iserver/account/orders")
    if call.flag("force"):
        session.warmed.add("forced")
        return {"orders": [], "snapshot": False}
    if filters:
        session.filtered_orders = True
    elif "forced" in session.warmed:
        session.filtered_orders = False
        session.warmed.discard("forced")
    if cold:
        return {"orders": [], "snapshot": False}
    account = call.text("accountId") or gateway.selected_account
    orders = gateway.exchange.orders(gateway.account(account))
    kept = [order for order in orders if not filters or _matches(order, filters)]
    rows = [order_row(order, gateway.contract_of(order.request)) for order in kept[:MOST]]
    return {"orders": rows, "snapshot": True}


def _matches(order: OrderView, filters: set[str]) -> bool:
    return order.status.value.lower().replace("_", "") in {name.replace("_", "") for name in filters}


def order_status(gateway: Gateway, call: Call) -> Json:
    """One order; 503 where it is not in the cache."""
    order = gateway.exchange.order(call.path_number("orderId"))
    if order is None or order.request.accounts[0] not in gateway.accounts:
        raise unavailable(delay_ms=int(UNKNOWN_ORDER_MS / gateway.speed))
    return status_row(order, gateway.contract_of(order.request), str(order.order_id % 1_000))


def trades(gateway: Gateway, call: Call) -> Json:
    """Executions of the selected account, newest first; the first read is empty."""
    if gateway.login.brokerage.first_read("/iserver/account/trades"):
        return []
    days = call.text("days", "1")
    account = gateway.account(call.text("accountId") or gateway.selected_account)
    executions = gateway.exchange.executions(account, min(int(days), MOST_DAYS) if days.isdigit() else 1)
    return [trade_row(execution, gateway.instrument(execution.conid)) for execution in executions[:MOST]]


ROUTES = (
    Route("GET", "/iserver/account/orders", live_orders),
    Route("GET", "/iserver/account/order/status/{orderId}", order_status),
    Route("GET", "/iserver/account/trades", trades),
)
