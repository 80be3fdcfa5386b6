"""What really happened, past pacing, login and the gateway's own account of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.sim.exchange import OrderRequest, OrderType, Side
from tests.sim.gateway.rig import AAPL, ACCOUNT, THURSDAY_TRADING_MS, MakeRig, Rig, Tree

HOUR_MS = 3_600_000
SHORTLY_BEFORE_MIDNIGHT_MS = THURSDAY_TRADING_MS + 13 * HOUR_MS - 10_000


@pytest.fixture
async def desk(rig: Rig) -> Rig:
    await rig.market_data()
    await rig.post("/iserver/questions/suppress", {"messageIds": ["o10151", "o451", "o383"]})
    return rig


async def truth(rig: Rig) -> Tree:
    return await rig.control("GET", "/sim/truth")


async def test_an_order_is_told_with_what_it_asked_for(desk: Rig) -> None:
    answer = (await desk.place(price=desk.near(98), quantity=3, cOID="mine"))[0]
    desk.advance(500)
    (order,) = (await truth(desk))["orders"]
    assert order == {
        "order_id": int(answer["order_id"]),
        "coid": "mine",
        "parent_coid": "",
        "account": ACCOUNT,
        "conid": AAPL,
        "conidex": str(AAPL),
        "side": "BUY",
        "type": "LMT",
        "price": f"{Decimal(str(desk.near(98))).normalize():f}",
        "quantity": "3",
        "filled": "0",
        "status": "Submitted",
        "remaining": "3",
        "average_price": None,
        "limit_price": f"{Decimal(str(desk.near(98))).normalize():f}",
        "stop_price": None,
        "aux_price": None,
        "tif": "DAY",
        "outside_rth": False,
        "commission": "0",
        "placed": desk.order(answer["order_id"]).placed_ms,
        "updated": desk.order(answer["order_id"]).updated_ms,
        "reason": "",
        "prices": [
            {
                "time": desk.order(answer["order_id"]).placed_ms,
                "limit_price": f"{Decimal(str(desk.near(98))).normalize():f}",
                "stop_price": None,
                "aux_price": None,
                "quantity": "3",
            }
        ],
    }


async def test_a_brackets_child_names_its_parent_by_the_customers_id(desk: Rig) -> None:
    order = {"conid": AAPL, "orderType": "LMT", "quantity": 1, "tif": "DAY"}
    parent = order | {"side": "BUY", "price": desk.near(98), "cOID": "parent"}
    child = order | {"side": "SELL", "price": desk.near(103), "cOID": "child", "parentId": "parent"}
    answer = await desk.post(f"/iserver/account/{ACCOUNT}/orders", {"orders": [parent, child]})
    while "message" in answer[0]:
        answer = await desk.post(f"/iserver/reply/{answer[0]['id']}", {"confirmed": True})
    told = [(row["coid"], row["parent_coid"]) for row in (await truth(desk))["orders"]]
    assert told == [("parent", ""), ("child", "parent")]


async def test_a_fill_moves_executions_cash_and_positions_to_the_cent(desk: Rig) -> None:
    await desk.place(orderType="MKT", quantity=2)
    desk.advance(2_000)
    told = await truth(desk)
    before, after = told["start"][ACCOUNT], told["accounts"][ACCOUNT]
    spent = sum(Decimal(row["price"]) * Decimal(row["size"]) + Decimal(row["commission"]) for row in told["executions"])
    assert {(row["account"], row["conid"], row["side"]) for row in told["executions"]} == {(ACCOUNT, AAPL, "BUY")}
    assert (before["positions"][str(AAPL)], after["positions"][str(AAPL)]) == ("100", "102")
    assert Decimal(before["cash"]["USD"]) - Decimal(after["cash"]["USD"]) == spent
    assert len({row["execution_id"] for row in told["executions"]}) == len(told["executions"])


async def test_orders_of_days_before_are_not_forgotten(make_rig: MakeRig) -> None:
    rig = make_rig(start_ms=SHORTLY_BEFORE_MIDNIGHT_MS)
    request = OrderRequest(ACCOUNT, AAPL, Side.BUY, OrderType.LMT, Decimal(1), price=Decimal(200), coid="old")
    (order,) = rig.gateway.exchange.place([request])
    rig.gateway.exchange.cancel(order.order_id)
    rig.advance(500)
    rig.gateway.exchange.advance(THURSDAY_TRADING_MS + 13 * HOUR_MS + 1)
    assert rig.gateway.exchange.orders(ACCOUNT) == []
    assert [(row["coid"], row["status"]) for row in (await truth(rig))["orders"]] == [("old", "Cancelled")]


async def test_orders_of_every_account_are_there(desk: Rig) -> None:
    order = {"conid": AAPL, "side": "BUY", "orderType": "LMT", "quantity": 1, "tif": "DAY", "price": desk.near(98)}
    for account in desk.gateway.accounts:
        await desk.post(f"/iserver/account/{account}/orders", {"orders": [order]})
    told = await truth(desk)
    assert [row["account"] for row in told["orders"]] == list(desk.gateway.accounts) == list(told["accounts"])


async def test_an_order_without_a_customers_id_has_none_in_truth(desk: Rig) -> None:
    await desk.place(price=desk.near(98))
    assert [row["coid"] for row in (await truth(desk))["orders"]] == [""]


async def test_asking_needs_no_login_costs_no_pacing_and_reads_nothing(make_rig: MakeRig) -> None:
    rig = make_rig(scenario="not-logged-in")
    for _ in range(20):
        assert (await truth(rig))["orders"] == []
    assert (await rig.send("GET", "/sso/validate", paced=True)).status_code == 401
    assert rig.gateway.login.brokerage.warmed == set()
    log = await rig.control("GET", "/sim/requests")
    assert [row["path"] for row in log["requests"]] == ["/sso/validate"]


async def test_ledger_and_holdings_are_told_in_all_their_figures(desk: Rig) -> None:
    account = (await truth(desk))["accounts"][ACCOUNT]
    ledger = {line.currency: line for line in desk.gateway.exchange.ledger(ACCOUNT)}
    assert set(account["ledger"]) == set(ledger) >= {"BASE", "USD"}
    assert Decimal(account["ledger"]["BASE"]["net_liquidation"]) == ledger["BASE"].net_liquidation
    (held,) = [each for each in account["holdings"] if each["conid"] == AAPL]
    (position,) = [each for each in desk.gateway.exchange.positions(ACCOUNT) if each.conid == AAPL]
    assert Decimal(held["average_cost"]) == position.average_cost
    assert Decimal(held["unrealized_pnl"]) == position.unrealized_pnl


async def test_each_live_socket_is_told_with_its_subscriptions(desk: Rig) -> None:
    socket = desk.socket()
    began = desk.gateway.now_ms
    socket.say('smd+265598+{"fields":["31"]}')
    socket.say("spl+{}")
    desk.advance(500)
    socket.say("upl+{}")
    assert (await truth(desk))["sockets"] == [
        {
            "id": 1,
            "session": desk.gateway.login.session_id,
            "current": True,
            "greeted": True,
            "silent": False,
            "half_open": False,
            "opened": began - 300,
            "subscriptions": [{"key": "smd+265598", "topic": "smd+265598", "alive": True, "since": began}],
        }
    ]


async def test_every_price_an_order_ever_had_is_told_with_its_time(desk: Rig) -> None:
    first, second = desk.near(99), desk.near(98)
    (answer,) = await desk.place(price=first, quantity=3)
    desk.advance(500)
    placed = desk.gateway.now_ms
    ticket = {"conid": AAPL, "side": "BUY", "orderType": "LMT", "tif": "DAY"}
    path = f"/iserver/account/{ACCOUNT}/order/{answer['order_id']}"
    await desk.post(path, ticket | {"price": second, "quantity": 3})
    desk.advance(500)
    await desk.post(path, ticket | {"price": second, "quantity": 2})
    desk.advance(500)
    (order,) = (await truth(desk))["orders"]
    assert [(float(row["limit_price"]), row["quantity"]) for row in order["prices"]] == [
        (first, "3"),
        (second, "3"),
        (second, "2"),
    ]
    times = [row["time"] for row in order["prices"]]
    assert times == sorted(times)
    assert times[0] == order["placed"] < placed < times[1]


async def test_a_trailing_stops_way_is_told(desk: Rig) -> None:
    trailing = {"orderType": "TRAIL", "trailingType": "amt", "trailingAmt": 0.05, "side": "SELL", "quantity": 1}
    await desk.post("/iserver/questions/suppress", {"messageIds": ["o10331", "o10151", "o383"]})
    await desk.place(**trailing)
    desk.advance(200)
    await desk.control("POST", "/sim/market/AAPL/move", {"ticks": 30, "seconds": 1})
    desk.advance(900)
    (order,) = (await truth(desk))["orders"]
    stops = [Decimal(row["stop_price"]) for row in order["prices"] if row["stop_price"] is not None]
    assert len(stops) > 10
    assert stops == sorted(stops)


async def test_the_true_book_is_the_exchanges_whatever_the_client_is_shown(desk: Rig) -> None:
    await desk.control("POST", "/sim/market/AAPL/freeze")
    desk.advance(3_000)
    book = await desk.control("GET", "/sim/truth/book/AAPL")
    bids, asks = desk.gateway.exchange.depth(AAPL, 100)
    assert [(Decimal(price), Decimal(size)) for price, size in book["bids"]] == [
        (each.price, each.size) for each in bids
    ]
    assert [(Decimal(price), Decimal(size)) for price, size in book["asks"]] == [
        (each.price, each.size) for each in asks
    ]
    quote = desk.gateway.exchange.quote(AAPL)
    assert (book["conid"], book["symbol"], book["increment"], book["halted"]) == (AAPL, "AAPL", "0.01", False)
    assert (Decimal(book["last"]), Decimal(book["last_size"])) == (quote.last, quote.last_size)
    assert book["time"] == desk.gateway.now_ms


async def test_a_true_book_can_be_that_of_one_exchange_and_shorter(desk: Rig) -> None:
    whole = await desk.control("GET", "/sim/truth/book/265598?levels=5")
    part = await desk.control("GET", "/sim/truth/book/265598?levels=5&exchange=arca")
    sizes = dict(whole["bids"])
    assert len(whole["bids"]) == 5
    assert all(Decimal(size) < Decimal(sizes[price]) for price, size in part["bids"])


@pytest.mark.parametrize("path", ["NOPE", "AAPL?levels=x", "AAPL?exchange=CME"])
async def test_a_book_that_is_not_there_is_refused(desk: Rig, path: str) -> None:
    assert "error" in await desk.control("GET", f"/sim/truth/book/{path}")
