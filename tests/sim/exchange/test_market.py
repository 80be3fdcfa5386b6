"""The market without users: how it looks, moves and repeats."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

import pytest

from ibtui.sim.exchange import Event, Exchange, Quote, QuoteChanged, Tif, default_accounts, default_instruments
from tests.sim.exchange.stage import AAPL, ES, EUR, HOUR, KO, MINUTE, MORNING, SPX, SPY, TICK, Stage, moment, order

LIQUID = (AAPL, KO, ES, EUR, SPY)


def trading(seed: int = 3, **options: float) -> Exchange:
    """Give an exchange with the default accounts on a Tuesday morning."""
    return Exchange(seed=seed, start_ms=MORNING, accounts=default_accounts(), tick_rate=options.get("tick_rate", 1.0))


def quotes(exchange: Exchange) -> list[Quote]:
    """Give every quote."""
    return [exchange.quote(listing.conid) for listing in exchange.instruments()]


def test_at_least_forty_instruments_have_unique_conids_and_whole_descriptions() -> None:
    listed = default_instruments()
    assert len(listed) >= 40
    assert len({listing.conid for listing in listed}) == len(listed)
    for listing in listed:
        assert listing.name
        assert listing.start_price % listing.increment == 0
        assert listing.sec_type in {"STK", "FUT", "CASH", "IND", "CRYPTO"}


def test_equally_volatile_stocks_move_on_their_own() -> None:
    exchange = Exchange(seed=1, start_ms=MORNING, accounts=[], symbols=200)
    invented = [listing for listing in exchange.instruments() if listing.conid >= 990_000_000]
    alike = [listing for listing in invented if listing.daily_volatility == invented[0].daily_volatility]
    changes = [exchange.quote(listing.conid).mark / listing.start_price for listing in alike]
    assert len(alike) > 8
    assert max(changes) - min(changes) > Decimal("0.004")


@pytest.mark.parametrize(
    ("start_ms", "symbol", "expiry"),
    [
        (moment(1, 12), "ESZ6", "20261218"),
        (1797638400000, "ESH7", "20270319"),
    ],
)
def test_the_futures_are_those_of_the_front_quarter(start_ms: int, symbol: str, expiry: str) -> None:
    [future] = [listing for listing in default_instruments(start_ms) if listing.symbol == "ES"]
    assert (future.local_symbol, future.expiry) == (symbol, expiry)


def test_instruments_are_found_by_symbol_or_by_name() -> None:
    exchange = Stage().exchange
    assert [listing.symbol for listing in exchange.search("goog")] == ["GOOG", "GOOGL"]
    assert [listing.conid for listing in exchange.search("KO")] == [KO]
    assert [listing.symbol for listing in exchange.search("alphabet", by_name=True)] == ["GOOGL", "GOOG"]
    assert [listing.conid for listing in exchange.search("EUR.USD")] == [EUR]
    assert exchange.search("  ") == []


def test_more_symbols_are_invented_when_asked_for() -> None:
    exchange = Exchange(seed=1, start_ms=MORNING, accounts=[], symbols=120)
    assert len(exchange.instruments()) == 120
    assert len({listing.symbol for listing in exchange.instruments()}) == 120
    assert exchange.quote(990_000_001).bid is not None


def test_the_book_is_never_crossed_and_prices_lie_on_the_grid() -> None:
    exchange = trading()
    for step in range(1, 120):
        exchange.advance(MORNING + step * 500)
        for conid in LIQUID:
            bids, asks = exchange.depth(conid, 1000)
            assert bids[0].price < asks[0].price
            assert all(better.price > worse.price for better, worse in pairwise(bids))
            assert all(better.price < worse.price for better, worse in pairwise(asks))
            listing = exchange.instrument(conid)
            assert listing is not None
            assert all(level.price % listing.increment == 0 and level.size > 0 for level in (*bids, *asks))


def test_liquid_books_have_twenty_levels_on_each_side() -> None:
    exchange = trading()
    exchange.advance(MORNING + 5 * MINUTE)
    for conid in LIQUID:
        bids, asks = exchange.depth(conid, 100)
        assert min(len(bids), len(asks)) >= 20, conid


def test_the_top_of_a_liquid_stock_changes_several_times_a_second() -> None:
    exchange = trading()
    tops = []
    for step in range(1, 600):
        exchange.advance(MORNING + step * 100)
        quote = exchange.quote(AAPL)
        tops.append((quote.bid, quote.bid_size, quote.ask, quote.ask_size))
    changes = sum(before != after for before, after in pairwise(tops))
    assert changes / 60 > 2


def test_spreads_stay_narrow() -> None:
    exchange = trading()
    spreads = []
    for step in range(1, 100):
        exchange.advance(MORNING + step * 1000)
        quote = exchange.quote(AAPL)
        assert quote.bid is not None
        assert quote.ask is not None
        spreads.append(quote.ask - quote.bid)
    assert sorted(spreads)[len(spreads) // 2] <= 2 * TICK
    assert max(spreads) <= 40 * TICK


def test_an_hour_moves_the_price_visibly_but_sanely() -> None:
    exchange = trading(tick_rate=0.02)
    start = exchange.quote(AAPL).mark
    marks = []
    for minute in range(1, 61):
        exchange.advance(MORNING + minute * MINUTE)
        marks.append(exchange.quote(AAPL).mark)
    widest = max(marks) - min(marks)
    assert start * Decimal("0.001") < widest < start * Decimal("0.05")


def test_a_book_swept_clean_comes_back_to_its_fair_price() -> None:
    stage = Stage(tick_rate=1.0)
    before = stage.exchange.quote(AAPL).mark
    asks = stage.exchange.depth(AAPL, 1000)[1]
    stage.place(order("BUY", sum(level.size for level in asks), account="DU1000002", tif=Tif.IOC))
    stage.run(20_000)
    after = stage.exchange.quote(AAPL)
    assert after.ask is not None
    assert abs(after.mark - before) < Decimal("0.60")


def test_a_large_resting_order_holds_the_price_and_the_other_side_stays_populated() -> None:
    stage = Stage(tick_rate=1.0)
    wall = stage.ask() + 20 * TICK
    [order_id] = stage.place(order("BUY", 2_000_000, price=wall, account="DU1000002"))
    stage.run(60_000)
    bids, asks = stage.exchange.depth(AAPL, 100)
    assert stage.order(order_id).filled > 0
    assert bids[0].price >= wall
    assert asks[0].price <= bids[0].price + 5 * TICK
    assert len(asks) > 10


def test_the_days_statistics_agree_with_the_tape() -> None:
    exchange = trading()
    before = exchange.quote(AAPL)
    exchange.advance(MORNING + 2 * MINUTE)
    trades, after = exchange.trades(AAPL, 10_000), exchange.quote(AAPL)
    assert after.volume - before.volume == sum(trade.size for trade in trades)
    assert (after.last, after.last_size, after.last_time_ms) == (trades[-1].price, trades[-1].size, trades[-1].time_ms)
    assert before.high is not None
    assert before.low is not None
    assert after.high == max(before.high, *(trade.price for trade in trades))
    assert after.low == min(before.low, *(trade.price for trade in trades))
    assert after.open == before.open
    assert after.low <= (after.vwap or 0) <= after.high


def test_trades_come_newest_last_and_no_more_than_asked() -> None:
    exchange = trading()
    exchange.advance(MORNING + MINUTE)
    trades = exchange.trades(AAPL, 5)
    assert len(trades) == 5
    assert [trade.time_ms for trade in trades] == sorted(trade.time_ms for trade in trades)
    assert exchange.trades(AAPL, 0) == []


def test_the_same_seed_and_calls_give_the_same_market() -> None:
    first, second = trading(), trading()
    for exchange in (first, second):
        exchange.place([order("BUY", 3000, account="DU1234567")])
        exchange.advance(MORNING + MINUTE)
    assert quotes(first) == quotes(second)
    assert first.drain() == second.drain()


def test_another_seed_gives_another_market() -> None:
    assert quotes(trading(1)) != quotes(trading(2))


def executed_by(exchange: Exchange, stops: Iterable[int]) -> list[Event]:
    """Place some orders, advance by way of the stops, and give all but the quotes' events."""
    quote = exchange.quote(AAPL)
    assert quote.bid is not None
    exchange.place(
        [
            order("BUY", 500, price=quote.bid, account="DU1234567", coid="p"),
            order("SELL", 500, price=quote.bid + 4 * TICK, account="DU1234567", parent_coid="p"),
            order("SELL", 300, price=quote.bid + 2 * TICK, account="DU1234567", tif=Tif.GTC),
        ]
    )
    events: list[Event] = []
    for stop in stops:
        exchange.advance(stop)
        events += exchange.drain()
    return [event for event in events if not isinstance(event, QuoteChanged)]


