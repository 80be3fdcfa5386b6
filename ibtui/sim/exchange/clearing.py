"""Books fills: commission, position, cash and the execution report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ibtui.sim.exchange.commissions import CURRENCY, commission
from ibtui.sim.exchange.holdings import ZERO, Holdings
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.orders import Order, Tally
from ibtui.sim.exchange.terms import Side
from ibtui.sim.exchange.types import AccountSpec, Executed, Execution
from ibtui.sim.exchange.venue import Venue


@dataclass(frozen=True, slots=True)
class Fill:
    """What one match bought or sold in one market; `ratio` of its units make one of the order's."""

    market: Market
    buy: bool
    ratio: int
    prints: Sequence[tuple[int, int]]
    """(ticks, units) by price."""


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

    def book(self, order: Order, ticks: int, units: int) -> None:
        """Book one fill of an order at its price and report it, once for each account it is for."""
        self.book_all(order, ticks * units, units, [Fill(order.market, order.buy, 1, [(ticks, units)])])

    def book_all(self, order: Order, notional: int, units: int, fills: Sequence[Fill]) -> None:
        """Book a match worth `notional` (ticks × units) that filled `units` of an order in one market or several."""
        order.filled += units
        order.notional += notional
        parts = order.deal(units)
        for fill in fills:
            prints = list(fill.prints)
            for account, part in parts:
                self._hand_out(order, account, fill, part * fill.ratio, prints)

    def begin_day(self, conid: int, prior_close: int) -> None:
        """Begin the trading day of one contract in all accounts."""
        price = self._venue.markets[conid].price(prior_close)
        for holdings in self.holdings.values():
            holdings.begin_day(conid, price)

    def settle(self) -> None:
        """Let the trades of the day before settle."""
        for holdings in self.holdings.values():
            holdings.settle()

    def _hand_out(self, order: Order, account: str, fill: Fill, units: int, prints: list[tuple[int, int]]) -> None:
        """Give an account its units, from the first prices that are left."""
        while units:
            ticks, there = prints[0]
            taken = min(units, there)
            self._execute(order, account, fill, ticks, taken)
            units -= taken
            if taken == there:
                del prints[0]
            else:
                prints[0] = (ticks, there - taken)

    def _execute(self, order: Order, account: str, fill: Fill, ticks: int, units: int) -> None:
        instrument, price = fill.market.instrument, fill.market.price(ticks)
        size = instrument.size_increment * units
        tally = order.tallies.setdefault((account, instrument.conid), Tally())
        tally.units += units
        tally.notional += ticks * units
        fee = self._fee(fill.market, tally)
        profit = self.holdings[account].trade(instrument, size if fill.buy else -size, price, fee, CURRENCY)
        self._count += 1
        execution = Execution(
            execution_id=f"{self._prefix}.{self._count:02d}.01",
            order_id=order.order_id,
            account=account,
            conid=instrument.conid,
            side=Side.BUY if fill.buy else Side.SELL,
            size=size,
            price=price,
            commission=fee,
            commission_currency=CURRENCY,
            net_amount=price * size * instrument.multiplier,
            time_ms=self._venue.now_ms,
            coid=order.request.coid,
            realized_pnl=profit,
            group=order.account if order.request.shares else "",
            exchange=order.request.exchange,
        )
        self.executions[account].append(execution)
        self._venue.events.append(Executed(execution))

    def _fee(self, market: Market, tally: Tally) -> Decimal:
        """Give what the newest fill adds to the commission."""
        instrument = market.instrument
        value = market.price(tally.notional) * instrument.size_increment * instrument.multiplier
        rate = self._venue.fx_rate(instrument.currency, CURRENCY)
        total = commission(instrument, instrument.size_increment * tally.units, value, value * rate)
        fee = max(total - tally.commission, ZERO)
        tally.commission += fee
        return fee
