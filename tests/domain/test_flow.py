"""What one frame tells to have traded, at which price and by whom."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.flow import Aggressor, Flow, Print, Top, Traded, aggressor_of, prints_of, traded_since

D = Decimal
QUOTED = Top(last=D(10), last_size=D(5), bid=D("9.9"), ask=D("10.1"))
sizes = st.one_of(st.none(), st.decimals(0, 10_000, places=2))
ticks = st.one_of(st.none(), st.integers(-50, 50).map(Decimal))


@pytest.mark.parametrize(
    ("price", "direction", "aggressor"),
    [
        ("10.1", -1, Aggressor.BUY),
        ("10.2", 0, Aggressor.BUY),
        ("9.9", 1, Aggressor.SELL),
        ("9.8", 0, Aggressor.SELL),
        ("10", 1, Aggressor.BUY),
        ("10", -1, Aggressor.SELL),
        ("10", 0, Aggressor.UNKNOWN),
    ],
)
def test_the_quote_tells_who_took_and_between_its_prices_the_last_move(
    price: str, direction: int, aggressor: Aggressor
) -> None:
    assert aggressor_of(D(price), QUOTED, direction) is aggressor


def test_where_both_sides_of_the_quote_say_so_the_last_move_tells() -> None:
    locked = Top(bid=D(10), ask=D(10))
    assert aggressor_of(D(10), locked, 1) is Aggressor.BUY
    assert aggressor_of(D(10), locked, 0) is Aggressor.UNKNOWN
    assert aggressor_of(D(10), Top(), 0) is Aggressor.UNKNOWN


def test_a_growth_as_large_as_the_last_trade_is_that_trade() -> None:
    prints, rest = prints_of(QUOTED, Top(D("10.1"), D(3)), 1, D(3), 7.0)
    assert (prints, rest) == ((Print(D("10.1"), D(3), Aggressor.BUY, 7.0),), D(0))


def test_what_grew_beyond_the_last_trade_has_no_side() -> None:
    prints, _ = prints_of(QUOTED, Top(D("10.1"), D(3)), 1, D(10), 7.0)
    assert prints == (Print(D("10.1"), D(3), Aggressor.BUY, 7.0), Print(D("10.1"), D(7), Aggressor.UNKNOWN, 7.0))


def test_a_last_trade_larger_than_the_growth_counts_no_more_than_it() -> None:
    prints, _ = prints_of(QUOTED, Top(D("9.9"), D(30)), -1, D(10), 7.0)
    assert prints == (Print(D("9.9"), D(10), Aggressor.SELL, 7.0),)


def test_without_a_volume_another_price_or_size_is_a_trade_and_the_same_again_is_none() -> None:
    assert prints_of(QUOTED, Top(D("10.1"), D(5)), 1, None, 7.0)[0] == (Print(D("10.1"), D(5), Aggressor.BUY, 7.0),)
    assert len(prints_of(QUOTED, Top(D(10), D(6)), 0, None, 7.0)[0]) == 1
    assert prints_of(QUOTED, Top(D(10), D(5)), 0, None, 7.0)[0] == ()
    assert prints_of(Top(), Top(D(10), D(5)), 0, None, 7.0)[0] == ()
    assert prints_of(QUOTED, Top(D(11), None), 1, None, 7.0)[0] == ()


def test_a_growth_without_a_price_is_left() -> None:
    assert prints_of(QUOTED, Top(None, D(5)), 0, D(9), 7.0) == ((), D(9))


@given(ticks, sizes, ticks, sizes, st.integers(-1, 1), sizes)
def test_prints_and_rest_are_exactly_the_growth_and_never_nothing(
    last: Decimal | None,
    size: Decimal | None,
    before: Decimal | None,
    size_before: Decimal | None,
    direction: int,
    growth: Decimal | None,
) -> None:
    prints, rest = prints_of(Top(before, size_before), Top(last, size), direction, growth, 1.0)
    assert all(one.size > 0 for one in prints)
    if growth:
        assert sum((one.size for one in prints), rest) == growth


def test_what_was_traded_lately_is_summed_by_price_and_side() -> None:
    prints = (
        Print(D(10), D(1), Aggressor.BUY, 1.0),
        Print(D(10), D(2), Aggressor.BUY, 70.0),
        Print(D(10), D(3), Aggressor.SELL, 90.0),
        Print(D(11), D(4), Aggressor.UNKNOWN, 100.0),
    )
    lately = traded_since(Flow(1, 0.0, {}, prints), 100.0, 30.0)
    assert lately == {D(10): Traded(D(2), D(3)), D(11): Traded(unsided=D(4))}
    assert lately[D(10)].total == 5
