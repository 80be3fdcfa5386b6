"""Accounts, positions, cash and profit."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

ALL_ACCOUNTS = "All"
"""The allocation group an advisor always has."""


class Account(Struct, frozen=True):
    """A brokerage account the login may trade (`/iserver/accounts`)."""

    account_id: str
    alias: str = ""
    currency: str = ""
    is_paper: bool | None = None
    """None until the gateway said so (`act`, `isPaper`, `ssodh`); an unknown account is shown as LIVE."""
    is_advisor: bool | None = None
    """Whether its login has accounts of clients (`hasChildAccounts`, `allowFA`); None is "not told"."""


class Position(Struct, frozen=True):
    """A holding (`portfolio2/{acct}/positions`, `portfolio/{acct}/positions/{page}`), money in its own currency."""

    account: str
    conid: int
    symbol: str = ""
    description: str = ""
    sec_type: str = ""
    currency: str = ""
    quantity: Decimal = Decimal(0)
    market_price: Decimal | None = None
    market_value: Decimal | None = None
    average_price: Decimal | None = None
    average_cost: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    realized_pnl: Decimal | None = None
    multiplier: Decimal = Decimal(1)


class LedgerLine(Struct, frozen=True):
    """Cash and value in one currency, or in all of them (`BASE`)."""

    account: str
    currency: str
    cash: Decimal | None = None
    settled_cash: Decimal | None = None
    stock_value: Decimal | None = None
    future_value: Decimal | None = None
    net_liquidation: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    realized_pnl: Decimal | None = None
    interest: Decimal | None = None
    dividends: Decimal | None = None
    exchange_rate: Decimal | None = None
    timestamp: int = 0
    """Unix seconds of the gateway's figures."""


class SummaryLine(Struct, frozen=True):
    """One figure of the account summary (`/portfolio/{acct}/summary`, `ssd`)."""

    key: str
    """Lower case, as in the REST answer: netliquidation, buyingpower, excessliquidity, excessliquidity-s …"""
    amount: Decimal | None = None
    currency: str = ""
    text: str = ""
    timestamp: int = 0


class Pnl(Struct, frozen=True):
    """Profit and loss of one account (`spl`, `/iserver/account/pnl/partitioned`), in its base currency."""

    account: str
    daily: Decimal | None = None
    unrealized: Decimal | None = None
    net_liquidation: Decimal | None = None
    excess_liquidity: Decimal | None = None
    market_value: Decimal | None = None
    received: float = 0.0


class Allocation(Struct, frozen=True):
    """Value by asset class, sector and industry group, in the base currency; short values are negative."""

    asset_class: tuple[tuple[str, Decimal], ...] = ()
    sector: tuple[tuple[str, Decimal], ...] = ()
    group: tuple[tuple[str, Decimal], ...] = ()


class ComboPosition(Struct, frozen=True):
    """Positions held together as one combination."""

    name: str
    description: str
    """Ratio and conid of each leg, as the gateway writes them."""
    legs: tuple[tuple[int, Decimal], ...]
    """(conid, ratio), a sold leg negative."""
    positions: tuple[Position, ...]
