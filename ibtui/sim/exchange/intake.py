"""Takes orders, changes and cancels in, or refuses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.checks import UNKNOWN_CONTRACT, terms_refusal
from ibtui.sim.exchange.clearing import Clearing
from ibtui.sim.exchange.desk import Desk
from ibtui.sim.exchange.funds import impact
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.refusals import OrderRefused
from ibtui.sim.exchange.types import MarginImpact, OrderRequest, Status


class Intake:
    """The exchange's front door for orders."""

    def __init__(self, board: Board, desk: Desk, clearing: Clearing) -> None:
        self._board = board
        self._venue = board.venue
        self._desk = desk
        self._clearing = clearing
        self._by_coid: dict[tuple[str, str], Order] = {}

    def refusal(self, request: OrderRequest, siblings: Sequence[OrderRequest] = ()) -> str:
        """Give why an order would be refused, or blank; `siblings` come before it in the same request."""
        return self._identity_refusal(request, siblings) or self._value_refusal(request)

    def place(self, requests: Sequence[OrderRequest]) -> list[Order]:
        """Create all orders or, raising OrderRefused, none."""
        for index, request in enumerate(requests):
            reason = self.refusal(request, requests[:index])
            if reason:
                raise OrderRefused(reason)
        placed: list[Order] = []
        for request in requests:
            parent = self._by_coid.get((request.account, request.parent_coid)) if request.parent_coid else None
            order = self._desk.accept(request, parent)
            if request.coid:
                self._by_coid[request.account, request.coid] = order
            placed.append(order)
        return placed

    def modify(self, order_id: int, request: OrderRequest) -> Order:
        """Change a working order; OrderRefused if it is none, or the new terms can not be taken."""
        order = self._working(order_id)
        old = order.request
        if order.status is Status.PENDING_CANCEL:
            raise OrderRefused("Order can not be modified: it is being cancelled.")
        if (request.account, request.conid, request.side) != (old.account, old.conid, old.side):
            raise OrderRefused("Order can not be modified: account, contract and side must stay the same.")
        if order.triggered and request.order_type is not old.order_type:
            raise OrderRefused("Order can not be modified: its stop was triggered.")
        unit = order.market.instrument.size_increment
        request = replace(request, coid=old.coid, parent_coid=old.parent_coid, oca_group=old.oca_group)
        reason = terms_refusal(request, order.market)
        if not reason and request.quantity <= order.filled * unit:
            reason = "Order can not be modified: the quantity must exceed what is filled already."
        if not reason and request.quantity > old.quantity and order.parent is None:
            reason = self._impact(request).error
        if reason:
            raise OrderRefused(reason)
        self._desk.amend(order, request)
        return order

    def cancel(self, order_id: int) -> Order:
        """Ask for a cancel; OrderRefused if the order is not working."""
        order = self._working(order_id)
        self._desk.cancel(order)
        return order

    def cancel_all(self, account: str) -> list[Order]:
        """Ask for a cancel of all working orders of an account."""
        mine = [order for order in self._board.working.values() if order.account == account]
        for order in mine:
            self._desk.cancel(order)
        return mine

    def what_if(self, requests: Sequence[OrderRequest]) -> MarginImpact:
        """Estimate the effect of the first order; its error names any reason to refuse it."""
        first = requests[0]
        if first.conid not in self._venue.markets:
            raise OrderRefused(UNKNOWN_CONTRACT)
        if first.account not in self._clearing.holdings:
            raise OrderRefused(_unknown_account(first.account))
        found = self._impact(first)
        return replace(found, error=terms_refusal(first, self._venue.markets[first.conid]) or found.error)

    def _working(self, order_id: int) -> Order:
        order = self._board.working.get(order_id)
        if order is None:
            raise OrderRefused(f"OrderID {order_id} doesn't exist")
        return order

    def _identity_refusal(self, request: OrderRequest, siblings: Sequence[OrderRequest]) -> str:
        """Check the account, the customer order id and the parent."""
        if request.account not in self._clearing.holdings:
            return _unknown_account(request.account)
        taken = (request.account, request.coid) in self._by_coid
        if request.coid and (taken or any(sibling.coid == request.coid for sibling in siblings)):
            return f"Order couldn't be submitted: Local order ID={request.coid} is already registered."
        if not request.parent_coid or any(sibling.coid == request.parent_coid for sibling in siblings):
            return ""
        parent = self._by_coid.get((request.account, request.parent_coid))
        if parent is None:
            return f"Order couldn't be submitted: parent order ID={request.parent_coid} was not found."
        return "" if parent.working else "Order couldn't be submitted: the parent order is not working."

    def _value_refusal(self, request: OrderRequest) -> str:
        """Check the terms and, unless the order only follows a parent, the funds."""
        reason = terms_refusal(request, self._venue.markets.get(request.conid))
        if reason or request.parent_coid:
            return reason
        return self._impact(request).error

    def _impact(self, request: OrderRequest) -> MarginImpact:
        market, holdings = self._venue.markets[request.conid], self._clearing.holdings[request.account]
        return impact(request, market, holdings, self._venue)


def _unknown_account(account: str) -> str:
    return f"Account {account} is not available for trading"
