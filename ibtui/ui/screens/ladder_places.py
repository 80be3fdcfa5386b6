"""Where the ladders stand beside one another, what each shows, and what is streamed for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on

from ibtui.domain.tickets import Side
from ibtui.ui.ladder.pane import LadderPane
from ibtui.ui.ladder.panes import Panes
from ibtui.ui.screens.ladder_keys import LadderKeys

if TYPE_CHECKING:
    from ibtui.ui.ladder.columns import Column


class LadderPlaces(LadderKeys):
    """The keys that open, close, choose and point ladders."""

    def __init__(self) -> None:
        super().__init__()
        self.panes = Panes(self.dashboard)
        self._streamed: tuple[int, ...] = ()
        """Instruments whose quotes were asked for since the screen became current."""
        self._deep: tuple[int, str] | None = None
        """Instrument and exchange of the depth that was asked for."""

    @property
    def pane(self) -> LadderPane:
        """The ladder that has the focus."""
        return self.panes.focused

    def take_columns(self, columns: tuple[Column, ...] | None) -> None:
        """Show these columns from now on, on every ladder."""
        if columns is not None:
            for pane in self.panes.all:
                pane.columns = columns
            self.repaint()

    def take_exchange(self, exchange: str | None) -> None:
        """Show the depth of this exchange from now on."""
        if exchange is not None and exchange != self.pane.exchange:
            self.pane.exchange = exchange
            self.pane.trading.end("another exchange")
            self.subscribe()
            self.repaint()

    def action_open_beside(self) -> None:
        """Open another ladder, on the next instrument of the watchlist that no ladder shows."""
        listed = self.store.inbox.watchlist.conids if self.store.inbox.watchlist is not None else ()
        self._rearranged(self.panes.beside(_next_of(listed, self.pane.conid, self.panes.all)))

    def action_close_beside(self) -> None:
        """Close the ladder that has the focus."""
        self._rearranged(self.panes.close())

    def action_next_ladder(self, places: int) -> None:
        """Go to the next ladder."""
        if len(self.panes.all) > 1:
            self.panes.step(places)
            self._rearranged("")

    def action_pin(self) -> None:
        """Pin the ladder to its instrument, or let it follow the watchlist."""
        pane = self.pane
        pane.is_pinned = not pane.is_pinned
        pane.trading.remarks.tell("Pinned to its instrument" if pane.is_pinned else "Follows the watchlist's selection")
        self.painted()

    @on(LadderPane.Chosen)
    def pane_chosen(self, event: LadderPane.Chosen) -> None:
        """The mouse chose a ladder."""
        if event.pane is not self.pane:
            self.panes.focus_on(event.pane)
            self._rearranged("")

    def _rearranged(self, refusal: str) -> None:
        """Another ladder has the focus, or why not."""
        if refusal:
            self.pane.trading.remarks.refuse(refusal)
        self.subscribe()
        self.call_after_refresh(self.repaint)

    def subscribe(self) -> None:
        """Quotes for every ladder, depth for the focused one: there is one per account."""
        market = self.session.market
        conids = tuple(dict.fromkeys(pane.conid for pane in self.panes.all if pane.conid))
        if conids and conids != self._streamed:
            before, self._streamed = self._streamed, conids
            market.show_quotes(self.MODE, conids)
            market.want_flow(conids)
            for conid in conids:
                if conid not in before:
                    market.learn_contracts((conid,))
                    for side in Side:
                        market.learn_rules(conid, side)
        deep = (self.pane.conid, self.pane.exchange)
        if deep[0] and deep != self._deep:
            self._deep = deep
            market.show_ladder(*deep)

    def let_go(self) -> None:
        """The ladders are no longer needed."""
        self._streamed, self._deep = (), None
        self.session.market.show_quotes(self.MODE, ())


def _next_of(listed: Iterable[int], conid: int, panes: Iterable[LadderPane]) -> int:
    """The first instrument of the list that no ladder shows, else this one."""
    shown = {pane.conid for pane in panes}
    return next((other for other in listed if other not in shown), conid)
