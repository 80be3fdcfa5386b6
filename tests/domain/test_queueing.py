"""The estimate of what is ahead of an own order: what it may never be, and how near it is to a known truth."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.orders import LiveOrder, OrderStatus
from ibtui.domain.queueing import MATCH_SECONDS, Place, advanced, filled, joined, left_of, rests, resumed
from ibtui.domain.tickets import Side
from tests.store.bookmodel import Book

D = Decimal
sizes = st.integers(0, 5_000).map(Decimal)
looks = st.lists(st.tuples(sizes, sizes, st.floats(0, 3)), max_size=30)


def followed(place: Place, seen: list[tuple[Decimal, Decimal, float]]) -> list[Place]:
    now, places = 10.0, [place]
    for others, traded, seconds in seen:
        now += seconds
        places.append(advanced(places[-1], others, traded, now))
    return places


def test_an_order_joins_behind_what_was_shown_before_it() -> None:
    assert joined(D(500), D(300)).ahead == 300
    assert joined(D(200), D(300)).ahead == 200
    assert joined(D(500), None).ahead == 500


def test_trades_take_from_the_front() -> None:
    assert advanced(joined(D(500), D(300)), D(400), D(100), 1.0).ahead == 200


def test_what_shrinks_without_a_trade_goes_in_proportion() -> None:
    assert advanced(joined(D(500), D(300)), D(250), D(0), 1.0).ahead == 150


def test_what_comes_stands_behind() -> None:
    assert advanced(joined(D(500), D(300)), D(900), D(0), 1.0).ahead == 300


def test_a_trade_told_after_the_size_shrank_is_not_counted_twice() -> None:
    shrunk = advanced(joined(D(500), D(300)), D(400), D(0), 1.0)
    assert shrunk.ahead == 240
    assert advanced(shrunk, D(400), D(100), 1.5).ahead == 200


def test_a_trade_told_before_the_size_shrinks_is_not_counted_twice() -> None:
    told = advanced(joined(D(500), D(300)), D(500), D(100), 1.0)
    assert told.ahead == 200
    assert advanced(told, D(400), D(0), 1.5).ahead == 200


def test_a_trade_that_was_seen_in_the_size_explains_no_more_of_it() -> None:
    traded = advanced(joined(D(1000), D(300)), D(900), D(100), 1.0)
    assert advanced(traded, D(450), D(0), 1.5).ahead == 100


def test_a_trade_long_after_a_size_shrank_is_another_matter() -> None:
    shrunk = advanced(joined(D(500), D(300)), D(400), D(0), 1.0)
    assert advanced(shrunk, D(400), D(100), 1.1 + MATCH_SECONDS).ahead == 140


def test_a_fill_of_the_order_itself_shows_that_nothing_is_ahead() -> None:
    assert filled(joined(D(500), D(300))).ahead == 0


def test_after_a_gap_no_more_is_ahead_than_was_or_is_shown() -> None:
    place = joined(D(500), D(300))
    assert resumed(place, D(900)).ahead == 300
    assert resumed(place, D(100)).ahead == 100


@given(sizes, st.one_of(st.none(), sizes), looks)
def test_the_estimate_is_never_negative_and_never_more_than_others_show(
    others: Decimal, before: Decimal | None, seen: list[tuple[Decimal, Decimal, float]]
) -> None:
    places = followed(joined(others, before), seen)
    for place in places:
        assert 0 <= place.ahead <= place.others
        assert place.told >= 0
        assert place.gone >= place.taken >= 0


@given(sizes, sizes, looks, sizes, sizes, sizes)
def test_trades_at_the_price_only_shorten_it(
    others: Decimal,
    before: Decimal,
    seen: list[tuple[Decimal, Decimal, float]],
    now_shown: Decimal,
    traded: Decimal,
    more: Decimal,
) -> None:
    place = followed(joined(others, before), seen)[-1]
    fewer = advanced(place, now_shown, traded, 1_000.0)
    assert advanced(place, now_shown, traded + more, 1_000.0).ahead <= fewer.ahead


@given(sizes, sizes, looks)
def test_without_a_trade_told_late_it_never_grows(
    others: Decimal, before: Decimal, seen: list[tuple[Decimal, Decimal, float]]
) -> None:
    places = followed(joined(others, before), [(shown, D(0), seconds) for shown, _, seconds in seen])
    assert all(later.ahead <= earlier.ahead for earlier, later in pairwise(places))


@pytest.mark.parametrize(
    ("changes", "is_resting"),
    [
        ({}, True),
        ({"order_type": "LMT"}, True),
        ({"status": OrderStatus.PENDING_CANCEL}, True),
        ({"status": OrderStatus.PRE_SUBMITTED}, False),
        ({"status": OrderStatus.CANCELLED}, False),
        ({"order_type": "Stop"}, False),
        ({"limit_price": None}, False),
        ({"side": None}, False),
    ],
)
def test_only_a_plain_limit_order_that_works_rests_in_the_book(changes: dict[str, object], is_resting: bool) -> None:
    order = LiveOrder(1, order_type="Limit", side=Side.BUY, limit_price=D(5), status=OrderStatus.SUBMITTED)
    assert rests(_with(order, changes)) is is_resting


def test_in_the_book_of_one_exchange_rests_what_is_directed_to_it() -> None:
    order = LiveOrder(1, conidex="5@ARCA", order_type="Limit", side=Side.BUY, limit_price=D(5))
    order = _with(order, {"status": OrderStatus.SUBMITTED})
    assert rests(order, "ARCA")
    assert not rests(order, "NASDAQ")
    assert not rests(_with(order, {"conidex": "5"}), "NASDAQ")


def test_what_is_left_is_told_or_worked_out() -> None:
    assert left_of(LiveOrder(1, quantity=D(10), filled=D(3), remaining=D(6))) == 6
    assert left_of(LiveOrder(1, quantity=D(10), filled=D(3))) == 7


def _with(order: LiveOrder, changes: dict[str, object]) -> LiveOrder:
    values = {name: getattr(order, name) for name in LiveOrder.__struct_fields__}
    return LiveOrder(**{**values, **changes})


class Watched:
    """An own order in the model's book, its place followed by what a gateway would show, and the bounds of the truth.

    Between two looks the observer sees the change of the size of others and the trades at the price. Trades come off
    the front. Of the rest each unit may have stood ahead or behind: where a look comes after each event, at least
    `lower` and at most `upper` is ahead; where several fall between two looks, new orders may hide cancellations and
    nothing but `upper` is sure.
    """

    def __init__(self, seed: int, distance: int) -> None:
        self.book = Book(seed)
        self.tick = self.book.best_bid - distance
        before = D(self.book.shown(self.tick)[0])
        self.number = self.book.add(self.tick, 100, is_buy=True)
        self.book.own = frozenset({self.number})
        self.place = joined(before, before)
        self.lower = self.upper = before
        self.now, self.trades = 10.0, len(self.book.trades)

    @property
    def is_resting(self) -> bool:
        return any(order.number == self.number for order in self.book.bids.get(self.tick, []))

    @property
    def truth(self) -> Decimal:
        return D(self.book.ahead(self.number, self.tick, is_buy=True))

    def look(self) -> None:
        """See what is shown now."""
        new, self.trades = self.book.trades[self.trades :], len(self.book.trades)
        traded = D(sum(one.size for one in new if one.tick == self.tick and not one.is_buy))
        left = next(order.size for order in self.book.bids[self.tick] if order.number == self.number)
        others = D(self.book.shown(self.tick)[0] - left)
        cancelled = max(D(0), self.place.others - traded - others)
        self.lower = max(D(0), self.lower - traded - cancelled)
        self.upper = max(D(0), min(self.upper - traded, others))
        self.now += 5.0
        self.place = advanced(self.place, others, traded, self.now)


@pytest.mark.parametrize("seed", range(30))
def test_looked_at_after_each_event_estimate_and_truth_lie_between_the_same_bounds(seed: int) -> None:
    for distance in (0, 1, 2):
        watched = Watched(seed, distance)
        for _ in range(200):
            watched.book.step()
            if not watched.is_resting:
                break
            watched.look()
            assert watched.lower <= watched.truth <= watched.upper
            assert watched.lower <= watched.place.ahead <= watched.upper


@pytest.mark.parametrize("seed", range(30))
def test_looked_at_now_and_then_neither_is_more_than_what_can_be_ahead(seed: int) -> None:
    watched = Watched(seed, 1)
    for _ in range(60):
        for _ in range(1 + seed % 7):
            watched.book.step()
        if not watched.is_resting:
            break
        watched.look()
        assert 0 <= watched.truth <= watched.upper
        assert 0 <= watched.place.ahead <= watched.upper


def test_on_average_the_estimate_is_nearer_to_the_truth_than_the_most_that_can_be_ahead() -> None:
    off, off_by_bound, orders = D(0), D(0), 0
    for seed in range(150):
        watched = Watched(seed, 0)
        for _ in range(24):
            watched.book.step()
            if not watched.is_resting:
                break
            watched.look()
        else:
            off += watched.place.ahead - watched.truth
            off_by_bound += watched.upper - watched.truth
            orders += 1
    assert orders > 100
    assert abs(off) < off_by_bound / 2
