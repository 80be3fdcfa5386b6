"""Life of the users' orders: acknowledged, worked, filled, amended, cancelled, each step some milliseconds later."""

from __future__ import annotations

from functools import partial

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.checks import may_work
from ibtui.sim.exchange.clearing import Clearing
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.matching import Matching
from ibtui.sim.exchange.orders import TRAILING, Order
from ibtui.sim.exchange.types import OrderRequest, Status, Tif

STEP_MS = (1.0, 14.0)
"""How long a step of a new or changed order takes."""
CANCEL_MS = (5.0, 40.0)
"""How long a cancel takes: in that time the order may still be filled."""


class Desk:
    """Works the board's orders in their markets and hands their fills to clearing."""

    def __init__(self, board: Board, clearing: Clearing) -> None:
        self._board = board
        self._venue = board.venue
        self._clearing = clearing
        self._matching = Matching(board, self.filled, self.finish)
        for market in board.venue.markets.values():
            market.filled = self.filled

    def accept(self, request: OrderRequest, parent: Order | None) -> Order:
        """Create an order and send it on its way."""
        order = self._board.enter(request, parent)
        self._board.later(STEP_MS, partial(self._acknowledge, order, Status.PENDING_SUBMIT))
        return order

    def cancel(self, order: Order) -> None:
        """Ask for a cancel; it is done some milliseconds later."""
        if order.status is Status.PENDING_CANCEL:
            return
        self._board.become(order, Status.PENDING_CANCEL)
        self._board.later(CANCEL_MS, partial(self._finish_cancel, order))

    def amend(self, order: Order, request: OrderRequest) -> None:
        """Ask for a change of terms; it is done some milliseconds later, if the order still works then."""
        self._board.later(STEP_MS, partial(self._amend, order, request))

    def filled(self, order: Order, ticks: int, units: int) -> None:
        """Book a fill, and let it act on the orders tied to this one."""
        self._clearing.book(order, ticks, units, self._venue.now_ms)
        if order.remaining > 0:
            self._board.tell(order)
        else:
            order.resting = None
            self.finish(order, Status.FILLED, "")
        self._reduce_group(order, units)

    def finish(self, order: Order, status: Status, reason: str) -> None:
        """End an order; its children go to work for what was filled, or end too."""
        self._board.withdraw(order)
        self._board.working.pop(order.order_id, None)
        order.reason = reason
        self._board.become(order, status)
        for child in order.children:
            if not child.working:
                continue
            if not order.filled:
                self.finish(child, Status.CANCELLED, "The parent order was cancelled.")
                continue
            if child.units > order.filled:
                self._board.resize(child, order.filled)
            self._board.later(STEP_MS, partial(self.activate, child))

    def activate(self, order: Order) -> None:
        """Let an order go to work if its parent, its time in force and the session allow it."""
        if not self._ready(order):
            return
        if order.is_stop:
            self._watch(order)
        elif order.status is not Status.SUBMITTED:
            self._board.later(STEP_MS, partial(self._work, order))

    def suspend(self, order: Order) -> None:
        """Take an order out of its market until a session lets it work again."""
        self._board.withdraw(order)
        if order.status is Status.SUBMITTED:
            self._board.become(order, Status.PRE_SUBMITTED)

    def react(self, market: Market) -> None:
        """Trigger stops and move trailing and pegged orders after a market moved."""
        self._venue.publish(market)
        while market.stops and self._run_stops(market):
            market.moved()
        for order in list(market.pegs):
            self._matching.peg(order)
        if market.pegs:
            self._touched(market)

    def _acknowledge(self, order: Order, status: Status) -> None:
        if not order.working:
            return
        if order.status is not Status.PENDING_CANCEL:
            self._board.become(order, status)
        if status is Status.PENDING_SUBMIT:
            self._board.later(STEP_MS, partial(self._acknowledge, order, Status.PRE_SUBMITTED))
            return
        order.acknowledged = True
        self.activate(order)

    def _ready(self, order: Order) -> bool:
        if not order.acknowledged or not order.working or order.status is Status.PENDING_CANCEL:
            return False
        if order.parent is not None and order.parent.working:
            return False
        return order.request.tif is not Tif.OPG and may_work(order.market, order.request)

    def _watch(self, order: Order) -> None:
        """Let a stop wait for the last price."""
        market = order.market
        if order not in market.stops:
            market.stops.append(order)
            self._run_stops(market)

    def _run_stops(self, market: Market) -> bool:
        """Move trailing stops and trigger what the last price has reached; tell whether anything was triggered."""
        last = market.last()
        triggered = False
        for order in list(market.stops):
            if order not in market.stops:
                continue
            if order.request.order_type in TRAILING and order.follow(last):
                self._board.tell(order)
            if order.reached(last):
                market.stops.remove(order)
                order.triggered = triggered = True
                self._work(order)
        return triggered

    def _work(self, order: Order) -> None:
        if order.status is not Status.SUBMITTED and self._ready(order):
            self._board.become(order, Status.SUBMITTED)
            self._matching.match(order)
            self._touched(order.market)

    def _amend(self, order: Order, request: OrderRequest) -> None:
        if not order.working or order.status is Status.PENDING_CANCEL:
            return
        old_limit, old_units = order.limit, order.units
        order.adopt(request)
        self._follow_parent(order, old_units)
        if order.remaining <= 0:
            self.finish(order, Status.FILLED, "")
            return
        resting = order.resting
        if resting is None or resting.size < order.remaining or order.limit != old_limit:
            self._rework(order)
        elif may_work(order.market, request):
            order.market.book.side(order.buy).shrink(resting, order.remaining)
        else:
            self.suspend(order)
        if order.working:
            self._board.tell(order)
        self._touched(order.market)

    def _rework(self, order: Order) -> None:
        """Put an order with new terms into its market again, behind all others."""
        self._board.withdraw(order)
        if not self._ready(order):
            self.suspend(order)
        elif order.is_stop:
            self._watch(order)
        elif order.status is Status.SUBMITTED:
            self._matching.match(order)
        else:
            self.activate(order)

    def _follow_parent(self, parent: Order, old_units: int) -> None:
        """Give children the size of their amended parent."""
        for child in parent.children:
            if child.working and child.units == old_units and child.units != parent.units:
                self._board.resize(child, parent.units)

    def _finish_cancel(self, order: Order) -> None:
        if order.working:
            self.finish(order, Status.CANCELLED, order.reason)
            self._touched(order.market)

    def _reduce_group(self, order: Order, units: int) -> None:
        """Cancel the others of a one-cancels-all group when one is filled; a partial fill makes them smaller."""
        for other in self._board.tied(order):
            if other is self._matching.taking:
                continue
            if not order.working or other.remaining <= units:
                self.finish(other, Status.CANCELLED, "Another order of its OCA group was filled.")
            else:
                self._board.resize(other, other.units - units)

    def _touched(self, market: Market) -> None:
        if market.moved():
            self.react(market)
