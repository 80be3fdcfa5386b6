"""A store of any size: instruments, executions, positions, orders and letters by the number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ibtui.domain.account import Account, LedgerLine, Pnl, Position, SummaryLine
from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.events import (
    AccountsReceived,
    ContractsLearned,
    Event,
    ExecutionReceived,
    FyisReceived,
    HealthChanged,
    LadderReceived,
    LadderRequested,
    LedgerReceived,
    NoticeReceived,
    OrderReceived,
    PnlReceived,
    PositionsReceived,
    QuoteReceived,
    RulesLearned,
    SubmissionMoved,
    SummaryReceived,
    WatchlistReceived,
)
from ibtui.domain.market import Availability, Rung
from ibtui.domain.notices import Fyi, Notice
from ibtui.domain.orders import Execution, Intent, OrderStatus, Stage, Submission
from ibtui.domain.session import Health, Light
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.domain.watchlists import Watchlist
from ibtui.store import Store

ACCOUNT = "DU1234567"
MORNING_MS = 1_795_000_000_000
FIRST = 100_001
"""The conid of the first instrument; the others follow."""
LADDER_ROWS = 60


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything there is."""

    watched: int
    executions: int
    positions: int
    working: int
    finished: int
    letters: int


SMALL = Sizes(watched=50, executions=50, positions=50, working=50, finished=50, letters=50)
"""Enough to fill a screen, so that both cases draw as many lines."""
LARGE = Sizes(watched=1_000, executions=10_000, positions=2_000, working=500, finished=5_000, letters=500)
"""The sizes of the issue; half as many ended orders as executions, and letters over many months."""


def fill(store: Store, sizes: Sizes, now: float) -> None:
    """Make a store of these sizes; nothing is left to drain."""
    conids = range(FIRST, FIRST + max(sizes.watched, sizes.positions))
    store.apply(HealthChanged(Health(Light.ON, Light.ON, Light.ON, Light.ON)))
    store.apply(AccountsReceived((Account(ACCOUNT, currency="USD", is_paper=True),), ACCOUNT))
    store.apply(ContractsLearned(tuple(contract(conid) for conid in conids)))
    for conid in conids:
        store.apply(quote(conid, 0, now))
        store.apply(RulesLearned(ContractRules(conid, True, (PriceStep(Decimal(0), Decimal("0.01")),), Decimal(1))))
    store.apply(WatchlistReceived(watchlist(sizes.watched)))
    store.apply(PositionsReceived(ACCOUNT, tuple(position(conid) for conid in conids[: sizes.positions]), now))
    _money(store)
    for event in [*orders(sizes, now), *(execution(n) for n in range(sizes.executions)), *letters(sizes, now)]:
        store.apply(event)
    for event in ladder(now):
        store.apply(event)
    store.drain()


def watchlist(count: int) -> Watchlist:
    """The first instruments."""
    return Watchlist("growth", "Tech", tuple(range(FIRST, FIRST + count)))


