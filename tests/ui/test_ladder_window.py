"""The window on the price axis and the cursor in it."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Ladder, Quote, Rung
from ibtui.ui.ladder.own import GrabMark
from ibtui.ui.ladder.view import LadderInput
from ibtui.ui.ladder.window import LadderWindow

D = Decimal
RULES = ContractRules(1, True, (PriceStep(D(0), D("0.01")),))


def source(bid: str = "10.00", ask: str = "10.02", conid: int = 1) -> LadderInput:
    rungs = (Rung(D(ask), ask_size=D(1)), Rung(D(bid), bid_size=D(1)))
    return LadderInput(conid, ladder=Ladder(conid, rungs, 1, 1.0), rules=RULES)


def opened(*, follows: bool = False, has_cursor: bool = True, grouping: int = 1) -> LadderWindow:
    window = LadderWindow(follows=follows, has_cursor=has_cursor, grouping=grouping)
    window.point(1)
    window.view(source(), 9)
    return window


def test_it_opens_on_the_market_with_the_cursor_there() -> None:
    window = opened()
    assert (window.cursor, window.prices[4]) == (D("10.01"), D("10.01"))


def test_the_axis_stays_when_the_market_moves() -> None:
    window = opened()
    before = window.prices
    window.view(source("10.03", "10.05"), 9)
    assert window.prices == before
    assert window.cursor == D("10.01")


def test_the_cursor_moves_by_ticks_and_the_window_follows_it_at_the_edge() -> None:
    window = opened()
    window.move(6)
    assert window.cursor == D("10.07")
    assert window.prices[0] == D("10.07")


def test_a_page_moves_window_and_cursor_together() -> None:
    window = opened()
    window.page(-1)
    assert window.cursor == D("9.94")
    assert window.prices[4] == D("9.94")


def test_centring_brings_the_market_and_the_cursor_to_the_middle() -> None:
    window = opened()
    window.page(3)
    window.view(source("10.10", "10.12"), 9)
    window.centre()
    assert (window.cursor, window.prices[4]) == (D("10.11"), D("10.11"))


def test_a_far_price_is_centred() -> None:
    window = opened()
    window.place(D("50.00"))
    assert window.prices[4] == D("50.00")


def test_another_contract_starts_anew() -> None:
    window = opened()
    window.move(3)
    window.point(2)
    window.view(source("5.00", "5.02", conid=2), 9)
    assert window.cursor == D("5.01")


def test_another_height_keeps_the_middle_and_the_cursor() -> None:
    window = opened()
    window.move(2)
    window.view(source(), 21)
    assert (window.cursor, window.prices[10]) == (D("10.03"), D("10.01"))


def test_nothing_is_shown_before_a_price_is_known() -> None:
    window = LadderWindow()
    window.point(3)
    assert window.view(LadderInput(3), 9).rows == ()
    assert window.cursor is None


def test_the_following_window_goes_with_the_market_but_not_at_every_tick() -> None:
    window = opened(follows=True)
    before = window.prices
    window.view(source("10.01", "10.03"), 9)
    assert window.prices == before
    window.view(source("10.08", "10.10"), 9)
    assert window.prices[4] == D("10.09")


def test_a_ladder_to_be_looked_at_only_has_no_cursor() -> None:
    assert opened(follows=True, has_cursor=False).cursor is None


def test_the_following_window_leaves_the_cursor_on_its_price_out_of_sight() -> None:
    window = opened(follows=True)
    shown = window.view(source("10.40", "10.42"), 9)
    assert window.cursor == D("10.01")
    assert window.prices[4] == D("10.41")
    assert shown.below.startswith("↓ cursor 10.01 (36 below)")


def test_a_cursor_out_of_sight_moves_without_the_window_that_goes_with_the_market() -> None:
    window = opened(follows=True)
    window.view(source("10.40", "10.42"), 9)
    before = window.prices
    window.move(1)
    assert (window.cursor, window.prices) == (D("10.02"), before)


def test_a_page_moves_the_cursor_alone_where_the_window_goes_with_the_market() -> None:
    window = opened(follows=True)
    before = window.prices
    window.page(2)
    assert (window.cursor, window.prices) == (D("10.15"), before)


def test_space_brings_back_a_cursor_that_the_market_has_left_behind() -> None:
    window = opened(follows=True)
    window.view(source("10.40", "10.42"), 9)
    assert window.centre()
    assert (window.cursor, window.prices[4]) == (D("10.41"), D("10.41"))


def test_a_static_window_stays_however_far_the_market_runs() -> None:
    window = opened()
    shown = window.view(source("10.51", "10.53"), 9)
    assert (window.cursor, window.prices[4]) == (D("10.01"), D("10.01"))
    assert shown.above == "↑ market 10.52"


def test_a_grabbed_order_holds_the_window() -> None:
    window = opened(follows=True)
    before = window.prices
    window.view(replace(source("10.40", "10.42"), grab=GrabMark((1,))), 9)
    assert not window.centre()
    assert window.prices == before
    window.view(source("10.40", "10.42"), 9)
    assert window.prices != before


def test_a_held_window_is_not_centred_until_it_is_let_go() -> None:
    window = opened()
    window.page(2)
    window.is_held = True
    assert not window.centre()
    window.is_held = False
    assert window.centre()


def test_it_may_be_centred_on_the_last_trade() -> None:
    window = opened()
    rungs = (Rung(D("10.05"), ask_size=D(1)), Rung(D("10.04"), is_last=True), Rung(D("9.99"), bid_size=D(1)))
    window.view(LadderInput(1, ladder=Ladder(1, rungs, 1, 1.0), rules=RULES), 9)
    assert window.centre("last")
    assert window.cursor == D("10.04")


def test_a_price_is_brought_in_sight_without_the_cursor() -> None:
    window = opened()
    window.reveal(D("10.08"))
    assert (window.prices[0], window.cursor) == (D("10.08"), D("10.01"))


def test_with_five_ticks_a_row_the_cursor_steps_by_rows_and_is_a_row_s_price() -> None:
    window = opened(grouping=5)
    assert window.cursor == D("10.00")
    window.move(-1)
    assert window.cursor == D("9.95")
    window.place(D("10.07"))
    assert window.cursor == D("10.05")


def test_grouping_puts_the_cursor_on_the_price_its_row_shows() -> None:
    window = opened()
    window.move(2)
    assert window.next_grouping() == 2
    assert window.cursor == D("10.02")
    assert [window.next_grouping() for _ in range(3)] == [5, 10, 1]
    assert window.cursor == D("10.00")


def test_the_cursor_s_row_is_in_sight_and_marked_with_any_grouping() -> None:
    for grouping in (1, 2, 5, 10):
        window = opened(grouping=grouping)
        shown = window.view(source(), 9)
        assert [row.price for row in shown.rows if row.is_cursor] == [window.cursor]


def test_sizes_are_counted_from_the_last_look() -> None:
    window = opened()
    thick = LadderInput(
        1, ladder=Ladder(1, (Rung(D("10.02"), ask_size=D(5)), Rung(D("10.00"), bid_size=D(1)))), rules=RULES
    )
    changed = [row for row in window.view(thick, 9).rows if row.ask_change is not None]
    assert [(row.price, row.ask_change) for row in changed] == [(D("10.02"), D(4))]
    window.look()
    assert all(row.ask_change is None for row in window.view(thick, 9).rows)


def test_another_exchange_s_sizes_are_looked_at_anew() -> None:
    window = opened()
    rungs = (Rung(D("10.02"), ask_size=D(5)), Rung(D("10.00"), bid_size=D(7)))
    other = LadderInput(1, ladder=Ladder(1, rungs, 2, 1.0, exchange="ARCA"), rules=RULES)
    assert all(row.bid_change is None for row in window.view(other, 9).rows)


def test_a_guessed_grid_becomes_finer_only_until_the_rules_come() -> None:
    window = LadderWindow()
    window.point(1)
    window.view(LadderInput(1, quote=Quote(1, last=D("10.01"), bid=D("10.00"), ask=D("10.02"))), 9)
    window.view(LadderInput(1, quote=Quote(1, last=D("10.05"), bid=D("10.00"), ask=D("10.10"))), 9)
    assert window.rules.increment_at(D(10)) == D("0.01")
    coarse = ContractRules(1, True, (PriceStep(D(0), D("0.05")),))
    window.view(replace(source("10.00", "10.10"), rules=coarse), 9)
    assert window.rules is coarse


def test_rules_that_come_later_put_the_cursor_on_their_grid() -> None:
    window = LadderWindow()
    window.point(1)
    window.view(LadderInput(1, quote=Quote(1, last=D("10.013"))), 9)
    assert window.cursor == D("10.013")
    window.view(source(), 9)
    assert window.cursor == D("10.01")


def test_the_best_prices_are_those_on_screen() -> None:
    window = opened()
    assert (window.best("bid"), window.best("ask")) == (D("10.00"), D("10.02"))
    assert window.source.rules is RULES
