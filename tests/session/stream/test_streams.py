from __future__ import annotations

from decimal import Decimal

from ibtui.domain.session import Light
from tests.session.scripted import ACCOUNT, Bench

QUOTE = '{"topic":"smd+1","conid":1,"conidEx":"1","_updated":1,"31":"10.5","6509":"RpB"}'


def rung(topic: str, price: str) -> str:
    return f'{{"topic":"{topic}","data":[{{"row":0,"focus":0,"price":"{price}","bid":"3"}}]}}'


async def test_nothing_is_asked_for_before_the_gateway_listens(bench: Bench) -> None:
    bench.session.market.show_quotes("watchlist", [1])
    await bench.start()
    assert bench.wire.sent == []
    assert bench.health.stream is Light.WAIT
    await bench.ready()
    assert any(command.startswith("smd+1+") for command in bench.wire.sent)
    assert "sor+{}" in bench.wire.sent


async def test_a_quote_reaches_the_store_and_is_live(bench: Bench) -> None:
    bench.session.market.show_quotes("watchlist", [1])
    await bench.connect()
    bench.wire.feed(QUOTE.encode())
    await bench.clock.advance(0.1)
    quote = bench.store.market.quotes[1]
    assert quote.last == Decimal("10.5")
    assert quote.subscribed


async def test_the_first_full_frame_may_come_twice(bench: Bench) -> None:
    bench.session.market.show_quotes("watchlist", [1])
    await bench.connect()
    bench.wire.feed(QUOTE, QUOTE)
    await bench.clock.advance(0.1)
    assert bench.store.market.quotes[1].last == Decimal("10.5")


async def test_a_broken_stream_makes_every_price_old_until_it_speaks_again(bench: Bench) -> None:
    bench.session.market.show_quotes("watchlist", [1])
    await bench.connect()
    bench.wire.feed(QUOTE)
    await bench.clock.advance(0.1)
    bench.wire.drop()
    await bench.clock.advance(2.0)
    assert not bench.store.market.quotes[1].subscribed
    await bench.ready()
    assert any(command.startswith("smd+1+") for command in bench.wire.sent)
    assert not bench.store.market.quotes[1].subscribed
    bench.wire.feed(QUOTE)
    await bench.clock.advance(0.1)
    assert bench.store.market.quotes[1].subscribed


async def test_the_word_ready_said_twice_subscribes_once(bench: Bench) -> None:
    await bench.connect()
    await bench.ready()
    assert bench.wire.sent.count("sor+{}") == 1


async def test_a_gateway_that_waits_for_the_session_gets_it(bench: Bench) -> None:
    await bench.start()
    bench.wire.feed('{"message":"waiting for session"}')
    await bench.clock.advance(0.1)
    assert bench.wire.sent == ['{"session":"abc"}']


async def test_rungs_of_the_ladder_shown_reach_the_store(bench: Bench) -> None:
    bench.session.market.show_ladder(7)
    await bench.connect()
    await bench.clock.advance(1.5)
    assert f"sbd+{ACCOUNT}+7" in bench.wire.sent
    bench.wire.feed(rung(f"sbd+{ACCOUNT}+7", "10.5"))
    await bench.clock.advance(0.1)
    ladder = bench.store.market.ladder
    assert ladder is not None
    assert [one.price for one in ladder.rungs] == [Decimal("10.5")]


async def test_a_rung_of_the_ladder_before_never_shows(bench: Bench) -> None:
    bench.session.market.show_ladder(7)
    await bench.connect()
    await bench.clock.advance(1.5)
    bench.session.market.show_ladder(8)
    bench.wire.feed(rung("sbd", "99"), rung(f"sbd+{ACCOUNT}+7", "98"))
    await bench.clock.advance(3.0)
    bench.wire.feed(rung(f"sbd+{ACCOUNT}+7", "97"))
    await bench.clock.advance(0.1)
    ladder = bench.store.market.ladder
    assert ladder is not None
    assert (ladder.conid, ladder.rungs) == (8, ())


async def test_a_rung_of_another_exchange_never_shows(bench: Bench) -> None:
    bench.session.market.show_ladder(7, "NASDAQ")
    await bench.connect()
    await bench.clock.advance(1.5)
    assert f"sbd+{ACCOUNT}+7+NASDAQ" in bench.wire.sent
    bench.wire.feed(rung(f"sbd+{ACCOUNT}+7+ARCA", "99"))
    await bench.clock.advance(0.1)
    ladder = bench.store.market.ladder
    assert ladder is not None
    assert (ladder.exchange, ladder.rungs) == ("NASDAQ", ())


