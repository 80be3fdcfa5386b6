"""What an account owns: cash by currency and positions, kept exactly.

No amount is rounded but a divided cost (to 8 places) and a commission (to 4): so cash, positions and profit add up to
the last digit. A share's cost is paid when bought; a future's never is, only its profit when it is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ibtui.sim.exchange.types import AccountSpec, Instrument, PositionView

ZERO = Decimal(0)
_COST_PLACES = Decimal("0.00000001")


@dataclass(slots=True)
class Position:
    """A holding; money in the contract's currency."""

    instrument: Instrument
    quantity: Decimal
    basis: Decimal
    """Signed price × quantity × multiplier of what is held."""
    fees: Decimal
    """Commissions paid for what is held."""
    realized: Decimal = ZERO
    """Since the trading day began."""
    day_value: Decimal = ZERO
    """Value at the prior close of what was held when the trading day began."""
    day_paid: Decimal = ZERO
    """Signed value of the day's executions plus their commissions."""

    def value(self, mark: Decimal) -> Decimal:
        """Give the market value."""
        return self.quantity * mark * self.instrument.multiplier

    def unrealized(self, mark: Decimal) -> Decimal:
        """Give the open profit after commissions."""
        return self.value(mark) - self.basis - self.fees

    def open_profit(self, mark: Decimal) -> Decimal:
        """Give the open profit before commissions: what a future is worth."""
        return self.value(mark) - self.basis

    def daily(self, mark: Decimal) -> Decimal:
        """Give the profit since the trading day began, realised or not."""
        return self.value(mark) - self.day_value - self.day_paid

    def begin_day(self, prior_close: Decimal) -> None:
        """Count the day's profit from here."""
        self.realized = ZERO
        self.day_value = self.value(prior_close)
        self.day_paid = ZERO

    def trade(self, quantity: Decimal, price: Decimal, fee: Decimal) -> tuple[Decimal, Decimal]:
        """Add a signed execution; give (profit realised after commissions, settlement of closed futures before)."""
        amount = quantity * price * self.instrument.multiplier
        self.day_paid += amount + fee
        if self.quantity * quantity >= 0:
            self._open(quantity, amount, fee)
            return ZERO, ZERO
        closed = min(abs(quantity), abs(self.quantity))
        part = closed / abs(quantity)
        closing_amount = amount if part == 1 else closed.copy_sign(quantity) * price * self.instrument.multiplier
        closing_fee = fee if part == 1 else (fee * part).quantize(_COST_PLACES)
        basis, fees = self._close(closed)
        settled = -closing_amount - basis
        profit = settled - fees - closing_fee
        self.realized += profit
        if part != 1:
            self._open(quantity - closed.copy_sign(quantity), amount - closing_amount, fee - closing_fee)
        return profit, settled

    def view(self, account: str, mark: Decimal) -> PositionView:
        """Give the position at a mark."""
        cost = price = ZERO
        if self.quantity:
            cost = ((self.basis + self.fees) / self.quantity).quantize(_COST_PLACES)
            price = (cost / self.instrument.multiplier).quantize(_COST_PLACES)
        return PositionView(
            account=account,
            conid=self.instrument.conid,
            quantity=self.quantity,
            average_price=price,
            average_cost=cost,
            market_price=mark,
            market_value=self.value(mark),
            unrealized_pnl=self.unrealized(mark),
            realized_pnl=self.realized,
            daily_pnl=self.daily(mark),
        )

    def _open(self, quantity: Decimal, amount: Decimal, fee: Decimal) -> None:
        self.quantity += quantity
        self.basis += amount
        self.fees += fee

    def _close(self, closed: Decimal) -> tuple[Decimal, Decimal]:
        """Take the cost and fees of the closed part out."""
        basis, fees = self.basis, self.fees
        if closed != abs(self.quantity):
            part = closed / abs(self.quantity)
            basis, fees = (basis * part).quantize(_COST_PLACES), (fees * part).quantize(_COST_PLACES)
        self.basis -= basis
        self.fees -= fees
        self.quantity -= closed.copy_sign(self.quantity)
        return basis, fees


class Holdings:
    """Cash and positions of one account."""

    def __init__(self, spec: AccountSpec, instruments: dict[int, Instrument]) -> None:
        self.spec = spec
        self.cash: dict[str, Decimal] = {spec.base_currency: ZERO, **spec.cash}
        self.unsettled: dict[str, Decimal] = {}
        """Proceeds of shares sold and bought that settle on the next day."""
        self.positions: dict[int, Position] = {}
        for conid, (quantity, price) in spec.positions.items():
            instrument = instruments[conid]
            basis = quantity * price * instrument.multiplier
            self.positions[conid] = Position(instrument, quantity, basis, ZERO)

    def trade(self, instrument: Instrument, quantity: Decimal, price: Decimal, fee: Decimal, fee_in: str) -> Decimal:
        """Book a signed execution; give the profit realised."""
        amount = quantity * price * instrument.multiplier
        if instrument.sec_type == "CASH":
            self._pay(instrument.base_currency, quantity)
            self._pay(instrument.currency, -amount)
            self._pay(fee_in, -fee)
            return ZERO
        position = self.positions.get(instrument.conid)
        if position is None:
            position = self.positions[instrument.conid] = Position(instrument, ZERO, ZERO, ZERO)
        profit, settled = position.trade(quantity, price, fee)
        self._pay(fee_in, -fee)
        if instrument.sec_type == "FUT":
            self._pay(instrument.currency, settled)
        else:
            self._pay(instrument.currency, -amount)
            self.unsettled[instrument.currency] = self.unsettled.get(instrument.currency, ZERO) - amount
        return profit

    def begin_day(self, conid: int, prior_close: Decimal) -> None:
        """Begin an instrument's trading day; a position closed before is forgotten."""
        position = self.positions.get(conid)
        if position is None:
            return
        position.begin_day(prior_close)
        if not position.quantity:
            del self.positions[conid]

    def settle(self) -> None:
        """Let yesterday's trades settle."""
        self.unsettled.clear()

    def _pay(self, currency: str, amount: Decimal) -> None:
        self.cash[currency] = self.cash.get(currency, ZERO) + amount
