"""The portfolio (F5): positions at live marks, allocation, cash by currency and the account summary."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.timer import Timer

from ibtui.domain.account import Position
from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import Side
from ibtui.store import Changes, Topic
from ibtui.ui.actions import Context, bindings
from ibtui.ui.screens.base import Seed
from ibtui.ui.screens.folding import FoldingScreen
from ibtui.ui.screens.portfolio_book import PortfolioBook
from ibtui.ui.screens.portfolio_figures import holding, ledger_lines
from ibtui.ui.screens.portfolio_view import (
    LEDGER_COLUMNS,
    POSITION_COLUMNS,
    SUMMARY_COLUMNS,
    headline,
    ledger_row,
    position_cells,
    position_value,
    summary_rows,
)
from ibtui.ui.screens.wishes import LINES, REST_SECONDS, wished
from ibtui.ui.widgets.allocation import AllocationBar
from ibtui.ui.widgets.columns import Cell, SortValue
from ibtui.ui.widgets.figures import FigureLine
from ibtui.ui.widgets.grid import Grid, Key
from ibtui.ui.widgets.panel import Panel


class PortfolioScreen(FoldingScreen):
    """What the account holds and what it is worth."""

    CONTEXT = Context.PORTFOLIO
    MODE = "portfolio"
    FOLDS = ("positions-panel", "ledger-panel", "summary-panel")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.PORTFOLIO)]
    CSS_PATH = ["folding.tcss", "portfolio.tcss"]

    def __init__(self) -> None:
        super().__init__()
        self._headline = FigureLine(id="headline")
        self._positions = Grid(POSITION_COLUMNS, empty="No positions", id="positions")
        self._ledger = Grid(LEDGER_COLUMNS, empty="The ledger has not arrived yet", id="ledger")
        self._summary = Grid(SUMMARY_COLUMNS, id="summary")
        self._allocation = AllocationBar(id="allocation")
        self._positions_panel = Panel(self._positions, title="Positions", id="positions-panel")
        self._positions.draw_from(self._cells, self._values)
        self._wanted: tuple[int, ...] = ()
        self._scrolling: Timer | None = None
        """Runs out when the list rests after it was scrolled."""
        self._moved: set[int] = set()
        """Holdings whose prices moved since they were weighed."""
        self._shown = ""
        """The account in the table."""

    @cached_property
    def _book(self) -> PortfolioBook:
        return PortfolioBook(self.store)

    def compose_body(self) -> ComposeResult:
        """Positions on top, allocation, ledger beside summary."""
        yield self._headline
        yield self._positions_panel
        yield self._allocation
        with Horizontal(id="money"):
            yield Panel(self._ledger, title="Cash by currency", id="ledger-panel")
            yield Panel(self._summary, title="Summary", id="summary-panel")

    def shown(self) -> None:
        """Stream what is held."""
        self._wanted = ()
        self._stream()
        self.focus_first(self._positions)

    def hidden(self) -> None:
        """Let the streams go."""
        self._wanted = ()
        self.session.market.show_quotes(self.MODE, ())

    def repaint(self) -> None:
        """Paint everything."""
        self._book.weigh_all()
        self._moved.clear()
        self._paint_positions()
        self._see()
        self._paint_money()

    def frame(self, changes: Changes) -> None:
        """Paint the rows that changed."""
        if Topic.ACCOUNT in changes:
            self._stream()
            self.repaint()
            return
        fills = self.store.orders.executions
        filled = {fills[str(key)].conid for key in changes.of(Topic.EXECUTION)}
        self._moved.update(conid for conid in changes.of(Topic.QUOTE) if isinstance(conid, int) and conid in self._book)
        self._positions.touch({*changes.of(Topic.QUOTE), *changes.of(Topic.RULES), *filled})
        placed = [key for topic in (Topic.POSITION, Topic.CONTRACT) for key in changes.of(topic)]
        if placed:
            self._stream()
            self._moved.update(key for key in placed if isinstance(key, int))
            self._paint_positions()
            self._see()
        if any(topic in changes for topic in (Topic.LEDGER, Topic.SUMMARY, Topic.PNL, Topic.POSITION)):
            self._paint_money()

    def tick(self) -> None:
        """Allocation and weights follow the marks at a calm pace."""
        self._paint_positions()

    def selected_contract(self) -> Contract | None:
        """The contract of the position under the cursor."""
        key = self._positions.cursor_key
        if not isinstance(key, int):
            return None
        position = self.store.money.positions.get((self.store.money.account, key))
        symbol = position.symbol if position is not None else ""
        return self.store.market.contracts.get(key, Contract(key, symbol))

    def seed(self, side: Side) -> Seed:
        """The touch on the ticket's own side, and the whole position when the ticket would close it."""
        key = self._positions.cursor_key
        if not isinstance(key, int):
            return Seed()
        quote = self.store.market.quotes.get(key)
        position = self.store.money.positions.get((self.store.money.account, key))
        held = position.quantity if position is not None else None
        closes = held is not None and ((side is Side.SELL) == (held > 0))
        own = None if quote is None else quote.bid if side is Side.BUY else quote.ask
        return Seed(own, abs(held) if closes and held is not None else None)

    def show_contract(self, conid: int) -> None:
        """Put the cursor on a position."""
        self._positions.move_to(conid)

    @on(Grid.Scrolled, "#positions")
    def _scrolled(self) -> None:
        if self._scrolling is not None:
            self._scrolling.stop()
        self._scrolling = self.set_timer(REST_SECONDS, self._see)

    def _see(self) -> None:
        """Where more is held than can be streamed, what is in sight comes first, then the largest values."""
        if len(self._book.conids) > LINES and self.dashboard.current_mode == self.MODE:
            self._want(wished(self._book.conids, self._positions))

    def _stream(self) -> None:
        account = self.store.money.account
        held = sorted(
            conid for (owner, conid), p in self.store.money.positions.items() if owner == account and p.quantity
        )
        if len(held) <= LINES:
            self._want(tuple(held))
        self.session.market.learn_contracts(conid for conid in held if conid not in self.store.market.contracts)

    def _want(self, conids: tuple[int, ...]) -> None:
        if conids != self._wanted:
            self._wanted = conids
            self.session.market.show_quotes(self.MODE, conids)

    def _paint_positions(self) -> None:
        book, grid = self._book, self._positions
        if book.is_outdated():
            book.weigh_all()
        else:
            book.weigh(self._moved)
        self._moved.clear()
        conids, anew = book.conids, self._shown != self.store.money.account
        self._shown = self.store.money.account
        grid.set_keys(conids, anew=anew)
        grid.touch_all()
        known = self._shown in self.store.money.positions_received
        grid.say_empty("No positions" if known else "Positions are not known yet")
        title = f"Positions ({len(conids)})" if known else "Positions"
        self._positions_panel.say(title, "~ mark of the account, not streamed")
        self._allocation.show(book.shares())

    def _cells(self, key: Key) -> tuple[Cell, ...]:
        return position_cells(self.store, holding(self.store, self._position(key)))

    def _values(self, keys: Sequence[Key], column: str) -> list[SortValue]:
        return [position_value(self.store, self._position(key), column) for key in keys]

    def _position(self, key: Key) -> Position:
        """What is held; nothing, for a moment, of what was sold since the rows were placed."""
        account = self.store.money.account
        return self.store.money.positions.get((account, int(key))) or Position(account, int(key))

    def _paint_money(self) -> None:
        self._headline.show(headline(self.store))
        self._ledger.set_rows([ledger_row(line) for line in ledger_lines(self.store)])
        self._summary.set_rows(summary_rows(self.store))