async def test_trades_of_the_ladders_instrument_are_counted_across_a_lost_stream(bench: Bench) -> None:
    def quote(volume: int, last: str) -> str:
        return f'{{"topic":"smd+7","conid":7,"31":"{last}","7059":"5","84":"10","86":"11","7762":"{volume}"}}'

    bench.session.market.show_quotes("ladder", [7])
    bench.session.market.show_ladder(7)
    await bench.connect()
    bench.wire.feed(quote(100, "10"), quote(105, "11"))
    await bench.clock.advance(0.1)
    flow = bench.store.market.flows[7]
    assert {price: traded.bought for price, traded in flow.at.items()} == {Decimal(11): Decimal(5)}
    bench.wire.drop()
    await bench.clock.advance(5.0)
    await bench.ready()
    bench.wire.feed(quote(900, "11"))
    await bench.clock.advance(0.1)
    flow = bench.store.market.flows[7]
    assert (len(flow.prints), flow.unplaced) == (1, Decimal(795))
    assert bench.store.market.streams_lost_count == 1


async def test_a_refused_ladder_says_why(bench: Bench) -> None:
    bench.session.market.show_ladder(7)
    await bench.connect()
    await bench.clock.advance(1.5)
    bench.wire.feed(f'{{"topic":"sbd+{ACCOUNT}+7","error":"no Level II"}}')
    await bench.clock.advance(0.1)
    assert bench.store.market.ladder is not None
    assert bench.store.market.ladder.error == "no Level II"


async def test_a_refused_order_stream_is_primed_and_asked_for_again(bench: Bench) -> None:
    await bench.connect()
    primed = bench.gateway.count("GET /iserver/accounts")
    bench.wire.feed('{"error":"unable to subscribe","code":500,"topic":"sor"}')
    await bench.clock.advance(6.0)
    assert bench.gateway.count("GET /iserver/accounts") == primed + 1
    assert bench.wire.sent.count("sor+{}") == 2
    assert bench.store.orders.orders == {}


async def test_a_refused_quote_is_not_believed(bench: Bench) -> None:
    bench.session.market.show_quotes("watchlist", [1])
    await bench.connect()
    bench.wire.feed(QUOTE, '{"topic":"smd+1","error":"no permission"}')
    await bench.clock.advance(0.1)
    assert not bench.store.market.quotes[1].subscribed


async def test_orders_fills_and_profit_reach_the_store(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(
        '{"topic":"sor","args":[{"acct":"DU1234567","orderId":5,"status":"Submitted","conid":1}]}',
        '{"topic":"str","args":[{"execution_id":"e1","conid":1,"side":"B","size":1.0,"price":"2"}]}',
        '{"topic":"spl","args":{"DU1234567.Core":{"rowType":1,"dpl":-58.28}}}',
    )
    await bench.clock.advance(0.1)
    assert 5 in bench.store.orders.orders
    assert "e1" in bench.store.orders.executions
    assert bench.store.money.pnl[ACCOUNT].daily == Decimal("-58.28")


async def test_notices_and_bulletins_reach_the_store(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(
        '{"topic":"ntf","args":[{"id":"118","text":"to be cancelled","title":null,"url":null}]}',
        '{"topic":"blt","args":[{"id":7,"message":"exchange closed"}]}',
    )
    await bench.clock.advance(0.1)
    assert bench.store.inbox.notices["118"].text == "to be cancelled"
    assert bench.store.inbox.bulletins["7"].text == "exchange closed"


async def test_what_nobody_understands_does_no_harm(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(b"\x99\xff", "[]", "7", "null", '{"topic":7}', '{"topic":"error"}', '{"error":"what","code":1}')
    bench.wire.feed('{"topic":"smd+1"}', '{"topic":"sbd","data":7}', '{"topic":"act","args":{}}')
    await bench.clock.advance(0.1)
    assert bench.health.stream is Light.ON
    assert bench.texts() == []


async def test_a_beating_stream_without_figures_makes_the_link_look(bench: Bench) -> None:
    """After the nightly re-authentication the old socket beats on, and every subscription is dead."""
    await bench.connect()
    bench.gateway.session = "def"
    for _ in range(4):
        bench.wire.feed('{"topic":"system","hb":1}')
        await bench.clock.advance(5.0)
    assert [endpoint.session for endpoint in bench.network.endpoints] == ["abc", "def"]


async def test_a_quiet_market_is_looked_after_less_and_less_often(bench: Bench) -> None:
    await bench.connect()
    before = bench.gateway.count("POST /tickle")
    for _ in range(60):
        bench.wire.feed('{"topic":"system","hb":1}')
        await bench.clock.advance(10.0)
    assert bench.gateway.count("POST /tickle") - before < 20
    assert len(bench.network.endpoints) == 1


async def test_the_age_of_the_newest_frame_is_told(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(5.0)
    bench.wire.feed('{"topic":"system","hb":1}')
    await bench.clock.advance(0.0)
    came = bench.clock.monotonic()
    await bench.clock.advance(1.5)
    assert bench.health.last_frame == came


async def test_bytes_per_second_are_told(bench: Bench) -> None:
    await bench.connect()
    for _ in range(30):
        bench.wire.feed("x" * 500)
        await bench.clock.advance(0.5)
    assert 800 <= bench.store.pace.bytes_per_second <= 1100
