"""The price ladder as a value."""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.flow import Aggressor, Flow, Print, Traded
from ibtui.domain.market import Ladder, Quote, Rung
from ibtui.domain.orders import Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.queueing import QueueEstimate
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.marks import looked_at
from ibtui.ui.ladder.own import GrabMark
from ibtui.ui.ladder.rows import TOTALS_SECONDS, Sheet, ladder_view
from ibtui.ui.ladder.view import LAST, RECENT_SECONDS, LadderInput, LadderRow, LadderView, market_price

D = Decimal
CENT = ContractRules(1, True, (PriceStep(D(0), D("0.01")),))
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
    return replace(base, **more)


def view(
    source: LadderInput = SOURCE,
    *,
    centre: str = "10.01",
    height: int = 7,
    cursor: str | None = None,
    grouping: int = 1,
) -> LadderView:
    axis = Axis(CENT, grouping)
    top = axis.row_of(D(centre)) + height // 2
    return ladder_view(source, axis, top, height, None if cursor is None else D(cursor))


def at(price: str, rows: Iterable[LadderRow]) -> LadderRow:
    return next(row for row in rows if row.price == D(price))


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


def test_the_cursor_is_a_price() -> None:
    assert [row.price for row in view(cursor="10.02").rows if row.is_cursor] == [D("10.02")]


def test_the_centre_is_the_middle_of_the_book_else_the_quote_else_the_average() -> None:
    held = Position("U1", 2, quantity=D(1), average_price=D(7))
    assert market_price(SOURCE) == D("10.01")
    assert market_price(LadderInput(2, quote=Quote(2, close=D(8)), position=held)) == 8
    assert market_price(LadderInput(2, position=held)) == 7


def test_the_centre_may_be_the_last_trade() -> None:
    wide = Ladder(
        1, (Rung(D("10.05"), ask_size=D(1)), Rung(D("10.04"), is_last=True), Rung(D("9.95"), bid_size=D(1))), 1
    )
    assert market_price(LadderInput(1, ladder=wide)) == D("10.00")
    assert market_price(LadderInput(1, ladder=wide), LAST) == D("10.04")
    assert market_price(LadderInput(1, quote=Quote(1, close=D(8))), LAST) == 8


def test_sizes_are_added_up_from_the_best_price_outwards() -> None:
    rows = view().rows
    assert [at(price, rows).ask_total for price in ("10.02", "10.03", "10.04")] == [D(100), D(400), None]
    assert [at(price, rows).bid_total for price in ("10.00", "9.98")] == [D(200), D(600)]


def test_a_mere_top_of_book_is_not_added_up() -> None:
    quote = Quote(1, bid=D("10.00"), bid_size=D(5), ask=D("10.02"), ask_size=D(6))
    assert at("10.00", view(LadderInput(1, quote=quote, rules=CENT)).rows).bid_total is None


def test_the_quote_tells_the_last_trade_where_the_depth_does_not() -> None:
    book = Ladder(1, tuple(rung for rung in BOOK if not rung.is_last), 1, 1.0)
    quote = Quote(1, last=D("10.01"), last_size=D(9), direction=-1)
    row = at("10.01", view(LadderInput(1, quote=quote, ladder=book, rules=CENT)).rows)
    assert (row.is_last, row.last_size, row.direction) == (True, D(9), -1)


def test_yesterday_s_close_is_no_last_trade_of_a_book_that_tells_none() -> None:
    book = Ladder(1, tuple(rung for rung in BOOK if not rung.is_last), 1, 1.0)
    quote = Quote(1, last=D("10.01"), last_is_close=True)
    assert not at("10.01", view(LadderInput(1, quote=quote, ladder=book, rules=CENT)).rows).is_last


def test_a_row_of_five_ticks_holds_all_sizes_orders_and_trades_of_its_band() -> None:
    flow = Flow(1, 0.0, {D("10.00"): Traded(D(1)), D("10.04"): Traded(D(2)), D("9.99"): Traded(D(4))})
    orders = (order(1, Side.SELL, "10.03"), order(2, Side.SELL, "10.04", 50))
    source = replace(SOURCE, orders=orders, flow=flow)
    row = at("10.00", view(source, grouping=5, height=3).rows)
    assert row.sells is not None
    assert (row.bid_size, row.ask_size, row.sells.quantity) == (D(200), D(400), D(150))
    assert row.traded is not None
    assert row.traded.total == 3


def test_a_band_with_bid_and_ask_lies_in_neither_zone() -> None:
    rows = view(grouping=5, height=3).rows
    assert [row.zone for row in rows] == [1, 0, -1]
    assert at("10.00", rows).is_best


