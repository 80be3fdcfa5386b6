"""Orders for an amount of money, coins, algorithms and orders shared by several accounts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from ibtui.sim.exchange import OrderType, Plan, Share, Status, Tif
from tests.sim.exchange.stage import AAPL, EUR, ME, OTHER, TICK, Stage, moment, order

BTC = 479624278
D = Decimal
ZERO = D(0)
EQUAL = (Share(ME, D(1)), Share(OTHER, D(1)))


def test_a_market_order_for_money_spends_no_more_than_that() -> None:
    stage = Stage()
    [order_id] = stage.place(replace(order("BUY", 0, conid=BTC), cash=D(5000)))
    spent = sum((fill.net_amount for fill in stage.fills(order_id)), ZERO)
    assert stage.status(order_id) is Status.FILLED
    assert D(4999) < spent <= D(5000)


def test_a_limit_order_for_money_is_sized_by_its_limit() -> None:
    stage = Stage()
    [order_id] = stage.place(replace(order("BUY", 0, price=D("1.10000"), conid=EUR), cash=D(1100)))
    assert stage.order(order_id).request.quantity == D(1000)


def test_a_currency_bought_is_cash_and_no_position() -> None:
    stage = Stage()
    [order_id] = stage.place(replace(order("BUY", 0, conid=EUR), cash=D(10_000)))
    euros = next(line.cash for line in stage.exchange.ledger(ME) if line.currency == "EUR")
    assert euros == stage.order(order_id).filled > 8000
    assert stage.exchange.positions(ME) == []


def test_coins_trade_in_fractions() -> None:
    stage = Stage()
    [order_id] = stage.place(order("BUY", D("0.00012345"), price=stage.ask(BTC), conid=BTC))
    assert stage.status(order_id) is Status.FILLED
    assert [view.quantity for view in stage.exchange.positions(ME)] == [D("0.00012345")]


def test_coins_can_not_be_sold_short() -> None:
    stage = Stage()
    assert "Short positions" in stage.exchange.check(order("SELL", 1, price=stage.bid(BTC), conid=BTC))


def test_coins_trade_on_a_sunday() -> None:
    stage = Stage(start_ms=moment(22, 17))
    [order_id] = stage.place(order("BUY", D("0.1"), price=stage.ask(BTC), conid=BTC, tif=Tif.PAX))
    assert stage.status(order_id) is Status.FILLED


def test_an_order_with_a_plan_is_worked_a_part_at_a_time() -> None:
    stage = Stage()
    begin = stage.exchange.now_ms
    plan = Plan(begin, begin + 40_000, 10_000, past_end=False)
    [order_id] = stage.place(replace(order("BUY", 40), plan=plan))
    filled = [stage.order(order_id).filled]
    for _ in range(4):
        stage.run(10_000)
        filled.append(stage.order(order_id).filled)
    assert filled[0] < filled[1] < filled[2] < filled[3] == 40
    assert stage.status(order_id) is Status.FILLED


def test_a_plan_that_begins_later_waits() -> None:
    stage = Stage()
    plan = Plan(stage.exchange.now_ms + 60_000, stage.exchange.now_ms + 90_000, 10_000, past_end=False)
    [order_id] = stage.place(replace(order("BUY", 3), plan=plan))
    stage.run(50_000)
    assert stage.order(order_id).filled == 0
    stage.run(40_000)
    assert stage.status(order_id) is Status.FILLED


@pytest.mark.parametrize(("past_end", "status"), [(False, Status.CANCELLED), (True, Status.SUBMITTED)])
def test_at_a_plans_end_the_rest_is_cancelled_or_goes_on(past_end: bool, status: Status) -> None:
    stage = Stage()
    plan = Plan(stage.exchange.now_ms, stage.exchange.now_ms + 30_000, 10_000, past_end=past_end)
    [order_id] = stage.place(replace(order("BUY", 40, price=stage.bid() - 9 * TICK), plan=plan))
    stage.run(40_000)
    assert (stage.status(order_id), stage.order(order_id).filled) == (status, ZERO)


def test_a_plan_without_an_end_lasts_to_the_close() -> None:
    stage = Stage(start_ms=moment(17, 20, 58))
    [order_id] = stage.place(replace(order("BUY", 4), plan=Plan(0, 0, 30_000, past_end=False)))
    stage.run(30_000)
    assert 0 < stage.order(order_id).filled < 4
    stage.until(moment(17, 21))
    assert stage.status(order_id) is Status.FILLED


def test_an_order_that_loses_its_plan_is_worked_at_once() -> None:
    stage = Stage()
    plan = Plan(stage.exchange.now_ms, stage.exchange.now_ms + 40_000, 10_000, past_end=False)
    limit = stage.ask() + 5 * TICK
    [order_id] = stage.place(replace(order("BUY", 40, price=limit), plan=plan))
    stage.exchange.modify(order_id, order("BUY", 40, price=limit))
    stage.run()
    assert stage.status(order_id) is Status.FILLED


def test_a_shared_order_is_worked_once_and_its_fills_are_split() -> None:
    stage = Stage()
    [order_id] = stage.place(replace(order("BUY", 101, account="Group"), shares=EQUAL))
    assert (stage.status(order_id), stage.order(order_id).filled) == (Status.FILLED, D(101))
    sizes = {account: sum(f.size for f in stage.exchange.executions(account)) for account in (ME, OTHER)}
    assert sorted(sizes.values()) == [50, 51]
    assert {view.quantity for account in sizes for view in stage.exchange.positions(account)} == {D(50), D(51)}
    assert {fill.group for fill in stage.fills(order_id)} == {"Group"}


def test_shares_stay_right_over_many_small_fills() -> None:
    stage = Stage()
    stage.push(stage.ask() + 5 * TICK)
    shares = (Share(ME, D(3)), Share(OTHER, D(1)))
    third = "DU1000002"
    price = stage.bid() + TICK
    [order_id] = stage.place(replace(order("BUY", 40, price=price, account="Group"), shares=shares))
    for _ in range(8):
        stage.place(order("SELL", 5, account=third))
    mine = sum((fill.size for fill in stage.fills(order_id) if fill.account == ME), ZERO)
    assert (stage.status(order_id), mine) == (Status.FILLED, D(30))


def test_a_shared_order_that_one_account_can_not_pay_is_refused() -> None:
    stage = Stage(cash="1000")
    request = replace(order("BUY", 1000, price=stage.ask(), account="Group"), shares=EQUAL)
    assert "NOT ACCEPTED" in stage.exchange.check(request)


def test_a_shared_order_is_listed_once() -> None:
    stage = Stage()
    [order_id] = stage.place(replace(order("BUY", 10, price=stage.bid() - TICK, account="Group"), shares=EQUAL))
    listed = [view.order_id for account in (ME, OTHER) for view in stage.exchange.orders(account)]
    assert listed == [order_id]


def test_what_if_of_a_shared_order_adds_the_accounts_up() -> None:
    stage = Stage()
    impact = stage.exchange.what_if([replace(order("BUY", 200, price=D(270), account="Group"), shares=EQUAL)])
    assert (impact.amount, impact.position_change, impact.initial_change) == (D(54000), D(200), D(27000))


def test_a_market_if_touched_order_takes_no_plan_before_its_trigger() -> None:
    stage = Stage()
    plan = Plan(stage.exchange.now_ms, stage.exchange.now_ms + 30_000, 10_000, past_end=True)
    trigger = stage.bid(AAPL) - 5 * TICK
    request = order("BUY", 9, OrderType.LIT, price=stage.ask() + TICK, aux_price=trigger)
    [order_id] = stage.place(replace(request, plan=plan))
    stage.run(20_000)
    assert (stage.status(order_id), stage.order(order_id).filled) == (Status.PRE_SUBMITTED, ZERO)
