"""The two lines round the ladder: the instrument's figures above, position and depth below."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.market import Quote
from ibtui.domain.orders import Execution
from ibtui.domain.tickets import Side
from ibtui.ui import formatting as f
from ibtui.ui.belief import Belief
from ibtui.ui.ladder.view import LadderInput, LadderView
from ibtui.ui.widgets.figures import Span

Groups = list[tuple[Span, ...]]

TOP_ONLY: Final = "top of book only"
AVERAGE_DIGITS: Final = 2
"""Digits an average price is told with beyond those of the grid."""


def title(contract: Contract | None, conid: int) -> str:
    """Name of the instrument for the frame's title."""
    if contract is None:
        return str(conid)
    parts = [contract.label, contract.name, contract.exchange, contract.currency, contract.sec_type]
    return " · ".join(part for part in parts if part)


def depth_words(source: LadderInput) -> str:
    """Where the depth comes from, or that there is only a top of book, and why."""
    ladder = source.ladder
    if not source.from_quote:
        return f"depth {ladder.exchange}" if ladder is not None and ladder.exchange else "depth of all exchanges"
    if ladder is None:
        return TOP_ONLY
    if ladder.conid != source.conid:
        return f"{TOP_ONLY}: the depth is with another ladder"
    return f"{TOP_ONLY}: {ladder.error or 'no depth has come yet'}"


def figures(
    quote: Quote | None,
    digits: int,
    size: Decimal | None,
    cursor: Decimal | None,
    trust: Belief,
    *,
    armed: str = "",
    bracket: str = "",
    grouping: int = 1,
    follows: bool = False,
    depth: str = "",
) -> Groups:
    """The line above, most important first: how far to believe it, armed or not, market, order to be, and the day.

    `armed`, `bracket` and `depth` are told as they are given; blank ones are left out.
    """
    q = quote or Quote(0)
    grey = "stale" if trust.is_stale else ""
    change = grey or f.sign_class(q.change)
    top, _, reason = depth.partition(": ")
    market = (
        Span(f.price(q.bid, digits), grey or "bid"),
        Span(" × ", "muted"),
        Span(f.price(q.ask, digits), grey or "ask"),
    )
    groups: Groups = [
        (Span(armed, "bad" if armed.startswith("ARMED") else "muted"),),
        _trust(trust),
        (Span(f.price(q.last, digits), grey or "strong"), Span(f" {f.arrow(q.direction)}", change)),
        _order_to_be(size, cursor, digits),
        market,
        (Span("bracket ", "muted"), Span(bracket, "accent")) if bracket else (),
        (Span(top, "warn" if top == TOP_ONLY else "muted"),),
        (Span(f"{grouping} ticks a row", "accent"),) if grouping > 1 else (),
        (Span("follows", "muted"),) if follows else (),
        *_day(q, digits, change, grey),
        (Span(reason, "muted"),),
    ]
    return [group for group in groups if any(span.text for span in group)]


def held(
    position: Position | None,
    quote: Quote | None,
    rules: ContractRules,
    view: LadderView,
    executions: Iterable[Execution] = (),
) -> Groups:
    """The line below: position, its open and realised profit in money and ticks, own trades, depth added up."""
    groups: Groups = []
    if position is None or not position.quantity:
        groups.append((Span("no position", "muted"),))
    else:
        style = f.sign_class(position.quantity)
        quantity = f.signed(position.quantity, 0) if position.quantity % 1 == 0 else f.quantity(position.quantity)
        average = average_words(position.average_price, view.digits)
        groups.append((Span("pos ", "muted"), Span(quantity, style), Span(f" @ {average}")))
        groups.append(_open_profit(position, quote, rules))
    if position is not None and position.realized_pnl is not None:
        groups.append(_realised(position, quote, rules))
    groups += _traded(executions)
    if view.from_quote:
        groups.append((Span(TOP_ONLY, "warn"),))
    else:
        groups.append((Span("bid Σ ", "muted"), Span(f.size(view.bid_total), "bid")))
        groups.append((Span("ask Σ ", "muted"), Span(f.size(view.ask_total), "ask")))
    return groups


def average_words(average: Decimal | None, digits: int) -> str:
    """An average price, which lies on no grid, with a few digits more than the grid has where it needs them."""
    if average is None:
        return f.MISSING
    return f.price(Decimal(f.fixed(average, digits + AVERAGE_DIGITS)), digits)


def _order_to_be(size: Decimal | None, cursor: Decimal | None, digits: int) -> tuple[Span, ...]:
    return (
        Span("size ", "muted"),
        Span(f.quantity(size), "strong"),
        Span(" at ", "muted"),
        Span(f.price(cursor, digits), "accent"),
    )


def _day(q: Quote, digits: int, change: str, grey: str) -> Groups:
    return [
        (Span(f"{f.signed_price(q.change, digits)} ({f.percent(q.change_percent)})", change),),
        (Span("vol ", "muted"), Span(f.size(q.volume), grey)),
        (Span("range ", "muted"), Span(f"{f.price(q.low, digits)}–{f.price(q.high, digits)}", grey)),
    ]


def _trust(trust: Belief) -> tuple[Span, ...]:
    word = "STALE" if trust.word.startswith("stale") else trust.word
    style = "bad" if trust.is_stale else "warn" if trust.is_warning else "good"
    return Span(word, style), Span(trust.word.removeprefix("stale") if word == "STALE" else "", "stale")


def _open_profit(position: Position, quote: Quote | None, rules: ContractRules) -> tuple[Span, ...]:
    price = quote.last if quote is not None else None
    if price is None or position.average_price is None:
        profit, ticks = position.unrealized_pnl, ""
    else:
        moved = (price - position.average_price) * (1 if position.quantity > 0 else -1)
        profit = moved * abs(position.quantity) * position.multiplier
        step = rules.increment_at(price)
        ticks = f" ({f.signed(moved / step, 0, thousands=True)} ticks)" if step else ""
    return Span("open ", "muted"), Span(f"{f.signed_money(profit)}{ticks}", f.sign_class(profit))


def _realised(position: Position, quote: Quote | None, rules: ContractRules) -> tuple[Span, ...]:
    """Money, and how many ticks of one unit it is: how many units were closed is not told."""
    profit, price = position.realized_pnl, quote.last if quote is not None else position.average_price
    step = rules.increment_at(price) if price is not None else None
    ticks = ""
    if profit and step and position.multiplier:
        ticks = f" ({f.signed(profit / (step * position.multiplier), 0, thousands=True)} ticks × units)"
    return Span("real ", "muted"), Span(f"{f.signed_money(profit)}{ticks}", f.sign_class(profit))


def _traded(executions: Iterable[Execution]) -> Groups:
    """What the user bought and sold today; nothing where there was nothing."""
    sizes = {side: Decimal(0) for side in Side}
    for fill in executions:
        if fill.side is not None and fill.size is not None:
            sizes[fill.side] += fill.size
    bought, sold = sizes[Side.BUY], sizes[Side.SELL]
    if not bought and not sold:
        return []
    words = (
        Span("today ", "muted"),
        Span(f"bought {f.quantity(bought)}", "bid"),
        Span(f" sold {f.quantity(sold)}", "ask"),
    )
    return [words]
