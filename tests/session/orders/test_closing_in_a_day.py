"""Closing positions at the simulated exchange, whose market trades meanwhile, through a whole session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial

import pytest

from ibtui.domain.closing import Closing
from ibtui.domain.orders import Stage
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.sim.exchange.types import WORKING
from tests.random_days.day import Day, no_chance
from tests.random_days.listings import CONTRACTS
from tests.random_days.world import ACCOUNT, MOMENTS

AAPL = CONTRACTS[0]


@contextmanager
def morning(seed: int) -> Iterator[Day]:
    """An ordinary one, with the prices and rules of the instrument known."""
    with no_chance(seed):
        day = Day(seed, calm=True)
        try:
            day.begin()
            market = day.life.session.market
            day.do(lambda: market.show_quotes("ladder", [AAPL.conid]))
            for side in Side:
                day.do(partial(market.learn_rules, AAPL.conid, side), 2.0)
            yield day
        finally:
            day.clear_away()


def held(day: Day) -> Decimal:
    found = [view.quantity for view in day.world.exchange.positions(ACCOUNT) if view.conid == AAPL.conid]
    return sum(found, Decimal(0))


def working(day: Day) -> int:
    return sum(
        order.request.conid == AAPL.conid and order.status in WORKING for order in day.world.exchange.orders(ACCOUNT)
    )


def order(day: Day, side: Side, ticks: int) -> None:
    """One so many ticks behind the best price of its own side, its questions answered."""
    quote = day.life.store.market.quotes[AAPL.conid]
    best = quote.bid if side is Side.BUY else quote.ask
    assert best is not None
    price = best + Decimal("0.01") * (-ticks if side is Side.BUY else ticks)
    ticket = Ticket(ACCOUNT, AAPL, side, OrderType.LMT, Decimal(30), price)
    key = day.do(lambda: day.life.session.orders.submit((ticket,)), 0.5)
    answered(day)
    assert day.life.store.orders.submissions[key].stage is Stage.ACKNOWLEDGED


def answered(day: Day) -> None:
    for _ in range(6):
        if any(s.stage is Stage.ASKING for s in day.life.store.orders.submissions.values()):
            day.do(lambda: day.user.say(True), 0.5)


def closed(day: Day, *, reverse: bool, market: bool) -> Closing:
    orders = day.life.session.orders
    day.do(lambda: orders.close_position(ACCOUNT, AAPL, reverse=reverse, market=market, collar_ticks=20), 0.0)
    for _ in range(80):
        day.do(lambda: None, 0.5)
        answered(day)
        if day.life.store.orders.closings[(ACCOUNT, AAPL.conid)].stage.is_over:
            break
    day.do(lambda: None, 10.0)
    return day.life.store.orders.closings[(ACCOUNT, AAPL.conid)]


@pytest.mark.parametrize(("seed", "reverse", "market"), [(1, False, False), (2, True, False), (3, False, True)])
def test_orders_at_the_touch_are_cancelled_and_what_is_held_then_is_closed(
    seed: int, reverse: bool, market: bool
) -> None:
    with morning(seed) as day:
        before = held(day)
        assert before
        for side, ticks in ((Side.BUY, 0), (Side.SELL, 0), (Side.BUY, 5), (Side.SELL, 300)):
            order(day, side, ticks)
        closing = closed(day, reverse=reverse, market=market)
        assert closing.stage.value == "done", closing
        sent = day.life.store.orders.submissions[closing.order_key].tickets[0]
        assert (working(day), abs(held(day))) == (0, sent.quantity / 2 if reverse else 0)
        assert day._deeds.violations == []


def test_before_the_opening_it_is_closed_by_a_limit_that_may_fill_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOMENTS, "in the morning", (8, 0))
    with morning(4) as day:
        before = held(day)
        assert before
        closing = closed(day, reverse=False, market=True)
        assert closing.stage.value == "done", closing
        sent = day.life.store.orders.submissions[closing.order_key].tickets[0]
        assert (sent.order_type, sent.outside_rth, held(day)) == (OrderType.LMT, True, Decimal(0))
        assert "outside regular hours until 09:30 EST" in closing.words
        assert day._deeds.violations == []


def test_at_night_nothing_is_cancelled_and_nothing_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOMENTS, "in the morning", (2, 0))
    with morning(5) as day:
        before = held(day)
        closing = closed(day, reverse=False, market=True)
        assert (closing.stage.value, closing.order_key, held(day)) == ("stopped", "", before)
        assert "nothing" in closing.words
        assert day._deeds.violations == []
