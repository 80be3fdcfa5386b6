"""What Enter would send is shown whole, and refused in words when something speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.account import Account, Position
from ibtui.domain.contracts import ContractRules
from ibtui.domain.events import AccountsReceived
from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.store import Store
from ibtui.ui.dialogs.words import order_line
from ibtui.ui.ladder.arming import Standing
from ibtui.ui.ladder.brackets import NotPossible
from ibtui.ui.ladder.closing import ClosePlan, close_plan
from ibtui.ui.ladder.grabbing import Change, grabbed
from ibtui.ui.ladder.hands import Kind, Wish, tickets_of
from ibtui.ui.ladder.options import Bracket, LadderOptions
from ibtui.ui.ladder.preview import order_words, preview_lines, wrapped
from ibtui.ui.ladder.staged import Around, Staged, problems_of, refusal, staged_change
from ibtui.ui.ladder.view import LadderInput
from ibtui.ui.ticket_fields import Problem, Surroundings
from tests.domain.tickets_strategy import single_tickets
from tests.ui.ladder_market import ACCOUNT, STOCK, D, book, quote, rules
from tests.ui.ladder_orders import bracket, order, take, tell, trading

BUY, SELL = Side.BUY, Side.SELL
MARKET = quote("271.66", "271.68", "271.67")
STANDING = Standing(ACCOUNT, STOCK.conid, 0, "")
OPTIONS = LadderOptions(collar_ticks=10)


def around(market: Quote | None = MARKET, limits: Limits | None = None) -> Around:
    def measure(side: Side, before: Ticket | None, order_id: int | None) -> Surroundings:
        filled = D(0) if order_id is not None else None
        known = rules(is_buy=side is BUY)
        return Surroundings(market, known, limits or Limits(), before=before, filled=filled)

    return measure


@pytest.fixture
def store() -> Store:
    store = Store()
    store.apply(AccountsReceived((Account(ACCOUNT, is_paper=True), Account("U1", is_paper=False)), ACCOUNT))
    return store


def new(kind: Kind, side: Side = BUY, price: str | None = None, bracket: Bracket | None = None) -> Staged:
    wish = Wish(kind, side, D(price) if price is not None else None, D(100))
    tickets = tickets_of(wish, book(), STOCK, rules(is_buy=side is BUY), ACCOUNT, bracket, OPTIONS)
    return Staged(ACCOUNT, STOCK.conid, tickets=tickets)


def problems(staged: Staged, market: Quote | None = MARKET, limits: Limits | None = None) -> tuple[Problem, ...]:
    return problems_of(staged, around(market, limits))


def said(staged: Staged, standing: Standing = STANDING, market: Quote | None = MARKET) -> str:
    return refusal(staged, standing, problems(staged, market))


def lines(staged: Staged, store: Store, width: int = 118, market: Quote | None = MARKET) -> tuple[str, ...]:
    return preview_lines(staged, store, around(market), width)


def test_a_new_order_is_shown_whole(store: Store) -> None:
    assert lines(new(Kind.LIMIT, BUY, "271.65"), store) == (
        "BUY 100 AAPL LMT 271.65 DAY · PAPER DU1234567 · 27,165.00 USD · bid −0.01 (0.00%)",
    )


def test_it_is_the_same_on_80_columns_on_more_lines(store: Store) -> None:
    staged = new(Kind.LIMIT, BUY, "271.65", Bracket("scalp", 8, 6))

    assert lines(staged, store, 78) == (
        "BUY 100 AAPL LMT 271.65 DAY · target SELL LMT 271.73 DAY",
        "stop SELL STP 271.59 DAY · PAPER DU1234567 · 27,165.00 USD · bid −0.01 (0.00%)",
    )


def test_a_real_account_is_named_as_such(store: Store) -> None:
    staged = new(Kind.JOIN)
    real = replace(staged, account="U1", tickets=tuple(replace(each, account="U1") for each in staged.tickets))

    assert "LIVE U1" in lines(real, store)[0]


def test_a_market_order_tells_what_it_would_meet(store: Store) -> None:
    assert lines(new(Kind.MARKET, SELL), store) == (
        "SELL 100 AAPL MKT DAY · PAPER DU1234567 · 27,166.00 USD · bid 271.66",
    )


def test_a_stop_tells_its_distance_from_the_last_trade(store: Store) -> None:
    assert lines(new(Kind.STOP, BUY, "271.80"), store)[0].endswith("last +0.13 (+0.05%)")


def test_a_crossing_order_tells_that_it_fills_at_once(store: Store) -> None:
    assert lines(new(Kind.CROSS, BUY), store)[0].endswith("ask +0.10 (+0.04%) · would fill at once")


def test_a_trailing_stop_tells_by_how_much_it_trails(store: Store) -> None:
    text = " ".join(lines(new(Kind.JOIN, BUY, bracket=Bracket("runner", None, 12, trailing=True)), store))

    assert "stop SELL TRAIL by 0.12 DAY" in text


def test_without_a_market_that_is_said(store: Store) -> None:
    assert lines(new(Kind.LIMIT, BUY, "271.65"), store, market=None)[0].endswith("no market")


def test_a_change_tells_the_old_price_and_the_new(store: Store) -> None:
    session = trading(order())
    staged = staged_change(take(session).moved(2), ACCOUNT, session)

    assert lines(staged, store) == (
        "change order 7: BUY 50 AAPL LMT 271.60 → 271.62 DAY route ARCA all or none referrer R · 13,581.00 USD",
        "bid −0.04 (−0.01%) · PAPER DU1234567",
    )


def test_a_change_of_a_stop_limit_tells_both_prices(store: Store) -> None:
    session = trading(order(kind="STOP_LIMIT", price="272.00", limit_price=D("272.05")))
    staged = staged_change(take(session).moved(2), ACCOUNT, session)

    assert "STP LMT 272.05 stop 272.00 → 272.07 stop 272.02 DAY" in lines(staged, store)[0]


def test_a_whole_bracket_is_one_change_after_the_other(store: Store) -> None:
    session = trading(*bracket())
    text = " ".join(lines(staged_change(take(session).whole(session).moved(1), ACCOUNT, session), store))

    assert [text.index(f"change order {key}") for key in (7, 8, 9)] == sorted(
        text.index(f"change order {key}") for key in (7, 8, 9)
    )
    assert "SELL 50 AAPL STP 271.54 → 271.55 DAY" in text
    assert text.count("PAPER DU1234567") == 1


def test_what_was_filled_meanwhile_and_what_is_not_kept_is_told(store: Store) -> None:
    session = trading(order())
    session.orders.sent.clear()
    grab = take(session).moved(1)
    tell(session, {"filled": D(30), "remaining": D(20)})
    text = " ".join(lines(staged_change(grab, ACCOUNT, session), store))

    assert "order 7: 30 of 50 filled meanwhile" in text
    assert "not known, not kept" in text


def test_nothing_moved_is_nothing_to_send() -> None:
    session = trading(order())

    assert said(staged_change(take(session), ACCOUNT, session)) == "Not sent: it is where it was"


def test_a_sound_order_may_be_sent() -> None:
    for staged in (
        new(Kind.LIMIT, BUY, "271.65"),
        new(Kind.MARKET, SELL),
        new(Kind.CROSS, BUY, None, Bracket("b", 8, 6)),
    ):
        assert said(staged) == ""


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (replace(STANDING, conid=1), "Not sent: another instrument is on the ladder"),
        (replace(STANDING, account="U1"), "Not sent: another account is chosen"),
        (replace(STANDING, obstacle="prices stale"), "Not sent: prices stale"),
    ],
)
def test_what_stands_against_sending_is_said(standing: Standing, words: str) -> None:
    assert said(new(Kind.JOIN), standing) == words


def test_an_order_over_the_users_limits_is_refused_in_words(store: Store) -> None:
    staged, limits = new(Kind.JOIN), Limits(max_quantity=D(50))

    assert refusal(staged, STANDING, problems(staged, limits=limits)) == (
        "Not sent: quantity more than your limit of 50"
    )
    shown = preview_lines(staged, store, around(limits=limits), 118)
    assert shown[-1].endswith("NOT POSSIBLE: quantity more than your limit of 50")


def test_what_does_not_forbid_is_a_note(store: Store) -> None:
    outside = replace(new(Kind.JOIN).tickets[0], outside_rth=True)
    halted = replace(MARKET, halted=True)

    assert lines(Staged(ACCOUNT, STOCK.conid, tickets=(outside,)), store, market=halted)[-1].endswith(
        "note: side trading is halted"
    )


def test_a_stop_the_market_has_come_to_meanwhile_is_refused() -> None:
    staged = new(Kind.STOP, BUY, "271.80")

    assert said(staged) == ""
    assert said(staged, market=quote("271.84", "271.86", "271.85")) == "Not sent: stop would trigger at once"


def test_a_stop_moved_through_the_market_is_refused() -> None:
    session = trading(order(kind="Stop", price="272.00"))
    staged = staged_change(take(session).moved(-40), ACCOUNT, session)

    assert said(staged) == "Not sent: stop would trigger at once"


def test_a_stop_that_waits_for_its_entry_may_be_beyond_the_market() -> None:
    entry = order(7, "Stop", "272.00")
    stop = order(9, "Stop", "271.80", side=SELL, parent_id="7")
    session = trading(entry, stop)

    assert said(staged_change(take(session, 9).moved(1), ACCOUNT, session)) == ""


def test_attached_orders_are_held_against_where_the_entry_would_fill_now() -> None:
    staged = new(Kind.CROSS, BUY, None, Bracket("b", 4, 6))

    assert said(staged) == ""
    assert said(staged, market=quote("271.71", "271.73", "271.72")) == (
        "Not sent: profit must be above the entry at 271.73"
    )


def test_a_change_off_the_users_collar_is_refused() -> None:
    session = trading(order())
    after = replace(take(session).moved(1).changes(session.store)[0].after, limit_price=D("100.00"))
    staged = Staged(ACCOUNT, STOCK.conid, changes=(Change(7, after, after),))

    assert "your limit is 20%" in said(staged)


def closing(
    held: str | None,
    *,
    reverse: bool = False,
    market: bool = True,
    orders: tuple[LiveOrder, ...] = (),
    source: LadderInput | None = None,
    types: tuple[str, ...] = ("limit", "market"),
) -> ClosePlan:
    position = Position(ACCOUNT, STOCK.conid, quantity=D(held)) if held is not None else None
    shown = replace(source or book(), position=position, orders=orders)
    known: dict[Side, ContractRules | None] = {side: rules(is_buy=side is BUY, types=types) for side in Side}
    return close_plan(shown, STOCK, known, ACCOUNT, OPTIONS, reverse=reverse, market=market)


@pytest.mark.parametrize(("held", "side"), [("100", SELL), ("-100", BUY)])
def test_flattening_is_an_order_on_the_other_side_of_the_position(held: str, side: Side) -> None:
    assert closing(held).ticket == Ticket(ACCOUNT, STOCK, side, OrderType.MKT, D(100), tif=Tif.DAY)


def test_reversing_is_twice_the_position() -> None:
    assert closing("100", reverse=True).ticket == Ticket(ACCOUNT, STOCK, SELL, OrderType.MKT, D(200))


@pytest.mark.parametrize(("market", "types"), [(False, ("limit", "market")), (True, ("limit",))])
def test_where_the_market_is_not_wanted_or_not_listed_it_is_a_limit_with_a_collar(
    market: bool, types: tuple[str, ...]
) -> None:
    ticket = closing("100", market=market, types=types).ticket

    assert ticket is not None
    assert (ticket.order_type, ticket.limit_price) == (OrderType.LMT, D("271.56"))


def test_a_plan_counts_the_orders_it_cancels() -> None:
    other = order(3, account="U1")

    assert closing("100", orders=(order(1), order(2), other)).cancels == 2


def test_without_a_known_position_it_is_planned_all_the_same() -> None:
    assert closing(None).ticket is None
    assert closing("0").ticket is None


def test_a_position_that_could_not_be_closed_keeps_the_orders_that_protect_it() -> None:
    with pytest.raises(NotPossible, match="no bid to hit"):
        closing("100", market=False, source=book(None, "271.68"))
    with pytest.raises(NotPossible, match="sizes go in steps"):
        closing("10.5")


def test_a_position_of_another_account_is_none() -> None:
    held = Position("U1", STOCK.conid, quantity=D(5))
    plan = close_plan(replace(book(), position=held), STOCK, {}, ACCOUNT, OPTIONS)

    assert plan.held == 0


def staged_closing(plan: ClosePlan) -> Staged:
    return Staged(ACCOUNT, STOCK.conid, closing=plan)


def test_flattening_tells_what_is_cancelled_and_what_is_sent_then(store: Store) -> None:
    text = lines(staged_closing(closing("100", orders=(order(1), order(2)))), store)

    assert text == (
        "FLATTEN AAPL: cancels 2 working orders, waits until each is gone, reads the position anew · "
        "then SELL 100 AAPL MKT DAY",
        "outside regular hours, or not known: LMT bid − 10 ticks outside RTH; closed: nothing · position now 100",
        "PAPER DU1234567 · 27,166.00 USD · bid 271.66",
    )


def test_reversing_with_a_limit_tells_its_collar(store: Store) -> None:
    text = " ".join(lines(staged_closing(closing("-100", reverse=True, market=False, orders=(order(1),))), store))

    assert text.startswith("REVERSE AAPL: cancels 1 working order, waits")
    assert "then BUY 200 AAPL LMT 271.78 DAY (ask + 10 ticks, as they are then)" in text
    assert "position now −100" in text


def test_without_a_position_it_tells_that_one_is_looked_for(store: Store) -> None:
    assert " ".join(lines(staged_closing(closing(None)), store)).partition("anew ")[2] == (
        "no position is known now; closes what is found then outside regular hours, or not known: "
        "LMT bid − or ask + 10 ticks outside RTH; closed: nothing · PAPER DU1234567"
    )


def test_a_closing_is_held_against_the_limits_too() -> None:
    staged = staged_closing(closing("100", reverse=True))

    assert refusal(staged, STANDING, problems(staged, limits=Limits(max_quantity=D(150)))).endswith("limit of 150")
    assert said(staged) == ""


@given(single_tickets())
def test_no_order_leaves_anything_unsaid(ticket: Ticket) -> None:
    assert order_words(ticket, Surroundings()) == order_line(ticket)


words = st.lists(st.text("abcdef", min_size=1, max_size=12), min_size=1, max_size=12).map(" ".join)


@given(st.lists(words, max_size=8), st.integers(12, 120))
def test_every_word_is_on_the_lines_and_none_is_too_long(parts: Sequence[str], width: int) -> None:
    found = wrapped(tuple(parts), width)

    assert all(len(line) <= width for line in found)
    assert " ".join(found).replace(" · ", " ").split() == " ".join(parts).split()


def test_the_grab_itself_tells_the_same_prices_as_its_preview() -> None:
    session = trading(order())
    grab = grabbed(order(), STOCK, rules(), session).moved(7)

    assert grab.changes(session.store)[0].after.limit_price == grab.mark.moves[7][1] == Decimal("271.67")
