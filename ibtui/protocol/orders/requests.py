"""Requests about orders ("Orders", "Order Monitoring", "Respond to a Server Prompt").

Live orders are never asked for with `filters` or `force`: both silence `sor` or empty the list (wire-facts 5).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ibtui.domain.tickets import Ticket
from ibtui.errors import UsageError
from ibtui.protocol.orders.body import modifying_body, placing_body, preview_body
from ibtui.protocol.requests import Priority, Request, get, segment

ORDER_TIMEOUT = 30.0
"""Seconds an order's answer is waited for: even the status of an unknown order takes 5 s (wire-facts 8)."""
SUPPRESSED_AT_MOST = 51
"""Message ids one request may carry ("Suppress Messages")."""
TRADE_DAYS_AT_MOST = 7


def place(tickets: Sequence[Ticket], order_ref: str) -> Request:
    """A new order or a bracket, parent first; `order_ref` becomes its cOID."""
    account = segment(tickets[0].account)
    return _changing(Priority.ORDER, f"/iserver/account/{account}/orders", placing_body(tickets, order_ref))


def place_again(account: str, body: bytes) -> Request:
    """The very bytes of an order whose outcome is unknown, by the user's decision only."""
    return _changing(Priority.ORDER, f"/iserver/account/{segment(account)}/orders", body)


def preview(tickets: Sequence[Ticket], order_ref: str = "") -> Request:
    """What the order or bracket would do; changes nothing. `order_ref` is the cOID of a bracket's parent."""
    path = f"/iserver/account/{segment(tickets[0].account)}/orders/whatif"
    return Request("POST", path, body=preview_body(tickets, order_ref), timeout=ORDER_TIMEOUT)


def reply(reply_id: str, *, confirmed: bool) -> Request:
    """The answer to an order's question."""
    body = msgspec.json.encode({"confirmed": confirmed})
    return _changing(Priority.REPLY, f"/iserver/reply/{segment(reply_id)}", body)


def modify(order_id: int, ticket: Ticket, order_ref: str = "", parent_ref: str = "") -> Request:
    """Change a working order to what the ticket says, with the references it was sent with.

    Raises UsageError for an id that is no order's.
    """
    path = f"/iserver/account/{segment(ticket.account)}/order/{_one_order(order_id)}"
    return _changing(Priority.ORDER, path, modifying_body(ticket, order_ref, parent_ref))


def cancel(account: str, order_id: int, *, is_future: bool = False) -> Request:
    """Cancel one order, before anything else. Raises UsageError for an id that is no order's: -1 would cancel all.

    That of a future says that a person pressed: US futures are refused without `manualIndicator` (OpenAPI 2.28.0).
    """
    path = f"/iserver/account/{segment(account)}/order/{_one_order(order_id)}"
    query = (("manualIndicator", "true"),) if is_future else ()
    return Request("DELETE", path, query, changes_state=True, priority=Priority.CANCEL, timeout=ORDER_TIMEOUT)


def suppress(message_ids: Sequence[str]) -> Request:
    """Stop asking these questions for the brokerage session; the whole list each time ("resend the complete array")."""
    body = msgspec.json.encode({"messageIds": list(message_ids)})
    return _changing(Priority.STATUS, "/iserver/questions/suppress", body)


def reset_suppressed() -> Request:
    """Ask every question again; "no params or body content should be sent"."""
    return Request("POST", "/iserver/questions/suppress/reset", changes_state=True, priority=Priority.STATUS)


def live_orders(account: str = "") -> Request:
    """Orders of the day of the account, blank for the one selected; once per 5 s."""
    query = (("accountId", account),) if account else ()
    return get("/iserver/account/orders", query, priority=Priority.STATUS, fresh=True)


def order_status(order_id: int) -> Request:
    """One order; 503 when the gateway has it not in mind."""
    path = f"/iserver/account/order/status/{_one_order(order_id)}"
    return get(path, priority=Priority.STATUS, fresh=True)


def trades(days: int = 1) -> Request:
    """Executions of today and `days` − 1 days before, at most 7; once per 5 s."""
    wanted = min(max(days, 1), TRADE_DAYS_AT_MOST)
    query = (("days", str(wanted)),) if wanted > 1 else ()
    return get("/iserver/account/trades", query, priority=Priority.STATUS, fresh=True)


def warm_snapshot(conid: int) -> Request:
    """A snapshot of the instrument, which "Preview Order" demands before a what-if."""
    return get("/iserver/marketdata/snapshot", (("conids", str(conid)), ("fields", "31,84,86")))


def answer_prompt(order_id: int, request_id: str, option: str) -> Request:
    """The answer to a server prompt (`ntf` or an advanced rejection): one of its options, in its words."""
    payload = {"orderId": order_id, "reqId": request_id, "text": option}
    return _changing(Priority.REPLY, "/iserver/notification", msgspec.json.encode(payload))


def _changing(priority: Priority, path: str, body: bytes) -> Request:
    return Request("POST", path, body=body, changes_state=True, priority=priority, timeout=ORDER_TIMEOUT)


def _one_order(order_id: int) -> int:
    if order_id <= 0:
        raise UsageError(f"{order_id} is no order")
    return order_id
