"""What a test does to one market: it moves, halts or hurries it; everything passes through the book and its orders."""

from __future__ import annotations

from functools import partial

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.desk import Desk
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.sessions import Phase

STEP_MS = 20
"""Least simulated time between two steps of a move; a faster one takes several ticks at a step."""
MOST_MS = 3_600_000
"""Longest move."""


class Forces:
    """Acts on the markets of one exchange by the simulated clock; a conid that is not there is a KeyError."""

    def __init__(self, board: Board, desk: Desk) -> None:
        self._board = board
        self._venue = board.venue
        self._desk = desk
        self._turns: dict[int, int] = {}
        self._ends: dict[int, int] = {}

    def move(self, conid: int, ticks: int, ms: int) -> None:
        """Move the whole market by so many ticks in so many milliseconds, step by step, from the next `advance` on.

        Fair price, background orders and last trades go along; users' orders that are passed are filled at their own
        prices. A move takes the place of one under way and ends when the market halts or closes. ValueError where it
        can not be.
        """
        market = self._venue.markets[conid]
        self._check(market, ticks, ms)
        self.stop(conid)
        turn, now = self._turns[conid], self._venue.now
        steps = min(abs(ticks), max(ms // STEP_MS, 1))
        for number in range(1, steps + 1):
            part = ticks * number // steps - ticks * (number - 1) // steps
            self._venue.at(now + ms * number / steps, partial(self._step, market, part, turn))
        self._ends[conid] = int(now) + ms

    def stop(self, conid: int) -> None:
        """End the move under way, if there is one."""
        self._turns[conid] = self._turns.get(conid, 0) + 1
        self._ends.pop(conid, None)

    def moves_until(self, conid: int) -> int | None:
        """Give when the move under way ends, Unix ms; None where there is none."""
        end = self._ends.get(conid)
        return None if end is None or end < self._venue.now_ms else end

    def halt(self, conid: int) -> None:
        """Let nothing trade in a market until it is resumed or its session changes; orders and cancels are taken."""
        market = self._tradable(conid)
        self.stop(conid)
        market.set_halted(True)
        self._venue.publish(market)

    def resume(self, conid: int) -> None:
        """Let a halted market trade on, and the orders that came meanwhile go to work."""
        market = self._tradable(conid)
        market.set_halted(False)
        self._venue.react(market)
        for each in (market, *market.combos):
            for order in self._board.of_market(each):
                self._desk.activate(order)

    def hurry(self, conid: int, rate: float) -> None:
        """Multiply the background orders of one market: its book changes so many times as often."""
        market = self._tradable(conid)
        if not rate > 0:
            raise ValueError("the rate must be more than 0")
        market.flow.hurry = rate
        market.next_time = market.flow.next_time(self._venue.now)
        self._venue.reschedule()

    def _step(self, market: Market, ticks: int, turn: int) -> None:
        if self._turns[market.instrument.conid] != turn or market.phase is Phase.CLOSED:
            return
        market.shift(ticks, self._venue.now)
        if market.moved():
            self._venue.react(market)

    def _check(self, market: Market, ticks: int, ms: int) -> None:
        self._tradable(market.instrument.conid)
        if market.phase is Phase.CLOSED or market.halted:
            raise ValueError(f"{market.instrument.symbol} does not trade now")
        if not ticks:
            raise ValueError("a move has at least one tick")
        if not 0 <= ms <= MOST_MS:
            raise ValueError(f"a move takes 0 to {MOST_MS // 1000} seconds")
        if min(market.book.bids.best or market.last(), market.last()) + ticks < 1:
            raise ValueError("the price would not stay above zero")

    def _tradable(self, conid: int) -> Market:
        market = self._venue.markets[conid]
        if not market.instrument.tradable:
            raise ValueError(f"{market.instrument.symbol} is computed from another market")
        return market
