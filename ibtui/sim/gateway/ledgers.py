"""Lines of an account's ledger, as the portfolio and as the `sld` topic name them ("Portfolio Ledger")."""

from __future__ import annotations

from ibtui.sim.exchange import LedgerView
from ibtui.sim.gateway.wire import Fields, money


def portfolio_line(line: LedgerView, now_ms: int, *, last: bool) -> Fields:
    """One currency of /portfolio/{accountId}/ledger; `endofbundle` stands on one of them only (wire-facts §8)."""
    row: Fields = {
        "commoditymarketvalue": money(line.future_value),
        "futuremarketvalue": money(line.future_value),
        "settledcash": money(line.settled_cash),
        "exchangerate": 1 if line.exchange_rate == 1 else float(line.exchange_rate),
        "sessionid": 1,
        "cashbalance": money(line.cash),
        "corporatebondsmarketvalue": 0.0,
        "warrantsmarketvalue": 0.0,
        "netliquidationvalue": money(line.net_liquidation),
        "interest": money(line.interest),
        "unrealizedpnl": money(line.unrealized_pnl),
        "stockmarketvalue": money(line.stock_value),
        "moneyfunds": 0.0,
        "currency": line.currency,
        "realizedpnl": money(line.realized_pnl),
        "funds": 0.0,
        "acctcode": line.account,
        "issueroptionsmarketvalue": 0.0,
        "key": "LedgerList",
        "timestamp": now_ms // 1000,
        "severity": 0,
        "stockoptionmarketvalue": 0.0,
        "futuresonlypnl": money(line.future_value),
        "tbondsmarketvalue": 0.0,
        "futureoptionmarketvalue": 0.0,
        "cashbalancefxsegment": 0.0,
        "secondkey": line.currency,
        "tbillsmarketvalue": 0.0,
        "dividends": money(line.dividends),
        "cryptocurrencyvalue": money(line.crypto_value),
    }
    return row | ({"endofbundle": 1} if last else {})


def streamed_line(line: LedgerView, now_ms: int) -> Fields:
    """One element of `result` of `sld`; `cashbalance` is spelled small, the rest is not."""
    return {
        "acctCode": line.account,
        "cashbalance": money(line.cash),
        "cashBalanceFXSegment": 0.0,
        "commodityMarketValue": money(line.future_value),
        "corporateBondsMarketValue": 0.0,
        "key": f"LedgerList{line.currency}",
        "dividends": money(line.dividends),
        "exchangeRate": float(line.exchange_rate),
        "funds": 0.0,
        "marketValue": 0.0,
        "optionMarketValue": 0.0,
        "interest": money(line.interest),
        "issueOptionsMarketValue": 0.0,
        "moneyFunds": 0.0,
        "netLiquidationValue": money(line.net_liquidation),
        "realizedPnl": money(line.realized_pnl),
        "unrealizedPnl": money(line.unrealized_pnl),
        "secondKey": line.currency,
        "settledCash": money(line.settled_cash),
        "severity": 0,
        "stockMarketValue": money(line.stock_value),
        "tBillsMarketValue": 0.0,
        "tBondsMarketValue": 0.0,
        "warrantsMarketValue": 0.0,
        "timestamp": now_ms // 1000,
    }
