"""What of a week's executions is of today, and what today's made."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.daytrade import DayTrade, day_began, day_trade, of_today, ticks_of
from ibtui.domain.orders import Execution
from ibtui.domain.tickets import Side

D = Decimal
NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> int:
    """Unix milliseconds of a time of day in New York."""
    return round(datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK).timestamp() * 1000)


def fill(number: int, units: str, price: str, time_ms: int = 0, *, multiplier: int = 50) -> Execution:
    """A purchase, or a sale where negative."""
    size = abs(D(units))
    side = Side.BUY if D(units) > 0 else Side.SELL
    amount = size * D(price) * multiplier
    return Execution(f"e{number}", side=side, size=size, price=D(price), net_amount=amount, time_ms=time_ms or number)


@pytest.mark.parametrize(
    ("when", "counts"),
    [(at(20, 0), True), (at(20, 15, 59), True), (at(19, 23, 59), False), (at(14, 11), False), (0, True)],
    ids=["midnight", "afternoon", "yesterday", "last week", "no time told"],
)
def test_a_day_is_one_of_new_york(when: int, counts: bool) -> None:
    told = replace(fill(1, "5", "100"), time_ms=when)
    assert (of_today([told], at(20, 18)) == (told,)) is counts


def test_a_day_of_the_clock_s_change_begins_at_its_own_midnight() -> None:
    assert day_began(at(1, 18, month=11)) == at(1, 0, month=11)
    assert day_began(at(8, 18, month=3)) == at(8, 0, month=3)


def test_without_a_time_of_day_nothing_that_has_a_time_is_said_to_be_of_today() -> None:
    assert of_today([fill(1, "5", "100", at(20, 11))], None) == ()


def test_what_was_opened_and_closed_today_is_told_in_ticks_a_unit_and_in_money() -> None:
    trade = day_trade([fill(1, "2", "100"), fill(2, "1", "103"), fill(3, "-2", "102")], D(1))
    assert (trade.bought, trade.sold, trade.closed, trade.points) == (D(3), D(2), D(2), D(2))
    assert (trade.money, trade.ticks(D("0.25"))) == (D(100), D(4))


def test_a_turn_to_the_other_side_closes_and_opens() -> None:
    trade = day_trade([fill(1, "2", "100"), fill(2, "-5", "99"), fill(3, "3", "98")], D(0))
    assert (trade.closed, trade.points, trade.money) == (D(5), D(1), D(50))


def test_what_was_held_before_today_counts_as_closed_and_its_gain_is_not_invented() -> None:
    trade = day_trade([fill(1, "-2", "102"), fill(2, "-1", "102")], D(1))
    assert (trade.closed, trade.points, trade.money, trade.ticks(D(1))) == (D(3), None, None, None)
    assert ticks_of(D("-75"), D("0.25"), D(50), trade.closed) == D(-2)


def test_adding_to_what_was_held_before_closes_nothing() -> None:
    assert day_trade([fill(1, "2", "102")], D(5)) == DayTrade(bought=D(2))


def test_a_fill_that_tells_no_price_leaves_the_gain_untold_and_still_counts_as_traded() -> None:
    trade = day_trade([fill(1, "2", "100"), replace(fill(2, "-2", "101"), price=None)], D(0))
    assert trade == DayTrade(D(2), D(2), None, None, None)


def test_a_fill_that_tells_no_amount_leaves_only_the_money_untold() -> None:
    trade = day_trade([fill(1, "2", "100"), replace(fill(2, "-2", "101"), net_amount=None)], D(0))
    assert (trade.points, trade.money) == (D(2), None)


@pytest.mark.parametrize(
    ("profit", "step", "multiplier", "closed"),
    [(None, D(1), D(1), D(1)), (D(5), None, D(1), D(1)), (D(5), D(1), D(1), None), (D(5), D(1), D(1), D(0))],
)
def test_ticks_that_cannot_be_told_are_not(
    profit: Decimal | None, step: Decimal | None, multiplier: Decimal, closed: Decimal | None
) -> None:
    assert ticks_of(profit, step, multiplier, closed) is None


@given(st.lists(st.tuples(st.integers(-9, 9).filter(bool), st.integers(90, 110)), max_size=12))
def test_gain_and_what_is_still_held_add_up_to_the_cash_that_moved(fills: list[tuple[int, int]]) -> None:
    told = [fill(number, str(units), str(price)) for number, (units, price) in enumerate(fills, 1)]
    held = sum(units for units, _ in fills)
    cash = -sum(units * price for units, price in fills)
    flat = [*told, fill(99, str(-held), "100")] if held else told
    trade = day_trade(flat, D(0))
    assert trade.points is not None
    assert trade.money is not None
    assert abs(trade.points - (cash + held * 100)) < D("1e-15")
    assert abs(trade.money - trade.points * 50) < D("1e-12")
