"""What an order would do to an account's equity and margin, and whether it may."""

from __future__ import annotations

from decimal import Decimal

from ibtui.sim.exchange.checks import reference_price
from ibtui.sim.exchange.commissions import CURRENCY, commission
from ibtui.sim.exchange.holdings import ZERO, Holdings
from ibtui.sim.exchange.margin import NOTHING, Requirement, of_cash, of_position
from ibtui.sim.exchange.market import Market
from ibtui.sim.exchange.types import Instrument, MarginImpact, OrderRequest, Side
from ibtui.sim.exchange.valuation import Prices, equity, requirement

_CENT = Decimal("0.01")


def impact(request: OrderRequest, market: Market, holdings: Holdings, prices: Prices) -> MarginImpact:
    """Estimate an order's effect if it were filled in full; `error` says why it would be refused for lack of funds."""
    instrument, base = market.instrument, holdings.spec.base_currency
    price = reference_price(request, market)
    quantity = request.quantity if request.side is Side.BUY else -request.quantity
    position = holdings.positions.get(instrument.conid)
    held = position.quantity if position is not None else ZERO
    amount = request.quantity * price * instrument.multiplier
    fee = commission(instrument, request.quantity, amount, amount * prices.fx_rate(instrument.currency, CURRENCY))
    before, worth = requirement(holdings, prices), equity(holdings, prices)
    change = _required_change(instrument, held, quantity, price, holdings, prices)
    worth_change = -fee * prices.fx_rate(CURRENCY, base)
    error = ""
    if change.initial > 0 and before.initial + change.initial > worth + worth_change:
        error = _not_accepted(worth + worth_change, before.initial + change.initial, base)
    return MarginImpact(
        amount=amount,
        commission=fee,
        commission_currency=CURRENCY,
        equity_before=worth,
        equity_change=worth_change,
        initial_before=before.initial,
        initial_change=change.initial,
        maintenance_before=before.maintenance,
        maintenance_change=change.maintenance,
        position_before=held,
        position_change=quantity,
        error=error,
    )


def _required_change(
    instrument: Instrument, held: Decimal, quantity: Decimal, price: Decimal, holdings: Holdings, prices: Prices
) -> Requirement:
    if instrument.sec_type == "CASH":
        moves = {instrument.base_currency: quantity, instrument.currency: -quantity * price}
        change = NOTHING
        for currency, amount in moves.items():
            change = change + _cash_change(currency, amount, holdings, prices)
        return change
    change = of_position(instrument, held + quantity, price) - of_position(instrument, held, price)
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
