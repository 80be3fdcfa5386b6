"""The small ladder beside the watchlist."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from ibtui.store import Changes, Topic
from ibtui.ui.belief import belief
from ibtui.ui.ladder.columns import PANEL_COLUMNS
from ibtui.ui.widgets.ladder import Rungs
from ibtui.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from ibtui.session.intents import Session
    from ibtui.ui.ladder.window import LadderWindow


class LadderPanel(Panel):
    """The selected instrument's ladder, following the market; looked at, not traded from."""

    def __init__(self, *, id: str) -> None:
        super().__init__(title="Ladder", id=id)
        self._rungs = Rungs(can_focus=False)
        self._conid = 0
        """The instrument shown; 0 for none."""
        self._asked: int | None = None
        """The instrument asked for while the panel's screen is current."""

    def compose(self) -> ComposeResult:
        """The rungs."""
        yield self._rungs

    @cached_property
    def _window(self) -> LadderWindow:
        """Made when there is something to show: at the start there is not."""
        from ibtui.ui.ladder.window import LadderWindow  # noqa: PLC0415 - start-up time

        return LadderWindow(follows=True, has_cursor=False)

    def point(self, session: Session, conid: int | None) -> None:
        """Stream and show another instrument's ladder, or none; asks only when it is another than before."""
        if conid != self._asked:
            self._asked = conid
            session.market.show_ladder(conid)
        if conid is not None and conid != self._conid:
            self._conid = conid
            self._window.point(conid)
            self.repaint(session)

    def let_go(self) -> None:
        """Another screen points the ladder from now on."""
        self._asked = None

    def frame(self, session: Session, changes: Changes) -> None:
        """Paint when something of this instrument changed."""
        conid = self._conid
        topics = (Topic.LADDER, Topic.QUOTE, Topic.RULES, Topic.POSITION, Topic.CONTRACT)
        anyway = (Topic.ORDER, Topic.SUBMISSION, Topic.HEALTH)
        if any(conid in changes.of(topic) for topic in topics) or any(topic in changes for topic in anyway):
            self.repaint(session)

    def repaint(self, session: Session) -> None:
        """Paint from the store."""
        store, conid = session.store, self._conid
        if not conid or not self._rungs.capacity:
            return
        from ibtui.ui.ladder.source import ladder_input, ladder_is_stale  # noqa: PLC0415 - start-up time

        source = ladder_input(store, conid, session.now())
        view = self._window.view(source, self._rungs.capacity)
        is_stale = ladder_is_stale(store, source, session.now())
        empty = "" if view.rows else "No prices yet"
        self._rungs.show(view, columns=PANEL_COLUMNS, is_stale=is_stale, empty=empty)
        contract = store.market.contracts.get(conid)
        name = contract.label if contract is not None else str(conid)
        word = "STALE" if is_stale else belief(source.quote, store.health, session.now()).word
        self.say(f"{name} · {word}", "top of book only" if view.from_quote else "")
