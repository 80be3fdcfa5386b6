"""A user's order while the exchange works it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange.book import Resting
from ibtui.sim.exchange.terms import STOPS, TOUCHED, OrderRequest, OrderType, Side
from ibtui.sim.exchange.types import WORKING, OrderView, Status

if TYPE_CHECKING:
    from ibtui.sim.exchange.market import Market

_LIMITED = frozenset(
    {OrderType.LMT, OrderType.STOP_LIMIT, OrderType.MIDPRICE, OrderType.LIT, OrderType.LOC, OrderType.REL}
)
"""Types whose `price` bounds the fills; so does TRAILLMT's, which moves."""
_STOP_IN_AUX = frozenset({OrderType.STOP_LIMIT, OrderType.TRAILLMT, OrderType.LIT})


@dataclass(slots=True)
class Tally:
    """What an order has filled and paid for one account in one contract."""

    units: int = 0
    notional: int = 0
    commission: Decimal = Decimal(0)


class Order:
    """State of one order; prices in ticks and sizes in units of its instrument's increments."""

    def __init__(self, order_id: int, request: OrderRequest, market: Market, now_ms: int) -> None:
        self.order_id = order_id
        self.market = market
        self.status = Status.INACTIVE
        self.filled = 0
        self.notional = 0
        """Sum of ticks × units filled."""
        self.tallies: dict[tuple[str, int], Tally] = {}
        """By account and conid."""
        self.dealt: dict[str, int] = {}
        """Units given to each account of an allocation group."""
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
        self.turn = 0
        """Counts how often an algorithm began to work the order."""
        self.adopt(request)

    def adopt(self, request: OrderRequest) -> None:
        """Take over the terms of a request."""
        self.request = request
        self.buy = request.side is Side.BUY
        self.units = int(request.quantity / self.market.instrument.size_increment)
        self.trail = self._ticks(request.trailing_amount) if request.trailing_type == "amt" else None
        self.offset = self._ticks(request.aux_price) or 0 if request.order_type is OrderType.REL else 0
        if request.order_type in _LIMITED:
            self.limit = self._ticks(request.price)
        elif request.order_type is not OrderType.TRAILLMT:
            self.limit = None
        if not self.triggered:
            self.stop = self._first_stop(request)
            self._offset_limit()

    @property
    def account(self) -> str:
        """Account or allocation group the order belongs to."""
        return self.request.account

    @property
    def remaining(self) -> int:
        """Units not yet filled."""
        return self.units - self.filled

    @property
    def commission(self) -> Decimal:
        """All that was paid for it."""
        return sum((tally.commission for tally in self.tallies.values()), Decimal(0))

    @property
    def working(self) -> bool:
        """Whether the order may still be filled."""
        return self.status in WORKING

    @property
    def is_stop(self) -> bool:
        """Whether the order waits for its stop or trigger."""
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
        """Tell whether the last price is at or through the stop; a touched order's trigger is on the other side."""
        if self.stop is None:
            return False
        rising = self.buy != (self.request.order_type in TOUCHED)
        return last >= self.stop if rising else last <= self.stop

    def allows(self, ticks: int) -> bool:
        """Tell whether the limit, if any, allows a price."""
        return self.limit is None or (ticks <= self.limit if self.buy else ticks >= self.limit)

    def deal(self, units: int) -> list[tuple[str, int]]:
        """Split new units over the accounts: each in turn to the one furthest behind its share."""
        shares = self.request.shares
        if not shares:
            return [(self.account, units)]
        total = sum(share.weight for share in shares)
        after = sum(self.dealt.values()) + units
        behind = {s.account: after * s.weight / total - self.dealt.get(s.account, 0) for s in shares}
        parts = {account: max(int(wanted), 0) for account, wanted in behind.items()}
        while (spare := units - sum(parts.values())) != 0:
            step = 1 if spare > 0 else -1
            able = [account for account in parts if step > 0 or parts[account]]
            account = max(able, key=lambda name: (behind[name] - parts[name]) * step)
            parts[account] += step
        for account, part in parts.items():
            self.dealt[account] = self.dealt.get(account, 0) + part
        return [(account, part) for account, part in parts.items() if part]

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
        """Keep the limit of a trailing stop limit order as far from the stop as its two prices say."""
        request = self.request
        if request.order_type is OrderType.TRAILLMT and self.stop is not None:
            distance = (self._ticks(request.price) or 0) - (self._ticks(request.aux_price) or 0)
            self.limit = max(self.stop + distance, 1)

    def _first_stop(self, request: OrderRequest) -> int | None:
        kind = request.order_type
        if kind in _STOP_IN_AUX:
            return self._ticks(request.aux_price)
        if kind is OrderType.MIT:
            return self._ticks(request.aux_price if request.price is None else request.price)
        return self._ticks(request.price) if kind in STOPS else None

    def _trailed(self, last: int) -> int:
        if self.trail is not None:
            distance = self.trail
        else:
            percent = self.request.trailing_amount or Decimal(0)
            distance = max(round(last * percent / 100), 1)
        return last + distance if self.buy else max(last - distance, 1)
