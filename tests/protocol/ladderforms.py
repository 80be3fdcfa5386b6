"""`sbd` frames of a book in every form of wire-facts 4, written from the documents and not from the decoder.

A form says how a row is spelt (`Spelling`), which rows there are (`rows_of`) and how they are sent (`Manner`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tests.store.bookmodel import Book

ACCOUNT = "DU1234567"
CONID = 265598
HALF = 16
"""Ticks above and below the middle of the window."""
MARGIN = 6
"""The window is put anew when the market comes so near to its end."""
Fields = dict[str, object]


def plain(price: Decimal) -> object:
    """As text, as the documents' `"price":"price"`."""
    return f"{price:.2f}"


def commas(price: Decimal) -> object:
    return f"{price:,.2f}"


def number(price: Decimal) -> object:
    return float(price)


def size_text(size: int) -> object:
    return str(size)


def size_commas(size: int) -> object:
    return f"{size:,}"


def size_number(size: int) -> object:
    return size


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one row is written."""

    topic: str = f"sbd+{ACCOUNT}+{CONID}"
    price: Callable[[Decimal], object] = plain
    size: Callable[[int], object] = size_text
    at: str = " @ "
    """Between size and price of the last trade; blank where the form has only its price."""
    blanks: bool = False
    """A side that holds nothing is told as `""`."""
    maker: bool = False
    """With `mm`, blank."""
    row: Callable[[int], object] | None = int
    """None: rows are not numbered."""


class Layout(StrEnum):
    """Which rows there are."""

    WINDOW = "every tick of a window, highest first"
    RISING = "every tick of a window, lowest first"
    LEVELS = "the levels alone, highest first"
    MAKERS = "the levels alone, a row for each order, as market makers are listed"


class Manner(StrEnum):
    """How rows are sent."""

    WHOLE = "all rows each time"
    SHUFFLED = "all rows each time, in any order"
    PARTS = "rows that changed"
    FIELDS = "fields of rows that changed"
    TORN = "rows that changed, in two frames"


@dataclass(slots=True)
class Sender:
    """A gateway that shows one book; remembers what it sent."""

    book: Book
    spelling: Spelling = field(default_factory=Spelling)
    layout: Layout = Layout.WINDOW
    manner: Manner = Manner.WHOLE
    top: int = 0
    sent: dict[int, Fields] = field(default_factory=dict)

    def frames(self) -> list[bytes]:
        """What there is to send now."""
        rows = dict(enumerate(self._rows()))
        before, self.sent = self.sent, rows
        if self.manner in (Manner.WHOLE, Manner.SHUFFLED) or not before:
            told = list(self._numbered(rows))
            return [self._frame(told[::2] + told[1::2] if self.manner is Manner.SHUFFLED else told)]
        changed: dict[int, Fields] = {n: row for n, row in rows.items() if row != before.get(n)}
        if self.manner is Manner.FIELDS:
            changed = {n: _difference(before.get(n), row) for n, row in changed.items()}
        changed |= {n: {"price": ""} for n in before if n not in rows}
        told = list(self._numbered(changed))
        cut = len(told) // 2 if self.manner is Manner.TORN else 0
        return [self._frame(part) for part in (told[:cut], told[cut:]) if part]

    def prices_in_sight(self) -> set[Decimal]:
        """Prices of the window now."""
        return {self.book.price(tick) for tick in self._ticks()}

    def _ticks(self) -> list[int]:
        low, high = self.book.best_bid, self.book.best_ask
        if self.layout not in (Layout.WINDOW, Layout.RISING):
            return sorted({*self.book.bids, *self.book.asks}, reverse=True)
        if not self.top or high > self.top - MARGIN or low < self.top - 2 * HALF + MARGIN:
            self.top = (low + high) // 2 + HALF
        ticks = list(range(self.top, self.top - 2 * HALF - 1, -1))
        return ticks[::-1] if self.layout is Layout.RISING else ticks

    def _rows(self) -> Iterator[Fields]:
        book = self.book
        for tick in self._ticks():
            bid, ask = book.shown(tick)
            if self.layout is not Layout.MAKERS:
                yield self._row(tick, bid, ask)
                continue
            for order in book.bids.get(tick, []):
                yield self._row(tick, order.size, 0)
            for order in book.asks.get(tick, []):
                yield self._row(tick, 0, order.size)

    def _row(self, tick: int, bid: int, ask: int) -> Fields:
        spelling, last = self.spelling, self.book.last
        price = spelling.price(self.book.price(tick))
        if tick == last.tick and spelling.at:
            price = f"{spelling.size(last.size)}{spelling.at}{price}"
        row: Fields = {"focus": int(tick == last.tick), "price": price}
        for name, size in (("bid", bid), ("ask", ask)):
            if size:
                row[name] = spelling.size(size)
            elif spelling.blanks:
                row[name] = ""
        if spelling.maker:
            row["mm"] = ""
        return row

    def _numbered(self, rows: dict[int, Fields]) -> Iterator[Fields]:
        for number, row in rows.items():
            yield row if self.spelling.row is None else {"row": self.spelling.row(number), **row}

    def _frame(self, rows: list[Fields]) -> bytes:
        return json.dumps({"topic": self.spelling.topic, "data": rows}).encode()


def _difference(before: Fields | None, row: Fields) -> Fields:
    """The fields that changed; a side that was told and is gone is told as blank."""
    if before is None or before["price"] != row["price"]:
        return row
    gone: Fields = {name: "" for name in before if name not in row}
    return gone | {name: value for name, value in row.items() if value != before.get(name)}


DOCUMENTS = Spelling()
SPELLINGS: dict[str, Spelling] = {
    "documents' rows": DOCUMENTS,
    "size@price without blanks": Spelling(at="@"),
    "price of the last trade alone": Spelling(at=""),
    "plain topic and numbers": Spelling(topic="sbd", price=number, size=size_number, at=""),
    "numbers with size @ price": Spelling(price=number, size=size_number),
    "commas": Spelling(price=commas, size=size_commas),
    "topic with exchange": Spelling(topic=f"sbd+{ACCOUNT}+{CONID}+NASDAQ"),
    "conid at exchange": Spelling(topic=f"sbd+{ACCOUNT}+{CONID}@NASDAQ"),
    "blank sides and mm": Spelling(blanks=True, maker=True),
    "row numbers as text": Spelling(row=str),
}
