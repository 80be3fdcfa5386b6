"""Figures of the portfolio: pure arithmetic on positions, quotes, ledger and summary; missing stays None."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from ibtui.domain.account import LedgerLine, Position
from ibtui.domain.contracts import Contract
from ibtui.domain.market import Quote
from ibtui.domain.tickets import Side
from ibtui.store import Store

BASE = "BASE"
"""The ledger's line of everything in base currency."""

MARGIN_TYPES = frozenset({"FUT", "FOP"})
"""Their market value is notional: it is no part of the net liquidation."""


class Holding(Struct, frozen=True):
    """A position with its figures of now, money in the position's currency."""

    position: Position
    label: str
    mark: Decimal | None
    is_live: bool
    """The mark is a streamed price, not the account's last one."""
    value: Decimal | None
    day: Decimal | None
    """Profit of the day: of what was held since yesterday's close, and of today's fills."""
    unrealized: Decimal | None
    based: Decimal | None
    """The value in base currency; None without a rate."""
    weight: Decimal | None
    """Percent of the net liquidation, in base currency."""


def holding(store: Store, position: Position) -> Holding:
    """One position at its live mark, or at the account's own while there is none."""
    quote = store.market.quotes.get(position.conid)
    live = _live_mark(quote)
    mark = live if live is not None else position.market_price
    multiplier = _multiplier(position, store.market.contracts.get(position.conid))
    value = _value(position, live, multiplier)
    unrealized = position.unrealized_pnl
    if live is not None and position.average_price is not None:
        unrealized = (live - position.average_price) * position.quantity * multiplier
    rate = exchange_rate(store, position.currency)
    nlv = net_liquidation(store)
    based = value * rate if value is not None and rate is not None else None
    return Holding(
        position,
        label_of(store, position),
        mark,
        live is not None,
        value,
        _day(store, position, quote, mark, multiplier),
        unrealized,
        based,
        based / nlv * 100 if based is not None and nlv else None,
    )


def label_of(store: Store, position: Position) -> str:
    """What the position is of, in few words."""
    contract = store.market.contracts.get(position.conid)
    return contract.label if contract is not None else position.symbol or str(position.conid)


def worth_of(store: Store, position: Position, rate: Decimal | None) -> Decimal | None:
    """Value in base currency as it counts in the net liquidation; None for futures and without a `rate`."""
    contract = store.market.contracts.get(position.conid)
    kind = position.sec_type or (contract.sec_type if contract is not None else "")
    if kind in MARGIN_TYPES or rate is None:
        return None
    value = _value(position, _live_mark(store.market.quotes.get(position.conid)), _multiplier(position, contract))
    return value * rate if value is not None else None


def net_liquidation(store: Store) -> Decimal | None:
    """The newest figure: `spl`, then the summary, then the ledger."""
    account = store.money.account
    pnl = store.money.pnl.get(account)
    if pnl is not None and pnl.net_liquidation is not None:
        return pnl.net_liquidation
    line = store.money.summary.get((account, "netliquidation"))
    if line is not None and line.amount is not None:
        return line.amount
    base = store.money.ledger.get((account, BASE))
    return base.net_liquidation if base is not None else None


def base_currency(store: Store) -> str:
    """Currency of the account's totals; blank while unknown."""
    account = store.money.account
    known = next((a.currency for a in store.money.accounts if a.account_id == account and a.currency), "")
    line = store.money.summary.get((account, "netliquidation"))
    return known or (line.currency if line is not None else "")


def exchange_rate(store: Store, currency: str) -> Decimal | None:
    """Base currency for one unit of `currency`, None while unknown."""
    return rate_at(store, currency, base_currency(store))


def rate_at(store: Store, currency: str, base: str) -> Decimal | None:
    """The same where the base currency is known already."""
    if currency and currency == base:
        return Decimal(1)
    line = store.money.ledger.get((store.money.account, currency))
    return line.exchange_rate if line is not None else None


def ledger_lines(store: Store) -> list[LedgerLine]:
    """The account's ledger, BASE first, then by currency."""
    account = store.money.account
    mine = [line for (owner, _), line in store.money.ledger.items() if owner == account]
    return sorted(mine, key=lambda line: (line.currency != BASE, line.currency))


def _multiplier(position: Position, contract: Contract | None) -> Decimal:
    return contract.multiplier if contract is not None and contract.multiplier != 1 else position.multiplier


def _value(position: Position, live: Decimal | None, multiplier: Decimal) -> Decimal | None:
    """In the position's currency, at the live mark where there is one."""
    return position.market_value if live is None else live * position.quantity * multiplier


def _live_mark(quote: Quote | None) -> Decimal | None:
    """The quote's mark, else its last price, while the stream is believed and it is not yesterday's close."""
    if quote is None or not quote.subscribed:
        return None
    if quote.mark is not None:
        return quote.mark
    return None if quote.last_is_close else quote.last


def _day(
    store: Store, position: Position, quote: Quote | None, mark: Decimal | None, multiplier: Decimal
) -> Decimal | None:
    if quote is None or quote.close is None or mark is None:
        return None
    traded, gain = Decimal(0), Decimal(0)
    for fill in store.orders.index.fills_of(position.conid).values():
        if fill.account in (position.account, "") and fill.side is not None:
            if fill.size is None or fill.price is None:
                return None
            size = fill.size if fill.side is Side.BUY else -fill.size
            traded += size
            gain += size * (mark - fill.price)
    return (gain + (position.quantity - traded) * (mark - quote.close)) * multiplier
