"""Works an order a part at a time, as an algorithm's plan says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.matching import Matching
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.terms import Plan
from ibtui.sim.exchange.types import Status

PLAN_ENDED = "The algorithm's end time was reached."


class Slicer:
    """Takes an equal part of what is left at each interval until the plan's end."""

    def __init__(
        self,
        board: Board,
        matching: Matching,
        finish: Callable[[Order, Status, str], None],
        touched: Callable[[Market], None],
    ) -> None:
        self._venue = board.venue
        self._matching = matching
        self._finish = finish
        self._touched = touched

    def begin(self, order: Order, plan: Plan) -> None:
        """Start working an order; what was begun for it before ends."""
        order.turn += 1
        self._step(order, plan, order.turn)

    def _step(self, order: Order, plan: Plan, turn: int) -> None:
        if order.turn != turn or order.request.plan is not plan or order.status is not Status.SUBMITTED:
            return
        now = self._venue.now
        end = plan.end_ms or order.market.sessions.at(int(now)).regular_close
        if now < plan.begin_ms:
            self._venue.at(plan.begin_ms, partial(self._step, order, plan, turn))
            return
        if now >= end:
            self._end(order, plan)
        else:
            turns = max(ceil((end - now) / plan.interval_ms), 1)
            self._matching.slice(order, -(-order.remaining // turns))
            if order.working and order.remaining > 0:
                self._venue.at(min(now + plan.interval_ms, end), partial(self._step, order, plan, turn))
        self._touched(order.market)

    def _end(self, order: Order, plan: Plan) -> None:
        if plan.past_end:
            self._matching.match(order)
        else:
            self._finish(order, Status.CANCELLED, PLAN_ENDED)
