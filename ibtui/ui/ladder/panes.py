"""One to four ladders side by side, as many of them in sight as the width allows; one has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from ibtui.ui.ladder.pane import LadderPane

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

AT_MOST: Final = 4
LEAST_WIDTH: Final = 58
"""Cells of one ladder with its frame; narrower ones are not shown."""


class Panes(Horizontal):
    """The ladders from left to right; those without room keep their place and are told."""

    def __init__(self, app: DashboardApp) -> None:
        super().__init__(id="ladders")
        self._dashboard = app
        self.all = [LadderPane(app)]
        self._place = 0
        """Which of them has the focus."""

    def compose(self) -> ComposeResult:
        """The first."""
        yield from self.all

    @property
    def focused(self) -> LadderPane:
        """The one that trades and has the depth."""
        return self.all[self._place]

    @property
    def room(self) -> int:
        """How many fit side by side."""
        return max(1, min(AT_MOST, self.size.width // LEAST_WIDTH))

    @property
    def in_sight(self) -> Sequence[LadderPane]:
        """Those for which there is room."""
        return [pane for pane in self.all if pane.display]

    def beside(self, conid: int) -> str:
        """Open one more, right of the focused one, and focus it; gives why not, blank when it was opened."""
        if len(self.all) >= AT_MOST:
            return f"There are {AT_MOST} ladders already: \\ closes one"
        if len(self.all) >= self.room:
            needed = LEAST_WIDTH * (len(self.all) + 1)
            return f"No room for another ladder: it needs {needed} columns, there are {self.size.width}"
        for pane in self.all:
            pane.is_pinned = True
        fresh = LadderPane(self._dashboard)
        fresh.point(conid)
        self.mount(fresh, after=self.focused)
        self.all.insert(self._place + 1, fresh)
        self.focus_on(fresh)
        return ""

    def close(self) -> str:
        """Close the focused one; gives why not."""
        if len(self.all) == 1:
            return "This is the only ladder: esc leaves it"
        gone = self.all.pop(self._place)
        gone.trading.end("the ladder was closed")
        self._place = max(0, self._place - 1)
        gone.remove()
        self.focus_on(self.focused)
        return ""

    def step(self, places: int) -> LadderPane:
        """Focus the next one, round and round, also one that is hidden."""
        self.focus_on(self.all[(self._place + places) % len(self.all)])
        return self.focused

    def focus_on(self, pane: LadderPane) -> None:
        """Move the focus: whatever the other ladders held in the hand ends."""
        self._place = self.all.index(pane)
        for other in self.all:
            if other is not pane:
                other.trading.end("another ladder has the focus")
        self.fit()
        pane.rungs.focus()

    def fit(self) -> None:
        """Show as many as fit, the focused one always among them."""
        first = max(0, min(self._place - self.room + 1, len(self.all) - self.room))
        hidden = max(0, len(self.all) - self.room)
        for at, pane in enumerate(self.all):
            mine = at == self._place
            pane.display = first <= at < first + self.room
            pane.is_deep = mine
            pane.others = f"{hidden} more without room: tab" if mine and hidden else ""
            pane.set_class(mine, "-focused")

    def on_resize(self, _event: events.Resize) -> None:
        """Another width has room for more or fewer."""
        self.fit()
