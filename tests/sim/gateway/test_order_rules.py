"""Rules and algos of a contract, and orders that name an algo."""

from __future__ import annotations

import pytest

from tests.sim.gateway.forms import BTC, ES, EUR, placed, quiet, row_of, send, status_of, ticket
from tests.sim.gateway.rig import AAPL, Rig, Tree

ALGOS = f"/iserver/contract/{AAPL}/algos"


@pytest.fixture
async def desk(rig: Rig) -> Rig:
    return await quiet(rig)


async def rules(rig: Rig, conid: int, **body: object) -> dict[str, Tree]:
    found: dict[str, Tree] = await rig.post("/iserver/contract/rules", {"conid": conid, **body})
    return found


async def test_the_rules_of_a_stock_are_the_documents(rig: Rig) -> None:
    found = await rules(rig, AAPL)
    assert set(found["orderTypes"]) == {
        "limit", "midprice", "market", "stop", "stop_limit", "mit", "lit", "trailing_stop", "trailing_stop_limit",
        "relative", "marketonclose", "limitonclose",
    }  # fmt: skip
    assert set(found["orderTypesOutside"]) == {"limit", "stop_limit", "lit", "trailing_stop_limit", "relative"}
    assert "GTD/o,a" in found["tifTypes"]
    assert (found["fraqTypes"], found["cqtTypes"], found["fraqInt"]) == ([], [], 0)
    assert (found["cashCcy"], found["cashQtyIncr"]) == ("USD", 500)


async def test_coins_are_bought_by_limit_or_for_money_and_sold_by_quantity(rig: Rig) -> None:
    bought, sold = await rules(rig, BTC, isBuy=True), await rules(rig, BTC, isBuy=False)
    assert (bought["orderTypes"], bought["cqtTypes"]) == (["limit"], ["limit", "market"])
    assert (sold["orderTypes"], sold["cqtTypes"]) == (["limit", "market"], [])
    assert (bought["fraqTypes"], bought["fraqInt"], bought["cashCcy"]) == (["limit"], 8, "USD")
    assert [tif.partition("/")[0] for tif in bought["tifTypes"]] == ["IOC", "GTC", "DAY", "PAX"]


async def test_futures_have_no_midprice_and_currencies_take_money(rig: Rig) -> None:
    assert "midprice" not in (await rules(rig, ES))["orderTypes"]
    assert (await rules(rig, EUR))["cqtTypes"] == ["limit", "market"]


async def test_rules_for_changing_an_order_name_what_it_may_become(desk: Rig) -> None:
    [order_id] = await placed(desk, ticket(orderType="MIDPRICE", price=desk.near(90)))
    found = await rules(desk, AAPL, modifyOrder=True, orderId=order_id)
    assert "midprice" in found["modTypes"]
    assert "marketonclose" not in found["modTypes"]
    path = "/iserver/contract/rules"
    assert (await desk.send("POST", path, {"conid": AAPL, "modifyOrder": True, "orderId": 1})).status_code == 400


async def test_the_details_of_a_contract_name_its_exchanges(rig: Rig) -> None:
    assert "ISLAND" in (await rig.get(f"/iserver/contract/{AAPL}/info"))["valid_exchanges"].split(",")
    assert (await rig.get(f"/iserver/contract/{BTC}/info"))["valid_exchanges"] == "PAXOS"


async def test_coins_are_found_and_trade_every_day(rig: Rig) -> None:
    row = (await rig.get("/iserver/secdef/search", symbol="BTC"))[0]
    assert (row["conid"], row["sections"][0]["secType"]) == (str(BTC), "CRYPTO")
    schedule = await rig.get("/contract/trading-schedule", conid=str(BTC))
    assert {"20261121", "20261122"} <= set(schedule["schedules"])


async def test_algos_show_names_only_unless_more_is_asked_for(rig: Rig) -> None:
    await rig.get(ALGOS)
    assert (await rig.get(ALGOS, algos="Vwap")) == {"algos": [{"name": "VWAP", "id": "Vwap"}]}
    (plain,) = (await rig.get(ALGOS, algos="Vwap", addParams="1"))["algos"]
    (full,) = (await rig.get(ALGOS, algos="Vwap", addParams="1", addDescription="1"))["algos"]
    assert not any("description" in parameter for parameter in plain["parameters"])
    by_id = {parameter["id"]: parameter for parameter in full["parameters"]}
    assert by_id["maxPctVol"] == {
        "guiRank": 1,
        "minValue": 0.01,
        "maxValue": 50,
        "name": "Max Percentage",
        "description": "From 0.01 to 50.0",
        "id": "maxPctVol",
        "valueClassName": "Double",
    }
    assert by_id["speedUp"]["enabledConditions"] == ["MKT:speedUp:=:no"]
    assert len(by_id) == 8


