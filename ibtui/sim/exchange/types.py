"""Values the simulated exchange takes and gives; the wire forms live in `ibtui.sim.gateway`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ibtui.sim.exchange.terms import OrderRequest, Side


class Status(StrEnum):
    """Life of an order, in the words of "Order Status Value" of IBKR's documents."""

    INACTIVE = "Inactive"
    PENDING_SUBMIT = "PendingSubmit"
    PRE_SUBMITTED = "PreSubmitted"
    SUBMITTED = "Submitted"
    PENDING_CANCEL = "PendingCancel"
    FILLED = "Filled"
    CANCELLED = "Cancelled"
    REJECTED = "Rejected"


WORKING = frozenset(
    {Status.INACTIVE, Status.PENDING_SUBMIT, Status.PRE_SUBMITTED, Status.SUBMITTED, Status.PENDING_CANCEL}
)
"""States in which an order may still be filled (`Inactive` is the first instant of a new order, or a saved one)."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Trading hours of an instrument on each weekday, minutes after midnight in `zone`.

    `regular` and `extended` are (open, close); a close smaller than its open is on the next day.
    """

    zone: str
    regular: tuple[int, int]
    extended: tuple[int, int]
    continuous: bool = False
    """Trades round the clock on every day of the week, in regular hours always."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One tradable (or, for an index, watchable) contract."""

    conid: int
    symbol: str
    name: str
    sec_type: str
    """STK, FUT, CASH, CRYPTO or IND (an ETF is STK with `stock_type` "ETF"); BAG for a combination."""
    exchange: str
    """Listing exchange, e.g. NASDAQ, NYSE, ARCA, CME, IDEALPRO, CBOE."""
    currency: str
    increment: Decimal
    """Smallest price step, in the contract's currency."""
    multiplier: Decimal
    """Cash value of one point of one unit: 1 for stocks, 50 for ES."""
    size_increment: Decimal
    start_price: Decimal
    """Previous close from which the seeded market starts."""
    daily_volatility: float
    """Standard deviation of a day's log return."""
    average_volume: int
    """Shares, contracts, coins or units of currency traded on an average day."""
    hours: Hours
    local_symbol: str = ""
    """ESZ6, EUR.USD; the symbol where the market knows no other."""
    trading_class: str = ""
    expiry: str = ""
    """Last trading day YYYYMMDD of a future, else blank."""
    underlying_conid: int = 0
    stock_type: str = ""
    """COMMON, ETF, ADR; blank where it is no stock."""
    group: str = ""
    industry: str = ""
    category: str = ""
    tradable: bool = True
    """False for an index."""
    base_currency: str = ""
    """First currency of a CASH pair (EUR of EUR.USD), else blank."""
    market_beta: float = 0.0
    """How far the price follows the whole market's move: 1 for a broad fund, 0 for a currency."""


@dataclass(frozen=True, slots=True)
class Level:
    """All orders resting at one price."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class Trade:
    """One print on the tape."""

    conid: int
    time_ms: int
    price: Decimal
    size: Decimal
    aggressor: Side


@dataclass(frozen=True, slots=True)
class Quote:
    """Top of the book and the day's statistics of one instrument; None is "there is none"."""

    conid: int
    bid: Decimal | None
    bid_size: Decimal
    ask: Decimal | None
    ask_size: Decimal
    last: Decimal | None
    last_size: Decimal
    last_time_ms: int
    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    prior_close: Decimal
    volume: Decimal
    vwap: Decimal | None
    halted: bool
    mark: Decimal
    """Middle of bid and ask where both are there, else last, else prior close, on the grid of half an increment."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Open, high, low, close and volume of the interval that starts at `time_ms` (Unix milliseconds)."""

    time_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True)
class OrderView:
    """State of an order at one moment."""

    order_id: int
    request: OrderRequest
    status: Status
    filled: Decimal
    remaining: Decimal
    average_price: Decimal | None
    stop_price: Decimal | None
    """Stop now in force (moves for trailing orders)."""
    limit_price: Decimal | None
    """Limit now in force."""
    placed_ms: int
    updated_ms: int
    commission: Decimal
    parent_id: int | None
    reason: str = ""
    """Why it was rejected or cancelled by the exchange, for the user."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill of a user's order."""

    execution_id: str
    """IBKR's look: 0000e0d5.6576fd38.01.01."""
    order_id: int
    account: str
    conid: int
    side: Side
    size: Decimal
    price: Decimal
    commission: Decimal
    commission_currency: str
    net_amount: Decimal
    """price × size × multiplier."""
    time_ms: int
    coid: str
    realized_pnl: Decimal
    group: str = ""
    """Allocation group the order was for, if any."""
    exchange: str = ""
    """Where the client routed the order, if it did."""


@dataclass(frozen=True, slots=True)
class PositionView:
    """A holding of one account, in the contract's currency."""

    account: str
    conid: int
    quantity: Decimal
    average_price: Decimal
    """Per unit, without multiplier, commissions included (IBKR's avgPrice)."""
    average_cost: Decimal
    """average_price × multiplier (IBKR's avgCost)."""
    market_price: Decimal
    market_value: Decimal
    unrealized_pnl: Decimal
    realized_pnl: Decimal
    """Since the trading day began."""
    daily_pnl: Decimal


@dataclass(frozen=True, slots=True)
class LedgerView:
    """Cash and value of an account in one currency (`BASE`: all of it, in the base currency)."""

    account: str
    currency: str
    cash: Decimal
    settled_cash: Decimal
    stock_value: Decimal
    future_value: Decimal
    """Unsettled variation: a future's value is its open profit."""
    crypto_value: Decimal
    net_liquidation: Decimal
    unrealized_pnl: Decimal
    realized_pnl: Decimal
    interest: Decimal
    dividends: Decimal
    exchange_rate: Decimal
    """Units of base currency for one unit of this currency."""


@dataclass(frozen=True, slots=True)
class SummaryView:
    """Equity and margin of an account in its base currency; `segments`: its parts "securities" and "commodities"."""

    account: str
    currency: str
    net_liquidation: Decimal
    equity_with_loan: Decimal
    total_cash: Decimal
    settled_cash: Decimal
    gross_position_value: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal
    available_funds: Decimal
    excess_liquidity: Decimal
    buying_power: Decimal
    cushion: Decimal
    daily_pnl: Decimal
    unrealized_pnl: Decimal
    realized_pnl: Decimal
    segments: dict[str, SummaryView] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class MarginImpact:
    """What an order would do to the account (what-if), in the base currency unless said."""

    amount: Decimal
    """Value of the order in the contract's currency."""
    commission: Decimal
    commission_currency: str
    equity_before: Decimal
    equity_change: Decimal
    initial_before: Decimal
    initial_change: Decimal
    maintenance_before: Decimal
    maintenance_change: Decimal
    position_before: Decimal
    position_change: Decimal
    error: str = ""
    """Why it would be rejected, or blank."""


@dataclass(frozen=True, slots=True)
class QuoteChanged:
    """Top of book, last or statistics of an instrument moved."""

    conid: int


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order moved to a new state; every step is told, in order."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class Executed:
    """A user's order was filled, in full or in part."""

    execution: Execution


Event = QuoteChanged | OrderChanged | Executed


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """How an account stands when the simulation starts."""

    account: str
    """IBKR's account id, e.g. DU1234567."""
    alias: str
    base_currency: str
    cash: Mapping[str, Decimal]
    """Cash by currency."""
    positions: Mapping[int, tuple[Decimal, Decimal]]
    """Signed quantity and average price (per unit, without multiplier) by conid."""
