"""Every form of `sbd` shows the same ladder for the same book: a random book replayed and compared at random stops."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest

from ibtui.domain.events import LadderRequested
from ibtui.protocol import frames
from ibtui.store import Store
from tests.protocol.ladderforms import CONID, DOCUMENTS, SPELLINGS, Layout, Manner, Sender, Spelling
from tests.store.bookmodel import Book

GENERATION = 4
SEEDS = (1, 2)
STEPS = 250
WINDOWS = (Layout.WINDOW, Layout.RISING)
Level = tuple[Decimal, Decimal | None, Decimal | None]


def replay(sender: Sender, store: Store, *, stops: random.Random) -> Iterator[None]:
    """Let the book live, a frame each few events; gives control where `stops` says so."""
    for _ in range(STEPS):
        for _ in range(stops.randint(1, 6)):
            sender.book.step()
        for raw in sender.frames():
            take(raw, store)
            if stops.random() < 0.1:
                yield


def take(raw: bytes, store: Store, generation: int = GENERATION) -> None:
    """Decode a frame as it comes and apply it."""
    frame = frames.decode_frame(raw, received=1.0, generation=generation)
    assert isinstance(frame, frames.LadderFrame)
    for event in frame.events:
        store.apply(event)


def shown(store: Store) -> list[Level]:
    """What the ladder shows, without its empty ticks."""
    assert store.market.ladder is not None
    rungs = store.market.ladder.rungs
    return [(rung.price, rung.bid_size, rung.ask_size) for rung in rungs if rung.bid_size or rung.ask_size]


def truth(sender: Sender) -> list[Level]:
    book, levels = sender.book, []
    for tick in sorted({*book.bids, *book.asks}, reverse=True):
        bid, ask = book.shown(tick)
        if book.price(tick) in sender.prices_in_sight():
            levels.append((book.price(tick), Decimal(bid) if bid else None, Decimal(ask) if ask else None))
    return levels


def marked(store: Store) -> list[tuple[Decimal, Decimal | None]]:
    assert store.market.ladder is not None
    return [(rung.price, rung.last_size) for rung in store.market.ladder.rungs if rung.is_last]


def last_trade(sender: Sender) -> list[tuple[Decimal, Decimal | None]]:
    """Where the form can show it: a form of levels alone has no row for a price nobody quotes."""
    last, has_size = sender.book.last, bool(sender.spelling.at)
    price = sender.book.price(last.tick)
    return [(price, Decimal(last.size) if has_size else None)] if price in sender.prices_in_sight() else []


def started(seed: int, spelling: Spelling, layout: Layout, manner: Manner) -> tuple[Sender, Store]:
    store = Store()
    store.apply(LadderRequested(CONID, GENERATION))
    return Sender(Book(seed), spelling, layout, manner), store


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("manner", [Manner.WHOLE, Manner.SHUFFLED, Manner.PARTS, Manner.FIELDS])
def test_every_spelling_of_a_window_shows_the_true_book_at_every_stop(name: str, manner: Manner) -> None:
    for seed in SEEDS:
        sender, store = started(seed, SPELLINGS[name], Layout.WINDOW, manner)
        for _ in replay(sender, store, stops=random.Random(seed)):
            assert shown(store) == truth(sender)
            assert marked(store) == last_trade(sender)


@pytest.mark.parametrize("layout", list(Layout))
def test_rows_in_any_order_and_number_show_the_true_book(layout: Layout) -> None:
    for seed in SEEDS:
        sender, store = started(seed, DOCUMENTS, layout, Manner.WHOLE)
        for _ in replay(sender, store, stops=random.Random(seed)):
            assert shown(store) == truth(sender)
            assert marked(store) == last_trade(sender)


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("manner", [Manner.PARTS, Manner.FIELDS])
def test_parts_by_row_show_the_true_book(layout: Layout, manner: Manner) -> None:
    for seed in SEEDS:
        sender, store = started(seed, DOCUMENTS, layout, manner)
        for _ in replay(sender, store, stops=random.Random(seed)):
            assert shown(store) == truth(sender)


@pytest.mark.parametrize("layout", [*WINDOWS, Layout.LEVELS])
def test_rows_without_numbers_show_the_true_book(layout: Layout) -> None:
    sender, store = started(5, Spelling(row=None), layout, Manner.WHOLE)
    for _ in replay(sender, store, stops=random.Random(5)):
        assert shown(store) == truth(sender)


@pytest.mark.parametrize("manner", [Manner.WHOLE, Manner.PARTS])
def test_late_frames_of_another_instrument_or_pointing_leave_the_true_book(manner: Manner) -> None:
    sender, store = started(1, DOCUMENTS, Layout.WINDOW, manner)
    other = Sender(Book(2), Spelling(topic="sbd+DU1234567+8314"), Layout.LEVELS, manner)
    older = Sender(Book(3), Spelling(topic="sbd"), Layout.RISING, manner)
    for _ in replay(sender, store, stops=random.Random(1)):
        for late in (other, older):
            late.book.step()
        for raw in other.frames():
            take(raw, store)
        for raw in older.frames():
            take(raw, store, GENERATION - 1)
        assert shown(store) == truth(sender)


@pytest.mark.parametrize("layout", WINDOWS)
def test_a_window_that_moves_in_two_frames_never_shows_a_size_at_a_wrong_price(layout: Layout) -> None:
    for seed in SEEDS:
        sender, store = started(seed, DOCUMENTS, layout, Manner.TORN)
        before, tops = [*truth(sender)], {sender.top}
        for _ in range(STEPS):
            sender.book.step()
            for raw in sender.frames():
                take(raw, store)
                assert {*shown(store)} <= {*before, *truth(sender)}
            assert shown(store) == truth(sender)
            before = truth(sender)
            tops.add(sender.top)
        assert len(tops) > 2
