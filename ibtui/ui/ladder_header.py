"""The two lines round the ladder: the instrument's figures above, position and depth below."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.market import Quote
from ibtui.ui import formatting as f
from ibtui.ui.belief import Belief
from ibtui.ui.ladder_view import LadderView
from ibtui.ui.widgets.figures import Span

Groups = list[tuple[Span, ...]]


def title(contract: Contract | None, conid: int) -> str:
    """Name of the instrument for the frame's title."""
    if contract is None:
        return str(conid)
    parts = [contract.label, contract.name, contract.exchange, contract.currency, contract.sec_type]
    return " · ".join(part for part in parts if part)


def figures(quote: Quote | None, digits: int, size: Decimal | None, cursor: Decimal | None, trust: Belief) -> Groups:
    """Last, change, bid × ask, chosen size and cursor, and how far to believe it all; most important first."""
    q = quote or Quote(0)
    grey = "stale" if trust.is_stale else ""
    word = "STALE" if trust.word.startswith("stale") else trust.word
    trust_style = "bad" if trust.is_stale else "warn" if trust.is_warning else "good"
    change = grey or f.sign_class(q.change)
    return [
        (Span(word, trust_style), Span(trust.word.removeprefix("stale") if word == "STALE" else "", "stale")),
        (Span(f.price(q.last, digits), grey or "strong"), Span(f" {f.arrow(q.direction)}", change)),
        (
            Span(f.price(q.bid, digits), grey or "bid"),
            Span(" × ", "muted"),
            Span(f.price(q.ask, digits), grey or "ask"),
        ),
        (
            Span("size ", "muted"),
            Span(f.quantity(size), "strong"),
            Span(" at ", "muted"),
            Span(f.price(cursor, digits), "accent"),
        ),
        (Span(f"{f.signed_price(q.change, digits)} ({f.percent(q.change_percent)})", change),),
        (Span("vol ", "muted"), Span(f.size(q.volume), grey)),
        (Span("range ", "muted"), Span(f"{f.price(q.low, digits)}–{f.price(q.high, digits)}", grey)),
    ]


def held(position: Position | None, quote: Quote | None, rules: ContractRules, view: LadderView) -> Groups:
    """Position, its profit in money and ticks, and the depth added up."""
    groups: Groups = []
    if position is None or not position.quantity:
        groups.append((Span("no position", "muted"),))
    else:
        style = f.sign_class(position.quantity)
        quantity = f.signed(position.quantity, 0) if position.quantity % 1 == 0 else f.quantity(position.quantity)
        groups.append(
            (Span("pos ", "muted"), Span(quantity, style), Span(f" @ {f.price(position.average_price, view.digits)}"))
        )
        groups.append(_open_profit(position, quote, rules))
        if position.realized_pnl is not None:
            groups.append((Span("real ", "muted"), Span(f.signed_money(position.realized_pnl))))
    if view.from_quote:
        groups.append((Span("top of book only", "warn"),))
    else:
        groups.append((Span("bid Σ ", "muted"), Span(f.size(view.bid_total), "bid")))
        groups.append((Span("ask Σ ", "muted"), Span(f.size(view.ask_total), "ask")))
    return groups


def _open_profit(position: Position, quote: Quote | None, rules: ContractRules) -> tuple[Span, ...]:
    price = quote.last if quote is not None else None
    if price is None or position.average_price is None:
        profit, ticks = position.unrealized_pnl, ""
    else:
        moved = (price - position.average_price) * (1 if position.quantity > 0 else -1)
        profit = moved * abs(position.quantity) * position.multiplier
        step = rules.increment_at(price)
        ticks = f" ({f.signed(moved / step, 0)} ticks)" if step else ""
    return Span("open ", "muted"), Span(f"{f.signed_money(profit)}{ticks}", f.sign_class(profit))
