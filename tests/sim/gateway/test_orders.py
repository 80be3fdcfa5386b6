"""Placing, listing, changing and cancelling orders."""

from __future__ import annotations

import pytest

from tests.sim.gateway.rig import Rig, Tree

ACCOUNT, AAPL, ES = "DU1234567", 265598, 515416632
ORDERS = f"/iserver/account/{ACCOUNT}/orders"


@pytest.fixture
async def desk(rig: Rig) -> Rig:
    """A rig that asks no questions."""
    known = ["o354", "o163", "o10153", "o403", "o382", "o383", "o451", "o10151", "o10331"]
    await rig.post("/iserver/questions/suppress", {"messageIds": known})
    return rig


async def live(rig: Rig) -> list[dict[str, Tree]]:
    rig.gateway.login.brokerage.warmed.add("/iserver/account/orders")
    rows: list[dict[str, Tree]] = (await rig.get("/iserver/account/orders"))["orders"]
    return rows


async def test_a_resting_order_is_listed_as_the_wire_has_it(desk: Rig) -> None:
    order_id = (await desk.place(price=desk.near(98), quantity=3, cOID="mine"))[0]["order_id"]
    desk.advance(500)
    (row,) = await live(desk)
    assert row["orderId"] == int(order_id)
    assert (row["sizeAndFills"], row["totalSize"], row["remainingQuantity"]) == ("0/3", 3.0, 3.0)
    assert (row["timeInForce"], row["orderType"], row["origOrderType"]) == ("CLOSE", "Limit", "LIMIT")
    assert (row["price"], row["order_ref"], row["status"]) == (f"{desk.near(98):.2f}", "mine", "Submitted")
    assert row["orderDesc"] == f"Buy 3 AAPL Limit {desk.near(98):.2f}, Day"
    assert "avgPrice" not in row


async def test_a_filled_market_order_has_its_average_and_no_price(desk: Rig) -> None:
    await desk.place(orderType="MKT", quantity=2)
    desk.advance(2_000)
    (row,) = await live(desk)
    assert (row["status"], row["sizeAndFills"], row["price"]) == ("Filled", "2", "")
    assert float(row["avgPrice"]) > 0
    assert row["orderDesc"] == "Bought 2 AAPL Market, Day"


async def test_the_first_reads_of_orders_and_trades_are_empty(desk: Rig) -> None:
    await desk.place(orderType="MKT")
    desk.advance(2_000)
    assert await desk.get("/iserver/account/orders") == {"orders": [], "snapshot": False}
    second = await desk.get("/iserver/account/orders")
    assert (len(second["orders"]), second["snapshot"]) == (1, True)
    assert await desk.get("/iserver/account/trades") == []
    (trade,) = await desk.get("/iserver/account/trades")
    assert (trade["side"], trade["size"], trade["account"]) == ("B", 1.0, ACCOUNT)
    assert isinstance(trade["price"], str)
    assert isinstance(trade["net_amount"], float)
    assert isinstance(trade["commission"], str)


async def test_filters_silence_the_socket_until_a_forced_and_a_plain_read(desk: Rig) -> None:
    socket = desk.socket()
    socket.say("sor+{}")
    await desk.send("GET", "/iserver/account/orders", query={"filters": "Submitted"})
    await desk.place(price=desk.near(98))
    desk.advance(500)
    assert socket.frames("sor") == []
    assert await desk.get("/iserver/account/orders", force="true") == {"orders": [], "snapshot": False}
    assert len((await desk.get("/iserver/account/orders"))["orders"]) == 1
    await desk.place(price=desk.near(98))
    desk.advance(500)
    assert socket.frames("sor") != []


async def test_order_status_tells_one_order(desk: Rig) -> None:
    order_id = (await desk.place(price=desk.near(98)))[0]["order_id"]
    desk.advance(500)
    row = await desk.get(f"/iserver/account/order/status/{order_id}")
    assert (row["order_id"], row["side"], row["order_status"]) == (int(order_id), "B", "Submitted")
    assert row["cannot_cancel_order"] is False


async def test_the_status_of_an_unknown_order_is_503(desk: Rig) -> None:
    assert (await desk.send("GET", "/iserver/account/order/status/12")).status_code == 503


async def test_an_order_beyond_the_buying_power_is_refused_with_status_200(desk: Rig) -> None:
    answer = await desk.send("POST", ORDERS, {"orders": [ticket(quantity=1_000_000, price=270.0)]})
    assert answer.status_code == 200
    assert set(answer.json()) == {"error"}


async def test_the_same_customer_order_id_twice_is_refused(desk: Rig) -> None:
    await desk.place(price=desk.near(98), cOID="once")
    answer = await desk.place(price=desk.near(98), cOID="once")
    assert answer == {"error": "Order couldn't be submitted: Local order ID=once is already registered."}


