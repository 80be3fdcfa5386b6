"""Order payloads of IBKR's documents become what they say; what we send stands in `orders/test_forms.py`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.domain.events import ExecutionReceived, OrderReceived
from ibtui.domain.notices import Notice
from ibtui.domain.orders import Execution, MoneyBeforeAfter, OrderStatus, Question, WhatIf
from ibtui.domain.tickets import Side
from ibtui.protocol.bodies import parse_object
from ibtui.protocol.orders.answers import (
    Accepted,
    Answer,
    Asked,
    CancelTaken,
    Leg,
    Refusal,
    decode_answer,
    decode_cancel,
    decode_preview,
)
from ibtui.protocol.orders.rows import decode_live_orders, decode_order_status, decode_trades
from tests.protocol.payloads import payload

D = Decimal
SOLD = {
    "account": "U1234567",
    "conid": 265598,
    "symbol": "AAPL",
    "side": Side.SELL,
    "average_price": D("192.26"),
    "quantity": D(5),
    "filled": D(5),
    "remaining": D(0),
    "status": OrderStatus.FILLED,
    "status_text": "Filled",
}
NO_DATA = (
    "You are submitting an order without market data. We strongly recommend against this as it may result in erroneous"
    " and unexpected trades.\nAre you sure you want to submit this order?"
)
STOP = (
    "You are about to submit a stop order. Please be aware of the various stop order types available and the risks"
    " associated with each one.\nAre you sure you want to submit this order?"
)
PERCENTAGE = "price exceeds\nthe Percentage constraint of 3%.\nAre you sure you want to submit this order?"
PROMPT = (
    "If your order is not immediately executable, our systems may, depending on market conditions, reject your order"
    " if its limit price is more that the."
)
REJECTED = Refusal(
    PROMPT,
    Notice(
        "22170",
        PROMPT,
        "Order rejected",
        order_id=123456789,
        request_id="22170",
        options=("Use on this order", "Always use", "Do not use"),
        received=5.0,
    ),
)


def accepted(order_id: int, status: str) -> Answer:
    return Accepted((Leg(order_id, status),))


def asked(reply_id: str, text: str, message_id: str) -> Answer:
    return Asked(Question(reply_id, text, (message_id,)))


NO_DATA_ASKED = asked("99097238-9824-4830-84ef-46979aa22593", NO_DATA, "o354")
OVER_ASKED = asked(
    "07a13a5a-4a48-44a5-bb25-5ab37b79186c",
    f'The following order "BUY 100 AAPL NASDAQ.NMS @ 165.0" {PERCENTAGE}',
    "o163",
)

ANSWERS: dict[str, Answer] = {
    "POST-iserver-account-orders": accepted(1234567890, "Submitted"),
    "POST-iserver-account-orders.accepted": accepted(1370093239, "PreSubmitted"),
    "POST-iserver-account-orders.web-api": accepted(987654, "Submitted"),
    "POST-iserver-account-orders.question": asked(
        "07a13a5a-4a48-44a5-bb25-5ab37b79186c",
        f'The following order "BUY 5 AAPL NASDAQ.NMS @ 150.0" {PERCENTAGE}',
        "o163",
    ),
    "POST-iserver-account-orders.web-api-question": OVER_ASKED,
    "POST-iserver-account-orders.web-api-question-suppression": OVER_ASKED,
    "POST-iserver-account-orders.openapi-question": NO_DATA_ASKED,
    "POST-iserver-account-orders.error": Refusal(
        "We cannot accept an order at the limit price you selected. Please submit your order using a limit price that"
        " is closer to the current market price of."
    ),
    "POST-iserver-account-orders.openapi-error": Refusal("Order not confirmed"),
    "POST-iserver-account-orders.advanced-reject": REJECTED,
    "POST-iserver-reply": accepted(1234567890, "Submitted"),
    "POST-iserver-reply.accepted": accepted(1370093239, "PreSubmitted"),
    "POST-iserver-reply.web-api": accepted(1234567890, "Submitted"),
    "POST-iserver-reply.question": NO_DATA_ASKED,
    "POST-iserver-reply.error": Refusal("Order not confirmed"),
    "POST-iserver-reply.not-found": Refusal("reply id not found: '99097238-9824-4830-84ef-46979aa22593'"),
    "POST-iserver-reply.advanced-reject": REJECTED,
    "POST-iserver-account-order": accepted(1234567890, "Submitted"),
    "POST-iserver-account-order.accepted": accepted(1370093239, "PreSubmitted"),
    "POST-iserver-account-order.web-api": accepted(987654, "Submitted"),
    "POST-iserver-account-order.question": asked("a12b34c5-d678-9e012f-3456-7a890b12cd3e", STOP, "o0"),
    "POST-iserver-account-order.openapi-question": NO_DATA_ASKED,
    "POST-iserver-account-order.error": Refusal("OrderID 123456 doesn't exist"),
    "POST-iserver-account-order.advanced-reject": REJECTED,
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_to_an_order_reply_or_modification_is_one_of_four(name: str) -> None:
    assert decode_answer(payload(f"orders/{name}"), received=5.0) == ANSWERS[name]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("DELETE-iserver-account-order", CancelTaken("Request was submitted")),
        ("DELETE-iserver-account-order.web-api", CancelTaken("Request was submitted")),
        ("DELETE-iserver-account-order.openapi", CancelTaken("Request was submitted")),
        ("DELETE-iserver-account-order.error", Refusal("OrderID 1 doesn't exist")),
        ("DELETE-iserver-account-order.openapi-error", Refusal("OrderID 123456 doesn't exist")),
    ],
)
def test_a_cancel_is_taken_or_refused(name: str, answer: CancelTaken | Refusal) -> None:
    assert decode_cancel(payload(f"orders/{name}")) == answer


@pytest.mark.parametrize("name", ["GET-iserver-account-orders", "GET-iserver-account-orders.web-api"])
def test_the_live_order_of_the_documents_is_read(name: str) -> None:
    told = SOLD | {
        "description": "Sold 5 Market, GTC",
        "order_type": "Market",
        "tif": "GTC",
        "order_ref": "Order123",
        "time_ms": 1702317649000,
    }
    found = decode_live_orders(payload(f"orders/{name}"), received=5.0, requested=4.0)
    assert found == ((OrderReceived(1234568790, told, 5.0, is_list=True, requested=4.0),), True)


def test_a_currency_order_has_its_exact_quantity_and_its_day() -> None:
    body = payload("orders/GET-iserver-account-orders.openapi")
    (event,), snapshot = decode_live_orders(body, received=5.0, requested=4.0)
    assert snapshot
    assert event.order_id == 1370093238
    assert event.changes == {
        "account": "U1234567",
        "conid": 15016138,
        "conidex": "15016138@IDEALPRO",
        "symbol": "AUD",
        "description": "Bought 2806.46 Limit 0.90000, Day",
        "side": Side.BUY,
        "order_type": "Limit",
        "tif": "DAY",
        "average_price": D("0.8908"),
        "time_ms": 1714061006000,
        "quantity": D("2806.46"),
        "filled": D("2499.99"),
        "remaining": D(0),
        "limit_price": D("0.9"),
        "status": OrderStatus.FILLED,
        "status_text": "Filled",
    }


@pytest.mark.parametrize("name", ["GET-iserver-account-order-status", "GET-iserver-account-order-status.openapi"])
def test_the_status_of_an_order_is_read(name: str) -> None:
    told = SOLD | {"description": "Sold 5 AAPL Market, Day", "order_type": "MARKET", "tif": "DAY"}
    found = decode_order_status(payload(f"orders/{name}"), received=5.0, requested=4.0)
    assert found == OrderReceived(1799796559, told, 5.0, is_list=True, requested=4.0)


@pytest.mark.parametrize(
    ("name", "order_id"), [("GET-iserver-account-trades", 0), ("GET-iserver-account-trades.openapi", 17437897932)]
)
def test_a_trade_is_read_with_its_commission(name: str, order_id: int) -> None:
    expected = Execution(
        "0000e0d5.6576fd38.01.01",
        order_id,
        "U1234567",
        265598,
        "AAPL",
        Side.SELL,
        D(5),
        D("192.26"),
        D("1.01"),
        D("961.3"),
        "ISLAND",
        1702317649000,
        "Order123",
        "Sold 5 @ 192.26 on ISLAND",
    )
    assert decode_trades(payload(f"orders/{name}")) == (ExecutionReceived(expected),)


def preview(equity: str, initial: str, maintenance: str, position: str, word: str) -> WhatIf:
    return WhatIf(
        "1,977.60 USD (10 Shares)",
        "1 USD",
        "1,978.60 USD",
        MoneyBeforeAfter(*equity.split()),
        MoneyBeforeAfter(*initial.split()),
        MoneyBeforeAfter(*maintenance.split()),
        MoneyBeforeAfter(*position.split()),
        "21/You are trying to submit an order without having market data for this instrument.\n"
        f"IB strongly recommends against this kind of blind trading which may result in\n{word} or unexpected trades.",
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "POST-iserver-account-orders-whatif",
            preview("215,415,594 -1 215,415,593", "116,965 652 117,617", "106,332 592 106,924", "0 10 10", "erroneous"),
        ),
        (
            "POST-iserver-account-orders-whatif.openapi",
            preview("123,456 -1 123,455", "1000 652 1652", '900 590"" 1490', "20 10 30", "erroreous"),
        ),
    ],
)
def test_a_what_if_keeps_the_words_of_the_gateway(name: str, expected: WhatIf) -> None:
    assert decode_preview(payload(f"orders/{name}")) == expected


@pytest.mark.parametrize(
    "name",
    [
        "POST-iserver-questions-suppress",
        "POST-iserver-questions-suppress.web-api",
        "POST-iserver-questions-suppress-reset",
        "POST-iserver-questions-suppress-reset.web-api",
    ],
)
def test_suppressing_questions_is_confirmed_by_a_word(name: str) -> None:
    assert parse_object(payload(f"orders/{name}")) == {"status": "submitted"}
