"""The account's holdings by their value: weighed anew one by one as their prices move, never all for one of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from decimal import Decimal

from ibtui.store import Store
from ibtui.ui.screens.portfolio_figures import BASE, base_currency, label_of, rate_at, worth_of

SHARES_SHOWN = 8
"""Parts of the allocation shown by name; the rest is added up."""

Entry = tuple[Decimal, str, int]
"""Minus the value in base currency taken as positive, the label, the conid: sorted, the largest comes first."""


class PortfolioBook:
    """Open positions of the account chosen, the largest value first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._account = ""
        self._rates: dict[str, Decimal | None] = {}
        """Base currency for one unit of each currency, as they were used."""
        self._entries: dict[int, Entry] = {}
        self._sorted: list[Entry] = []
        self._whole = Decimal(0)

    def __contains__(self, conid: object) -> bool:
        return conid in self._entries

    @property
    def conids(self) -> list[int]:
        """The largest value first; what has none, and futures, by their labels at the end."""
        return [conid for _, _, conid in self._sorted]

    def weigh_all(self) -> None:
        """Look at every position: the account or an exchange rate is another, or nobody looked meanwhile."""
        self._account, self._rates = self._store.money.account, {}
        positions = self._store.money.positions
        held = [conid for (owner, conid), p in positions.items() if owner == self._account and p.quantity]
        self._entries = {conid: self._entry(conid) for conid in held}
        self._sorted = sorted(self._entries.values())
        self._whole = -sum((entry[0] for entry in self._sorted), Decimal(0))

    def weigh(self, conids: Iterable[int]) -> None:
        """Look at these: their prices, their contracts or what is held of them moved."""
        for conid in conids:
            position = self._store.money.positions.get((self._account, conid))
            new = self._entry(conid) if position is not None and position.quantity else None
            old = self._entries.get(conid)
            if new == old:
                continue
            if old is not None:
                del self._sorted[bisect_left(self._sorted, old)], self._entries[conid]
                self._whole += old[0]
            if new is not None:
                insort(self._sorted, new)
                self._entries[conid] = new
                self._whole -= new[0]

    def is_outdated(self) -> bool:
        """Whether the account or an exchange rate is another than the one they were weighed with."""
        if self._account != self._store.money.account:
            return True
        base = base_currency(self._store)
        return any(rate_at(self._store, currency, base) != rate for currency, rate in self._rates.items())

    def shares(self) -> list[tuple[str, Decimal]]:
        """(name, percent) of the money in the account: the largest holdings, the others together, cash last.

        Percent of the sum of all parts taken as positive, so that a short position is seen as large as it is.
        """
        parts = [(label, -value) for value, label, _ in self._sorted[:SHARES_SHOWN] if value]
        if len(self._sorted) > SHARES_SHOWN and self._sorted[SHARES_SHOWN][0]:
            parts.append(("others", self._whole - sum((worth for _, worth in parts), Decimal(0))))
        base = self._store.money.ledger.get((self._account, BASE))
        if base is not None and base.cash:
            parts.append(("cash" if base.cash > 0 else "borrowed", abs(base.cash)))
        whole = sum((worth for _, worth in parts), Decimal(0))
        return [(name, worth / whole * 100) for name, worth in parts] if whole else []

    def _entry(self, conid: int) -> Entry:
        position = self._store.money.positions[(self._account, conid)]
        currency = position.currency
        if currency not in self._rates:
            self._rates[currency] = rate_at(self._store, currency, base_currency(self._store))
        worth = worth_of(self._store, position, self._rates[currency])
        return (-abs(worth) if worth is not None else Decimal(0), label_of(self._store, position), conid)
