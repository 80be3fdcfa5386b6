"""How users' orders meet the book."""

from __future__ import annotations

from decimal import Decimal

from ibtui.sim.exchange import OrderType, Status, Tif
from tests.sim.exchange.stage import AAPL, OTHER, TICK, Stage, order


def test_a_new_order_is_told_step_by_step_within_milliseconds() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 100, price=stage.bid() - TICK))
    assert stage.story(order_id) == [
        Status.INACTIVE,
        Status.PENDING_SUBMIT,
        Status.PRE_SUBMITTED,
        Status.SUBMITTED,
    ]
    assert stage.order(order_id).updated_ms - stage.order(order_id).placed_ms <= 50


def test_nothing_happens_to_an_order_until_time_passes() -> None:
    stage = Stage()
    [view] = stage.exchange.place([order("BUY", 100)])
    assert view.status is Status.INACTIVE
    assert stage.status(view.order_id) is Status.INACTIVE


def test_a_market_order_takes_the_best_prices_first() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(AAPL, 3)
    wanted = asks[0].size + asks[1].size + 1
    [order_id] = stage.place(order("BUY", wanted))
    fills = stage.fills(order_id)
    assert [(fill.price, fill.size) for fill in fills] == [
        (asks[0].price, asks[0].size),
        (asks[1].price, asks[1].size),
        (asks[2].price, Decimal(1)),
    ]
    assert stage.status(order_id) is Status.FILLED
    assert stage.order(order_id).remaining == 0


def test_the_average_price_is_that_of_the_fills() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(AAPL, 2)
    [order_id] = stage.place(order("BUY", asks[0].size * 2))
    fills = stage.fills(order_id)
    value = sum((fill.price * fill.size for fill in fills), Decimal(0))
    assert stage.order(order_id).average_price == (value / (asks[0].size * 2)).quantize(Decimal("1.00000000"))


def test_a_limit_order_takes_what_its_limit_allows_and_rests_with_the_remainder() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(AAPL, 1)
    [order_id] = stage.place(order("BUY", asks[0].size + 500, price=asks[0].price))
    assert stage.order(order_id).filled == asks[0].size
    assert stage.status(order_id) is Status.SUBMITTED
    quote = stage.exchange.quote(AAPL)
    assert (quote.bid, quote.bid_size) == (asks[0].price, Decimal(500))


def test_a_resting_order_stands_in_the_depth() -> None:
    stage = Stage()
    price = stage.bid() - 3 * TICK
    before = {level.price: level.size for level in stage.exchange.depth(AAPL, 50)[0]}
    stage.place(order("BUY", 123, price=price))
    after = {level.price: level.size for level in stage.exchange.depth(AAPL, 50)[0]}
    assert after[price] == before.get(price, Decimal(0)) + 123
    assert {p: size for p, size in after.items() if p != price} == {p: s for p, s in before.items() if p != price}


def test_earlier_orders_at_a_price_are_filled_first() -> None:
    stage = Stage()
    price = stage.bid() + TICK
    stage.push(stage.ask() + 5 * TICK)
    [first] = stage.place(order("BUY", 100, price=price))
    [second] = stage.place(order("BUY", 100, price=price))
    stage.place(order("SELL", 150, price=price, account=OTHER))
    assert stage.order(first).filled == 100
    assert stage.order(second).filled == 50


def test_a_better_price_is_filled_before_an_earlier_order() -> None:
    stage = Stage()
    stage.push(stage.ask() + 5 * TICK)
    price = stage.bid() + TICK
    [early] = stage.place(order("BUY", 100, price=price))
    [better] = stage.place(order("BUY", 100, price=price + TICK))
    stage.place(order("SELL", 100, account=OTHER))
    assert stage.order(better).filled == 100
    assert stage.order(early).filled == 0


def test_a_partly_filled_order_stays_submitted_and_reports_each_fill() -> None:
    stage = Stage()
    stage.push(stage.ask() + 5 * TICK)
    [order_id] = stage.place(order("BUY", 100, price=stage.bid() + TICK))
    stage.place(order("SELL", 30, account=OTHER))
    assert stage.status(order_id) is Status.SUBMITTED
    assert (stage.order(order_id).filled, stage.order(order_id).remaining) == (Decimal(30), Decimal(70))
    stage.place(order("SELL", 70, account=OTHER))
    assert stage.status(order_id) is Status.FILLED
    assert [fill.size for fill in stage.fills(order_id)] == [30, 70]


