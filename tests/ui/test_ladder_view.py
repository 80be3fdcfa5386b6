"""The price ladder as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from ibtui.domain.account import Position
from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.market import Ladder, Quote, Rung
from ibtui.domain.orders import LiveOrder, OrderStatus
from ibtui.domain.tickets import Side
from ibtui.ui.ladder_view import (
    LadderInput,
    LadderRow,
    LadderView,
    OwnOrders,
    axis,
    grid_rules,
    ladder_view,
    market_price,
)
from ibtui.ui.widgets.ladder import own_words

D = Decimal
CENT = ContractRules(1, True, (PriceStep(D(0), D("0.01")),))
QUARTER = ContractRules(1, True, (PriceStep(D(0), D("0.25")),))
STEPS = ContractRules(1, True, (PriceStep(D(0), D("0.0001")), PriceStep(D(1), D("0.01"))))
BOOK = (
    Rung(D("10.03"), ask_size=D(300)),
    Rung(D("10.02"), ask_size=D(100)),
    Rung(D("10.01"), is_last=True, last_size=D(7)),
    Rung(D("10.00"), bid_size=D(200)),
    Rung(D("9.98"), bid_size=D(400)),
)
SOURCE = LadderInput(1, ladder=Ladder(1, BOOK, 1, 1.0), rules=CENT)


def order(order_id: int, side: Side, price: str, quantity: int = 100, **more: object) -> LiveOrder:
    base = LiveOrder(
        order_id,
        conid=1,
        side=side,
        order_type="Limit",
        quantity=D(quantity),
        remaining=D(quantity),
        limit_price=D(price),
        status=OrderStatus.SUBMITTED,
    )
    return replace(base, **more)  # type: ignore[arg-type]  # names of LiveOrder's own fields


def view(
    source: LadderInput = SOURCE, *, centre: str = "10.01", height: int = 7, cursor: str | None = None
) -> LadderView:
    return ladder_view(source, CENT, axis(CENT, D(centre), height), None if cursor is None else D(cursor))


def at(price: str, rows: Iterable[LadderRow]) -> LadderRow:
    return next(row for row in rows if row.price == D(price))


def test_the_axis_has_every_tick_also_the_empty_ones() -> None:
    assert [str(price) for price in axis(CENT, D("10.01"), 5)] == ["10.03", "10.02", "10.01", "10.00", "9.99"]


def test_the_axis_moves_by_the_contract_s_own_increment() -> None:
    assert axis(QUARTER, D("4980.25"), 3) == (D("4980.50"), D("4980.25"), D("4980.00"))


def test_the_axis_changes_its_step_where_the_rules_do() -> None:
    assert axis(STEPS, D(1), 4) == (D("1.02"), D("1.01"), D("1.00"), D("0.9999"))


@pytest.mark.parametrize("height", [0, 1, 2, 30, 31])
def test_the_axis_is_as_long_as_asked(height: int) -> None:
    assert len(axis(CENT, D(10), height)) == height


def test_an_empty_tick_has_no_size_which_is_not_zero() -> None:
    assert at("9.99", view().rows).bid_size is None


def test_bars_are_shares_of_the_largest_size_in_sight() -> None:
    rows = view().rows
    assert (at("9.98", rows).bid_bar, at("10.00", rows).bid_bar, at("10.02", rows).ask_bar) == (1.0, 0.5, 0.25)


def test_prices_lie_in_the_zone_of_bid_of_ask_or_between() -> None:
    rows = view().rows
    assert [at(price, rows).zone for price in ("9.99", "10.00", "10.01", "10.02")] == [-1, -1, 0, 1]


def test_the_last_trade_is_marked_at_its_price() -> None:
    row = at("10.01", view().rows)
    assert (row.is_last, row.last_size) == (True, D(7))


def test_own_orders_stand_at_their_prices_added_up_by_side() -> None:
    orders = (order(1, Side.BUY, "9.99"), order(2, Side.BUY, "9.99", 50), order(3, Side.SELL, "10.03", 10))
    rows = view(LadderInput(1, ladder=SOURCE.ladder, rules=CENT, orders=orders)).rows
    buys, sells = at("9.99", rows).buys, at("10.03", rows).sells
    assert buys is not None
    assert sells is not None
    assert (buys.quantity, buys.count, sells.quantity) == (D(150), 2, D(10))


def test_a_partly_filled_order_shows_what_is_left() -> None:
    orders = (order(1, Side.BUY, "9.99", remaining=D(30)),)
    buys = at("9.99", view(LadderInput(1, rules=CENT, orders=orders)).rows).buys
    assert buys is not None
    assert buys.quantity == 30


def test_a_stop_order_stands_at_its_stop() -> None:
    orders = (order(1, Side.SELL, "9.00", order_type="STOP_LIMIT", stop_price=D("9.99")),)
    assert at("9.99", view(LadderInput(1, rules=CENT, orders=orders)).rows).sells is not None


def test_an_order_being_cancelled_is_not_sure() -> None:
    orders = (order(1, Side.BUY, "9.99", status=OrderStatus.PENDING_CANCEL),)
    buys = at("9.99", view(LadderInput(1, rules=CENT, orders=orders)).rows).buys
    assert buys is not None
    assert not buys.is_sure


def test_orders_beyond_the_window_are_told_at_the_edge_nearest_first() -> None:
    orders = (order(1, Side.SELL, "10.50"), order(2, Side.SELL, "10.20", 5), order(3, Side.BUY, "9.00"))
    shown = view(LadderInput(1, ladder=SOURCE.ladder, rules=CENT, orders=orders))
    assert shown.above == "↑ LMT 5 @ 10.20 (16 above) · LMT 100 @ 10.50 (46 above)"
    assert shown.below == "↓ LMT 100 @ 9.00 (98 below)"


def test_the_market_beyond_the_window_is_told_at_the_edge() -> None:
    assert view(centre="11.00").below == "↓ market 10.01"


def test_the_average_price_is_marked_and_profit_told_at_every_price() -> None:
    held = Position("U1", 1, quantity=D(-2), average_price=D("10.00"), multiplier=D(50))
    rows = view(LadderInput(1, ladder=SOURCE.ladder, rules=CENT, position=held)).rows
    assert at("10.00", rows).is_average
    assert at("10.01", rows).pnl == D("-1.00")
    assert at("9.99", rows).pnl == D("1.00")


def test_without_a_position_there_is_no_profit_to_tell() -> None:
    assert at("10.00", view().rows).pnl is None


def test_without_depth_the_quote_s_top_of_book_is_shown_and_said() -> None:
    quote = Quote(1, last=D("10.01"), bid=D("10.00"), bid_size=D(5), ask=D("10.02"), ask_size=D(6))
    shown = view(LadderInput(1, quote=quote, ladder=Ladder(1, error="No Level II"), rules=CENT))
    assert shown.from_quote
    assert (at("10.00", shown.rows).bid_size, at("10.02", shown.rows).ask_size) == (D(5), D(6))


def test_rungs_of_another_contract_are_never_shown() -> None:
    assert view(LadderInput(2, ladder=SOURCE.ladder, rules=CENT)).rows[0].ask_size is None


def test_an_off_grid_rung_joins_the_nearest_tick() -> None:
    book = Ladder(1, (Rung(D("10.001"), bid_size=D(1)), Rung(D("10.00"), bid_size=D(2))), 1, 1.0)
    assert at("10.00", view(LadderInput(1, ladder=book, rules=CENT)).rows).bid_size == 3


def test_before_the_rules_come_the_step_is_guessed_from_the_rungs() -> None:
    book = (Rung(D("4980.75")), Rung(D("4980.50")), Rung(D("4980.00")))
    assert grid_rules(1, None, book, None).increment_at(D(4980)) == D("0.25")


def test_the_cursor_is_a_price() -> None:
    assert [row.price for row in view(cursor="10.02").rows if row.is_cursor] == [D("10.02")]


def test_the_centre_is_the_middle_of_the_book_else_the_quote_else_the_average() -> None:
    held = Position("U1", 2, quantity=D(1), average_price=D(7))
    assert market_price(SOURCE) == D("10.01")
    assert market_price(LadderInput(2, quote=Quote(2, close=D(8)), position=held)) == 8
    assert market_price(LadderInput(2, position=held)) == 7


@pytest.mark.parametrize(
    ("own", "width", "words"),
    [
        (OwnOrders(D(100), 1, "LMT", "Submitted"), 18, "100 LMT Submitted"),
        (OwnOrders(D(37035), 3, "LMT", "PreSubmitted"), 18, "37,035 LMT (3)"),
        (OwnOrders(D(37035), 3, "LMT", "PreSubmitted"), 10, "37.0k (3)"),
        (OwnOrders(D(37035), 1, "LMT", "PreSubmitted"), 10, "37,035 LMT"),
        (OwnOrders(D(137035), 1, "LMT", "PreSubmitted"), 10, "137k LMT"),
        (OwnOrders(D(100), 1, "LMT", "Inactive", is_sure=False), 10, "100 LMT?"),
        (OwnOrders(D(100), 1, "STP LMT", "Inactive", is_sure=False), 18, "100 STP LMT?"),
    ],
)
def test_own_orders_are_told_as_fully_as_there_is_room_and_never_without_their_size(
    own: OwnOrders, width: int, words: str
) -> None:
    assert own_words(own, width) == words
