"""Words the `:` line can complete now, taken from the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ibtui.domain.language import completion as language
from ibtui.domain.language.words import split
from ibtui.store import Store
from ibtui.ui.commands import Vocabulary
from ibtui.ui.dialogs.words import live_order_line
from ibtui.ui.symbols import orderable
from ibtui.ui.watch_view import working

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


def vocabulary(app: DashboardApp, line: str = "", cursor: int = 0) -> Vocabulary:
    """Everything that is known by name, and the algos and exchanges of the contract the cursor's order is about.

    Algos are asked of the gateway once a line says "algo".
    """
    store = app.store
    symbol = language.symbol_at(line, cursor)
    contract = orderable(store, symbol) if symbol else None
    if contract is not None and any(word.lower == "algo" for word in split(line)):
        app.session.market.learn_algos(contract.conid)
    algos = store.market.algos.get(contract.conid) if contract is not None else None
    orders = language.Vocabulary(
        symbols=tuple(dict.fromkeys(_symbols(store))),
        orders=tuple((order.order_id, live_order_line(order)) for order in working(store)),
        accounts=tuple(account.account_id for account in store.money.accounts),
        groups=store.money.groups,
        algos=algos.algos if algos is not None else (),
        exchanges=_exchanges(store) if contract is None else contract.exchanges or _exchanges(store),
    )
    lists = tuple(name.name for name in store.inbox.watchlist_names)
    return Vocabulary(orders=orders, themes=tuple(sorted(app.available_themes)), lists=lists)


def _symbols(store: Store) -> Iterable[str]:
    """Labels of the watchlist, of the positions, then of everything known; an index is no order's symbol."""
    contracts = store.market.contracts
    listed = store.inbox.watchlist.conids if store.inbox.watchlist is not None else ()
    held = [conid for account, conid in store.money.positions if account == store.money.account]
    for conid in (*listed, *held, *contracts):
        contract = contracts.get(conid)
        if contract is not None and contract.sec_type != "BAG":
            yield contract.label


def _exchanges(store: Store) -> tuple[str, ...]:
    """Every exchange a known contract names."""
    contracts = store.market.contracts.values()
    return tuple(sorted({name for contract in contracts for name in (contract.exchange, *contract.exchanges) if name}))
