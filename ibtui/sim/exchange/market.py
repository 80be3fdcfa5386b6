"""One instrument's market: its book, its tape and the flow that moves them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange.book import Book, BookSide, Resting
from ibtui.sim.exchange.crowd import Crowd
from ibtui.sim.exchange.flow import Flow
from ibtui.sim.exchange.history import History
from ibtui.sim.exchange.sessions import Phase, Sessions
from ibtui.sim.exchange.tape import Tape
from ibtui.sim.exchange.terms import Side
from ibtui.sim.exchange.types import Instrument, Level, Quote, Trade

if TYPE_CHECKING:
    from ibtui.sim.exchange.combos import ComboMarket
    from ibtui.sim.exchange.orders import Order


Filled = Callable[["Order", int, int], None]
"""Told the price in ticks and the units when a user's resting order is hit."""


class Market:
    """Trading in one instrument; prices are ticks and sizes units of the instrument's increments."""

    def __init__(
        self,
        instrument: Instrument,
        sessions: Sessions,
        flow: Flow,
        *,
        seed: int,
        start_ms: int,
    ) -> None:
        self.instrument = instrument
        self.sessions = sessions
        self.phase = sessions.phase(start_ms)
        self.book: Book[Order] = Book()
        self.tape = Tape()
        self.flow = flow
        self.flow.enter(self.phase)
        self.crowd = Crowd(self.book, self.flow, self.execute)
        self.filled: Filled = lambda order, ticks, units: None
        self._half_increment = instrument.increment / 2
        self.stops: list[Order] = []
        """Users' orders that wait for the last price."""
        self.pegs: list[Order] = []
        """Users' orders that follow the book."""
        self.waiting: list[Order] = []
        """Users' orders outside the book that are tried again at every move."""
        self.combos: list[ComboMarket] = []
        """Combinations this market is a leg of."""
        self.printed = False
        """A trade happened since the venue last looked."""
        self.halted = False
        """Nothing trades until it is resumed, or its session changes."""
        fair = self.flow.fair(start_ms)
        self.history = History(instrument, seed, sessions, start_ms, round(fair))
        self.prior_close = int(instrument.start_price / instrument.increment)
        self.tape.seed([segment.bar for segment in self.history.today.segments], start_ms)
        self._official_close = self.history.today_close
        self._make_book(fair)
        self.next_time = self.flow.next_time(start_ms)
        self._shown = self.top()

    def step(self, now: float) -> float:
        """Carry out the event due `now`; give the time of the next."""
        if not self.halted:
            self.crowd.act(now)
        self.next_time = self.flow.next_time(now)
        return self.next_time

    def enter(self, phase: Phase, now: float) -> None:
        """Begin another phase; after a closed one the book is made anew round the fair price of the moment."""
        was_closed = self.phase is Phase.CLOSED
        if self.phase is Phase.REGULAR:
            self._official_close = self.tape.last
        self.phase = phase
        self.set_halted(False)
        self.flow.enter(phase)
        if was_closed:
            self.flow.skip(now)
            self.crowd.leave()
            self._make_book(self.flow.fair(now))
        self.next_time = self.flow.next_time(now)

    def begin_day(self) -> None:
        """Begin a trading day: the last regular price becomes the prior close, statistics start again."""
        if self.phase is Phase.REGULAR:
            self._official_close = self.tape.last
        if self._official_close is not None:
            self.prior_close = self._official_close
        self.tape.begin_day()

    def auction(self, now: float) -> int:
        """Open the regular session with one print at the middle of the book; give its price."""
        bid, ask = self.book.bids.best, self.book.asks.best
        ticks = (bid + ask) // 2 if bid is not None and ask is not None else round(self.flow.fair(now))
        self.print(now, ticks, sum(self.flow.size() for _ in range(8)), True)
        return ticks

    def closing(self) -> int:
        """Give the last price of the regular session that has just ended."""
        return self.last() if self._official_close is None else self._official_close

    def set_halted(self, halted: bool) -> None:
        """Halt the market, and the combinations it is a leg of, or let it trade on."""
        self.halted = halted
        for combo in self.combos:
            combo.follow_legs()

    def shift(self, ticks: int, now: float) -> None:
        """Move fair price, background orders and last trade by so many ticks; what users have in the way is filled."""
        self.crowd.shift(ticks, now)

    def available(self, buy: bool, limit: int | None) -> int:
        """Give how many units an incoming order could get at once."""
        side = self.book.side(not buy)
        levels = side.levels.items()
        return sum(level.size for ticks, level in levels if limit is None or (ticks - limit) * side.step <= 0)

    def execute(self, buy: bool, limit: int | None, units: int, now: float) -> list[tuple[int, int]]:
        """Match an incoming order; give its fills by price, none while the market is halted."""
        if self.halted:
            return []
        prints = self.book.side(not buy).sweep(limit, units, self._hit)
        for ticks, size in prints:
            self.print(now, ticks, size, buy)
        return prints

    def print(self, now: float, ticks: int, size: int, buy: bool) -> None:
        """Put a trade on the tape."""
        self.printed = True
        self.tape.add(int(now), ticks, size, buy, self.phase is Phase.REGULAR)

    def top(self) -> tuple[int | None, int, int | None, int]:
        """Give bid, its size, ask, its size."""
        bids, asks = self.book.bids, self.book.asks
        bid, ask = bids.best, asks.best
        return (
            bid,
            0 if bid is None else bids.levels[bid].size,
            ask,
            0 if ask is None else asks.levels[ask].size,
        )

    def moved(self) -> bool:
        """Tell, once, whether the top of the book or the tape changed since the last time this was asked."""
        top = self.top()
        if top == self._shown and not self.printed:
            return False
        self._shown = top
        self.printed = False
        return True

    def price(self, ticks: int) -> Decimal:
        """Turn ticks into a price."""
        return self.instrument.increment * ticks

    def last(self) -> int:
        """Give the last price, or the prior close before there is one."""
        return self.prior_close if self.tape.last is None else self.tape.last

    def mark(self) -> Decimal:
        """Give the middle of bid and ask, else last, else prior close."""
        bid, ask = self.book.bids.best, self.book.asks.best
        if bid is not None and ask is not None:
            return self._half_increment * (bid + ask)
        return self._half_increment * (2 * self.last())

    def quote(self) -> Quote:
        """Give the quote as of now."""
        unit, tape, day = self.instrument.size_increment, self.tape, self.tape.day
        bid, bid_size, ask, ask_size = self.top()
        return Quote(
            conid=self.instrument.conid,
            bid=self._maybe(bid),
            bid_size=unit * bid_size,
            ask=self._maybe(ask),
            ask_size=unit * ask_size,
            last=self._maybe(tape.last),
            last_size=unit * tape.last_size,
            last_time_ms=tape.last_time_ms,
            open=self._maybe(day.open),
            high=self._maybe(day.high),
            low=self._maybe(day.low),
            prior_close=self.price(self.prior_close),
            volume=unit * day.volume,
            vwap=self._vwap(),
            halted=self.halted,
            mark=self.mark(),
        )

    def depth(self, levels: int) -> tuple[list[Level], list[Level]]:
        """Give bids and asks, best first."""
        return self._levels(self.book.bids, levels), self._levels(self.book.asks, levels)

    def trades(self, limit: int) -> list[Trade]:
        """Give the last prints, newest last."""
        unit, conid = self.instrument.size_increment, self.instrument.conid
        prints = list(self.tape.prints)[-limit:] if limit > 0 else []
        return [
            Trade(conid, p.time_ms, self.price(p.ticks), unit * p.size, Side.BUY if p.buy else Side.SELL)
            for p in prints
        ]

    def _maybe(self, ticks: int | None) -> Decimal | None:
        return None if ticks is None else self.price(ticks)

    def _vwap(self) -> Decimal | None:
        day = self.tape.day
        if not day.volume:
            return None
        increment = self.instrument.increment
        return (increment * day.notional / day.volume).quantize(increment / 100)

    def _levels(self, side: BookSide[Order], levels: int) -> list[Level]:
        unit = self.instrument.size_increment
        return [Level(self.price(ticks), unit * size) for ticks, size in side.top(levels)]

    def _make_book(self, fair: float) -> None:
        self.crowd.fill_book(fair)

    def _hit(self, resting: Resting[Order], units: int) -> None:
        if resting.owner is not None:
            self.filled(resting.owner, resting.ticks, units)


class IndexMarket(Market):
    """An index: a level computed from another market, printed without volume, with no book to trade in."""

    _source: Market
    _source_start: Decimal

    def follow(self, source: Market) -> None:
        """Take the level from the fund or future that tracks the index."""
        self._source = source
        self._source_start = source.instrument.start_price

    def step(self, now: float) -> float:
        """Compute the level anew and print it when it changed."""
        ratio = self._source.mark() / self._source_start
        ticks = round(self.instrument.start_price * ratio / self.instrument.increment)
        if ticks != self.tape.last:
            self.print(now, ticks, 0, True)
        self.next_time = self.flow.next_time(now)
        return self.next_time

    def _make_book(self, fair: float) -> None:
        """Keep the book empty."""
