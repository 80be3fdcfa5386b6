"""The book as it is on one exchange: the simulated one has a single book, of which every venue holds its share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from zlib import crc32

from ibtui.sim.exchange import Instrument, Level, Quote
from ibtui.sim.gateway.contracts.venues import valid_exchanges

SMART = "SMART"
_SAME = {"ISLAND": "NASDAQ"}
"""Two names of one exchange."""
_HOME = 5
_ELSEWHERE = (0, 0, 0, 1, 2)
"""Parts of a level that lie on the listing exchange, and that may lie on another."""


@dataclass(frozen=True, slots=True)
class DeepBook:
    """Quote and levels of one instrument at one moment, best levels first."""

    quote: Quote
    bids: Sequence[Level]
    asks: Sequence[Level]


def lists(instrument: Instrument, exchange: str) -> bool:
    """Whether the instrument trades on an exchange; SMART, or none, is all of them together."""
    return exchange in ("", SMART) or exchange in valid_exchanges(instrument).split(",")


def on_exchange(book: DeepBook, instrument: Instrument, exchange: str) -> DeepBook:
    """What of a book lies on one exchange; all venues' shares of a level together are the level."""
    venues = _venues(instrument)
    if exchange in ("", SMART) or len(venues) == 1:
        return book
    index = venues.index(_SAME.get(exchange, exchange))
    bids = _shared(book.bids, instrument, venues, index)
    return DeepBook(book.quote, bids, _shared(book.asks, instrument, venues, index))


def _venues(instrument: Instrument) -> tuple[str, ...]:
    """Its exchanges, the listing one first."""
    names = [_SAME.get(name, name) for name in valid_exchanges(instrument).split(",") if name != SMART]
    return tuple(dict.fromkeys((instrument.exchange, *names)))


def _shared(levels: Sequence[Level], instrument: Instrument, venues: tuple[str, ...], index: int) -> list[Level]:
    """A venue's part of each level in whole units; the first venue holds what is left over."""
    unit, found = instrument.size_increment, list[Level]()
    for level in levels:
        parts, units = _parts(venues, level.price), int(level.size / unit)
        shares = [units * part // sum(parts) for part in parts]
        if size := shares[index] if index else units - sum(shares[1:]):
            found.append(Level(level.price, unit * size))
    return found


@lru_cache(maxsize=4096)
def _parts(venues: tuple[str, ...], price: Decimal) -> tuple[int, ...]:
    """How a level is dealt out: the same at a price whatever its size."""
    others = [_ELSEWHERE[crc32(f"{venue}:{price}".encode()) % len(_ELSEWHERE)] for venue in venues[1:]]
    return (_HOME, *others)
