"""Whether an order of unknown outcome may be sent a second time, which is the user's decision (order-safety 3)."""

from __future__ import annotations

from ibtui.domain.limits import Limits
from ibtui.session.orders.book import Entry
from ibtui.session.orders.checks import problem_of_order
from ibtui.session.orders.evidence import Known, find
from ibtui.store import Store

REMEMBERED_SECONDS = 23 * 3600.0
"""How long the gateway surely remembers a reference: a cOID is unique "for a 24h span" only ("Place Order")."""
CLOCK_SECONDS = 3600.0
"""How far a clock may have been set back before nobody can say how old an order is."""


def problem_of_again(entry: Entry, store: Store, limits: Limits, now: float) -> str:
    """Why it may not be sent again, blank when it may; `now` in Unix seconds.

    An order whose reference the gateway may have forgotten would be taken twice, and limits hold for every sending.
    """
    if not -CLOCK_SECONDS <= now - entry.created <= REMEMBERED_SECONDS:
        return (
            "a reference is remembered for 24 h, so the gateway might take this order a second time; "
            "look for it in TWS or Client Portal"
        )
    if entry.submission.prompt:
        return "the gateway asks about this order: answer that, or close it when you know what became of it"
    found = find(entry.submission, Known(store.orders.orders, store.orders.executions))
    if found is not None:
        return f"it arrived, at least in part: {found.words}"
    return problem_of_order(entry.submission.tickets, store, limits, now)
