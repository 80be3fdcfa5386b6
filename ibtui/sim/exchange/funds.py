"""What an order would do to an account's equity and margin, and whether it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ibtui.sim.exchange.checks import reference_price
from ibtui.sim.exchange.combos import ComboMarket
from ibtui.sim.exchange.commissions import CURRENCY, commission
from ibtui.sim.exchange.holdings import ZERO, Holdings
from ibtui.sim.exchange.margin import NOTHING, Requirement, of_cash, of_position
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.terms import OrderRequest, Side
from ibtui.sim.exchange.types import Instrument, MarginImpact
from ibtui.sim.exchange.valuation import Prices, equity, requirement

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Move:
    """A signed change of a position, at a price."""

    instrument: Instrument
    quantity: Decimal
    price: Decimal

    @property
    def value(self) -> Decimal:
        """Signed value in the contract's currency."""
        return self.quantity * self.price * self.instrument.multiplier


def impact(request: OrderRequest, market: Market, holdings: Holdings, prices: Prices) -> MarginImpact:
    """Estimate an order's effect if it were filled in full; `error` says why it would be refused for lack of funds."""
    instrument, base = market.instrument, holdings.spec.base_currency
    quantity = request.quantity if request.side is Side.BUY else -request.quantity
    moves = _moves(request, market, quantity)
    fee = sum((_fee(move, prices) for move in moves), ZERO)
    before, worth = requirement(holdings, prices), equity(holdings, prices)
    change = sum((_required_change(move, holdings, prices) for move in moves), NOTHING)
    worth_change = -fee * prices.fx_rate(CURRENCY, base)
    error = _short_coins(moves, holdings)
    if change.initial > 0 and before.initial + change.initial > worth + worth_change:
        error = error or _not_accepted(worth + worth_change, before.initial + change.initial, base)
    return MarginImpact(
        amount=request.quantity * reference_price(request, market) * instrument.multiplier,
        commission=fee,
        commission_currency=CURRENCY,
        equity_before=worth,
        equity_change=worth_change,
        initial_before=before.initial,
        initial_change=change.initial,
        maintenance_before=before.maintenance,
        maintenance_change=change.maintenance,
        position_before=ZERO if request.legs else _held(instrument, holdings),
        position_change=quantity,
        error=error,
    )


def together(impacts: Sequence[MarginImpact]) -> MarginImpact:
    """Sum the effects of one order on the accounts of a group; the first error stands for all."""
    total = impacts[0]
    for other in impacts[1:]:
        total = replace(
            total,
            amount=total.amount + other.amount,
            commission=total.commission + other.commission,
            equity_before=total.equity_before + other.equity_before,
            equity_change=total.equity_change + other.equity_change,
            initial_before=total.initial_before + other.initial_before,
            initial_change=total.initial_change + other.initial_change,
            maintenance_before=total.maintenance_before + other.maintenance_before,
            maintenance_change=total.maintenance_change + other.maintenance_change,
            position_before=total.position_before + other.position_before,
            position_change=total.position_change + other.position_change,
            error=total.error or other.error,
        )
    return total


def _moves(request: OrderRequest, market: Market, quantity: Decimal) -> list[Move]:
    if isinstance(market, ComboMarket):
        return [Move(leg.instrument, quantity * ratio, leg.mark()) for leg, ratio in market.legs]
    return [Move(market.instrument, quantity, reference_price(request, market))]


def _fee(move: Move, prices: Prices) -> Decimal:
    value = abs(move.value)
    rate = prices.fx_rate(move.instrument.currency, CURRENCY)
    return commission(move.instrument, abs(move.quantity), value, value * rate)


def _held(instrument: Instrument, holdings: Holdings) -> Decimal:
    position = holdings.positions.get(instrument.conid)
    return ZERO if position is None else position.quantity


def _short_coins(moves: Sequence[Move], holdings: Holdings) -> str:
    for move in moves:
        if move.instrument.sec_type == "CRYPTO" and _held(move.instrument, holdings) + move.quantity < 0:
            return "Short positions in cryptocurrencies are not allowed."
    return ""


def _required_change(move: Move, holdings: Holdings, prices: Prices) -> Requirement:
    instrument = move.instrument
    if instrument.sec_type == "CASH":
        changed = {instrument.base_currency: move.quantity, instrument.currency: -move.quantity * move.price}
        return sum((_cash_change(each, amount, holdings, prices) for each, amount in changed.items()), NOTHING)
    held = _held(instrument, holdings)
    change = of_position(instrument, held + move.quantity, move.price) - of_position(instrument, held, move.price)
    return change.times(prices.fx_rate(instrument.currency, holdings.spec.base_currency))


def _cash_change(currency: str, amount: Decimal, holdings: Holdings, prices: Prices) -> Requirement:
    base = holdings.spec.base_currency
    if currency == base:
        return NOTHING
    rate, cash = prices.fx_rate(currency, base), holdings.cash.get(currency, ZERO)
    return of_cash(currency, (cash + amount) * rate) - of_cash(currency, cash * rate)


def _not_accepted(worth: Decimal, required: Decimal, currency: str) -> str:
    return (
        "YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE "
        f"[{worth.quantize(_CENT)} {currency}] MUST EXCEED THE INITIAL MARGIN [{required.quantize(_CENT)} {currency}]"
    )
