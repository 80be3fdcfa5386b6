"""The keys that change the user's lists."""

from __future__ import annotations

from ibtui.domain.watchlists import Watchlist
from ibtui.ui.screens.base import DashboardScreen
from ibtui.ui.watch_view import WATCH_COLUMNS
from ibtui.ui.widgets.grid import Grid


class ListScreen(DashboardScreen):
    """A screen with a watchlist in a grid."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid(WATCH_COLUMNS, empty="The list is empty: / finds a contract to add", id="watchlist")

    @property
    def watchlist(self) -> Watchlist:
        """The list shown, an empty one until it is known."""
        return self.store.inbox.watchlist or Watchlist("", "")

    def action_remove(self) -> None:
        """Take the row out of the list."""
        if isinstance(key := self.grid.cursor_key, int) and self._may_edit():
            self.session.lists.remove(key)

    def action_shift_row(self, offset: int) -> None:
        """Move the row within the list; only in the list's own order."""
        if not isinstance(key := self.grid.cursor_key, int) or not self._may_edit():
            return
        if self.grid.sort_column:
            self.dashboard.say("The rows are sorted: < or > back to the list's own order first", severity="warning")
        else:
            self.session.lists.move(key, offset)

    def action_list(self, step: int) -> None:
        """Show another list."""
        names = self.store.inbox.watchlist_names
        if names:
            ids = [name.list_id for name in names]
            place = ids.index(self.watchlist.list_id) if self.watchlist.list_id in ids else -step
            self.session.lists.select(ids[(place + step) % len(ids)])

    def _may_edit(self) -> bool:
        if self.watchlist.read_only:
            self.dashboard.say(f"The list {self.watchlist.name} cannot be changed", severity="warning")
        return not self.watchlist.read_only
