"""What a ticket is measured against, taken from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.domain.combos import leg_worths
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.tickets import Side, Ticket
from ibtui.store import Store
from ibtui.ui.ticket_fields import Surroundings

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


def rules_for(store: Store, contract: Contract, side: Side) -> ContractRules | None:
    """The rules of the contract for a side; a combination has none, its conid is that of its currency."""
    return None if contract.legs else store.market.rules.get((contract.conid, side is Side.BUY))


def surroundings(
    app: DashboardApp, contract: Contract, side: Side, *, before: Ticket | None = None, order_id: int | None = None
) -> Surroundings:
    """Market, rules, limits and the rest as they are known now; `before` and `order_id` of a working order."""
    store = app.session.store
    order = store.orders.orders.get(order_id) if order_id is not None else None
    known = store.market.contracts.get(contract.conid, contract)
    return Surroundings(
        quote=store.market.quote_of(contract),
        rules=rules_for(store, contract, side),
        limits=app.limits,
        wall=app.clock.time(),
        algos=store.market.algos.get(contract.conid),
        exchanges=contract.exchanges or known.exchanges,
        groups=store.money.groups,
        legs=tuple(leg_worths(contract, store.market.quotes, store.market.contracts)),
        before=before,
        filled=order.filled if order is not None else None,
    )
