"""Which new orders no live order accounts for yet: those a ladder shows where they were sent to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ibtui.domain.orders import Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.rulewords import order_type_of
from ibtui.domain.tickets import Ticket

SETTLED_SECONDS: Final = 1.0
"""A row that comes so soon after the gateway took a change or a cancel may still tell how things were before."""
AWAITED_SECONDS: Final = 60.0
"""How long the live order of an acknowledged submission is waited for; polls of the list come far more often."""

NEWBORN: Final = (OrderStatus.INACTIVE, OrderStatus.PENDING_SUBMIT)
"""The first statuses of a life (wire-facts 6); orders often come without the customer order id (5)."""


def is_awaited(submission: Submission, now: float) -> bool:
    """Whether the orders of a submission of new ones may not be among the live orders yet."""
    if submission.stage.is_open:
        return True
    return submission.stage is Stage.ACKNOWLEDGED and now - submission.updated <= AWAITED_SECONDS


def missing_tickets(submissions: Iterable[Submission], orders: Sequence[LiveOrder]) -> list[tuple[Submission, Ticket]]:
    """Tickets of new orders that none of `orders`, working or ended, accounts for; each order accounts for one."""
    placed = [submission for submission in submissions if submission.intent is Intent.PLACE]
    if not placed:
        return []
    named = {order.order_ref: order.order_id for order in orders if order.order_ref}
    known = {order.order_id for order in orders}
    missing: list[tuple[Submission, Ticket]] = []
    for submission in placed:
        for place, ticket in enumerate(submission.tickets):
            name = submission.key if not place else f"{submission.key}-{place + 1}"
            if name not in named and (place or submission.order_id not in known):
                missing.append((submission, ticket))
    nameless = [order for order in orders if not order.order_ref]
    return [(submission, ticket) for submission, ticket in missing if not _claimed(submission, ticket, nameless)]


def _claimed(submission: Submission, ticket: Ticket, nameless: list[LiveOrder]) -> bool:
    """Whether an order without a name is this one by all that can be seen; it is taken from the list."""
    acknowledged = submission.stage is Stage.ACKNOWLEDGED
    if acknowledged and not ticket.is_child and submission.order_id is not None:
        return False
    for place, order in enumerate(nameless):
        if (acknowledged or order.status in NEWBORN) and _is_like(order, ticket):
            del nameless[place]
            return True
    return False


def _is_like(order: LiveOrder, ticket: Ticket) -> bool:
    return (
        order.side is ticket.side
        and order.conid == ticket.contract.conid
        and order_type_of(order.order_type) is ticket.order_type
        and order.quantity == ticket.quantity
        and (ticket.limit_price is None or order.limit_price == ticket.limit_price)
        and (ticket.stop_price is None or order.stop_price == ticket.stop_price)
    )
