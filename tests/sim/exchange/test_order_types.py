"""Touched, pegged, closing, good-till-date, all-or-none and saved orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from ibtui.sim.exchange import OrderRefused, OrderType, Side, Status, Tif
from tests.sim.exchange.stage import AAPL, ES, OTHER, TICK, Stage, moment, order

D = Decimal
ZERO = D(0)


def test_a_buy_if_touched_waits_for_the_price_to_fall_to_its_trigger() -> None:
    stage = Stage()
    trigger = stage.bid() - 3 * TICK
    [order_id] = stage.place(order("BUY", 10, OrderType.MIT, price=trigger))
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.push(trigger + TICK)
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.push(trigger)
    assert stage.status(order_id) is Status.FILLED


def test_a_sale_if_touched_waits_for_the_price_to_rise_to_its_trigger() -> None:
    stage = Stage()
    trigger = stage.ask() + 3 * TICK
    [order_id] = stage.place(order("SELL", 10, OrderType.MIT, aux_price=trigger))
    assert stage.order(order_id).stop_price == trigger
    stage.push(trigger)
    assert stage.status(order_id) is Status.FILLED


def test_a_touched_limit_order_rests_at_its_limit() -> None:
    stage = Stage()
    trigger = stage.bid() - 3 * TICK
    limit = trigger - 20 * TICK
    [order_id] = stage.place(order("BUY", 10, OrderType.LIT, price=limit, aux_price=trigger))
    stage.push(trigger)
    view = stage.order(order_id)
    assert (view.status, view.limit_price, view.filled) == (Status.SUBMITTED, limit, ZERO)


def test_a_relative_order_betters_the_best_bid_by_its_offset_up_to_its_cap() -> None:
    stage = Stage()
    stage.push(stage.ask() + 9 * TICK)
    bid = stage.bid()
    [order_id] = stage.place(order("BUY", 10, OrderType.REL, price=bid + 3 * TICK, aux_price=2 * TICK))
    assert stage.bid() == bid + 2 * TICK
    stage.place(order("BUY", 5, price=bid + 2 * TICK, account=OTHER))
    stage.run()
    assert stage.bid() == bid + 3 * TICK
    assert stage.status(order_id) is Status.SUBMITTED


def test_a_market_on_close_order_is_filled_at_the_last_price_of_the_session() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 10, OrderType.MOC))
    stage.push(stage.ask())
    last = stage.exchange.quote(AAPL).last
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.until(moment(17, 21))
    assert stage.status(order_id) is Status.FILLED
    assert [fill.price for fill in stage.fills(order_id)] == [last]


def test_a_limit_on_close_order_beyond_its_limit_is_cancelled_at_the_close() -> None:
    stage = Stage()
    [good] = stage.place(order("BUY", 10, OrderType.LOC, price=stage.ask() + 50 * TICK))
    [bad] = stage.place(order("BUY", 10, OrderType.LOC, price=stage.bid() - 500 * TICK))
    stage.until(moment(17, 21))
    assert stage.status(good) is Status.FILLED
    assert (stage.status(bad), stage.order(bad).filled) == (Status.CANCELLED, ZERO)
    assert "closing price" in stage.order(bad).reason


def test_an_order_for_the_close_that_comes_after_it_waits_for_the_next() -> None:
    stage = Stage(start_ms=moment(17, 22))
    [order_id] = stage.place(order("BUY", 10, OrderType.MOC, tif=Tif.GTC))
    stage.until(moment(18, 20, 59))
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.until(moment(18, 21))
    assert stage.status(order_id) is Status.FILLED


def test_a_good_till_date_order_ends_at_its_moment() -> None:
    stage = Stage()
    request = order("BUY", 10, price=stage.bid() - 9 * TICK, tif=Tif.GTD)
    [order_id] = stage.place(replace(request, good_till_ms=moment(17, 16)))
    stage.until(moment(17, 15, 59, 59))
    assert stage.status(order_id) is Status.SUBMITTED
    stage.until(moment(17, 16))
    assert stage.status(order_id) is Status.CANCELLED
    assert "good-till date" in stage.order(order_id).reason


def test_a_good_till_date_can_be_moved() -> None:
    stage = Stage()
    request = replace(order("BUY", 10, price=stage.bid() - 9 * TICK, tif=Tif.GTD), good_till_ms=moment(17, 16))
    [order_id] = stage.place(request)
    stage.exchange.modify(order_id, replace(request, good_till_ms=moment(17, 17)))
    stage.until(moment(17, 16, 30))
    assert stage.status(order_id) is Status.SUBMITTED
    stage.until(moment(17, 17))
    assert stage.status(order_id) is Status.CANCELLED


def test_a_good_till_date_in_the_past_is_refused() -> None:
    stage = Stage()
    request = replace(order("BUY", 10, price=stage.bid(), tif=Tif.GTD), good_till_ms=moment(17, 15))
    assert stage.exchange.check(request) == "The good-till date has passed."


def test_all_or_none_waits_until_the_book_holds_all_of_it() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(AAPL, 1)
    whole = replace(order("BUY", asks[0].size + 100, price=asks[0].price), all_or_none=True)
    [order_id] = stage.place(whole)
    assert (stage.status(order_id), stage.order(order_id).filled) == (Status.SUBMITTED, ZERO)
    stage.place(order("SELL", 500, price=asks[0].price, account=OTHER))
    assert stage.status(order_id) is Status.FILLED


def test_an_immediate_all_or_none_order_that_can_not_be_filled_ends_unfilled() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(AAPL, 1)
    request = order("BUY", asks[0].size + 100, price=asks[0].price, tif=Tif.IOC)
    [order_id] = stage.place(replace(request, all_or_none=True))
    assert (stage.status(order_id), stage.order(order_id).filled) == (Status.CANCELLED, ZERO)


def test_a_saved_order_is_inactive_until_it_is_sent() -> None:
    stage = Stage()
    request = order("BUY", 10)
    [order_id] = stage.place(replace(request, deactivated=True))
    stage.run(60_000)
    assert stage.story(order_id) == [Status.INACTIVE]
    stage.exchange.modify(order_id, request)
    stage.run()
    assert stage.status(order_id) is Status.FILLED


def test_a_working_order_can_be_saved_away() -> None:
    stage = Stage()
    request = order("BUY", 10, price=stage.bid() - TICK)
    [order_id] = stage.place(request)
    stage.exchange.modify(order_id, replace(request, deactivated=True))
    stage.run()
    assert stage.status(order_id) is Status.INACTIVE
    stage.push(stage.bid() - 5 * TICK)
    assert stage.order(order_id).filled == 0


def test_a_saved_order_can_be_cancelled() -> None:
    stage = Stage()
    [order_id] = stage.place(replace(order("BUY", 10), deactivated=True))
    stage.exchange.cancel(order_id)
    stage.run()
    assert stage.status(order_id) is Status.CANCELLED


def test_a_partial_fill_leaves_the_others_of_a_named_group_as_they_are() -> None:
    stage = Stage()
    stage.push(stage.ask() + 6 * TICK)
    first, second = stage.place(
        order("BUY", 100, price=stage.bid() + TICK, oca_group="g"),
        order("BUY", 100, price=stage.bid() - 3 * TICK, oca_group="g"),
    )
    stage.place(order("SELL", 40, account=OTHER))
    assert stage.order(first).filled == 40
    assert (stage.order(second).remaining, stage.status(second)) == (D(100), Status.SUBMITTED)
    stage.place(order("SELL", 60, account=OTHER))
    assert stage.status(second) is Status.CANCELLED


@pytest.mark.parametrize("kind", [OrderType.MIDPRICE, OrderType.REL])
def test_what_an_immediate_pegged_order_can_not_get_is_cancelled(kind: OrderType) -> None:
    stage = Stage()
    stage.push(stage.ask() + 9 * TICK)
    [order_id] = stage.place(order("BUY", 10, kind, tif=Tif.IOC))
    assert (stage.status(order_id), stage.order(order_id).filled) == (Status.CANCELLED, ZERO)


def test_an_order_may_change_its_type() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 10, price=stage.bid() - 5 * TICK))
    stage.exchange.modify(order_id, order("BUY", 10))
    stage.run()
    assert stage.status(order_id) is Status.FILLED


def test_an_order_may_not_change_its_side_or_contract() -> None:
    stage = Stage()
    request = order("BUY", 1, price=stage.bid() - 5 * TICK)
    [order_id] = stage.place(request)
    for other in (replace(request, side=Side.SELL), replace(request, conid=ES)):
        with pytest.raises(OrderRefused, match="must stay the same"):
            stage.exchange.modify(order_id, other)
