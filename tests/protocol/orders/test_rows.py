from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.events import OrderReceived
from ibtui.domain.orders import OrderStatus
from ibtui.domain.tickets import Side
from ibtui.errors import Garbled, Refused
from ibtui.protocol.orders.rows import (
    decode_execution,
    decode_live_orders,
    decode_order_row,
    decode_order_status,
    decode_trades,
)

D = Decimal
FILLED = {
    "acct": "U1234567",
    "conidex": "756733",
    "conid": 756733,
    "account": "U1234567",
    "orderId": 473740665,
    "cashCcy": "USD",
    "sizeAndFills": "1",
    "orderDesc": "Bought 1 SPY Market, Day",
    "description1": "SPY",
    "ticker": "SPY",
    "secType": "STK",
    "listingExchange": "ARCA",
    "remainingQuantity": 0.0,
    "filledQuantity": 1.0,
    "totalSize": 1.0,
    "companyName": "SS SPDR S&P 500 ETF TRUST-US",
    "status": "Filled",
    "order_ccp_status": "Filled",
    "avgPrice": "647.09",
    "origOrderType": "MARKET",
    "supportsTaxOpt": "1",
    "lastExecutionTime": "260401234047",
    "orderType": "Market",
    "isEventTrading": "0",
    "price": "",
    "timeInForce": "CLOSE",
    "lastExecutionTime_r": 1775086847000,
    "side": "BUY",
}
"""A recorded row of live orders (wire-facts 5; reference/samples/rest/Orders/GET-live-orders.json)."""


def told(row: Mapping[str, object]) -> Mapping[str, object]:
    event = decode_order_row(row, received=5.0, is_list=False, requested=0.0)
    assert event is not None
    return event.changes


def test_a_recorded_row_of_a_market_order() -> None:
    event = decode_order_row(FILLED, received=7.0, is_list=True, requested=6.0)
    assert event == OrderReceived(
        473740665,
        {
            "account": "U1234567",
            "conid": 756733,
            "symbol": "SPY",
            "description": "Bought 1 SPY Market, Day",
            "side": Side.BUY,
            "order_type": "Market",
            "tif": "DAY",
            "average_price": D("647.09"),
            "time_ms": 1775086847000,
            "quantity": D(1),
            "filled": D(1),
            "remaining": D(0),
            "status": OrderStatus.FILLED,
            "status_text": "Filled",
        },
        7.0,
        is_list=True,
        requested=6.0,
    )


def test_a_delta_tells_only_what_changed() -> None:
    assert told({"orderId": 912091175, "status": "PreSubmitted"}) == {
        "status": OrderStatus.PRE_SUBMITTED,
        "status_text": "PreSubmitted",
    }


def test_a_bare_row_changes_nothing_about_price_or_status() -> None:
    bare = {"acct": "DU1", "conidex": "265598", "conid": 265598, "orderId": "912091175", "isEventTrading": "0"}
    assert told(bare) == {"account": "DU1", "conid": 265598}


@pytest.mark.parametrize(
    "row",
    [
        {"error": "unable to subscribe", "code": 500, "topic": "sor"},
        {},
        {"orderId": None},
        {"orderId": "-1"},
        {"orderId": 10**30},
        {"orderId": True},
        {"orderId": "abc"},
    ],
)
def test_a_row_that_names_no_order_is_none(row: dict[str, object]) -> None:
    assert decode_order_row(row, received=1.0, is_list=False, requested=0.0) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", {"quantity": D(1)}),
        ("0/1", {"quantity": D(1), "filled": D(0), "remaining": D(1)}),
        ("100/622", {"quantity": D(622), "filled": D(100), "remaining": D(522)}),
        ("1,000/2,500", {"quantity": D(2500), "filled": D(1000), "remaining": D(1500)}),
        ("2.4K CAD", {}),
        ("7/5", {"quantity": D(5), "filled": D(7)}),
        ("", {}),
    ],
)
def test_size_and_fills_fills_in_what_is_exact(text: str, expected: dict[str, object]) -> None:
    assert told({"orderId": 1, "sizeAndFills": text}) == expected


