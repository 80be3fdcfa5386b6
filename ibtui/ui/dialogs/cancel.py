"""Asks once more before every working order of the account is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from ibtui.domain.orders import LiveOrder
from ibtui.store import Changes, Store, Topic
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.deciding import DecidingDialog
from ibtui.ui.dialogs.words import account_words, is_live, live_order_line

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


def working_orders(store: Store, account: str) -> list[LiveOrder]:
    """Working orders of an account; an order whose account was not told counts as its own."""
    orders = store.orders.orders.values()
    return [order for order in orders if order.is_working and order.account in (account, "")]


class CancelAllDialog(DecidingDialog[bool]):
    """Shows what would be cancelled; the list follows the store until it is answered."""

    def __init__(self, app: DashboardApp, account: str) -> None:
        super().__init__(
            app,
            (Offer("no", ("n", "escape"), "No, keep them"), Offer("yes", ("y",), "Yes, cancel all")),
            default="no",
            heading="Cancel all working orders",
            corner=account_words(app.session.store, account),
        )
        self.account = account
        self.set_class(is_live(self.store, account), "-live")

    def compose_matter(self) -> ComposeResult:
        """How many, and which."""
        yield Lines(id="headline")
        yield Lines(id="text")

    def frame(self, changes: Changes) -> None:
        """Follow the orders."""
        if Topic.ORDER in changes:
            self.repaint()

    def paint(self) -> None:
        """Draw count and list."""
        orders = working_orders(self.store, self.account)
        count = f"{len(orders)} working order{'' if len(orders) == 1 else 's'} of {self.account}"
        self.query_one("#headline", Lines).show(Content.assemble((count, "bold"), "\n"))
        self.query_one("#text", Lines).show(Content("\n".join(live_order_line(order) for order in orders)))

    def choose(self, name: str) -> None:
        """Ask for every cancellation, one by one."""
        if name == "yes":
            self.session.orders.cancel_all(self.account)
        self.finish(name == "yes")
