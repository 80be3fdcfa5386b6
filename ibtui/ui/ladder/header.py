"""The two lines round the ladder: the instrument's figures above, position and depth below."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.daytrade import DayTrade, day_trade, step_at, ticks_of
from ibtui.domain.market import Quote
from ibtui.domain.orders import Execution
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
    """The line above, most important first: whether keys send, how far to believe it, market, order to be, the day.

    `armed`, `bracket` and `depth` are told as they are given, blank ones are left out; so is a DISARMED, which the
    title of the frame says with its reason.
    """
    q = quote or Quote(0)
    grey = "stale" if trust.is_stale else ""
    change = grey or f.sign_class(q.change)
    top, _, reason = depth.partition(": ")
    groups: Groups = [
        (Span(armed, "bad"),) if armed.startswith("ARMED") else (),
        _trust(trust),
        (Span(f.price(q.last, digits), grey or "strong"), Span(f" {f.arrow(q.direction)}", change)),
        _order_to_be(size, cursor, digits),
        (
            Span(f.price(q.bid, digits), grey or "bid"),
            Span(" × ", "muted"),
            Span(f.price(q.ask, digits), grey or "ask"),
        ),
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
    *,
    is_stale: bool = False,
) -> Groups:
    """The line below: position, its open and realised profit in money and ticks, own trades, depth added up.

    Beside a stale ladder nothing of it is in the colours of live figures.
    """
    groups: Groups = []
    if position is None or not position.quantity:
        groups.append((Span("no position", "muted"),))
    else:
        style = f.sign_class(position.quantity)
        quantity = f.signed(position.quantity, 0) if position.quantity % 1 == 0 else f.quantity(position.quantity)
        average = average_words(position.average_price, view.digits)
        groups.append((Span("pos ", "muted"), Span(quantity, style), Span(f" @ {average}")))
        groups.append(_open_profit(position, quote, rules))
    trade = day_trade(executions, position.quantity if position is not None else Decimal(0))
    groups += _realised(position, quote, rules, trade)
    groups += _traded(trade)
    if not view.from_quote:
        bids, asks = Span(f.size(view.bid_total), "bid"), Span(f.size(view.ask_total), "ask")
        groups.append((Span("bid Σ ", "muted"), bids, Span(" ask Σ ", "muted"), asks))
    return [tuple(map(_greyed, group)) for group in groups] if is_stale else groups


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


def _realised(position: Position | None, quote: Quote | None, rules: ContractRules, trade: DayTrade) -> Groups:
    """Today's money, and apart from it, for where there is room, the ticks that it is for each unit closed.

    The gateway's figure; where it has none, as of a position that is gone, what the fills tell, before commissions.
    """
    profit, told = (position.realized_pnl if position is not None else None), ""
    step = step_at(rules, quote.last if quote is not None else position.average_price if position is not None else None)
    if profit is None and trade.closed:
        profit, ticks, told = trade.money, trade.ticks(step), " before fees"
    else:
        ticks = ticks_of(profit, step, position.multiplier, trade.closed) if position is not None else None
    if profit is None and ticks is None:
        return []
    style = f.sign_class(profit if profit is not None else ticks)
    groups: Groups = [(Span("real ", "muted"), Span(f.signed_money(profit), style), Span(told, "muted"))]
    if ticks is not None:
        groups.append((Span("real ", "muted"), Span(f"{f.signed(ticks, 1)} ticks", style), Span(" a unit", "muted")))
    return groups


def _greyed(span: Span) -> Span:
    return span if span.style == "muted" else Span(span.text, "stale")


def _traded(trade: DayTrade) -> Groups:
    """What the user bought and sold today; nothing where there was nothing."""
    if not trade.bought and not trade.sold:
        return []
    words = (
        Span("today ", "muted"),
        Span(f"bought {f.quantity(trade.bought)}", "bid"),
        Span(f" sold {f.quantity(trade.sold)}", "ask"),
    )
    return [words]
