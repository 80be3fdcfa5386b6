"""Finds a contract by symbol or name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ibtui.domain.contracts import Contract
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.base import Dialog
from ibtui.ui.dialogs.search import ContractSearch

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


class FindDialog(Dialog[Contract]):
    """The contract that is picked is the result."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "close", show=False)]

    def __init__(self, app: DashboardApp) -> None:
        super().__init__(app, heading="Find a contract")

    def compose_body(self) -> ComposeResult:
        """The search."""
        yield ContractSearch(self.session, self.dashboard.clock)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(ContractSearch).start()

    def frame(self, changes: Changes) -> None:
        """Show the answer."""
        if Topic.SEARCH in changes:
            self.repaint()

    def paint(self) -> None:
        """Draw the search."""
        self.query_one(ContractSearch).paint()

    @on(ContractSearch.Picked)
    def picked(self, message: ContractSearch.Picked) -> None:
        """Take it."""
        self.finish(message.contract)

    def action_leave(self) -> None:
        """Close without a pick."""
        self.finish(None)
