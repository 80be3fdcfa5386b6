"""What really happened at the exchange, whatever the gateway told: for proofs that no order was lost or sent twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange import Exchange, Execution, LedgerView, Level, OrderView, PositionView
from ibtui.sim.gateway.contracts.venues import display_symbol
from ibtui.sim.gateway.deepbook import DeepBook, on_exchange
from ibtui.sim.gateway.orders.describe import order_ref
from ibtui.sim.gateway.orders.words import conidex
from ibtui.sim.gateway.wire import Fields, Json, plain

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway
    from ibtui.sim.gateway.ws.connection import Connection

_BASE = "BASE"
_EVER_DAYS = 36_500


class Truth:
    """Every order, execution, position and cash balance of all accounts, and who listens; amounts are exact text."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._exchange: Exchange = gateway.exchange
        self._accounts = [spec.account for spec in self._exchange.accounts()]
        self._ids: set[int] = set()
        self._prices: dict[int, list[Fields]] = {}
        self._start = self._standing()

    def note(self, orders: Sequence[OrderView]) -> None:
        """Remember every state of the orders, of which the exchange lists only today's, as they came about."""
        for order in orders:
            self._ids.add(order.order_id)
            known, row = self._prices.setdefault(order.order_id, []), _priced(order)
            if not known or any(known[-1][name] != row[name] for name in row if name != "time"):
                known.append(row)

    def told(self) -> Fields:
        """`orders` and `executions`, oldest first; `accounts` now and `start` by account; `sockets`; `pacing`.

        An order has `prices`, oldest first: its prices and size as it came, and each time they changed.
        An account has `cash` and `ledger` by currency, `positions` by conid and `holdings`, all their figures.
        """
        listed = [order for account in self._accounts for order in self._exchange.orders(account)]
        self._ids.update(order.order_id for order in listed)
        orders = [order for order_id in sorted(self._ids) if (order := self._exchange.order(order_id)) is not None]
        executions = [
            execution
            for account in self._accounts
            for execution in reversed(self._exchange.executions(account, _EVER_DAYS))
        ]
        return {
            "time": self._exchange.now_ms,
            "orders": [_order(order) | {"prices": self._prices_of(order)} for order in orders],
            "executions": [_execution(execution) for execution in executions],
            "accounts": self._standing(),
            "start": self._start,
            "sockets": [_socket(connection) for connection in self._gateway.connections],
            "pacing": self._gateway.pacing.audit.report(),
        }

    def _prices_of(self, order: OrderView) -> Sequence[Json]:
        return self._prices.get(order.order_id) or [_priced(order)]

    def book(self, conid: int, levels: int, exchange: str) -> Fields:
        """Bids and asks of an instrument, best first, each price with its size, users' orders among them; last trade.

        `exchange` names one of its exchanges, blank for all of them together.
        """
        instrument = self._gateway.instrument(conid)
        quote = self._exchange.quote(conid)
        whole = DeepBook(quote, *self._exchange.depth(conid, levels))
        book = on_exchange(whole, instrument, exchange)
        return {
            "time": self._exchange.now_ms,
            "conid": conid,
            "symbol": display_symbol(instrument),
            "increment": plain(instrument.increment),
            "bids": _levels(book.bids),
            "asks": _levels(book.asks),
            "last": _exact(quote.last),
            "last_size": plain(quote.last_size),
            "last_time": quote.last_time_ms,
            "halted": quote.halted,
        }

    def _standing(self) -> Fields:
        return {account: self._account(account) for account in self._accounts}

    def _account(self, account: str) -> Fields:
        lines = self._exchange.ledger(account)
        held = [position for position in self._exchange.positions(account) if position.quantity]
        cash: Fields = {line.currency: plain(line.cash) for line in lines if line.currency != _BASE}
        positions: Fields = {str(position.conid): plain(position.quantity) for position in held}
        ledger: Fields = {line.currency: _figures(line) for line in lines}
        return {"cash": cash, "positions": positions, "ledger": ledger, "holdings": [_figures(each) for each in held]}


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
        "remaining": plain(order.remaining),
        "average_price": _exact(order.average_price),
        "limit_price": _exact(order.limit_price),
        "stop_price": _exact(order.stop_price),
        "aux_price": _exact(request.aux_price),
        "tif": request.tif.value,
        "outside_rth": request.outside_rth,
        "commission": plain(order.commission),
        "placed": order.placed_ms,
        "updated": order.updated_ms,
        "reason": order.reason,
    }


def _priced(order: OrderView) -> Fields:
    """What an order asks for at one moment."""
    return {
        "time": order.updated_ms,
        "limit_price": _exact(order.limit_price),
        "stop_price": _exact(order.stop_price),
        "aux_price": _exact(order.request.aux_price),
        "quantity": plain(order.request.quantity),
    }


def _levels(levels: Sequence[Level]) -> list[Json]:
    return [[plain(level.price), plain(level.size)] for level in levels]


def _figures(view: LedgerView | PositionView) -> Fields:
    """Every figure of a line or a holding, exact."""
    found = {each.name: getattr(view, each.name) for each in fields(view) if each.name not in ("account", "currency")}
    return {name: plain(value) if isinstance(value, Decimal) else value for name, value in found.items()}


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _socket(connection: Connection) -> Fields:
    """A websocket and what its client believes to be subscribed to; `alive` tells on which of it news comes."""
    subscriptions: list[Json] = [
        {"key": each.key, "topic": each.message.topic, "alive": each.alive, "since": each.since_ms}
        for each in connection.subscriptions.values()
    ]
    return {
        "id": connection.number,
        "session": connection.session,
        "current": not connection.stale,
        "greeted": connection.ready,
        "silent": connection.silent,
        "half_open": connection.frozen,
        "opened": connection.opened_at_ms,
        "subscriptions": subscriptions,
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
