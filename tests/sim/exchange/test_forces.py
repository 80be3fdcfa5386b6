"""Markets that are moved, halted and hurried on command."""

from __future__ import annotations

import itertools
from decimal import Decimal
from random import Random

import pytest

from ibtui.sim.exchange import Executed, Leg, OrderRequest, OrderType, Side, Status, Tif
from tests.sim.exchange.stage import AAPL, ES, KO, ME, SPX, TICK, Stage, moment, order

SATURDAY = moment(21, 15)
Shape = dict[Decimal, Decimal]


def shape(stage: Stage, conid: int = AAPL) -> tuple[Shape, Shape]:
    """All bids and asks, sizes by price."""
    bids, asks = stage.exchange.depth(conid, 1000)
    return {level.price: level.size for level in bids}, {level.price: level.size for level in asks}


def moved(side: Shape, by: Decimal) -> Shape:
    return {price + by: size for price, size in side.items()}


@pytest.mark.parametrize(("ticks", "ms"), [(50, 3_000), (-50, 3_000), (7, 0), (-300, 1_000)])
def test_the_whole_book_moves_by_exactly_so_many_ticks_and_keeps_its_shape(ticks: int, ms: int) -> None:
    stage = Stage()
    bids, asks = shape(stage)
    stage.exchange.forces.move(AAPL, ticks, ms)
    stage.run(ms)
    assert shape(stage) == (moved(bids, ticks * TICK), moved(asks, ticks * TICK))


def test_a_move_takes_its_time_step_by_step() -> None:
    stage = Stage()
    bid = stage.bid()
    stage.exchange.forces.move(AAPL, 30, 3_000)
    way = []
    for _ in range(6):
        stage.run(500)
        way.append((stage.bid() - bid) / TICK)
    assert way == [5, 10, 15, 20, 25, 30]
    stage.run(5_000)
    assert stage.bid() == bid + 30 * TICK


@pytest.mark.parametrize("ticks", [12, -12])
def test_every_step_prints_a_trade_at_the_price_that_is_reached(ticks: int) -> None:
    stage = Stage()
    stage.exchange.forces.move(AAPL, ticks, 1_200)
    stage.run(1_200)
    trades = stage.exchange.trades(AAPL, 100)
    steps = [later.price - earlier.price for earlier, later in itertools.pairwise(trades)]
    assert steps == [TICK if ticks > 0 else -TICK] * 11
    assert stage.exchange.quote(AAPL).last == trades[-1].price == (stage.ask() if ticks > 0 else stage.bid())


@pytest.mark.parametrize("side", ["SELL", "BUY"])
def test_resting_orders_that_are_passed_fill_at_their_own_prices(side: str) -> None:
    stage = Stage()
    up = 1 if side == "SELL" else -1
    best = stage.ask() if side == "SELL" else stage.bid()
    near, far = (order(side, 5_000, price=best + up * away * TICK) for away in (10, 60))
    near_id, far_id = stage.place(near, far)
    stage.exchange.forces.move(AAPL, up * 30, 2_000)
    stage.run(2_000)
    assert (stage.status(near_id), stage.status(far_id)) == (Status.FILLED, Status.SUBMITTED)
    assert {fill.price for fill in stage.fills(near_id)} == {near.price}
    assert sum(fill.size for fill in stage.fills(near_id)) == 5_000
    bids, asks = shape(stage)
    assert max(bids) < min(asks)


def test_users_orders_on_the_side_the_market_leaves_stay_where_they_are() -> None:
    stage = Stage()
    price = stage.bid() - 3 * TICK
    (own,) = stage.place(order("BUY", 100, price=price))
    stage.exchange.forces.move(AAPL, 40, 1_000)
    stage.run(1_000)
    assert (stage.status(own), stage.order(own).limit_price) == (Status.SUBMITTED, price)
    assert stage.exchange.depth(AAPL, 1000)[0][-1].price <= price


