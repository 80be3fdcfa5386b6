"""Makes the rows of the watchlist from the store, remembering the sparklines."""

from __future__ import annotations

from typing import Final

from ibtui.domain.market import History
from ibtui.store import Store
from ibtui.ui.belief import belief
from ibtui.ui.formatting import sparkline
from ibtui.ui.watch_view import SPARK_WIDTH, watch_cells
from ibtui.ui.widgets.columns import Cell

HISTORY: Final = ("1d", "5min")
"""Period and bar of the sparkline."""


class WatchRows:
    """One per watchlist on screen."""

    def __init__(self) -> None:
        self._sparks: dict[int, tuple[History, str]] = {}

    def cells(self, store: Store, now: float, conid: int) -> tuple[Cell, ...]:
        """The row of one instrument at session time `now`."""
        market = store.market
        quote = market.quotes.get(conid)
        held = store.money.positions.get((store.money.account, conid))
        return watch_cells(
            market.contracts.get(conid),
            conid,
            quote,
            market.rules.get((conid, True)) or market.rules.get((conid, False)),
            held.quantity if held is not None else None,
            self._spark(store, conid),
            belief(quote, store.health, now),
        )

    def _spark(self, store: Store, conid: int) -> str:
        history = store.market.histories.get((conid, *HISTORY))
        if history is None:
            return ""
        known = self._sparks.get(conid)
        if known is None or known[0] is not history:
            known = (history, sparkline([bar.close for bar in history.bars], SPARK_WIDTH))
            self._sparks[conid] = known
        return known[1]