@pytest.mark.parametrize("missing", ["conid", "side", "orderType", "tif", "quantity", "price"])
async def test_an_order_without_a_needed_key_is_400(desk: Rig, missing: str) -> None:
    order = {key: value for key, value in ticket(price=270.0).items() if key != missing}
    assert (await desk.send("POST", ORDERS, {"orders": [order]})).status_code == 400


async def test_a_bare_array_of_orders_is_taken_too(desk: Rig) -> None:
    assert "order_id" in (await desk.post(ORDERS, [ticket(price=desk.near(98))]))[0]


async def test_cancelling_is_a_request_that_the_exchange_fulfils_later(desk: Rig) -> None:
    order_id = int((await desk.place(price=desk.near(98)))[0]["order_id"])
    desk.advance(500)
    answer = (await desk.send("DELETE", f"/iserver/account/{ACCOUNT}/order/{order_id}")).json()
    assert answer == {"msg": "Request was submitted", "order_id": order_id, "conid": AAPL, "account": ACCOUNT}
    desk.advance(1_000)
    assert desk.order(order_id).status.value == "Cancelled"


async def test_an_unknown_order_cannot_be_cancelled_or_changed(desk: Rig) -> None:
    path = f"/iserver/account/{ACCOUNT}/order/1"
    assert (await desk.send("DELETE", path)).json() == {"error": "OrderID 1 doesn't exist"}
    assert await desk.post(path, ticket(price=1.0)) == {"error": "OrderID 1 doesn't exist"}


async def test_minus_one_cancels_everything(desk: Rig) -> None:
    for _ in range(3):
        await desk.place(price=desk.near(98))
    desk.advance(500)
    answer = (await desk.send("DELETE", f"/iserver/account/{ACCOUNT}/order/-1")).json()
    assert (answer["order_id"], answer["conid"]) == (-1, -1)
    desk.advance(1_000)
    assert {order.status.value for order in desk.gateway.exchange.orders(ACCOUNT)} == {"Cancelled"}


async def test_a_bracket_goes_in_together(desk: Rig) -> None:
    parent = ticket(price=desk.near(98), cOID="parent")
    target = ticket(price=desk.near(98) + 5, side="SELL", parentId="parent")
    stop = ticket(orderType="STP", price=desk.near(98) - 5, side="SELL", parentId="parent")
    answer = await desk.post(ORDERS, {"orders": [parent, target, stop]})
    assert len(answer) == 3
    desk.advance(500)
    rows = {row["orderId"]: row for row in await live(desk)}
    parents = [rows[int(each["order_id"])].get("parentId") for each in answer]
    assert parents == [None, int(answer[0]["order_id"]), int(answer[0]["order_id"])]


async def test_a_child_may_name_its_parent_by_order_id(desk: Rig) -> None:
    (parent,) = await desk.post(ORDERS, {"orders": [ticket(price=desk.near(98))]})
    child = ticket(price=desk.near(98) + 5, side="SELL", parentId=parent["order_id"])
    (answer,) = await desk.post(ORDERS, {"orders": [child]})
    assert desk.order(answer["order_id"]).parent_id == int(parent["order_id"])
    assert "order_ref" not in (await live(desk))[0]


async def test_orders_of_one_group_cancel_each_other(desk: Rig) -> None:
    rest = ticket(price=desk.near(98), isSingleGroup=True)
    market = ticket(orderType="MKT", isSingleGroup=True)
    answer = await desk.post(ORDERS, {"orders": [rest, market]})
    desk.advance(3_000)
    states = [desk.order(each["order_id"]).status.value for each in answer]
    assert states == ["Cancelled", "Filled"]


async def test_the_preview_tells_amounts_as_text(rig: Rig) -> None:
    await rig.market_data()
    answer = await rig.post(f"{ORDERS}/whatif", {"orders": [ticket(quantity=10, price=float(rig.bid()))]})
    assert answer["amount"]["amount"].endswith("USD (10 Shares)")
    assert answer["position"] == {"current": "100", "change": "10", "after": "110"}
    assert (answer["warn"], answer["error"]) == (None, None)


async def test_the_preview_warns_where_there_is_no_market_data(rig: Rig) -> None:
    answer = await rig.post(f"{ORDERS}/whatif", {"orders": [ticket(price=float(rig.bid()))]})
    assert answer["warn"].startswith("21/You are trying to submit an order without having market data")


async def test_the_preview_of_a_hopeless_order_has_nulls_and_an_error(rig: Rig) -> None:
    answer = await rig.post(f"{ORDERS}/whatif", {"orders": [ticket(quantity=1_000_000, price=270.0)]})
    assert answer["amount"]["amount"] is None
    assert answer["error"]


def ticket(**changes: object) -> dict[str, Tree]:
    return {"conid": AAPL, "side": "BUY", "orderType": "LMT", "tif": "DAY", "quantity": 1} | changes
