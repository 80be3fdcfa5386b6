from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.combos import combo
from ibtui.domain.contracts import ComboLeg, Contract
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.errors import UsageError
from ibtui.protocol.orders import requests
from ibtui.protocol.orders.body import modifying_body, placing_body, preview_body

D = Decimal
AAPL = Contract(265598, "AAPL", sec_type="STK")
LIMIT = Ticket("DU123456", AAPL, Side.BUY, OrderType.LMT, D(100), D("165.30"))


def test_a_limit_order_leaves_with_the_very_digits_typed() -> None:
    assert placing_body([LIMIT], "ibtui-1") == (
        b'{"orders":[{"acctId":"DU123456","conid":265598,"cOID":"ibtui-1","orderType":"LMT","outsideRTH":false,'
        b'"price":165.30,"side":"BUY","ticker":"AAPL","tif":"DAY","quantity":100}]}'
    )


def test_a_market_order_has_no_price() -> None:
    ticket = replace(LIMIT, order_type=OrderType.MKT, limit_price=None, tif=Tif.IOC)
    assert placing_body([ticket], "r") == (
        b'{"orders":[{"acctId":"DU123456","conid":265598,"cOID":"r","orderType":"MKT","outsideRTH":false,'
        b'"side":"BUY","ticker":"AAPL","tif":"IOC","quantity":100}]}'
    )


@pytest.mark.parametrize(
    ("ticket", "prices"),
    [
        (Ticket("A1", AAPL, Side.SELL, OrderType.STP, D(1), stop_price=D("150.5")), b'"price":150.5,"side"'),
        (
            Ticket("A1", AAPL, Side.SELL, OrderType.STOP_LIMIT, D(1), D("149.00"), D("150.00")),
            b'"price":149.00,"auxPrice":150.00,"side"',
        ),
        (Ticket("A1", AAPL, Side.BUY, OrderType.MIDPRICE, D(1), D("170")), b'"price":170,"side"'),
        (Ticket("A1", AAPL, Side.BUY, OrderType.MIDPRICE, D(1)), b'"outsideRTH":false,"side"'),
        (
            Ticket("A1", AAPL, Side.SELL, OrderType.TRAIL, D(1), None, D("150"), "amt", D("1.50")),
            b'"price":150,"side":"SELL","ticker":"AAPL","tif":"DAY","trailingAmt":1.50,"trailingType":"amt"',
        ),
        (
            Ticket("A1", AAPL, Side.SELL, OrderType.TRAILLMT, D(1), D("149.9"), D("150"), "%", D("0.5")),
            b'"price":149.9,"auxPrice":150,"side":"SELL","ticker":"AAPL","tif":"DAY","trailingAmt":0.5,"trailingType":"%"',
        ),
    ],
    ids=["stop", "stop limit", "midprice with cap", "midprice", "trail", "trail limit"],
)
def test_each_type_puts_its_prices_where_the_documents_say(ticket: Ticket, prices: bytes) -> None:
    assert prices in placing_body([ticket], "r")


def test_a_bracket_carries_the_reference_at_the_parent_and_as_parent_id_at_the_children() -> None:
    profit = replace(LIMIT, side=Side.SELL, limit_price=D("180"), is_child=True)
    stop = replace(profit, order_type=OrderType.STP, limit_price=None, stop_price=D("150"))
    legs = json.loads(placing_body([LIMIT, profit, stop], "ibtui-1"))["orders"]
    assert [(leg.get("cOID"), leg.get("parentId")) for leg in legs] == [
        ("ibtui-1", None),
        (None, "ibtui-1"),
        (None, "ibtui-1"),
    ]
    assert not any("isSingleGroup" in leg for leg in legs)


def test_route_outside_hours_and_tif_are_sent_as_shown() -> None:
    body = json.loads(placing_body([replace(LIMIT, route="ISLAND", outside_rth=True, tif=Tif.GTC)], "r"))["orders"][0]
    assert (body["listingExchange"], body["outsideRTH"], body["tif"]) == ("ISLAND", True, "GTC")


