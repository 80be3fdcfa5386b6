"""By which names an order was sent, so that a change of it can repeat them."""

from __future__ import annotations

from ibtui.domain.orders import LiveOrder
from ibtui.session.orders.journal import Journal, JournalFailed
from ibtui.store import Store


def references_of(order: LiveOrder | None, store: Store, journal: Journal) -> tuple[str, str]:
    """The `cOID` and `parentId` of an order: as its row and its parent's tell, else as journalled; blank for none."""
    if order is None:
        return "", ""
    parent = order.parent_id
    if parent.isascii() and parent.isdigit():
        found = store.orders.orders.get(int(parent))
        parent = found.order_ref if found is not None else ""
    if order.order_ref or parent:
        return order.order_ref, parent
    try:
        return journal.references_of(order.order_id)
    except JournalFailed:
        return "", ""
