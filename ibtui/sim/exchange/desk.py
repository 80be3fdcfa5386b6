"""Life of the users' orders: acknowledged, worked, filled, amended, cancelled, each step some milliseconds later."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.checks import may_work
from ibtui.sim.exchange.clearing import Clearing, Fill
from ibtui.sim.exchange.combos import ComboMarket
from ibtui.sim.exchange.deadlines import Deadlines
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.matching import Matching
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.slicer import Slicer
from ibtui.sim.exchange.terms import AT_CLOSE, TRAILING, OrderRequest, Tif
from ibtui.sim.exchange.types import Status

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
        self._matching = Matching(board, self.filled, self._combined, self.finish)
        self._deadlines = Deadlines(board.venue, self.expire)
        self._slicer = Slicer(board, self._matching, self.finish, self._touched)
        for market in board.venue.markets.values():
            market.filled = self.filled

    def accept(self, request: OrderRequest, parent: Order | None) -> Order:
        """Create an order and send it on its way."""
        order = self._board.enter(request, parent)
        if not request.deactivated:
            self._submit(order)
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
        self._clearing.book(order, ticks, units)
        self._settle(order, units)

    def expire(self, order: Order, reason: str) -> None:
        """End an order whose time is over."""
        if order.working:
            self.finish(order, Status.CANCELLED, reason)
            self._touched(order.market)

    def _combined(self, order: Order, notional: int, units: int, fills: Sequence[Fill]) -> None:
        self._clearing.book_all(order, notional, units, fills)
        self._settle(order, units)

    def _settle(self, order: Order, units: int) -> None:
        """Tell a fill and let it act on the orders tied to this one."""
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
        if not _ready(order):
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
        """Trigger stops and move trailing and pegged orders after a market moved; in a halt only report it."""
        self._venue.publish(market)
        if market.halted:
            return
        while market.stops and self._run_stops(market):
            market.moved()
        for order in list(market.pegs):
            self._matching.peg(order)
        for order in list(market.waiting):
            self._retry(order)
        if market.pegs:
            self._touched(market)
        for combo in market.combos:
            for order in list(combo.waiting):
                self._retry(order)

    def _retry(self, order: Order) -> None:
        """Try an order that waits for enough on the other side."""
        filled = order.filled
        if order.status is Status.SUBMITTED and order is not self._matching.taking:
            self._matching.retry(order)
        if order.filled != filled:
            self._touched(order.market)

    def _submit(self, order: Order) -> None:
        self._board.later(STEP_MS, partial(self._acknowledge, order, Status.PENDING_SUBMIT))
        self._deadlines.set(order)

    def _acknowledge(self, order: Order, status: Status) -> None:
        if not order.working or order.request.deactivated:
            return
        if order.status is not Status.PENDING_CANCEL:
            self._board.become(order, status)
        if status is Status.PENDING_SUBMIT:
            self._board.later(STEP_MS, partial(self._acknowledge, order, Status.PRE_SUBMITTED))
            return
        order.acknowledged = True
        self.activate(order)

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
        if order.status is not Status.SUBMITTED and _ready(order):
            self._board.become(order, Status.SUBMITTED)
            self._matching.reckon(order)
            self._start(order)
            self._touched(order.market)

    def _start(self, order: Order) -> None:
        """Work an order: at once, or by its plan."""
        if order.request.plan is None:
            self._matching.match(order)
        else:
            self._slicer.begin(order, order.request.plan)

    def _amend(self, order: Order, request: OrderRequest) -> None:
        if not order.working or order.status is Status.PENDING_CANCEL:
            return
        old, old_limit, old_units = order.request, order.limit, order.units
        order.adopt(request)
        self._board.resize_children(order, old_units)
        if order.remaining <= 0:
            self.finish(order, Status.FILLED, "")
            return
        if request.good_till_ms != old.good_till_ms:
            self._deadlines.set(order)
        if request.deactivated or old.deactivated:
            self._save(order)
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

    def _save(self, order: Order) -> None:
        """Keep an order out of work, or send a kept one on its way."""
        self._board.withdraw(order)
        order.acknowledged = False
        self._board.become(order, Status.INACTIVE)
        if not order.request.deactivated:
            self._submit(order)
        self._touched(order.market)

    def _rework(self, order: Order) -> None:
        """Put an order with new terms into its market again, behind all others."""
        self._board.withdraw(order)
        if not _ready(order):
            self.suspend(order)
        elif order.is_stop:
            self._watch(order)
        elif order.status is Status.SUBMITTED:
            self._start(order)
        else:
            self.activate(order)

    def _finish_cancel(self, order: Order) -> None:
        if order.working:
            self.finish(order, Status.CANCELLED, order.reason)
            self._touched(order.market)

    def _reduce_group(self, order: Order, units: int) -> None:
        """Cancel the others of a group when one is filled.

        A partial fill makes a bracket's other children smaller; in a one-cancels-all group it changes nothing.
        """
        named = bool(order.request.oca_group)
        for other in self._board.tied(order):
            if other is self._matching.taking or (named and order.working):
                continue
            if not order.working or other.remaining <= units:
                self.finish(other, Status.CANCELLED, "Another order of its OCA group was filled.")
            else:
                self._board.resize(other, other.units - units)

    def _touched(self, market: Market) -> None:
        if isinstance(market, ComboMarket):
            for leg, _ in market.legs:
                self._touched(leg)
        elif market.moved():
            self.react(market)


def _ready(order: Order) -> bool:
    """Tell whether an order may be matched now: it is taken, waits for no parent or auction, and its market trades."""
    if not order.acknowledged or not order.working or order.status is Status.PENDING_CANCEL:
        return False
    if order.parent is not None and order.parent.working:
        return False
    if order.request.tif is Tif.OPG or order.request.order_type in AT_CLOSE:
        return False
    return may_work(order.market, order.request)
