"""Orders, contracts, prices and accounts in the words every dialog uses for them."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.language.moments import from_ms
from ibtui.domain.market import Quote
from ibtui.domain.orders import Intent, LiveOrder, Submission, WhatIf
from ibtui.domain.session import Health
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket
from ibtui.store import Store
from ibtui.ui.belief import belief
from ibtui.ui.formatting import MISSING, arrow, money, price, quantity, quote_digits, signed
from ibtui.ui.ticket_fields import on_grid
from ibtui.ui.ticket_offers import MANAGEMENT_WORDS, TYPE_WORDS
from ibtui.ui.ticket_worth import Distance


def is_live(store: Store, account: str) -> bool:
    """Whether orders of the account (or of an allocation group) move real money; one nobody called paper does."""
    accounts = store.money.accounts
    if account in store.money.groups and accounts:
        return not all(known.is_paper for known in accounts)
    return not any(known.account_id == account and known.is_paper for known in accounts)


def account_words(store: Store, account: str) -> str:
    """`PAPER DU1234567` or `LIVE U1234567`."""
    return f"{'LIVE' if is_live(store, account) else 'PAPER'} {account or '(no account)'}"


def contract_words(contract: Contract) -> str:
    """What the symbol stands for: name, listing exchange, currency, type, expiry."""
    parts = (contract.name, contract.exchange, contract.currency, contract.sec_type, contract.expiry)
    return " · ".join(part for part in parts if part)


def prices_words(ticket: Ticket, rules: ContractRules | None = None) -> str:
    """Type and every price of a ticket: `STP LMT 165.00 stop 160.00`."""
    kind = ticket.order_type
    words = [TYPE_WORDS[kind]]
    if ticket.limit_price is not None:
        words.append(f"{'' if kind.needs_limit else 'cap '}{on_grid(ticket.limit_price, rules)}")
    if ticket.stop_price is not None:
        name = "trigger" if kind in (OrderType.MIT, OrderType.LIT) else "stop"
        text = on_grid(ticket.stop_price, rules)
        words.append(text if kind is OrderType.STP else f"{name} {text}")
    if ticket.trailing_amount is not None:
        words.append(trailing_words(ticket))
    if ticket.offset is not None:
        words.append(f"offset {ticket.offset:f}")
    return " ".join(words)


def trailing_words(ticket: Ticket) -> str:
    """`by 1.50` or `by 2 %`; blank for an order that does not trail."""
    if ticket.trailing_amount is None:
        return ""
    return f"by {ticket.trailing_amount:f}{' %' if ticket.trailing_type == '%' else ''}"


def size_words(ticket: Ticket) -> str:
    """`100 AAPL`, `5,000.00 USD of EUR`, or the same as a conversion."""
    contract = ticket.contract
    if ticket.sized_in is SizedIn.UNITS:
        return f"{quantity(ticket.quantity)} {contract.label}"
    amount, space, remark = amount_words(ticket).partition(" (")
    return f"{amount} of {contract.symbol or contract.label}{space}{remark}"


def amount_words(ticket: Ticket) -> str:
    """How much, without of what: `100`, `5,000.00 USD`, `5,000.00 USD (conversion)`."""
    exact = ticket.quantity
    if ticket.sized_in is SizedIn.UNITS:
        return quantity(exact)
    text = money(exact) if exact == round(exact, 2) else quantity(exact)
    remark = " (conversion)" if ticket.sized_in is SizedIn.CONVERSION else ""
    return f"{text} {ticket.contract.currency}{remark}"


def algo_words(ticket: Ticket) -> str:
    """`Vwap maxPctVol=0.1`; blank without an algo."""
    values = (
        f"{name}={('yes' if value else 'no') if isinstance(value, bool) else value}"
        for name, value in ticket.strategy_parameters
    )
    return " ".join((ticket.strategy, *values)).strip()


def order_line(ticket: Ticket) -> str:
    """The order in one line, nothing that is sent left out but account and group: `BUY 100 AAPL LMT 271.65 DAY`."""
    management = "" if ticket.price_management is None else MANAGEMENT_WORDS[ticket.price_management]
    words = (
        ticket.side.value,
        size_words(ticket),
        prices_words(ticket),
        ticket.tif.value,
        ticket.good_till,
        "outside RTH" if ticket.outside_rth else "",
        f"route {ticket.route}" if ticket.route else "",
        f"direct to {ticket.destination}" if ticket.destination else "",
        f"algo {algo_words(ticket)}" if algo_words(ticket) else "",
        "all or none" if ticket.all_or_none else "",
        f"price management {management}" if management else "",
        f"allocated by {ticket.allocation_method}" if ticket.allocation_method else "",
        f"referrer {ticket.referrer}" if ticket.referrer else "",
        f"operator {ticket.operator}" if ticket.operator else "",
        "" if ticket.manual_time_ms is None else f"entered {from_ms(ticket.manual_time_ms)}",
        "OCA" if ticket.single_group else "",
        "attached" if ticket.is_child else "",
        "saved only" if ticket.deactivated else "",
    )
    return " ".join(word for word in words if word)


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


def leg_words(contract: Contract, side: Side) -> str:
    """What a combination's order does with each leg: `buy 1 AAPL, sell 2 MSFT`."""
    parts = []
    for leg in contract.legs:
        bought = (leg.ratio > 0) == (side is Side.BUY)
        parts.append(f"{'buy' if bought else 'sell'} {abs(leg.ratio)} {leg.label or leg.conid}")
    return ", ".join(parts)


def whatif_lines(impact: WhatIf) -> list[str]:
    """The figures of a what-if in the gateway's words, a missing one as –; warnings come before what may be cut."""
    figures = (("commission", impact.commission), ("amount", impact.amount), ("total", impact.total))
    lines = ["  ".join(f"{name} {value or MISSING}" for name, value in figures)]
    lines += [f"! {text}" for text in (impact.warning, impact.error) if text]
    for name, money_after in (
        ("initial margin", impact.initial),
        ("maintenance", impact.maintenance),
        ("equity", impact.equity),
        ("position", impact.position),
    ):
        change = f"  ({money_after.change})" if money_after.change else ""
        lines.append(f"{name:<15}{money_after.current or MISSING} → {money_after.after or MISSING}{change}")
    return lines


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
