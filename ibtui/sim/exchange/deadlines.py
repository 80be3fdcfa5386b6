"""Ends good-till-date orders at their moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.terms import Tif
from ibtui.sim.exchange.venue import Venue

DATE_REACHED = "The order's good-till date was reached."


class Deadlines:
    """Timers of the orders that carry a date."""

    def __init__(self, venue: Venue, expire: Callable[[Order, str], None]) -> None:
        self._venue = venue
        self._expire = expire

    def set(self, order: Order) -> None:
        """End an order at its date, unless that is moved meanwhile; one without a date is left alone."""
        due = order.request.good_till_ms
        if order.request.tif is Tif.GTD:
            self._venue.at(due, partial(self._over, order, due))

    def _over(self, order: Order, due: int) -> None:
        if order.request.tif is Tif.GTD and order.request.good_till_ms == due:
            self._expire(order, DATE_REACHED)
