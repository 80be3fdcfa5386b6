"""A simulated exchange and brokerage: seeded market, order matching and accounts, driven by the caller's clock."""

from __future__ import annotations

from ibtui.sim.exchange.accounts import default_accounts
from ibtui.sim.exchange.exchange import Exchange
from ibtui.sim.exchange.listings import default_instruments
from ibtui.sim.exchange.refusals import OrderRefused
from ibtui.sim.exchange.terms import Leg, OrderRequest, OrderType, Plan, Share, Side, Tif
from ibtui.sim.exchange.types import (
    WORKING,
    AccountSpec,
    Bar,
    Event,
    Executed,
    Execution,
    Hours,
    Instrument,
    LedgerView,
    Level,
    MarginImpact,
    OrderChanged,
    OrderView,
    PositionView,
    Quote,
    QuoteChanged,
    Status,
    SummaryView,
    Trade,
)

__all__ = [
    "WORKING",
    "AccountSpec",
    "Bar",
    "Event",
    "Exchange",
    "Executed",
    "Execution",
    "Hours",
    "Instrument",
    "LedgerView",
    "Leg",
    "Level",
    "MarginImpact",
    "OrderChanged",
    "OrderRefused",
    "OrderRequest",
    "OrderType",
    "OrderView",
    "Plan",
    "PositionView",
    "Quote",
    "QuoteChanged",
    "Share",
    "Side",
    "Status",
    "SummaryView",
    "Tif",
    "Trade",
    "default_accounts",
    "default_instruments",
]
