"""Every order type, time in force, size and route is taken and shown; what makes no sense is refused in words."""

from __future__ import annotations

import pytest

from tests.sim.gateway.forms import BTC, ES, EUR, ORDERS, placed, quiet, row_of, send, status_of, ticket
from tests.sim.gateway.rig import AAPL, ACCOUNT, THURSDAY_TRADING_MS, MakeRig, Rig, Tree

MINUTE_BEFORE_CLOSE = THURSDAY_TRADING_MS + 299 * 60_000


@pytest.fixture
async def desk(rig: Rig) -> Rig:
    return await quiet(rig)


def at(desk: Rig, percent: int) -> float:
    return desk.near(percent)


@pytest.mark.parametrize(
    ("kind", "prices", "spoken", "original", "shown"),
    [
        ("LMT", {"price": 98}, "Limit", "LIMIT", ("98", None)),
        ("STP", {"price": 102}, "Stop", "STOP", ("102", None)),
        ("STOP_LIMIT", {"price": 103, "auxPrice": 102}, "Stop Limit", "STOP_LIMIT", ("103", "102")),
        ("MIT", {"price": 98}, "Market if Touched", "MIT", ("98", None)),
        ("MIT", {"auxPrice": 98}, "Market if Touched", "MIT", ("98", None)),
        ("LIT", {"price": 97, "auxPrice": 98}, "Limit if Touched", "LIT", ("97", "98")),
        ("LOC", {"price": 98}, "Limit on Close", "LIMITONCLOSE", ("98", None)),
        ("MOC", {}, "Market on Close", "MARKETONCLOSE", ("", None)),
        ("MIDPRICE", {"price": 98}, "Midprice", "MIDPRICE", ("98", None)),
        ("REL", {"price": 98}, "Relative", "RELATIVE", ("98", None)),
    ],
)
async def test_an_order_of_each_type_is_taken_and_shown(
    desk: Rig, kind: str, prices: dict[str, int], spoken: str, original: str, shown: tuple[str, str | None]
) -> None:
    given = {key: at(desk, percent) for key, percent in prices.items()}
    words = {str(percent): f"{at(desk, percent):.2f}" for percent in prices.values()}
    [order_id] = await placed(desk, ticket(orderType=kind, **given))
    row, status = await row_of(desk, order_id), await status_of(desk, order_id)
    assert (row["orderType"], row["origOrderType"], status["order_type"]) == (spoken, original, original)
    assert row["price"] == words.get(shown[0], "")
    assert row.get("auxPrice") == (words[shown[1]] if shown[1] else None)
    assert f" AAPL {spoken}" in row["orderDesc"]
    assert row["orderDesc"].endswith(", Day")


async def test_a_relative_order_shows_its_offset(desk: Rig) -> None:
    [order_id] = await placed(desk, ticket(orderType="REL", auxPrice=0.02, price=at(desk, 98)))
    assert (await row_of(desk, order_id))["auxPrice"] == "0.02"


async def test_a_trailing_order_shows_what_it_keeps(desk: Rig) -> None:
    [order_id] = await placed(desk, ticket(orderType="TRAIL", side="SELL", trailingType="%", trailingAmt=2.5))
    row, status = await row_of(desk, order_id), await status_of(desk, order_id)
    assert (status["trailing_amount"], status["trailing_amount_unit"]) == ("2.5", "%")
    assert row["orderType"] == "Trailing Stop"
    assert float(row["price"]) == pytest.approx(float(desk.bid()) * 0.975, rel=0.01)
    assert row["stop_price"] == row["price"] == status["stop_price"]


async def test_a_trailing_limit_order_begins_at_the_stop_and_limit_that_were_given(desk: Rig) -> None:
    limit, stop = at(desk, 97), at(desk, 98)
    terms = {"price": limit, "auxPrice": stop, "trailingType": "amt", "trailingAmt": round(at(desk, 3), 2)}
    [order_id] = await placed(desk, ticket(orderType="TRAILLMT", side="SELL", **terms))
    row = await row_of(desk, order_id)
    assert (row["price"], row["auxPrice"]) == (f"{limit:.2f}", f"{stop:.2f}")