def test_exact_sizes_win_over_the_text() -> None:
    changes = told({"orderId": 1, "sizeAndFills": "2.4K CAD", "totalSize": 2806.46, "filledQuantity": 2499.99})
    assert (changes["quantity"], changes["filled"]) == (D("2806.46"), D("2499.99"))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"orderType": "Limit", "price": "165.30"}, {"limit_price": D("165.30")}),
        ({"orderType": "Limit", "price": 0.0}, {"limit_price": D(0)}),
        ({"orderType": "Stop", "price": "150"}, {"stop_price": D(150)}),
        ({"orderType": "Stop", "auxPrice": "150"}, {"stop_price": D(150)}),
        ({"orderType": "STOP_LIMIT", "price": 149, "auxPrice": 150}, {"limit_price": D(149), "stop_price": D(150)}),
        ({"orderType": "Stop Limit", "price": 149}, {"limit_price": D(149)}),
        ({"orderType": "Market", "price": "0.0"}, {}),
        ({"orderType": "Limit", "price": ""}, {}),
        ({"orderType": "Limit", "price": None}, {}),
    ],
)
def test_the_price_means_what_the_type_says(row: dict[str, object], expected: dict[str, object]) -> None:
    changes = told({"orderId": 1, **row})
    assert {name: changes[name] for name in ("limit_price", "stop_price") if name in changes} == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"orderType": "MIDPRICE", "price": "0.0"}, {}),
        ({"orderType": "MIDPRICE", "price": "272"}, {"limit_price": D(272)}),
        ({"orderType": "TRAIL", "price": "266"}, {"stop_price": D(266)}),
        ({"orderType": "TRAILING_STOP", "auxPrice": "266"}, {"stop_price": D(266)}),
        (
            {"orderType": "TRAILLMT", "price": "265.80", "auxPrice": "266", "trailingAmt": 2.5, "trailingType": "amt"},
            {
                "limit_price": D("265.80"),
                "stop_price": D(266),
                "trailing_amount": D("2.5"),
                "trailing_type": "amt",
            },
        ),
        (
            {"order_type": "Trailing Stop Limit", "limit_price": "265.80", "stop_price": "266", "trailing_type": "%"},
            {"limit_price": D("265.80"), "stop_price": D(266), "trailing_type": "%"},
        ),
        (
            {"order_type": "TRAILING_STOP", "trailing_amount": "1.5", "trailing_amount_unit": "%"},
            {"trailing_amount": D("1.5"), "trailing_type": "%"},
        ),
        ({"orderType": "TRAIL", "trailing_amount": "0.0", "trailing_type": "points"}, {}),
        ({"orderType": "TRAIL", "auxPrice": "2.50", "stop_price": "266"}, {"stop_price": D(266)}),
        ({"orderType": "Stop", "auxPrice": "150", "stop_price": "0.0"}, {"stop_price": D(150)}),
        ({"orderType": "MIT", "price": "265.10"}, {"stop_price": D("265.10")}),
        ({"orderType": "Market if Touched", "auxPrice": "265.10"}, {"stop_price": D("265.10")}),
        ({"orderType": "LIT", "price": "265.30", "auxPrice": 265}, {"limit_price": D("265.30"), "stop_price": D(265)}),
        ({"orderType": "MOC", "price": "0.0"}, {}),
        ({"orderType": "MARKETONCLOSE", "price": "271"}, {}),
        ({"orderType": "LOC", "price": "265.30"}, {"limit_price": D("265.30")}),
        ({"orderType": "LIMITONCLOSE", "price": 0}, {"limit_price": D(0)}),
        ({"orderType": "REL", "price": "0.0", "auxPrice": "0.02"}, {"offset": D("0.02")}),
        (
            {"orderType": "RELATIVE", "price": "275", "auxPrice": "0.02"},
            {"limit_price": D(275), "offset": D("0.02")},
        ),
        ({"orderType": "PEG MID", "price": "275", "auxPrice": "0.0"}, {"limit_price": D(275)}),
    ],
)
def test_prices_of_every_type_come_to_their_fields(row: dict[str, object], expected: dict[str, object]) -> None:
    changes = told({"orderId": 1, **row})
    prices = ("limit_price", "stop_price", "trailing_amount", "trailing_type", "offset")
    assert {name: changes[name] for name in prices if name in changes} == expected


@pytest.mark.parametrize(
    ("conidex", "expected"),
    [
        ("265598", None),
        ("265598@ARCA", "265598@ARCA"),
        ("28812380;;;265598/1,272093/-1", "28812380;;;265598/1,272093/-1"),
        (None, None),
    ],
)
def test_conidex_is_kept_where_it_says_more_than_the_conid(conidex: str | None, expected: str | None) -> None:
    assert told({"orderId": 1, "conid": 265598, "conidex": conidex}).get("conidex") == expected


@pytest.mark.parametrize(
    ("row", "status", "text"),
    [
        ({"status": "Inactive", "order_ccp_status": "Pending Submit"}, OrderStatus.INACTIVE, "Inactive"),
        ({"order_ccp_status": "Pending Submit"}, OrderStatus.PENDING_SUBMIT, "Pending Submit"),
        ({"status": "Presubmitted"}, OrderStatus.PRE_SUBMITTED, "Presubmitted"),
        ({"status": "WarnState"}, OrderStatus.WARN_STATE, "WarnState"),
        ({"status": "Held by Broker"}, OrderStatus.UNKNOWN, "Held by Broker"),
    ],
)
def test_status_words_are_kept_and_read(row: dict[str, object], status: OrderStatus, text: str) -> None:
    changes = told({"orderId": 1, **row})
    assert (changes["status"], changes["status_text"]) == (status, text)


def test_a_status_code_is_no_status() -> None:
    assert told({"orderId": 1, "order_ccp_status": "2"}) == {}


