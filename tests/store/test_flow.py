"""Trades seen in the stream of quotes, counted by price: what was not seen is not invented."""

from __future__ import annotations

import json
import random
from decimal import Decimal

import pytest

from ibtui.domain.events import FlowWanted, LadderRequested, QuoteReceived, QuotesSilenced, StreamsLost
from ibtui.domain.flow import PRICES_KEPT, PRINTS_KEPT, Aggressor, Flow, Traded
from ibtui.protocol import frames
from ibtui.store import Store
from ibtui.store.flow import GAP_SECONDS, INSTRUMENTS_KEPT
from tests.store.bookmodel import Book

AAPL = 265598
D = Decimal
Value = str | int


class Streamed:
    """A store with one instrument on the ladder, told of it frame by frame, half a second apart."""

    def __init__(self) -> None:
        self.store = Store()
        self.now = 100.0
        self.store.apply(LadderRequested(AAPL, 1))

    def tell(self, *, after: float = 0.5, from_stream: bool = True, **fields: Value) -> None:
        self.now += after
        changes = {name: D(value) for name, value in fields.items()}
        self.store.apply(QuoteReceived(AAPL, changes, self.now, from_stream))

    def tell_all(self) -> None:
        self.tell(last="10.00", last_size=5, bid="9.99", ask="10.01", volume=1000)

    @property
    def flow(self) -> Flow:
        return self.store.market.flows[AAPL]

    @property
    def at(self) -> dict[str, Traded]:
        return {str(price): traded for price, traded in self.flow.at.items()}


@pytest.fixture
def streamed() -> Streamed:
    streamed = Streamed()
    streamed.tell_all()
    return streamed


def test_the_first_frame_is_where_counting_begins(streamed: Streamed) -> None:
    streamed.tell_all()
    assert (streamed.flow.since, streamed.at, streamed.flow.prints) == (100.5, {}, ())


def test_a_trade_is_counted_at_its_price_and_side(streamed: Streamed) -> None:
    streamed.tell(last="10.01", last_size=20, volume=1020)
    streamed.tell(last="9.99", last_size=7, volume=1027)
    assert streamed.at == {"10.01": Traded(bought=D(20)), "9.99": Traded(sold=D(7))}
    assert [(one.size, one.aggressor) for one in streamed.flow.prints] == [
        (D(20), Aggressor.BUY),
        (D(7), Aggressor.SELL),
    ]


def test_the_quote_that_stood_before_the_trade_tells_its_side(streamed: Streamed) -> None:
    streamed.tell(last="10.01", last_size=20, volume=1020, bid="10.01", ask="10.02")
    assert streamed.at == {"10.01": Traded(bought=D(20))}


def test_a_volume_that_comes_after_its_trade_is_not_counted_again(streamed: Streamed) -> None:
    streamed.tell(last="10.01", last_size=20)
    streamed.tell(volume=1020)
    assert streamed.at == {"10.01": Traded(bought=D(20))}
    streamed.tell(volume=1025)
    assert streamed.at["10.01"].total == 25


def test_without_any_volume_another_price_or_size_is_a_trade() -> None:
    streamed = Streamed()
    streamed.tell(last="10.00", last_size=5)
    streamed.tell(last="10.01", last_size=6)
    streamed.tell(bid="10.00")
    assert streamed.at == {"10.01": Traded(bought=D(6))}


@pytest.mark.parametrize("gap", [StreamsLost(), QuotesSilenced((AAPL,))])
def test_what_was_traded_while_the_stream_was_away_has_no_price(
    streamed: Streamed, gap: StreamsLost | QuotesSilenced
) -> None:
    streamed.store.apply(gap)
    streamed.tell(last="10.05", last_size=50, volume=90_000, bid="10.04", ask="10.06")
    assert (streamed.at, streamed.flow.unplaced) == ({}, D(89_000))
    streamed.tell(last="10.06", last_size=3, volume=90_003)
    assert streamed.at == {"10.06": Traded(bought=D(3))}


def test_after_a_gap_a_field_that_comes_late_is_no_trade_either(streamed: Streamed) -> None:
    streamed.store.apply(StreamsLost())
    streamed.tell(bid="10.04")
    streamed.tell(volume=5_000)
    streamed.tell(last="10.05", last_size=50)
    assert (streamed.at, streamed.flow.unplaced) == ({}, D(4_000))


def test_after_a_gap_a_volume_that_comes_with_a_trade_has_no_price_either(streamed: Streamed) -> None:
    streamed.store.apply(StreamsLost())
    streamed.tell(last="10.04")
    streamed.tell(last="10.05", last_size=50, volume=5_000)
    assert (streamed.at, streamed.flow.unplaced) == ({}, D(4_000))


def test_after_a_long_silence_only_the_last_trade_is_believed(streamed: Streamed) -> None:
    streamed.tell(after=GAP_SECONDS + 1, last="10.01", last_size=20, volume=1020)
    streamed.tell(after=GAP_SECONDS + 1, last="10.02", last_size=20, volume=5000)
    assert (streamed.at, streamed.flow.unplaced) == ({"10.01": Traded(bought=D(20))}, D(3980))


def test_a_snapshot_is_no_trade(streamed: Streamed) -> None:
    streamed.tell(last="10.01", last_size=20, volume=1020, from_stream=False)
    assert streamed.at == {}


def test_a_previous_close_in_place_of_the_last_price_is_no_trade(streamed: Streamed) -> None:
    changes = {"last": D("9.50"), "last_is_close": True, "volume": D(1010)}
    streamed.store.apply(QuoteReceived(AAPL, changes, 101.0))
    assert (streamed.at, streamed.flow.unplaced) == ({}, D(10))


