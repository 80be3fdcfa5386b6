from __future__ import annotations

from decimal import Decimal

import httpx

from tests.session.scripted import ACCOUNT, Bench

ACCOUNTS = "GET /portfolio/accounts"
POSITIONS = f"GET /portfolio/{ACCOUNT}/positions/0"
FILL = '{"topic":"str","args":[{"execution_id":"e%d","conid":1,"side":"B","size":1.0,"price":"2"}]}'


async def test_the_portfolio_is_primed_before_anything_else_of_it(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(3.0)
    asked = [key for key in bench.gateway.asked() if "/portfolio" in key]
    assert asked[:2] == [ACCOUNTS, POSITIONS]


async def test_positions_ledger_and_summary_reach_the_store(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(3.0)
    money = bench.store.money
    assert money.positions[(ACCOUNT, 1)].quantity == Decimal(5)
    assert money.ledger[(ACCOUNT, "BASE")].cash == Decimal(10)
    assert money.summary[(ACCOUNT, "buyingpower")].amount == Decimal(99)
    assert (money.accounts[0].alias, money.accounts[0].currency) == ("mine", "USD")


async def test_all_pages_of_positions_are_read(bench: Bench) -> None:
    def page(start: int, count: int) -> httpx.Response:
        return httpx.Response(200, json=[{"conid": start + n, "position": 1.0} for n in range(count)])

    bench.gateway.answers[POSITIONS] = page(1, 100)
    bench.gateway.answers[f"GET /portfolio/{ACCOUNT}/positions/1"] = page(101, 7)
    await bench.connect()
    await bench.clock.advance(3.0)
    assert len(bench.store.money.positions) == 107


async def test_a_closed_position_is_not_shown(bench: Bench) -> None:
    bench.gateway.answers[POSITIONS] = httpx.Response(200, json=[{"conid": 1, "position": 0.0}])
    await bench.connect()
    await bench.clock.advance(3.0)
    assert bench.store.money.positions == {}
    assert ACCOUNT in bench.store.money.positions_received


async def test_positions_are_polled_gently(bench: Bench) -> None:
    await bench.connect()
    await bench.beat(180.0)
    assert bench.gateway.count(POSITIONS) in (4, 5)


async def test_many_fills_are_one_more_read(bench: Bench) -> None:
    await bench.connect()
    await bench.beat(10.0)
    before = bench.gateway.count(POSITIONS)
    for number in range(20):
        bench.wire.feed(FILL % number)
    await bench.beat(10.0)
    assert bench.gateway.count(POSITIONS) == before + 1


async def test_a_fill_that_only_the_trades_tell_of_has_the_positions_read_again(bench: Bench) -> None:
    await bench.connect()
    await bench.beat(10.0)
    before = bench.gateway.count(POSITIONS)
    fill = {"execution_id": "e1", "conid": 1, "side": "B", "size": 1.0, "price": "2"}
    bench.gateway.answers["GET /iserver/account/trades"] = httpx.Response(200, json=[fill])
    bench.session.orders.refresh()
    await bench.beat(10.0)
    assert bench.gateway.count(POSITIONS) == before + 1


async def test_a_cold_answer_is_asked_for_again_without_a_word(bench: Bench) -> None:
    bench.gateway.answers[POSITIONS] = httpx.Response(503, content=b"cold")
    await bench.connect()
    await bench.clock.advance(3.0)
    bench.gateway.answers.pop(POSITIONS)
    await bench.clock.advance(6.0)
    assert (ACCOUNT, 1) in bench.store.money.positions
    assert bench.texts() == []


async def test_another_account_is_read_at_once(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(6.0)
    bench.session.link.select_account("DU7654321")
    await bench.clock.advance(8.0)
    assert bench.gateway.count("GET /portfolio/DU7654321/positions/0") >= 1


async def test_two_thousand_positions_are_read_whole_and_not_again_for_every_fill(bench: Bench) -> None:
    for number in range(20):
        rows = [{"conid": 1 + 100 * number + n, "position": 1.0} for n in range(100)]
        bench.gateway.answers[f"GET /portfolio/{ACCOUNT}/positions/{number}"] = httpx.Response(200, json=rows)
    bench.gateway.answers[f"GET /portfolio/{ACCOUNT}/positions/20"] = httpx.Response(200, json=[])
    await bench.connect()
    await bench.beat(20.0)
    assert len(bench.store.money.positions) == 2000
    before = bench.gateway.count(POSITIONS)
    for number in range(12):
        bench.wire.feed(FILL % number)
        await bench.beat(5.0)
    assert 4 <= bench.gateway.count(POSITIONS) - before <= 6, "without a rest it would be once for each fill"
