"""Rows of the watchlist, the working orders and the positions: pure functions from domain values to cells."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.market import Quote
from ibtui.domain.orders import LiveOrder, OrderStatus
from ibtui.domain.tickets import Side
from ibtui.store import Store
from ibtui.ui import formatting as f
from ibtui.ui.belief import LIVE, Belief
from ibtui.ui.order_words import instrument_words, type_word
from ibtui.ui.widgets.columns import Align, Cell, Column

SPARK_WIDTH: Final = 8
PRIOR_CLOSE: Final = "prior close"

WATCH_COLUMNS: Final = (
    Column("symbol", "Symbol", 8, most=16),
    Column("last", "Last", 8, Align.POINT),
    Column("tick", "", 1),
    Column("change", "Chg", 7, Align.RIGHT, priority=5),
    Column("percent", "Chg%", 7, Align.RIGHT),
    Column("bid_size", "Size", 5, Align.RIGHT, priority=8),
    Column("bid", "Bid", 8, Align.POINT),
    Column("ask", "Ask", 8, Align.POINT),
    Column("ask_size", "Size", 5, Align.RIGHT, priority=8),
    Column("volume", "Vol", 5, Align.RIGHT, priority=6),
    Column("high", "High", 8, Align.POINT, priority=9),
    Column("low", "Low", 8, Align.POINT, priority=9),
    Column("position", "Pos", 5, Align.RIGHT),
    Column("day", "Day", SPARK_WIDTH, most=14),
)

ORDER_COLUMNS: Final = (
    Column("side", "Side", 4),
    Column("quantity", "Qty", 5, Align.RIGHT),
    Column("symbol", "Symbol", 7, most=14),
    Column("type", "Type", 4, most=10),
    Column("price", "Price", 8, Align.POINT),
    Column("tif", "TIF", 3, priority=2),
    Column("filled", "Filled", 7, Align.RIGHT, priority=1),
    Column("status", "Status", 9, most=14),
    Column("time", "Time", 8, priority=3),
)

POSITION_COLUMNS: Final = (
    Column("symbol", "Symbol", 7, most=14),
    Column("quantity", "Pos", 5, Align.RIGHT),
    Column("average", "Avg", 8, Align.POINT, priority=1),
    Column("mark", "Mark", 8, Align.POINT, priority=2),
    Column("pnl", "Unrl P&L", 10, Align.RIGHT),
)

STATUS_STYLES: Final = {
    OrderStatus.SUBMITTED: "good",
    OrderStatus.PRE_SUBMITTED: "accent",
    OrderStatus.PENDING_SUBMIT: "warn",
    OrderStatus.PENDING_CANCEL: "warn",
    OrderStatus.REJECTED: "bad",
    OrderStatus.FILLED: "good",
}


def order_price(order: LiveOrder) -> Decimal | None:
    """The price an order stands at: its stop where it has one, else its limit."""
    return order.stop_price if order.stop_price is not None else order.limit_price


def watch_cells(
    contract: Contract | None,
    conid: int,
    quote: Quote | None,
    rules: ContractRules | None,
    position: Decimal | None,
    spark: str,
    trust: Belief,
) -> tuple[Cell, ...]:
    """One row of the watchlist; disbelieved prices are dim and say why where the day's line would stand."""
    q = quote or Quote(conid)
    digits = f.quote_digits(quote, rules)
    dim = "stale" if trust.is_stale else "dim" if trust.is_warning else ""
    moved = dim or f.sign_class(q.change)
    name = contract.label if contract is not None else str(conid)
    note_style = "bad" if q.halted else "warn" if trust.is_warning else "stale"
    note = note_of(quote, trust)
    if note == PRIOR_CLOSE:
        note_style = "dim"
    return (
        Cell(name, "" if trust.is_stale else "strong", name.casefold()),
        Cell(f.price(q.last, digits), dim or ("dim" if q.last_is_close else "strong"), q.last),
        Cell(f.arrow(0 if trust.is_stale else q.direction), "up" if q.direction > 0 else "down", q.direction),
        Cell(f.signed_price(q.change, digits), moved, q.change),
        Cell(f.percent(q.change_percent), moved, q.change_percent),
        Cell(f.size(q.bid_size), dim or "dim", q.bid_size),
        Cell(f.price(q.bid, digits), dim or "bid", q.bid),
        Cell(f.price(q.ask, digits), dim or "ask", q.ask),
        Cell(f.size(q.ask_size), dim or "dim", q.ask_size),
        Cell(f.size(q.volume), dim, q.volume),
        Cell(f.price(q.high, digits), dim or "dim", q.high),
        Cell(f.price(q.low, digits), dim or "dim", q.low),
        Cell(f.signed_quantity(position), f.sign_class(position), position or None),
        Cell(note, note_style) if note else Cell(spark, moved),
    )


def note_of(quote: Quote | None, trust: Belief) -> str:
    """Why the prices of a row are not simply live, blank where they are."""
    if trust is not LIVE:
        return trust.word
    return PRIOR_CLOSE if quote is not None and quote.last_is_close else ""


def order_cells(order: LiveOrder, contracts: Mapping[int, Contract]) -> tuple[Cell, ...]:
    """One working order."""
    contract = contracts.get(order.conid) if ";" not in order.conidex else None
    side = order.side.value if order.side is not None else f.MISSING
    price = order_price(order)
    done = f"{f.quantity(order.filled)}/{f.quantity(order.quantity)}"
    status = order.status.value if order.status is not OrderStatus.UNKNOWN else order.status_text or "Unknown"
    return (
        Cell(side, "buy" if order.side is Side.BUY else "sell"),
        Cell(f.quantity(order.quantity), "", order.quantity),
        Cell(contract.label if contract is not None else instrument_words(order, contracts), "strong"),
        Cell(type_word(order.order_type)),
        Cell(f.price(price) if price is not None else "", "", price),
        Cell(order.tif, "dim"),
        Cell(done, "accent" if order.filled else "dim", order.filled),
        Cell(status, STATUS_STYLES.get(order.status, "warn")),
        Cell(f.clock_time(order.time_ms), "dim", order.time_ms or None),
    )


def position_cells(position: Position, contract: Contract | None) -> tuple[Cell, ...]:
    """One holding."""
    return (
        Cell(contract.label if contract is not None else position.symbol, "strong"),
        Cell(f.quantity(position.quantity), f.sign_class(position.quantity), position.quantity),
        Cell(f.price(position.average_price), "dim", position.average_price),
        Cell(f.price(position.market_price), "", position.market_price),
        Cell(f.signed_money(position.unrealized_pnl), f.sign_class(position.unrealized_pnl), position.unrealized_pnl),
    )


def working(store: Store, conid: int | None = None) -> list[LiveOrder]:
    """Working orders on the screen of the account chosen, newest first, of one instrument where one is given."""
    money, orders = store.money, store.orders
    if conid is None:
        return [orders.orders[order_id] for order_id in orders.index.working(money.is_shown)]
    found = [o for o in orders.index.orders_of(conid).values() if o.is_working and money.is_shown(o.account)]
    return sorted(found, key=lambda order: (order.time_ms, order.order_id), reverse=True)