def test_a_future_says_that_a_person_sent_it() -> None:
    future = replace(LIMIT, contract=Contract(495512563, "ES", sec_type="FUT"))
    assert json.loads(placing_body([future], "r"))["orders"][0]["manualIndicator"] is True
    assert b"manualIndicator" not in placing_body([LIMIT], "r")


def test_a_what_if_uses_no_reference() -> None:
    assert b"cOID" not in preview_body((LIMIT,))


def test_a_modification_is_one_bare_object_with_the_whole_ticket() -> None:
    assert modifying_body(replace(LIMIT, limit_price=D("170")), "ibtui-1") == (
        b'{"acctId":"DU123456","conid":265598,"cOID":"ibtui-1","orderType":"LMT","outsideRTH":false,'
        b'"price":170,"side":"BUY","ticker":"AAPL","tif":"DAY","quantity":100}'
    )
    assert b"cOID" not in modifying_body(LIMIT)


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**12, places=8)
    | st.sampled_from([D("1E+2"), D("1.0E-7"), D("0.1"), D("165.30"), D("549000.00")])
)
def test_every_price_keeps_its_digits(price: Decimal) -> None:
    body = placing_body([replace(LIMIT, limit_price=price)], "r")
    sent = json.loads(body, parse_float=str, parse_int=str)["orders"][0]["price"]
    assert sent == f"{price:f}"
    assert D(sent) == price


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_no_number_is_never_sent(price: str) -> None:
    with pytest.raises(UsageError):
        placing_body([replace(LIMIT, limit_price=D(price))], "r")


def test_a_reply_is_a_json_boolean() -> None:
    assert requests.reply("07a13a5a-4a48", confirmed=True).body == b'{"confirmed":true}'
    assert requests.reply("07a13a5a-4a48", confirmed=False).body == b'{"confirmed":false}'


def test_a_cancel_goes_first_and_has_no_body() -> None:
    request = requests.cancel("DU123456", 987654)
    assert (request.method, request.path, request.body, request.priority, request.changes_state) == (
        "DELETE",
        "/iserver/account/DU123456/order/987654",
        None,
        0,
        True,
    )


def test_the_cancel_of_a_future_says_that_a_person_pressed() -> None:
    assert requests.cancel("DU123456", 1, is_future=True).query == (("manualIndicator", "true"),)
    assert requests.cancel("DU123456", 1).query == ()


@pytest.mark.parametrize("order_id", [-1, 0])
def test_minus_one_which_cancels_everything_cannot_be_asked_for(order_id: int) -> None:
    with pytest.raises(UsageError):
        requests.cancel("DU123456", order_id)


def test_ids_of_the_gateway_cannot_leave_their_place_in_the_path() -> None:
    assert requests.reply("../../logout?x=1", confirmed=True).path == "/iserver/reply/..%2F..%2Flogout%3Fx%3D1"


def test_live_orders_are_never_filtered_or_forced() -> None:
    assert requests.live_orders().query == ()


@pytest.mark.parametrize(("days", "query"), [(1, ()), (3, (("days", "3"),)), (30, (("days", "7"),)), (-2, ())])
def test_trades_are_asked_for_seven_days_at_most(days: int, query: tuple[tuple[str, str], ...]) -> None:
    assert requests.trades(days).query == query


def test_what_changes_orders_says_so_and_what_reads_does_not() -> None:
    changing = [
        requests.place([LIMIT], "r"),
        requests.reply("q1", confirmed=True),
        requests.modify(1, LIMIT),
        requests.cancel("A1", 1),
        requests.suppress(["o163"]),
        requests.reset_suppressed(),
        requests.answer_prompt(1, "2", "Yes"),
    ]
    reading = [requests.preview((LIMIT,)), requests.live_orders(), requests.order_status(1), requests.trades()]
    assert all(request.changes_state for request in changing)
    assert not any(request.changes_state for request in reading)


def test_a_combination_with_a_futures_leg_is_marked_as_manual() -> None:
    legs = (ComboLeg(495512563, 1, "ES DEC26", "FUT"), ComboLeg(551601561, -1, "ES MAR27", "FUT"))
    calendar = replace(LIMIT, contract=combo(legs, "USD"))
    assert json.loads(placing_body([calendar], "r"))["orders"][0]["manualIndicator"] is True
