"""The account summary as keys and values: /portfolio spells them small, the `ssd` topic does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ibtui.sim.exchange import SummaryView
from ibtui.sim.gateway.wire import Fields, money

_MONEY = {
    "AvailableFunds": "available_funds",
    "BuyingPower": "buying_power",
    "EquityWithLoanValue": "equity_with_loan",
    "ExcessLiquidity": "excess_liquidity",
    "FullAvailableFunds": "available_funds",
    "FullExcessLiquidity": "excess_liquidity",
    "FullInitMarginReq": "initial_margin",
    "FullMaintMarginReq": "maintenance_margin",
    "GrossPositionValue": "gross_position_value",
    "InitMarginReq": "initial_margin",
    "LookAheadAvailableFunds": "available_funds",
    "LookAheadExcessLiquidity": "excess_liquidity",
    "LookAheadInitMarginReq": "initial_margin",
    "LookAheadMaintMarginReq": "maintenance_margin",
    "MaintMarginReq": "maintenance_margin",
    "NetLiquidation": "net_liquidation",
    "SettledCash": "settled_cash",
    "TotalCashValue": "total_cash",
}
_WITHOUT_SEGMENTS = frozenset({"BuyingPower"})
_ZERO = ("AccruedCash", "AccruedDividend", "Guarantee", "IndianStockHaircut", "PostExpirationExcess")
_SUFFIXES = {"-C": "commodities", "-S": "securities"}


@dataclass(frozen=True, slots=True)
class SummaryKey:
    """One value of the summary: an amount of money, or a text."""

    name: str
    """As the `ssd` topic spells it: `NetLiquidation`, `AvailableFunds-S`."""
    amount: Decimal | None
    currency: str
    text: str = ""

    def portfolio_value(self, now_ms: int) -> Fields:
        """As in /portfolio/{accountId}/summary."""
        return {
            "amount": money(self.amount) if self.amount is not None else 0.0,
            "currency": self.currency if self.amount is not None else None,
            "isNull": False,
            "timestamp": now_ms,
            "value": None if self.amount is not None else self.text,
            "severity": 0,
        }

    def streamed(self, now_ms: int) -> Fields:
        """As in `result` of `ssd`."""
        row: Fields = {"key": self.name, "timestamp": now_ms // 1000, "severity": 0}
        if self.amount is None:
            return row | {"value": self.text}
        return row | {"monetaryValue": money(self.amount), "currency": self.currency}


def summary_keys(view: SummaryView, now_ms: int) -> list[SummaryKey]:
    """Every value of an account's summary, with `-C` and `-S` for its commodities and securities segments."""
    return [*_texts(view, now_ms), *_amounts(view)]


def _texts(view: SummaryView, now_ms: int) -> Iterator[SummaryKey]:
    texts = {
        "AccountCode": view.account,
        "AccountReady": "true",
        "AccountType": "INDIVIDUAL",
        "Cushion": f"{view.cushion:.6f}",
        "ColumnPrio-C": "2",
        "ColumnPrio-S": "1",
        "DayTradesRemaining": "-1",
        "HighestSeverity": "null",
        "Leverage-S": f"{_leverage(view):.2f}",
        "LookAheadNextChange": str(now_ms // 1000 + 3_600),
        "NLVAndMarginInReview": "false",
        "SegmentTitle-C": "US Commodities",
        "SegmentTitle-S": "US Securities",
        "TradingType-S": "STKNOPT",
        "WhatIfPMEnabled": "true",
    }
    for name, text in texts.items():
        yield SummaryKey(name, None, "", text)


def _amounts(view: SummaryView) -> Iterator[SummaryKey]:
    for name, attribute in _MONEY.items():
        yield SummaryKey(name, _amount(view, attribute), view.currency)
        if name in _WITHOUT_SEGMENTS:
            continue
        for suffix, segment in _SUFFIXES.items():
            part = view.segments.get(segment)
            yield SummaryKey(name + suffix, _amount(part, attribute) if part else Decimal(0), view.currency)
    for name in _ZERO:
        for suffix in ("", *_SUFFIXES):
            yield SummaryKey(name + suffix, Decimal(0), view.currency)


def _amount(view: SummaryView, attribute: str) -> Decimal:
    amount = getattr(view, attribute)
    if not isinstance(amount, Decimal):
        raise TypeError(attribute)
    return amount


def _leverage(view: SummaryView) -> Decimal:
    return view.gross_position_value / view.net_liquidation if view.net_liquidation else Decimal(0)
