"""The price ladder (F3): one to four instruments' depth, each on a fixed axis of prices, traded from by keys."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import Side
from ibtui.store import Changes, Topic
from ibtui.ui.actions import Context, bindings, key_label
from ibtui.ui.ladder.strokes import Stroke
from ibtui.ui.screens.base import Seed
from ibtui.ui.screens.ladder_places import LadderPlaces

LEFT = "the screen was left"


class LadderScreen(LadderPlaces):
    """The ladders side by side; keys are for the one that has the focus."""

    CONTEXT = Context.LADDER
    MODE = "ladder"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.LADDER)]
    CSS_PATH = "ladder.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._stroke: Stroke | None = None
        self._is_covered = False
        """A dialog lies over it."""

    def compose_body(self) -> ComposeResult:
        """The ladders."""
        yield self.panes

    @property
    def stroke(self) -> Stroke | None:
        """The key that is being handled."""
        return self._stroke

    @property
    def conid(self) -> int:
        """The instrument of the focused ladder, 0 for none."""
        return self.pane.conid

    @property
    def cursor(self) -> Decimal | None:
        """The price under its cursor."""
        return self.pane.window.cursor

    @property
    def size_chosen(self) -> Decimal | None:
        """Size of its next order."""
        return self.pane.trading.size

    def shown(self) -> None:
        """Stream the instruments; the first of the watchlist when none was chosen yet."""
        self._begin()
        self.focus_first(self.pane.rungs)

    def _begin(self) -> None:
        watchlist = self.store.inbox.watchlist
        if not self.conid and watchlist is not None and watchlist.conids:
            self.pane.point(watchlist.conids[0])
        self.subscribe()

    def hidden(self) -> None:
        """The ladders are no longer needed."""
        self._is_covered = False
        self.leave()
        self.let_go()

    def leave(self) -> None:
        """Nothing stays in the hands: at once, for keys come faster than the screens' own messages."""
        for pane in self.panes.all:
            pane.trading.end(LEFT)

    def show_contract(self, conid: int) -> None:
        """Point the ladders that are not pinned at another instrument."""
        linked = [pane for pane in self.panes.all if not pane.is_pinned]
        if not linked and conid not in [pane.conid for pane in self.panes.all]:
            self.dashboard.say("Every ladder is pinned to its instrument: p lets one follow", severity="warning")
        for pane in linked:
            pane.point(conid)
        if self.dashboard.current is self:
            self.subscribe()
            self.repaint()

    def frame(self, changes: Changes) -> None:
        """Paint what changed of the instruments; a list that came after the key for this screen gives the first."""
        if not self.conid and Topic.WATCHLIST in changes:
            self._begin()
            self.repaint()
        for pane in self.panes.in_sight:
            pane.frame(changes)
        self.say_state()

    def tick(self) -> None:
        """Prices go stale, and the time without a key runs."""
        self.repaint()

    def repaint(self) -> None:
        """Paint; unchanged lines stay as they are."""
        for pane in self.panes.in_sight:
            pane.repaint()
        self.say_state()

    def hear(self, text: str, severity: str) -> bool:
        """Show what the app says in the ladder's own lines: a toast would hide prices; an error must not be missed."""
        if severity == "error":
            return False
        self.pane.trading.remarks.tell(text, "warn" if severity == "warning" else "plain")
        self.pane.repaint()
        return True

    def on_key(self, event: events.Key) -> None:
        """Look at what may disarm, before whatever the key does; every key counts for the idle time and for repeats."""
        trading = self.pane.trading
        trading.look(self.pane.source)
        trading.arming.key(self.session.now())
        self._stroke = trading.keyboard.take(event, key_label(event.key))

    def on_screen_suspend(self) -> None:
        """No key is under way any more; the rest is done by the screen's own."""
        self._stroke = None
        self._is_covered = self.dashboard.current_mode == self.MODE

    def on_screen_resume(self) -> None:
        """Coming back from a dialog, its last keys are not the ladder's; the rest is done by the screen's own."""
        is_back, self._is_covered = self._is_covered, False
        for pane in self.panes.all if is_back else ():
            pane.uncovered()

    def selected_contract(self) -> Contract | None:
        """The instrument of the focused ladder."""
        return self.store.market.contracts.get(self.conid)

    def selected_order(self) -> LiveOrder | None:
        """The newest own order at the cursor's price."""
        return next(iter(self.pane.own_orders()), None)

    def seed(self, side: Side) -> Seed:
        """The cursor's price and the chosen size."""
        return Seed(self.cursor, self.size_chosen)
