"""Tickets as the JSON the gateway takes, numbers with the very digits typed.

Source: "Place Order", "Bracket Orders & OCA Groups", "Modify Order"; every key stands there. `isSingleGroup` belongs to
OCA groups, which are not offered, and a bracket's children are one group already, so it is never sent. A blank route
sends no `listingExchange`: the documents' default is SMART, and naming SMART would be wrong for a future.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from ibtui.domain.tickets import OrderType, Ticket
from ibtui.errors import UsageError

_MANUAL_TYPES = frozenset({"FUT", "FOP"})
"""US futures are refused without `manualIndicator` (OpenAPI 2.28.0, singleOrderSubmissionRequest); a person pressed."""
_PRICE_IS_STOP = frozenset({OrderType.STP, OrderType.TRAIL})
""""For STP|TRAIL this is the stop price" ("Place Order", price)."""
_AUX_IS_STOP = frozenset({OrderType.STOP_LIMIT, OrderType.TRAILLMT})
_TRAILS = frozenset({OrderType.TRAIL, OrderType.TRAILLMT})


def placing_body(tickets: Sequence[Ticket], order_ref: str) -> bytes:
    """Body of a new order, or of a bracket: the first ticket is the parent and carries `order_ref` as its cOID."""
    legs = [_fields(tickets[0], {"cOID": order_ref})]
    legs += [_fields(child, {"parentId": order_ref}) for child in tickets[1:]]
    return msgspec.json.encode({"orders": legs})


def preview_body(tickets: Sequence[Ticket], order_ref: str = "") -> bytes:
    """Body of a what-if; a single order goes without a cOID, a bracket's parent needs one for its children to name."""
    if len(tickets) > 1:
        return placing_body(tickets, order_ref)
    return msgspec.json.encode({"orders": [_fields(tickets[0], {})]})


def modifying_body(ticket: Ticket, order_ref: str = "", parent_ref: str = "") -> bytes:
    """Body of a modification: one bare object with every field of the order, its cOID or parentId too if it has one."""
    identity = {"cOID": order_ref, "parentId": parent_ref}
    return msgspec.json.encode(_fields(ticket, {key: value for key, value in identity.items() if value}))


def _fields(ticket: Ticket, identity: dict[str, str]) -> dict[str, object]:
    values: dict[str, object] = {"acctId": ticket.account, "conid": ticket.contract.conid, **identity}
    values["orderType"] = ticket.order_type.value
    if ticket.route:
        values["listingExchange"] = ticket.route
    values["outsideRTH"] = ticket.outside_rth
    price, stop = _prices(ticket)
    if price is not None:
        values["price"] = exact(price)
    if stop is not None:
        values["auxPrice"] = exact(stop)
    values["side"] = ticket.side.value
    if ticket.contract.symbol:
        values["ticker"] = ticket.contract.symbol
    values["tif"] = ticket.tif.value
    if ticket.order_type in _TRAILS and ticket.trailing_amount is not None:
        values["trailingAmt"] = exact(ticket.trailing_amount)
        values["trailingType"] = ticket.trailing_type
    values["quantity"] = exact(ticket.quantity)
    if ticket.contract.sec_type in _MANUAL_TYPES:
        values["manualIndicator"] = True
    return values


def _prices(ticket: Ticket) -> tuple[Decimal | None, Decimal | None]:
    """`price` and `auxPrice` of the order's type."""
    if ticket.order_type is OrderType.MKT:
        return None, None
    if ticket.order_type in _PRICE_IS_STOP:
        return ticket.stop_price, None
    return ticket.limit_price, ticket.stop_price if ticket.order_type in _AUX_IS_STOP else None


def exact(value: Decimal) -> msgspec.Raw:
    """`value` as a JSON number with its own digits: 165.30 stays 165.30. Raises UsageError for NaN and infinity."""
    if not value.is_finite():
        raise UsageError(f"{value} is no number an order can have")
    return msgspec.Raw(format(value, "f").encode("ascii"))
