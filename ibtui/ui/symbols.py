"""Which contract a symbol typed by a person means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ibtui.domain.contracts import Contract
from ibtui.store import Store

PREFERRED: Final = ("STK", "CASH", "FUT", "IND", "CRYPTO")
"""Security types in the order a bare symbol is taken to mean them."""


def known_contract(store: Store, symbol: str) -> Contract | None:
    """The contract a symbol means: of the list on screen first, then of all that are known."""
    contracts = store.market.contracts
    listed = store.inbox.watchlist.conids if store.inbox.watchlist is not None else ()
    shown = best_match(symbol, [contracts[conid] for conid in listed if conid in contracts])
    return shown or best_match(symbol, contracts.values())


def best_match(symbol: str, contracts: Iterable[Contract]) -> Contract | None:
    """The contract of exactly this symbol or local symbol, stocks first; None without one."""
    wanted = symbol.casefold()
    exact = [c for c in contracts if wanted in (c.symbol.casefold(), c.local_symbol.casefold())]
    return min(exact, key=_preference, default=None)


def orderable(store: Store, symbol: str) -> Contract | None:
    """The known contract a symbol means, unless it is an index, or the root of futures and options."""
    found = known_contract(store, symbol)
    return found if found is not None and found.sec_type != "IND" else None


def _preference(contract: Contract) -> int:
    return PREFERRED.index(contract.sec_type) if contract.sec_type in PREFERRED else len(PREFERRED)
