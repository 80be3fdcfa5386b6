"""Tickets as the JSON the gateway takes, numbers with the very digits typed.

Source: "Place Order", "Bracket Orders & OCA Groups", "Combo / Spread Orders", "Modify Order"; the prices of MIT, LIT
and REL as on IBKR's page "Order Types"; `goodTillDate`, which no document names though rules list GTD, as TWS calls it.
What a ticket does not say is not in the body, save `outsideRTH`, so that no preset decides it. A blank route sends no
`listingExchange`: the documents' default is SMART, and naming SMART would be wrong for a future.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from ibtui.domain.combos import combo_conidex
from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import OrderType, SizedIn, Ticket
from ibtui.errors import UsageError

MANUAL_TYPES = frozenset({"FUT", "FOP"})
"""US futures are refused without `manualIndicator` (OpenAPI 2.28.0, singleOrderSubmissionRequest); a person pressed."""
_PRICE_IS_STOP = frozenset({OrderType.STP, OrderType.TRAIL, OrderType.MIT})
""""For STP|TRAIL this is the stop price" ("Place Order", price); MIT triggers like STP."""
_AUX_IS_STOP = frozenset({OrderType.STOP_LIMIT, OrderType.TRAILLMT, OrderType.LIT})


def order_refs(tickets: Sequence[Ticket], order_ref: str) -> tuple[str, ...]:
    """The customer order id each ticket of a submission carries, blank for children, which have none.

    The first has `order_ref` itself, other orders of an OCA group `order_ref-2`, `order_ref-3` … by their place.
    """
    own = (order_ref if place == 1 else f"{order_ref}-{place}" for place in range(1, len(tickets) + 1))
    return tuple("" if ticket.is_child else ref for ticket, ref in zip(tickets, own, strict=True))


def placing_body(tickets: Sequence[Ticket], order_ref: str) -> bytes:
    """Body of a new order, a bracket (parent first, its children name `order_ref` as their parent) or an OCA group."""
    identities = ({"cOID": ref} if ref else {"parentId": order_ref} for ref in order_refs(tickets, order_ref))
    legs = [_fields(ticket, identity) for ticket, identity in zip(tickets, identities, strict=True)]
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


def exact(value: Decimal) -> msgspec.Raw:
    """`value` as a JSON number with its own digits: 165.30 stays 165.30. Raises UsageError for NaN and infinity."""
    if not value.is_finite():
        raise UsageError(f"{value} is no number an order can have")
    return msgspec.Raw(format(value, "f").encode("ascii"))


def _fields(ticket: Ticket, identity: dict[str, str]) -> dict[str, object]:
    price, aux = _prices(ticket)
    told: dict[str, object] = {
        "acctId": ticket.account,
        **_contract(ticket),
        **identity,
        "orderType": ticket.order_type.value,
        "listingExchange": ticket.route or None,
        "isSingleGroup": ticket.single_group or None,
        "outsideRTH": ticket.outside_rth,
        "price": _exact_or_none(price),
        "auxPrice": _exact_or_none(aux),
        "side": ticket.side.value,
        "ticker": None if ticket.contract.legs else ticket.contract.symbol or None,
        "tif": ticket.tif.value,
        "goodTillDate": ticket.good_till or None,
        "trailingAmt": _exact_or_none(ticket.trailing_amount) if ticket.order_type.trails else None,
        "trailingType": ticket.trailing_type if ticket.order_type.trails else None,
        "referrer": ticket.referrer or None,
        ticket.sized_in.value: exact(ticket.quantity),
        "useAdaptive": ticket.price_management,
        "isCcyConv": ticket.sized_in is SizedIn.CONVERSION or None,
        "allOrNone": ticket.all_or_none or None,
        "allocationMethod": ticket.allocation_method or None,
        "manualOrderTime": ticket.manual_time_ms,
        "deactivated": ticket.deactivated or None,
        "strategy": ticket.strategy or None,
        "strategyParameters": dict(ticket.strategy_parameters) if ticket.strategy_parameters else None,
        "extOperator": ticket.operator or None,
        "manualIndicator": _is_manual(ticket.contract) or None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _is_manual(contract: Contract) -> bool:
    kinds = {contract.sec_type, *(leg.sec_type for leg in contract.legs)}
    return bool(kinds & MANUAL_TYPES)


def _contract(ticket: Ticket) -> dict[str, object]:
    """`conid`, or in its place `conidex` with the legs of a combination or the exchange the order is directed to."""
    contract = ticket.contract
    if contract.legs:
        return {"conidex": combo_conidex(contract)}
    if ticket.destination:
        return {"conidex": f"{contract.conid}@{ticket.destination}"}
    return {"conid": contract.conid}


def _prices(ticket: Ticket) -> tuple[Decimal | None, Decimal | None]:
    """`price` and `auxPrice` of the order's type."""
    kind = ticket.order_type
    if kind in (OrderType.MKT, OrderType.MOC):
        return None, None
    if kind in _PRICE_IS_STOP:
        return ticket.stop_price, None
    if kind is OrderType.REL:
        return ticket.limit_price, ticket.offset
    return ticket.limit_price, ticket.stop_price if kind in _AUX_IS_STOP else None


def _exact_or_none(value: Decimal | None) -> msgspec.Raw | None:
    return None if value is None else exact(value)
