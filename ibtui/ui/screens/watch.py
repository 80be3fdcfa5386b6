"""The watchlist (F2), and beside it, where there is room, ladder, working orders and positions at one glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.timer import Timer

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import Side
from ibtui.store import Changes, Topic
from ibtui.ui.actions import Context, bindings
from ibtui.ui.ladder_panel import LadderPanel
from ibtui.ui.screens.base import Seed
from ibtui.ui.screens.lists import ListScreen
from ibtui.ui.screens.watch_panels import OrdersPanel, PositionsPanel
from ibtui.ui.screens.wishes import LINES, REST_SECONDS, in_sight, wished
from ibtui.ui.watch_rows import HISTORY, WatchRows
from ibtui.ui.watch_view import WATCH_COLUMNS
from ibtui.ui.widgets.columns import Cell, SortValue
from ibtui.ui.widgets.grid import Grid, Key
from ibtui.ui.widgets.panel import Panel

ROOMY_WIDTH: Final = 110
ROOMY_HEIGHT: Final = 30
"""From this size on the side panels are shown; below they are screens of their own, never slivers."""
WIDE_WIDTH: Final = 150
ROWS_AT_ONCE: Final = 16
"""Rows painted before a key may go first: a millisecond or two."""
LADDER_DELAY_SECONDS: Final = 0.25
"""Rest of the cursor before the ladder follows it, so that running through the list does not ask for every ladder."""


class WatchScreen(ListScreen):
    """The user's list with live quotes."""

    CONTEXT = Context.WATCH
    MODE = "watch"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.WATCH)]
    CSS_PATH = "watch.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._panel = Panel(self.grid, title="Watchlist", id="watch-panel")
        self._ladder = LadderPanel(id="ladder-panel")
        self._orders = OrdersPanel(id="orders-panel")
        self._positions = PositionsPanel(id="positions-panel")
        self._rows = WatchRows()
        self._resting: Timer | None = None
        """Runs out when the cursor has rested long enough for the ladder to follow it."""
        self._listed: str | None = None
        """Id of the list in the grid."""
        self.grid.draw_from(self._cells, self._values)
        self._is_unseen = True
        """Rows may have come into sight otherwise than by scrolling: the list, the screen or its size is another."""
        self._scrolling: Timer | None = None
        """Runs out when the list rests after it was scrolled."""
        self._wanted: int | None = None
        """Conid to select as soon as it is in the list."""

    def compose_body(self) -> ComposeResult:
        """Watchlist over orders, ladder over positions."""
        self._fit(self.app.size)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield self._panel
                yield self._orders
            with Vertical(id="right"):
                yield self._ladder
                yield self._positions

    @property
    def is_roomy(self) -> bool:
        """Whether the side panels are shown."""
        return self.size.width >= ROOMY_WIDTH and self.size.height >= ROOMY_HEIGHT

    def on_resize(self, event: events.Resize) -> None:
        """Show what has room."""
        super().on_resize(event)
        self._fit(event.size)
        self._is_unseen = True
        self._point_ladder()

    def _fit(self, size: Size) -> None:
        """Show what has room; asked before the parts are made too, so that they are styled and laid out once."""
        self.set_class(size.width >= ROOMY_WIDTH and size.height >= ROOMY_HEIGHT, "-roomy")
        self.set_class(size.width >= WIDE_WIDTH, "-wide")

    def shown(self) -> None:
        """Ask for the lists, quotes, histories and, where it is seen, the ladder."""
        if self.store.inbox.watchlist is None:
            self.session.lists.refresh()
        self._subscribe()
        self._point_ladder()
        self.focus_first(self.grid)

    def hidden(self) -> None:
        """Quotes of the list are no longer needed."""
        self._ladder.let_go()
        self.session.market.show_quotes(self.MODE, ())

    def repaint(self) -> None:
        """Paint everything."""
        self._paint_rows()
        if self.is_roomy:
            self._ladder.repaint(self.session)
            self._orders.repaint(self.session)
            self._positions.repaint(self.session)

    def frame(self, changes: Changes) -> None:
        """Paint what changed."""
        for _ in self.frame_parts(changes):
            pass

    def frame_parts(self, changes: Changes) -> Iterator[None]:
        """Paint the rows that changed some at a time, then the panels one by one."""
        if Topic.WATCHLIST in changes or Topic.WATCHLISTS in changes:
            self._subscribe()
            self._paint_rows()
            self._point_ladder()
        elif Topic.ACCOUNT in changes:
            self._paint_rows()
        else:
            touched = [changes.of(topic) for topic in (Topic.QUOTE, Topic.CONTRACT, Topic.RULES, Topic.HISTORY)]
            rows = list(set().union(*touched, changes.of(Topic.POSITION)))
            for first in range(0, len(rows), ROWS_AT_ONCE):
                self.grid.touch(rows[first : first + ROWS_AT_ONCE])
                yield
        if self.is_roomy:
            self._ladder.frame(self.session, changes)
            yield
            self._orders.frame(self.session, changes)
            self._positions.frame(self.session, changes)

    def covered_frame(self, changes: Changes) -> None:
        """A list that comes while a dialog is open (an unknown outcome at the start, say) is streamed at once."""
        if Topic.WATCHLIST in changes or Topic.WATCHLISTS in changes:
            self._subscribe()

    def tick(self) -> None:
        """Ages grow, prices go stale, sorted rows take their places."""
        self.grid.touch_all()
        if self.grid.sort_column:
            self.grid.resort()
        if self.is_roomy:
            self._ladder.repaint(self.session)

    def selected_contract(self) -> Contract | None:
        """The contract under the cursor of the panel in focus."""
        if self._orders.grid.has_focus:
            order = self._orders.selected(self.store)
            return self.store.market.contracts.get(order.conid) if order is not None else None
        grid = self._positions.grid if self._positions.grid.has_focus else self.grid
        key = grid.cursor_key
        return self.store.market.contracts.get(key) if isinstance(key, int) else None

    def selected_order(self) -> LiveOrder | None:
        """The order under the cursor of the orders panel, if that has the focus."""
        return self._orders.selected(self.store) if self._orders.grid.has_focus else None

    def seed(self, side: Side) -> Seed:
        """The touch on the ticket's own side."""
        contract = self.selected_contract()
        quote = self.store.market.quotes.get(contract.conid) if contract is not None else None
        if quote is None:
            return Seed()
        return Seed(quote.bid if side is Side.BUY else quote.ask)

    def show_contract(self, conid: int) -> None:
        """Put the cursor on an instrument, now or when it has come into the list."""
        self._wanted = conid
        self.grid.move_to(conid)
        self._point_ladder()

    @on(Grid.Highlighted, "#watchlist")
    def _highlighted(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(LADDER_DELAY_SECONDS, self._point_ladder) if self.is_roomy else None

    @on(Grid.Selected, "#watchlist")
    def _selected(self) -> None:
        self.action_open_mode("ladder")

    @on(Grid.Sorted, "#watchlist")
    def _sorted(self) -> None:
        self._say_title()

    @on(Grid.Scrolled, "#watchlist")
    def _scrolled(self) -> None:
        if self._scrolling is not None:
            self._scrolling.stop()
        self._scrolling = self.set_timer(REST_SECONDS, self._see)

    def _subscribe(self) -> None:
        self._is_unseen = True
        conids = self.watchlist.conids
        self.session.market.show_quotes(self.MODE, wished(conids, self.grid))
        self.session.market.learn_contracts(conids)

    def _see(self) -> None:
        """Ask for what rows in sight need and rows out of it do not: their day and, in a long list, their quotes."""
        if self.dashboard.current_mode != self.MODE:
            return
        self._is_unseen = False
        if len(self.watchlist.conids) > LINES:
            self.session.market.show_quotes(self.MODE, wished(self.watchlist.conids, self.grid))
        for conid in in_sight(self.grid):
            self.session.market.want_history(conid, *HISTORY)

    def _point_ladder(self) -> None:
        """Ladder of the cursor row, where it is seen; the ladder screen points it elsewhere while it is current."""
        if self.dashboard.current_mode != self.MODE or not self.is_mounted:
            return
        key = self.grid.cursor_key
        self._ladder.point(self.session, int(key) if self.is_roomy and key is not None else None)

    def _paint_rows(self) -> None:
        known = self.store.inbox.watchlist is not None
        self.grid.say_empty("The list is empty: / finds a contract to add" if known else "No list from the gateway yet")
        listed, self._listed = self._listed, self.watchlist.list_id
        self.grid.set_keys(self.watchlist.conids, anew=listed != self._listed)
        self.grid.touch_all()
        if self._wanted is not None and self._wanted in self.watchlist.conids:
            self.grid.move_to(self._wanted)
            self._wanted = None
        if self._is_unseen and self.grid.sight:
            self._see()
        self._say_title()

    def _say_title(self) -> None:
        names = self.store.inbox.watchlist_names
        ids = [name.list_id for name in names]
        listed = len(ids) > 1 and self.watchlist.list_id in ids
        several = f" ({ids.index(self.watchlist.list_id) + 1} of {len(ids)})" if listed else ""
        column = next((column for column in WATCH_COLUMNS if column.key == self.grid.sort_column), None)
        order = f"sorted by {column.title or column.key} {'▼' if self.grid.rows.reverse else '▲'}" if column else ""
        name = f": {self.watchlist.name}{several}" if self.watchlist.name else ""
        self._panel.say(f"Watchlist{name}", order)

    def _cells(self, key: Key) -> tuple[Cell, ...]:
        return self._rows.cells(self.store, self.session.now(), int(key))

    def _values(self, keys: Sequence[Key], column: str) -> list[SortValue]:
        return self._rows.values(self.store, self.session.now(), [int(key) for key in keys], column)
