"""Figures as text."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

import pytest

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Quote
from ibtui.ui import formatting as f

D = Decimal


def test_a_price_is_shown_with_the_digits_asked_for_but_never_cut() -> None:
    assert f.price(D("271.6"), 2) == "271.60"
    assert f.price(D("271.675"), 2) == "271.675"


def test_a_price_without_digits_is_shown_as_it_was_told() -> None:
    assert f.price(D("4980.50")) == "4980.50"


def test_nothing_told_is_a_dash_and_never_zero() -> None:
    assert {f.price(None), f.size(None), f.money(None), f.signed(None), f.percent(None), f.quantity(None)} == {"–"}


def test_zero_is_a_figure() -> None:
    assert f.price(D(0), 2) == "0.00"


def test_a_negative_price_has_a_true_minus() -> None:
    assert f.price(D("-37.63")) == "−37.63"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("950", "950"),
        ("1300", "1.3k"),
        ("24230000", "24.2M"),
        ("512000", "512k"),
        ("1120000000", "1.1B"),
        ("0.5", "0.5"),
    ],
)
def test_sizes_are_short(told: str, shown: str) -> None:
    assert f.size(D(told)) == shown


def test_changes_carry_their_sign_and_zero_has_none() -> None:
    assert [f.signed(D(value)) for value in ("1.52", "-0.4", "0", "-0.001")] == ["+1.52", "−0.40", "0.00", "0.00"]


def test_money_has_thousands() -> None:
    assert f.money(D("1005254.1")) == "1,005,254.10"
    assert f.signed_money(D("-1607.07")) == "−1,607.07"


def test_short_money_keeps_three_digits() -> None:
    assert [f.short_money(D(value)) for value in ("3980000", "39800000", "652000", "950")] == [
        "3.98M",
        "39.8M",
        "652k",
        "950",
    ]


def test_digits_come_from_the_increment_where_it_is_known() -> None:
    rules = ContractRules(1, True, (PriceStep(D(0), D("0.25")),))
    assert f.quote_digits(Quote(1, last=D(4980)), rules) == 2


def test_digits_come_from_the_finest_price_told_where_the_increment_is_not_known() -> None:
    assert f.quote_digits(Quote(1, last=D("1.0876"), bid=D("1.08764"))) == 5


def test_ages_and_countdowns() -> None:
    assert [f.age(seconds) for seconds in (0.2, 34, 300, 7200)] == ["0.2s", "34s", "5m", "2h"]
    assert [f.countdown(seconds) for seconds in (59, 599, 3723)] == ["0:59", "9:59", "1:02:03"]


def test_a_time_that_was_not_told_is_a_dash() -> None:
    assert f.clock_time(0) == "–"
    assert f.clock_time(1_000, UTC) == "00:00:01"


def test_a_sparkline_goes_from_its_lowest_to_its_highest_block() -> None:
    assert f.sparkline([1.0, 2.0, 3.0], 8) == "▁▅█"


def test_a_sparkline_ends_with_the_newest_value() -> None:
    assert f.sparkline([*([0.0] * 99), 9.0], 4)[-1] == "█"


def test_a_flat_sparkline_lies_in_the_middle() -> None:
    assert f.sparkline([5.0, 5.0], 8) == "▄▄"
