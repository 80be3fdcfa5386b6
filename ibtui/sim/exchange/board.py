"""The list of all orders, and the reports of their changes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random

from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.terms import OrderRequest
from ibtui.sim.exchange.types import OrderChanged, Status
from ibtui.sim.exchange.venue import Venue


class Board:
    """Every order since the start by its id; ids grow from the start's Unix seconds."""

    def __init__(self, venue: Venue, seed: int) -> None:
        self.venue = venue
        self._rng = Random(f"{seed}:desk")
        self._next_id = venue.now_ms // 1000
        self.orders: dict[int, Order] = {}
        self.working: dict[int, Order] = {}

    def enter(self, request: OrderRequest, parent: Order | None) -> Order:
        """Write down a new order and report it; children of a bracket cancel each other."""
        self._next_id += 1
        market = self.venue.market_of(request)
        if market is None:
            raise KeyError(request.conid)
        order = Order(self._next_id, request, market, self.venue.now_ms)
        self.orders[order.order_id] = self.working[order.order_id] = order
        if parent is not None:
            order.parent = parent
            parent.children.append(order)
            order.group = order.group or f"bracket {parent.order_id}"
        self.tell(order)
        return order

    def of_market(self, market: Market) -> list[Order]:
        """Give the working orders of a market, oldest first."""
        return [order for order in self.working.values() if order.market is market]

    def tied(self, order: Order) -> list[Order]:
        """Give the other working orders of an order's one-cancels-all group."""
        if not order.group:
            return []
        return [
            other
            for other in self.working.values()
            if other is not order and other.group == order.group and other.account == order.account
        ]

    def become(self, order: Order, status: Status) -> None:
        """Lead an order into another state."""
        order.status = status
        self.tell(order)

    def tell(self, order: Order) -> None:
        """Report an order as it is now."""
        order.updated_ms = self.venue.now_ms
        self.venue.events.append(OrderChanged(order.view()))

    def resize(self, order: Order, units: int) -> None:
        """Make an order smaller or, while it does not rest in the book, larger."""
        order.units = units
        order.request = replace(order.request, quantity=units * order.market.instrument.size_increment)
        if order.resting is not None and order.resting.size > order.remaining:
            order.market.book.side(order.buy).shrink(order.resting, order.remaining)
        self.tell(order)

    def resize_children(self, parent: Order, old_units: int) -> None:
        """Give children that were as large as their parent its new size."""
        for child in parent.children:
            if child.working and child.units == old_units and child.units != parent.units:
                self.resize(child, parent.units)

    def withdraw(self, order: Order) -> None:
        """Take an order out of its market."""
        market = order.market
        if order.resting is not None:
            market.book.side(order.buy).remove(order.resting)
            order.resting = None
        for waiting in (market.stops, market.pegs, market.waiting):
            if order in waiting:
                waiting.remove(order)

    def later(self, span: tuple[float, float], act: partial[None]) -> None:
        """Do something after a random delay in ms."""
        self.venue.at(self.venue.now + self._rng.uniform(*span), act)
