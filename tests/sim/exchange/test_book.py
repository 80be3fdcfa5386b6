"""The order book against a list that is sorted anew each time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from ibtui.sim.exchange.book import Book, Resting


@dataclass
class Plain:
    """An order in the plain model of a book."""

    buy: bool
    ticks: int
    size: int
    number: int


class PlainBook:
    """Price-time priority by sorting a list."""

    def __init__(self) -> None:
        self.orders: list[Plain] = []

    def queue(self, buy: bool) -> list[Plain]:
        """Give one side in the order of its priority."""
        return sorted(
            (order for order in self.orders if order.buy is buy),
            key=lambda order: (-order.ticks if buy else order.ticks, order.number),
        )

    def sweep(self, buy: bool, limit: int, size: int) -> list[tuple[int, int]]:
        """Take from the other side; give (number, size) of each order hit."""
        hits: list[tuple[int, int]] = []
        for order in self.queue(not buy):
            if not size or (order.ticks > limit if buy else order.ticks < limit):
                break
            taken = min(size, order.size)
            order.size -= taken
            size -= taken
            hits.append((order.number, taken))
        self.orders = [order for order in self.orders if order.size]
        return hits

    def levels(self, buy: bool) -> list[tuple[int, int]]:
        """Give (price, size) best first."""
        sizes: dict[int, int] = {}
        for order in self.queue(buy):
            sizes[order.ticks] = sizes.get(order.ticks, 0) + order.size
        return list(sizes.items())


def note(hits: list[tuple[int, int]], hit: Resting[int], taken: int) -> None:
    """Remember that an order was hit."""
    assert hit.owner is not None
    hits.append((hit.owner, taken))


steps = st.tuples(
    st.sampled_from(["add", "sweep", "remove", "shrink"]), st.booleans(), st.integers(1, 200), st.integers(1, 50)
)


@given(st.lists(steps, max_size=60))
def test_the_book_does_what_a_sorted_list_does(actions: list[tuple[str, bool, int, int]]) -> None:
    book, plain = Book[int](), PlainBook()
    resting: dict[int, Resting[int]] = {}
    for number, (kind, buy, ticks, size) in enumerate(actions):
        if kind == "add":
            resting[number] = Resting(buy, ticks, size, number)
            book.side(buy).add(resting[number])
            plain.orders.append(Plain(buy, ticks, size, number))
        elif kind == "sweep":
            hits: list[tuple[int, int]] = []
            book.side(not buy).sweep(ticks, size, partial(note, hits))
            assert hits == plain.sweep(buy, ticks, size)
        elif plain.orders:
            chosen = plain.orders[ticks % len(plain.orders)]
            if kind == "remove":
                book.side(chosen.buy).remove(resting[chosen.number])
                plain.orders.remove(chosen)
            else:
                chosen.size = min(chosen.size, size)
                book.side(chosen.buy).shrink(resting[chosen.number], chosen.size)
        for side in (True, False):
            assert book.side(side).top(1000) == plain.levels(side)
            assert book.side(side).best == (plain.levels(side)[0][0] if plain.levels(side) else None)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30)), max_size=40))
def test_every_background_order_in_the_book_and_no_other_can_be_picked(actions: list[tuple[bool, int]]) -> None:
    book = Book[int]()
    for buy, ticks in actions:
        if buy:
            book.bids.add(Resting(True, ticks, ticks, None))
        else:
            book.bids.sweep(ticks, ticks, lambda hit, taken: None)
        queued = [resting for level in book.bids.levels.values() for resting in level.queue]
        assert sorted(map(id, book.bids.pool)) == sorted(map(id, queued))
        assert all(book.bids.pool[resting.slot] is resting for resting in queued)


def test_the_best_price_without_some_owners_is_found() -> None:
    book = Book[str]()
    book.bids.add(Resting(True, 10, 5, "a"))
    book.bids.add(Resting(True, 9, 5, "b"))
    book.bids.add(Resting(True, 9, 5, None))
    assert book.bids.best_without(["a"]) == 9
    assert book.bids.best_without(["b"]) == 10
    assert book.asks.best_without([]) is None
