"""What an order is about, and how it hangs together with others, in the words of every table and story."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import LiveOrder, Submission
from ibtui.domain.rulewords import order_type_of
from ibtui.domain.tickets import OrderType
from ibtui.store import Store

LEG: Final = r"(\d+)/(-?\d+)"
"""A leg in `conidex`: conid and ratio."""
SIBLING: Final = r"(?P<key>.+)-(?P<number>\d+)\Z"
"""Customer order id of an order of a group but the first: `<key>-2`, `<key>-3` …"""


TYPE_WORDS: Final = {OrderType.STOP_LIMIT: "STP LMT", OrderType.TRAILLMT: "TRAIL LMT"}
"""Order types as traders write them, where that is not IBKR's own word."""


def type_word(order_type: str) -> str:
    """Short word of an order type, however the gateway spells it; an unknown one stays as the gateway said it."""
    found = order_type_of(order_type)
    return order_type if found is None else TYPE_WORDS.get(found, found.value)


def instrument_words(order: LiveOrder, contracts: Mapping[int, Contract]) -> str:
    """The instrument of an order; of a combination its legs: `+1 AAPL -1 MSFT`."""
    spread, separator, legs = order.conidex.partition(";;;")
    found = re.findall(LEG, legs) if separator else []
    if found:
        return " ".join(f"{int(ratio):+d} {_label(int(conid), contracts)}" for conid, ratio in found)
    return order.symbol or order.description or str(order.conid or spread)


def relations(store: Store, order: LiveOrder) -> list[str]:
    """What becomes of other orders with this one: parent, attached orders, and the group one fill cancels."""
    orders = store.orders.orders.values()
    lines = []
    if order.parent_id:
        parent = _parent(store, order)
        lines.append(f"attached to {_short(parent, store) if parent is not None else f'order {order.parent_id}'}")
    attached = [other for other in orders if other.parent_id == str(order.order_id)]
    if attached:
        lines.append(f"attached to it: {_list(attached, store)}")
    others = _group(store, order)
    if others:
        lines.append(f"one cancels all: a fill of one cancels the others · {_list(others, store)}")
    return lines


def _group(store: Store, order: LiveOrder) -> list[LiveOrder]:
    """The other orders of its OCA group, as far as they were sent from here."""
    submission = placing(store, order)
    if submission is None or not any(ticket.single_group for ticket in submission.tickets):
        return []
    return [
        other
        for other in store.orders.orders.values()
        if other.order_id != order.order_id and placing(store, other) is submission
    ]


def placing(store: Store, order: LiveOrder) -> Submission | None:
    """The submission an order was placed by, found by the customer order id it, its group or its parent has."""
    order_ref = order.order_ref
    if not order_ref:
        parent = _parent(store, order)
        order_ref = parent.order_ref if parent is not None else ""
    found = store.orders.submissions.get(order_ref)
    sibling = re.match(SIBLING, order_ref)
    return found or (store.orders.submissions.get(sibling["key"]) if sibling is not None else None)


def _parent(store: Store, order: LiveOrder) -> LiveOrder | None:
    if not order.parent_id:
        return None
    return next((other for other in store.orders.orders.values() if str(other.order_id) == order.parent_id), None)


def _list(orders: Iterable[LiveOrder], store: Store) -> str:
    return ", ".join(_short(order, store) for order in orders)


def _short(order: LiveOrder, store: Store) -> str:
    side = f"{order.side.value} " if order.side is not None else ""
    what = instrument_words(order, store.market.contracts)
    return f"{order.order_id} {side}{what} {type_word(order.order_type)} ({order.status_text or order.status.value})"


def _label(conid: int, contracts: Mapping[int, Contract]) -> str:
    contract = contracts.get(conid)
    return contract.label if contract is not None else str(conid)
