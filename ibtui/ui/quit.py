"""Asks before the program ends while orders work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.deciding import DecidingDialog
from ibtui.ui.dialogs.words import account_words, live_order_line
from ibtui.ui.waiting import boxed_cancels
from ibtui.ui.watch_view import working

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


class QuitDialog(DecidingDialog[bool]):
    """Shows the orders that go on working without ibtui."""

    def __init__(self, app: DashboardApp) -> None:
        super().__init__(
            app,
            (Offer("no", ("n", "escape"), "No, stay"), Offer("yes", ("y",), "Yes, quit")),
            default="no",
            heading="Quit ibtui",
            corner=account_words(app.store, app.store.money.account),
        )

    def compose_matter(self) -> ComposeResult:
        """The orders."""
        yield Lines(id="text")

    def paint(self) -> None:
        """Draw them."""
        orders = working(self.store)
        count = f"{len(orders)} order{' goes' if len(orders) == 1 else 's go'} on working at IBKR without ibtui:"
        lines = "\n".join(f"  {live_order_line(order)}" for order in orders)
        boxed = boxed_cancels(self.store, self.session.now())
        cancels = f"\n\n{boxed} cancel{' waits' if boxed == 1 else 's wait'} in the penalty box"
        warning = f"{cancels}; if you quit now, nothing of {'it' if boxed == 1 else 'them'} is sent" if boxed else ""
        self.query_one("#text", Lines).show(Content.assemble((count, "bold"), f"\n{lines}", (warning, "bold $bad")))

    def choose(self, name: str) -> None:
        """End the program, or not."""
        self.finish(name == "yes")
