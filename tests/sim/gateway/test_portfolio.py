"""Portfolio, positions and account summaries."""

from __future__ import annotations

import pytest

from tests.sim.gateway.rig import Rig

ACCOUNT = "DU1234567"


async def test_accounts_are_listed_with_their_currency(rig: Rig) -> None:
    first, second = await rig.get("/portfolio/accounts")
    assert (first["accountId"], first["currency"]) == (ACCOUNT, "USD")
    assert second["accountId"] == "DU7654321"


async def test_subaccounts_come_in_pages_of_twenty(rig: Rig) -> None:
    answer = await rig.get("/portfolio/subaccounts2", page="0")
    assert answer["metadata"] == {"total": 2, "pageSize": 20, "pageNum": 0}


async def test_the_first_page_of_positions_has_no_contract_details(rig: Rig) -> None:
    cold = await rig.get(f"/portfolio/{ACCOUNT}/positions/0")
    warm = await rig.get(f"/portfolio/{ACCOUNT}/positions/0")
    assert (cold[0]["strike"], warm[0]["strike"]) == (0.0, "0")
    assert "ticker" not in cold[0]
    assert {row["ticker"] for row in warm} >= {"AAPL", "MSFT", "ES"}


async def test_a_page_beyond_the_last_is_empty(rig: Rig) -> None:
    assert await rig.get(f"/portfolio/{ACCOUNT}/positions/1") == []


async def test_positions_can_be_sorted(rig: Rig) -> None:
    rows = await rig.get(f"/portfolio/{ACCOUNT}/positions/0", sort="position", direction="d")
    sizes = [row["position"] for row in rows]
    assert sizes == sorted(sizes, reverse=True)


async def test_uncached_positions_have_conids_as_text_and_names_of_their_own(rig: Rig) -> None:
    rows = {row["conid"]: row for row in await rig.get(f"/portfolio2/{ACCOUNT}/positions")}
    assert rows["265598"]["position"] == 100.0
    assert {"marketPrice", "marketValue", "description"} <= set(rows["265598"])


async def test_one_contracts_position_of_one_account_and_of_all(rig: Rig) -> None:
    (row,) = await rig.get(f"/portfolio/{ACCOUNT}/position/265598")
    assert row["position"] == 100.0
    everywhere = await rig.get("/portfolio/positions/265598")
    assert [len(rows) for rows in everywhere.values()] == [1, 0]


async def test_the_ledger_has_base_and_ends_its_bundle_once(rig: Rig) -> None:
    ledger = await rig.get(f"/portfolio/{ACCOUNT}/ledger")
    assert {"USD", "EUR", "BASE"} <= set(ledger)
    assert sum("endofbundle" in line for line in ledger.values()) == 1
    assert isinstance(ledger["USD"]["cashbalance"], float)


async def test_ledger_and_summaries_agree_on_the_net_liquidation(rig: Rig) -> None:
    ledger = await rig.get(f"/portfolio/{ACCOUNT}/ledger")
    summary = await rig.get(f"/portfolio/{ACCOUNT}/summary")
    overview = await rig.get(f"/iserver/account/{ACCOUNT}/summary")
    await rig.get("/iserver/account/pnl/partitioned")
    profit = await rig.get("/iserver/account/pnl/partitioned")
    values = {
        ledger["BASE"]["netliquidationvalue"],
        summary["netliquidation"]["amount"],
        overview["netLiquidationValue"],
        profit["upnl"][f"{ACCOUNT}.Core"]["nl"],
    }
    assert len(values) == 1


async def test_summary_keys_are_spelled_small_with_segments(rig: Rig) -> None:
    summary = await rig.get(f"/portfolio/{ACCOUNT}/summary")
    assert summary["accountcode"]["value"] == ACCOUNT
    assert {"availablefunds", "availablefunds-c", "availablefunds-s", "cushion", "buyingpower"} <= set(summary)
    assert 45 <= len(summary) <= 135


@pytest.mark.parametrize("part", ["available_funds", "balances", "margins"])
async def test_parts_of_the_summary_are_texts_with_their_currency(rig: Rig, part: str) -> None:
    answer = await rig.get(f"/iserver/account/{ACCOUNT}/summary/{part}")
    assert set(answer) == {"total", "Crypto at Paxos", "commodities", "securities"}
    amounts = [value for value in answer["total"].values() if value.endswith(" USD")]
    assert all(amount.removesuffix(" USD").replace(",", "").lstrip("-").isdigit() for amount in amounts)


async def test_market_values_are_texts_by_currency(rig: Rig) -> None:
    answer = await rig.get(f"/iserver/account/{ACCOUNT}/summary/market_value")
    assert set(answer) >= {"USD", "EUR"}
    assert "," in answer["USD"]["total_cash"]


async def test_the_allocation_has_both_sides(rig: Rig) -> None:
    answer = await rig.get(f"/portfolio/{ACCOUNT}/allocation")
    assert answer["assetClass"]["long"]["CASH"] > 0
    assert answer["sector"]["short"]
    assert await rig.post("/portfolio/allocation", {"acctIds": [ACCOUNT]}) == answer


async def test_the_first_profit_and_loss_is_empty(rig: Rig) -> None:
    assert await rig.get("/iserver/account/pnl/partitioned") == {"upnl": {}}


async def test_an_unknown_account_is_400(rig: Rig) -> None:
    for path in ("/portfolio/U1/ledger", "/iserver/account/U1/summary"):
        answer = await rig.send("GET", path)
        assert (answer.status_code, answer.json()["error"]) == (400, "Bad Request: accountId is not valid: U1")
