"""Turns a symbol typed at the `:` line into a contract, by a search where it is not known yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ibtui.domain.contracts import Contract
from ibtui.session.intents import Session
from ibtui.store import Changes, Topic
from ibtui.ui.symbols import best_match, known_contract

Found = Callable[[Contract], None]
Say = Callable[[str], None]


class SymbolSeeker:
    """One search at a time, in the order asked; the pump hands it the changes."""

    def __init__(self, session: Session, say: Say) -> None:
        self._session = session
        self._say = say
        self._queue: deque[tuple[str, Found]] = deque()
        self._searching = ""

    def seek(self, symbol: str, found: Found) -> None:
        """Call `found` with the contract of this symbol, at once or when the search is answered."""
        known = known_contract(self._session.store, symbol)
        if known is not None:
            found(known)
        else:
            self._queue.append((symbol, found))
            self._search()

    def frame(self, changes: Changes) -> None:
        """Take the answer of the search."""
        search = self._session.store.market.search
        if not self._searching or Topic.SEARCH not in changes:
            return
        if not search.done or search.text.casefold() != self._searching.casefold():
            return
        symbol, found = self._queue.popleft()
        self._searching = ""
        contract = best_match(symbol, [hit.contract for hit in search.hits])
        if contract is None:
            self._say(search.error or f"No contract has exactly the symbol {symbol}: / finds one by name")
        else:
            self._session.market.learn_contracts((contract.conid,))
            found(contract)
        self._search()

    def _search(self) -> None:
        if self._queue and not self._searching:
            self._searching = self._queue[0][0]
            self._session.market.search(self._searching)
