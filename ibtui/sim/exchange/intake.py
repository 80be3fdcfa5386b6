"""Takes orders, changes and cancels in, or refuses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ibtui.sim.exchange.board import Board
from ibtui.sim.exchange.checks import UNKNOWN_CONTRACT, terms_refusal
from ibtui.sim.exchange.clearing import Clearing
from ibtui.sim.exchange.desk import Desk
from ibtui.sim.exchange.funds import impact, together
from ibtui.sim.exchange.matching import affordable
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.refusals import OrderRefused
from ibtui.sim.exchange.terms import OrderRequest, Side, Tif
from ibtui.sim.exchange.types import MarginImpact, Status


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
        requests = [self.reckoned(request) for request in requests]
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
        request = self.reckoned(replace(request, shares=old.shares))
        if (request.account, request.conid, request.legs) != (old.account, old.conid, old.legs) or (
            request.side is not old.side
        ):
            raise OrderRefused("Order can not be modified: account, contract and side must stay the same.")
        if order.triggered and request.order_type is not old.order_type:
            raise OrderRefused("Order can not be modified: its stop was triggered.")
        unit = order.market.instrument.size_increment
        request = replace(request, coid=old.coid, parent_coid=old.parent_coid, oca_group=old.oca_group)
        reason = terms_refusal(request, order.market) or self._date_refusal(request)
        if not reason and request.quantity <= order.filled * unit:
            reason = "Order can not be modified: the quantity must exceed what is filled already."
        larger = request.quantity > old.quantity or (old.deactivated and not request.deactivated)
        if not reason and larger and order.parent is None:
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
        first = self.reckoned(requests[0])
        market = self._venue.market_of(first)
        if market is None:
            raise OrderRefused(UNKNOWN_CONTRACT)
        for account in first.accounts:
            if account not in self._clearing.holdings:
                raise OrderRefused(_unknown_account(account))
        found = self._impact(first)
        return replace(found, error=terms_refusal(first, market) or self._date_refusal(first) or found.error)

    def reckoned(self, request: OrderRequest) -> OrderRequest:
        """Give an order for an amount of money the size that much is worth now."""
        market = self._venue.market_of(request)
        if request.cash is None or request.cash <= 0 or market is None or not market.instrument.tradable:
            return request
        instrument = market.instrument
        limit = int(request.price / instrument.increment) if request.price is not None and request.price > 0 else None
        units = affordable(market, request.side is Side.BUY, limit or None, request.cash)
        return replace(request, quantity=units * instrument.size_increment)

    def _working(self, order_id: int) -> Order:
        order = self._board.working.get(order_id)
        if order is None:
            raise OrderRefused(f"OrderID {order_id} doesn't exist")
        return order

    def _identity_refusal(self, request: OrderRequest, siblings: Sequence[OrderRequest]) -> str:
        """Check the account, the customer order id and the parent."""
        for account in request.accounts:
            if account not in self._clearing.holdings:
                return _unknown_account(account)
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
        reason = terms_refusal(request, self._venue.market_of(request)) or self._date_refusal(request)
        if reason or request.parent_coid:
            return reason
        return self._impact(request).error

    def _impact(self, request: OrderRequest) -> MarginImpact:
        market = self._venue.market_of(request)
        if market is None:
            raise OrderRefused(UNKNOWN_CONTRACT)
        total = sum((share.weight for share in request.shares), Decimal(0))
        parts = {share.account: request.quantity * share.weight / total for share in request.shares}
        return together(
            [
                impact(replace(request, account=account, quantity=quantity), market, holdings, self._venue)
                for account, quantity in (parts or {request.account: request.quantity}).items()
                for holdings in (self._clearing.holdings[account],)
            ]
        )

    def _date_refusal(self, request: OrderRequest) -> str:
        if request.tif is not Tif.GTD:
            return ""
        if not request.good_till_ms:
            return "A good-till date is required for time in force GTD."
        return "" if request.good_till_ms > self._venue.now_ms else "The good-till date has passed."


def _unknown_account(account: str) -> str:
    return f"Account {account} is not available for trading"
