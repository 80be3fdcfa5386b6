from __future__ import annotations

from decimal import Decimal

import httpx

from ibtui.domain.contracts import Contract
from ibtui.domain.events import ContractsLearned
from ibtui.domain.tickets import Side
from tests.session.scripted import Bench

SNAPSHOT = "GET /iserver/marketdata/snapshot"
SECDEF = "GET /trsrv/secdef"
SEARCH = "GET /iserver/secdef/search"
RULES = "POST /iserver/contract/rules"
INFO = "GET /iserver/contract/1/info"
HISTORY = "GET /iserver/marketdata/history"


def secdef(request: httpx.Request) -> httpx.Response:
    rows = [
        {"conid": int(conid), "ticker": f"S{conid}", "assetClass": "STK", "currency": "USD"}
        for conid in request.url.params["conids"].split(",")
    ]
    return httpx.Response(200, json={"secdef": rows})


def bars(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"data": [{"t": 1, "o": 1, "h": 2, "l": 1, "c": 2, "v": 3}]})


async def test_new_instruments_get_one_snapshot_for_all_and_it_is_repeated_while_cold(bench: Bench) -> None:
    bench.gateway.answers[SNAPSHOT] = httpx.Response(200, json=[{"conid": 1}, {"conid": 2, "31": "5"}])
    await bench.connect()
    bench.session.market.show_quotes("watchlist", [1])
    bench.session.market.show_quotes("ticket", [2])
    await bench.clock.advance(5.0)
    queries = bench.gateway.queries(SNAPSHOT)
    assert "conids=1%2C2&" in queries[0] or "conids=1,2&" in queries[0]
    assert [query.split("&")[0] for query in queries[1:]] == ["conids=1", "conids=1"]
    assert bench.store.market.quotes[2].last == Decimal(5)


async def test_a_snapshot_is_not_a_stream(bench: Bench) -> None:
    bench.gateway.answers[SNAPSHOT] = httpx.Response(200, json=[{"conid": 1, "31": "5"}])
    await bench.connect()
    bench.session.market.show_quotes("watchlist", [1])
    await bench.clock.advance(2.0)
    assert not bench.store.market.quotes[1].subscribed


async def test_a_snapshot_fills_gaps_and_never_overwrites_the_stream(bench: Bench) -> None:
    bench.gateway.answers[SNAPSHOT] = httpx.Response(200, json=[{"conid": 1, "31": "5", "84": "4"}])
    await bench.connect()
    bench.session.market.show_quotes("watchlist", [1])
    bench.wire.feed('{"topic":"smd+1","conid":1,"31":"6"}')
    await bench.clock.advance(2.0)
    quote = bench.store.market.quotes[1]
    assert (quote.last, quote.bid) == (Decimal(6), Decimal(4))


async def test_instruments_shown_before_connecting_are_fetched_when_it_is_up(bench: Bench) -> None:
    bench.gateway.is_up = False
    bench.session.market.show_quotes("watchlist", [1])
    await bench.start()
    bench.gateway.is_up = True
    bench.gateway.answers[SECDEF] = secdef
    await bench.clock.advance(4.0)
    assert bench.gateway.count(SNAPSHOT) >= 1
    assert bench.store.market.contracts[1].symbol == "S1"


async def test_a_new_brokerage_session_opens_the_snapshots_anew(bench: Bench) -> None:
    await bench.connect()
    bench.session.market.show_quotes("watchlist", [1])
    await bench.clock.advance(5.0)
    before = bench.gateway.count(SNAPSHOT)
    bench.gateway.logged_in = False
    bench.session.market.search("x")
    await bench.clock.advance(5.0)
    bench.gateway.logged_in = True
    await bench.clock.advance(5.0)
    assert bench.gateway.count(SNAPSHOT) > before


async def test_definitions_are_asked_for_in_batches_of_two_hundred(bench: Bench) -> None:
    bench.gateway.answers[SECDEF] = secdef
    await bench.connect()
    bench.session.market.learn_contracts(range(1, 301))
    bench.session.market.learn_contracts(range(250, 351))
    await bench.clock.advance(5.0)
    assert [len(query.split("%2C")) for query in bench.gateway.queries(SECDEF)] == [200, 150]
    assert len(bench.store.market.contracts) == 350


