"""What really happened at the exchange, whatever the gateway told: for proofs that no order was lost or sent twice."""

from __future__ import annotations

from collections.abc import Sequence

from ibtui.sim.exchange import Exchange, Execution, OrderView
from ibtui.sim.gateway.orders.describe import order_ref
from ibtui.sim.gateway.orders.words import conidex
from ibtui.sim.gateway.wire import Fields, Json, plain

_BASE = "BASE"
_EVER_DAYS = 36_500


class Truth:
    """Every order, execution, position and cash balance of all accounts; amounts are exact decimal text."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._accounts = [spec.account for spec in exchange.accounts()]
        self._ids: set[int] = set()
        self._start = self._standing()

    def note(self, orders: Sequence[OrderView]) -> None:
        """Remember orders, of which the exchange lists only today's."""
        self._ids.update(order.order_id for order in orders)

    def told(self) -> Fields:
        """`orders` and `executions`, oldest first; `accounts` now and `start` by account: `cash` and `positions`."""
        self.note([order for account in self._accounts for order in self._exchange.orders(account)])
        orders = [order for order_id in sorted(self._ids) if (order := self._exchange.order(order_id)) is not None]
        executions = [
            execution
            for account in self._accounts
            for execution in reversed(self._exchange.executions(account, _EVER_DAYS))
        ]
        return {
            "time": self._exchange.now_ms,
            "orders": [_order(order) for order in orders],
            "executions": [_execution(execution) for execution in executions],
            "accounts": self._standing(),
            "start": self._start,
        }

    def _standing(self) -> Fields:
        return {account: self._account(account) for account in self._accounts}

    def _account(self, account: str) -> Fields:
        cash: Fields = {
            line.currency: plain(line.cash) for line in self._exchange.ledger(account) if line.currency != _BASE
        }
        positions: Fields = {
            str(position.conid): plain(position.quantity)
            for position in self._exchange.positions(account)
            if position.quantity
        }
        return {"cash": cash, "positions": positions}


def _order(order: OrderView) -> Fields:
    request = order.request
    return {
        "order_id": order.order_id,
        "coid": order_ref(request.coid),
        "parent_coid": order_ref(request.parent_coid),
        "account": request.account,
        "conid": request.conid,
        "conidex": conidex(order),
        "side": request.side.value,
        "type": request.order_type.value,
        "price": None if request.price is None else plain(request.price),
        "quantity": plain(request.quantity),
        "filled": plain(order.filled),
        "status": order.status.value,
    }


def _execution(execution: Execution) -> dict[str, Json]:
    return {
        "execution_id": execution.execution_id,
        "order_id": execution.order_id,
        "coid": order_ref(execution.coid),
        "account": execution.account,
        "conid": execution.conid,
        "side": execution.side.value,
        "size": plain(execution.size),
        "price": plain(execution.price),
        "commission": plain(execution.commission),
        "time": execution.time_ms,
    }
