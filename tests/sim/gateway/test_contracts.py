"""Finding contracts and reading their details."""

from __future__ import annotations

from tests.sim.gateway.rig import Rig

AAPL, ES = 265598, 515416632


async def test_a_search_by_symbol_names_the_conid_as_text(rig: Rig) -> None:
    row = (await rig.get("/iserver/secdef/search", symbol="AAPL"))[0]
    assert (row["conid"], row["symbol"], row["description"]) == ("265598", "AAPL", "NASDAQ")
    assert await rig.post("/iserver/secdef/search", {"symbol": "AAPL"}) == [row]


async def test_a_future_is_found_under_its_underlying_and_reached_by_its_month(rig: Rig) -> None:
    row = (await rig.get("/iserver/secdef/search", symbol="ES"))[0]
    months = next(section["months"] for section in row["sections"] if section["secType"] == "FUT")
    month = months.split(";")[0]
    (future,) = await rig.get("/iserver/secdef/info", conid=row["conid"], sectype="FUT", month=month)
    assert future["conid"] == ES


async def test_nothing_found_is_an_error(rig: Rig) -> None:
    assert await rig.get("/iserver/secdef/search", symbol="NOSUCH") == {"error": "No symbol found"}


async def test_strikes_are_empty_until_the_underlying_was_searched_for(rig: Rig) -> None:
    query = {"conid": str(AAPL), "sectype": "OPT", "month": "DEC26"}
    assert await rig.get("/iserver/secdef/strikes", **query) == {"call": [], "put": []}
    await rig.get("/iserver/secdef/search", symbol="AAPL")
    strikes = (await rig.get("/iserver/secdef/strikes", **query))["call"]
    assert strikes == sorted(strikes)
    option = {"conid": str(AAPL), "sectype": "OPT", "month": "DEC26", "strike": str(strikes[0]), "right": "C"}
    (row,) = await rig.get("/iserver/secdef/info", **option)
    assert (row["right"], row["maturityDate"]) == ("C", "20261218")


async def test_info_of_a_stock_is_one_object(rig: Rig) -> None:
    assert (await rig.get("/iserver/secdef/info", conid=str(AAPL), sectype="STK"))["ticker"] == "AAPL"


async def test_details_and_rules_of_a_contract(rig: Rig) -> None:
    info = await rig.get(f"/iserver/contract/{AAPL}/info")
    both = await rig.get(f"/iserver/contract/{AAPL}/info-and-rules", isBuy="true")
    rules = await rig.post("/iserver/contract/rules", {"conid": AAPL, "isBuy": True})
    assert info["con_id"] == AAPL
    assert both == info | {"rules": rules}
    assert (rules["increment"], rules["incrementDigits"]) == (0.01, 2)
    assert rules["canTradeAcctIds"][0] == "DU1234567"


async def test_an_index_cannot_be_traded(rig: Rig) -> None:
    assert (await rig.post("/iserver/contract/rules", {"conid": 416904}))["orderTypes"] == []


async def test_algos_come_with_the_second_request(rig: Rig) -> None:
    path = f"/iserver/contract/{AAPL}/algos"
    assert await rig.get(path) == {"algos": []}
    algos = (await rig.get(path, algos="Adaptive;Vwap", addParams="1"))["algos"]
    assert [algo["id"] for algo in algos] == ["Adaptive", "Vwap"]
    assert algos[0]["parameters"][0]["legalStrings"] == ["Urgent", "Normal", "Patient"]


async def test_definitions_by_conid_leave_unknown_ones_out(rig: Rig) -> None:
    rows = (await rig.get("/trsrv/secdef", conids=f"{AAPL},999,{ES}"))["secdef"]
    assert [row["conid"] for row in rows] == [AAPL, ES]
    assert (rows[0]["strike"], rows[1]["multiplier"]) == ("0", 50.0)


async def test_stocks_and_futures_by_symbol(rig: Rig) -> None:
    stocks = await rig.get("/trsrv/stocks", symbols="AAPL,NOSUCH")
    assert stocks["AAPL"][0]["contracts"] == [{"conid": AAPL, "exchange": "NASDAQ", "isUS": True}]
    assert stocks["NOSUCH"] == []
    assert (await rig.get("/trsrv/futures", symbols="ES"))["ES"][0]["conid"] == ES


async def test_all_conids_of_an_exchange(rig: Rig) -> None:
    rows = await rig.get("/trsrv/all-conids", exchange="NASDAQ")
    assert {"ticker": "AAPL", "conid": AAPL, "exchange": "NASDAQ"} in rows


async def test_the_schedule_of_the_day_opens_at_half_past_nine(rig: Rig) -> None:
    answer = await rig.get("/contract/trading-schedule", conid=str(AAPL))
    assert answer["exchange_time_zone"] == "US/Eastern"
    (hours,) = answer["schedules"]["20261119"]["liquid_hours"]
    assert (hours["opening"], hours["closing"]) == (1795098600, 1795122000)


async def test_a_session_that_begins_the_day_before(rig: Rig) -> None:
    answer = await rig.get("/contract/trading-schedule", conid=str(ES))
    (hours,) = answer["schedules"]["20261119"]["extended_hours"]
    assert hours["closing"] - hours["opening"] == 23 * 3600


async def test_the_weekly_schedule_has_five_days(rig: Rig) -> None:
    (answer,) = await rig.get("/trsrv/secdef/schedule", assetClass="STK", symbol="AAPL")
    assert answer["timezone"] == "America/New_York"
    assert next(row["tradingScheduleDate"] for row in answer["schedules"]) == "20000103"


async def test_currency_pairs_and_rates(rig: Rig) -> None:
    pairs = (await rig.get("/iserver/currency/pairs", currency="USD"))["USD"]
    assert "EUR.USD" in [pair["symbol"] for pair in pairs]
    there = (await rig.get("/iserver/exchangerate", source="EUR", target="USD"))["rate"]
    back = (await rig.get("/iserver/exchangerate", source="USD", target="EUR"))["rate"]
    assert abs(there * back - 1) < 0.001


async def test_an_unknown_conid_is_400(rig: Rig) -> None:
    assert (await rig.send("GET", "/iserver/contract/999/info")).status_code == 400