async def test_known_definitions_are_not_asked_for_again(bench: Bench) -> None:
    bench.gateway.answers[SECDEF] = secdef
    await bench.connect()
    for _ in range(3):
        bench.session.market.learn_contracts([1])
        await bench.clock.advance(2.0)
    assert bench.gateway.count(SECDEF) == 1


async def test_what_a_watchlist_tells_of_an_instrument_is_no_definition(bench: Bench) -> None:
    bench.gateway.answers[SECDEF] = secdef
    await bench.connect()
    bench.store.apply(ContractsLearned((Contract(1, "S1", name="ONE INC", sec_type="STK"),)))
    bench.session.market.show_quotes("watchlist", [1])
    await bench.clock.advance(2.0)
    contract = bench.store.market.contracts[1]
    assert (contract.name, contract.currency) == ("ONE INC", "USD")


async def test_a_definition_that_lacks_something_is_not_asked_for_for_ever(bench: Bench) -> None:
    bench.gateway.answers[SECDEF] = httpx.Response(200, json={"secdef": [{"conid": 1, "ticker": "S1"}]})
    await bench.connect()
    for _ in range(3):
        bench.session.market.learn_contracts([1])
        await bench.clock.advance(2.0)
    assert bench.gateway.count(SECDEF) == 1


async def test_an_instrument_nobody_knows_is_asked_for_once_per_session(bench: Bench) -> None:
    await bench.connect()
    for _ in range(3):
        bench.session.market.learn_contracts([404])
        await bench.clock.advance(2.0)
    assert bench.gateway.count(SECDEF) == 1


async def test_a_search_is_open_until_it_is_answered(bench: Bench) -> None:
    bench.gateway.answers[SEARCH] = httpx.Response(200, json=[{"conid": "1", "symbol": "AAPL"}])
    await bench.connect()
    bench.session.market.search(" AAPL ")
    assert (bench.store.market.search.text, bench.store.market.search.done) == ("AAPL", False)
    await bench.clock.advance(1.0)
    search = bench.store.market.search
    assert search.done
    assert [hit.contract.symbol for hit in search.hits] == ["AAPL"]


async def test_an_older_search_never_replaces_a_newer_one(bench: Bench) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[{"conid": "1", "symbol": request.url.params["symbol"]}])

    bench.gateway.answers[SEARCH] = answer
    await bench.connect()
    bench.session.market.search("A")
    bench.session.market.search("AB")
    await bench.clock.advance(1.0)
    assert bench.store.market.search.text == "AB"
    assert [hit.contract.symbol for hit in bench.store.market.search.hits] == ["AB"]


async def test_a_refused_search_says_so_in_its_place(bench: Bench) -> None:
    bench.gateway.answers[SEARCH] = httpx.Response(400, json={"error": "symbol too short"})
    await bench.connect()
    bench.session.market.search("A")
    await bench.clock.advance(1.0)
    assert bench.store.market.search.error == "symbol too short"
    assert bench.texts() == []


async def test_an_empty_search_asks_nothing(bench: Bench) -> None:
    await bench.connect()
    bench.session.market.search("  ")
    await bench.clock.advance(1.0)
    assert bench.gateway.count(SEARCH) == 0
    assert bench.store.market.search.done


async def test_rules_are_fetched_once_for_each_side(bench: Bench) -> None:
    bench.gateway.answers[RULES] = httpx.Response(200, json={"increment": 0.01, "orderTypes": ["limit"]})
    await bench.connect()
    for side in (Side.BUY, Side.BUY, Side.SELL, Side.BUY):
        bench.session.market.learn_rules(1, side)
        await bench.clock.advance(0.5)
    assert [body["isBuy"] for body in bench.gateway.bodies(RULES)] == [True, False]
    assert bench.store.market.rules[(1, True)].increment_at(Decimal(5)) == Decimal("0.01")


async def test_rules_that_could_not_be_had_may_be_asked_for_again(bench: Bench) -> None:
    bench.gateway.answers[RULES] = httpx.Response(500, json={"error": "busy"})
    await bench.connect()
    bench.session.market.learn_rules(1, Side.BUY)
    await bench.clock.advance(2.0)
    assert bench.store.market.rules[(1, True)].error == "busy"
    bench.gateway.answers[RULES] = httpx.Response(200, json={"increment": 0.01})
    await bench.clock.advance(10.0)
    bench.session.market.learn_rules(1, Side.BUY)
    await bench.clock.advance(2.0)
    assert bench.store.market.rules[(1, True)].error == ""


