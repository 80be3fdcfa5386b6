"""Combinations, brackets, one-cancels-all groups and an advisor's shared orders, as a client sends and sees them."""

from __future__ import annotations

import pytest

from tests.sim.gateway.forms import ES, KO, ORDERS, USD_SPREAD, placed, quiet, row_of, send, status_of, ticket
from tests.sim.gateway.rig import AAPL, ACCOUNT, MakeRig, Rig, Tree

SPREAD = f"{USD_SPREAD};;;{AAPL}/1,{KO}/-2"
SECOND = "DU7654321"


@pytest.fixture
async def desk(rig: Rig) -> Rig:
    return await quiet(rig)


@pytest.fixture
async def adviser(make_rig: MakeRig) -> Rig:
    return await quiet(await make_rig(scenario="advisor").ready())


def combo(**changes: object) -> dict[str, Tree]:
    return ticket(conid=None, conidex=SPREAD, **changes)


async def test_a_combination_is_listed_with_its_legs(desk: Rig) -> None:
    [order_id] = await placed(desk, combo(orderType="LMT", price=-5.25, quantity=3))
    row, status = await row_of(desk, order_id), await status_of(desk, order_id)
    assert (row["conidex"], row["secType"], row["price"]) == (SPREAD, "BAG", "-5.25")
    assert status["conidex"] == SPREAD
    assert row["orderDesc"] == "Buy 3 +1 AAPL/-2 KO Limit -5.25, Day"


async def test_a_combination_trades_its_legs(desk: Rig) -> None:
    [order_id] = await placed(desk, combo(quantity=2))
    assert (await row_of(desk, order_id))["status"] == "Filled"
    desk.gateway.login.brokerage.warmed.add("/iserver/account/trades")
    trades = await desk.get("/iserver/account/trades")
    assert sorted((t["symbol"], t["side"], t["size"], t["order_id"]) for t in trades) == [
        ("AAPL", "B", 2.0, order_id),
        ("KO", "S", 4.0, order_id),
    ]


async def test_a_combination_is_told_on_the_socket(desk: Rig) -> None:
    socket = desk.socket()
    socket.say("sor+{}")
    await placed(desk, combo(quantity=2))
    rows = [row for frame in socket.frames("sor") for row in frame["args"]]
    assert {row["conidex"] for row in rows} == {SPREAD}
    assert rows[-1]["status"] == "Filled"


async def test_the_preview_of_a_combination_has_figures(desk: Rig) -> None:
    answer = await desk.post(f"{ORDERS}/whatif", {"orders": [combo(quantity=2)]})
    assert (answer["error"], answer["position"]["after"]) == (None, "2")
    assert answer["amount"]["amount"].endswith("(2 Combos)")


@pytest.mark.parametrize(
    ("conidex", "words"),
    [
        (f"999;;;{AAPL}/1,{KO}/-1", "not a spread conid"),
        (f"58666491;;;{AAPL}/1,{KO}/-1", "spread_conid@exchange"),
        (f"58666491@LSE;;;{AAPL}/1,{KO}/-1", "does not trade in GBP"),
        (f"{USD_SPREAD};;;{AAPL}/1", "2 to 4 different legs"),
        (f"{USD_SPREAD};;;{AAPL}/1,{AAPL}/-1", "2 to 4 different legs"),
        (f"{USD_SPREAD};;;{AAPL}/1,416904/-1", "can not be traded"),
        (f"{USD_SPREAD};;;{AAPL}/1,7/-1", "can not be traded"),
        (f"{USD_SPREAD};;;{AAPL}/1,{ES}/-1", "manualIndicator"),
        (f"{USD_SPREAD};;;{AAPL}/0,{KO}/-1", "conidex is not valid"),
    ],
)
async def test_a_combination_that_is_none_is_refused_in_words(desk: Rig, conidex: str, words: str) -> None:
    assert words in (await send(desk, ticket(conid=None, conidex=conidex)))["error"]


@pytest.mark.parametrize(
    "child",
    [
        {"orderType": "LMT", "price": 110},
        {"orderType": "STP", "price": 90},
        {"orderType": "STOP_LIMIT", "price": 89, "auxPrice": 90},
        {"orderType": "TRAIL", "trailingType": "amt", "trailingAmt": 5},
        {"orderType": "TRAILLMT", "price": 89, "auxPrice": 90, "trailingType": "%", "trailingAmt": 2},
    ],
)
async def test_a_child_of_each_type_works_once_its_parent_is_filled(desk: Rig, child: dict[str, Tree]) -> None:
    prices = {key: desk.near(child[key]) for key in ("price", "auxPrice") if key in child}
    parent, follower = await placed(
        desk, ticket(cOID="p", quantity=5), ticket(side="SELL", parentId="p", quantity=5, **child | prices)
    )
    assert desk.order(parent).status.value == "Filled"
    assert desk.order(follower).parent_id == parent
    assert desk.order(follower).status.value in ("Submitted", "PreSubmitted")
    assert (await status_of(desk, follower))["child_order_type"] == "A"


async def test_the_children_of_a_group_cancel_each_other_and_not_their_parent(desk: Rig) -> None:
    parent = ticket(cOID="p", isSingleGroup=True)
    stop = ticket(side="SELL", orderType="STP", price=desk.near(90), parentId="p", isSingleGroup=True)
    target = ticket(side="SELL", orderType="LMT", price=desk.near(99), parentId="p", isSingleGroup=True)
    ids = await placed(desk, parent, stop, target)
    desk.advance(500)
    assert [desk.order(order_id).status.value for order_id in ids] == ["Filled", "Cancelled", "Filled"]


