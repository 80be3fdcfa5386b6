"""The blotter (F4): working orders, finished orders, executions, and the story of the one selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import LiveOrder, Stage
from ibtui.domain.session import Light
from ibtui.store import Changes, Topic
from ibtui.ui.actions import Context, bindings
from ibtui.ui.dialogs.outcome import UnknownDialog
from ibtui.ui.formatting import money
from ibtui.ui.screens.blotter_story import Story, story, title
from ibtui.ui.screens.blotter_view import (
    EXECUTION_COLUMNS,
    ORDER_COLUMNS,
    commission_total,
    execution_cells,
    execution_keys,
    execution_values,
    finished_keys,
    table_cells,
    table_values,
    working_keys,
)
from ibtui.ui.screens.folding import FoldingScreen
from ibtui.ui.waiting import boxed_cancels
from ibtui.ui.widgets.columns import Cell, SortValue
from ibtui.ui.widgets.grid import Grid, Key
from ibtui.ui.widgets.panel import Panel


class BlotterScreen(FoldingScreen):
    """Three tables of the account's orders and fills."""

    CONTEXT = Context.BLOTTER
    MODE = "orders"
    FOLDS = ("working-panel", "finished-panel", "executions-panel")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.BLOTTER)]
    CSS_PATH = ["folding.tcss", "blotter.tcss"]

    def __init__(self) -> None:
        super().__init__()
        self._working = Grid(ORDER_COLUMNS, empty="No working orders", id="working")
        self._finished = Grid(ORDER_COLUMNS, empty="No order has ended today", id="finished")
        self._executions = Grid(EXECUTION_COLUMNS, empty="No executions today", id="executions")
        for grid in (self._working, self._finished):
            grid.draw_from(self._order_cells, self._order_values)
        self._executions.draw_from(self._fill_cells, self._fill_values)
        self._account = ""
        """Whose rows are in the tables."""
        self._told: Story = []
        """The story on screen."""
        self._story = Static("", markup=False, id="story-text")
        self._panels = {
            self._working: Panel(self._working, title="Working orders", id="working-panel"),
            self._finished: Panel(self._finished, title="Finished today", id="finished-panel"),
            self._executions: Panel(self._executions, title="Executions", id="executions-panel"),
        }
        self._story_panel = Panel(VerticalScroll(self._story, can_focus=False), id="story-panel")

    def compose_body(self) -> ComposeResult:
        """The tables below one another, the story at the bottom."""
        yield from self._panels.values()
        yield self._story_panel

    def shown(self) -> None:
        """Read the lists again, within the gateway's limits."""
        self.session.orders.refresh()
        self.focus_first(self._working)

    def repaint(self) -> None:
        """Paint all tables and the story."""
        anew = self._account != self.store.money.account
        self._account = self.store.money.account
        self._place_orders(anew=anew)
        self._place_executions(anew=anew)
        for grid in self._panels:
            grid.touch_all()
        self._paint_story()

    def frame(self, changes: Changes) -> None:
        """Paint the tables that changed."""
        if Topic.ACCOUNT in changes:
            self.repaint()
            return
        others = Topic.SUBMISSION in changes or Topic.HEALTH in changes
        orders, fills = Topic.ORDER in changes or others, Topic.EXECUTION in changes
        if orders:
            self._place_orders()
            for grid in (self._working, self._finished):
                if others:
                    grid.touch_all()
                else:
                    grid.touch(changes.of(Topic.ORDER))
        if fills:
            self._place_executions()
            self._executions.touch(changes.of(Topic.EXECUTION))
        if orders or fills:
            self._paint_story()

    def tick(self) -> None:
        """Count down what waits in the penalty box."""
        now = self.session.now()
        if self.store.health.penalty_until > now and boxed_cancels(self.store, now):
            self._working.touch_all()
            self._paint_story()

    def selected_contract(self) -> Contract | None:
        """The contract of the row under the cursor."""
        conid, symbol = self._instrument()
        if not conid:
            return None
        return self.store.market.contracts.get(conid, Contract(conid, symbol))

    def selected_order(self) -> LiveOrder | None:
        """The order under the cursor; for an execution the order it belongs to."""
        key = self._order_key()
        return self.store.orders.orders.get(key) if isinstance(key, int) else None

    def action_refresh_orders(self) -> None:
        """Read the lists again."""
        self.session.orders.refresh()

    @on(Grid.Highlighted)
    def row_moved(self) -> None:
        """Tell the story of the row."""
        self._paint_story()

    def on_descendant_focus(self) -> None:
        """Tell the story of the table that was entered."""
        super().on_descendant_focus()
        self._paint_story()

    @on(Grid.Selected)
    def row_chosen(self) -> None:
        """Enter on an order of unknown outcome opens what can be done about it."""
        key = self._order_key()
        submission = self.store.orders.submissions.get(str(key))
        if submission is not None and submission.stage is Stage.UNKNOWN:
            self.app.push_screen(UnknownDialog(self.dashboard, submission))

    def _grid(self) -> Grid:
        return next((grid for grid in self._panels if grid.has_focus), self._working)

    def _order_key(self) -> Key | None:
        grid = self._grid()
        key = grid.cursor_key
        if grid is self._executions and key is not None:
            fill = self.store.orders.executions.get(str(key))
            return fill.order_id or None if fill is not None else None
        return key

    def _instrument(self) -> tuple[int, str]:
        grid, orders = self._grid(), self.store.orders
        if grid is self._executions:
            fill = orders.executions.get(str(grid.cursor_key))
            return (fill.conid, fill.symbol) if fill is not None else (0, "")
        order = self.selected_order()
        if order is not None:
            return order.conid, order.symbol
        submission = orders.submissions.get(str(grid.cursor_key))
        if submission is None or not submission.tickets:
            return 0, ""
        contract = submission.tickets[0].contract
        return contract.conid, contract.symbol

    def _place_orders(self, *, anew: bool = False) -> None:
        working, finished = working_keys(self.store), finished_keys(self.store)
        known = self.store.health.brokerage is Light.ON
        self._working.say_empty("No working orders" if known else "Working orders are not known yet")
        self._finished.say_empty("No order has ended today" if known else "Orders are not known yet")
        self._working.set_keys(working, anew=anew)
        self._finished.set_keys(finished, anew=anew)
        self._panels[self._working].say(f"Working orders ({len(working)})", "x cancel  m modify  X cancel all")
        self._panels[self._finished].say(f"Finished today ({len(finished)})")

    def _place_executions(self, *, anew: bool = False) -> None:
        keys = execution_keys(self.store)
        self._executions.set_keys(keys, anew=anew)
        total = commission_total(self.store)
        cost = f" · commission {money(total)}" if total is not None else ""
        self._panels[self._executions].say(f"Executions ({len(keys)}){cost}")

    def _order_cells(self, key: Key) -> tuple[Cell, ...]:
        return table_cells(self.store, key, self.session.now())

    def _order_values(self, keys: Sequence[Key], column: str) -> list[SortValue]:
        return table_values(self.store, keys, column, self.session.now())

    def _fill_cells(self, key: Key) -> tuple[Cell, ...]:
        return execution_cells(self.store.orders.executions[str(key)])

    def _fill_values(self, keys: Sequence[Key], column: str) -> list[SortValue]:
        return execution_values(self.store, keys, column)

    def _paint_story(self) -> None:
        key = self._order_key()
        self._story_panel.say(title(self.store, key))
        lines = story(self.store, key, self.session.now()) if key is not None else []
        if lines == self._told:
            return
        self._told = lines
        styled = [Content.assemble(*((span.text, _STYLES.get(span.style, "")) for span in line)) for line in lines]
        self._story.update(Content("\n").join(styled))


_STYLES = {"muted": "$muted", "strong": "bold", "bad": "bold $bad"}