def test_a_rounded_volume_is_no_count_of_trades() -> None:
    streamed = Streamed()
    streamed.tell(last="10.00", last_size=5, bid="9.99", ask="10.01", volume=24_200_000)
    streamed.tell(volume=24_300_000)
    streamed.tell(last="10.01", last_size=6)
    assert streamed.at == {"10.01": Traded(bought=D(6))}


def test_another_day_begins_with_nothing_traded_and_a_correction_takes_nothing_away(streamed: Streamed) -> None:
    streamed.tell(last="10.01", last_size=20, volume=1020)
    streamed.tell(volume=1015)
    assert streamed.at == {"10.01": Traded(bought=D(20))}
    streamed.tell(after=1, volume=3)
    assert (streamed.at, streamed.flow.since) == ({}, streamed.now)
    streamed.tell(last="10.02", last_size=4, volume=7)
    assert streamed.at == {"10.02": Traded(bought=D(4))}


def test_an_instrument_that_was_on_no_ladder_is_not_counted() -> None:
    store = Store()
    store.apply(QuoteReceived(1, {"last": D(5), "volume": D(1)}, 1.0))
    assert 1 not in store.market.flows
    store.apply(FlowWanted((1,)))
    assert 1 not in store.market.flows
    store.apply(QuoteReceived(1, {"last": D(6), "last_size": D(2)}, 2.0))
    assert store.market.flows[1].at == {D(6): Traded(bought=D(2))}


def test_only_the_instruments_wanted_last_are_kept() -> None:
    store = Store()
    for conid in range(1, INSTRUMENTS_KEPT + 3):
        store.apply(FlowWanted((1, conid)))
        store.apply(QuoteReceived(conid, {"last": D(5)}, 1.0))
    store.apply(QuoteReceived(1, {"last": D(5)}, 1.0))
    assert len(store.market.flows) == INSTRUMENTS_KEPT
    assert {1, INSTRUMENTS_KEPT + 2} <= set(store.market.flows)
    assert 2 not in store.market.flows


def test_memory_is_bounded_and_what_is_forgotten_stays_counted() -> None:
    streamed = Streamed()
    streamed.tell_all()
    for tick in range(1, PRICES_KEPT + 501):
        streamed.tell(last=f"{D(tick) / 100 + 10}", last_size=1, volume=1000 + tick)
    flow = streamed.flow
    assert (len(flow.at), len(flow.prints)) == (PRICES_KEPT, PRINTS_KEPT)
    assert sum((traded.total for traded in flow.at.values()), flow.unplaced) == PRICES_KEPT + 500
    assert flow.prints[-1].price == D(PRICES_KEPT + 500) / 100 + 10


def test_the_same_flow_is_given_until_something_is_traded(streamed: Streamed) -> None:
    before = streamed.flow
    streamed.tell(bid="9.98")
    assert streamed.flow is before
    streamed.tell(last="10.01", last_size=1, volume=1001)
    assert streamed.flow is not before
    assert before.at == {}


def smd(book: Book) -> bytes:
    """A whole frame of what `smd` tells of the book."""
    last = book.last
    fields = {"31": f"{book.price(last.tick)}", "7059": f"{last.size:,}", "7762": str(book.volume)}
    fields |= {"84": f"{book.price(book.best_bid)}", "86": f"{book.price(book.best_ask)}"}
    return json.dumps({"topic": f"smd+{AAPL}", "conid": AAPL, "conidEx": str(AAPL), **fields}).encode()


def hear(store: Store, raw: bytes, received: float) -> None:
    frame = frames.decode_frame(raw, received=received)
    assert isinstance(frame, frames.MarketFrame)
    for event in frame.events:
        store.apply(event)


@pytest.mark.parametrize("seed", range(5))
def test_with_a_frame_after_each_order_no_side_is_guessed_wrong(seed: int) -> None:
    book, store, now = Book(seed), Store(), 10.0
    store.apply(LadderRequested(AAPL, 1))
    hear(store, smd(book), now)
    truth: dict[Decimal, Traded] = {}
    for _ in range(400):
        known = len(book.trades)
        book.step()
        now += 0.1
        for trade in book.trades[known:]:
            price, side = book.price(trade.tick), Aggressor.BUY if trade.is_buy else Aggressor.SELL
            truth[price] = truth.get(price, Traded()).plus(D(trade.size), side)
        hear(store, smd(book), now)
    at = store.market.flows[AAPL].at
    assert sum(traded.total for traded in at.values()) == sum(traded.total for traded in truth.values()) > 0
    for price, traded in at.items():
        assert traded.bought <= truth[price].bought
        assert traded.sold <= truth[price].sold


@pytest.mark.parametrize("seed", range(5))
def test_however_seldom_frames_come_every_unit_is_counted_once(seed: int) -> None:
    book, store, now = Book(seed), Store(), 10.0
    chance = random.Random(seed)
    store.apply(LadderRequested(AAPL, 1))
    hear(store, smd(book), now)
    begun = book.volume
    for _ in range(300):
        for _ in range(chance.randint(1, 9)):
            book.step()
        now += chance.choice((0.1, 0.5, 3.0, 60.0))
        if chance.random() < 0.05:
            store.apply(StreamsLost())
        hear(store, smd(book), now)
        flow = store.market.flows[AAPL]
        assert sum((traded.total for traded in flow.at.values()), flow.unplaced) == book.volume - begun
