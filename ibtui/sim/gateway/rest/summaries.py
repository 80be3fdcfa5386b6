"""Account summaries of the brokerage session: /iserver/account/{accountId}/summary and its parts ("Accounts")."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange import SummaryView
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.wire import Fields, Json, money, whole, with_currency

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_ZERO = Decimal(0)
_CRYPTO = "Crypto at Paxos"


def overview(gateway: Gateway, call: Call) -> Json:
    """Balances as numbers."""
    view = _summary(gateway, call)
    ledger = gateway.exchange.ledger(view.account)
    balances: list[Json] = [
        {"currency": line.currency, "balance": money(line.cash), "settledCash": money(line.settled_cash)}
        for line in ledger
        if line.currency != "BASE"
    ]
    total: Json = {
        "currency": f"Total (in {view.currency})",
        "balance": money(view.total_cash),
        "settledCash": money(view.settled_cash),
    }
    return {
        "accountType": "",
        "status": "",
        "balance": money(view.available_funds),
        "SMA": money(view.excess_liquidity),
        "buyingPower": money(view.buying_power),
        "availableFunds": money(view.available_funds),
        "excessLiquidity": money(view.excess_liquidity),
        "netLiquidationValue": money(view.net_liquidation),
        "equityWithLoanValue": money(view.equity_with_loan),
        "regTLoan": 0.0,
        "securitiesGVP": money(view.gross_position_value),
        "totalCashValue": money(view.total_cash),
        "accruedInterest": 0.0,
        "regTMargin": 0.0,
        "initialMargin": money(view.initial_margin),
        "maintenanceMargin": money(view.maintenance_margin),
        "cashBalances": [*balances, total],
    }


def _parted(row: Callable[[SummaryView | None, str], Fields]) -> Callable[[Gateway, Call], Json]:
    """Handler whose answer has the total and one object for each segment."""

    def handler(gateway: Gateway, call: Call) -> Json:
        view = _summary(gateway, call)
        return {
            "total": row(view, view.currency),
            _CRYPTO: row(None, view.currency),
            "commodities": row(view.segments.get("commodities"), view.currency),
            "securities": row(view.segments.get("securities"), view.currency),
        }

    return handler


def _funds(view: SummaryView | None, currency: str) -> Fields:
    available = with_currency(view.available_funds if view else _ZERO, currency)
    excess = with_currency(view.excess_liquidity if view else _ZERO, currency)
    held = view.gross_position_value / view.net_liquidation if view and view.net_liquidation else _ZERO
    return {
        "current_available": available,
        "current_excess": excess,
        "Prdctd Pst-xpry Excss": with_currency(_ZERO, currency),
        "Lk Ahd Avlbl Fnds": available,
        "Lk Ahd Excss Lqdty": excess,
        "overnight_available": available,
        "overnight_excess": excess,
        "buying_power": with_currency(view.buying_power if view else _ZERO, currency),
        "leverage": f"{held:.2f}",
        "Lk Ahd Nxt Chng": "@ 16:00:00",
        "day_trades_left": "Unlimited",
    }


def _balances(view: SummaryView | None, currency: str) -> Fields:
    equity = with_currency(view.equity_with_loan if view else _ZERO, currency)
    return {
        "net_liquidation": with_currency(view.net_liquidation if view else _ZERO, currency),
        "Nt Lqdtn Uncrtnty": with_currency(_ZERO, currency),
        "equity_with_loan": equity,
        "Prvs Dy Eqty Wth Ln Vl": with_currency(view.equity_with_loan - view.daily_pnl if view else _ZERO, currency),
        "Rg T Eqty Wth Ln Vl": equity,
        "sec_gross_pos_val": with_currency(view.gross_position_value if view else _ZERO, currency),
        "cash": with_currency(view.total_cash if view else _ZERO, currency),
        "MTD Interest": with_currency(_ZERO, currency),
        "Pndng Dbt Crd Chrgs": with_currency(_ZERO, currency),
    }


def _margins(view: SummaryView | None, currency: str) -> Fields:
    initial = with_currency(view.initial_margin if view else _ZERO, currency)
    maintenance = with_currency(view.maintenance_margin if view else _ZERO, currency)
    return {
        "RegT Margin": with_currency(_ZERO, currency),
        "current_initial": initial,
        "Prdctd Pst-xpry Mrgn @ Opn": with_currency(_ZERO, currency),
        "current_maint": maintenance,
        "projected_liquidity_inital_margin": initial,
        "Prjctd Lk Ahd Mntnnc Mrgn": maintenance,
        "projected_overnight_initial_margin": initial,
        "Prjctd Ovrnght Mntnnc Mrgn": maintenance,
    }


def market_value(gateway: Gateway, call: Call) -> Json:
    """Values by currency, as whole numbers in text."""
    account = _summary(gateway, call).account
    found: Fields = {}
    for line in gateway.exchange.ledger(account):
        if line.currency == "BASE":
            continue
        found[line.currency] = {
            "total_cash": whole(line.cash),
            "settled_cash": whole(line.settled_cash),
            "MTD Interest": whole(line.interest),
            "stock": whole(line.stock_value),
            "options": "0",
            "futures": whole(line.future_value),
            "future_options": "0",
            "funds": "0",
            "dividends_receivable": whole(line.dividends),
            "net_liquidation": whole(line.net_liquidation),
            "unrealized_pnl": whole(line.unrealized_pnl),
            "realized_pnl": whole(line.realized_pnl),
            "Exchange Rate": f"{line.exchange_rate:.7g}",
        }
    return found


def _summary(gateway: Gateway, call: Call) -> SummaryView:
    return gateway.exchange.summary(gateway.account(call.path["accountId"]))


_BASE = "/iserver/account/{accountId}/summary"
ROUTES = (
    Route("GET", _BASE, overview),
    Route("GET", f"{_BASE}/available_funds", _parted(_funds)),
    Route("GET", f"{_BASE}/balances", _parted(_balances)),
    Route("GET", f"{_BASE}/margins", _parted(_margins)),
    Route("GET", f"{_BASE}/market_value", market_value),
)
