"""Modifying and cancelling."""

from __future__ import annotations

import pytest

from ibtui.sim.exchange import OrderRefused, OrderType, Status
from tests.sim.exchange.stage import AAPL, ES, ME, OTHER, TICK, Stage, order


def queued(stage: Stage) -> tuple[int, int]:
    """Rest two buys at one new best bid; give their ids, the earlier first."""
    stage.push(stage.ask() + 5 * TICK)
    price = stage.bid() + TICK
    [first] = stage.place(order("BUY", 100, price=price))
    [second] = stage.place(order("BUY", 100, price=price))
    return first, second


def test_a_smaller_size_at_the_same_price_keeps_the_place_in_the_queue() -> None:
    stage = Stage()
    first, second = queued(stage)
    stage.exchange.modify(first, order("BUY", 60, price=stage.bid()))
    stage.run()
    stage.place(order("SELL", 60, account=OTHER))
    assert stage.status(first) is Status.FILLED
    assert stage.order(second).filled == 0


def test_a_larger_size_goes_to_the_end_of_the_queue() -> None:
    stage = Stage()
    first, second = queued(stage)
    stage.exchange.modify(first, order("BUY", 120, price=stage.bid()))
    stage.run()
    stage.place(order("SELL", 100, account=OTHER))
    assert stage.status(second) is Status.FILLED
    assert stage.order(first).filled == 0


def test_a_price_change_moves_the_order_and_may_fill_it() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 100, price=stage.bid() - TICK))
    stage.exchange.modify(order_id, order("BUY", 100, price=stage.ask()))
    stage.run()
    assert stage.status(order_id) is Status.FILLED


def test_a_change_takes_effect_some_milliseconds_later() -> None:
    stage = Stage()
    price = stage.bid() - TICK
    [order_id] = stage.place(order("BUY", 100, price=price))
    stage.exchange.modify(order_id, order("BUY", 100, price=price - TICK))
    assert stage.order(order_id).limit_price == price
    stage.run(15)
    assert stage.order(order_id).limit_price == price - TICK


def test_a_stop_can_be_moved() -> None:
    stage = Stage()
    stop = stage.bid() - 9 * TICK
    [order_id] = stage.place(order("SELL", 100, OrderType.STP, price=stop))
    stage.exchange.modify(order_id, order("SELL", 100, OrderType.STP, price=stage.bid() - 2 * TICK))
    stage.run()
    stage.push(stage.bid() - 2 * TICK)
    assert stage.status(order_id) is Status.FILLED


def test_a_change_keeps_the_customer_order_id() -> None:
    stage = Stage()
    price = stage.bid() - TICK
    [order_id] = stage.place(order("BUY", 100, price=price, coid="mine"))
    stage.exchange.modify(order_id, order("BUY", 50, price=price, coid="another"))
    stage.run()
    assert stage.order(order_id).request.coid == "mine"


def test_contract_side_and_account_can_not_be_changed() -> None:
    stage = Stage()
    price = stage.bid() - TICK
    [order_id] = stage.place(order("BUY", 100, price=price))
    for other in (
        order("SELL", 100, price=price),
        order("BUY", 100, price=price, account=OTHER),
        order("BUY", 100, price=stage.bid(ES), conid=ES),
    ):
        with pytest.raises(OrderRefused, match="can not be modified"):
            stage.exchange.modify(order_id, other)


def test_a_size_not_above_what_is_filled_is_refused() -> None:
    stage = Stage()
    first, _ = queued(stage)
    stage.place(order("SELL", 40, account=OTHER))
    with pytest.raises(OrderRefused, match="must exceed what is filled"):
        stage.exchange.modify(first, order("BUY", 40, price=stage.bid()))


def test_an_order_that_does_not_work_can_be_neither_changed_nor_cancelled() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", 100))
    for unknown in (order_id, 5):
        with pytest.raises(OrderRefused, match=f"OrderID {unknown} doesn't exist"):
            stage.exchange.cancel(unknown)
        with pytest.raises(OrderRefused, match=f"OrderID {unknown} doesn't exist"):
            stage.exchange.modify(unknown, order("BUY", 100))


def test_a_cancelled_order_is_first_pending_and_leaves_the_book_later() -> None:
    stage = Stage()
    price = stage.bid() + TICK
    stage.push(stage.ask() + 5 * TICK)
    [order_id] = stage.place(order("BUY", 77, price=price))
    assert stage.exchange.cancel(order_id).status is Status.PENDING_CANCEL
    assert stage.exchange.quote(AAPL).bid_size == 77
    stage.run()
    assert stage.story(order_id)[-2:] == [Status.PENDING_CANCEL, Status.CANCELLED]
    assert stage.bid() < price


def cancelled_under_attack(seed: int) -> list[Status]:
    """Cancel a resting buy while a seller is about to hit it; give its last two states."""
    stage = Stage(seed=seed)
    stage.push(stage.ask() + 5 * TICK)
    [seller] = stage.place(order("SELL", 100, price=stage.ask() + 50 * TICK, account=OTHER))
    [order_id] = stage.place(order("BUY", 100, price=stage.bid() + TICK))
    stage.exchange.modify(seller, order("SELL", 100, price=stage.bid(), account=OTHER))
    stage.exchange.cancel(order_id)
    stage.run()
    assert stage.order(order_id).filled == sum(fill.size for fill in stage.fills(order_id))
    return stage.story(order_id)[-2:]


def test_an_order_may_be_filled_while_its_cancel_is_pending() -> None:
    endings = [cancelled_under_attack(seed) for seed in range(4)]
    assert [Status.PENDING_CANCEL, Status.FILLED] in endings


def test_a_new_order_can_be_cancelled_before_it_works() -> None:
    stage = Stage()
    [view] = stage.exchange.place([order("BUY", 100)])
    stage.exchange.cancel(view.order_id)
    stage.run()
    assert stage.status(view.order_id) is Status.CANCELLED
    assert stage.fills(view.order_id) == []


def test_cancel_all_ends_the_orders_of_one_account_only() -> None:
    stage = Stage()
    mine = stage.place(order("BUY", 1, price=stage.bid() - TICK), order("SELL", 1, price=stage.ask() + TICK))
    [theirs] = stage.place(order("BUY", 1, price=stage.bid() - TICK, account=OTHER))
    assert {view.order_id for view in stage.exchange.cancel_all(ME)} == set(mine)
    stage.run()
    assert {stage.status(order_id) for order_id in mine} == {Status.CANCELLED}
    assert stage.status(theirs) is Status.SUBMITTED


def test_orders_are_listed_newest_first() -> None:
    stage = Stage()
    ids = stage.place(*(order("BUY", 1, price=stage.bid() - TICK) for _ in range(3)))
    assert [view.order_id for view in stage.exchange.orders(ME)] == ids[::-1]
