"""A user's order while the exchange works it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange.book import Resting
from ibtui.sim.exchange.types import WORKING, OrderRequest, OrderType, OrderView, Side, Status

if TYPE_CHECKING:
    from ibtui.sim.exchange.market import Market

STOPS = frozenset({OrderType.STP, OrderType.STOP_LIMIT, OrderType.TRAIL, OrderType.TRAILLMT})
"""Types that wait for the last price to reach their stop."""
TRAILING = frozenset({OrderType.TRAIL, OrderType.TRAILLMT})


class Order:
    """State of one order; prices in ticks and sizes in units of its instrument's increments."""

    def __init__(self, order_id: int, request: OrderRequest, market: Market, now_ms: int) -> None:
        self.order_id = order_id
        self.market = market
        self.status = Status.INACTIVE
        self.filled = 0
        self.notional = 0
        """Sum of ticks × units filled."""
        self.commission = Decimal(0)
        self.placed_ms = self.updated_ms = now_ms
        self.reason = ""
        self.parent: Order | None = None
        self.children: list[Order] = []
        self.group = request.oca_group
        """Orders of one account with the same group cancel each other."""
        self.acknowledged = False
        """The exchange has taken the order; it may go to work when its conditions are met."""
        self.triggered = False
        self.resting: Resting[Order] | None = None
        self.limit: int | None = None
        self.stop: int | None = None
        self.adopt(request)

    def adopt(self, request: OrderRequest) -> None:
        """Take over the terms of a request."""
        self.request = request
        self.buy = request.side is Side.BUY
        self.units = int(request.quantity / self.market.instrument.size_increment)
        self.trail = self._ticks(request.trailing_amount) if request.trailing_type == "amt" else None
        kind = request.order_type
        if kind is OrderType.LMT or kind is OrderType.STOP_LIMIT or kind is OrderType.MIDPRICE:
            self.limit = self._ticks(request.price)
        elif kind is not OrderType.TRAILLMT:
            self.limit = None
        if not self.triggered:
            self.stop = self._first_stop(request)
            self._offset_limit()

    @property
    def account(self) -> str:
        """Account the order belongs to."""
        return self.request.account

    @property
    def remaining(self) -> int:
        """Units not yet filled."""
        return self.units - self.filled

    @property
    def working(self) -> bool:
        """Whether the order may still be filled."""
        return self.status in WORKING

    @property
    def is_stop(self) -> bool:
        """Whether the order waits for its stop."""
        return self.request.order_type in STOPS and not self.triggered

    def follow(self, last: int) -> bool:
        """Move a trailing stop after the last price; tell whether it moved."""
        wanted = self._trailed(last)
        if self.stop is not None and (wanted >= self.stop if self.buy else wanted <= self.stop):
            return False
        self.stop = wanted
        self._offset_limit()
        return True

    def reached(self, last: int) -> bool:
        """Tell whether the last price is at or through the stop."""
        return self.stop is not None and (last >= self.stop if self.buy else last <= self.stop)

    def view(self) -> OrderView:
        """Give the order as of now."""
        instrument = self.market.instrument
        unit = instrument.size_increment
        average = None
        if self.filled:
            average = (instrument.increment * self.notional / self.filled).quantize(Decimal("1.00000000"))
        return OrderView(
            order_id=self.order_id,
            request=self.request,
            status=self.status,
            filled=unit * self.filled,
            remaining=unit * self.remaining,
            average_price=average,
            stop_price=None if self.stop is None else self.market.price(self.stop),
            limit_price=None if self.limit is None else self.market.price(self.limit),
            placed_ms=self.placed_ms,
            updated_ms=self.updated_ms,
            commission=self.commission,
            parent_id=None if self.parent is None else self.parent.order_id,
            reason=self.reason,
        )

    def _ticks(self, price: Decimal | None) -> int | None:
        return None if price is None else int(price / self.market.instrument.increment)

    def _offset_limit(self) -> None:
        """Keep the limit of a trailing stop limit order at its offset from the stop."""
        if self.request.order_type is OrderType.TRAILLMT and self.stop is not None:
            offset = self._ticks(self.request.aux_price) or 0
            self.limit = self.stop + offset if self.buy else max(self.stop - offset, 1)

    def _first_stop(self, request: OrderRequest) -> int | None:
        kind = request.order_type
        if kind is OrderType.STP or kind in TRAILING:
            return self._ticks(request.price)
        return self._ticks(request.aux_price) if kind is OrderType.STOP_LIMIT else None

    def _trailed(self, last: int) -> int:
        if self.trail is not None:
            distance = self.trail
        else:
            percent = self.request.trailing_amount or Decimal(0)
            distance = max(round(last * percent / 100), 1)
        return last + distance if self.buy else max(last - distance, 1)
