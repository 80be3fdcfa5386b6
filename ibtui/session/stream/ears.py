"""Whether the streams of orders and executions tell what the lists tell: neither has a heartbeat of its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ibtui.domain.orders import Execution, LiveOrder

GRACE_SECONDS = 10.0
"""A list may know of a change before the stream tells it."""

Mark = tuple[bool, Decimal]
"""Whether it ended, and how much of it is filled: what a trader must not miss, and what every source words alike."""


class OrderEars:
    """Compares what the streams told with what the store knows, which is what both told."""

    def __init__(self) -> None:
        self._marks: dict[int, Mark] = {}
        self._executions: set[str] = set()
        self._order_doubts: dict[int, float] = {}
        self._execution_doubts: dict[str, float] = {}
        self._begun = False

    def begin(self) -> None:
        """A stream begins: what is known at the next look is taken as told."""
        self._begun = False
        self._order_doubts.clear()
        self._execution_doubts.clear()

    def order_told(self, order: LiveOrder) -> None:
        """`sor` told of an order; as the store has it now."""
        self._marks[order.order_id] = _mark(order)
        self._order_doubts.pop(order.order_id, None)

    def execution_told(self, execution_id: str) -> None:
        """`str` told of an execution."""
        self._executions.add(execution_id)
        self._execution_doubts.pop(execution_id, None)

    def look(self, orders: Mapping[int, LiveOrder], executions: Mapping[str, Execution], now: float) -> list[str]:
        """The topics proved deaf: something changed `GRACE_SECONDS` ago and they never told."""
        if not self._begun:
            self._begun = True
            self._take_for_told(orders, executions)
            return []
        for order_id, order in orders.items():
            if self._marks.get(order_id) != _mark(order):
                self._order_doubts.setdefault(order_id, now)
        for execution_id in executions.keys() - self._executions:
            self._execution_doubts.setdefault(execution_id, now)
        deaf = []
        if any(now - since >= GRACE_SECONDS for since in self._order_doubts.values()):
            deaf.append("sor")
        if any(now - since >= GRACE_SECONDS for since in self._execution_doubts.values()):
            deaf.append("str")
        if "sor" in deaf:
            self._marks.update((order_id, _mark(order)) for order_id, order in orders.items())
            self._order_doubts.clear()
        if "str" in deaf:
            self._executions.update(executions)
            self._execution_doubts.clear()
        return deaf

    def _take_for_told(self, orders: Mapping[int, LiveOrder], executions: Mapping[str, Execution]) -> None:
        self._marks.update((order_id, _mark(order)) for order_id, order in orders.items())
        self._executions.update(executions)


def _mark(order: LiveOrder) -> Mark:
    return order.status.is_final, order.filled or Decimal(0)
