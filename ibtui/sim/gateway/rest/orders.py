"""Placing, answering, changing and cancelling orders ("Orders")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibtui.sim.exchange import OrderRefused, OrderRequest, OrderView
from ibtui.sim.gateway.answers import TextAnswer, refused_order, server_error, unavailable
from ibtui.sim.gateway.call import Call, Route, as_objects, as_texts
from ibtui.sim.gateway.login import MAX_SUPPRESSED
from ibtui.sim.gateway.orders.intake import changed_order, new_orders, owner
from ibtui.sim.gateway.orders.preview import preview
from ibtui.sim.gateway.wire import Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_ALL = -1


def place(gateway: Gateway, call: Call) -> Json:
    """Place one order, a bracket or an OCA group."""
    return gateway.desk.place(_requests(gateway, call))


def what_if(gateway: Gateway, call: Call) -> Json:
    """Preview of what place would do to the account."""
    return preview(gateway, _requests(gateway, call))


def reply(gateway: Gateway, call: Call) -> Json:
    """Answer a question with `confirmed`."""
    return gateway.desk.reply(call.path["replyId"], call.object().get("confirmed"))


def modify(gateway: Gateway, call: Call) -> Json:
    """Change a working order; the body is the whole ticket, not in an array."""
    order_id = call.path_number("orderId")
    order = _order(gateway, owner(gateway, call.path["accountId"]), order_id)
    return gateway.desk.modify(order_id, changed_order(gateway, order, call.object()))


def cancel(gateway: Gateway, call: Call) -> Json:
    """Ask for an order to be cancelled; -1 asks it for every order of the account."""
    order_id = call.path_number("orderId")
    account = owner(gateway, call.path["accountId"])
    if order_id == _ALL:
        gateway.exchange.cancel_all(account)
        return {"msg": "Request was submitted", "order_id": _ALL, "conid": -1, "account": None}
    order = _order(gateway, account, order_id)
    try:
        gateway.exchange.cancel(order_id)
    except OrderRefused as refusal:
        raise refused_order(refusal.reason) from None
    return {"msg": "Request was submitted", "order_id": order_id, "conid": order.request.conid, "account": account}


def suppress(gateway: Gateway, call: Call) -> Json:
    """No longer ask these questions in this brokerage session; at most 51 of them."""
    identifiers = as_texts(call.object().get("messageIds"))
    if len(identifiers) > MAX_SUPPRESSED:
        raise server_error(f"Maximum of {MAX_SUPPRESSED} messageIds exceeded")
    gateway.login.brokerage.suppressed.update(identifiers)
    return {"status": "submitted"}


def reset(gateway: Gateway, call: Call) -> Json:
    """Ask every question again."""
    gateway.login.brokerage.suppressed.clear()
    return {"status": "submitted"}


def notification(gateway: Gateway, call: Call) -> TextAnswer:
    """Answer a prompt that came by `ntf`; the answer is plain text."""
    body = call.object()
    order_id, request_id, text = body.get("orderId"), str(body.get("reqId", "")), str(body.get("text", ""))
    if not isinstance(order_id, int) or not gateway.notices.answer(order_id, request_id, text):
        raise unavailable("Unable to find the prompt")
    return TextAnswer("Success")


def _requests(gateway: Gateway, call: Call) -> Sequence[OrderRequest]:
    """Orders of the body: `{"orders": […]}`, or the bare array the newer document shows."""
    body = call.json()
    raws = as_objects(body.get("orders") if isinstance(body, dict) else body)
    return new_orders(gateway, owner(gateway, call.path["accountId"]), raws)


def _order(gateway: Gateway, account: str, order_id: int) -> OrderView:
    """An order of the account, of its group or with a share for it."""
    order = gateway.exchange.order(order_id)
    if order is None or account not in (order.request.account, *order.request.accounts):
        raise refused_order(f"OrderID {order_id} doesn't exist")
    return order


ROUTES = (
    Route("POST", "/iserver/account/{accountId}/orders", place),
    Route("POST", "/iserver/account/{accountId}/orders/whatif", what_if),
    Route("POST", "/iserver/reply/{replyId}", reply),
    Route("POST", "/iserver/account/{accountId}/order/{orderId}", modify),
    Route("DELETE", "/iserver/account/{accountId}/order/{orderId}", cancel),
    Route("POST", "/iserver/questions/suppress", suppress),
    Route("POST", "/iserver/questions/suppress/reset", reset),
    Route("POST", "/iserver/notification", notification),
)
