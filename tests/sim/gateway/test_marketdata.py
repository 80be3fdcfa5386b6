"""Snapshots and history."""

from __future__ import annotations

import pytest

from tests.sim.gateway.rig import Rig, Tree

AAPL, ES, SPX = 265598, 515416632, 416904


async def snapshot(rig: Rig, fields: str, conid: int = AAPL) -> dict[str, Tree]:
    row: dict[str, Tree] = (await rig.get("/iserver/marketdata/snapshot", conids=str(conid), fields=fields))[0]
    return row


async def test_the_first_snapshot_only_opens_the_stream(rig: Rig) -> None:
    row = await snapshot(rig, "31,84,86")
    assert set(row) == {"conid", "conidEx", "server_id", "6119", "_updated", "6509"}
    assert (row["conid"], row["conidEx"]) == (AAPL, "265598")


async def test_a_second_snapshot_at_once_is_too_early(rig: Rig) -> None:
    await snapshot(rig, "31,84,86")
    rig.advance(100)
    assert "84" not in await snapshot(rig, "31,84,86")


async def test_half_a_second_later_the_fields_are_there(rig: Rig) -> None:
    await snapshot(rig, "31,84,86")
    rig.advance(500)
    row = await snapshot(rig, "31,84,86")
    quote = rig.gateway.exchange.quote(AAPL)
    assert (row["84"], row["86"]) == (f"{quote.bid:.2f}", f"{quote.ask:.2f}")
    assert row["6509"] == "RpB"


async def test_a_field_asked_for_the_first_time_comes_with_the_next_answer(rig: Rig) -> None:
    await snapshot(rig, "31")
    rig.advance(500)
    assert "70" not in await snapshot(rig, "31,70")
    assert "70" in await snapshot(rig, "31,70")


async def test_numbers_are_texts_with_separators_and_suffixes(rig: Rig) -> None:
    fields = "83,87,88,7762"
    await snapshot(rig, fields)
    rig.advance(500)
    row = await snapshot(rig, fields)
    assert row["83"].endswith("%")
    assert row["87"][-1] in "KM"
    assert row["7762"].replace(".", "").isdigit()
    assert isinstance(row["88"], str)


async def test_an_unknown_contract_has_no_data_but_is_no_error(rig: Rig) -> None:
    assert await snapshot(rig, "31", conid=999) == {"conidEx": "999", "conid": 999}


async def test_an_index_is_delayed(rig: Rig) -> None:
    assert (await snapshot(rig, "31", conid=SPX))["6509"][0] in "DY"


async def test_own_position_fields_are_there_where_there_is_a_position(rig: Rig) -> None:
    fields = "74,76,78,7292"
    await snapshot(rig, fields)
    rig.advance(500)
    row = await snapshot(rig, fields)
    assert row["76"] == "100"
    assert {"74", "78", "7292"} <= set(row)


async def test_year_statistics_come_from_daily_bars(rig: Rig) -> None:
    await snapshot(rig, "7293,7294,7674")
    rig.advance(500)
    row = await snapshot(rig, "7293,7294,7674")
    assert float(row["7294"]) <= float(row["7674"]) <= float(row["7293"])


async def test_unsubscribing_what_is_not_open_is_500(rig: Rig) -> None:
    answer = await rig.send("POST", "/iserver/marketdata/unsubscribe", {"conid": AAPL})
    assert (answer.status_code, answer.json()) == (500, {"error": "unknown"})
    await snapshot(rig, "31")
    assert await rig.post("/iserver/marketdata/unsubscribe", {"conid": AAPL}) == {"success": True}
    assert await rig.get("/iserver/marketdata/unsubscribeall") == {"unsubscribed": True}


async def test_history_has_a_thousand_bars_at_most_and_points_one_less(rig: Rig) -> None:
    answer = await rig.get("/iserver/marketdata/history", conid=str(AAPL), period="1w", bar="1min")
    assert 2 <= len(answer["data"]) <= 1000
    assert answer["points"] == len(answer["data"]) - 1
    assert answer["volumeFactor"] == 100


@pytest.mark.parametrize(
    ("period", "bar", "seconds"), [("1d", "5min", 300), ("1y", "1d", 86400), ("5y", "1m", 2592000)]
)
async def test_history_in_bars_of_every_length(rig: Rig, period: str, bar: str, seconds: int) -> None:
    answer = await rig.get("/iserver/marketdata/history", conid=str(AAPL), period=period, bar=bar)
    times = [row["t"] for row in answer["data"]]
    assert answer["barLength"] == seconds
    assert times == sorted(set(times))
    assert all(row["l"] <= row["o"] <= row["h"] and row["l"] <= row["c"] <= row["h"] for row in answer["data"])


async def test_one_day_of_history_is_todays_session(rig: Rig) -> None:
    answer = await rig.get("/iserver/marketdata/history", conid=str(AAPL), period="1d", bar="5min")
    assert answer["startTime"] == "20261119-14:30:00"


async def test_the_extremes_of_history_are_scaled(rig: Rig) -> None:
    answer = await rig.get("/iserver/marketdata/history", conid=str(AAPL), period="1d", bar="5min")
    price = int(answer["high"].split("/")[0]) / answer["priceFactor"]
    assert price == max(row["h"] for row in answer["data"])


async def test_a_period_outside_the_grammar_is_500(rig: Rig) -> None:
    answer = await rig.send("GET", "/iserver/marketdata/history", query={"conid": str(AAPL), "period": "3x"})
    assert answer.status_code == 500


@pytest.mark.parametrize("period", ["31min", "9h", "1001d", "793w", "183m", "16y", "0d"])
async def test_a_period_beyond_the_documented_range_is_500(rig: Rig, period: str) -> None:
    answer = await rig.send("GET", "/iserver/marketdata/history", query={"conid": str(AAPL), "period": period})
    assert answer.status_code == 500


async def test_a_long_period_in_short_bars_ends_now(rig: Rig) -> None:
    answer = await rig.get("/iserver/marketdata/history", conid=str(AAPL), period="15y", bar="1min")
    assert len(answer["data"]) == 1000
    assert rig.gateway.now_ms - answer["data"][-1]["t"] <= 60_000
