"""A market frozen in one moment, for screens to be looked at: live, delayed, stale, halted and missing prices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from ibtui.domain.account import Account, LedgerLine, Pnl, Position, SummaryLine
from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.events import (
    AccountsReceived,
    ContractsLearned,
    HealthChanged,
    HistoryReceived,
    LadderReceived,
    LadderRequested,
    LedgerReceived,
    OrderReceived,
    PaceChanged,
    PnlReceived,
    PositionsReceived,
    QuoteReceived,
    QuotesSilenced,
    RulesLearned,
    SummaryReceived,
    UnreadCounted,
    WatchlistReceived,
    WatchlistsReceived,
)
from ibtui.domain.market import Availability, Bar, History, Rung
from ibtui.domain.orders import OrderStatus
from ibtui.domain.session import Health, Light, Pace
from ibtui.domain.tickets import Side
from ibtui.domain.watchlists import Watchlist, WatchlistName
from ibtui.store import Store

ACCOUNT = "DU1234567"
AAPL, MSFT, ES, SPX, EURUSD = 265598, 272093, 495512563, 416904, 12087792
TSLA, VOD, NVDA, BMW = 76792991, 37, 4815747, 14094

CONTRACTS = (
    Contract(AAPL, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD"),
    Contract(MSFT, "MSFT", "MICROSOFT CORP", "STK", "NASDAQ", "USD"),
    Contract(ES, "ES", "E-mini S&P 500", "FUT", "CME", "USD", Decimal(50), "ES DEC26", "20261218"),
    Contract(SPX, "SPX", "S&P 500 Stock Index", "IND", "CBOE", "USD"),
    Contract(EURUSD, "EUR", "European Monetary Union Euro", "CASH", "IDEALPRO", "USD", local_symbol="EUR.USD"),
    Contract(TSLA, "TSLA", "TESLA INC", "STK", "NASDAQ", "USD"),
    Contract(VOD, "VOD", "VODAFONE GROUP PLC", "STK", "LSE", "GBP"),
    Contract(NVDA, "NVDA", "NVIDIA CORP", "STK", "NASDAQ", "USD"),
    Contract(BMW, "BMW", "[b]BAYERISCHE MOTOREN WERKE[/b]", "STK", "IBIS", "EUR"),
)

QUOTES: Mapping[int, dict[str, str]] = {
    AAPL: {
        "last": "271.67",
        "bid": "271.66",
        "ask": "271.68",
        "bid_size": "222",
        "ask_size": "111",
        "change": "1.52",
        "change_percent": "0.56",
        "volume": "24230000",
        "high": "273.10",
        "low": "269.85",
        "close": "270.15",
        "last_size": "100",
    },
    MSFT: {
        "last": "412.10",
        "bid": "412.08",
        "ask": "412.11",
        "bid_size": "300",
        "ask_size": "200",
        "change": "-0.40",
        "change_percent": "-0.10",
        "volume": "11040000",
        "high": "415.00",
        "low": "410.95",
        "close": "412.50",
        "last_size": "50",
    },
    ES: {
        "last": "4980.25",
        "bid": "4980.00",
        "ask": "4980.25",
        "bid_size": "45",
        "ask_size": "38",
        "change": "12.00",
        "change_percent": "0.24",
        "volume": "1120000",
        "high": "4991.50",
        "low": "4961.75",
        "close": "4968.25",
        "last_size": "3",
    },
    SPX: {
        "last": "4975.11",
        "change": "9.80",
        "change_percent": "0.20",
        "high": "4986.02",
        "low": "4958.30",
        "close": "4965.31",
    },
    EURUSD: {
        "last": "1.08765",
        "bid": "1.08764",
        "ask": "1.08766",
        "bid_size": "1500000",
        "ask_size": "2000000",
        "change": "0.00112",
        "change_percent": "0.10",
        "high": "1.08910",
        "low": "1.08590",
        "close": "1.08653",
    },
    TSLA: {
        "last": "188.40",
        "bid": "188.10",
        "ask": "188.90",
        "bid_size": "12",
        "ask_size": "9",
        "change": "-11.37",
        "change_percent": "-5.69",
        "volume": "98100000",
        "high": "199.95",
        "low": "187.60",
        "close": "199.77",
    },
    VOD: {"close": "68.94"},
    NVDA: {
        "last": "721.33",
        "bid": "721.30",
        "ask": "721.41",
        "bid_size": "14",
        "ask_size": "31",
        "change": "0.00",
        "change_percent": "0.00",
        "volume": "45200000",
        "high": "733.80",
        "low": "717.02",
        "close": "721.33",
    },
    BMW: {
        "last": "104.28",
        "bid": "104.26",
        "ask": "104.30",
        "bid_size": "850",
        "ask_size": "1200",
        "change": "0.34",
        "change_percent": "0.33",
        "volume": "512000",
        "high": "104.90",
        "low": "103.52",
        "close": "103.94",
    },
}


def populate(store: Store, now: float) -> None:
    """Fill the store as a session would, a moment before `now`; nothing is left to drain."""
    _connection(store, now)
    _quotes(store, now)
    _ladder(store, now)
    _orders(store, now)
    _money(store, now)
    store.drain()


def _connection(store: Store, now: float) -> None:
    on = Light.ON
    store.apply(HealthChanged(Health(on, on, on, on, user="edemo", server="JifN17091", last_frame=now - 0.2)))
    store.apply(PaceChanged(Pace(free=8, limit=10, bytes_per_second=41_300.0)))
    store.apply(UnreadCounted(1))
    store.apply(AccountsReceived((Account(ACCOUNT, currency="USD", is_paper=True),), ACCOUNT))
    store.apply(WatchlistsReceived((WatchlistName("100", "Tech"), WatchlistName("101", "Macro"))))
    store.apply(WatchlistReceived(Watchlist("100", "Tech", tuple(contract.conid for contract in CONTRACTS))))
    store.apply(ContractsLearned(CONTRACTS))


def _quotes(store: Store, now: float) -> None:
    for conid, told in QUOTES.items():
        changes: dict[str, object] = {name: Decimal(value) for name, value in told.items()}
        changes["availability"] = {BMW: Availability.DELAYED, VOD: Availability.NOT_SUBSCRIBED}.get(
            conid, Availability.LIVE
        )
        changes["halted"] = conid == TSLA
        if "last" in told:
            before = Decimal(told["last"]) - (1 if not told.get("change", "").startswith("-") else -1)
            store.apply(QuoteReceived(conid, {"last": before}, now - 5))
        store.apply(QuoteReceived(conid, changes, now - (34 if conid == SPX else 0.2)))
    store.apply(QuotesSilenced((SPX,)))
    for place, conid in enumerate(QUOTES):
        bars = tuple(
            Bar(i * 300_000, 0, 0, 0, math.sin(i / 7 + place) * 3 + (i / 20) * (1 if place % 3 else -1), 0)
            for i in range(78)
        )
        store.apply(HistoryReceived(History(conid, "1d", "5min", bars, now)))


def _ladder(store: Store, now: float) -> None:
    cent = PriceStep(Decimal(0), Decimal("0.01"))
    for is_buy in (True, False):
        store.apply(RulesLearned(ContractRules(AAPL, is_buy, (cent,), Decimal(1), Decimal(100))))
        store.apply(RulesLearned(ContractRules(ES, is_buy, (PriceStep(Decimal(0), Decimal("0.25")),), Decimal(1))))
    store.apply(LadderRequested(AAPL, 1))
    asks = [Rung(Decimal("271.68") + Decimal(i) / 100, ask_size=Decimal(111 * (i + 1))) for i in range(9)]
    bids = [Rung(Decimal("271.66") - Decimal(i) / 100, bid_size=Decimal(111 * (i + 2))) for i in range(9) if i != 3]
    last = Rung(Decimal("271.67"), is_last=True, last_size=Decimal(100))
    rungs = [*reversed(asks), last, *bids]
    store.apply(LadderReceived(AAPL, 1, dict(enumerate(rungs)), now - 0.1))


def _orders(store: Store, now: float) -> None:
    orders: list[tuple[int, dict[str, object]]] = [
        (1001, {"conid": AAPL, "symbol": "AAPL", "side": Side.BUY, "order_type": "Limit", "tif": "DAY",
                "quantity": Decimal(100), "filled": Decimal(0), "remaining": Decimal(100),
                "limit_price": Decimal("271.63"), "status": OrderStatus.SUBMITTED}),
        (1002, {"conid": ES, "symbol": "ES", "side": Side.SELL, "order_type": "Stop", "tif": "GTC",
                "quantity": Decimal(2), "filled": Decimal(0), "remaining": Decimal(2),
                "stop_price": Decimal("4950.00"), "status": OrderStatus.PRE_SUBMITTED}),
        (1003, {"conid": AAPL, "symbol": "AAPL", "side": Side.SELL, "order_type": "Limit", "tif": "DAY",
                "quantity": Decimal(50), "filled": Decimal(20), "remaining": Decimal(30),
                "limit_price": Decimal("271.71"), "status": OrderStatus.SUBMITTED}),
        (1004, {"conid": AAPL, "symbol": "AAPL", "side": Side.SELL, "order_type": "Stop", "tif": "GTC",
                "quantity": Decimal(100), "filled": Decimal(0), "remaining": Decimal(100),
                "stop_price": Decimal("265.00"), "status": OrderStatus.PRE_SUBMITTED}),
        (1005, {"conid": MSFT, "symbol": "MSFT", "side": Side.BUY, "order_type": "Limit", "tif": "DAY",
                "quantity": Decimal(10), "filled": Decimal(10), "remaining": Decimal(0),
                "limit_price": Decimal("412.00"), "status": OrderStatus.FILLED}),
    ]  # fmt: skip
    for order_id, changes in orders:
        told = {"account": ACCOUNT, "time_ms": 1_795_000_000_000, **changes}
        store.apply(OrderReceived(order_id, told, now - 60))


def _money(store: Store, now: float) -> None:
    def position(conid: int, symbol: str, quantity: int, average: str, price: str, profit: str) -> Position:
        return Position(
            ACCOUNT, conid, symbol, quantity=Decimal(quantity), average_price=Decimal(average), currency="USD",
            market_price=Decimal(price), market_value=Decimal(price) * quantity, unrealized_pnl=Decimal(profit),
        )  # fmt: skip

    held = (
        position(AAPL, "AAPL", 100, "268.10", "271.67", "357.00"),
        position(ES, "ES", -2, "4982.75", "4980.25", "250.00"),
        position(NVDA, "NVDA", 25, "729.20", "721.33", "-196.75"),
    )
    store.apply(PositionsReceived(ACCOUNT, held, now - 1))
    pnl = Pnl(ACCOUNT, Decimal("-58.28"), Decimal("410.25"), Decimal("1005254.10"), received=now - 1)
    store.apply(PnlReceived(pnl))
    store.apply(LedgerReceived((LedgerLine(ACCOUNT, "BASE", cash=Decimal("978087.10")),)))
    store.apply(SummaryReceived(ACCOUNT, (SummaryLine("buyingpower", Decimal("3980000"), "USD"),)))