def test_a_resting_order_is_filled_at_its_own_price() -> None:
    stage = Stage()
    stage.push(stage.ask() + 5 * TICK)
    price = stage.bid() + TICK
    [order_id] = stage.place(order("BUY", 100, price=price))
    stage.place(order("SELL", 100, price=price - 10 * TICK, account=OTHER))
    assert [fill.price for fill in stage.fills(order_id)] == [price]


def test_what_a_market_order_can_not_get_rests_at_the_last_price() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(AAPL, 10_000)
    everything = sum((level.size for level in asks), Decimal(0))
    [order_id] = stage.place(order("BUY", everything + 200, account=OTHER))
    view = stage.order(order_id)
    assert (view.status, view.remaining) == (Status.SUBMITTED, Decimal(200))
    quote = stage.exchange.quote(AAPL)
    assert (quote.bid, quote.bid_size, quote.ask) == (asks[-1].price, Decimal(200), None)


def test_an_immediate_or_cancel_order_takes_what_is_there_and_ends() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(AAPL, 1)
    [order_id] = stage.place(order("BUY", asks[0].size + 1, price=asks[0].price, tif=Tif.IOC))
    view = stage.order(order_id)
    assert (view.status, view.filled) == (Status.CANCELLED, asks[0].size)
    assert "IOC" in view.reason


def test_a_buy_stop_triggers_when_the_last_price_reaches_it_and_then_buys_at_the_market() -> None:
    stage = Stage()
    stop = stage.ask() + 3 * TICK
    [order_id] = stage.place(order("BUY", 100, OrderType.STP, price=stop))
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.push(stop - TICK)
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.push(stop)
    assert stage.status(order_id) is Status.FILLED
    assert stage.fills(order_id)[0].price > stop


def test_a_sell_stop_triggers_on_the_way_down() -> None:
    stage = Stage()
    stop = stage.bid() - 3 * TICK
    [order_id] = stage.place(order("SELL", 100, OrderType.STP, price=stop))
    stage.push(stop + TICK)
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.push(stop)
    assert stage.status(order_id) is Status.FILLED


def test_a_triggered_stop_limit_order_waits_at_its_limit() -> None:
    stage = Stage()
    stop = stage.ask() + 3 * TICK
    limit = stop - 2 * TICK
    [order_id] = stage.place(order("BUY", 100, OrderType.STOP_LIMIT, price=limit, aux_price=stop))
    stage.push(stop)
    view = stage.order(order_id)
    assert (view.status, view.filled, view.limit_price) == (Status.SUBMITTED, Decimal(0), limit)
    assert stage.bid() == limit


