"""Ledger and summary of an account at the market's marks; nothing is rounded, so every sum is exact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ibtui.sim.exchange.holdings import ZERO, Holdings
from ibtui.sim.exchange.margin import LEVERAGE, NOTHING, Requirement, of_cash, of_position
from ibtui.sim.exchange.types import LedgerView, SummaryView

BASE = "BASE"
_CUSHION_PLACES = Decimal("0.000001")


class Prices(Protocol):
    """Where marks and exchange rates come from."""

    def mark(self, conid: int) -> Decimal:
        """Give the mark of a contract."""

    def fx_rate(self, from_currency: str, to_currency: str) -> Decimal:
        """Give units of the second currency for one of the first."""


@dataclass(frozen=True, slots=True)
class Sums:
    """An account's money, or a part of it, in one currency."""

    cash: Decimal = ZERO
    settled: Decimal = ZERO
    stock: Decimal = ZERO
    future: Decimal = ZERO
    crypto: Decimal = ZERO
    gross: Decimal = ZERO
    unrealized: Decimal = ZERO
    realized: Decimal = ZERO
    daily: Decimal = ZERO
    initial: Decimal = ZERO
    maintenance: Decimal = ZERO

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.cash + other.cash,
            self.settled + other.settled,
            self.stock + other.stock,
            self.future + other.future,
            self.crypto + other.crypto,
            self.gross + other.gross,
            self.unrealized + other.unrealized,
            self.realized + other.realized,
            self.daily + other.daily,
            self.initial + other.initial,
            self.maintenance + other.maintenance,
        )

    def times(self, rate: Decimal) -> Sums:
        """Give the sums in another currency."""
        return Sums(
            self.cash * rate,
            self.settled * rate,
            self.stock * rate,
            self.future * rate,
            self.crypto * rate,
            self.gross * rate,
            self.unrealized * rate,
            self.realized * rate,
            self.daily * rate,
            self.initial * rate,
            self.maintenance * rate,
        )

    @property
    def net_liquidation(self) -> Decimal:
        """Cash and what the positions are worth."""
        return self.cash + self.stock + self.future + self.crypto


@dataclass(frozen=True, slots=True)
class Segments:
    """The two parts of an account in its base currency; together they are all of it."""

    securities: Sums
    commodities: Sums


def ledger(holdings: Holdings, prices: Prices) -> list[LedgerView]:
    """Give BASE and then one line per currency; BASE is the sum of the lines times their rates."""
    base, lines = holdings.spec.base_currency, _by_currency(holdings, prices)
    total = Sums()
    views: list[LedgerView] = []
    for currency, (stocks, futures) in lines.items():
        rate = prices.fx_rate(currency, base)
        sums = stocks + futures
        total += sums.times(rate)
        views.append(_ledger_view(holdings.spec.account, currency, sums, rate))
    return [_ledger_view(holdings.spec.account, BASE, total, Decimal(1)), *views]


def summary(holdings: Holdings, prices: Prices) -> SummaryView:
    """Give equity and margin with the segments "securities" and "commodities"."""
    parts = segments(holdings, prices)
    account, currency = holdings.spec.account, holdings.spec.base_currency
    views = {
        "securities": _summary_view(account, currency, parts.securities, {}),
        "commodities": _summary_view(account, currency, parts.commodities, {}),
    }
    return _summary_view(account, currency, parts.securities + parts.commodities, views)


def segments(holdings: Holdings, prices: Prices) -> Segments:
    """Split an account: commodities hold the futures and, in cash, their initial margin; securities all else."""
    base = holdings.spec.base_currency
    securities = commodities = Sums()
    for currency, (stocks, futures) in _by_currency(holdings, prices).items():
        rate = prices.fx_rate(currency, base)
        held = stocks.times(rate)
        if currency != base:
            margin = of_cash(currency, held.cash)
            held += Sums(initial=margin.initial, maintenance=margin.maintenance)
        securities += held
        commodities += futures.times(rate)
    moved = Sums(cash=commodities.initial, settled=commodities.initial)
    return Segments(securities + moved.times(Decimal(-1)), commodities + moved)


def requirement(holdings: Holdings, prices: Prices) -> Requirement:
    """Give the margin an account needs, in its base currency."""
    parts = segments(holdings, prices)
    total = parts.securities + parts.commodities
    return Requirement(total.initial, total.maintenance)


def equity(holdings: Holdings, prices: Prices) -> Decimal:
    """Give the net liquidation value in the base currency."""
    parts = segments(holdings, prices)
    return parts.securities.net_liquidation + parts.commodities.net_liquidation


def _by_currency(holdings: Holdings, prices: Prices) -> dict[str, tuple[Sums, Sums]]:
    """Give (cash and securities, futures) of each currency in it."""
    lines = {
        currency: (Sums(cash=cash, settled=cash - holdings.unsettled.get(currency, ZERO)), Sums())
        for currency, cash in holdings.cash.items()
    }
    for conid, position in holdings.positions.items():
        instrument, mark = position.instrument, prices.mark(conid)
        is_future, is_coin = instrument.sec_type == "FUT", instrument.sec_type == "CRYPTO"
        margin = of_position(instrument, position.quantity, mark) if position.quantity else NOTHING
        value = position.value(mark)
        sums = Sums(
            stock=ZERO if is_future or is_coin else value,
            crypto=value if is_coin else ZERO,
            future=position.open_profit(mark) if is_future else ZERO,
            gross=ZERO if is_future else abs(value),
            unrealized=position.unrealized(mark),
            realized=position.realized,
            daily=position.daily(mark),
            initial=margin.initial,
            maintenance=margin.maintenance,
        )
        stocks, futures = lines.get(instrument.currency, (Sums(), Sums()))
        lines[instrument.currency] = (stocks, futures + sums) if is_future else (stocks + sums, futures)
    return lines


def _ledger_view(account: str, currency: str, sums: Sums, rate: Decimal) -> LedgerView:
    return LedgerView(
        account=account,
        currency=currency,
        cash=sums.cash,
        settled_cash=sums.settled,
        stock_value=sums.stock,
        future_value=sums.future,
        crypto_value=sums.crypto,
        net_liquidation=sums.net_liquidation,
        unrealized_pnl=sums.unrealized,
        realized_pnl=sums.realized,
        interest=ZERO,
        dividends=ZERO,
        exchange_rate=rate,
    )


def _summary_view(account: str, currency: str, sums: Sums, parts: dict[str, SummaryView]) -> SummaryView:
    worth = sums.net_liquidation
    available, excess = worth - sums.initial, worth - sums.maintenance
    return SummaryView(
        account=account,
        currency=currency,
        net_liquidation=worth,
        equity_with_loan=worth,
        total_cash=sums.cash,
        settled_cash=sums.settled,
        gross_position_value=sums.gross,
        initial_margin=sums.initial,
        maintenance_margin=sums.maintenance,
        available_funds=available,
        excess_liquidity=excess,
        buying_power=max(available, ZERO) * LEVERAGE,
        cushion=(excess / worth).quantize(_CUSHION_PLACES) if worth > 0 else ZERO,
        daily_pnl=sums.daily,
        unrealized_pnl=sums.unrealized,
        realized_pnl=sums.realized,
        segments=parts,
    )
