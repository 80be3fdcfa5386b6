"""Ladder rows are read in every shape that documents and clients know."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.market import Rung
from ibtui.protocol.ladder import ladder_conid, ladder_rows

D = Decimal


def only(**row: object) -> Rung | None:
    return ladder_rows([{"row": 0, **row}]).get(0)


@pytest.mark.parametrize(
    ("price", "rung"),
    [
        ("271.67", Rung(D("271.67"))),
        (271.67, Rung(D("271.67"))),
        (271, Rung(D(271))),
        ("1,271.67", Rung(D("1271.67"))),
        ("100 @ 271.67", Rung(D("271.67"), last_size=D(100))),
        ("3,500 @ 1,271.67", Rung(D("1271.67"), last_size=D(3500))),
        ("100@271.67", Rung(D("271.67"), last_size=D(100))),
        (" @ 271.67", Rung(D("271.67"))),
        ("-0.25", Rung(D("-0.25"))),
        ("", None),
        (None, None),
        ("price", None),
        ("100 @ ", None),
        ([], None),
    ],
)
def test_a_price_is_a_number_text_or_size_at_price(price: object, rung: Rung | None) -> None:
    assert only(price=price) == rung


@pytest.mark.parametrize(
    ("size", "read"),
    [
        ("222", D(222)),
        (222, D(222)),
        (222.0, D(222)),
        ("3,500", D(3500)),
        ("", None),
        (None, None),
        ("x", None),
        (0, None),
    ],
)
def test_a_side_that_is_blank_or_unknown_is_none_and_not_zero(size: object, read: Decimal | None) -> None:
    assert only(price=1, bid=size) == Rung(D(1), bid_size=read)
    assert only(price=1, ask=size) == Rung(D(1), ask_size=read)


@pytest.mark.parametrize(("focus", "is_last"), [(1, True), ("1", True), (True, True), (0, False), (None, False)])
def test_the_focus_marks_the_last_price(focus: object, is_last: bool) -> None:
    assert only(price=1, focus=focus) == Rung(D(1), is_last=is_last)


def test_rows_are_keyed_by_their_number_whatever_their_order() -> None:
    rows = ladder_rows([{"row": 2, "price": 3}, {"row": "0", "price": 5}, {"row": 1.0, "price": 4}])
    assert rows == {2: Rung(D(3)), 0: Rung(D(5)), 1: Rung(D(4))}


def test_rows_without_numbers_are_numbered_by_their_order() -> None:
    assert ladder_rows([{"price": 5}, {"price": 4}]) == {0: Rung(D(5)), 1: Rung(D(4))}


def test_a_row_whose_number_is_strange_is_left_out() -> None:
    rows = [
        {"row": -1, "price": 1},
        {"row": "x", "price": 2},
        {"row": 10**9, "price": 3},
        {"price": 4},
        {"row": 0, "price": 5},
    ]
    assert ladder_rows(rows) == {0: Rung(D(5))}


def test_a_single_row_may_come_bare() -> None:
    assert ladder_rows({"row": 3, "price": "1.5", "bid": "7"}) == {3: Rung(D("1.5"), bid_size=D(7))}


@pytest.mark.parametrize(
    ("topic", "conid"),
    [
        ("sbd+DU1234567+265598", 265598),
        ("sbd+DU1234567+265598+SMART", 265598),
        ("sbd+DU1234567+265598@NASDAQ", 265598),
        ("sbd", None),
        ("sbd+DU1234567", None),
        ("sbd+DU1234567+", None),
        ("sbd+DU1234567+x", None),
    ],
)
def test_the_topic_names_the_contract_or_does_not(topic: str, conid: int | None) -> None:
    assert ladder_conid(topic) == conid


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        lambda inner: st.one_of(
            st.lists(inner), st.dictionaries(st.sampled_from(["row", "focus", "price", "bid", "ask", "mm"]), inner)
        ),
    )
)
def test_no_shape_raises_and_every_rung_has_a_finite_price(payload: object) -> None:
    assert all(rung.price.is_finite() for rung in ladder_rows(payload).values())
