"""Rows of orders and executions that come late, twice or in another order do no harm."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.events import ExecutionReceived, OrderReceived
from ibtui.domain.orders import Execution, LiveOrder, OrderStatus
from ibtui.protocol.orders.rows import decode_order_row
from ibtui.store import Store

ORDER = 7
S = OrderStatus
FULL = {"orderId": ORDER, "totalSize": 100.0, "price": "165.30", "orderType": "Limit", "ticker": "AAPL", "side": "BUY"}
"""A full row; the sequences are those of wire-facts 6 (an order's life on `sor`)."""


def told(status: str, filled: int | None = None, second: int | None = None, **more: object) -> dict[str, object]:
    row: dict[str, object] = {"orderId": ORDER, "status": status, **more}
    if filled is not None:
        row |= {"filledQuantity": float(filled), "remainingQuantity": 100.0 - filled, "avgPrice": f"165.{filled:02d}"}
    if second is not None:
        row["lastExecutionTime_r"] = 1_775_086_847_000 + second * 1000
    return row


LIVES: dict[str, list[dict[str, object]]] = {
    "deltas": [
        FULL | told("Inactive", 0, order_ccp_status="Pending Submit"),
        {"orderId": ORDER, "isEventTrading": "0"},
        told("PendingSubmit"),
        told("PreSubmitted"),
        told("Submitted"),
        told("Submitted", 30),
        told("Submitted", 70),
        told("Filled", 100),
    ],
    "dated": [
        FULL | told("Inactive", 0, 0),
        FULL | told("PreSubmitted", 0, 0),
        FULL | told("Submitted", 30, 1),
        FULL | told("PreSubmitted", 30, 2),
        FULL | told("Submitted", 60, 2),
        FULL | told("Filled", 100, 3),
    ],
    "cancelled": [
        FULL | told("Submitted", 0),
        told("Submitted", 40),
        FULL | told("PendingCancel", 40),
        told("Submitted"),
        FULL | told("PendingCancel", 40),
        told("Cancelled"),
    ],
    "rejected": [FULL | told("Inactive", 0), told("WarnState"), told("Held by the desk"), told("Rejected")],
}


def frame(row: Mapping[str, object], received: float, *, requested: float | None = None) -> OrderReceived:
    is_list = requested is not None
    event = decode_order_row(row, received=received, is_list=is_list, requested=requested or 0.0)
    assert event is not None
    return event


def after(*rows: Mapping[str, object]) -> LiveOrder:
    store = Store()
    for received, row in enumerate(rows):
        store.apply(frame(row, float(received)))
    return store.orders.orders[ORDER]


@given(life=st.sampled_from(sorted(LIVES)), draw=st.data())
def test_any_order_and_number_of_an_orders_frames_ends_in_the_same_state(life: str, draw: st.DataObject) -> None:
    rows = LIVES[life]
    shuffled = draw.draw(st.permutations([*rows, *draw.draw(st.lists(st.sampled_from(rows), max_size=6))]))
    order, expected = after(*shuffled), after(*rows)
    for name in ("status", "status_text", "filled", "remaining", "average_price", "quantity", "time_ms", "side"):
        assert getattr(order, name) == getattr(expected, name), name


@given(life=st.sampled_from(sorted(LIVES)), draw=st.data())
def test_on_the_way_fills_never_fall_and_an_end_stays(life: str, draw: st.DataObject) -> None:
    rows = LIVES[life]
    store, filled, ended = Store(), Decimal(0), False
    for received, row in enumerate(draw.draw(st.permutations(rows * 2))):
        store.apply(frame(row, float(received)))
        order = store.orders.orders[ORDER]
        assert (order.filled or 0) >= filled
        assert order.status.is_final or not ended
        filled, ended = order.filled or filled, order.status.is_final


COPIES = [
    Execution("1", ORDER, size=Decimal(30), price=Decimal("165.30"), order_ref="ref"),
    Execution("1", ORDER, size=Decimal(30), price=Decimal("165.30"), commission=Decimal(1)),
    Execution("2", ORDER, size=Decimal(70), price=Decimal("165.31")),
    Execution("2", ORDER, size=Decimal(70), commission=Decimal(2), net_amount=Decimal(11571)),
]


@given(copies=st.permutations(COPIES * 2))
def test_any_order_and_number_of_copies_makes_the_same_executions(copies: list[Execution]) -> None:
    store = Store()
    for copy in copies:
        store.apply(ExecutionReceived(copy))
    assert store.orders.executions == {
        "1": Execution("1", ORDER, size=Decimal(30), price=Decimal("165.30"), commission=Decimal(1), order_ref="ref"),
        "2": Execution(
            "2", ORDER, size=Decimal(70), price=Decimal("165.31"), commission=Decimal(2), net_amount=Decimal(11571)
        ),
    }


def test_a_first_inactive_is_an_order_not_yet_sent_on() -> None:
    order = after(LIVES["deltas"][0])
    assert order.is_working
    assert after(*LIVES["deltas"][:3]).status is S.PENDING_SUBMIT


def test_a_refused_cancel_brings_the_order_back() -> None:
    assert after(*LIVES["cancelled"][:4]).status is S.SUBMITTED


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (told("Submitted", 30, 1, price="165.30"), told("PreSubmitted", 30, 2, price="165.40")),
        (told("Submitted", 30, price="165.30"), told("Submitted", 60, price="165.40")),
        (told("PreSubmitted", price="165.30"), told("Submitted", price="165.40")),
    ],
    ids=["by its time", "by its fills", "by its status"],
)
def test_an_older_row_undoes_nothing(older: dict[str, object], newer: dict[str, object]) -> None:
    older, newer = FULL | older, FULL | newer
    order = after(newer, older)
    assert (order.limit_price, order.status, order.filled) == (
        Decimal("165.40"),
        after(newer).status,
        after(newer).filled,
    )
    assert order.received == 0.0, "a late row makes nothing fresher"


def test_a_row_dated_later_may_take_an_order_back_to_waiting() -> None:
    assert after(FULL | told("Submitted", 0, 1), FULL | told("PreSubmitted", 0, 2)).status is S.PRE_SUBMITTED


def test_what_an_older_row_alone_told_is_kept() -> None:
    order = after(told("Submitted", 50), FULL | told("PreSubmitted", 0, account="U1", acct="U1"))
    assert (order.account, order.symbol, order.status, order.filled) == ("U1", "AAPL", S.SUBMITTED, Decimal(50))


def test_a_list_asked_for_after_the_newest_frame_corrects_what_frames_could_not_date() -> None:
    store = Store()
    store.apply(frame(FULL | told("Submitted", 0), 1.0))
    store.apply(frame(told("Inactive"), 2.0))
    assert store.orders.orders[ORDER].status is S.SUBMITTED
    store.apply(frame(FULL | told("Inactive", 0), 4.0, requested=3.0))
    assert store.orders.orders[ORDER].status is S.INACTIVE


def test_even_a_list_never_takes_fills_back() -> None:
    store = Store()
    store.apply(frame(FULL | told("Submitted", 60), 1.0))
    store.apply(frame(FULL | told("Submitted", 30), 4.0, requested=3.0))
    assert store.orders.orders[ORDER].filled == 60


def test_words_nobody_knows_are_kept_as_they_are() -> None:
    order = after(FULL | told("Submitted"), told("Held by the desk"))
    assert (order.status, order.status_text) == (S.UNKNOWN, "Held by the desk")