def test_the_day_s_prices_are_marked_several_at_one_row_too() -> None:
    quote = Quote(1, open=D("10.00"), high=D("10.03"), low=D("10.00"), close=D("9.99"))
    rows = view(LadderInput(1, quote=quote, ladder=SOURCE.ladder, rules=CENT)).rows
    assert [at(price, rows).mark for price in ("10.03", "10.02", "10.00", "9.99")] == ["high", "", "low open", "close"]


def test_trades_at_a_price_are_told_of_the_day_and_of_the_last_half_minute() -> None:
    prints = (Print(D("10.01"), D(9), Aggressor.BUY, 69.0), Print(D("10.01"), D(3), Aggressor.SELL, 71.0))
    flow = Flow(1, 0.0, {D("10.01"): Traded(D(9), D(3))}, prints)
    row = at("10.01", view(replace(SOURCE, flow=flow, now=100.0)).rows)
    assert (row.traded, row.recent) == (Traded(D(9), D(3)), Traded(D(0), D(3)))


def test_volume_bars_are_shares_of_a_round_figure_that_holds_the_most_traded_in_sight() -> None:
    flow = Flow(1, 0.0, {D("10.01"): Traded(D(9)), D("10.02"): Traded(D(3)), D("11.00"): Traded(D(900))})
    rows = view(replace(SOURCE, flow=flow)).rows
    assert (at("10.01", rows).volume_bar, at("10.02", rows).volume_bar) == (0.9, 0.3)


def test_sizes_changed_since_the_last_look_also_where_none_is_left() -> None:
    before = (Rung(D("10.03"), ask_size=D(250)), Rung(D("10.02"), ask_size=D(100)), Rung(D("9.99"), bid_size=D(70)))
    looked = looked_at((*before, Rung(D("9.98"), bid_size=D(500))))
    rows = view(replace(SOURCE, looked=looked)).rows
    assert [at(price, rows).ask_change for price in ("10.03", "10.02")] == [D(50), None]
    assert [at(price, rows).bid_change for price in ("10.00", "9.99", "9.98")] == [D(200), D(-70), D(-100)]


def test_prices_that_only_one_look_has_seen_have_no_change() -> None:
    looked = looked_at((Rung(D("10.02"), ask_size=D(100)), Rung(D("9.99"), bid_size=D(70))))
    rows = view(replace(SOURCE, looked=looked)).rows
    assert (at("10.03", rows).ask_change, at("9.98", rows).bid_change) == (None, None)


def test_a_top_of_book_that_moved_tells_no_change_of_what_it_left() -> None:
    quote = Quote(1, bid=D("10.01"), bid_size=D(5), ask=D("10.02"), ask_size=D(6))
    looked = {D("10.00"): (D(9), None), D("10.02"): (None, D(2))}
    rows = view(LadderInput(1, quote=quote, rules=CENT, looked=looked)).rows
    assert [at(price, rows).bid_change for price in ("10.01", "10.00")] == [None, None]
    assert at("10.02", rows).ask_change == 4


def test_the_place_in_the_queue_is_that_of_the_own_order_that_comes_first() -> None:
    queue = {1: QueueEstimate(1, D("9.99"), D(340)), 2: QueueEstimate(2, D("9.99"), D(90))}
    source = replace(SOURCE, orders=(order(1, Side.BUY, "9.99"), order(2, Side.BUY, "9.99")), queue=queue)
    rows = view(source).rows
    assert (at("9.99", rows).queue, at("9.98", rows).queue) == (D(90), None)
    assert not at("9.99", rows).is_queue_most


def test_a_place_in_the_queue_that_was_not_seen_from_the_beginning_is_told_as_the_most_there_can_be() -> None:
    queue = {1: QueueEstimate(1, D("9.99"), D(340), saw_join=False)}
    row = at("9.99", view(replace(SOURCE, orders=(order(1, Side.BUY, "9.99"),), queue=queue)).rows)
    assert (row.queue, row.is_queue_most) == (D(340), True)


def test_a_cursor_out_of_sight_is_told_at_the_edge_before_all_else() -> None:
    shown = view(centre="11.00", cursor="10.40")
    assert shown.below == "↓ cursor 10.40 (57 below) · market 10.01"
    assert view(cursor="10.40").above == "↑ cursor 10.40 (36 above)"


def test_the_average_price_out_of_sight_is_told_at_the_edge() -> None:
    held = Position("U1", 1, quantity=D(5), average_price=D("9.5033"))
    assert view(replace(SOURCE, position=held)).below == "↓ avg 9.50"


def test_at_the_edge_grabbed_orders_come_first_and_every_look_has_its_word() -> None:
    grab = GrabMark((2,), {2: (D("10.02"), D("10.60"))})
    orders = (order(1, Side.SELL, "10.20", status=OrderStatus.PENDING_CANCEL), order(2, Side.SELL, "10.02"))
    shown = view(replace(SOURCE, orders=orders, grab=grab))
    assert shown.above == "↑ grabbed LMT 100 @ 10.60 (56 above) · cancelling LMT 100 @ 10.20 (16 above)"