async def test_bars_are_fetched_at_most_once_a_minute(bench: Bench) -> None:
    bench.gateway.answers[HISTORY] = bars
    await bench.connect()
    for _ in range(5):
        bench.session.market.want_history(1)
        await bench.clock.advance(5.0)
    assert bench.gateway.count(HISTORY) == 1
    assert len(bench.store.market.histories[(1, "1d", "5min")].bars) == 1
    await bench.clock.advance(60.0)
    bench.session.market.want_history(1)
    await bench.clock.advance(2.0)
    assert bench.gateway.count(HISTORY) == 2


async def test_bars_that_could_not_be_had_say_why_and_are_asked_for_sooner(bench: Bench) -> None:
    bench.gateway.answers[HISTORY] = httpx.Response(500, json={"error": "no data"})
    await bench.connect()
    bench.session.market.want_history(1)
    await bench.clock.advance(2.0)
    assert bench.store.market.histories[(1, "1d", "5min")].error == "no data"
    bench.gateway.answers[HISTORY] = bars
    await bench.clock.advance(10.0)
    bench.session.market.want_history(1)
    await bench.clock.advance(2.0)
    assert bench.store.market.histories[(1, "1d", "5min")].error == ""


async def test_a_failed_refresh_keeps_the_bars_there_are(bench: Bench) -> None:
    bench.gateway.answers[HISTORY] = bars
    await bench.connect()
    bench.session.market.want_history(1)
    await bench.clock.advance(61.0)
    bench.gateway.answers[HISTORY] = httpx.Response(500, json={"error": "no data"})
    bench.session.market.want_history(1)
    await bench.clock.advance(2.0)
    assert len(bench.store.market.histories[(1, "1d", "5min")].bars) == 1


async def test_instruments_without_a_line_get_no_snapshot_either(bench: Bench) -> None:
    await bench.connect()
    bench.session.market.show_quotes("watchlist", range(1, 151))
    await bench.clock.advance(1.0)
    assert len(bench.gateway.queries(SNAPSHOT)[0].split("&")[0].split("%2C")) == 100


async def test_definitions_that_could_not_be_had_are_asked_for_again(bench: Bench) -> None:
    bench.gateway.answers[SECDEF] = httpx.Response(503, content=b"cold")
    await bench.connect()
    bench.session.market.learn_contracts([1])
    await bench.clock.advance(2.0)
    bench.gateway.answers[SECDEF] = secdef
    await bench.clock.advance(10.0)
    assert bench.store.market.contracts[1].symbol == "S1"


async def test_with_the_rules_the_exchanges_of_a_contract_are_learnt_once(bench: Bench) -> None:
    bench.gateway.answers[SECDEF] = secdef
    bench.gateway.answers[INFO] = httpx.Response(
        200, json={"con_id": 1, "valid_exchanges": "SMART,ARCA", "symbol": "?"}
    )
    await bench.connect()
    bench.session.market.learn_contracts([1])
    await bench.clock.advance(1.0)
    bench.session.market.learn_rules(1, Side.BUY)
    await bench.clock.advance(1.0)
    bench.session.market.learn_rules(1, Side.SELL)
    await bench.clock.advance(1.0)
    contract = bench.store.market.contracts[1]
    assert (contract.symbol, contract.exchanges) == ("S1", ("SMART", "ARCA"))
    assert bench.gateway.count(INFO) == 1


async def test_rules_are_there_even_where_the_exchanges_are_refused(bench: Bench) -> None:
    bench.gateway.answers[SECDEF] = secdef
    bench.gateway.answers[INFO] = httpx.Response(500, json={"error": "no"})
    await bench.connect()
    bench.session.market.learn_contracts([1])
    await bench.clock.advance(1.0)
    bench.session.market.learn_rules(1, Side.BUY)
    await bench.clock.advance(5.0)
    assert (1, True) in bench.store.market.rules
    assert bench.store.market.contracts[1].exchanges == ()
