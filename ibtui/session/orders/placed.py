"""What an acknowledgement tells of the orders placed: they can be seen and cancelled before their first row comes."""

from __future__ import annotations

from ibtui.domain.events import OrderReceived
from ibtui.domain.orders import Submission
from ibtui.domain.tickets import Ticket
from ibtui.protocol.orders.answers import Accepted, Leg
from ibtui.protocol.orders.fields import status_of


def placed_orders(submission: Submission, accepted: Accepted, *, sent: float, received: float) -> list[OrderReceived]:
    """One event for each leg taken, from its ticket and the gateway's word; older than any row received since `sent`.

    Legs are matched to tickets by their order; if their numbers differ nothing is said.
    """
    if len(accepted.legs) != len(submission.tickets):
        return []
    parent = accepted.legs[0].order_id
    events = []
    for number, (leg, ticket) in enumerate(zip(accepted.legs, submission.tickets, strict=True)):
        if leg.order_id is None:
            continue
        told = _told(ticket, leg)
        if number == 0:
            told["order_ref"] = submission.key
        elif parent is not None:
            told["parent_id"] = str(parent)
        changes = {name: value for name, value in told.items() if value is not None and value != ""}
        events.append(OrderReceived(leg.order_id, changes, received, is_list=True, requested=sent))
    return events


def _told(ticket: Ticket, leg: Leg) -> dict[str, object]:
    told: dict[str, object] = {
        "account": ticket.account,
        "conid": ticket.contract.conid,
        "symbol": ticket.contract.symbol,
        "side": ticket.side,
        "order_type": ticket.order_type.value,
        "tif": ticket.tif.value,
        "quantity": ticket.quantity,
        "limit_price": ticket.limit_price,
        "stop_price": ticket.stop_price,
        "outside_rth": ticket.outside_rth,
    }
    if leg.status:
        told.update(status=status_of(leg.status), status_text=leg.status)
    return told