def test_prices_of_two_steps_have_the_digits_of_the_finer_one() -> None:
    axis = Axis(ContractRules(1, True, (PriceStep(D(0), D("0.0001")), PriceStep(D(1), D("0.01")))))
    shown = ladder_view(SOURCE, axis, axis.row_of(D("1.01")), 4, None)
    assert (shown.digits, shown.price_cells) == (4, 6)


def changed(source: LadderInput, chance: random.Random) -> LadderInput:
    """The same with one piece another."""
    price = D(chance.randint(985, 1015)) / 100
    size = D(chance.randint(1, 9))
    ticket = Ticket("U1", Contract(1, "A"), Side.SELL, OrderType.LMT, D(5), limit_price=price)
    match chance.randint(0, 11):
        case 0 | 1 | 2:
            rung = chance.choice((Rung(price, size), Rung(price, ask_size=size), Rung(price, size, size, True, size)))
            kept = [each for each in source.rungs if each.price != price][chance.randint(0, 1) :]
            book = sorted((*kept, rung), key=lambda each: each.price, reverse=True)
            return replace(source, ladder=Ladder(1, tuple(book), 1, 1.0))
        case 3:
            orders = [order(chance.randint(1, 3), chance.choice(list(Side)), str(price)) for _ in range(int(size) % 3)]
            return replace(source, orders=tuple(orders))
        case 4:
            return replace(source, submissions=(Submission("c", Intent.PLACE, "U1", Stage.SENT, (ticket,)),))
        case 5:
            prints = (Print(price, size, Aggressor.BUY, source.now - 1), Print(price, size, Aggressor.SELL, source.now))
            return replace(source, flow=Flow(1, 0.0, {price: Traded(size), D("10.00"): Traded(D(3))}, prints))
        case 6:
            return replace(source, looked=looked_at(source.rungs))
        case 7:
            quote = Quote(1, last=price, last_size=size, bid=price, bid_size=size, ask=D("10.02"), high=price)
            return replace(source, quote=replace(quote, direction=chance.randint(-1, 1)))
        case 8:
            return replace(source, grab=chance.choice((None, GrabMark((1,), {1: (price, D("10.02"))}))))
        case 9:
            held = Position("U1", 1, quantity=size - 5, average_price=price, multiplier=D(50))
            return replace(source, position=chance.choice((None, held)))
        case 10:
            queue = {number: QueueEstimate(number, price, size, size > 4) for number in (1, 2)}
            return replace(source, queue=queue)
        case _:
            return replace(source, ladder=chance.choice((Ladder(1, error="No Level II"), Ladder(1, BOOK, 1, 1.0))))


@pytest.mark.parametrize("seed", range(8))
def test_views_made_one_after_another_are_those_made_anew(seed: int) -> None:
    chance = random.Random(seed)
    sheet, axes, axis, top = Sheet(), (Axis(CENT), Axis(CENT, 5), Axis(CENT, 2)), Axis(CENT), 1006
    source, cursor, height = replace(SOURCE, now=50.0), None, 12
    for _ in range(400):
        match chance.randint(0, 9):
            case 0:
                axis = chance.choice(axes)
                top = axis.row_of(D("10.05")) - chance.randint(-9, 9)
            case 1:
                cursor = chance.choice((None, D(chance.randint(990, 1010)) / 100))
            case 2:
                height = chance.choice((0, 1, 11, 12, 40))
            case _:
                source = changed(source, chance)
        source = replace(source, now=source.now + chance.choice((TOTALS_SECONDS, RECENT_SECONDS)))
        assert sheet.view(source, axis, top, height, cursor) == ladder_view(source, axis, top, height, cursor)


def test_a_row_of_which_nothing_changed_is_the_one_that_was_there_before() -> None:
    sheet, axis = Sheet(), Axis(CENT)
    top = axis.row_of(D("10.04"))
    before = sheet.view(SOURCE, axis, top, 9, None).rows
    told = replace(SOURCE, ladder=Ladder(1, (replace(BOOK[0], ask_size=D(290)), *BOOK[1:]), 1, 2.0))
    after = sheet.view(told, axis, top, 9, None).rows
    assert [row.price for row, was in zip(after, before, strict=True) if row is not was] == [D("10.03")]


def test_a_quote_that_traded_at_its_ask_still_tells_the_size_there() -> None:
    quote = Quote(1, last=D("10.02"), last_size=D(9), bid=D("10.00"), bid_size=D(5), ask=D("10.02"), ask_size=D(6))
    row = at("10.02", view(LadderInput(1, quote=quote, rules=CENT, looked={D("10.02"): (None, D(2))})).rows)
    assert (row.ask_size, row.is_last, row.last_size, row.ask_change) == (D(6), True, D(9), D(4))
