from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.domain.events import ExecutionReceived, OrderReceived
from ibtui.domain.orders import Execution, OrderStatus
from ibtui.store import Store, Topic

D = Decimal
ORDER = 912091175


@pytest.fixture
def store() -> Store:
    return Store()


def test_deltas_are_merged_by_order_id(store: Store) -> None:
    store.apply(OrderReceived(ORDER, {"status": OrderStatus.PENDING_SUBMIT, "quantity": D(100)}, 1.0))
    store.apply(OrderReceived(ORDER, {"status": OrderStatus.SUBMITTED}, 2.0))
    order = store.orders.orders[ORDER]
    assert (order.status, order.quantity) == (OrderStatus.SUBMITTED, D(100))


def test_an_older_list_does_not_overwrite_a_newer_frame(store: Store) -> None:
    store.apply(OrderReceived(ORDER, {"status": OrderStatus.SUBMITTED, "filled": D(50)}, 10.0))
    old_list = {"status": OrderStatus.PRE_SUBMITTED, "filled": D(0), "symbol": "AAPL"}
    store.apply(OrderReceived(ORDER, old_list, 11.0, is_list=True, requested=9.0))
    order = store.orders.orders[ORDER]
    assert (order.status, order.filled, order.symbol) == (OrderStatus.SUBMITTED, D(50), "AAPL")


def test_a_list_asked_for_after_the_newest_frame_is_believed(store: Store) -> None:
    store.apply(OrderReceived(ORDER, {"status": OrderStatus.SUBMITTED}, 10.0))
    store.apply(OrderReceived(ORDER, {"status": OrderStatus.FILLED}, 12.0, is_list=True, requested=11.0))
    assert store.orders.orders[ORDER].status is OrderStatus.FILLED


def test_a_late_frame_does_not_bring_a_finished_order_back_to_work(store: Store) -> None:
    store.apply(OrderReceived(ORDER, {"status": OrderStatus.FILLED}, 10.0))
    store.apply(OrderReceived(ORDER, {"status": OrderStatus.SUBMITTED, "average_price": D(5)}, 11.0))
    order = store.orders.orders[ORDER]
    assert (order.status, order.average_price) == (OrderStatus.FILLED, D(5))


def test_a_repeated_frame_is_not_dirty(store: Store) -> None:
    event = OrderReceived(ORDER, {"status": OrderStatus.SUBMITTED}, 10.0)
    store.apply(event)
    store.drain()
    store.apply(event)
    assert not store.drain()


def test_the_second_copy_of_an_execution_adds_its_commission(store: Store) -> None:
    first = Execution("0000e0d5.1", ORDER, size=D(100), price=D("271.66"), order_ref="ref")
    second = Execution("0000e0d5.1", ORDER, size=D(100), price=D("271.66"), commission=D(1))
    store.apply(ExecutionReceived(first))
    store.apply(ExecutionReceived(second))
    assert list(store.orders.executions.values()) == [
        Execution("0000e0d5.1", ORDER, size=D(100), price=D("271.66"), commission=D(1), order_ref="ref")
    ]


def test_a_copy_without_the_commission_does_not_erase_it(store: Store) -> None:
    store.apply(ExecutionReceived(Execution("x", ORDER, commission=D(1))))
    store.drain()
    store.apply(ExecutionReceived(Execution("x", ORDER)))
    assert store.orders.executions["x"].commission == D(1)
    assert Topic.EXECUTION not in store.drain()


def test_a_commission_of_nothing_is_told_not_missing() -> None:
    store = Store()
    store.apply(ExecutionReceived(Execution("a")))
    store.apply(ExecutionReceived(Execution("a", commission=Decimal("0.0"))))
    assert store.orders.executions["a"].commission == 0
