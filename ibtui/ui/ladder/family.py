"""Which working orders hang together as one bracket, as their rows tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ibtui.domain.orders import LiveOrder


def parent_of(order: LiveOrder, orders: Iterable[LiveOrder]) -> LiveOrder | None:
    """The order it is attached to, while that is known; a row names it by order id or by customer order id."""
    return next((each for each in orders if each is not order and order.parent_id in _names(each)), None)


def family(order: LiveOrder, orders: Iterable[LiveOrder]) -> tuple[LiveOrder, ...]:
    """The working orders of its bracket, itself among them, parent first; a parent that has ended is none any more."""
    known = {each.order_id: each for each in orders} | {order.order_id: order}
    parent = parent_of(order, known.values())
    head = parent or order
    names = {order.parent_id} if parent is None and order.parent_id else _names(head)
    members = [head, *(each for each in known.values() if each.parent_id in names)]
    found = {each.order_id: each for each in members if each.is_working and _place(each) == _place(order)}
    return tuple(found.values())


def _names(order: LiveOrder) -> set[str]:
    return {str(order.order_id), order.order_ref} - {"", "0"}


def _place(order: LiveOrder) -> tuple[str, int]:
    return order.account, order.conid
