"""A day of orders, fills, cash and messages on top of the market, for blotter, portfolio and inbox."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.account import LedgerLine, SummaryLine
from ibtui.domain.events import (
    BulletinReceived,
    ExecutionReceived,
    FyisReceived,
    LedgerReceived,
    NoticeReceived,
    OrderReceived,
    SubmissionMoved,
    SummaryReceived,
    UnreadCounted,
)
from ibtui.domain.notices import Bulletin, Fyi, Notice
from ibtui.domain.orders import Execution, Intent, OrderStatus, Stage, Submission
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.store import Store
from tests.ui.market import AAPL, ACCOUNT, CONTRACTS, ES, MSFT, NVDA

MORNING_MS = 1_795_000_000_000
"""Unix milliseconds of the manual clock's wall time."""

CONTRACT = {contract.conid: contract for contract in CONTRACTS}

AAPL_TICKET = Ticket(ACCOUNT, CONTRACT[AAPL], Side.BUY, OrderType.LMT, Decimal(100), Decimal("271.65"))
ES_TICKET = Ticket(
    ACCOUNT, CONTRACT[ES], Side.SELL, OrderType.STP, Decimal(2), stop_price=Decimal("4950.00"), tif=Tif.GTC
)
NVDA_TICKET = Ticket(ACCOUNT, CONTRACT[NVDA], Side.SELL, OrderType.LMT, Decimal(25), Decimal("735.00"))


def trade(store: Store, now: float) -> None:
    """Fill the store with a trading day; nothing is left to drain."""
    _submissions(store, now)
    _orders(store, now)
    _executions(store)
    _money(store)
    store.drain()


def read(store: Store, now: float) -> None:
    """Fill the inbox; nothing is left to drain."""
    day = MORNING_MS / 1000
    store.apply(
        FyisReceived(
            (
                Fyi("f1", "Upcoming earnings", "AAPL reports after the close on 26 Nov.\n\nYou hold 100 shares.", "PF",
                    day - 3_600),
                Fyi("f2", "Margin increase: [b]NVDA[/b]", "The margin of NVDA rises to 40 %.", "MG", day - 86_400),
                Fyi("f3", "Options expire", "Secret until the disclaimer is accepted.", "OE", day - 90_000,
                    needs_disclaimer=True),
                Fyi("f4", "Dividend paid", "MSFT paid 0.75 USD per share.", "DA", day - 200_000, is_read=True),
            )
        )
    )  # fmt: skip
    store.apply(UnreadCounted(3))
    store.apply(BulletinReceived(Bulletin("9001", "Trading in VOD on LSE is delayed until further notice.", now - 120)))
    notice = Notice("118", "Order SELL 1 MSFT will be cancelled at 16:00.", received=now - 600)
    prompt = Notice(
        "p12",
        "Use the Price Management Algo for this order?",
        title="Price Management",
        order_id=1001,
        request_id="29042",
        options=("Use on this order", "Always use", "Do not use"),
        received=now - 60,
    )
    store.apply(NoticeReceived(notice))
    store.apply(NoticeReceived(prompt))
    store.drain()


def _submissions(store: Store, now: float) -> None:
    done = Stage.ACKNOWLEDGED
    place = Intent.PLACE
    for submission in (
        Submission("ib-0001", place, ACCOUNT, done, (AAPL_TICKET,), 1003, updated=now - 900),
        Submission("ib-0002", place, ACCOUNT, done, (ES_TICKET,), 1002, updated=now - 800),
        Submission("cancel-3", Intent.CANCEL, ACCOUNT, done, order_id=1002, updated=now - 30),
        Submission(
            "ib-0004",
            place,
            ACCOUNT,
            Stage.REJECTED,
            (NVDA_TICKET,),
            message="Order price is too far.",
            updated=now - 90,
        ),
        Submission(
            "ib-0005", place, ACCOUNT, Stage.UNKNOWN, (NVDA_TICKET,), message="No answer within 15 s.", updated=now - 20
        ),
    ):
        store.apply(SubmissionMoved(submission))


