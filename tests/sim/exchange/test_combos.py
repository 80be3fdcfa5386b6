"""Combinations: priced by the sum of their legs and filled in all of them together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ibtui.sim.exchange import Leg, OrderRequest, OrderType, Side, Status, Tif
from tests.sim.exchange.stage import AAPL, KO, ME, OTHER, TICK, Stage, moment, order

USD_SPREAD = 28812380
D = Decimal
ZERO = D(0)


def spread(
    side: str, quantity: int, price: Decimal | None, legs: tuple[Leg, ...] = (Leg(AAPL, 1), Leg(KO, -2))
) -> OrderRequest:
    """Write a combination; buying it buys one AAPL and sells two KO unless told otherwise."""
    kind = OrderType.MKT if price is None else OrderType.LMT
    return OrderRequest(ME, USD_SPREAD, Side(side), kind, D(quantity), price=price, legs=legs)


def cost(stage: Stage) -> Decimal:
    """Give what one combination costs now."""
    return stage.ask(AAPL) - 2 * stage.bid(KO)


def test_a_combination_is_filled_in_all_legs_at_their_prices() -> None:
    stage = Stage()
    ask, bid, price = stage.ask(AAPL), stage.bid(KO), cost(stage)
    [order_id] = stage.place(spread("BUY", 10, price))
    view = stage.order(order_id)
    assert (view.status, view.filled, view.average_price) == (Status.FILLED, D(10), price)
    fills = [(fill.conid, fill.side, fill.size, fill.price) for fill in stage.fills(order_id)]
    assert fills == [(AAPL, Side.BUY, D(10), ask), (KO, Side.SELL, D(20), bid)]


def test_its_legs_become_positions_and_cash() -> None:
    stage = Stage()
    [order_id] = stage.place(spread("BUY", 10, None))
    held = {view.conid: view.quantity for view in stage.exchange.positions(ME)}
    assert held == {AAPL: D(10), KO: D(-20)}
    spent = sum((f.net_amount * (1 if f.side is Side.BUY else -1) for f in stage.fills(order_id)), ZERO)
    fees = stage.order(order_id).commission
    assert stage.exchange.ledger(ME)[0].cash == 10_000_000 - spent - fees


def test_a_combination_beyond_its_limit_waits_until_the_legs_come_near() -> None:
    stage = Stage()
    price = cost(stage) - 4 * TICK
    [order_id] = stage.place(spread("BUY", 1, price))
    assert stage.status(order_id) is Status.SUBMITTED
    stage.push(stage.bid(AAPL) - 5 * TICK)
    stage.place(order("SELL", 10, price=stage.bid(AAPL) + TICK, account=OTHER))
    assert stage.status(order_id) is Status.FILLED
    average = stage.order(order_id).average_price
    assert average is not None
    assert average <= price


def test_a_combination_may_have_a_negative_price() -> None:
    stage = Stage()
    legs = (Leg(KO, 1), Leg(AAPL, -1))
    price = stage.ask(KO) - stage.bid(AAPL)
    assert price < 0
    [order_id] = stage.place(spread("BUY", 5, price, legs))
    assert (stage.status(order_id), stage.order(order_id).average_price) == (Status.FILLED, price)


def test_selling_a_combination_turns_its_legs_round() -> None:
    stage = Stage()
    [order_id] = stage.place(spread("SELL", 5, stage.bid(AAPL) - 2 * stage.ask(KO)))
    assert [(fill.conid, fill.side) for fill in stage.fills(order_id)] == [(AAPL, Side.SELL), (KO, Side.BUY)]


def test_a_large_combination_walks_the_books_and_keeps_its_legs_in_step() -> None:
    stage = Stage()
    _, asks = stage.exchange.depth(AAPL, 3)
    size = int(sum(level.size for level in asks))
    [order_id] = stage.place(spread("BUY", size, None))
    bought = sum((fill.size for fill in stage.fills(order_id) if fill.conid == AAPL), ZERO)
    sold = sum((fill.size for fill in stage.fills(order_id) if fill.conid == KO), ZERO)
    assert bought == stage.order(order_id).filled > asks[0].size
    assert sold == 2 * bought


def test_an_immediate_combination_ends_with_what_it_got() -> None:
    stage = Stage()
    [order_id] = stage.place(replace(spread("BUY", 1, cost(stage) - 50 * TICK), tif=Tif.IOC))
    assert (stage.status(order_id), stage.order(order_id).filled) == (Status.CANCELLED, ZERO)


def test_a_combination_expires_with_its_legs_session() -> None:
    stage = Stage()
    [order_id] = stage.place(spread("BUY", 1, cost(stage) - 50 * TICK))
    stage.until(moment(17, 21))
    assert stage.status(order_id) is Status.CANCELLED


def test_a_combination_goes_on_the_next_day_if_it_is_good_till_cancelled() -> None:
    stage = Stage()
    [order_id] = stage.place(replace(spread("BUY", 1, cost(stage) - 5000 * TICK), tif=Tif.GTC))
    stage.until(moment(17, 22))
    assert stage.status(order_id) is Status.PRE_SUBMITTED
    stage.until(moment(18, 14, 31))
    assert stage.status(order_id) is Status.SUBMITTED


def test_a_combination_of_a_type_it_can_not_have_is_refused() -> None:
    stage = Stage()
    request = replace(spread("BUY", 1, D(100)), order_type=OrderType.STP)
    assert stage.exchange.check(request) == "Order type STP is not supported for combination orders."


def test_what_if_of_a_combination_adds_its_legs_up() -> None:
    stage = Stage()
    price = cost(stage)
    impact = stage.exchange.what_if([spread("BUY", 100, price)])
    assert impact.amount == 100 * price
    assert impact.commission == D("2.00")
    assert impact.initial_change == (stage.exchange.quote(AAPL).mark * 100 + stage.exchange.quote(KO).mark * 200) / 2
    assert impact.error == ""


def test_a_cancelled_combination_is_filled_no_more() -> None:
    stage = Stage()
    [order_id] = stage.place(spread("BUY", 1, cost(stage) - 4 * TICK))
    stage.exchange.cancel(order_id)
    stage.run()
    stage.push(stage.bid(AAPL) - 9 * TICK)
    stage.place(order("SELL", 10, price=stage.bid(AAPL) + TICK, account=OTHER))
    assert (stage.status(order_id), stage.fills(order_id)) == (Status.CANCELLED, [])
