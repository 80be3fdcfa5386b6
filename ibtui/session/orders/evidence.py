"""What live orders and executions prove about a submission whose outcome is unknown (order-safety 3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from ibtui.domain.orders import Execution, Intent, LiveOrder, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Ticket
from ibtui.protocol.orders.body import order_refs
from ibtui.session.orders.likeness import is_alike, shows

_CANCEL_SHOWS = frozenset({OrderStatus.PENDING_CANCEL, OrderStatus.CANCELLED, OrderStatus.FILLED, OrderStatus.REJECTED})
WORKS = frozenset({OrderStatus.PRE_SUBMITTED, OrderStatus.SUBMITTED, OrderStatus.FILLED})
"""Statuses of an order that the gateway certainly sent on."""


class Finding(Struct, frozen=True):
    """Proof of what became of a submission."""

    stage: Stage
    words: str
    order_id: int | None = None
    legs: Mapping[int, int] = field(default_factory=dict)
    """Which ticket, counted from 1, became which order."""
    is_whole: bool = True
    """Whether every order of the submission was found."""


class Known(Struct, frozen=True):
    """What is known of the account's orders."""

    orders: Mapping[int, LiveOrder]
    executions: Mapping[str, Execution]


def find(submission: Submission, known: Known, *, visible: bool = True) -> Finding | None:
    """Proof by order id or `order_ref`; None while there is none.

    A change proves itself by the order's row only if it is `visible`: if the row did not show it before it was asked.
    """
    if submission.intent is Intent.PLACE:
        return _find_asked(submission, known) if submission.prompt else _find_placed(submission, known)
    order = known.orders.get(submission.order_id or 0)
    if order is None:
        return None
    if submission.intent is Intent.CANCEL:
        return Finding(Stage.ACKNOWLEDGED, _order_words(order)) if order.status in _CANCEL_SHOWS else None
    return _find_changed(submission, order, visible=visible)


def lookalike(submission: Submission, since: float, known: Known) -> LiveOrder | None:
    """An order that could be the one, but carries no reference: shown to the user, never believed."""
    if submission.intent is not Intent.PLACE:
        return None
    for order in known.orders.values():
        if order.received <= since or order.order_ref or order.parent_id:
            continue
        if any(is_alike(order, ticket) for ticket in submission.tickets if not ticket.is_child):
            return order
    return None


def _find_placed(submission: Submission, known: Known) -> Finding | None:
    orders = _orders_of(submission, known)
    if orders:
        first = orders[min(orders)]
        dead = all(order.status is OrderStatus.REJECTED for order in orders.values())
        missing = [place for place in range(1, len(submission.tickets) + 1) if place not in orders]
        words = "; ".join(_order_words(orders[place]) for place in sorted(orders))
        legs = {place: order.order_id for place, order in orders.items()}
        absent = [_absent_words(place, submission.tickets[place - 1], orders, known) for place in missing]
        stage = Stage.REJECTED if dead and not missing else Stage.ACKNOWLEDGED
        return Finding(stage, f"found: {words}{''.join(absent)}", first.order_id, legs, not missing)
    references = _references(submission)
    fills = [fill for fill in known.executions.values() if fill.order_ref and fill.order_ref in references]
    if fills:
        order_id = next((fill.order_id for fill in fills if fill.order_id), None)
        words = f"found: executed, {_fill_words(fills)}"
        return Finding(Stage.ACKNOWLEDGED, words, order_id, is_whole=len(submission.tickets) <= 1)
    return None


def _find_asked(submission: Submission, known: Known) -> Finding | None:
    """Of an order the gateway still asks about: what became of it shows once it works, fills or ends.

    A saved one never works: that it is listed as saved is all that can become of it before it is sent to the market.
    """
    finding = _find_placed(submission, known)
    order = known.orders.get(finding.order_id or 0) if finding is not None else None
    if order is None or order.status in WORKS or order.status.is_final or order.filled or _is_saved(submission):
        return finding
    return None


def _is_saved(submission: Submission) -> bool:
    return bool(submission.tickets) and all(ticket.deactivated for ticket in submission.tickets)


def _orders_of(submission: Submission, known: Known) -> dict[int, LiveOrder]:
    """The orders found, by the places of their tickets from 1; children are found by their parent."""
    references = _references(submission)
    places = {reference: place for place, reference in enumerate(references, 1) if reference}
    found = {places[o.order_ref]: o for o in known.orders.values() if o.order_ref and o.order_ref in places}
    told = known.orders.get(submission.order_id or 0)
    if told is not None and not told.order_ref and not found and len(references) == 1:
        found[1] = told
    if 1 in found:
        found.update(_children(submission, found[1].order_id, known))
    return found


def _children(submission: Submission, parent_id: int, known: Known) -> dict[int, LiveOrder]:
    """Orders attached to the parent, each for the first child's ticket it looks like."""
    found: dict[int, LiveOrder] = {}
    for order in known.orders.values():
        if order.parent_id not in (str(parent_id), submission.key):
            continue
        for place, ticket in enumerate(submission.tickets, 1):
            alike = is_alike(order, ticket, any_account=True) and shows(order, ticket)
            if ticket.is_child and place not in found and alike:
                found[place] = order
                break
    return found


def _references(submission: Submission) -> tuple[str, ...]:
    return order_refs(submission.tickets, submission.key) if submission.tickets else (submission.key,)


def _find_changed(submission: Submission, order: LiveOrder, *, visible: bool) -> Finding | None:
    if order.status.is_final:
        return Finding(Stage.ACKNOWLEDGED, f"{_order_words(order)}: there is nothing left to change")
    if visible and submission.tickets and shows(order, submission.tickets[0]):
        return Finding(Stage.ACKNOWLEDGED, f"found: {_order_words(order)} shows the change")
    return None


def _order_words(order: LiveOrder) -> str:
    parts = (f"order {order.order_id}", order.status_text or order.status.value, order.description, order.reason)
    return ", ".join(part for part in parts if part)


def _absent_words(place: int, ticket: Ticket, found: Mapping[int, LiveOrder], known: Known) -> str:
    """Rows need not tell whose child they are: an order that looks like the one not found is named, never believed."""
    ids = {order.order_id for order in found.values()}
    alike = [
        str(order.order_id)
        for order in known.orders.values()
        if order.order_id not in ids and not order.order_ref and not order.parent_id
        if is_alike(order, ticket, any_account=True) and shows(order, ticket)
    ]
    hint = f" (order {', '.join(alike)} looks like it)" if alike else ""
    return f"; NOT found: order {place}, {_ticket_words(ticket)}{hint}"


def _ticket_words(ticket: Ticket) -> str:
    price = ticket.limit_price if ticket.limit_price is not None else ticket.stop_price
    parts = (ticket.side.value, f"{ticket.quantity:f}", ticket.contract.label, ticket.order_type.value)
    return " ".join((*parts, f"{price:f}") if price is not None else parts)


def _fill_words(fills: Iterable[Execution]) -> str:
    return "; ".join(fill.description or f"{fill.size} at {fill.price}" for fill in fills)
