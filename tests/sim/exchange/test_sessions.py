"""Times in force and trading hours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ibtui.sim.exchange import Hours, OrderType, Status, Tif
from ibtui.sim.exchange.sessions import Phase, Sessions
from tests.sim.exchange.stage import AAPL, ES, EUR, HOUR, ME, MINUTE, MORNING, OTHER, TICK, Stage, moment, order

CLOSE, EXTENDED_CLOSE = moment(17, 21), moment(18, 1)
NEXT_PREMARKET, NEXT_OPEN = moment(18, 9), moment(18, 14, 30)
PREMARKET = moment(17, 12)
NIGHT = moment(18, 3)


def far_below(stage: Stage) -> Decimal:
    """Give a price no flow reaches."""
    return (stage.bid() * Decimal("0.5")).quantize(TICK)


def test_a_day_order_expires_at_the_regular_close() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 1, price=far_below(stage)))
    stage.until(CLOSE - 1)
    assert stage.status(order_id) is Status.SUBMITTED
    stage.until(CLOSE)
    assert stage.status(order_id) is Status.CANCELLED
    assert "expired" in stage.order(order_id).reason


def test_a_day_order_for_all_hours_expires_at_the_end_of_the_extended_session() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 1, price=far_below(stage), outside_rth=True))
    stage.until(EXTENDED_CLOSE - 1)
    assert stage.status(order_id) is Status.SUBMITTED
    stage.until(EXTENDED_CLOSE)
    assert stage.status(order_id) is Status.CANCELLED


def test_a_good_till_cancelled_order_sleeps_overnight_and_works_again() -> None:
    stage = Stage()
    price = far_below(stage)
    [order_id] = stage.place(order("BUY", 1, price=price, tif=Tif.GTC))
    stage.until(CLOSE)
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    assert price not in {level.price for level in stage.exchange.depth(AAPL, 10_000)[0]}
    stage.until(NEXT_OPEN + 100)
    assert stage.status(order_id) is Status.SUBMITTED
    assert price in {level.price for level in stage.exchange.depth(AAPL, 10_000)[0]}


def test_before_the_open_only_orders_for_all_hours_work() -> None:
    stage = Stage(start_ms=PREMARKET)
    [asleep] = stage.place(order("BUY", 10, price=stage.ask()))
    [awake] = stage.place(order("BUY", 10, price=stage.ask(), outside_rth=True))
    assert stage.status(asleep) is Status.PRE_SUBMITTED
    assert stage.status(awake) is Status.FILLED


def test_a_market_order_in_shares_waits_for_the_open_even_if_for_all_hours() -> None:
    stage = Stage(start_ms=PREMARKET)
    [order_id] = stage.place(order("BUY", 10, outside_rth=True))
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.until(moment(17, 14, 30) + 100)
    assert stage.status(order_id) is Status.FILLED


def test_an_order_placed_at_night_waits_for_its_session() -> None:
    stage = Stage(start_ms=NIGHT)
    [regular] = stage.place(order("BUY", 10, price=stage.ask() + 1))
    [extended] = stage.place(order("BUY", 10, price=stage.ask() + 1, outside_rth=True))
    assert stage.status(regular) is stage.status(extended) is Status.PRE_SUBMITTED
    stage.until(NEXT_PREMARKET + 100)
    assert stage.status(regular) is Status.PRE_SUBMITTED
    assert stage.status(extended) is Status.FILLED
    stage.until(NEXT_OPEN + 100)
    assert stage.status(regular) is Status.FILLED


def test_stops_do_not_trigger_outside_regular_hours_unless_asked() -> None:
    stage = Stage(start_ms=PREMARKET)
    [order_id] = stage.place(order("SELL", 10, OrderType.STP, price=stage.ask() + 5))
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.until(moment(17, 14, 30) + 100)
    assert stage.status(order_id) is Status.FILLED


def test_a_stop_watching_before_the_open_sees_the_opening_print() -> None:
    stage = Stage(start_ms=moment(17, 14))
    bid, ask = stage.bid(ES), stage.ask(ES)
    stage.place(order("BUY", 500, price=ask + 3, conid=ES, account=OTHER, tif=Tif.IOC, outside_rth=True))
    stage.place(order("SELL", 1, price=bid, conid=ES, account=OTHER, tif=Tif.IOC, outside_rth=True))
    stop = bid + Decimal("0.25")
    [order_id] = stage.place(order("BUY", 1, OrderType.STP, price=stop, conid=ES, tif=Tif.GTC, outside_rth=True))
    stage.until(moment(17, 14, 30) - 1)
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.until(moment(17, 14, 30))
    assert stage.status(order_id) is Status.FILLED


def test_an_opening_order_is_filled_at_the_opening_price() -> None:
    stage = Stage(start_ms=PREMARKET)
    [order_id] = stage.place(order("BUY", 700, tif=Tif.OPG))
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.until(moment(17, 14, 30))
    assert stage.status(order_id) is Status.FILLED
    assert [fill.price for fill in stage.fills(order_id)] == [stage.exchange.quote(AAPL).open]


def test_an_opening_order_placed_during_the_session_waits_for_the_next_open() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 100, tif=Tif.OPG))
    stage.until(NEXT_OPEN - 1)
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.until(NEXT_OPEN)
    assert stage.status(order_id) is Status.FILLED


def test_an_opening_order_whose_limit_is_missed_ends() -> None:
    stage = Stage(start_ms=PREMARKET)
    [order_id] = stage.place(order("BUY", 100, price=far_below(stage), tif=Tif.OPG))
    stage.until(moment(17, 14, 30))
    assert stage.status(order_id) is Status.CANCELLED


def test_shares_trade_in_their_hours_and_futures_and_currencies_nearly_round_the_clock() -> None:
    stage = Stage(start_ms=NIGHT)
    assert not stage.exchange.is_open(AAPL, outside_rth=True)
    assert not stage.exchange.is_open(ES, outside_rth=False)
    assert stage.exchange.is_open(ES, outside_rth=True)
    assert stage.exchange.is_open(EUR, outside_rth=False)


def test_a_closed_market_does_not_move() -> None:
    stage = Stage(start_ms=NIGHT, tick_rate=1.0)
    before = stage.exchange.depth(AAPL, 1000)
    stage.run(HOUR // 4)
    assert stage.exchange.depth(AAPL, 1000) == before
    assert stage.exchange.trades(ES, 10)


def test_always_open_markets_trade_at_night_and_at_weekends() -> None:
    stage = Stage(start_ms=moment(21, 4), tick_rate=1.0, always_open=True)
    assert stage.exchange.is_open(AAPL, outside_rth=False)
    [order_id] = stage.place(order("BUY", 100))
    assert stage.status(order_id) is Status.FILLED
    stage.run(10_000)
    assert stage.exchange.trades(AAPL, 10)


def test_always_open_markets_still_end_their_day_at_midnight() -> None:
    stage = Stage(start_ms=moment(18, 4, 30), always_open=True)
    stage.push(stage.ask())
    last = stage.exchange.quote(AAPL).last
    [day] = stage.place(order("BUY", 1, price=far_below(stage)))
    stage.until(moment(18, 5, 1))
    assert stage.status(day) is Status.CANCELLED
    quote = stage.exchange.quote(AAPL)
    assert quote.prior_close == last


def test_a_new_day_begins_with_the_regular_close_of_the_one_before() -> None:
    stage = Stage()
    stage.until(CLOSE - 1000)
    stage.push(stage.ask())
    official = stage.exchange.quote(AAPL).last
    stage.until(CLOSE + HOUR)
    price = stage.ask() + 4 * TICK
    stage.place(order("BUY", 10_000, price=price, outside_rth=True))
    assert stage.exchange.quote(AAPL).last != official
    stage.until(NEXT_PREMARKET)
    quote = stage.exchange.quote(AAPL)
    assert (quote.prior_close, quote.volume, quote.open) == (official, Decimal(0), None)


def test_yesterdays_finished_orders_are_not_listed_but_can_still_be_read() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 1))
    stage.until(moment(18, 6))
    assert stage.exchange.orders(ME) == []
    assert stage.status(order_id) is Status.FILLED


def test_executions_can_be_limited_to_some_days() -> None:
    stage = Stage()
    stage.place(order("BUY", 1))
    stage.until(MORNING + 49 * HOUR)
    stage.place(order("BUY", 2))
    assert [fill.size for fill in stage.exchange.executions(ME)] == [2, 1]
    assert [fill.size for fill in stage.exchange.executions(ME, days=1)] == [2]


@pytest.mark.parametrize(
    ("when", "phase", "day"),
    [
        (moment(16, 22, 59), Phase.REGULAR, date(2026, 11, 17)),
        (moment(20, 21, 59), Phase.REGULAR, date(2026, 11, 20)),
        (moment(20, 22), Phase.CLOSED, date(2026, 11, 20)),
        (moment(22, 22), Phase.CLOSED, date(2026, 11, 20)),
        (moment(22, 22, 15), Phase.REGULAR, date(2026, 11, 23)),
    ],
)
def test_currencies_trade_from_sunday_to_friday_evening(when: int, phase: Phase, day: date) -> None:
    sessions = Sessions(Hours("America/New_York", (1035, 1020), (1035, 1020)), always_open=False)
    assert sessions.phase(when) is phase
    assert sessions.at(when).day == day


def test_a_futures_day_begins_the_evening_before() -> None:
    sessions = Sessions(Hours("America/Chicago", (510, 900), (1020, 960)), always_open=False)
    day = sessions.at(moment(16, 23, 30))
    assert (day.day, day.extended_open, day.regular_open) == (date(2026, 11, 17), moment(16, 23), moment(17, 14, 30))
    assert sessions.next_change(day.extended_open) == day.regular_open
    assert sessions.next_change(day.regular_open) == moment(17, 21)
    assert sessions.next_change(moment(17, 21)) == moment(17, 22)
    assert sessions.next_change(moment(17, 22)) == moment(17, 23)


def test_the_hours_follow_daylight_saving_time() -> None:
    sessions = Sessions(Hours("America/New_York", (570, 960), (240, 1200)), always_open=False)
    summer = sessions.on(date(2026, 10, 30))
    winter = sessions.on(date(2026, 11, 2))
    assert summer is not None
    assert winter is not None
    assert winter.regular_open - summer.regular_open == 3 * 24 * HOUR + 60 * MINUTE
