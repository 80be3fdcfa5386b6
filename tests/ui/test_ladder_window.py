"""The window on the price axis and the cursor in it."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Ladder, Rung
from ibtui.ui.ladder_view import LadderInput
from ibtui.ui.ladder_window import LadderWindow

D = Decimal
RULES = ContractRules(1, True, (PriceStep(D(0), D("0.01")),))


def source(bid: str = "10.00", ask: str = "10.02", conid: int = 1) -> LadderInput:
    rungs = (Rung(D(ask), ask_size=D(1)), Rung(D(bid), bid_size=D(1)))
    return LadderInput(conid, ladder=Ladder(conid, rungs, 1, 1.0), rules=RULES)


def opened(*, follows: bool = False) -> LadderWindow:
    window = LadderWindow(follows=follows)
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


def test_the_following_window_has_no_cursor() -> None:
    assert opened(follows=True).cursor is None
