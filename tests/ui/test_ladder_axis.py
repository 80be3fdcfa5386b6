"""The axis of prices as numbered rows."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Quote, Rung
from ibtui.ui.ladder.axis import GROUPINGS, Axis, grid_rules

D = Decimal


def rules(*steps: tuple[str, str]) -> ContractRules:
    return ContractRules(1, True, tuple(PriceStep(D(edge), D(step)) for edge, step in steps))


CENT = rules(("0", "0.01"))
QUARTER = rules(("0", "0.25"))
TWO = rules(("0", "0.0001"), ("1", "0.01"))
THREE = rules(("0", "0.01"), ("3", "0.05"), ("5", "0.2"))


def prices(grid: ContractRules, top: str, height: int, grouping: int = 1) -> list[str]:
    axis = Axis(grid, grouping)
    return [str(price) for price in axis.prices(axis.row_of(D(top)), height)]


def test_it_has_every_tick_also_the_empty_ones() -> None:
    assert prices(CENT, "10.03", 5) == ["10.03", "10.02", "10.01", "10.00", "9.99"]


def test_it_moves_by_the_contract_s_own_increment() -> None:
    assert prices(QUARTER, "4980.50", 3) == ["4980.50", "4980.25", "4980.00"]


def test_it_changes_its_step_where_the_rules_do() -> None:
    assert prices(TWO, "1.02", 4) == ["1.02", "1.01", "1.00", "0.9999"]


@pytest.mark.parametrize("height", [0, 1, 2, 30, 31])
def test_it_is_as_long_as_asked(height: int) -> None:
    assert len(prices(CENT, "10", height)) == height


@pytest.mark.parametrize(
    ("grouping", "shown"),
    [
        (2, ["10.06", "10.04", "10.02", "10.00", "9.98"]),
        (5, ["10.05", "10.00", "9.95", "9.90", "9.85"]),
        (10, ["10.00", "9.90", "9.80", "9.70", "9.60"]),
    ],
)
def test_a_row_of_several_ticks_begins_at_a_multiple_of_so_many(grouping: int, shown: list[str]) -> None:
    assert prices(CENT, "10.07", 5, grouping) == shown


def test_rows_of_several_ticks_end_where_the_step_changes() -> None:
    assert prices(TWO, "1.07", 4, 5) == ["1.05", "1.00", "0.9995", "0.9990"]
    assert prices(THREE, "6.1", 5, 10) == ["6.0", "5.0", "4.50", "4.00", "3.50"]


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize("grid", [CENT, QUARTER, TWO, THREE])
@pytest.mark.parametrize("start", ["0", "0.99", "2.9", "4.4"])
def test_every_tick_upwards_is_in_the_same_row_or_begins_the_next(
    grid: ContractRules, grouping: int, start: str
) -> None:
    axis = Axis(grid, grouping)
    price = grid.nearest(D(start))
    row = axis.row_of(price)
    for _ in range(150):
        price = grid.moved(price, 1)
        begins = axis.price_of(axis.row_of(price)) == price
        assert axis.row_of(price) == row + begins
        row = axis.row_of(price)


@pytest.mark.parametrize("grid", [CENT, QUARTER, TWO, THREE])
@pytest.mark.parametrize("start", ["0.02", "-0.97", "-2.5"])
def test_prices_below_zero_have_rows_too(grid: ContractRules, start: str) -> None:
    axis = Axis(grid)
    shown = axis.prices(axis.row_of(D(start)), 800)
    assert all(upper > lower for upper, lower in pairwise(shown))
    assert all(grid.conforms(price) for price in shown)
    assert all(axis.row_of(upper) == axis.row_of(lower) + 1 for upper, lower in pairwise(shown))


def test_a_price_off_the_grid_belongs_to_the_nearest_tick() -> None:
    assert Axis(CENT).floor(D("10.006")) == D("10.01")
    assert Axis(CENT, 5).floor(D("10.006")) == D("10.00")


def test_moving_goes_by_rows() -> None:
    assert Axis(CENT, 5).moved(D("10.07"), 2) == D("10.15")
    assert Axis(TWO).moved(D("1.01"), -2) == D("0.9999")


def test_ticks_are_counted_one_by_one_whatever_a_row_holds() -> None:
    assert Axis(CENT, 10).ticks_between(D("10.00"), D("10.37")) == 37
    assert Axis(TWO).ticks_between(D("0.9999"), D("1.02")) == 3


def test_digits_are_those_the_finer_end_needs() -> None:
    assert Axis(TWO).digits(D("1.02"), D("0.9999")) == 4
    assert Axis(QUARTER).digits(D(4980)) == 2


def test_before_the_rules_come_the_step_is_guessed_from_the_rungs() -> None:
    book = (Rung(D("4980.75")), Rung(D("4980.50")), Rung(D("4980.00")))
    assert grid_rules(1, None, book, None).increment_at(D(4980)) == D("0.25")


def test_of_few_prices_the_step_is_guessed_from_their_digits() -> None:
    assert grid_rules(1, None, (), Quote(1, last=D("1.0876"))).increment_at(D(1)) == D("0.0001")


def test_rules_with_an_increment_of_nothing_are_none() -> None:
    assert grid_rules(1, rules(("0", "0")), (), None).increment_at(D(1)) == D("0.01")
