"""Brackets and one-cancels-all groups."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.sim.exchange import OrderChanged, OrderRefused, OrderType, Status
from tests.sim.exchange.stage import ES, OTHER, TICK, Stage, moment, order


def bracket(stage: Stage, quantity: int = 100, price: Decimal | None = None) -> list[int]:
    """Place a buy with a target 8 ticks above the ask and a stop 8 below the bid; give the three ids."""
    target, stop = stage.ask() + 8 * TICK, stage.bid() - 8 * TICK
    return stage.place(
        order("BUY", quantity, price=price, coid="parent"),
        order("SELL", quantity, price=target, parent_coid="parent", coid="target"),
        order("SELL", quantity, OrderType.STP, price=stop, parent_coid="parent", coid="stop"),
    )


def test_children_wait_while_the_parent_works() -> None:
    stage = Stage()
    parent, target, stop = bracket(stage, price=stage.bid() - 5 * TICK)
    assert stage.status(parent) is Status.SUBMITTED
    assert stage.status(target) is stage.status(stop) is Status.PRE_SUBMITTED
    assert stage.order(target).parent_id == stage.order(stop).parent_id == parent


def test_children_go_to_work_when_the_parent_is_filled() -> None:
    stage = Stage()
    parent, target, stop = bracket(stage)
    assert stage.status(parent) is Status.FILLED
    assert stage.status(target) is Status.SUBMITTED
    assert stage.status(stop) is Status.PRE_SUBMITTED


def test_a_filled_target_cancels_the_stop() -> None:
    stage = Stage()
    _, target, stop = bracket(stage)
    price = stage.order(target).limit_price
    assert price is not None
    stage.push(price)
    assert stage.status(target) is Status.FILLED
    assert stage.status(stop) is Status.CANCELLED
    assert "OCA" in stage.order(stop).reason


def test_a_filled_stop_cancels_the_target() -> None:
    stage = Stage()
    _, target, stop = bracket(stage)
    price = stage.order(stop).stop_price
    assert price is not None
    stage.push(price)
    assert stage.status(stop) is Status.FILLED
    assert stage.status(target) is Status.CANCELLED


def test_a_partly_filled_target_makes_the_stop_smaller() -> None:
    stage = Stage()
    _, target, stop = bracket(stage)
    limit = stage.order(target).limit_price
    assert limit is not None
    stage.push(limit - TICK)
    ahead = stage.exchange.depth(265598, 1)[1][0].size - 100
    stage.place(order("BUY", ahead + 40, price=limit, account=OTHER))
    assert stage.order(target).filled == 40
    assert stage.order(stop).remaining == 60
    assert stage.order(stop).request.quantity == 60


def test_cancelling_an_unfilled_parent_cancels_its_children() -> None:
    stage = Stage()
    parent, target, stop = bracket(stage, price=stage.bid() - 5 * TICK)
    stage.exchange.cancel(parent)
    stage.run()
    assert {stage.status(order_id) for order_id in (parent, target, stop)} == {Status.CANCELLED}


def test_children_of_a_partly_filled_cancelled_parent_take_its_filled_size() -> None:
    stage = Stage()
    stage.push(stage.ask() + 3 * TICK)
    parent, target, stop = bracket(stage, price=stage.bid() + TICK)
    stage.place(order("SELL", 30, account=OTHER))
    stage.exchange.cancel(parent)
    stage.run()
    assert stage.order(parent).filled == 30
    assert stage.status(parent) is Status.CANCELLED
    assert stage.order(target).request.quantity == stage.order(stop).request.quantity == 30
    assert stage.status(target) is Status.SUBMITTED


def test_children_follow_the_size_of_an_amended_parent() -> None:
    stage = Stage()
    price = stage.bid() - 5 * TICK
    parent, target, stop = bracket(stage, price=price)
    stage.exchange.modify(parent, order("BUY", 60, price=price))
    stage.run()
    assert stage.order(target).request.quantity == stage.order(stop).request.quantity == 60


def test_an_oca_group_is_cancelled_when_one_of_it_is_filled() -> None:
    stage = Stage()
    resting = stage.place(
        order("BUY", 100, price=stage.bid() - 5 * TICK, oca_group="either"),
        order("BUY", 1, price=stage.bid(ES) - 10, conid=ES, oca_group="either"),
    )
    [taken] = stage.place(order("BUY", 100, oca_group="either"))
    assert stage.status(taken) is Status.FILLED
    assert {stage.status(order_id) for order_id in resting} == {Status.CANCELLED}


def test_two_of_a_group_hit_by_the_same_sweep_are_not_both_filled() -> None:
    stage = Stage()
    stage.push(stage.ask() + 6 * TICK)
    price = stage.bid() + 3 * TICK
    first, second = stage.place(
        order("BUY", 100, price=price, oca_group="g"), order("BUY", 100, price=price - TICK, oca_group="g")
    )
    stage.place(order("SELL", 200, price=price - TICK, account=OTHER))
    assert stage.status(first) is Status.FILLED
    assert stage.order(second).filled == 0
    assert stage.status(second) is Status.CANCELLED


def test_groups_of_different_accounts_have_nothing_to_do_with_each_other() -> None:
    stage = Stage()
    [theirs] = stage.place(order("BUY", 100, price=stage.bid() - 5 * TICK, oca_group="g", account=OTHER))
    stage.place(order("BUY", 100, oca_group="g"))
    assert stage.status(theirs) is Status.SUBMITTED


def test_a_child_without_its_parent_is_refused_and_nothing_is_placed() -> None:
    stage = Stage()
    with pytest.raises(OrderRefused, match="parent order ID=nobody was not found"):
        stage.place(order("BUY", 1, coid="fine"), order("SELL", 1, price=stage.ask(), parent_coid="nobody"))
    assert stage.exchange.orders("DU1000001") == []


def test_a_bracket_that_expires_ends_each_of_its_orders_once() -> None:
    stage = Stage()
    ids = bracket(stage, price=stage.bid() - 5 * TICK)
    stage.until(moment(17, 21))
    for order_id in ids:
        told = [e for e in stage.events if isinstance(e, OrderChanged) and e.order.order_id == order_id]
        assert [e.order.status for e in told].count(Status.CANCELLED) == 1
