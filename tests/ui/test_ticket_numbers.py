"""Numbers as they are typed and stepped."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.ui.ticket_numbers import number_or_none, stepped, stepped_amount, stepped_size

CENT = ContractRules(265598, True, (PriceStep(Decimal(0), Decimal("0.01")),), Decimal(1))
TWO_STEPS = ContractRules(1, True, (PriceStep(Decimal(0), Decimal("0.01")), PriceStep(Decimal(1), Decimal("0.05"))))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100", "100"),
        (" 1,300.50 ", "1300.50"),
        (".5", "0.5"),
        ("-2", "-2"),
        ("−2", "-2"),
        ("5.", "5"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: str) -> None:
    assert number_or_none(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", " ", ".", "-", "1,5", "1,30", "1e5", "ten", "1 000", "1.2.3", "٣", "NaN", "9" * 40]
)
def test_what_is_no_plain_number_is_not_guessed_at(text: str) -> None:
    assert number_or_none(text) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False))
def test_every_decimal_survives_being_shown_and_typed_again(value: Decimal) -> None:
    assert number_or_none(f"{value:f}") == value


def test_arrows_step_a_price_along_its_grid() -> None:
    quarter = ContractRules(1, True, (PriceStep(Decimal(0), Decimal("0.25")),))

    assert stepped("4980.25", 1, quarter, None) == "4980.50"
    assert stepped("4980.25", -2, quarter, None) == "4979.75"
    assert stepped("0.99", 1, TWO_STEPS, None) == "1.00"
    assert stepped("1.00", 1, TWO_STEPS, None) == "1.05"
    assert stepped("1.00", -1, TWO_STEPS, None) == "0.99"


def test_prices_of_combinations_step_through_zero() -> None:
    assert stepped("0.01", -2, None, None) == "-0.01"
    assert stepped("-1.20", 1, None, None) == "-1.19"


def test_the_first_arrow_in_a_blank_price_takes_the_market() -> None:
    assert stepped("", 1, CENT, Decimal("271.66")) == "271.66"
    assert stepped("", 1, CENT, None) == ""


def test_an_arrow_in_text_that_is_no_number_leaves_it_alone() -> None:
    assert stepped("27I", 1, CENT, Decimal("271.66")) == "27I"
    assert stepped_amount("27I", 1, Decimal(1)) == "27I"


def test_quantities_step_by_their_increment_and_never_reach_zero() -> None:
    hundred = ContractRules(1, True, size_increment=Decimal(100))

    assert stepped_size("100", 1, hundred) == "200"
    assert stepped_size("100", -1, hundred) == "100"
    assert stepped_size("", 1, hundred) == "100"
    assert stepped_size("1", -1, None) == "1"
