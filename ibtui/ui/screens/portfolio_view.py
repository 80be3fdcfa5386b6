"""Rows of the portfolio: pure functions from figures to cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from ibtui.domain.account import LedgerLine, Position
from ibtui.store import Store
from ibtui.ui.formatting import MISSING, money, price, quantity, quote_digits, sign_class, signed, signed_money
from ibtui.ui.screens.portfolio_figures import BASE, Holding, base_currency, holding, label_of, net_liquidation
from ibtui.ui.widgets.columns import Align, Cell, Column, SortValue
from ibtui.ui.widgets.figures import Span
from ibtui.ui.widgets.grid import Row

POSITION_COLUMNS = (
    Column("symbol", "Symbol", 8, most=16),
    Column("name", "Name", 12, priority=7, flex=1, most=0),
    Column("quantity", "Qty", 6, Align.POINT),
    Column("average", "Avg", 8, Align.POINT, priority=2),
    Column("mark", "Mark", 8, Align.POINT),
    Column("value", "Value", 11, Align.POINT),
    Column("currency", "Ccy", 3, priority=5),
    Column("day", "Day P&L", 10, Align.POINT),
    Column("unrealized", "Unrl P&L", 10, Align.POINT),
    Column("weight", "%NLV", 6, Align.POINT, priority=1),
)

LEDGER_COLUMNS = (
    Column("currency", "Ccy", 5),
    Column("cash", "Cash", 12, Align.POINT),
    Column("settled", "Settled", 12, Align.POINT, priority=4),
    Column("stocks", "Stocks", 10, Align.POINT, priority=1),
    Column("futures", "Futures", 8, Align.POINT, priority=6),
    Column("unrealized", "Unrl P&L", 9, Align.POINT, priority=2),
    Column("realized", "Real P&L", 9, Align.POINT, priority=3),
    Column("rate", "Rate", 7, Align.POINT, priority=5),
)

SUMMARY_COLUMNS = (
    Column("name", "", 18, flex=1),
    Column("total", "Total", 13, Align.POINT),
    Column("securities", "Securities", 12, Align.POINT),
    Column("commodities", "Commodities", 11, Align.POINT),
)

SUMMARY_NAMES = {
    "netliquidation": "Net liquidation",
    "equitywithloanvalue": "Equity with loan",
    "totalcashvalue": "Cash",
    "buyingpower": "Buying power",
    "excessliquidity": "Excess liquidity",
    "availablefunds": "Available funds",
    "initmarginreq": "Initial margin",
    "maintmarginreq": "Maintenance margin",
}
"""Keys of the account summary to the names on screen; `-s` and `-c` are securities and commodities."""


def position_cells(store: Store, one: Holding) -> tuple[Cell, ...]:
    """One holding; a mark that is not streamed is dim and marked with a tilde."""
    position = one.position
    contract = store.market.contracts.get(position.conid)
    quote = store.market.quotes.get(position.conid)
    rules = store.market.rules.get((position.conid, True))
    digits = quote_digits(quote, rules)
    mark = price(one.mark, digits)
    return (
        Cell(one.label, "strong", one.label.casefold()),
        Cell(contract.name if contract is not None else position.description, "dim"),
        Cell(quantity(position.quantity), "down" if position.quantity < 0 else "", position.quantity),
        Cell(price(position.average_price, digits), "dim", position.average_price),
        Cell(
            mark if one.is_live or one.mark is None else f"~{mark}",
            "" if one.is_live else "stale",
            one.mark,
        ),
        Cell(money(one.value), "", one.value),
        Cell(position.currency, "dim"),
        _profit(one.day),
        _profit(one.unrealized),
        Cell(_percent(one.weight), "dim", one.weight),
    )


def position_value(store: Store, position: Position, column: str) -> SortValue:
    """What a holding is sorted by; a sort by weight is one by value in base currency."""
    if column in _OF_POSITION:
        return _OF_POSITION[column](position)
    if column == "symbol":
        return label_of(store, position)
    if column == "name":
        contract = store.market.contracts.get(position.conid)
        return (contract.name if contract is not None else position.description).strip() or None
    one = holding(store, position)
    figures = {"mark": one.mark, "value": one.value, "day": one.day, "unrealized": one.unrealized, "weight": one.based}
    return figures[column]


_OF_POSITION: Mapping[str, Callable[[Position], SortValue]] = {
    "quantity": lambda position: position.quantity,
    "average": lambda position: position.average_price,
    "currency": lambda position: position.currency or None,
}


def ledger_row(line: LedgerLine) -> Row:
    """One currency, or everything in base currency."""
    name = "strong" if line.currency == BASE else ""
    rate = MISSING if line.exchange_rate is None else f"{line.exchange_rate.normalize():f}"
    cells = (
        Cell(line.currency, name),
        Cell(money(line.cash), "down" if line.cash is not None and line.cash < 0 else name, line.cash),
        Cell(money(line.settled_cash), "", line.settled_cash),
        Cell(money(line.stock_value), "", line.stock_value),
        Cell(money(line.future_value), "", line.future_value),
        _profit(line.unrealized_pnl),
        _profit(line.realized_pnl),
        Cell(rate, "dim", line.exchange_rate),
    )
    return line.currency, cells


def summary_rows(store: Store) -> list[Row]:
    """The eight figures a trader looks for, in three columns each."""
    account = store.money.account

    def cell(key: str, style: str) -> Cell:
        line = store.money.summary.get((account, key))
        amount = line.amount if line is not None else None
        return Cell(money(amount), style if amount is not None else "dim", amount)

    return [
        (key, (Cell(name, "dim"), cell(key, "strong"), cell(f"{key}-s", ""), cell(f"{key}-c", "")))
        for key, name in SUMMARY_NAMES.items()
    ]


def headline(store: Store) -> list[tuple[Span, ...]]:
    """Net liquidation and profit of the account, as `spl` tells them."""
    pnl = store.money.pnl.get(store.money.account)
    worth = f"{money(net_liquidation(store))} {base_currency(store)}".rstrip()
    groups: list[tuple[Span, ...]] = [(Span("NLV ", "muted"), Span(worth, "strong"))]
    daily, open_profit = (pnl.daily, pnl.unrealized) if pnl is not None else (None, None)
    groups.append((Span("daily ", "muted"), Span(signed_money(daily), sign_class(daily))))
    groups.append((Span("unrealised ", "muted"), Span(signed_money(open_profit), sign_class(open_profit))))
    for name, amount in (
        ("market value", pnl.market_value if pnl is not None else None),
        ("excess liquidity", pnl.excess_liquidity if pnl is not None else None),
    ):
        if amount is not None:
            groups.append((Span(f"{name} ", "muted"), Span(money(amount))))
    return groups


def _profit(amount: Decimal | None) -> Cell:
    return Cell(signed_money(amount), sign_class(amount) or ("dim" if amount is None else ""), amount)


def _percent(value: Decimal | None) -> str:
    return MISSING if value is None else f"{signed(value, 1).removeprefix('+')}%"