def test_a_stop_on_the_way_is_triggered() -> None:
    stage = Stage()
    (stop,) = stage.place(order("SELL", 10, OrderType.STP, price=stage.bid() - 20 * TICK))
    stage.exchange.forces.move(AAPL, -30, 1_000)
    stage.run(1_500)
    assert stage.status(stop) is Status.FILLED


def test_the_market_goes_on_from_where_it_was_moved() -> None:
    still, pushed = Stage(tick_rate=1.0), Stage(tick_rate=1.0)
    pushed.exchange.forces.move(AAPL, 400, 2_000)
    for stage in (still, pushed):
        stage.run(20_000)
    assert 350 * TICK < pushed.exchange.quote(AAPL).mark - still.exchange.quote(AAPL).mark < 450 * TICK


def test_equal_seeds_and_moves_give_equal_markets_however_time_is_cut() -> None:
    stages = [Stage(tick_rate=1.0), Stage(tick_rate=1.0)]
    for stage, cut in zip(stages, (50, 1_000), strict=True):
        stage.exchange.forces.move(AAPL, -33, 1_700)
        for _ in range(3_000 // cut):
            stage.run(cut)
    assert shape(stages[0]) == shape(stages[1])
    assert stages[0].exchange.trades(AAPL, 500) == stages[1].exchange.trades(AAPL, 500)


def test_another_move_takes_the_place_of_the_one_under_way() -> None:
    stage = Stage()
    bid = stage.bid()
    stage.exchange.forces.move(AAPL, 100, 10_000)
    stage.run(1_000)
    stage.exchange.forces.move(AAPL, -10, 1_000)
    stage.run(20_000)
    assert stage.bid() == bid
    assert stage.exchange.forces.moves_until(AAPL) is None


@pytest.mark.parametrize(("conid", "ticks", "ms"), [(AAPL, 0, 0), (AAPL, -100_000, 0), (AAPL, 1, -1), (SPX, 5, 0)])
def test_a_move_that_can_not_be_is_refused(conid: int, ticks: int, ms: int) -> None:
    stage = Stage()
    with pytest.raises(ValueError, match=r"\w"):
        stage.exchange.forces.move(conid, ticks, ms)


def test_a_closed_market_can_not_be_moved() -> None:
    stage = Stage(start_ms=SATURDAY)
    with pytest.raises(ValueError, match="does not trade"):
        stage.exchange.forces.move(AAPL, 5, 0)


def test_nothing_trades_in_a_halt_and_the_quote_says_so() -> None:
    stage = Stage(tick_rate=1.0)
    stage.exchange.forces.halt(AAPL)
    before, trades = shape(stage), stage.exchange.trades(AAPL, 500)
    (own,) = stage.place(order("BUY", 10))
    stage.run(20_000)
    assert (shape(stage), stage.exchange.trades(AAPL, 500)) == (before, trades)
    assert stage.exchange.quote(AAPL).halted
    assert stage.status(own) is Status.PRE_SUBMITTED


def test_orders_of_a_halt_go_to_work_when_the_market_is_resumed() -> None:
    stage = Stage()
    stage.exchange.forces.halt(AAPL)
    market, stop = stage.place(order("BUY", 10), order("SELL", 10, OrderType.STP, price=stage.bid() - TICK))
    stage.exchange.forces.resume(AAPL)
    stage.run(500)
    assert (stage.status(market), stage.status(stop)) == (Status.FILLED, Status.PRE_SUBMITTED)
    stage.exchange.forces.move(AAPL, -5, 100)
    stage.run(500)
    assert stage.status(stop) is Status.FILLED


def test_orders_can_be_cancelled_and_changed_in_a_halt() -> None:
    stage = Stage()
    resting = order("BUY", 10, price=stage.bid() - 5 * TICK)
    gone, changed = stage.place(resting, resting)
    stage.exchange.forces.halt(AAPL)
    stage.exchange.cancel(gone)
    stage.exchange.modify(changed, order("BUY", 10, price=stage.ask() + 5 * TICK))
    stage.run(500)
    assert (stage.status(gone), stage.status(changed)) == (Status.CANCELLED, Status.PRE_SUBMITTED)
    stage.exchange.forces.resume(AAPL)
    stage.run(500)
    assert stage.status(changed) is Status.FILLED


def test_a_halted_market_can_not_be_moved_and_a_halt_ends_a_move() -> None:
    stage = Stage()
    bid = stage.bid()
    stage.exchange.forces.move(AAPL, 10, 1_000)
    stage.run(500)
    stage.exchange.forces.halt(AAPL)
    with pytest.raises(ValueError, match="does not trade"):
        stage.exchange.forces.move(AAPL, 1, 0)
    stage.exchange.forces.resume(AAPL)
    stage.run(2_000)
    assert stage.bid() == bid + 5 * TICK


def test_a_combination_waits_while_one_of_its_legs_is_halted() -> None:
    stage = Stage(tick_rate=1.0)
    stage.exchange.forces.halt(KO)
    legs = (Leg(AAPL, 1), Leg(KO, -1))
    (combo,) = stage.place(OrderRequest(ME, 28812380, Side.BUY, OrderType.MKT, Decimal(1), legs=legs))
    stage.run(2_000)
    assert stage.status(combo) is Status.PRE_SUBMITTED
    stage.exchange.forces.resume(KO)
    stage.run(2_000)
    assert stage.status(combo) is Status.FILLED


def test_a_halt_ends_with_the_session() -> None:
    stage = Stage(start_ms=moment(17, 20, 59))
    stage.exchange.forces.halt(AAPL)
    stage.run(2 * 60_000)
    assert not stage.exchange.quote(AAPL).halted


def test_an_immediate_order_is_refused_in_a_halt() -> None:
    stage = Stage()
    stage.exchange.forces.halt(AAPL)
    assert stage.exchange.check(order("BUY", 10, price=stage.ask(), tif=Tif.IOC))


def test_a_hurried_market_trades_more_and_others_as_before() -> None:
    usual, hurried = Stage(tick_rate=1.0), Stage(tick_rate=1.0)
    hurried.exchange.forces.hurry(KO, 20)
    counts = []
    for stage in (usual, hurried):
        stage.run(10_000)
        counts.append([len(stage.exchange.trades(conid, 4_000)) for conid in (KO, ES)])
    assert counts[1][0] > 8 * counts[0][0]
    assert counts[1][1] == counts[0][1]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_done_to_a_market_its_book_is_never_crossed_and_adds_up(seed: int) -> None:
    stage, random = Stage(tick_rate=2.0, seed=seed), Random(seed)
    market = stage.exchange.forces
    for _ in range(120):
        bid, away = stage.bid(), random.randint(-40, 40)
        kind = random.choice([OrderType.LMT, OrderType.LMT, OrderType.MIDPRICE, OrderType.STP])
        side = random.choice(["BUY", "SELL"])
        stage.place(order(side, random.randint(1, 900), kind, price=bid + away * TICK))
        lever = random.random()
        if lever < 0.2:
            market.halt(AAPL)
            stage.run(random.randint(0, 900))
            market.resume(AAPL)
        if lever > 0.4:
            market.move(AAPL, random.choice([-1, 1]) * random.randint(1, 90), random.randint(0, 2_000))
        stage.run(random.randint(0, 900))
        bids, asks = shape(stage)
        assert max(bids) < min(asks)
        resting = [stage.order(view.order_id) for view in stage.exchange.orders(ME)]
        for view in resting:
            own = bids if view.request.side is Side.BUY else asks
            if view.status is Status.SUBMITTED and view.limit_price is not None and view.limit_price in own:
                assert own[view.limit_price] >= view.remaining
    assert len([fill for fill in stage.events if isinstance(fill, Executed)]) > 50
