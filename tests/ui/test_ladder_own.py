"""Own orders on the ladder: where each may be, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.events import OrderReceived, SubmissionMoved
from ibtui.domain.orders import Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.store import Store
from ibtui.ui.ladder.axis import Axis
from ibtui.ui.ladder.own import GrabMark, OwnLook, OwnOrders, own_marks
from ibtui.ui.ladder.rows import ladder_view
from ibtui.ui.ladder.source import ladder_input
from ibtui.ui.ladder.view import LadderInput

D = Decimal
CONTRACT = Contract(1, "AAPL")
OPEN = [Stage.QUEUED, Stage.SENT, Stage.ASKING, Stage.REPLYING]


def order(order_id: int = 7, price: str = "10.00", side: Side = Side.BUY, **more: object) -> LiveOrder:
    base = LiveOrder(
        order_id,
        account="U1",
        conid=1,
        side=side,
        order_type="Limit",
        quantity=D(100),
        remaining=D(100),
        limit_price=D(price),
        status=OrderStatus.SUBMITTED,
    )
    return replace(base, **more)


def ticket(price: str = "10.00", side: Side = Side.BUY, **more: object) -> Ticket:
    base = Ticket("U1", CONTRACT, side, OrderType.LMT, D(100), limit_price=D(price))
    return replace(base, **more)


def placing(stage: Stage, *tickets: Ticket, order_id: int | None = None, updated: float = 0.0) -> Submission:
    return Submission("c1", Intent.PLACE, "U1", stage, tickets or (ticket(),), order_id, updated=updated)


def changing(stage: Stage, price: str = "10.05", updated: float = 0.0) -> Submission:
    return Submission("modify-7", Intent.MODIFY, "U1", stage, (ticket(price),), 7, updated=updated)


def cancelling(stage: Stage, updated: float = 0.0) -> Submission:
    return Submission("cancel-7", Intent.CANCEL, "U1", stage, order_id=7, updated=updated)


def looks(marks: Mapping[Decimal, OwnOrders]) -> dict[str, OwnLook]:
    return {str(price): own.look for price, own in marks.items()}


def buys(*orders: LiveOrder, by: tuple[Submission, ...] = (), grab: GrabMark | None = None) -> dict[Decimal, OwnOrders]:
    return own_marks(orders, by, grab)[0]


@pytest.mark.parametrize(
    ("status", "look", "word"),
    [
        (OrderStatus.SUBMITTED, OwnLook.WORKING, "Submitted"),
        (OrderStatus.PRE_SUBMITTED, OwnLook.WORKING, "PreSubmitted"),
        (OrderStatus.PENDING_SUBMIT, OwnLook.SENT, "sent"),
        (OrderStatus.INACTIVE, OwnLook.SENT, "Inactive"),
        (OrderStatus.PENDING_CANCEL, OwnLook.CANCELLING, "cancelling"),
        (OrderStatus.UNKNOWN, OwnLook.UNKNOWN, "Unknown"),
        (OrderStatus.WARN_STATE, OwnLook.UNKNOWN, "WarnState"),
    ],
)
def test_a_live_order_looks_as_its_status_says(status: OrderStatus, look: OwnLook, word: str) -> None:
    own = buys(order(status=status))[D("10.00")]
    assert (own.look, own.status, own.is_sure) == (look, word, look is OwnLook.WORKING)


@pytest.mark.parametrize("status", [OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.REJECTED])
def test_an_ended_order_has_no_row(status: OrderStatus) -> None:
    assert buys(order(status=status)) == {}


@pytest.mark.parametrize("stage", OPEN)
def test_a_new_order_stands_at_its_price_before_the_gateway_tells_of_it(stage: Stage) -> None:
    own = buys(by=(placing(stage),))[D("10.00")]
    assert (own.look, own.quantity, own.settled, own.order_ids) == (OwnLook.SENT, D(100), D(0), ())


def test_a_new_order_that_waits_or_was_asked_about_says_so() -> None:
    words = [buys(by=(placing(stage),))[D("10.00")].status for stage in OPEN]
    assert words == ["queued", "sent", "asked", "sent"]


def test_a_new_order_of_unknown_outcome_is_unknown() -> None:
    assert looks(buys(by=(placing(Stage.UNKNOWN),))) == {"10.00": OwnLook.UNKNOWN}


@pytest.mark.parametrize("stage", [Stage.REJECTED, Stage.DECLINED, Stage.CLOSED])
def test_a_new_order_that_came_to_nothing_is_not_awaited(stage: Stage) -> None:
    store = Store()
    store.apply(SubmissionMoved(placing(stage)))
    assert ladder_input(store, 1).submissions == ()


def test_an_order_without_a_price_has_no_row() -> None:
    market = ticket(order_type=OrderType.MKT, limit_price=None)
    assert buys(by=(placing(Stage.SENT, market),)) == {}


def test_of_another_instrument_nothing_is_drawn() -> None:
    other = ticket(contract=Contract(2, "MSFT"))
    assert own_marks((), (placing(Stage.SENT, other),), None, conid=1) == ({}, {})


@pytest.mark.parametrize(
    "live",
    [
        order(order_ref="c1"),
        order(order_ref="c1", status=OrderStatus.FILLED),
        order(status=OrderStatus.PENDING_SUBMIT),
    ],
    ids=["by its name", "though it is filled already", "new-born and like it"],
)
def test_the_live_order_takes_the_place_of_what_was_sent(live: LiveOrder) -> None:
    found = buys(live, by=(placing(Stage.SENT),))
    assert sum(own.count for own in found.values()) == (0 if live.status.is_final else 1)


def test_an_older_order_at_the_same_price_is_not_taken_for_the_new_one() -> None:
    own = buys(order(), by=(placing(Stage.SENT),))[D("10.00")]
    assert (own.quantity, own.settled, own.count, own.look) == (D(200), D(100), 2, OwnLook.SENT)


def test_an_acknowledged_order_stays_sent_until_a_row_tells_of_it() -> None:
    taken = placing(Stage.ACKNOWLEDGED, order_id=7)
    assert looks(buys(by=(taken,))) == {"10.00": OwnLook.SENT}
    assert buys(order(7), by=(taken,))[D("10.00")].count == 1
    assert buys(order(7, status=OrderStatus.FILLED), by=(taken,)) == {}


def test_a_bracket_s_orders_arrive_one_by_one() -> None:
    target = ticket("10.20", Side.SELL, is_child=True)
    stop = ticket("9.90", Side.SELL, is_child=True, order_type=OrderType.STP, stop_price=D("9.90"), limit_price=None)
    sent = placing(Stage.ACKNOWLEDGED, ticket(), target, stop, order_id=7)
    named = order(9, "10.20", Side.SELL, order_ref="c1-2")
    bids, asks = own_marks((order(7), named), (sent,))
    assert looks(bids) == {"10.00": OwnLook.WORKING}
    assert looks(asks) == {"10.20": OwnLook.WORKING, "9.90": OwnLook.SENT}
    nameless = order(10, "9.90", Side.SELL, order_type="Stop", stop_price=D("9.90"), limit_price=None)
    assert looks(own_marks((order(7), named, nameless), (sent,))[1])["9.90"] is OwnLook.WORKING


@pytest.mark.parametrize("stage", OPEN)
def test_an_order_being_changed_is_marked_at_both_prices(stage: Stage) -> None:
    found = buys(order(), by=(changing(stage),))
    assert looks(found) == {"10.00": OwnLook.CHANGING, "10.05": OwnLook.CHANGING}
    old, new = found[D("10.00")], found[D("10.05")]
    assert (old.other, old.is_target, old.settled) == (D("10.05"), False, D(0))
    assert (new.other, new.is_target, new.order_ids) == (D("10.00"), True, (7,))


def test_a_change_of_unknown_outcome_is_unknown_at_both_prices() -> None:
    assert set(looks(buys(order(), by=(changing(Stage.UNKNOWN),))).values()) == {OwnLook.UNKNOWN}


def test_a_change_that_was_taken_is_believed_when_a_row_tells_of_it() -> None:
    taken = changing(Stage.ACKNOWLEDGED, updated=50.0)
    early = order(received=50.2)
    assert looks(buys(early, by=(taken,))) == {"10.00": OwnLook.CHANGING, "10.05": OwnLook.CHANGING}
    assert looks(buys(order(price="10.05", received=50.2), by=(taken,))) == {"10.05": OwnLook.WORKING}
    later = order(received=55.0)
    assert looks(buys(later, by=(taken,))) == {"10.00": OwnLook.WORKING}


def test_a_refused_change_leaves_the_order_where_it_is() -> None:
    assert looks(buys(order(), by=(changing(Stage.REJECTED),))) == {"10.00": OwnLook.WORKING}


def test_a_change_of_the_size_alone_is_marked_too() -> None:
    bigger = replace(changing(Stage.SENT), tickets=(ticket(quantity=D(300)),))
    assert looks(buys(order(), by=(bigger,))) == {"10.00": OwnLook.CHANGING}


def test_the_newest_change_counts() -> None:
    found = buys(order(), by=(changing(Stage.REJECTED), replace(changing(Stage.SENT, "10.09"), key="modify-7-2")))
    assert set(map(str, found)) == {"10.00", "10.09"}


@pytest.mark.parametrize("stage", [Stage.QUEUED, Stage.SENT])
def test_an_order_being_cancelled_says_so(stage: Stage) -> None:
    assert looks(buys(order(), by=(cancelling(stage),))) == {"10.00": OwnLook.CANCELLING}


def test_a_cancel_that_was_taken_has_not_cancelled_yet() -> None:
    taken = cancelling(Stage.ACKNOWLEDGED, updated=50.0)
    assert looks(buys(order(received=49.0), by=(taken,))) == {"10.00": OwnLook.CANCELLING}
    assert looks(buys(order(received=60.0), by=(taken,))) == {"10.00": OwnLook.WORKING}


def test_a_cancel_of_unknown_outcome_makes_the_order_unknown() -> None:
    assert looks(buys(order(), by=(cancelling(Stage.UNKNOWN),))) == {"10.00": OwnLook.UNKNOWN}


def test_a_grabbed_order_stays_at_its_price_and_marks_where_it_is_to_go() -> None:
    grab = GrabMark((7,), {7: (D("10.00"), D("10.03"))})
    found = buys(order(), order(8, "10.00"), grab=grab)
    here, there = found[D("10.00")], found[D("10.03")]
    assert (here.look, here.quantity, here.settled, here.other) == (OwnLook.GRABBED, D(200), D(100), D("10.03"))
    assert (there.look, there.quantity, there.is_target, there.other) == (OwnLook.GRABBED, D(100), True, D("10.00"))


def test_a_grabbed_order_that_ended_is_not_drawn() -> None:
    grab = GrabMark((7,), {7: (D("10.00"), D("10.03"))})
    assert buys(order(status=OrderStatus.FILLED), grab=grab) == {}


def test_a_stop_limit_stands_at_its_stop_and_tells_where_its_limit_is() -> None:
    found = buys(order(order_type="STOP_LIMIT", stop_price=D("10.10"), limit_price=D("10.12")))
    stop, limit = found[D("10.10")], found[D("10.12")]
    assert (stop.word, stop.count, stop.order_ids) == ("STP LMT", 1, (7,))
    assert (limit.count, limit.quantity, limit.limits, limit.order_ids) == (0, D(0), D(100), ())


def test_orders_of_several_looks_at_one_price_look_as_the_gravest_and_tell_what_is_settled() -> None:
    own = buys(order(1), order(2, status=OrderStatus.PENDING_CANCEL), order(3, status=OrderStatus.UNKNOWN))[D("10.00")]
    assert (own.look, own.quantity, own.settled, own.count) == (OwnLook.UNKNOWN, D(300), D(100), 3)
    assert own.order_ids == (1, 2, 3)


def test_orders_of_several_types_at_one_price_are_told_by_type() -> None:
    stop = order(8, order_type="Stop", stop_price=D("10.00"), limit_price=None)
    assert buys(order(), stop)[D("10.00")].word == "LMT+STP"


def test_an_order_moved_within_the_band_it_is_drawn_in_counts_once() -> None:

    axis = Axis(ContractRules(1, True, (PriceStep(D(0), D("0.01")),)), 5)
    source = LadderInput(1, orders=(order(price="10.01"),), submissions=(changing(Stage.SENT, "10.03"),))
    row = ladder_view(source, axis, axis.row_of(D(10)), 1, None).rows[0]
    assert row.buys is not None
    assert (row.buys.quantity, row.buys.look) == (D(100), OwnLook.CHANGING)


def test_the_store_s_orders_and_submissions_of_the_instrument_make_the_source() -> None:
    store = Store()
    told = {"account": "U1", "conid": 1, "side": Side.BUY, "limit_price": D("10.00"), "status": OrderStatus.SUBMITTED}
    store.apply(OrderReceived(7, told, 1.0))
    store.apply(OrderReceived(8, told | {"status": OrderStatus.FILLED, "order_ref": "c1"}, 1.0))
    store.apply(OrderReceived(9, told | {"conid": 2}, 1.0))
    for submission in (
        placing(Stage.SENT),
        cancelling(Stage.SENT),
        replace(cancelling(Stage.SENT), key="x", order_id=9),
    ):
        store.apply(SubmissionMoved(submission))
    source = ladder_input(store, 1, 2.0)
    assert [found.order_id for found in source.orders] == [7]
    assert [found.order_id for found in source.ended] == [8]
    assert [submission.key for submission in source.submissions] == ["c1", "cancel-7"]


def test_an_acknowledged_order_of_which_nothing_is_ever_heard_is_awaited_for_a_minute() -> None:
    store = Store()
    store.apply(SubmissionMoved(placing(Stage.ACKNOWLEDGED, order_id=7, updated=100.0)))
    assert len(ladder_input(store, 1, 159.0).submissions) == 1
    assert ladder_input(store, 1, 161.0).submissions == ()


def test_a_change_that_was_taken_is_awaited_until_a_row_tells_of_the_order_however_long() -> None:
    store = Store()
    told = {"account": "U1", "conid": 1, "side": Side.BUY, "limit_price": D("10.00"), "status": OrderStatus.SUBMITTED}
    store.apply(OrderReceived(7, told, 1.0))
    store.apply(SubmissionMoved(changing(Stage.ACKNOWLEDGED, updated=50.0)))
    source = ladder_input(store, 1, 10_000.0)
    found = own_marks(source.orders, source.submissions)[0]
    assert looks(found) == {"10.00": OwnLook.CHANGING, "10.05": OwnLook.CHANGING}
