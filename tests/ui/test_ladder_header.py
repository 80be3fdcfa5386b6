"""The two lines round the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.account import Position
from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Ladder, Quote, Rung
from ibtui.domain.orders import Execution
from ibtui.domain.tickets import Side
from ibtui.ui.belief import LIVE, Belief
from ibtui.ui.ladder.header import average_words, depth_words, figures, held
from ibtui.ui.ladder.view import LadderInput, LadderView
from ibtui.ui.widgets.figures import Span

D = Decimal
RULES = ContractRules(1, True, (PriceStep(D(0), D("0.25")),))
QUOTE = Quote(1, last=D("100.50"), bid=D("100.25"), ask=D("100.75"), change=D("-1.5"), change_percent=D("-1.47"))
VIEW = LadderView(bid_total=D(1200), ask_total=D(900))
LONG = Position("U1", 1, quantity=D(2), average_price=D("100.00"), multiplier=D(50), realized_pnl=D("-75"))


def words(groups: Sequence[Sequence[Span]]) -> list[str]:
    return ["".join(span.text for span in group).strip() for group in groups]


def line(**more: object) -> list[str]:
    return words(figures(QUOTE, 2, D(3), D("99.75"), LIVE, **more))  # type: ignore[arg-type]  # names of its own


def test_armed_is_told_first_and_loudly() -> None:
    groups = figures(QUOTE, 2, D(3), D("99.75"), LIVE, armed="ARMED 0:42")
    assert groups[0] == (Span("ARMED 0:42", "bad"),)


def test_disarmed_is_left_to_the_title_of_the_frame() -> None:
    assert line(armed="DISARMED (stream lost)")[0] == "live"


def test_size_and_price_of_the_order_to_be_come_before_the_market_s_details() -> None:
    told = line()
    assert told.index("size 3 at 99.75") < told.index("100.25 × 100.75") < told.index("−1.50 (−1.47%)")


def test_bracket_grouping_and_following_are_told_only_where_they_are() -> None:
    told = line(bracket="scalp +8/−6", grouping=5, follows=True)
    assert {"bracket scalp +8/−6", "5 ticks a row", "follows"} <= set(told)
    assert not {"bracket", "1 ticks a row", "follows"} & set(line())


def test_stale_prices_are_said_to_be_stale() -> None:
    assert words(figures(QUOTE, 2, None, None, Belief("stale 34s", is_stale=True)))[0] == "STALE 34s"


def test_where_the_depth_comes_from_is_told() -> None:
    deep = Ladder(1, (Rung(D(100), bid_size=D(1)),), 1, 1.0)
    assert depth_words(LadderInput(1, ladder=deep)) == "depth of all exchanges"
    assert depth_words(LadderInput(1, ladder=replace(deep, exchange="ARCA"))) == "depth ARCA"


def test_without_depth_it_says_so_and_why() -> None:
    assert depth_words(LadderInput(1)) == "top of book only"
    assert depth_words(LadderInput(1, ladder=Ladder(1))) == "top of book only: no depth has come yet"
    assert depth_words(LadderInput(1, ladder=Ladder(2))) == "top of book only: the depth is with another ladder"
    assert depth_words(LadderInput(1, ladder=Ladder(1, error="No Level II"))) == "top of book only: No Level II"


def test_the_reason_is_left_out_before_the_fact() -> None:
    told = line(depth="top of book only: No Level II")
    assert told[-1] == "No Level II"
    assert told.index("top of book only") < told.index("vol –")


def test_the_position_is_told_in_money_and_ticks_open_and_realised() -> None:
    assert words(held(LONG, QUOTE, RULES, VIEW)) == [
        "pos +2 @ 100.00",
        "open +50.00 (+2 ticks)",
        "real −75.00",
        "bid Σ 1.2k ask Σ 900",
    ]


def test_what_was_realised_fits_a_small_line_without_its_ticks() -> None:
    rich = replace(LONG, quantity=D(10_000), realized_pnl=D("-1234567.5"))
    assert len(" · ".join(words(held(rich, QUOTE, RULES, VIEW))[:3])) < 78


def test_beside_stale_prices_nothing_is_in_the_colours_of_live_ones() -> None:
    fills = (Execution("1", side=Side.BUY, size=D(3)),)
    groups = held(LONG, QUOTE, RULES, VIEW, fills, is_stale=True)
    assert words(groups) == words(held(LONG, QUOTE, RULES, VIEW, fills))
    assert {span.style for group in groups for span in group} == {"muted", "stale"}


def test_what_was_realised_is_told_of_a_closed_position_too() -> None:
    told = words(held(replace(LONG, quantity=D(0)), QUOTE, RULES, VIEW))
    assert told[:2] == ["no position", "real −75.00"]


def test_a_short_position_gains_as_the_price_falls() -> None:
    assert words(held(replace(LONG, quantity=D(-2)), QUOTE, RULES, VIEW))[1] == "open −50.00 (−2 ticks)"


def test_without_a_price_the_gateway_s_own_figure_stands_and_a_missing_one_is_a_dash() -> None:
    told = words(held(replace(LONG, unrealized_pnl=D("12.5")), None, RULES, VIEW))
    assert told[1] == "open +12.50"
    assert words(held(LONG, None, RULES, VIEW))[1] == "open –"


def test_what_the_user_traded_today_is_added_up_by_side() -> None:
    fills = (
        Execution("1", side=Side.BUY, size=D(3)),
        Execution("2", side=Side.BUY, size=D("0.5")),
        Execution("3", side=Side.SELL, size=D(2)),
        Execution("4"),
    )
    assert "today bought 3.5 sold 2" in words(held(None, QUOTE, RULES, VIEW, fills))
    assert not any("today" in word for word in words(held(None, QUOTE, RULES, VIEW)))


def test_what_was_realised_is_told_in_ticks_of_each_unit_that_was_closed_today() -> None:
    fills = (
        Execution("1", side=Side.BUY, size=D(5), price=D("100.00"), time_ms=1),
        Execution("2", side=Side.SELL, size=D(3), price=D("99.50"), time_ms=2),
    )
    told = words(held(LONG, QUOTE, RULES, VIEW, fills))
    assert told[2:5] == ["real −75.00", "real −2.0 ticks a unit", "today bought 5 sold 3"]


def test_of_a_position_that_is_gone_the_fills_tell_what_was_realised_before_fees() -> None:
    fills = (
        Execution("1", side=Side.BUY, size=D(2), price=D("100.00"), net_amount=D(10_000), time_ms=1),
        Execution("2", side=Side.SELL, size=D(2), price=D("100.75"), net_amount=D(10_075), time_ms=2),
    )
    told = words(held(None, QUOTE, RULES, VIEW, fills))
    assert told[:3] == ["no position", "real +75.00 before fees", "real +3.0 ticks a unit"]


def test_a_mere_top_of_book_is_not_added_up() -> None:
    assert words(held(None, QUOTE, RULES, replace(VIEW, from_quote=True))) == ["no position"]


def test_an_average_price_has_as_many_digits_as_tell_something() -> None:
    assert average_words(D("271.586666667"), 2) == "271.5867"
    assert average_words(D("271.50"), 2) == "271.50"
    assert average_words(None, 2) == "–"
