"""`sor`: live order updates ("Request Live Order Updates")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibtui.sim.exchange import OrderView, Status
from ibtui.sim.gateway.gateway import Changes
from ibtui.sim.gateway.orders.describe import order_row
from ibtui.sim.gateway.wire import Fields, Json
from ibtui.sim.gateway.ws.disorder import Disorder
from ibtui.sim.gateway.ws.subscription import Message, Subscription, changed, texts

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

_ALWAYS = ("acct", "conidex", "conid", "orderId")
_QUIET = frozenset({"lastExecutionTime", "lastExecutionTime_r"})
"""Keys that change with every step and are only worth sending beside others."""
REFUSALS = 2
_COPIES = (2, 2)
"""Of each frame, in the scenario that shuffles them."""


class OrderStream(Subscription):
    """Today's orders at first, if there are any; then one frame for each step in an order's life.

    A new order comes as a full row (status Inactive), then as a bare row without news, then as deltas; a cancel request
    as a full row again (wire-facts §6).
    """

    def __init__(self, connection: Connection, message: Message) -> None:
        super().__init__(connection, message)
        self._filters = {name.lower() for name in texts(message.arguments.get("filters"))}
        self._rows: dict[int, Fields] = {}
        self._refused = False
        self._disorder = Disorder(f"{self.gateway.seed}:sor", _COPIES)

    @property
    def key(self) -> str:
        """One for all accounts."""
        return "sor"

    def start(self, wall_ms: int) -> None:
        """Send today's orders, if there are any."""
        if self.gateway.scenario.refused_orders and self.connection.refusals < REFUSALS:
            self.connection.refusals += 1
            self._refused = True
            self.send({"error": "unable to subscribe", "code": 500, "topic": "sor"})
            return
        known = [order for account in self.gateway.accounts for order in self.gateway.exchange.orders(account)]
        rows: list[Json] = []
        for order in known:
            self._rows[order.order_id] = row = self._row(order)
            if self._wanted(order):
                rows.append(row)
        if rows and not self._silent:
            self._say(rows)

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Tell each state an order went through."""
        for order in changes.orders:
            before = self._rows.get(order.order_id)
            self._rows[order.order_id] = row = self._row(order)
            if self._silent or self._refused or not self._wanted(order):
                continue
            if before is None or order.status is Status.PENDING_CANCEL:
                self._tell(row)
            elif (news := changed(before, row)) and not _QUIET.issuperset(news):
                self._tell({name: row[name] for name in _ALWAYS} | news)
            if before is None:
                self._tell({name: row[name] for name in _ALWAYS} | {"isEventTrading": "0"})
        for frame in self._disorder.arrived(wall_ms):
            self.send(frame)

    @property
    def _silent(self) -> bool:
        return self.gateway.scenario.silent_orders or self.gateway.login.brokerage.filtered_orders

    def _tell(self, row: Fields) -> None:
        self._say([row])

    def _say(self, rows: Sequence[Json]) -> None:
        frame: Fields = {"topic": "sor", "args": rows}
        if self.gateway.scenario.shuffled_orders:
            self._disorder.send(frame, self.gateway.clock.ms())
        else:
            self.send(frame)

    def _wanted(self, order: OrderView) -> bool:
        return not self._filters or order.status.value.lower() in self._filters

    def _row(self, order: OrderView) -> Fields:
        return order_row(order, self.gateway.contract_of(order.request))
