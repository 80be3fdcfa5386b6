"""What live orders and executions prove about a submission whose outcome is unknown (order-safety 3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ibtui.domain.orders import Execution, Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import OrderType, Ticket

_CANCEL_SHOWS = frozenset({OrderStatus.PENDING_CANCEL, OrderStatus.CANCELLED, OrderStatus.FILLED, OrderStatus.REJECTED})


@dataclass(frozen=True, slots=True)
class Finding:
    """Proof of what became of a submission."""

    stage: Stage
    words: str
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the account's orders."""

    orders: Mapping[int, LiveOrder]
    executions: Mapping[str, Execution]


def find(submission: Submission, known: Known, *, visible: bool = True) -> Finding | None:
    """Proof by order id or `order_ref`; None while there is none.

    A change proves itself by the order's row only if it is `visible`: if the row did not show it before it was asked.
    """
    if submission.intent is Intent.PLACE:
        return _find_placed(submission, known)
    order = known.orders.get(submission.order_id or 0)
    if order is None:
        return None
    if submission.intent is Intent.CANCEL:
        return Finding(Stage.ACKNOWLEDGED, _order_words(order)) if order.status in _CANCEL_SHOWS else None
    return _find_changed(submission, order, visible=visible)


def lookalike(submission: Submission, since: float, known: Known) -> LiveOrder | None:
    """An order that could be the one, but carries no reference: shown to the user, never believed."""
    if submission.intent is not Intent.PLACE or not submission.tickets:
        return None
    wanted = submission.tickets[0]
    for order in known.orders.values():
        if order.received > since and not order.order_ref and _is_alike(order, wanted):
            return order
    return None


def placed(key: str, known: Known) -> LiveOrder | None:
    """The order that carries `key` as its reference."""
    return next((order for order in known.orders.values() if order.order_ref == key), None)


def _find_placed(submission: Submission, known: Known) -> Finding | None:
    order = placed(submission.key, known) or known.orders.get(submission.order_id or 0)
    if order is not None:
        stage = Stage.REJECTED if order.status is OrderStatus.REJECTED else Stage.ACKNOWLEDGED
        return Finding(stage, f"found: {_order_words(order)}", order.order_id)
    fills = [fill for fill in known.executions.values() if fill.order_ref == submission.key]
    if fills:
        order_id = next((fill.order_id for fill in fills if fill.order_id), None)
        return Finding(Stage.ACKNOWLEDGED, f"found: executed, {_fill_words(fills)}", order_id)
    return None


def _find_changed(submission: Submission, order: LiveOrder, *, visible: bool) -> Finding | None:
    if order.status.is_final:
        return Finding(Stage.ACKNOWLEDGED, f"{_order_words(order)}: there is nothing left to change")
    if visible and submission.tickets and shows(order, submission.tickets[0]):
        return Finding(Stage.ACKNOWLEDGED, f"found: {_order_words(order)} shows the change")
    return None


def shows(order: LiveOrder, ticket: Ticket) -> bool:
    """Whether the order has the quantity, prices and tif of the ticket; what is not told proves nothing."""
    wanted: list[tuple[Decimal | None, Decimal | None]] = [(ticket.quantity, order.quantity)]
    if ticket.order_type in (OrderType.LMT, OrderType.STOP_LIMIT):
        wanted.append((ticket.limit_price, order.limit_price))
    if ticket.order_type in (OrderType.STP, OrderType.STOP_LIMIT):
        wanted.append((ticket.stop_price, order.stop_price))
    return all(asked == told for asked, told in wanted) and order.tif in ("", ticket.tif.value)


def _is_alike(order: LiveOrder, ticket: Ticket) -> bool:
    return (
        order.account in ("", ticket.account)
        and order.conid == ticket.contract.conid
        and order.side is ticket.side
        and order.quantity == ticket.quantity
    )


def _order_words(order: LiveOrder) -> str:
    parts = (f"order {order.order_id}", order.status_text or order.status.value, order.description, order.reason)
    return ", ".join(part for part in parts if part)


def _fill_words(fills: Iterable[Execution]) -> str:
    return "; ".join(fill.description or f"{fill.size} at {fill.price}" for fill in fills)
