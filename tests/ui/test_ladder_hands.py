"""What each trading key of the ladder sends: its price, its side and its size."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules
from ibtui.domain.market import Ladder, Rung
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.ui.ladder.hands import Kind, NotPossible, Wish, as_shown, best_of, size_moved, tickets_of
from ibtui.ui.ladder.options import LadderOptions
from ibtui.ui.ladder.view import LadderInput
from tests.ui.drafts import SPREAD
from tests.ui.ladder_market import ACCOUNT, NIKKEI, STOCK, D, Market, book, markets, quote, rules, sides
from tests.ui.ladder_presses import BUY, SELL, pressed, refused, tried


@pytest.mark.parametrize("side", Side)
def test_a_limit_at_the_cursor_is_a_day_order_at_exactly_that_price(side: Side) -> None:
    (ticket,) = pressed(Kind.LIMIT, side, "271.60")

    assert ticket == Ticket(ACCOUNT, STOCK, side, OrderType.LMT, D(100), D("271.60"), tif=Tif.DAY)
    assert str(ticket.limit_price) == "271.60"


def test_a_price_off_the_grid_is_refused_not_rounded() -> None:
    assert refused(Kind.LIMIT, BUY, "271.605") == "271.605 is no price of AAPL: it moves by 0.01"


def test_without_a_cursor_there_is_no_limit() -> None:
    assert refused(Kind.LIMIT) == "there is no price under the cursor yet"


def test_a_limit_at_nothing_is_refused_where_prices_are_above_it() -> None:
    assert refused(Kind.LIMIT, BUY, "0.00") == "0.00 is no price: it must be more than 0"


def test_a_limit_below_nothing_is_a_price_where_rules_say_so() -> None:
    (ticket,) = pressed(Kind.LIMIT, BUY, "-1.25", known=rules(negative=True))

    assert ticket.limit_price == D("-1.25")


@pytest.mark.parametrize(("side", "price"), [(BUY, "271.66"), (SELL, "271.68")])
def test_joining_takes_the_best_price_of_the_own_side(side: Side, price: str) -> None:
    (ticket,) = pressed(Kind.JOIN, side, "200.00")

    assert (ticket.side, ticket.order_type, ticket.limit_price) == (side, OrderType.LMT, D(price))


@pytest.mark.parametrize("side", Side)
def test_improving_is_one_tick_better(side: Side) -> None:
    (ticket,) = pressed(Kind.IMPROVE, side, source=book("271.60", "271.70"))

    assert ticket.limit_price == (D("271.61") if side is BUY else D("271.69"))


def test_improving_to_the_other_side_is_refused_with_both_prices() -> None:
    tight = book("271.66", "271.67")

    assert refused(Kind.IMPROVE, BUY, source=tight) == "to improve the bid at 271.67 would meet the ask 271.67"
    assert refused(Kind.IMPROVE, SELL, source=tight) == "to improve the ask at 271.66 would meet the bid 271.66"


def test_joining_a_crossed_book_is_refused() -> None:
    assert refused(Kind.JOIN, BUY, source=book("271.70", "271.68")).endswith("would meet the ask 271.68")


@pytest.mark.parametrize(
    ("kind", "side", "words"),
    [
        (Kind.JOIN, BUY, "there is no bid to join"),
        (Kind.IMPROVE, SELL, "there is no ask to improve"),
        (Kind.CROSS, BUY, "there is no ask to lift"),
        (Kind.CROSS, SELL, "there is no bid to hit"),
    ],
)
def test_without_the_price_it_needs_a_key_does_nothing(kind: Kind, side: Side, words: str) -> None:
    assert refused(kind, side, source=book(None, None)) == words


def test_a_best_price_between_two_ticks_is_not_joined() -> None:
    assert refused(Kind.JOIN, source=book("271.665", "271.70")) == (
        "the bid 271.665 lies between two prices an order can have"
    )


@pytest.mark.parametrize(("side", "price"), [(BUY, "271.78"), (SELL, "271.56")])
def test_crossing_is_a_limit_at_the_other_side_and_the_collar(side: Side, price: str) -> None:
    (ticket,) = pressed(Kind.CROSS, side)

    assert (ticket.order_type, ticket.limit_price) == (OrderType.LMT, D(price))


def test_a_collar_goes_by_the_steps_that_hold_where_it_is() -> None:
    near = book("998.0", "999.8", None, steps=NIKKEI)

    assert pressed(Kind.CROSS, BUY, source=near, collar=4)[0].limit_price == D("1001.0")


def test_a_collar_wider_than_the_price_ends_at_the_first_tick() -> None:
    assert pressed(Kind.CROSS, SELL, source=book("0.05", "0.07", None))[0].limit_price == D("0.01")


def test_a_collar_may_go_below_nothing_where_prices_do() -> None:
    known = rules(negative=True)

    assert pressed(Kind.CROSS, SELL, source=book("0.05", "0.07", None), known=known)[0].limit_price == D("-0.05")


def test_a_collar_from_a_price_between_two_ticks_never_falls_short_of_it() -> None:
    between = book("271.668", "271.672")

    assert pressed(Kind.CROSS, BUY, source=between, collar=0)[0].limit_price == D("271.68")
    assert pressed(Kind.CROSS, SELL, source=between, collar=0)[0].limit_price == D("271.66")


def test_a_market_order_has_no_price() -> None:
    (ticket,) = pressed(Kind.MARKET, SELL, "271.60")

    assert ticket == Ticket(ACCOUNT, STOCK, SELL, OrderType.MKT, D(100))


@pytest.mark.parametrize("types", [(), ("limit", "stop")])
def test_a_market_order_must_be_listed_by_the_rules(types: tuple[str, ...]) -> None:
    assert refused(Kind.MARKET, known=rules(types=types)) == "MKT orders are not offered for AAPL"


@pytest.mark.parametrize(("side", "price"), [(BUY, "271.69"), (SELL, "271.65")])
def test_a_stop_waits_beyond_its_side_of_the_market(side: Side, price: str) -> None:
    (ticket,) = pressed(Kind.STOP, side, price)

    assert ticket == Ticket(ACCOUNT, STOCK, side, OrderType.STP, D(100), stop_price=D(price))


def test_a_stop_the_market_is_beyond_already_is_refused_with_the_prices() -> None:
    assert refused(Kind.STOP, BUY, "271.68") == (
        "a BUY stop must be above the market: 271.68 is not above the ask 271.68"
    )
    assert refused(Kind.STOP, SELL, "271.70") == (
        "a SELL stop must be below the market: 271.70 is not below the bid 271.66"
    )


def test_a_stop_must_be_beyond_the_last_trade_too() -> None:
    swept = book("271.66", "271.68", "271.75")

    assert refused(Kind.STOP, BUY, "271.70", source=swept).endswith("271.70 is not above the last 271.75")


def test_a_stop_needs_a_market() -> None:
    assert "there is no price" in refused(Kind.STOP, BUY, "271.70", source=book(None, None, None))


def test_yesterdays_close_is_no_market_for_a_stop() -> None:
    early = LadderInput(STOCK.conid, quote=replace(quote("271.60", "271.62", "280.00"), last_is_close=True))

    assert pressed(Kind.STOP, BUY, "271.70", source=early)[0].stop_price == D("271.70")


@pytest.mark.parametrize("kind", [Kind.LIMIT, Kind.JOIN, Kind.CROSS, Kind.STOP])
def test_a_type_the_rules_do_not_list_is_refused(kind: Kind) -> None:
    assert refused(kind, BUY, "271.70", known=rules(types=("midprice",))).endswith("orders are not offered for AAPL")


def test_a_combination_is_refused() -> None:
    wish = Wish(Kind.LIMIT, BUY, D(1), D(1))
    with pytest.raises(NotPossible, match="combination"):
        tickets_of(wish, LadderInput(SPREAD.conid), SPREAD, None, ACCOUNT, None, LadderOptions())


def test_before_the_rules_are_known_nothing_is_sent_on_a_guessed_grid() -> None:
    wish = Wish(Kind.LIMIT, BUY, D("271.60"), D(1))
    silent = ContractRules(STOCK.conid, True, error="no rules")
    for known, said in ((None, "known yet"), (silent, "(no rules)"), (replace(rules(), conid=4711), "known yet")):
        with pytest.raises(NotPossible) as caught:
            tickets_of(wish, book(), STOCK, known, ACCOUNT, None, LadderOptions())
        assert str(caught.value).endswith(said)


def test_a_ladder_of_another_instrument_trades_nothing() -> None:
    wish = Wish(Kind.LIMIT, BUY, D("271.60"), D(1))
    with pytest.raises(NotPossible, match="another instrument"):
        tickets_of(wish, LadderInput(4711), STOCK, rules(), ACCOUNT, None, LadderOptions())


def test_without_an_account_nothing_is_sent() -> None:
    with pytest.raises(NotPossible, match="account"):
        tickets_of(Wish(Kind.JOIN, BUY, None, D(1)), book(), STOCK, rules(), "", None, LadderOptions())


@pytest.mark.parametrize(("size", "words"), [("0", "must be more than 0"), ("-5", "must be more than 0"), ("0.5", "1")])
def test_a_size_that_is_none_is_refused(size: str, words: str) -> None:
    assert refused(Kind.JOIN, size=size).endswith(words)


def test_parts_of_a_unit_go_by_the_rules_step() -> None:
    coin = rules(increment=D("0.25"))

    assert pressed(Kind.JOIN, size="0.75", known=coin)[0].quantity == D("0.75")
    assert refused(Kind.JOIN, size="0.8", known=coin) == "0.8 AAPL cannot be ordered: sizes go in steps of 0.25"


def test_top_of_book_gives_the_best_prices_where_there_is_no_depth() -> None:
    top = LadderInput(STOCK.conid, quote=quote("271.60", "271.62"))

    assert best_of(top) == (D("271.60"), D("271.62"))
    assert pressed(Kind.JOIN, source=top)[0].limit_price == D("271.60")


def test_a_side_of_size_nothing_is_no_price() -> None:
    top = LadderInput(STOCK.conid, quote=replace(quote("271.60", "271.62"), bid_size=D(0)))

    assert best_of(top) == (None, D("271.62"))


def test_the_depth_on_the_screen_counts_not_the_quote() -> None:
    shown = replace(book("271.60", "271.62"), quote=quote("280.00", "280.10"))

    assert best_of(shown) == (D("271.60"), D("271.62"))


@pytest.mark.parametrize(
    ("size", "lots", "moved"),
    [
        ("100", 1, "200"),
        ("100", -1, "100"),
        ("250", 1, "300"),
        ("250", -1, "200"),
        ("50", -1, "50"),
        ("900", -3, "600"),
    ],
)
def test_a_size_moves_by_lots_and_stays_above_nothing(size: str, lots: int, moved: str) -> None:
    assert size_moved(D(size), lots, rules(increment=D(100))) == D(moved)


def test_a_size_moves_by_one_while_the_rules_are_unknown() -> None:
    assert size_moved(D(3), 1, None) == 4
    assert size_moved(D(0), -1, None) == 1


@given(sides, markets())
def test_a_limit_is_the_cursors_price_digit_by_digit(side: Side, market: Market) -> None:
    (ticket,) = tried(Kind.LIMIT, side, market, None)

    assert ticket.limit_price is market.price


@given(st.sampled_from([Kind.JOIN, Kind.IMPROVE]), sides, markets())
def test_joining_and_improving_never_meet_the_other_side(kind: Kind, side: Side, market: Market) -> None:
    try:
        (ticket,) = tried(kind, side, market, None)
    except NotPossible:
        assert kind is Kind.IMPROVE
        assert market.rules.moved(market.bid, 1) == market.ask
        return

    price = ticket.limit_price
    assert price is not None
    assert price < market.ask if side is BUY else price > market.bid


@given(sides, markets(), st.integers(0, 60))
def test_crossing_reaches_the_other_side_and_the_collar_and_no_farther(side: Side, market: Market, collar: int) -> None:
    (ticket,) = tried(Kind.CROSS, side, market, None, collar)

    ahead = 1 if side is BUY else -1
    touch = market.ask if side is BUY else market.bid
    assert ticket.limit_price == market.rules.moved(touch, ahead * collar)


@given(sides, markets())
def test_a_stop_is_sent_exactly_when_the_market_must_move_to_reach_it(side: Side, market: Market) -> None:
    waits = market.price > market.ask if side is BUY else market.price < market.bid
    try:
        (ticket,) = tried(Kind.STOP, side, market, None)
    except NotPossible:
        assert not waits
    else:
        assert waits
        assert ticket.stop_price == market.price


@given(st.integers(1, 5000), st.integers(1, 40), st.sampled_from([D(1), D(100), D("0.25")]))
def test_lots_up_and_down_are_where_they_were(lots: int, moved: int, lot: Decimal) -> None:
    known, size = rules(increment=lot), lots * lot
    up = size_moved(size, moved, known)

    assert up == size + moved * lot
    assert size_moved(up, -moved, known) == size


def deep(last: str | None) -> LadderInput:
    """A quote of a moment ago (last 271.67, 0.67 up on the day) beside a book that is newer."""
    told = replace(quote("271.66", "271.68", "271.67"), change=D("0.67"), change_percent=D("0.25"))
    rungs = (Rung(D("271.72"), ask_size=D(5)), Rung(D("271.70"), bid_size=D(5)))
    traded = () if last is None else (Rung(D(last), is_last=True),)
    return LadderInput(STOCK.conid, quote=told, ladder=Ladder(STOCK.conid, (*rungs, *traded), 1, 999.0))


def test_what_the_header_tells_is_of_the_depth_that_stands_below_it() -> None:
    shown = as_shown(deep("271.71"))

    assert shown is not None
    assert (shown.bid, shown.ask, shown.last) == (D("271.70"), D("271.72"), D("271.71"))
    assert shown.change == D("0.71")
    assert shown.change_percent is not None
    assert round(shown.change_percent, 2) == D("0.26")


def test_a_book_that_marks_no_last_trade_leaves_the_quotes() -> None:
    shown = as_shown(deep(None))

    assert shown is not None
    assert (shown.last, shown.change) == (D("271.67"), D("0.67"))