async def test_a_group_without_a_parent_may_span_instruments(desk: Rig) -> None:
    rest = ticket(orderType="LMT", price=desk.near(90), isSingleGroup=True, cOID="mine")
    other = ticket(conid=KO, isSingleGroup=True)
    ids = await placed(desk, rest, other)
    assert [desk.order(order_id).status.value for order_id in ids] == ["Cancelled", "Filled"]


async def test_unrelated_orders_in_one_request_are_refused(desk: Rig) -> None:
    answer = await send(desk, ticket(), ticket(conid=KO))
    assert "Only one order may be submitted per request" in answer["error"]
    assert desk.gateway.exchange.orders(ACCOUNT) == []


async def test_the_type_of_an_order_may_change_within_its_mod_types(desk: Rig) -> None:
    first = ticket(orderType="LMT", price=desk.near(90))
    [order_id] = await placed(desk, first)
    path = f"/iserver/account/{ACCOUNT}/order/{order_id}"
    assert "can not be modified into" in (await desk.post(path, ticket(orderType="MOC")))["error"]
    assert "must stay the same" in (await desk.post(path, first | {"side": "SELL"}))["error"]
    assert "must stay the same" in (await desk.post(path, first | {"conid": KO}))["error"]
    changed = ticket(orderType="STOP_LIMIT", price=desk.near(110), auxPrice=desk.near(105), tif="GTC", outsideRTH=True)
    assert "order_id" in (await desk.post(path, changed))[0]
    desk.advance(500)
    row = await row_of(desk, order_id)
    assert (row["origOrderType"], row["timeInForce"], row["outsideRTH"]) == ("STOP_LIMIT", "GTC", True)


async def test_a_group_order_is_filled_once_and_split_equally(adviser: Rig) -> None:
    assert (await adviser.get("/iserver/accounts"))["groups"] == ["All_Equal", "All_NetLiq"]
    [order_id] = await placed(adviser, ticket(quantity=10, allocationMethod="Equal"), account="All_Equal")
    fills = [e for a in (ACCOUNT, SECOND) for e in adviser.gateway.exchange.executions(a) if e.order_id == order_id]
    assert {fill.account: fill.size for fill in fills} == {ACCOUNT: 5, SECOND: 5}
    row = await row_of(adviser, order_id)
    assert (row["acct"], row["filledQuantity"]) == ("All_Equal", 10.0)
    assert (await status_of(adviser, order_id))["allocation_method"] == "Equal"


async def test_by_net_liquidation_the_larger_account_gets_more(adviser: Rig) -> None:
    await placed(adviser, ticket(quantity=100, allocationMethod="NetLiq"), account="All_Equal")
    large, small = (sum(e.size for e in adviser.gateway.exchange.executions(a)) for a in (ACCOUNT, SECOND))
    assert large + small == 100
    assert large > 10 * small


async def test_a_group_order_can_be_cancelled_by_its_group(adviser: Rig) -> None:
    [order_id] = await placed(adviser, ticket(orderType="LMT", price=adviser.near(90)), account="All_NetLiq")
    answer = (await adviser.send("DELETE", f"/iserver/account/All_NetLiq/order/{order_id}")).json()
    assert answer["msg"] == "Request was submitted"
    adviser.advance(500)
    assert adviser.order(order_id).status.value == "Cancelled"


async def test_an_unknown_allocation_method_is_refused(adviser: Rig) -> None:
    answer = await send(adviser, ticket(allocationMethod="Lottery"), account="All_Equal")
    assert answer == {"error": "Allocation method Lottery is not known."}


async def test_groups_can_be_listed_added_changed_and_removed(adviser: Rig) -> None:
    path = "/iserver/account/allocation/group"
    accounts = [{"name": ACCOUNT, "amount": 1}, {"name": SECOND, "amount": 3}]
    body = {"name": "Ratio", "accounts": accounts, "default_method": "R"}
    assert await adviser.post(path, body) == {"success": True}
    assert (await adviser.get(path))["data"][-1] == {"allocation_method": "R", "size": 2, "name": "Ratio"}
    assert (await adviser.post(f"{path}/single", {"name": "Ratio"}))["accounts"] == [
        {"name": ACCOUNT, "amount": 1.0},
        {"name": SECOND, "amount": 3.0},
    ]
    await placed(adviser, ticket(quantity=8), account="Ratio")
    assert sum(e.size for e in adviser.gateway.exchange.executions(SECOND)) == 6
    await adviser.send("PUT", path, body | {"name": "New", "prev_name": "Ratio"})
    assert await adviser.post(f"{path}/delete", {"name": "New"}) == {"success": True}
    assert len((await adviser.get(path))["data"]) == 2


async def test_presets_and_equity_of_the_subaccounts(adviser: Rig) -> None:
    path = "/iserver/account/allocation/presets"
    before = await adviser.get(path)
    assert await adviser.post(path, before | {"default_method_for_all": "E"}) == {"success": True}
    assert (await adviser.get(path))["default_method_for_all"] == "E"
    rows = (await adviser.get("/iserver/account/allocation/accounts"))["accounts"]
    assert [row["name"] for row in rows] == [ACCOUNT, SECOND]
    assert [each["key"] for each in rows[0]["data"]] == ["NetLiquidation", "AvailableEquity"]


async def test_who_is_no_advisor_has_no_groups(desk: Rig) -> None:
    assert (await desk.send("GET", "/iserver/account/allocation/group")).status_code == 503
    assert (await desk.send("POST", "/iserver/account/All_Equal/orders", {"orders": [ticket()]})).status_code == 400
