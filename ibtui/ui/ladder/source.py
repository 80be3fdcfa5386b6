"""What the store knows that belongs on a ladder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ibtui.domain.daytrade import of_today
from ibtui.domain.orders import Intent, LiveOrder, Stage, Submission
from ibtui.domain.session import Light
from ibtui.store import Store
from ibtui.ui.belief import belief
from ibtui.ui.ladder.arrivals import is_awaited
from ibtui.ui.ladder.own import GrabMark
from ibtui.ui.ladder.view import LadderInput
from ibtui.ui.watch_view import working

UNDER_WAY: Final = frozenset({Stage.ACKNOWLEDGED, *(stage for stage in Stage if stage.is_open)})
"""Stages in which live orders may yet have to answer for a submission."""


def ladder_input(store: Store, conid: int, now: float = 0.0, *, grab: GrabMark | None = None) -> LadderInput:
    """Everything the store knows that belongs on the ladder of this instrument at session time `now`."""
    market, money = store.market, store.money
    account = money.account
    orders = tuple(working(store, conid))
    submissions = _under_way(store, conid, now, {order.order_id for order in orders})
    placing = any(submission.intent is Intent.PLACE for submission in submissions)
    fills = [fill for fill in store.orders.index.fills_of(conid).values() if money.shows_with(account, fill.account)]
    return LadderInput(
        conid,
        quote=market.quotes.get(conid),
        ladder=market.ladder,
        rules=market.rules.get((conid, True)) or market.rules.get((conid, False)),
        orders=orders,
        position=money.positions.get((account, conid)),
        submissions=submissions,
        executions=of_today(fills, market.gateway_time(now)) if fills else (),
        flow=market.flows.get(conid),
        queue=market.queue,
        grab=grab,
        ended=_ended(store.orders.index.orders_of(conid).values()) if placing else (),
        now=now,
    )


def ladder_is_stale(store: Store, source: LadderInput, now: float) -> bool:
    """Whether the ladder must not be believed: its stream, or the quote it is made from, is silent."""
    if store.health.stream is not Light.ON:
        return True
    if source.from_quote:
        return belief(source.quote, store.health, now).is_stale
    return source.ladder is None or not source.ladder.received


def _under_way(store: Store, conid: int, now: float, order_ids: set[int]) -> tuple[Submission, ...]:
    """Submissions about this instrument whose effect may not be in its live orders yet."""
    money = store.money
    found = [
        submission
        for submission in store.orders.index.submissions_about(conid, order_ids)
        if submission.stage in UNDER_WAY
        and (
            submission.order_id in order_ids
            if submission.intent is not Intent.PLACE
            else is_awaited(submission, now)
            and any(ticket.contract.conid == conid for ticket in submission.tickets)
            and money.shows_with(money.account, submission.account)
        )
    ]
    return tuple(found)


def _ended(orders: Iterable[LiveOrder]) -> tuple[LiveOrder, ...]:
    return tuple(order for order in orders if not order.is_working)
