"""Books fills: commission, position, cash and the execution report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ibtui.sim.exchange.commissions import CURRENCY, commission
from ibtui.sim.exchange.holdings import ZERO, Holdings
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.types import AccountSpec, Executed, Execution
from ibtui.sim.exchange.venue import Venue


class Clearing:
    """Holdings and executions of all accounts."""

    def __init__(self, venue: Venue, accounts: Sequence[AccountSpec], seed: int) -> None:
        self._venue = venue
        instruments = {conid: market.instrument for conid, market in venue.markets.items()}
        self.holdings = {spec.account: Holdings(spec, instruments) for spec in accounts}
        self.executions: dict[str, list[Execution]] = {spec.account: [] for spec in accounts}
        self._prefix = f"{0xE0D5 + seed % 0x1000:08x}.{venue.now_ms // 1000 & 0xFFFFFFFF:08x}"
        self._count = 0
        for conid, market in venue.markets.items():
            self.begin_day(conid, market.prior_close)

    def book(self, order: Order, ticks: int, units: int, now_ms: int) -> None:
        """Book one fill of an order and report it."""
        market = order.market
        instrument, price = market.instrument, market.price(ticks)
        size = instrument.size_increment * units
        order.filled += units
        order.notional += ticks * units
        fee = self._fee(order)
        profit = self.holdings[order.account].trade(instrument, size if order.buy else -size, price, fee, CURRENCY)
        self._count += 1
        execution = Execution(
            execution_id=f"{self._prefix}.{self._count:02d}.01",
            order_id=order.order_id,
            account=order.account,
            conid=instrument.conid,
            side=order.request.side,
            size=size,
            price=price,
            commission=fee,
            commission_currency=CURRENCY,
            net_amount=price * size * instrument.multiplier,
            time_ms=now_ms,
            coid=order.request.coid,
            realized_pnl=profit,
        )
        self.executions[order.account].append(execution)
        self._venue.events.append(Executed(execution))

    def begin_day(self, conid: int, prior_close: int) -> None:
        """Begin the trading day of one contract in all accounts."""
        price = self._venue.markets[conid].price(prior_close)
        for holdings in self.holdings.values():
            holdings.begin_day(conid, price)

    def settle(self) -> None:
        """Let the trades of the day before settle."""
        for holdings in self.holdings.values():
            holdings.settle()

    def _fee(self, order: Order) -> Decimal:
        """Give what the newest fill adds to the order's commission."""
        instrument = order.market.instrument
        value = order.market.price(order.notional) * instrument.size_increment * instrument.multiplier
        rate = self._venue.fx_rate(instrument.currency, CURRENCY)
        total = commission(instrument, instrument.size_increment * order.filled, value, value * rate)
        fee = max(total - order.commission, ZERO)
        order.commission += fee
        return fee