def test_many_small_steps_equal_one_large_step() -> None:
    end = MORNING + 90_000
    coarse, fine = trading(), trading()
    one = executed_by(coarse, [end])
    many = executed_by(fine, [*range(MORNING + 1, end, 37), end])
    assert one == many
    assert len(one) > 10
    assert quotes(coarse) == quotes(fine)
    assert coarse.depth(AAPL, 1000) == fine.depth(AAPL, 1000)
    assert coarse.summary("DU1234567") == fine.summary("DU1234567")


def test_steps_do_not_matter_over_the_end_of_a_day() -> None:
    start, end = moment(17, 20, 59, 30), moment(18, 9, 0, 20)
    markets = []
    for step in (end - start, 7 * MINUTE + 1):
        exchange = Exchange(seed=5, start_ms=start, accounts=default_accounts(), tick_rate=0.005)
        now = start
        while now < end:
            now = min(now + step, end)
            exchange.advance(now)
        markets.append(quotes(exchange))
    assert markets[0] == markets[1]


def test_time_does_not_run_backwards() -> None:
    exchange = trading()
    exchange.advance(MORNING - HOUR)
    assert exchange.now_ms == MORNING


def test_a_quote_that_moves_often_is_told_once_per_drain() -> None:
    exchange = trading()
    exchange.advance(MORNING + 10_000)
    told = [event.conid for event in exchange.drain() if isinstance(event, QuoteChanged)]
    assert len(told) == len(set(told))
    assert AAPL in told
    assert exchange.drain() == []


def test_the_tick_rate_makes_the_flow_denser() -> None:
    slow, fast = trading(), trading(tick_rate=5.0)
    for exchange in (slow, fast):
        exchange.advance(MORNING + 20_000)
    assert len(fast.trades(AAPL, 10_000)) > 2 * len(slow.trades(AAPL, 10_000))


def test_the_index_follows_the_fund_that_tracks_it() -> None:
    exchange = trading(tick_rate=0.2)
    exchange.advance(MORNING + 10 * MINUTE)
    index, fund = exchange.quote(SPX), exchange.quote(SPY)
    assert index.last is not None
    expected = fund.mark / fund.prior_close
    assert abs(index.last / index.prior_close - expected) < Decimal("0.0003")
    assert (index.bid, index.ask, index.volume, index.vwap) == (None, None, Decimal(0), None)
    assert exchange.depth(SPX, 5) == ([], [])


def test_the_mark_is_the_middle_on_half_a_tick() -> None:
    exchange = trading()
    quote = exchange.quote(AAPL)
    assert quote.bid is not None
    assert quote.ask is not None
    assert quote.mark == (quote.bid + quote.ask) / 2
