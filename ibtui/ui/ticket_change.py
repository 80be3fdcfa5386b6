"""A working order as a ticket: everything it was sent with is kept, only what the user changes differs. Pure."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import LiveOrder
from ibtui.domain.rulewords import order_type_of
from ibtui.domain.tickets import OrderType, SizedIn, Ticket, Tif
from ibtui.ui.ticket_fields import Field

TIF_NAMES = {"DAY": Tif.DAY, "CLOSE": Tif.DAY, **{tif.value: tif for tif in Tif}}
"""How live orders spell times in force; `CLOSE` is a day order (wire-facts 5)."""

ATTRIBUTES: dict[Field, tuple[str, ...]] = {
    Field.SIDE: ("side",),
    Field.QUANTITY: ("quantity",),
    Field.UNIT: ("sized_in",),
    Field.TYPE: ("order_type",),
    Field.LIMIT: ("limit_price",),
    Field.STOP: ("stop_price",),
    Field.TRAIL: ("trailing_amount",),
    Field.TRAIL_BY: ("trailing_type",),
    Field.OFFSET: ("offset",),
    Field.TIF: ("tif",),
    Field.GOOD_TILL: ("good_till",),
    Field.OUTSIDE: ("outside_rth",),
    Field.OCA: ("single_group",),
    Field.ACCOUNT: ("account",),
    Field.ALLOCATION: ("allocation_method",),
    Field.ROUTE: ("route",),
    Field.DESTINATION: ("destination",),
    Field.ALGO: ("strategy", "strategy_parameters"),
    Field.ALL_OR_NONE: ("all_or_none",),
    Field.MANAGEMENT: ("price_management",),
    Field.SAVED: ("deactivated",),
    Field.REFERRER: ("referrer",),
    Field.OPERATOR: ("operator",),
    Field.MANUAL: ("manual_time_ms",),
}
"""The attributes of a ticket that each field of the form sets."""

UNTOLD = "route, algo, all-or-none and the like"
"""What no row of the gateway tells of an order."""


class NotModifiable(ValueError):
    """The order has attributes a ticket cannot keep; the text says which."""


def changed_fields(before: Ticket, after: Ticket) -> frozenset[Field]:
    """Fields in which two tickets differ."""
    return frozenset(
        field
        for field, names in ATTRIBUTES.items()
        if any(getattr(before, name) != getattr(after, name) for name in names)
    )


def ticket_of(order: LiveOrder, contract: Contract, sent: Ticket | None = None) -> Ticket:
    """A working order as a ticket, to be changed; what the gateway does not tell is kept from the ticket `sent`.

    Raises NotModifiable when an attribute is not known and keeping it would be a guess.
    """
    kind = order_type_of(order.order_type) or (sent.order_type if sent is not None and not order.order_type else None)
    if kind is None:
        raise NotModifiable(f"its type is “{order.order_type or 'not told'}”; change it where it was made")
    tif = _tif(order, sent)
    side = order.side or (sent.side if sent is not None else None)
    quantity = _quantity(order, sent)
    if side is None or quantity is None:
        raise NotModifiable("the gateway has not told its side and size yet")
    known = sent or Ticket(order.account, contract, side, kind, quantity)
    ticket = replace(
        known,
        account=order.account or known.account,
        contract=_contract(order, contract, sent),
        side=side,
        order_type=kind,
        quantity=quantity,
        limit_price=_either(order.limit_price, known.limit_price) if kind.takes_limit else None,
        stop_price=_stop(order, kind, sent),
        tif=tif,
        good_till=known.good_till if tif is Tif.GTD else "",
        outside_rth=known.outside_rth if order.outside_rth is None else order.outside_rth,
        offset=_either(order.offset, known.offset) if kind.takes_offset else None,
    )
    return _with_trail(order, ticket)


def _tif(order: LiveOrder, sent: Ticket | None) -> Tif:
    tif = TIF_NAMES.get(order.tif.strip().upper()) or (sent.tif if sent is not None else None)
    if tif is None:
        raise NotModifiable(f"its time in force is “{order.tif or 'not told'}”; change it where it was made")
    if tif is Tif.GTD and (sent is None or not sent.good_till):
        raise NotModifiable("it is GTD and the gateway does not tell until when; change it where it was made")
    return tif


def _quantity(order: LiveOrder, sent: Ticket | None) -> Decimal | None:
    """The size told; an order for money keeps the money it was sent for, rows tell units."""
    if sent is not None and (order.quantity is None or sent.sized_in is not SizedIn.UNITS):
        return sent.quantity
    return order.quantity


def _contract(order: LiveOrder, contract: Contract, sent: Ticket | None) -> Contract:
    is_combo = ";;;" in order.conidex or contract.sec_type == "BAG"
    if not is_combo:
        return contract
    legs = contract if contract.legs else sent.contract if sent is not None else contract
    if not legs.legs:
        raise NotModifiable("it is a combination whose legs are not known here; change it where it was made")
    return legs


def _stop(order: LiveOrder, kind: OrderType, sent: Ticket | None) -> Decimal | None:
    """The stop told; a TRAIL's is where it has trailed to, sent again only if it was given one."""
    before = sent.stop_price if sent is not None else None
    if not kind.takes_stop or (kind is OrderType.TRAIL and before is None):
        return None
    return _either(order.stop_price, before)


def _with_trail(order: LiveOrder, ticket: Ticket) -> Ticket:
    if not ticket.order_type.trails:
        return replace(ticket, trailing_type="", trailing_amount=None)
    amount = _either(order.trailing_amount, ticket.trailing_amount)
    by = order.trailing_type or ticket.trailing_type
    if amount is None or not by:
        raise NotModifiable("the gateway does not tell what it trails by; change it where it was made")
    return replace(ticket, trailing_type=by, trailing_amount=amount)


def _either(told: Decimal | None, sent: Decimal | None) -> Decimal | None:
    return told if told is not None else sent
