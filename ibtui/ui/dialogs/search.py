"""A text and the contracts it finds, to be part of a dialog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from ibtui.clock import Clock
from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.session.intents import Session
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.widgets.columns import Cell, Column
from ibtui.ui.widgets.grid import Grid, Row

DEBOUNCE_SECONDS: Final = 0.3
"""Pause in typing after which the search is sent; the gateway takes 10 requests a second for everything."""

COLUMNS = (
    Column("symbol", "Symbol", 10),
    Column("type", "Type", 5),
    Column("name", "Name", 20, flex=1),
    Column("exchange", "Exchange", 10, priority=1),
    Column("sections", "Also", 16, priority=2, most=24),
)


class ContractSearch(Vertical):
    """Searches by symbol or name after a pause in typing; Enter picks.

    With `known` the contracts of the store that fit come first, at once: futures, options and currency pairs are found
    by name there, which the gateway's search does not do.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+n", "by_name", "by name", show=False)]

    class Picked(Message):
        """A contract was chosen."""

        def __init__(self, contract: Contract) -> None:
            super().__init__()
            self.contract = contract

    def __init__(self, session: Session, clock: Clock, *, known: bool = False, leaves: str = "close") -> None:
        super().__init__(id="search")
        self._session = session
        self._clock = clock
        self._known = known
        self._leaves = leaves
        self._asked = ""
        self._by_name = False
        self._found: tuple[SearchHit, ...] = ()
        """The rows shown."""

    def compose(self) -> ComposeResult:
        """The text, the state of the search, what it found, and the keys."""
        yield Input(placeholder="symbol or company", id="text", compact=True)
        yield Lines(id="remark")
        yield Grid(COLUMNS, id="hits")
        yield Lines(id="hint")

    def start(self) -> None:
        """Type at once; what an earlier search found is not shown."""
        self._asked = ""
        field = self.query_one("#text", Input)
        field.value = ""
        field.focus()
        self.paint()

    def paint(self) -> None:
        """Draw state and hits of this search, if its parts are there: what waited comes after its end as well."""
        if not self.query("#hits"):
            return
        search = self._mine()
        hits = search.hits if search is not None else ()
        self._found = (*self._known_hits(), *hits)
        self.query_one("#hits", Grid).set_rows([_row(place, hit) for place, hit in enumerate(self._found)])
        self.query_one("#remark", Lines).show(Content(self._state(search)))
        way, other = ("name", "symbol") if self._by_name else ("symbol", "name")
        hint = f"by {way} · ctrl+n by {other} · ↓ results · enter pick · esc {self._leaves}"
        self.query_one("#hint", Lines).show(Content.styled(hint, "$muted"))

    def search(self) -> None:
        """Look for the text, unless that was done."""
        text = self._text
        if text and text != self._asked:
            self._asked = text
            self._session.market.search(text, by_name=self._by_name)
        self.paint()

    def action_by_name(self) -> None:
        """Search the same text by company name, or by symbol again."""
        self._by_name = not self._by_name
        self._asked = ""
        self.search()

    @property
    def _text(self) -> str:
        return self.query_one("#text", Input).value.strip()

    def _mine(self) -> Search | None:
        search = self._session.store.market.search
        return search if self._asked and search.text.casefold() == self._asked.casefold() else None

    def _known_hits(self) -> Iterable[SearchHit]:
        wanted = self._text.casefold()
        if not self._known or not wanted:
            return ()
        contracts = self._session.store.market.contracts.values()
        fitting = (c for c in contracts if c.label.casefold().startswith(wanted) and c.sec_type != "IND")
        return tuple(SearchHit(contract, contract.exchange) for contract in fitting)

    def _state(self, search: Search | None) -> str:
        if not self._asked:
            return " "
        if search is None or not search.done:
            return f"Looking for {self._asked} …"
        if search.error:
            return search.error
        return f"{len(self._found)} found" if self._found else f"Nothing found for {self._asked}"

    @on(Input.Changed)
    def text_typed(self) -> None:
        """Search after a pause in typing; known contracts are shown at once."""
        if self._known:
            self.paint()
        self.run_worker(self._search_after_pause(), exclusive=True)

    async def _search_after_pause(self) -> None:
        await self._clock.sleep(DEBOUNCE_SECONDS)
        if self.is_mounted and self.is_attached:
            self.search()

    def on_key(self, event: events.Key) -> None:
        """Enter in the text searches at once, or picks the first hit when that was done; arrows go to the hits."""
        if not self.query("#hits"):
            return
        text, grid = self.query_one("#text", Input), self.query_one("#hits", Grid)
        if event.key == "enter" and text.has_focus:
            event.stop()
            if self._text == self._asked and self._found:
                self._pick(0 if grid.cursor_key is None else int(grid.cursor_key))
            else:
                self.search()
        elif event.key == "down" and text.has_focus and grid.keys:
            event.stop()
            grid.focus()
        elif event.key == "up" and grid.has_focus and grid.keys and grid.cursor_key == grid.keys[0]:
            event.stop()
            text.focus()

    @on(Grid.Selected, "#hits")
    def hit_chosen(self, message: Grid.Selected) -> None:
        """Take the row."""
        message.stop()
        self._pick(int(message.key))

    def _pick(self, place: int) -> None:
        if place < len(self._found):
            self.post_message(self.Picked(self._found[place].contract))


def _row(place: int, hit: SearchHit) -> Row:
    contract = hit.contract
    kind = contract.sec_type or (hit.sections[0] if hit.sections else "")
    others = " ".join(section for section in hit.sections if section != kind)
    exchange = contract.exchange or hit.description
    cells = (contract.label, kind, contract.name or hit.description, exchange, others)
    return place, [Cell(text, "strong" if i == 0 else "") for i, text in enumerate(cells)]