async def test_an_order_at_the_close_is_filled_when_the_session_ends(make_rig: MakeRig) -> None:
    desk = await quiet(await make_rig(start_ms=MINUTE_BEFORE_CLOSE).ready())
    [order_id] = await placed(desk, ticket(orderType="MOC"))
    assert desk.order(order_id).status.value == "PreSubmitted"
    desk.advance(61_000)
    assert desk.order(order_id).status.value == "Filled"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"orderType": "LIT", "price": 1}, "auxPrice"),
        ({"orderType": "LOC"}, "price"),
        ({"orderType": "MIT"}, "price"),
        ({"orderType": "TRAILLMT", "price": 1, "trailingType": "amt", "trailingAmt": 1}, "auxPrice"),
        ({"orderType": "TRAIL", "trailingType": "amt"}, "trailingAmt"),
        ({"quantity": None}, "quantity"),
        ({"quantity": 1, "cashQty": 5}, "exclude"),
        ({"manualOrderTime": "noon"}, "manualOrderTime"),
        ({"tif": "GTD", "goodTillDate": "tomorrow"}, "goodTillDate"),
        ({"conidex": "265598;;;;"}, "conidex"),
        ({"conidex": "8894@SMART"}, "differ"),
        ({"secType": "8894:STK"}, "secType"),
    ],
)
async def test_a_malformed_order_is_400(desk: Rig, changes: dict[str, Tree], missing: str) -> None:
    answer = await desk.send("POST", ORDERS, {"orders": [ticket(**changes)]})
    assert answer.status_code == 400
    assert missing in answer.json()["error"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tif": "GTD"}, "good-till date is required"),
        ({"tif": "GTD", "goodTillDate": "20200101-00:00:00"}, "has passed"),
        ({"tif": "PAX"}, "PAX is not valid"),
        ({"quantity": 1.5}, "Fractional quantities"),
        ({"quantity": None, "cashQty": 100}, "only supported for Cryptocurrency and Forex"),
        ({"quantity": None, "fxQty": 100}, "fxQty can only be used for currency conversion"),
        ({"isCcyConv": True}, "only supported for Forex"),
        ({"listingExchange": "MARS"}, "MARS does not trade this contract"),
        ({"conidex": "265598@MARS"}, "MARS does not trade this contract"),
        ({"conid": ES}, "manualIndicator"),
        ({"conid": ES, "manualIndicator": False, "orderType": "MIDPRICE"}, "midprice is not supported"),
        ({"conid": BTC}, "needs a cash quantity"),
        ({"conid": BTC, "quantity": None, "cashQty": 100, "tif": "GTD"}, "GTD is not valid"),
        ({"conid": BTC, "side": "SELL", "quantity": 0.1}, "Short positions"),
        ({"conid": EUR, "tif": "OPG"}, "OPG is not valid"),
    ],
)
async def test_an_order_against_the_rules_is_refused_in_words(desk: Rig, changes: dict[str, Tree], words: str) -> None:
    answer = await send(desk, ticket(**changes))
    assert words in answer["error"]


async def test_a_good_till_date_is_kept_and_ends_the_order(desk: Rig) -> None:
    till = "20261119-16:01:00"
    [order_id] = await placed(
        desk, ticket(orderType="LMT", price=at(desk, 90), tif="GTD", goodTillDate=till, outsideRTH=True)
    )
    assert (await status_of(desk, order_id))["good_till_date"] == till
    assert (await row_of(desk, order_id))["timeInForce"] == "GTD"
    desk.advance(61_000)
    assert desk.order(order_id).status.value == "Cancelled"


async def test_a_coin_is_bought_for_money(desk: Rig) -> None:
    [order_id] = await placed(desk, ticket(conid=BTC, quantity=None, cashQty=1000, tif="IOC"))
    row = await row_of(desk, order_id)
    assert (row["status"], row["totalCashSize"], row["secType"]) == ("Filled", 1000.0, "CRYPTO")
    assert 0 < row["filledQuantity"] < 0.1


async def test_a_coin_is_bought_by_a_limit_with_a_fraction(desk: Rig) -> None:
    price = float(desk.bid(BTC)) - 50
    [order_id] = await placed(desk, ticket(conid=BTC, orderType="LMT", price=price, quantity=0.001, tif="PAX"))
    row = await row_of(desk, order_id)
    assert (row["totalSize"], row["timeInForce"]) == (0.001, "PAX")


async def test_a_conversion_moves_cash_and_opens_no_position(desk: Rig) -> None:
    before = {line.currency: line.cash for line in desk.gateway.exchange.ledger(ACCOUNT)}
    [order_id] = await placed(desk, ticket(conid=EUR, quantity=None, fxQty=10_000, isCcyConv=True))
    after = {line.currency: line.cash for line in desk.gateway.exchange.ledger(ACCOUNT)}
    assert desk.order(order_id).status.value == "Filled"
    assert 9_900 < before["USD"] - after["USD"] < 10_010
    assert after["EUR"] > before["EUR"]
    assert EUR not in [view.conid for view in desk.gateway.exchange.positions(ACCOUNT)]


