"""Makes the rows of the watchlist from the store, remembering the sparklines."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from ibtui.domain.market import History
from ibtui.store import Store
from ibtui.ui.belief import belief
from ibtui.ui.formatting import sparkline
from ibtui.ui.watch_view import SPARK_WIDTH, note_of, watch_cells
from ibtui.ui.widgets.columns import Cell, SortValue

HISTORY: Final = ("1d", "5min")
"""Period and bar of the sparkline."""


QUOTE_COLUMNS: Final = {
    "last": "last",
    "tick": "direction",
    "change": "change",
    "percent": "change_percent",
    "bid_size": "bid_size",
    "bid": "bid",
    "ask": "ask",
    "ask_size": "ask_size",
    "volume": "volume",
    "high": "high",
    "low": "low",
}
"""Columns to the fields of a quote they are sorted by."""


class WatchRows:
    """One per watchlist on screen."""

    def __init__(self) -> None:
        self._sparks: dict[int, tuple[History, str]] = {}
        self._made: dict[int, tuple[tuple[object, ...], tuple[Cell, ...]]] = {}
        """By instrument, what its newest row was made of, and the row."""

    def cells(self, store: Store, now: float, conid: int) -> tuple[Cell, ...]:
        """The row of one instrument at session time `now`; the one before where nothing of it changed."""
        market = store.market
        quote = market.quotes.get(conid)
        held = store.money.positions.get((store.money.account, conid))
        made_of = (
            market.contracts.get(conid),
            conid,
            quote,
            market.rules.get((conid, True)) or market.rules.get((conid, False)),
            held.quantity if held is not None else None,
            self._spark(store, conid),
            belief(quote, store.health, now),
        )
        known = self._made.get(conid)
        if known is None or known[0] != made_of:
            known = self._made[conid] = (made_of, watch_cells(*made_of))
        return known[1]

    def values(self, store: Store, now: float, conids: Sequence[int], column: str) -> list[SortValue]:
        """What the rows are sorted by in a column: the values of their cells, without making the rows."""
        market, money = store.market, store.money
        if column in QUOTE_COLUMNS:
            field = attrgetter(QUOTE_COLUMNS[column])
            quotes = [market.quotes.get(conid) for conid in conids]
            return [field(quote) if quote is not None else None for quote in quotes]
        if column == "symbol":
            contracts = [market.contracts.get(conid) for conid in conids]
            return [one.label if one is not None else str(conid) for one, conid in zip(contracts, conids, strict=True)]
        if column == "position":
            held = [money.positions.get((money.account, conid)) for conid in conids]
            return [position.quantity or None if position is not None else None for position in held]
        return [self._last_words(store, now, conid) for conid in conids]

    def _last_words(self, store: Store, now: float, conid: int) -> str | None:
        quote = store.market.quotes.get(conid)
        return note_of(quote, belief(quote, store.health, now)) or self._spark(store, conid).strip() or None

    def _spark(self, store: Store, conid: int) -> str:
        history = store.market.histories.get((conid, *HISTORY))
        if history is None:
            return ""
        known = self._sparks.get(conid)
        if known is None or known[0] is not history:
            known = (history, sparkline([bar.close for bar in history.bars], SPARK_WIDTH))
            self._sparks[conid] = known
        return known[1]
