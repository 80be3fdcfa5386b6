"""What an acknowledgement tells of the orders placed: they can be seen and cancelled before their first row comes."""

from __future__ import annotations

from ibtui.domain.events import OrderReceived
from ibtui.domain.orders import Submission
from ibtui.domain.tickets import SizedIn, Ticket
from ibtui.protocol.orders.answers import Accepted, Leg
from ibtui.protocol.orders.body import order_refs
from ibtui.protocol.orders.fields import status_of


def placed_orders(submission: Submission, accepted: Accepted, *, sent: float, received: float) -> list[OrderReceived]:
    """One event for each leg taken, from its ticket and the gateway's word; older than any row received since `sent`.

    Legs are matched to tickets by their order; if their numbers differ nothing is said.
    """
    legs = accepted.legs
    if not _fits(submission, accepted):
        return []
    references = order_refs(submission.tickets, submission.key)
    events = []
    for leg, ticket, reference in zip(legs, submission.tickets, references, strict=True):
        if leg.order_id is None:
            continue
        told = _told(ticket, leg)
        told["order_ref"] = reference
        if ticket.is_child and legs[0].order_id is not None:
            told["parent_id"] = str(legs[0].order_id)
        changes = {name: value for name, value in told.items() if value is not None and value != ""}
        events.append(OrderReceived(leg.order_id, changes, received, is_list=True, requested=sent))
    return events


def legs_of(submission: Submission, accepted: Accepted) -> dict[int, int]:
    """Which ticket, counted from 1, became which order; empty where the answer does not tell."""
    if not _fits(submission, accepted):
        return {}
    return {place: leg.order_id for place, leg in enumerate(accepted.legs, 1) if leg.order_id is not None}


def what_is_missing(submission: Submission, accepted: Accepted) -> str:
    """What of a bracket or group the gateway did not take, or did not answer for, in words; blank for nothing."""
    wanted = len(submission.tickets)
    if len(accepted.legs) != wanted:
        return f"the gateway answered for {len(accepted.legs)} of {wanted} orders: {accepted.words}"
    refused = sum(leg.order_id is None for leg in accepted.legs)
    return f"{refused} of {wanted} orders were NOT taken: {accepted.words}" if refused else ""


def _fits(submission: Submission, accepted: Accepted) -> bool:
    return len(accepted.legs) == len(submission.tickets)


def _told(ticket: Ticket, leg: Leg) -> dict[str, object]:
    told: dict[str, object] = {
        "account": ticket.account,
        "conid": ticket.contract.conid,
        "symbol": ticket.contract.symbol,
        "side": ticket.side,
        "order_type": ticket.order_type.value,
        "tif": ticket.tif.value,
        "quantity": ticket.quantity if ticket.sized_in is SizedIn.UNITS else None,
        "limit_price": ticket.limit_price,
        "stop_price": ticket.stop_price,
        "outside_rth": ticket.outside_rth,
    }
    if leg.status:
        told.update(status=status_of(leg.status), status_text=leg.status)
    return told
