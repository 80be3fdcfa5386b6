"""Finds a contract by symbol or name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.base import Dialog, Lines
from ibtui.ui.widgets.columns import Cell, Column
from ibtui.ui.widgets.grid import Grid, Row

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

DEBOUNCE_SECONDS = 0.3
"""Pause in typing after which the search is sent; the gateway takes 10 requests a second for everything."""

COLUMNS = (
    Column("symbol", "Symbol", 10),
    Column("type", "Type", 5),
    Column("name", "Name", 20, flex=1),
    Column("exchange", "Exchange", 10, priority=1),
    Column("sections", "Also", 16, priority=2, most=24),
)


class FindDialog(Dialog[Contract]):
    """A text, the contracts it finds, and the one that is picked as the result."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", show=False),
        Binding("ctrl+n", "by_name", "by name", show=False),
    ]

    def __init__(self, app: DashboardApp) -> None:
        super().__init__(app, heading="Find a contract")
        self._asked = ""
        self._by_name = False

    def compose_body(self) -> ComposeResult:
        """The text, the state of the search and what it found."""
        yield Input(placeholder="symbol or company", id="text", compact=True)
        yield Lines(id="remark")
        yield Grid(COLUMNS, id="hits")
        yield Lines(id="hint")

    def on_mount(self) -> None:
        """Type at once; what an earlier search found is not shown."""
        self.query_one("#text", Input).focus()

    def frame(self, changes: Changes) -> None:
        """Show the answer."""
        if Topic.SEARCH in changes:
            self.repaint()

    def paint(self) -> None:
        """Draw state and hits of this dialog's own search."""
        search = self._mine()
        hits = search.hits if search is not None else ()
        self.query_one("#hits", Grid).set_rows([_row(place, hit) for place, hit in enumerate(hits)])
        self.query_one("#remark", Lines).show(Content(self._state(search)))
        way, other = ("name", "symbol") if self._by_name else ("symbol", "name")
        hint = f"by {way} · ctrl+n by {other} · ↓ results · enter pick · esc close"
        self.query_one("#hint", Lines).show(Content.styled(hint, "$muted"))

    def _mine(self) -> Search | None:
        search = self.store.market.search
        return search if self._asked and search.text.casefold() == self._asked.casefold() else None

    def _state(self, search: Search | None) -> str:
        if not self._asked:
            return " "
        if search is None or not search.done:
            return f"Looking for {self._asked} …"
        if search.error:
            return search.error
        return f"{len(search.hits)} found" if search.hits else f"Nothing found for {self._asked}"

    @on(Input.Changed)
    def text_typed(self) -> None:
        """Search after a pause in typing."""
        self.run_worker(self._search_after_pause(), exclusive=True)

    async def _search_after_pause(self) -> None:
        await self.dashboard.clock.sleep(DEBOUNCE_SECONDS)
        self._search()

    def _search(self) -> None:
        if not self.is_open:
            return
        text = self.query_one("#text", Input).value.strip()
        if text and text != self._asked:
            self._asked = text
            self.session.market.search(text, by_name=self._by_name)
        self.repaint()

    def action_by_name(self) -> None:
        """Search the same text by company name, or by symbol again."""
        self._by_name = not self._by_name
        self._asked = ""
        self._search()

    def action_leave(self) -> None:
        """Close without a pick."""
        self.finish(None)

    def on_key(self, event: events.Key) -> None:
        """Enter in the text searches at once, or picks the first hit when that was done; arrows go to the hits."""
        text, grid = self.query_one("#text", Input), self.query_one("#hits", Grid)
        if event.key == "enter" and text.has_focus:
            event.stop()
            search = self._mine()
            if text.value.strip() == self._asked and search is not None and search.hits:
                self._pick(0 if grid.cursor_key is None else int(grid.cursor_key))
            else:
                self._search()
        elif event.key == "down" and text.has_focus and grid.keys:
            event.stop()
            grid.focus()
        elif event.key == "up" and grid.has_focus and grid.keys and grid.cursor_key == grid.keys[0]:
            event.stop()
            text.focus()

    @on(Grid.Selected, "#hits")
    def hit_chosen(self, message: Grid.Selected) -> None:
        """Take the row."""
        self._pick(int(message.key))

    def _pick(self, place: int) -> None:
        search = self._mine()
        if search is not None and place < len(search.hits):
            self.finish(search.hits[place].contract)


def _row(place: int, hit: SearchHit) -> Row:
    contract = hit.contract
    kind = contract.sec_type or (hit.sections[0] if hit.sections else "")
    others = " ".join(section for section in hit.sections if section != kind)
    exchange = contract.exchange or hit.description
    cells = (contract.label, kind, contract.name or hit.description, exchange, others)
    return place, [Cell(text, "strong" if i == 0 else "") for i, text in enumerate(cells)]