def test_one_stop_can_trigger_the_next() -> None:
    stage = Stage()
    first_stop = stage.bid() - 2 * TICK
    bids, _ = stage.exchange.depth(AAPL, 30)
    below = sum((level.size for level in bids if level.price < first_stop), Decimal(0))
    [first] = stage.place(order("SELL", below // 2, OrderType.STP, price=first_stop, account=OTHER))
    [second] = stage.place(order("SELL", 100, OrderType.STP, price=first_stop - 3 * TICK))
    stage.push(first_stop)
    assert stage.status(first) is Status.FILLED
    assert stage.status(second) is Status.FILLED


def test_a_trailing_stop_follows_the_last_price_up_but_not_down() -> None:
    stage = Stage()
    stage.push(stage.ask())
    last = stage.exchange.quote(AAPL).last
    assert last is not None
    trail = Decimal("0.10")
    [order_id] = stage.place(order("SELL", 100, OrderType.TRAIL, trailing_type="amt", trailing_amount=trail))
    assert stage.order(order_id).stop_price == last - trail
    stage.push(last + 4 * TICK)
    assert stage.order(order_id).stop_price == last + 4 * TICK - trail
    stage.push(last - 3 * TICK)
    assert stage.order(order_id).stop_price == last + 4 * TICK - trail
    stage.push(last - 6 * TICK)
    assert stage.status(order_id) is Status.FILLED


def test_a_percent_trail_keeps_its_distance_in_percent_on_the_grid() -> None:
    stage = Stage()
    stage.push(stage.ask())
    last = stage.exchange.quote(AAPL).last
    assert last is not None
    [order_id] = stage.place(order("BUY", 100, OrderType.TRAIL, trailing_type="%", trailing_amount=Decimal("0.5")))
    stop = stage.order(order_id).stop_price
    assert stop == last + (last * Decimal("0.005")).quantize(TICK)


def test_a_trailing_stop_starts_from_the_stop_price_it_was_given() -> None:
    stage = Stage()
    start = stage.bid() - Decimal("0.05")
    request = order("SELL", 100, OrderType.TRAIL, price=start, trailing_type="amt", trailing_amount=Decimal("1.00"))
    [order_id] = stage.place(request)
    assert stage.order(order_id).stop_price == start


def test_a_trailing_stop_limit_order_keeps_the_distance_of_its_two_prices_while_it_trails() -> None:
    stage = Stage()
    stage.push(stage.ask())
    last = stage.exchange.quote(AAPL).last
    assert last is not None
    request = order(
        "SELL",
        100,
        OrderType.TRAILLMT,
        price=last - Decimal("1.02"),
        aux_price=last - Decimal("1.00"),
        trailing_type="amt",
        trailing_amount=Decimal("0.05"),
    )
    [order_id] = stage.place(request)
    view = stage.order(order_id)
    assert (view.stop_price, view.limit_price) == (last - Decimal("0.05"), last - Decimal("0.07"))
    stage.push(last - Decimal("0.05"))
    assert stage.status(order_id) is not Status.PRE_SUBMITTED
    assert all(fill.price >= last - Decimal("0.07") for fill in stage.fills(order_id))


def test_a_midprice_order_rests_in_the_middle_and_follows_it() -> None:
    stage = Stage()
    stage.push(stage.ask() + 7 * TICK)
    bid, ask = stage.bid(), stage.ask()
    [order_id] = stage.place(order("BUY", 100, OrderType.MIDPRICE))
    assert stage.bid() == bid + ((ask - bid) / 2 // TICK) * TICK
    stage.place(order("BUY", 50, price=ask - 2 * TICK, account=OTHER))
    stage.run()
    depth = {level.price: level.size for level in stage.exchange.depth(AAPL, 40)[0]}
    middle = ask - 2 * TICK + (2 * TICK / 2 // TICK) * TICK
    assert depth[middle] == 100
    assert stage.status(order_id) is Status.SUBMITTED


def test_a_midprice_order_does_not_go_beyond_its_cap() -> None:
    stage = Stage()
    stage.push(stage.ask() + 9 * TICK)
    cap = stage.bid() + TICK
    stage.place(order("BUY", 100, OrderType.MIDPRICE, price=cap))
    assert stage.bid() == cap


def test_arriving_flow_fills_a_resting_order() -> None:
    stage = Stage(tick_rate=1.0)
    [order_id] = stage.place(order("BUY", 100, price=stage.ask()))
    [second] = stage.place(order("SELL", 100, price=stage.bid() + 2 * TICK))
    stage.run(120_000)
    assert stage.status(order_id) is Status.FILLED
    assert stage.status(second) is Status.FILLED


def test_the_flow_triggers_stops_and_moves_trails() -> None:
    stage = Stage(tick_rate=1.0)
    [below] = stage.place(order("SELL", 100, OrderType.STP, price=stage.bid() - 4 * TICK))
    [above] = stage.place(order("BUY", 100, OrderType.STP, price=stage.ask() + 4 * TICK))
    [trail] = stage.place(
        order("SELL", 100, OrderType.TRAIL, trailing_type="amt", trailing_amount=Decimal("20.00"), price=Decimal(1))
    )
    stage.run(120_000)
    assert Status.FILLED in (stage.status(below), stage.status(above))
    assert stage.order(trail).stop_price != 1