def _orders(store: Store, now: float) -> None:
    orders: list[tuple[int, dict[str, object]]] = [
        (1006, {"conid": MSFT, "symbol": "MSFT", "side": Side.SELL, "order_type": "Limit", "tif": "CLOSE",
                "quantity": Decimal(10), "filled": Decimal(0), "limit_price": Decimal("420.00"),
                "status": OrderStatus.INACTIVE, "status_text": "Inactive", "time_ms": MORNING_MS}),
        (1007, {"conid": NVDA, "symbol": "NVDA", "side": Side.BUY, "order_type": "STOP_LIMIT", "tif": "GTC",
                "quantity": Decimal(5), "filled": Decimal(0), "limit_price": Decimal("741.00"),
                "stop_price": Decimal("740.50"), "status": OrderStatus.REJECTED, "time_ms": MORNING_MS - 60_000,
                "reason": "The stop price is on the wrong side of the market."}),
        (1008, {"conid": AAPL, "symbol": "AAPL", "side": Side.BUY, "order_type": "Market", "tif": "DAY",
                "quantity": Decimal(50), "filled": Decimal(0), "status": OrderStatus.CANCELLED,
                "time_ms": MORNING_MS - 120_000}),
    ]  # fmt: skip
    for order_id, changes in orders:
        store.apply(OrderReceived(order_id, {"account": ACCOUNT, **changes}, now - 50))
    filled = {"average_price": Decimal("411.98"), "order_ref": "ib-0000"}
    store.apply(OrderReceived(1005, filled, now - 40))


def _executions(store: Store) -> None:
    fills = (
        ("e1", 1005, MSFT, "MSFT", Side.BUY, "6", "411.97", "1.00", "ISLAND"),
        ("e2", 1005, MSFT, "MSFT", Side.BUY, "4", "412.00", None, "ARCA"),
        ("e3", 1003, AAPL, "AAPL", Side.SELL, "20", "271.71", "1.00", "NASDAQ"),
    )
    for place, (fill_id, order_id, conid, symbol, side, size, price, commission, exchange) in enumerate(fills):
        sign = 1 if side is Side.SELL else -1
        store.apply(
            ExecutionReceived(
                Execution(
                    fill_id,
                    order_id,
                    ACCOUNT,
                    conid,
                    symbol,
                    side,
                    Decimal(size),
                    Decimal(price),
                    None if commission is None else Decimal(commission),
                    sign * Decimal(size) * Decimal(price),
                    exchange,
                    MORNING_MS - 300_000 + place * 60_000,
                )
            )
        )


def _money(store: Store) -> None:
    base = LedgerLine(
        ACCOUNT,
        "BASE",
        cash=Decimal("978087.10"),
        settled_cash=Decimal("977000.00"),
        stock_value=Decimal("45200.25"),
        net_liquidation=Decimal("1005254.10"),
        unrealized_pnl=Decimal("607.07"),
        realized_pnl=Decimal("-12.40"),
        exchange_rate=Decimal(1),
    )
    dollars = LedgerLine(
        ACCOUNT, "USD", Decimal("967000.10"), Decimal("966000.00"), Decimal("45200.25"), exchange_rate=Decimal(1)
    )
    euros = LedgerLine(ACCOUNT, "EUR", Decimal("10193.50"), Decimal("10193.50"), exchange_rate=Decimal("1.08765"))
    store.apply(LedgerReceived((euros, dollars, base)))
    figures = {
        "netliquidation": ("1005254.10", "981254.10", "24000.00"),
        "equitywithloanvalue": ("1005254.10", "981254.10", "24000.00"),
        "totalcashvalue": ("978087.10", "954087.10", "24000.00"),
        "buyingpower": ("3980000.00", None, None),
        "excessliquidity": ("995000.00", "975000.00", "20000.00"),
        "availablefunds": ("993200.00", "973200.00", "20000.00"),
        "initmarginreq": ("12054.10", "8054.10", "4000.00"),
        "maintmarginreq": ("10254.10", "6254.10", "4000.00"),
    }
    lines = [
        SummaryLine(f"{key}{suffix}", Decimal(amount), "USD")
        for key, amounts in figures.items()
        for suffix, amount in zip(("", "-s", "-c"), amounts, strict=True)
        if amount is not None
    ]
    store.apply(SummaryReceived(ACCOUNT, tuple(lines)))