@pytest.mark.parametrize("route", [{"listingExchange": "ARCA"}, {"conidex": f"{AAPL}@ARCA", "conid": None}])
async def test_a_route_is_kept_and_shown(desk: Rig, route: dict[str, Tree]) -> None:
    [order_id] = await placed(desk, ticket(**route))
    row, status = await row_of(desk, order_id), await status_of(desk, order_id)
    assert (row["exchange"], row["conidex"], status["conidex"]) == ("ARCA", "265598@ARCA", "265598@ARCA")
    assert row["listingExchange"] == "NASDAQ.NMS"
    desk.gateway.login.brokerage.warmed.add("/iserver/account/trades")
    assert (await desk.get("/iserver/account/trades"))[0]["exchange"] == "ARCA"


async def test_the_documents_own_example_is_taken(desk: Rig) -> None:
    example = {
        "acctId": ACCOUNT,
        "conid": AAPL,
        "conidex": f"{AAPL}@SMART",
        "secType": f"{AAPL}:STK",
        "cOID": "AAPL-BUY-100",
        "parentId": None,
        "orderType": "TRAILLMT",
        "listingExchange": "ISLAND",
        "isSingleGroup": False,
        "outsideRTH": True,
        "price": at(desk, 101),
        "auxPrice": at(desk, 102),
        "side": "BUY",
        "ticker": "AAPL",
        "tif": "GTC",
        "trailingAmt": 1.00,
        "trailingType": "amt",
        "referrer": "QuickTrade",
        "quantity": 100,
        "useAdaptive": False,
        "isCcyConv": False,
        "strategy": "Vwap",
        "strategyParameters": {
            "MaxPctVol": "0.1",
            "StartTime": "14:00:00 EST",
            "EndTime": "15:00:00 EST",
            "AllowPastEndTime": True,
        },
    }
    [order_id] = await placed(desk, example)
    status = await status_of(desk, order_id)
    assert (status["strategy"], status["referrer"]) == ("Vwap", "QuickTrade")


async def test_terms_that_change_nothing_are_kept(desk: Rig) -> None:
    kept = {"useAdaptive": True, "allOrNone": True, "extOperator": "desk 4", "manualOrderTime": 1_795_104_000}
    [order_id] = await placed(desk, ticket(conid=ES, manualIndicator=True, orderType="LMT", price=5000, **kept))
    status = await status_of(desk, order_id)
    assert (status["use_price_mgmt_algo"], status["all_or_none"], status["manual_indicator"]) == (True, True, True)
    assert (status["ext_operator"], status["manual_order_time"]) == ("desk 4", 1_795_104_000)


async def test_a_saved_order_is_inactive_until_it_is_changed_to_work(desk: Rig) -> None:
    saved = ticket(deactivated=True)
    [order_id] = await placed(desk, saved)
    status = await status_of(desk, order_id)
    assert (status["order_status"], status["deactivate_order"]) == ("Inactive", True)
    await desk.post(f"/iserver/account/{ACCOUNT}/order/{order_id}", saved | {"deactivated": False})
    desk.advance(500)
    assert desk.order(order_id).status.value == "Filled"


async def test_a_market_order_for_a_coin_is_asked_about(rig: Rig) -> None:
    await rig.market_data(BTC)
    (question,) = await send(rig, ticket(conid=BTC, quantity=None, cashQty=100))
    seen = []
    while "messageIds" in question:
        seen += question["messageIds"]
        (question,) = await rig.post(f"/iserver/reply/{question['id']}", {"confirmed": True})
    assert seen == ["o10164", "o10223", "o10288"]
    assert question["order_id"]


@pytest.mark.parametrize(
    "form",
    [
        {"orderType": "MOC"},
        {"orderType": "REL"},
        {"conid": BTC, "quantity": None, "cashQty": 100},
        {"conid": EUR, "quantity": None, "fxQty": 100, "isCcyConv": True},
        {"strategy": "Adaptive", "strategyParameters": {"adaptivePriority": "Normal"}},
        {"deactivated": True},
    ],
)
async def test_the_preview_has_figures_for_every_form(desk: Rig, form: dict[str, Tree]) -> None:
    answer = await desk.post(f"{ORDERS}/whatif", {"orders": [ticket(**form)]})
    assert answer["error"] is None
    assert answer["amount"]["amount"].endswith(")")
    assert answer["initial"]["after"]


async def test_the_preview_of_a_bracket_is_its_parents(desk: Rig) -> None:
    parent = ticket(orderType="LMT", price=at(desk, 98), quantity=10, cOID="p")
    child = ticket(side="SELL", orderType="STP", price=at(desk, 90), quantity=10, parentId="p")
    answer = await desk.post(f"{ORDERS}/whatif", {"orders": [parent, child]})
    assert answer["position"] == {"current": "100", "change": "10", "after": "110"}
