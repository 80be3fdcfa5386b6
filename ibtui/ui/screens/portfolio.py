"""The portfolio (F5): positions at live marks, allocation, cash by currency and the account summary."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import Side
from ibtui.store import Changes, Topic
from ibtui.ui.actions import Context, bindings
from ibtui.ui.screens.base import Seed
from ibtui.ui.screens.folding import FoldingScreen
from ibtui.ui.screens.portfolio_figures import account_holdings, holding, ledger_lines, shares
from ibtui.ui.screens.portfolio_view import (
    LEDGER_COLUMNS,
    POSITION_COLUMNS,
    SUMMARY_COLUMNS,
    headline,
    ledger_row,
    position_row,
    summary_rows,
)
from ibtui.ui.widgets.allocation import AllocationBar
from ibtui.ui.widgets.figures import FigureLine
from ibtui.ui.widgets.grid import Grid
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
        self._wanted: tuple[int, ...] = ()

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
        self._paint_positions()
        self._paint_money()

    def frame(self, changes: Changes) -> None:
        """Paint the rows that changed."""
        held = set(self._positions.keys)
        if any(topic in changes for topic in (Topic.POSITION, Topic.ACCOUNT, Topic.CONTRACT)):
            self._stream()
            self._paint_positions()
        else:
            for conid in held & (changes.of(Topic.QUOTE) | changes.of(Topic.RULES)):
                self._paint_position(int(conid))
            if Topic.EXECUTION in changes:
                self._paint_positions()
        if any(topic in changes for topic in (Topic.LEDGER, Topic.SUMMARY, Topic.PNL, Topic.ACCOUNT, Topic.POSITION)):
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

    def _stream(self) -> None:
        account = self.store.money.account
        held = sorted(
            conid for (owner, conid), p in self.store.money.positions.items() if owner == account and p.quantity
        )
        if tuple(held) != self._wanted:
            self._wanted = tuple(held)
            self.session.market.show_quotes(self.MODE, held)
            self.session.market.learn_contracts(conid for conid in held if conid not in self.store.market.contracts)

    def _paint_positions(self) -> None:
        holdings = account_holdings(self.store)
        rows = [position_row(self.store, one) for one in holdings]
        if [key for key, _ in rows] == list(self._positions.keys):
            for key, cells in rows:
                self._positions.update_row(key, cells)
        else:
            self._positions.set_rows(rows)
        known = self.store.money.account in self.store.money.positions_received
        self._positions.say_empty("No positions" if known else "Positions are not known yet")
        title = f"Positions ({len(rows)})" if known else "Positions"
        self._positions_panel.say(title, "~ mark of the account, not streamed")
        self._allocation.show(shares(self.store, holdings))

    def _paint_position(self, conid: int) -> None:
        position = self.store.money.positions.get((self.store.money.account, conid))
        if position is not None:
            self._positions.update_row(*position_row(self.store, holding(self.store, position)))

    def _paint_money(self) -> None:
        self._headline.show(headline(self.store))
        self._ledger.set_rows([ledger_row(line) for line in ledger_lines(self.store)])
        self._summary.set_rows(summary_rows(self.store))
