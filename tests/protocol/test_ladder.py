"""Ladder rows are read in every shape that documents and clients know."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.depth import RowTold, RungPatch
from ibtui.domain.events import LadderReceived
from ibtui.domain.market import Rung
from ibtui.protocol.ladder import exchange_word, ladder_conid, ladder_exchange, ladder_of, ladder_rows

D = Decimal


def only(**row: object) -> RowTold:
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


@pytest.mark.parametrize(
    ("topic", "exchange"),
    [
        ("sbd+DU1234567+265598+SMART", "SMART"),
        ("sbd+DU1234567+265598@nasdaq", "NASDAQ"),
        ("sbd+DU1234567+265598", ""),
        ("sbd+DU1234567+265598+", ""),
        ("sbd+DU1234567", ""),
        ("sbd", ""),
        ("sbd+DU1234567+265598+[bold]x", ""),
    ],
)
def test_the_topic_names_the_exchange_or_does_not(topic: str, exchange: str) -> None:
    assert ladder_exchange(topic) == exchange


@pytest.mark.parametrize("named", ["", "A+B", "{}", "A B", "x" * 33, "\x1b[2J"])
def test_what_a_topic_cannot_name_is_no_exchange(named: str) -> None:
    assert exchange_word(named) == ""


def test_a_row_without_a_price_changes_the_one_known() -> None:
    told = ladder_rows([{"row": 1, "bid": "7", "ask": ""}, {"row": 2, "focus": 1}, {"row": 3, "mm": ""}])
    assert told == {
        1: RungPatch({"bid_size": D(7), "ask_size": None}),
        2: RungPatch({"is_last": True}),
        3: RungPatch({}),
    }


def test_a_row_whose_price_is_blank_holds_nothing() -> None:
    assert ladder_rows([{"row": 4, "price": "", "bid": "7"}]) == {4: None}


def test_a_frame_says_whose_ladder_it_is_of_and_whether_it_must_be_all_of_it() -> None:
    payload = {"data": [{"row": 1, "price": "5"}]}
    assert ladder_of(payload, "sbd+DU1+7+ARCA", generation=3, received=9.0) == LadderReceived(
        7, 3, {1: Rung(D(5))}, 9.0, "ARCA"
    )
    told = ladder_of({"args": [{"price": "5"}]}, "sbd", generation=3, received=9.0)
    assert told == LadderReceived(None, 3, {0: Rung(D(5))}, 9.0, is_whole=True)
    assert ladder_of({"data": []}, "sbd", generation=3, received=9.0) is None


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        lambda inner: st.one_of(
            st.lists(inner), st.dictionaries(st.sampled_from(["row", "focus", "price", "bid", "ask", "mm"]), inner)
        ),
    )
)
def test_no_shape_raises_and_every_rung_has_a_finite_price(payload: object) -> None:
    rungs = [row for row in ladder_rows(payload).values() if isinstance(row, Rung)]
    assert all(rung.price.is_finite() for rung in rungs)
    assert all((size or 1) > 0 for rung in rungs for size in (rung.bid_size, rung.ask_size))
