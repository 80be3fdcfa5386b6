"""An own order in the hand: what moves, what is lost, and that nothing but prices is changed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.contracts import ContractRules
from ibtui.domain.events import SubmissionMoved
from ibtui.domain.orders import Intent, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side, Tif
from ibtui.ui.ladder.brackets import NotPossible
from ibtui.ui.ladder.family import family
from ibtui.ui.ladder.grabbing import grabbed, next_of, orders_at
from tests.ui.drafts import SPREAD
from tests.ui.ladder_market import ACCOUNT, NIKKEI, STOCK, D, Market, markets, rules
from tests.ui.ladder_orders import CENTS_RULES, bracket, order, refused, sent, take, tell, trading


def test_a_limit_moves_by_ticks_and_nothing_else_of_it_changes() -> None:
    session = trading(order())
    (change,) = take(session).moved(3).changes(session.store)

    assert change.order_id == 7
    assert change.before == replace(sent(order()), tif=Tif.DAY)
    assert change.after == replace(change.before, limit_price=D("271.63"))


def test_a_stop_moves_its_stop() -> None:
    session = trading(order(kind="Stop", price="272.00"))
    (change,) = take(session).moved(-1).changes(session.store)

    assert change.after == replace(change.before, stop_price=D("271.99"))


def test_a_stop_limit_moves_both_prices() -> None:
    session = trading(order(kind="STOP_LIMIT", price="272.00", limit_price=D("272.05")))
    (change,) = take(session).moved(2).changes(session.store)

    assert change.after == replace(change.before, stop_price=D("272.02"), limit_price=D("272.07"))


def test_ticks_add_up() -> None:
    session = trading(order())
    grab = take(session).moved(5).moved(-2)

    assert grab.ticks == 3
    assert grab.mark.moves == {7: (D("271.60"), D("271.63"))}


def test_put_back_where_it_was_there_is_nothing_to_send() -> None:
    session = trading(order())

    assert take(session).moved(5).moved(-5).changes(session.store) == ()


def test_ticks_go_by_the_steps_that_hold_where_the_order_is() -> None:
    known = rules(NIKKEI)
    session = trading(order(price="999.9"))

    assert take(session, known=known).moved(3).mark.moves[7][1] == D("1001.0")
    assert take(session, known=known).moved(-1).mark.moves[7][1] == D("999.8")


def test_a_price_off_the_grid_stays_until_it_is_moved() -> None:
    session = trading(order(price="271.605"))

    assert take(session).mark.moves[7][1] == D("271.605")


def test_nothing_is_moved_to_0_or_below() -> None:
    grab = take(trading(order(price="0.02")))

    with pytest.raises(NotPossible, match=r"order 7 cannot be moved to 0\.00"):
        grab.moved(-2)
    assert grab.moved(-1).mark.moves[7][1] == D("0.01")


def test_it_may_go_below_nothing_where_prices_do() -> None:
    known = rules(negative=True)

    assert take(trading(order(price="0.02")), known=known).moved(-4).mark.moves[7][1] == D("-0.02")


def test_of_several_orders_the_newest_is_grabbed_and_then_the_next_round_and_round() -> None:
    orders = (order(1, time_ms=10), order(2, time_ms=30), order(3, time_ms=20))
    here = orders_at(orders, CENTS_RULES, D("271.60"))

    assert [each.order_id for each in here] == [2, 3, 1]
    assert next_of(here).order_id == 2
    assert next_of(here, 2).order_id == 3
    assert next_of(here, 1).order_id == 2
    assert next_of(here, 99).order_id == 2


def test_only_working_orders_shown_at_the_price_are_there() -> None:
    orders = (
        order(1),
        order(2, price="271.61"),
        order(3, status=OrderStatus.FILLED),
        order(4, "Market", limit_price=None),
        order(5, price="271.604"),
    )

    assert [each.order_id for each in orders_at(orders, CENTS_RULES, D("271.60"))] == [5, 1]


def test_a_row_of_several_ticks_holds_the_orders_of_all_of_them() -> None:
    orders = (order(1, price="271.60"), order(2, price="271.64"), order(3, price="271.65"))

    assert {each.order_id for each in orders_at(orders, CENTS_RULES, D("271.60"), D("271.65"))} == {1, 2}


def test_without_an_order_there_is_nothing_to_grab() -> None:
    with pytest.raises(NotPossible, match="no own order"):
        next_of(())


@pytest.mark.parametrize("kind", ["Trailing Stop", "TRAIL LIMIT", "Market", "MOC", "Relative", "MIDPRICE"])
def test_what_stands_at_no_price_of_its_own_cannot_be_grabbed(kind: str) -> None:
    words = refused(trading(order(kind=kind, trailing_amount=D(1), trailing_type="amt")))

    assert words.startswith("order 7 is a ")
    assert words.endswith("it stands at no price of its own")


def test_a_type_that_is_not_known_cannot_be_grabbed() -> None:
    assert refused(trading(order(kind="PEG MID"))).startswith("order 7 cannot be moved by key: its type is “PEG MID”")


def test_an_order_whose_end_is_not_told_cannot_be_grabbed() -> None:
    session = trading(order(tif="GTD"))

    assert "does not tell until when" in refused(session)


def test_a_combination_cannot_be_grabbed() -> None:
    session = trading(order(conidex="28812380;;;1/1,2/-1"))

    assert "combination" in refused(session)
    with pytest.raises(NotPossible, match="combination"):
        grabbed(order(), SPREAD, CENTS_RULES, session)


def test_an_order_of_another_instrument_cannot_be_grabbed() -> None:
    assert refused(trading(order(conid=4711))) == "order 7 is for another instrument"


@pytest.mark.parametrize("known", [None, ContractRules(STOCK.conid, True)])
def test_without_known_steps_nothing_can_be_grabbed(known: ContractRules | None) -> None:
    assert refused(trading(order()), known=known) == "the price steps of AAPL are not known yet"


@pytest.mark.parametrize(
    ("status", "words"), [(OrderStatus.FILLED, "is Filled"), (OrderStatus.PENDING_CANCEL, "is being cancelled")]
)
def test_what_has_ended_or_is_about_to_cannot_be_grabbed(status: OrderStatus, words: str) -> None:
    assert refused(trading(order(status=status))) == f"order 7 {words}"


@pytest.mark.parametrize(("intent", "what"), [(Intent.MODIFY, "change"), (Intent.CANCEL, "cancel")])
def test_while_something_is_under_way_for_it_it_cannot_be_grabbed(intent: Intent, what: str) -> None:
    session = trading(order())
    session.store.apply(SubmissionMoved(Submission("k", intent, ACCOUNT, Stage.SENT, order_id=7)))

    assert refused(session) == f"order 7: a {what} of it is sent; wait for its outcome"
    session.store.apply(SubmissionMoved(Submission("k", intent, ACCOUNT, Stage.REJECTED, order_id=7)))
    assert take(session).order_id == 7


def test_an_order_whose_row_shows_a_price_its_type_has_not_cannot_be_grabbed() -> None:
    assert (
        refused(trading(order(stop_price=D("260.00")))) == "order 7: the price the gateway tells does not fit its type"
    )


def test_an_order_not_sent_from_here_says_what_is_not_kept() -> None:
    session = trading(order())
    session.orders.sent.clear()
    grab = take(session)

    assert grab.note.startswith("order 7 was not sent from here: its route, algo")
    assert grab.moved(1).changes(session.store)[0].after.route == ""


def test_while_nothing_happens_to_it_the_hand_holds() -> None:
    session = trading(order())

    assert take(session).lost(session.store) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": OrderStatus.FILLED, "filled": Decimal(50)}, "order 7 is Filled meanwhile"),
        ({"status": OrderStatus.CANCELLED, "status_text": "Cancelled"}, "order 7 is Cancelled meanwhile"),
        ({"status": OrderStatus.PENDING_CANCEL}, "order 7 is being cancelled meanwhile"),
        ({"limit_price": Decimal("271.7")}, "order 7 was moved elsewhere meanwhile, to 271.70"),
        ({"quantity": Decimal(80)}, "order 7 was changed elsewhere meanwhile, to 80"),
        ({"order_type": "Stop"}, "order 7 was changed elsewhere meanwhile"),
    ],
)
def test_it_is_lost_when_it_is_not_any_more_what_was_grabbed(changes: dict[str, object], words: str) -> None:
    session = trading(order())
    grab = take(session).moved(2)
    tell(session, changes)

    assert grab.lost(session.store) == words
    with pytest.raises(NotPossible, match="meanwhile"):
        grab.changes(session.store)


def test_an_order_that_is_not_known_any_more_is_lost() -> None:
    session = trading(order())
    grab = take(session)
    del session.store.orders.orders[7]

    assert grab.lost(session.store) == "order 7 is not known any more"


def test_the_gateways_other_spelling_of_the_same_order_loses_nothing() -> None:
    session = trading(order(kind="LMT"))
    grab = take(session)
    tell(session, {"order_type": "Limit", "status": OrderStatus.SUBMITTED, "order_ref": "told late"})

    assert grab.lost(session.store) == ""


def test_a_part_that_is_filled_loses_nothing_and_is_told() -> None:
    session = trading(order())
    grab = take(session).moved(1)
    tell(session, {"filled": D(30), "remaining": D(20)})

    assert grab.lost(session.store) == ""
    assert grab.filled(session.store) == "order 7: 30 of 50 filled meanwhile"
    assert grab.changes(session.store)[0].after.quantity == 50


def test_what_was_filled_before_it_was_grabbed_is_no_news() -> None:
    session = trading(order(filled=D(20), remaining=D(30)))

    assert take(session).filled(session.store) == ""


def test_a_bracket_is_found_from_each_of_its_orders_by_either_name_of_the_parent() -> None:
    parent, target, stop = bracket()
    other = order(10, parent_id="77")

    assert {each.order_id for each in family(parent, [parent, target, stop, other])} == {7, 8, 9}
    assert [each.order_id for each in family(target, [target, stop, parent, other])] == [7, 8, 9]
    assert {each.order_id for each in family(stop, [parent, target, stop, other])} == {7, 8, 9}


def test_once_the_entry_is_filled_target_and_stop_still_belong_together() -> None:
    parent, target, stop = bracket()
    filled = replace(parent, status=OrderStatus.FILLED)

    assert {each.order_id for each in family(target, [filled, target, stop])} == {8, 9}
    unseen = replace(stop, parent_id="7")
    assert {each.order_id for each in family(target, [target, unseen])} == {8, 9}


def test_orders_of_another_account_or_instrument_are_no_part_of_a_bracket() -> None:
    parent, target, stop = bracket()
    strangers = [replace(target, account="U1"), replace(stop, conid=4711)]

    assert family(parent, [parent, *strangers]) == (parent,)


def test_an_order_alone_is_its_own_bracket() -> None:
    assert family(order(), [order(), order(8)]) == (order(),)


def test_a_whole_bracket_keeps_its_distances() -> None:
    session = trading(*bracket())
    grab = take(session, 8).moved(2).whole(session).moved(1)

    assert grab.order_id == 8
    assert grab.mark.moves == {
        8: (D("271.68"), D("271.71")),
        7: (D("271.60"), D("271.63")),
        9: (D("271.54"), D("271.57")),
    }
    changes = grab.changes(session.store)
    assert [change.order_id for change in changes] == [8, 7, 9]
    assert [change.waits for change in changes] == [True, False, True]
    assert all(
        replace(c.after, limit_price=None, stop_price=None) == replace(c.before, limit_price=None, stop_price=None)
        for c in changes
    )


def test_one_order_lost_loses_the_whole_bracket() -> None:
    session = trading(*bracket())
    grab = take(session).whole(session)
    tell(session, {"status": OrderStatus.CANCELLED}, 9)

    assert grab.lost(session.store) == "order 9 is Cancelled meanwhile"


def test_a_trailing_stop_stays_and_is_named() -> None:
    parent, target, _ = bracket()
    trail = order(9, "Trailing Stop", "271.54", side=Side.SELL, parent_id="7", trailing_amount=D("0.06"))
    session = trading(parent, target, trail)
    grab = take(session).whole(session)

    assert grab.mark.order_ids == (7, 8)
    assert grab.note == "TRAIL 9 stays"


def test_a_bracket_of_which_one_cannot_be_changed_is_not_moved_at_all() -> None:
    parent, target, stop = bracket()
    session = trading(parent, target, replace(stop, status=OrderStatus.PENDING_CANCEL))

    with pytest.raises(NotPossible, match="order 9 is being cancelled"):
        take(session).whole(session)


def test_a_single_order_moved_whole_is_moved_alone() -> None:
    session = trading(order())

    assert take(session).whole(session).moved(1).mark.moves == {7: (D("271.60"), D("271.61"))}


@given(markets(), st.lists(st.integers(-30, 30), max_size=6), st.integers(0, 40), st.integers(1, 40))
def test_a_bracket_moved_anywhere_keeps_its_ticks_and_stays_on_the_grid(
    market: Market, moves: list[int], above: int, below: int
) -> None:
    known = market.rules
    high, low = known.moved(market.bid, above), known.moved(market.bid, -below)
    orders = (
        order(7, limit_price=market.bid),
        order(8, limit_price=high, side=Side.SELL, parent_id="7"),
        order(9, "Stop", f"{low:f}", side=Side.SELL, parent_id="7"),
    )
    session = trading(*orders)
    grab = take(session, known=known).whole(session)
    for ticks in moves:
        try:
            grab = grab.moved(ticks)
        except NotPossible:
            continue

    (_, mid), (_, top), (_, bottom) = (grab.mark.moves[key] for key in (7, 8, 9))
    assert all(price > 0 and known.conforms(price) for price in (mid, top, bottom))
    assert known.moved(mid, above) == top
    assert known.moved(bottom, below) == mid
    assert known.moved(mid, -grab.ticks) == market.bid
