"""The table of every order form: ticket to body, key by key and type by type, and against IBKR's own examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.protocol.orders.body import modifying_body, order_refs, placing_body, preview_body
from tests.order_forms import AAPL, EURUSD, FORMS, PARENT, TYPES, Body, Digits, Form, orders_of
from tests.protocol.payloads import payload

D = Decimal
BY_NAME = pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
NUMBER = (int, Digits)
TYPES_OF_KEYS: Mapping[str, type | tuple[type, ...]] = {
    "acctId": str,
    "conid": int,
    "conidex": str,
    "cOID": str,
    "parentId": str,
    "orderType": str,
    "listingExchange": str,
    "isSingleGroup": bool,
    "outsideRTH": bool,
    "price": NUMBER,
    "auxPrice": NUMBER,
    "side": str,
    "ticker": str,
    "tif": str,
    "goodTillDate": str,
    "trailingAmt": NUMBER,
    "trailingType": str,
    "referrer": str,
    "quantity": NUMBER,
    "cashQty": NUMBER,
    "fxQty": NUMBER,
    "useAdaptive": bool,
    "isCcyConv": bool,
    "allOrNone": bool,
    "allocationMethod": str,
    "manualOrderTime": int,
    "deactivated": bool,
    "strategy": str,
    "strategyParameters": dict,
    "extOperator": str,
    "manualIndicator": bool,
}
"""JSON types of "Place Order" and of `singleOrderSubmissionRequest`."""
REQUIRED = {"orderType", "side", "tif"}
SIZES = {size.value for size in SizedIn}


def whole(body: bytes) -> tuple[Body, ...]:
    """The orders of a body with all their keys."""
    return tuple(json.loads(body, parse_float=Digits)["orders"])


@BY_NAME
def test_a_form_is_sent_as_written_in_the_table(form: Form) -> None:
    assert orders_of(placing_body(form.tickets, "ibtui-1")) == form.expected


@BY_NAME
def test_every_key_has_its_documented_type(form: Form) -> None:
    for order in whole(placing_body(form.tickets, "ibtui-1")):
        wrong = {
            key: value
            for key, value in order.items()
            if not isinstance(value, TYPES_OF_KEYS[key]) or isinstance(value, bool) is not (TYPES_OF_KEYS[key] is bool)
        }
        assert not wrong


@BY_NAME
def test_an_order_has_what_is_required_one_size_and_one_contract(form: Form) -> None:
    for order in whole(placing_body(form.tickets, "ibtui-1")):
        assert order.keys() >= REQUIRED
        assert len(order.keys() & SIZES) == 1
        assert len(order.keys() & {"conid", "conidex"}) == 1


@BY_NAME
def test_a_change_is_the_bare_order_with_the_same_keys(form: Form) -> None:
    for ticket, expected in zip(form.tickets, form.expected, strict=True):
        order = json.loads(modifying_body(ticket, parent_ref=PARENT if ticket.is_child else ""), parse_float=Digits)
        assert order == expected


@BY_NAME
def test_a_what_if_asks_about_the_same_order(form: Form) -> None:
    asked = whole(preview_body(form.tickets, "ibtui-whatif"))
    if len(form.tickets) == 1:
        assert asked == form.expected
    else:
        assert asked == whole(placing_body(form.tickets, "ibtui-whatif"))


@pytest.mark.parametrize("form", TYPES, ids=[form.name for form in TYPES])
@pytest.mark.parametrize("tif", Tif)
@pytest.mark.parametrize("sized_in", SizedIn)
def test_a_type_is_the_same_in_every_time_in_force_and_size(form: Form, tif: Tif, sized_in: SizedIn) -> None:
    until = "20271231-20:00:00" if tif is Tif.GTD else ""
    ticket = replace(form.tickets[0], tif=tif, good_till=until, sized_in=sized_in, quantity=D("1500.50"))
    expected = {**form.expected[0], "tif": tif.value, sized_in.value: Digits("1500.50")}
    if sized_in is not SizedIn.UNITS:
        del expected["quantity"]
    more: Body = {"goodTillDate": until} if until else {}
    more |= {"isCcyConv": True} if sized_in is SizedIn.CONVERSION else {}
    assert orders_of(placing_body((ticket,), "ibtui-1")) == ({**expected, **more},)


def test_the_table_names_every_form_once_and_every_type() -> None:
    assert len({form.name for form in FORMS}) == len(FORMS)
    assert {form.tickets[0].order_type for form in TYPES} == set(OrderType)
    assert {ticket.tif for form in FORMS for ticket in form.tickets} == set(Tif)
    assert {ticket.sized_in for form in FORMS for ticket in form.tickets} == set(SizedIn)


def test_children_have_no_reference_and_the_others_each_their_own() -> None:
    order = TYPES[0].tickets[0]
    child = replace(order, is_child=True)
    assert order_refs((order,), "r") == ("r",)
    assert order_refs((order, child, child), "r") == ("r", "", "")
    assert order_refs((order, order, order), "r") == ("r", "r-2", "r-3")


PRICES = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**12, places=8)


@given(PRICES, PRICES, PRICES, PRICES)
def test_every_number_keeps_its_digits(limit: Decimal, stop: Decimal, trail: Decimal, size: Decimal) -> None:
    ticket = Ticket("A1", AAPL, Side.BUY, OrderType.TRAILLMT, size, limit, stop, "amt", trail)
    (order,) = json.loads(placing_body([ticket], "r"), parse_float=str, parse_int=str)["orders"]
    told = (order["price"], order["auxPrice"], order["trailingAmt"], order["quantity"])
    assert told == tuple(f"{number:f}" for number in (limit, stop, trail, size))


@given(st.sampled_from(SizedIn), PRICES, PRICES)
def test_money_and_offsets_keep_their_digits_too(sized_in: SizedIn, size: Decimal, offset: Decimal) -> None:
    ticket = Ticket("A1", EURUSD, Side.BUY, OrderType.REL, size, sized_in=sized_in, offset=offset)
    (order,) = json.loads(placing_body([ticket], "r"), parse_float=str, parse_int=str)["orders"]
    assert (order[sized_in.value], order["auxPrice"]) == (f"{size:f}", f"{offset:f}")


# IBKR's own examples, whole

DEFAULT = "says the default, which is not sent"
TOGETHER = "says again what conid says"
CASE = "is in capitals: “Valid Values: SELL or BUY”"
NOT_SENT = {
    "conidex": TOGETHER,
    "secType": TOGETHER,
    "parentId": DEFAULT,
    "isSingleGroup": DEFAULT,
    "isCcyConv": DEFAULT,
}
"""Keys of the examples that are not in our bodies where their value is null, false or said already, and why."""
ADDED = {
    "acctId": "no account is left to be guessed (“the first one in the list is selected”)",
    "cOID": "every order of ours can be found by its reference",
    "outsideRTH": "no preset decides it",
    "ticker": "the examples that leave it out are the short ones",
}
"""Keys of ours that an example may lack, and why they are sent."""
HELD = Contract(265598, "AAPL", sec_type="STK")
VWAP = Ticket(
    "U1234567",
    HELD,
    Side.BUY,
    OrderType.TRAILLMT,
    D(100),
    D("185.50"),
    D(183),
    "amt",
    D("1.00"),
    Tif.GTC,
    outside_rth=True,
    route="ISLAND",
    referrer="QuickTrade",
    price_management=False,
    strategy="Vwap",
    strategy_parameters=(
        ("MaxPctVol", "0.1"),
        ("StartTime", "14:00:00 EST"),
        ("EndTime", "15:00:00 EST"),
        ("AllowPastEndTime", True),
    ),
)
ENTRY = Ticket(
    "U1234567",
    HELD,
    Side.BUY,
    OrderType.MKT,
    D(50),
    tif=Tif.GTC,
    outside_rth=True,
    route="SMART",
    referrer="QuickTrade",
)
EXIT = replace(ENTRY, side=Side.SELL, outside_rth=False, referrer="", is_child=True)
BRACKET = (
    ENTRY,
    replace(EXIT, order_type=OrderType.STP, stop_price=D("157.30")),
    replace(EXIT, order_type=OrderType.LMT, limit_price=D("157.00")),
)
PREVIEWED = Ticket("U1234567", HELD, Side.BUY, OrderType.LMT, D(5), D("200.25"))
CHANGED = Ticket("U1234567", HELD, Side.BUY, OrderType.STP, D(10), stop_price=D(180))
NEW = Ticket("DU123456", HELD, Side.BUY, OrderType.LMT, D(100), D(165))


@dataclass(frozen=True, slots=True)
class Example:
    """A request of the documents and what it asks for."""

    name: str
    ours: bytes


EXAMPLES = (
    Example("POST-iserver-account-orders.request.traillmt-vwap", placing_body((VWAP,), "AAPL-BUY-100")),
    Example("POST-iserver-account-orders.request.bracket", placing_body(BRACKET, "Parent")),
    Example(
        "POST-iserver-account-orders.request.oca",
        placing_body(tuple(replace(ticket, single_group=True) for ticket in BRACKET), "Parent"),
    ),
    Example("POST-iserver-account-orders-whatif.request", preview_body((PREVIEWED,))),
    Example("POST-iserver-account-order.request.stp", modifying_body(CHANGED)),
    Example("REQUEST-original.web-api", placing_body((NEW,), "r")),
    Example("REQUEST-modify.web-api", modifying_body(replace(NEW, limit_price=D(170)))),
)


def rows(body: bytes) -> list[Body]:
    """The orders of an object with `orders`, of an array, or of a bare object."""
    value = json.loads(body, parse_float=Digits)
    if isinstance(value, dict):
        value = value.get("orders", [value])
    assert isinstance(value, list)
    return value


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_a_documented_request_is_ours_key_by_key(example: Example) -> None:
    documented, ours = rows(payload(f"orders/{example.name}")), rows(example.ours)
    assert len(documented) == len(ours)
    for theirs, mine in zip(documented, ours, strict=True):
        for key, value in theirs.items():
            if key in NOT_SENT and key not in mine:
                assert value in (None, False, "265598@SMART", "265598:STK"), f"{key} says something of its own"
                continue
            wanted = value.upper() if key == "side" and isinstance(value, str) else value
            assert (key, type(mine[key]), mine[key]) == (key, type(wanted), wanted)
        assert mine.keys() - theirs.keys() <= ADDED.keys()


ORDER_TYPES_PAGE: Mapping[OrderType, set[str]] = {
    OrderType.LMT: {"price"},
    OrderType.MKT: set(),
    OrderType.STP: {"price"},
    OrderType.MIT: set(),
    OrderType.LIT: {"price"},
    OrderType.MOC: set(),
    OrderType.LOC: {"price"},
    OrderType.REL: {"price", "auxPrice"},
    OrderType.TRAILLMT: {"price", "auxPrice", "trailingAmt", "trailingType"},
}
"""Keys of prices in the cURL examples of IBKR's page "Order Types"."""
UNSAID = {
    (OrderType.MIT, "price"): "its trigger, which the example forgets, as STP names it",
    (OrderType.LIT, "auxPrice"): "its trigger, which the example forgets, as STOP_LIMIT names it",
}


@pytest.mark.parametrize("kind", ORDER_TYPES_PAGE)
def test_a_type_has_the_prices_of_the_page_order_types(kind: OrderType) -> None:
    priced = {"price", "auxPrice", "trailingAmt", "trailingType"}
    keys = {key for form in TYPES if form.tickets[0].order_type is kind for key in form.expected[0]} & priced
    more = {key for key in keys - ORDER_TYPES_PAGE[kind] if (kind, key) in UNSAID}
    assert keys - more == ORDER_TYPES_PAGE[kind]


def test_a_documented_price_keeps_its_digits_on_the_wire() -> None:
    assert b'"price":157.30' in EXAMPLES[1].ours
    assert b'"price":157.00' in EXAMPLES[1].ours
    assert b'"price":185.50,"auxPrice":183,' in EXAMPLES[0].ours
    assert b'"trailingAmt":1.00,' in EXAMPLES[0].ours
    assert b'"price":165.30' in placing_body((replace(NEW, limit_price=D("165.30")),), "r")
