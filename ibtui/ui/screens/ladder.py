"""The price ladder (F3): one instrument's depth on a fixed axis of prices, own orders on it, a cursor on a price."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import Side
from ibtui.store import Changes, Topic
from ibtui.ui import ladder_header
from ibtui.ui.actions import Context, bindings
from ibtui.ui.belief import Belief, belief
from ibtui.ui.ladder_view import LadderInput
from ibtui.ui.ladder_window import LadderWindow, ladder_input, ladder_is_stale
from ibtui.ui.screens.base import DashboardScreen, Seed
from ibtui.ui.watch_view import order_price
from ibtui.ui.widgets.figures import FigureLine
from ibtui.ui.widgets.ladder import Rungs
from ibtui.ui.widgets.panel import Panel

OWN_TOPICS: Final = (Topic.LADDER, Topic.QUOTE, Topic.RULES, Topic.POSITION, Topic.CONTRACT)
"""Changes that concern the ladder when they are about its instrument."""
ANY_TOPICS: Final = (Topic.ORDER, Topic.HEALTH, Topic.ACCOUNT)
"""Changes that may concern it whatever their key."""


class LadderScreen(DashboardScreen):
    """One instrument at a time; buy and sell stage a limit order at the cursor's price."""

    CONTEXT = Context.LADDER
    MODE = "ladder"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.LADDER)]
    CSS_PATH = "ladder.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._window = LadderWindow()
        self._chosen_size: Decimal | None = None
        self._streamed = 0
        """Conid whose streams were asked for since the screen became current."""
        self._figures = FigureLine(id="figures")
        self._rungs = Rungs(id="ladder")
        self._held = FigureLine(id="held")
        self._panel = Panel(self._figures, self._rungs, self._held, title="Ladder", id="ladder-frame")

    def compose_body(self) -> ComposeResult:
        """The framed ladder with a line above and below."""
        yield self._panel

    @property
    def conid(self) -> int:
        """The instrument shown, 0 for none."""
        return self._window.conid

    @property
    def cursor(self) -> Decimal | None:
        """The price under the cursor."""
        return self._window.cursor

    @property
    def size_chosen(self) -> Decimal | None:
        """Size of the next order: the preset chosen, else the contract's default; None while its rules are unknown."""
        if self._chosen_size is not None:
            return self._chosen_size
        rules = self.store.market.rules.get((self.conid, True))
        return None if rules is None else rules.default_size or Decimal(1)

    def shown(self) -> None:
        """Stream the instrument; the first of the watchlist when none was chosen yet."""
        if not self.conid and self.store.inbox.watchlist is not None and self.store.inbox.watchlist.conids:
            self._window.point(self.store.inbox.watchlist.conids[0])
        self._subscribe()
        self.focus_first(self._rungs)

    def hidden(self) -> None:
        """The ladder is no longer needed."""
        self._streamed = 0
        self.session.market.show_quotes(self.MODE, ())

    def show_contract(self, conid: int) -> None:
        """Point the ladder at another instrument."""
        if conid != self.conid:
            self._window.point(conid)
            self._chosen_size = None
            if self.dashboard.current is self:
                self._subscribe()
                self.repaint()

    def frame(self, changes: Changes) -> None:
        """Paint when something of this instrument changed."""
        own = any(self.conid in changes.of(topic) for topic in OWN_TOPICS)
        if own or any(topic in changes for topic in ANY_TOPICS):
            self.repaint()

    def tick(self) -> None:
        """Prices go stale."""
        self.repaint()

    def repaint(self) -> None:
        """Paint; unchanged lines stay as they are."""
        if not self.conid:
            self._rungs.show(self._rungs.view, empty="No instrument yet: / finds one")
            return
        if not self._rungs.capacity:
            return
        store, now = self.store, self.session.now()
        source = ladder_input(store, self.conid)
        view = self._window.view(source, self._rungs.capacity)
        is_stale = ladder_is_stale(store, source, now)
        self._rungs.show(view, is_stale=is_stale, empty="" if view.rows else "Waiting for a price")
        trust = self._trust(source, belief(source.quote, store.health, now), is_stale=is_stale)
        self._figures.show(ladder_header.figures(source.quote, view.digits, self.size_chosen, self.cursor, trust))
        self._held.show(ladder_header.held(source.position, source.quote, self._window.rules, view))
        contract = store.market.contracts.get(self.conid)
        reason = source.ladder.error if source.ladder is not None and source.ladder.conid == self.conid else ""
        self._panel.say(ladder_header.title(contract, self.conid), reason)

    def _trust(self, source: LadderInput, quote_trust: Belief, *, is_stale: bool) -> Belief:
        if is_stale and not quote_trust.is_stale:
            return Belief("stale", is_stale=True)
        return quote_trust

    def selected_contract(self) -> Contract | None:
        """The instrument shown."""
        return self.store.market.contracts.get(self.conid)

    def selected_order(self) -> LiveOrder | None:
        """The newest own order at the cursor's price."""
        source = ladder_input(self.store, self.conid)
        rules, at = self._window.rules, self.cursor
        prices = ((order, order_price(order)) for order in source.orders)
        return next((order for order, price in prices if price is not None and rules.nearest(price) == at), None)

    def seed(self, side: Side) -> Seed:
        """The cursor's price and the chosen size."""
        return Seed(self.cursor, self.size_chosen)

    def action_move_price(self, ticks: int) -> None:
        """Move the cursor by ticks."""
        self._window.move(ticks)
        self.repaint()

    def action_page_price(self, pages: int) -> None:
        """Move cursor and window by a page."""
        self._window.page(pages)
        self.repaint()

    def action_centre(self) -> None:
        """Back to the market."""
        self._window.centre()
        self.repaint()

    def action_to_side(self, side: str) -> None:
        """Put the cursor on the best bid or ask."""
        price = self._window.best(side)
        if price is not None:
            self._window.place(price)
            self.repaint()

    def action_preset(self, number: int) -> None:
        """Choose one of the nine sizes."""
        presets = self.dashboard.presets
        if number <= len(presets):
            self._chosen_size = presets[number - 1]
            self.repaint()

    def on_rungs_clicked(self, event: Rungs.Clicked) -> None:
        """Put the cursor on the price clicked."""
        if event.index < len(self._window.prices):
            self._window.place(self._window.prices[event.index])
            self.repaint()

    def on_rungs_resized(self) -> None:
        """Lay a longer or shorter axis."""
        self.repaint()

    def _subscribe(self) -> None:
        if not self.conid or self.conid == self._streamed:
            return
        self._streamed = self.conid
        market = self.session.market
        market.show_quotes(self.MODE, (self.conid,))
        market.show_ladder(self.conid)
        market.learn_contracts((self.conid,))
        for side in Side:
            market.learn_rules(self.conid, side)
