"""Bars of the past and of today."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import pytest

from ibtui.sim.exchange import Bar, Exchange, default_accounts
from tests.sim.exchange.stage import AAPL, DAY, ES, EUR, HOUR, MINUTE, MORNING, SPX, moment

OPEN = moment(17, 14, 30)
EXTENDED_OPEN = moment(17, 9)


def exchange_at(start_ms: int = MORNING, *, seed: int = 4, run_ms: int = 3 * MINUTE - 1, rate: float = 1.0) -> Exchange:
    """Give an exchange that has traded for some minutes."""
    exchange = Exchange(seed=seed, start_ms=start_ms, accounts=default_accounts(), tick_rate=rate)
    exchange.advance(start_ms + run_ms)
    return exchange


@cache
def traded(start_ms: int = MORNING) -> Exchange:
    """Give one exchange for all tests that only read it."""
    return exchange_at(start_ms)


def bars(exchange: Exchange, seconds: int, since: int, *, conid: int = AAPL, outside_rth: bool = False) -> list[Bar]:
    """Give the bars from a moment until now."""
    return exchange.bars(conid, start_ms=since, end_ms=exchange.now_ms + 1, seconds=seconds, outside_rth=outside_rth)


def joined(parts: Sequence[Bar]) -> tuple[object, ...]:
    """Give open, high, low, close and volume of bars together."""
    return (
        parts[0].open,
        max(bar.high for bar in parts),
        min(bar.low for bar in parts),
        parts[-1].close,
        sum(bar.volume for bar in parts),
    )


def figures(bar: Bar) -> tuple[object, ...]:
    """Give the same of one bar."""
    return bar.open, bar.high, bar.low, bar.close, bar.volume


def test_daily_bars_reach_back_more_than_a_year() -> None:
    exchange = traded()
    daily = bars(exchange, 86_400, MORNING - 370 * DAY)
    assert len(daily) >= 250
    assert all(before.time_ms < after.time_ms for before, after in pairwise(daily))
    assert all(bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in daily)


def test_yesterdays_daily_bar_ends_at_the_prior_close() -> None:
    exchange = traded()
    yesterday, _ = bars(exchange, 86_400, MORNING - 2 * DAY + HOUR)
    assert yesterday.close == exchange.quote(AAPL).prior_close
    assert yesterday.time_ms == OPEN - DAY


@pytest.mark.parametrize("conid", [AAPL, ES, EUR])
@pytest.mark.parametrize("outside_rth", [False, True])
def test_the_minutes_of_a_past_day_are_its_daily_bar(conid: int, outside_rth: bool) -> None:
    exchange = traded()
    daily = bars(exchange, 86_400, MORNING - 8 * DAY, conid=conid, outside_rth=outside_rth)
    minutes = bars(exchange, 60, daily[-4].time_ms, conid=conid, outside_rth=outside_rth)
    past = [bar for bar in minutes if bar.time_ms < daily[-3].time_ms]
    assert joined(past) == figures(daily[-4])


@pytest.mark.parametrize("start_ms", [MORNING, MORNING + 30_500, EXTENDED_OPEN + 60_001, moment(17, 22, 7, 3)])
def test_the_days_statistics_are_those_of_todays_bars(start_ms: int) -> None:
    exchange = traded(start_ms)
    quote = exchange.quote(AAPL)
    everything = bars(exchange, 60, EXTENDED_OPEN, outside_rth=True)
    regular = bars(exchange, 60, OPEN)
    _, high, low, close, volume = joined(everything)
    assert (high, low, close, volume) == (quote.high, quote.low, quote.last, quote.volume)
    assert quote.open == (regular or everything)[0].open


def test_bars_of_live_minutes_agree_with_the_trades() -> None:
    exchange = traded()
    trades = exchange.trades(AAPL, 10_000)
    minutes = bars(exchange, 60, MORNING)
    assert len(minutes) == 3
    for bar in minutes:
        inside = [trade for trade in trades if bar.time_ms <= trade.time_ms < bar.time_ms + MINUTE]
        prices = [trade.price for trade in inside]
        assert figures(bar) == (
            prices[0],
            max(prices),
            min(prices),
            prices[-1],
            sum(trade.size for trade in inside),
        )


def test_bars_under_a_minute_come_from_the_trades() -> None:
    exchange = traded()
    fives = bars(exchange, 5, MORNING)
    assert joined(fives) == joined(bars(exchange, 60, MORNING))
    assert all(bar.time_ms % 5000 == 0 for bar in fives)


@pytest.mark.parametrize("seconds", [120, 300, 900, 1800, 3600, 14_400])
def test_longer_bars_are_made_of_minutes(seconds: int) -> None:
    exchange = traded()
    since = moment(16, 16)
    long = bars(exchange, seconds, since)
    minutes = bars(exchange, 60, long[0].time_ms)
    assert joined(long) == joined(minutes)
    assert all(bar.time_ms % (seconds * 1000) == 0 for bar in long)
    for bar in long:
        inside = [part for part in minutes if bar.time_ms <= part.time_ms < bar.time_ms + seconds * 1000]
        assert figures(bar) == joined(inside)


def test_weekly_bars_begin_on_mondays_or_the_first_trading_day() -> None:
    exchange = traded()
    weekly = bars(exchange, 7 * 86_400, MORNING - 40 * DAY)
    daily = bars(exchange, 86_400, weekly[-2].time_ms)
    assert weekly[-1].time_ms == OPEN - DAY
    assert figures(weekly[-2]) == joined([bar for bar in daily if bar.time_ms < weekly[-1].time_ms])


def test_regular_bars_leave_out_the_extended_hours() -> None:
    exchange = traded()
    regular = bars(exchange, 60, EXTENDED_OPEN)
    everything = bars(exchange, 60, EXTENDED_OPEN, outside_rth=True)
    assert min(bar.time_ms for bar in regular) == OPEN
    assert min(bar.time_ms for bar in everything) == EXTENDED_OPEN


def test_only_bars_that_begin_in_the_span_are_given() -> None:
    exchange = traded()
    some = exchange.bars(AAPL, start_ms=OPEN + 1, end_ms=OPEN + 5 * MINUTE, seconds=60, outside_rth=False)
    assert [bar.time_ms for bar in some] == [OPEN + minute * MINUTE for minute in range(1, 5)]


def test_the_past_does_not_depend_on_when_it_is_asked_for() -> None:
    early, late = exchange_at(run_ms=0), exchange_at(run_ms=0)
    late.advance(MORNING + MINUTE)
    span = {"start_ms": MORNING - 5 * DAY, "end_ms": OPEN, "seconds": 300}
    assert early.bars(AAPL, **span, outside_rth=True) == late.bars(AAPL, **span, outside_rth=True)


def test_bars_go_on_over_days_of_trading() -> None:
    exchange = exchange_at(run_ms=2 * DAY, rate=0.0005)
    daily = bars(exchange, 86_400, MORNING - 2 * DAY)
    assert [bar.time_ms for bar in daily] == [OPEN - DAY, OPEN, OPEN + DAY, OPEN + 2 * DAY]
    minutes = bars(exchange, 60, OPEN)
    for bar in daily[1:]:
        assert figures(bar) == joined([part for part in minutes if bar.time_ms <= part.time_ms < bar.time_ms + DAY])


def test_the_index_has_bars_without_volume() -> None:
    exchange = traded()
    minutes = bars(exchange, 60, OPEN, conid=SPX)
    assert len(minutes) > 60
    assert sum(bar.volume for bar in minutes) == 0


def test_always_open_markets_have_a_day_from_midnight_on() -> None:
    exchange = Exchange(seed=1, start_ms=moment(21, 12), accounts=default_accounts(), always_open=True)
    [today] = bars(exchange, 86_400, moment(21, 5))
    quote = exchange.quote(AAPL)
    assert figures(today) == (quote.open, quote.high, quote.low, quote.last, quote.volume)
    assert len(bars(exchange, 60, moment(21, 5))) == 7 * 60