def contract(conid: int) -> Contract:
    """Of four letters each, no two alike."""
    number = conid - FIRST
    symbol = "".join(chr(65 + number // 26**place % 26) for place in (2, 1, 0))
    return Contract(conid, f"{symbol}X", f"{symbol} INDUSTRIES INC", "STK", "NASDAQ", "USD")


def price_of(conid: int, step: int) -> Decimal:
    """Another one at every step."""
    return Decimal(10_000 + (conid * 7919) % 40_000 + step % 97).scaleb(-2)


def quote(conid: int, step: int, now: float) -> QuoteReceived:
    """A whole quote at the first step, later what a tick changes."""
    last, cent = price_of(conid, step), Decimal("0.01")
    changes: dict[str, object] = {"last": last, "bid": last - cent, "ask": last + cent, "volume": Decimal(1000 + step)}
    if not step:
        size, moved = Decimal(100), Decimal("1.25")
        changes |= {"bid_size": size, "ask_size": size, "change": moved, "change_percent": moved, "close": last - moved}
        changes |= {"high": last, "low": last, "availability": Availability.LIVE}
    return QuoteReceived(conid, changes, now)


def position(conid: int, step: int = 0) -> Position:
    """A holding of the account."""
    mark = price_of(conid, step)
    held = Decimal(conid % 900 - 400 or 1)
    return Position(
        ACCOUNT,
        conid,
        contract(conid).symbol,
        sec_type="STK",
        currency="USD",
        quantity=held,
        market_price=mark,
        market_value=mark * held,
        average_price=mark - 1,
        unrealized_pnl=held,
    )


def execution(number: int, *, commission: bool = True) -> ExecutionReceived:
    """The fills of a day, each instrument in turn."""
    conid = FIRST + number % 200
    return ExecutionReceived(
        Execution(
            f"0000e0d5.{number:08d}.01",
            2_000_000 + number // 2,
            ACCOUNT,
            conid,
            contract(conid).symbol,
            Side.BUY if number % 2 else Side.SELL,
            Decimal(100 + number % 7),
            price_of(conid, number),
            Decimal("1.00") if commission else None,
            Decimal(12_345),
            "ARCA",
            MORNING_MS + number,
        )
    )


def orders(sizes: Sizes, now: float) -> list[Event]:
    """Working and ended ones, each placed and a part of them changed from here."""
    told: list[Event] = []
    for number in range(sizes.finished + sizes.working):
        status = OrderStatus.FILLED if number < sizes.finished else OrderStatus.SUBMITTED
        told += [order(2_000_000 + number, status, 0, now), placed(number)]
    return told


def placed(number: int) -> SubmissionMoved:
    """The acknowledged submission of an order."""
    one = contract(FIRST + number % 200)
    ticket = Ticket(ACCOUNT, one, Side.BUY, OrderType.LMT, Decimal(100), price_of(one.conid, number))
    key = f"ib-{number:06d}"
    return SubmissionMoved(Submission(key, Intent.PLACE, ACCOUNT, Stage.ACKNOWLEDGED, (ticket,), 2_000_000 + number))


def order(order_id: int, status: OrderStatus, step: int, now: float) -> OrderReceived:
    """A whole row of an order."""
    number = order_id - 2_000_000
    one = contract(FIRST + number % 200)
    changes: dict[str, object] = {
        "account": ACCOUNT,
        "conid": one.conid,
        "symbol": one.symbol,
        "side": Side.BUY,
        "order_type": "Limit",
        "tif": "DAY",
        "quantity": Decimal(100_000),
        "filled": Decimal(step) if status is not OrderStatus.FILLED else Decimal(100_000),
        "limit_price": price_of(one.conid, number),
        "status": status,
        "status_text": status.value,
        "order_ref": f"ib-{number:06d}",
        "time_ms": MORNING_MS + number + step,
    }
    return OrderReceived(order_id, changes, now)


def letters(sizes: Sizes, now: float) -> list[Event]:
    """Half of them notifications, half notices."""
    half, day = sizes.letters // 2, MORNING_MS / 1000
    fyis = tuple(Fyi(f"f{n}", f"Note {n} of an event", f"Text {n}", "PF", day - 60.0 * n) for n in range(half))
    return [FyisReceived(fyis), *(notice(n, now) for n in range(half))]


def notice(number: int, now: float) -> NoticeReceived:
    """One of the server's."""
    return NoticeReceived(Notice(f"n{number}", f"Order {number} will be cancelled at the close.", received=now))


def ladder(now: float) -> list[Event]:
    """The ladder of the first instrument."""
    return [LadderRequested(FIRST, 1), rungs(0, now)]


def rungs(step: int, now: float) -> LadderReceived:
    """Sixty rows round its price."""
    top = price_of(FIRST, 0) + Decimal("0.30")
    sizes = [Decimal(100 + (row * 31 + step) % 900) for row in range(LADDER_ROWS)]
    middle = LADDER_ROWS // 2
    rows = {
        row: Rung(top - Decimal(row).scaleb(-2), size if row >= middle else None, size if row < middle else None)
        for row, size in enumerate(sizes)
    }
    return LadderReceived(FIRST, 1, rows, now, is_whole=True)


def _money(store: Store) -> None:
    worth = Decimal(1_000_000)
    store.apply(LedgerReceived((LedgerLine(ACCOUNT, "BASE", cash=worth), LedgerLine(ACCOUNT, "USD", cash=worth))))
    store.apply(SummaryReceived(ACCOUNT, (SummaryLine("netliquidation", worth, "USD"),)))
    store.apply(pnl(0))


def pnl(step: int) -> PnlReceived:
    """The account's figures."""
    return PnlReceived(Pnl(ACCOUNT, Decimal(step), Decimal(2 * step), Decimal(1_000_000 + step)))
