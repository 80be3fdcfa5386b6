"""Numbers of the wire are read leniently and never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.protocol.numbers import decimal_or_none, float_or_none, whole_or_none


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("271.67", "271.67"),
        ("165.30", "165.30"),
        ("-1", "-1"),
        (" 5 ", "5"),
        ("1,300", "1300"),
        ("1,234,567.80", "1234567.80"),
        ("24.2M", "24200000.0"),
        ("3.5K", "3500.0"),
        ("1.2B", "1200000000.0"),
        ("C189.60", "189.60"),
        ("H12", "12"),
        ("+0.45%", "0.45"),
        ("0.54%", "0.54"),
        ("\u22121.5", "-1.5"),
        ("1.01 USD", "1.01"),
        ("1,978.60 USD", "1978.60"),
        ("2.0E8", "200000000"),
        (".5", "0.5"),
        (5, "5"),
        (5.0, "5"),
        (0.56, "0.56"),
        (2.0201311791131118e8, "202013117.91131118"),
        (Decimal("1.10"), "1.10"),
    ],
)
def test_the_spellings_of_the_wire_are_read(value: object, number: str) -> None:
    assert decimal_or_none(value) == Decimal(number)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "N/A",
        "None",
        "n/a",
        "-",
        "1,30",
        "12,34,567",
        "1.2.3",
        "5 @ 271.67",
        "@ 16:00:00",
        "1_000",
        "NaN",
        "Infinity",
        "1e999",
        "C",
        "CC5",
        "X5",
        "1.01 USD (1 Shares)",
        "٣",
        "9" * 65,
        True,
        False,
        [],
        {},
        float("nan"),
        float("inf"),
        1.7976931348623157e308,
        10**400,
        Decimal("NaN"),
    ],
)
def test_what_is_doubtful_is_none(value: object) -> None:
    assert decimal_or_none(value) is None


def test_text_keeps_the_digits_typed() -> None:
    assert str(decimal_or_none("165.30")) == "165.30"


def test_a_json_float_without_fraction_has_none() -> None:
    assert str(decimal_or_none(614.0)) == "614"


@given(st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=4))
def test_thousands_separators_change_nothing(number: Decimal) -> None:
    assert decimal_or_none(f"{number:,}") == number


@given(st.floats(min_value=-1e15, max_value=1e15, allow_nan=False))
def test_a_json_float_is_read_by_its_shortest_digits(number: float) -> None:
    assert decimal_or_none(number) == Decimal(repr(number))


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.integers())))
def test_nothing_raises_and_every_number_is_finite(value: object) -> None:
    number = decimal_or_none(value)
    assert number is None or number.is_finite()
    whole_or_none(value)
    float_or_none(value)


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (5, 5),
        ("265598", 265598),
        (5.0, 5),
        ("5.0", 5),
        ("-7", -7),
        (5.5, None),
        ("5.5", None),
        (True, None),
        ("x", None),
    ],
)
def test_ids_are_whole_or_none(value: object, whole: int | None) -> None:
    assert whole_or_none(value) == whole


@pytest.mark.parametrize(
    ("value", "number"), [(1, 1.0), ("1,300", 1300.0), (0.5, 0.5), (True, None), (1e31, None), ("", None)]
)
def test_figures_that_are_drawn_are_floats(value: object, number: float | None) -> None:
    assert float_or_none(value) == number