def test_the_present_type_is_told_before_the_original_one() -> None:
    assert told({"orderId": 1, "orderType": "Limit", "origOrderType": "MIDPRICE"})["order_type"] == "Limit"
    assert told({"orderId": 1, "origOrderType": "LIMIT"})["order_type"] == "LIMIT"


def test_an_exercise_is_neither_buy_nor_sell() -> None:
    assert "side" not in told({"orderId": 1, "side": "EXER"})


def test_texts_of_the_gateway_are_made_safe() -> None:
    assert told({"orderId": 1, "orderDesc": "Buy \x1b[31m5 <b>AAPL</b>"})["description"] == "Buy 5 AAPL"


def test_live_orders_give_rows_and_whether_they_are_whole() -> None:
    body = json.dumps({"orders": [FILLED, {"noise": 1}, "x"], "snapshot": True}).encode()
    events, whole = decode_live_orders(body, received=2.0, requested=1.0)
    assert [(event.order_id, event.is_list, event.requested) for event in events] == [(473740665, True, 1.0)]
    assert whole


@pytest.mark.parametrize("body", [b'{"orders":[]}', b'{"orders":[],"snapshot":false}', b"[]"])
def test_a_cold_list_of_live_orders_is_not_whole(body: bytes) -> None:
    assert decode_live_orders(body, received=1.0, requested=0.0) == ((), False)


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b'{"snapshot":true}', b'{"orders":{}}', b"\xff\xfe"])
def test_what_is_no_list_of_orders_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        decode_live_orders(body, received=1.0, requested=0.0)


def test_an_error_in_words_is_a_refusal() -> None:
    with pytest.raises(Refused, match="no bridge"):
        decode_live_orders(b'{"error":"no bridge"}', received=1.0, requested=0.0)


def test_order_status_of_the_documents() -> None:
    body = {
        "order_id": 1799796559,
        "conid": 265598,
        "symbol": "AAPL",
        "side": "S",
        "size": "0.0",
        "total_size": "5.0",
        "account": "U1234567",
        "order_type": "MARKET",
        "cum_fill": "5.0",
        "order_status": "Filled",
        "order_ccp_status": "2",
        "tif": "DAY",
        "order_description_with_contract": "Sold 5 AAPL Market, Day",
        "average_price": "192.26",
        "price": "0.0",
    }
    event = decode_order_status(json.dumps(body).encode(), received=2.0, requested=1.0)
    assert event.order_id == 1799796559
    assert event.changes["side"] is Side.SELL
    assert (event.changes["quantity"], event.changes["filled"], event.changes["remaining"]) == (D(5), D(5), D(0))
    assert event.changes["status"] is OrderStatus.FILLED
    assert "limit_price" not in event.changes


def test_an_execution_of_the_documents() -> None:
    execution = decode_execution(
        {
            "execution_id": "0000e0d5.6576fd38.01.01",
            "symbol": "AAPL",
            "side": "S",
            "order_description": "Sold 5 @ 192.26 on ISLAND",
            "trade_time": "20231211-18:00:49",
            "trade_time_r": 1702317649000,
            "size": 5.0,
            "price": "192.26",
            "order_ref": "Order123",
            "exchange": "ISLAND",
            "commission": "1.01",
            "net_amount": 961.3,
            "account": "U1234567",
            "conid": 265598,
            "order_id": 17437897932,
        }
    )
    assert execution is not None
    assert (execution.side, execution.size, execution.price) == (Side.SELL, D(5), D("192.26"))
    assert (execution.order_ref, execution.order_id, execution.time_ms) == ("Order123", 17437897932, 1702317649000)
    assert (execution.commission, execution.net_amount) == (D("1.01"), D("961.3"))


def test_an_execution_without_its_epoch_has_the_time_of_its_text_in_utc() -> None:
    execution = decode_execution({"execution_id": "1", "trade_time_r": 0, "trade_time": "20231211-18:00:49"})
    assert execution is not None
    assert execution.time_ms == 1702317649000


def test_a_short_recorded_trade() -> None:
    body = b'[{"execution_id":"00018fae.67890abc.01.01","conid":756733,"side":"BOT","size":1.0,"price":647.09}, {}]'
    (event,) = decode_trades(body)
    assert (event.execution.side, event.execution.price, event.execution.commission) == (Side.BUY, D("647.09"), None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(
    [
        "orderId",
        "order_id",
        "status",
        "price",
        "orderType",
        "sizeAndFills",
        "side",
        "totalSize",
        "filledQuantity",
        "timeInForce",
        "execution_id",
        "trade_time",
        "trade_time_r",
        "conid",
    ]
)


@given(st.dictionaries(NAMES, JSON))
def test_no_row_whatever_it_holds_breaks_the_decoders(row: dict[str, object]) -> None:
    decode_order_row(row, received=1.0, is_list=False, requested=0.0)
    decode_execution(row)
