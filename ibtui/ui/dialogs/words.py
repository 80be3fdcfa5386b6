"""Orders, contracts, prices and accounts in the words every dialog uses for them."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.market import Quote
from ibtui.domain.orders import Intent, LiveOrder, Submission, WhatIf
from ibtui.domain.session import Health
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.store import Store
from ibtui.ui.belief import belief
from ibtui.ui.formatting import arrow, money, price, quantity, quote_digits, signed
from ibtui.ui.ticket_checks import Distance, on_grid

TYPE_WORDS = {
    OrderType.LMT: "LMT",
    OrderType.MKT: "MKT",
    OrderType.STP: "STP",
    OrderType.STOP_LIMIT: "STP LMT",
    OrderType.MIDPRICE: "MIDPRICE",
    OrderType.TRAIL: "TRAIL",
    OrderType.TRAILLMT: "TRAIL LMT",
}
"""Order types as traders write them."""

DEFAULT_ROUTE = "SMART"


def is_live(store: Store, account: str) -> bool:
    """Whether orders of the account move real money; an account nobody called paper does."""
    return not any(known.account_id == account and known.is_paper for known in store.money.accounts)


def account_words(store: Store, account: str) -> str:
    """`PAPER DU1234567` or `LIVE U1234567`."""
    return f"{'LIVE' if is_live(store, account) else 'PAPER'} {account or '(no account)'}"


def contract_words(contract: Contract) -> str:
    """What the symbol stands for: name, listing exchange, currency, type, expiry."""
    parts = (contract.name, contract.exchange, contract.currency, contract.sec_type, contract.expiry)
    return " · ".join(part for part in parts if part)


def prices_words(ticket: Ticket, rules: ContractRules | None = None) -> str:
    """Type and every price of a ticket: `STP LMT 165.00 stop 160.00`."""
    words = [TYPE_WORDS[ticket.order_type]]
    if ticket.limit_price is not None:
        words.append(on_grid(ticket.limit_price, rules))
    if ticket.stop_price is not None:
        text = on_grid(ticket.stop_price, rules)
        words.append(text if ticket.order_type is OrderType.STP else f"stop {text}")
    if ticket.trailing_amount is not None:
        words.append(trailing_words(ticket))
    return " ".join(words)


def trailing_words(ticket: Ticket) -> str:
    """`by 1.50` or `by 2 %`; blank for an order that does not trail."""
    if ticket.trailing_amount is None:
        return ""
    return f"by {ticket.trailing_amount:f}{' %' if ticket.trailing_type == '%' else ''}"


def order_line(ticket: Ticket) -> str:
    """The order in one line: `BUY 100 AAPL LMT 271.65 DAY`."""
    outside = " outside RTH" if ticket.outside_rth else ""
    size = quantity(ticket.quantity)
    return f"{ticket.side.value} {size} {ticket.contract.label} {prices_words(ticket)} {ticket.tif.value}{outside}"


def submission_line(submission: Submission) -> str:
    """What a submission asked for, in one line."""
    if submission.intent is Intent.CANCEL:
        return f"Cancel order {submission.order_id}"
    lines = " + ".join(order_line(ticket) for ticket in submission.tickets)
    if submission.intent is Intent.MODIFY:
        return f"Modify order {submission.order_id} to {lines}"
    return lines or f"Order {submission.key}"


def money_words(amount: Decimal | None, currency: str) -> str:
    """`27,165.00 USD`."""
    return f"{money(amount)} {currency}".rstrip()


def distance_words(found: Distance | None, digits: int | None) -> str:
    """`bid −0.01 (−0.00%)`, with what would follow from it."""
    if found is None:
        return ""
    shown = signed(found.amount, digits if digits is not None else 2)
    percent = f" ({signed(found.percent)}%)" if found.percent is not None else ""
    return f"{found.side} {shown}{percent}{' · ' + found.note if found.note else ''}"


def market_line(quote: Quote | None, rules: ContractRules | None, health: Health, now: float) -> str:
    """Bid, ask, last and how far they may be believed."""
    believed = belief(quote, health, now)
    if quote is None or not quote.received:
        return "no market data yet"
    digits = quote_digits(quote, rules)
    last = f"{price(quote.last, digits)} {arrow(quote.direction)}".rstrip()
    return f"bid {price(quote.bid, digits)}  ask {price(quote.ask, digits)}  last {last} · {believed.word}"


def whatif_lines(impact: WhatIf) -> list[str]:
    """The figures of a what-if that were given, in the gateway's words; warnings come before what may be cut."""
    figures = (("commission", impact.commission), ("amount", impact.amount), ("total", impact.total))
    lines = ["  ".join(f"{name} {value}" for name, value in figures if value)]
    lines += [f"! {text}" for text in (impact.warning, impact.error) if text]
    for name, money_after in (
        ("initial margin", impact.initial),
        ("maintenance", impact.maintenance),
        ("equity", impact.equity),
        ("position", impact.position),
    ):
        if money_after.after or money_after.change:
            change = f" ({money_after.change})" if money_after.change else ""
            lines.append(f"{name} {money_after.current or '–'} → {money_after.after or '–'}{change}")
    return [line for line in lines if line]


def side_style(side: Side) -> str:
    """Name of the style class of a side."""
    return "buy" if side is Side.BUY else "sell"


def live_order_line(order: LiveOrder) -> str:
    """A working order in one line: `SELL 2 ES STP 4,950.00 GTC · 0/2 · PreSubmitted · 123`."""
    prices = [f"{value:f}" for value in (order.limit_price, order.stop_price) if value is not None]
    what = order.symbol or order.description or str(order.conid)
    side = order.side.value if order.side is not None else "?"
    words = [side, quantity(order.quantity), what, order.order_type, *prices, order.tif]
    filled = f"{quantity(order.filled)}/{quantity(order.quantity)}"
    status = order.status_text or order.status.value
    return " · ".join([" ".join(word for word in words if word), filled, status, str(order.order_id)])
