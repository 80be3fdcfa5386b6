"""Own resting orders followed through the store: from frames of orders, quotes and the ladder to an estimate."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from ibtui.domain.depth import level_at
from ibtui.domain.events import LadderReceived, LadderRequested, OrderReceived, QuoteReceived, StreamsLost
from ibtui.domain.market import Rung
from ibtui.domain.orders import OrderStatus
from ibtui.domain.queueing import QueueEstimate
from ibtui.domain.tickets import Side
from ibtui.store import Store
from ibtui.store.queue import SETTLE_SECONDS
from tests.store.bookmodel import Book

AAPL = 265598
D = Decimal


def rung_of(book: Book, tick: int) -> Rung:
    bid, ask = book.shown(tick)
    return Rung(book.price(tick), D(bid) if bid else None, D(ask) if ask else None)


class Desk:
    """A store whose ladder shows bids at 10.00 and 9.99 and an ask at 10.01, frame by frame."""

    def __init__(self, exchange: str = "") -> None:
        self.store = Store()
        self.now = 100.0
        self.generation = 1
        self.volume = 1000
        self.store.apply(LadderRequested(AAPL, 1, exchange))
        self.trade(10.0, 1)

    def point(self, conid: int = AAPL) -> None:
        self.generation += 1
        self.store.apply(LadderRequested(conid, self.generation))

    def show(self, size: int, *, after: float = 0.25) -> None:
        """A ladder frame with this size bid at 10.00."""
        self.now += after
        rows = {0: Rung(D("10.01"), ask_size=D(70)), 1: Rung(D(10), bid_size=D(size)), 2: Rung(D("9.99"))}
        self.store.apply(LadderReceived(AAPL, self.generation, rows, self.now))

    def show_book(self, book: Book) -> None:
        """A ladder frame of the book."""
        ticks = range(book.best_ask + 12, book.best_bid - 13, -1)
        rows = {row: rung_of(book, tick) for row, tick in enumerate(ticks)}
        self.now += 0.1
        self.store.apply(LadderReceived(AAPL, self.generation, rows, self.now, is_whole=True))

    def shown_at(self, price: Decimal) -> Decimal:
        """The size bid at a price as the ladder shows it."""
        assert self.store.market.ladder is not None
        rung = level_at(self.store.market.ladder.rungs, price)
        return D(0) if rung is None or rung.bid_size is None else rung.bid_size

    @property
    def is_fresh(self) -> bool:
        """The newest frame was one of the ladder."""
        return self.store.market.ladder is not None and self.store.market.ladder.received == self.now

    def order(self, order_id: int = 1, *, price: str = "10.00", **changes: object) -> None:
        told: dict[str, object] = {"conid": AAPL, "side": Side.BUY, "order_type": "Limit", "limit_price": D(price)}
        told |= {"quantity": D(100), "remaining": D(100), "filled": D(0), "status": OrderStatus.SUBMITTED}
        self.store.apply(OrderReceived(order_id, told | changes, self.now))

    def trade(self, price: float, size: int) -> None:
        self.volume += size
        changes = {"last": D(str(price)), "last_size": D(size), "bid": D(10), "ask": D("10.01")}
        self.store.apply(QuoteReceived(AAPL, changes | {"volume": D(self.volume)}, self.now))

    def settle(self, size: int) -> None:
        for _ in range(3):
            self.show(size)

    @property
    def ahead(self) -> Decimal | None:
        estimate = self.store.market.queue.get(1)
        return None if estimate is None else estimate.ahead

    @property
    def saw_join(self) -> bool:
        return self.store.market.queue[1].saw_join


@pytest.fixture
def desk() -> Desk:
    """With an own order of 100 that came behind 300."""
    desk = Desk()
    desk.show(300)
    desk.order()
    desk.settle(400)
    return desk


def test_an_order_that_came_behind_what_was_shown(desk: Desk) -> None:
    assert desk.store.market.queue == {1: QueueEstimate(1, D(10), D(300))}


def test_the_size_is_given_time_to_hold_the_own_order() -> None:
    desk = Desk()
    desk.show(300)
    desk.order()
    desk.show(300)
    assert desk.ahead is None
    desk.show(700, after=SETTLE_SECONDS)
    assert desk.ahead == 300


def test_orders_that_come_later_stand_behind(desk: Desk) -> None:
    desk.show(900)
    assert desk.ahead == 300


def test_a_trade_at_the_price_takes_from_the_front(desk: Desk) -> None:
    desk.show(900)
    desk.trade(10.0, 60)
    desk.show(840)
    assert desk.ahead == 240


def test_a_trade_on_the_other_side_takes_nothing(desk: Desk) -> None:
    desk.show(900)
    desk.trade(10.01, 60)
    desk.show(900)
    assert desk.ahead == 300


def test_a_trade_while_the_order_comes_shortens_the_queue_it_joins() -> None:
    desk = Desk()
    desk.show(300)
    desk.order()
    desk.trade(10.0, 100)
    desk.settle(700)
    assert desk.ahead == 200


def test_what_a_trade_took_of_own_orders_it_did_not_take_of_others(desk: Desk) -> None:
    desk.show(700)
    desk.order(2)
    desk.settle(800)
    assert desk.store.market.queue[2].ahead == 600
    desk.trade(10.0, 400)
    desk.order(1, status=OrderStatus.FILLED, filled=D(100), remaining=D(0))
    desk.settle(400)
    assert desk.store.market.queue[2].ahead == 300


def test_another_own_order_is_not_taken_for_a_cancellation_while_it_comes_or_goes(desk: Desk) -> None:
    desk.show(900)
    desk.order(2)
    desk.show(900)
    desk.settle(1000)
    assert desk.ahead == 300
    desk.order(2, status=OrderStatus.CANCELLED)
    desk.show(1000)
    desk.settle(900)
    assert desk.ahead == 300


def test_even_while_own_orders_change_it_is_not_more_than_others_show(desk: Desk) -> None:
    desk.order(2)
    desk.show(250)
    assert desk.ahead == 50


def test_a_cancellation_is_shared_out(desk: Desk) -> None:
    desk.show(700)
    desk.show(400)
    assert desk.ahead == 150


def test_it_is_never_more_than_others_show(desk: Desk) -> None:
    desk.show(130)
    assert desk.ahead == 30


def test_a_fill_of_the_order_shows_that_nothing_is_ahead(desk: Desk) -> None:
    desk.order(filled=D(40), remaining=D(60))
    desk.show(360)
    assert desk.ahead == 0


def test_an_order_that_was_there_before_the_ladder_is_behind_all_others_at_most() -> None:
    desk = Desk()
    desk.order()
    desk.show(400)
    assert desk.ahead == 300
    assert not desk.saw_join


def test_an_order_told_late_that_was_in_the_size_before_is_not_taken_for_new() -> None:
    desk = Desk()
    desk.show(400)
    desk.order()
    desk.settle(400)
    assert desk.ahead == 300
    assert not desk.saw_join


def test_another_price_or_a_larger_size_is_a_new_place(desk: Desk) -> None:
    desk.show(900)
    desk.order(quantity=D(200), remaining=D(200))
    desk.settle(1000)
    assert desk.ahead == 800
    desk.order(price="9.99", quantity=D(200), remaining=D(200))
    desk.settle(800)
    assert desk.ahead is None


def test_a_smaller_size_keeps_the_place(desk: Desk) -> None:
    desk.show(900)
    desk.order(quantity=D(50), remaining=D(50))
    desk.settle(850)
    assert desk.ahead == 300


def test_another_own_order_that_goes_is_no_cancellation_of_others(desk: Desk) -> None:
    desk.order(2)
    desk.settle(500)
    desk.order(2, status=OrderStatus.CANCELLED)
    desk.settle(400)
    assert desk.ahead == 300
    assert list(desk.store.market.queue) == [1]


def test_sizes_in_other_units_than_the_order_give_no_estimate() -> None:
    desk = Desk()
    desk.show(3)
    desk.order()
    desk.settle(4)
    assert desk.ahead is None


def test_an_order_out_of_the_ladders_reach_has_no_estimate() -> None:
    desk = Desk()
    desk.show(300)
    desk.order(price="9.50")
    desk.settle(300)
    assert desk.ahead is None


def test_an_order_that_is_done_has_none(desk: Desk) -> None:
    desk.order(status=OrderStatus.FILLED, filled=D(100), remaining=D(0))
    desk.show(300)
    assert desk.ahead is None


def test_after_a_lost_stream_the_place_is_the_most_that_can_be_ahead(desk: Desk) -> None:
    desk.show(700)
    desk.store.apply(StreamsLost())
    desk.point()
    desk.show(400)
    assert desk.ahead == 300
    assert not desk.saw_join


def test_a_place_that_was_out_of_sight_is_the_most_that_can_be_ahead(desk: Desk) -> None:
    desk.show(700)
    desk.now += 0.25
    far = {0: Rung(D("10.20")), 1: Rung(D("10.19"), bid_size=D(5)), 2: Rung(D("10.18"))}
    desk.store.apply(LadderReceived(AAPL, desk.generation, far, desk.now))
    assert desk.store.market.queue == {}
    desk.show(400)
    assert desk.ahead == 300
    assert not desk.saw_join


def test_another_instruments_ladder_forgets_the_place(desk: Desk) -> None:
    desk.point(8314)
    assert desk.store.market.queue == {}
    desk.point()
    desk.show(900)
    assert desk.ahead == 800


def test_in_the_book_of_one_exchange_only_orders_directed_to_it_have_a_place() -> None:
    desk = Desk("ARCA")
    desk.show(300)
    desk.order(1, conidex=f"{AAPL}")
    desk.order(2, conidex=f"{AAPL}@ARCA")
    desk.settle(400)
    assert list(desk.store.market.queue) == [2]


@pytest.mark.parametrize("seed", range(12))
def test_in_a_living_book_it_is_never_negative_and_never_more_than_others_show(seed: int) -> None:
    book, desk, chance = Book(seed), Desk(), random.Random(seed)
    tick = book.best_bid
    number = book.add(tick, 300, is_buy=True)
    book.own = frozenset({number})
    seen = 0
    for _ in range(120):
        known = len(book.trades)
        book.step()
        left = next((order.size for order in book.bids.get(tick, []) if order.number == number), 0)
        if not left:
            break
        desk.now += 0.1
        if chance.random() < 0.7:
            desk.order(price=str(book.price(tick)), quantity=D(300), remaining=D(left), filled=D(300 - left))
        if len(book.trades) > known and chance.random() < 0.7:
            desk.trade(float(book.price(book.last.tick)), book.last.size)
        if chance.random() < 0.7:
            desk.show_book(book)
        estimate = desk.store.market.queue.get(1)
        told = desk.store.orders.orders.get(1)
        if estimate is not None and told is not None and told.remaining is not None and desk.is_fresh:
            assert 0 <= estimate.ahead <= max(D(0), desk.shown_at(book.price(tick)) - told.remaining)
            seen += 1
    assert seen