async def test_algo_ids_are_told_apart_by_case_and_at_most_eight_are_named(rig: Rig) -> None:
    await rig.get(ALGOS)
    assert await rig.get(ALGOS, algos="VWAP") == {"algos": []}
    assert (await rig.send("GET", ALGOS, query={"algos": "a;b;c;d;e;f;g;h;i"})).status_code == 400


@pytest.mark.parametrize(
    ("strategy", "parameters", "words"),
    [
        ("Magic", {}, "Magic is not available"),
        ("Adaptive", {}, "adaptivePriority of algorithm Adaptive is required"),
        ("Adaptive", {"adaptivePriority": "Lazy"}, "one of Urgent, Normal, Patient"),
        ("Vwap", {"maxPctVol": 90}, "from 0.01 to 50"),
        ("Vwap", {"maxPctVol": "much"}, "must be a number"),
        ("Vwap", {"noTakeLiq": "perhaps"}, "true or false"),
        ("Vwap", {"startTime": "noonish"}, "must be a time"),
        ("Vwap", {"endTime": "09:00:00 EST"}, "end time must lie after"),
        ("Vwap", {"colour": "red"}, "no parameter colour"),
        ("DarkIce", {"displaySize": 1.5}, "whole number"),
        ("DarkIce", {"displaySize": 0}, "at least 1"),
        ("PctVol", {}, "pctVol of algorithm PctVol is required"),
        ("", {"maxPctVol": 1}, "without a strategy"),
    ],
)
async def test_an_algo_with_wrong_parameters_is_refused_in_words(
    desk: Rig, strategy: str, parameters: dict[str, Tree], words: str
) -> None:
    answer = await send(desk, ticket(strategy=strategy, strategyParameters=parameters))
    assert words in answer["error"]


@pytest.mark.parametrize("changes", [{"conid": ES, "manualIndicator": False}, {"orderType": "MOC"}, {"tif": "IOC"}])
async def test_an_algo_is_refused_where_there_is_none(desk: Rig, changes: dict[str, Tree]) -> None:
    assert "error" in await send(desk, ticket(strategy="Twap", **changes))


async def test_an_adaptive_order_is_filled_little_by_little(slack: Rig) -> None:
    desk = await quiet(slack)
    parameters = {"AdaptivePriority": "patient"}
    [order_id] = await placed(desk, ticket(quantity=80, strategy="adaptive", strategyParameters=parameters))
    part = desk.order(order_id).filled
    desk.advance(20_000)
    more = desk.order(order_id).filled
    desk.advance(60_000)
    assert 0 < part < more < desk.order(order_id).filled == 80
    assert (await status_of(desk, order_id))["strategy"] == "adaptive"
    assert (await row_of(desk, order_id))["status"] == "Filled"


@pytest.mark.parametrize(
    ("strategy", "parameters"),
    [
        ("Vwap", {"startTime": "11:01:00 EST", "endTime": "11:02:00 EST"}),
        ("Twap", {"startTime": "20261119-16:01:00", "endTime": "20261119-16:02:00"}),
        ("ArrivalPx", {"maxPctVol": 10, "riskAversion": "Neutral", "startTime": "11:01:00", "endTime": "11:02:00"}),
        ("PctVol", {"pctVol": "5", "startTime": "10:01:00 US/Central", "endTime": "10:02:00 CST"}),
        ("DarkIce", [{"displaySize": "100"}, {"startTime": "11:01:00", "endTime": "11:02:00"}]),
    ],
)
async def test_an_algo_works_between_its_times(slack: Rig, strategy: str, parameters: Tree) -> None:
    desk = await quiet(slack)
    [order_id] = await placed(desk, ticket(quantity=40, strategy=strategy, strategyParameters=parameters))
    desk.advance(50_000)
    assert desk.order(order_id).filled == 0
    desk.advance(25_000)
    assert 0 < desk.order(order_id).filled < 40
    desk.advance(60_000)
    assert desk.order(order_id).status.value == "Filled"
