"""What the common keys do on every F-key screen."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, cast

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import Side
from ibtui.ui.paint.sparse import paint_sparsely
from ibtui.ui.paint.whole import WholeScreen

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


class Seed(NamedTuple):
    """What a ticket opened from a screen starts with; None leaves the field to the ticket."""

    price: Decimal | None = None
    quantity: Decimal | None = None


class CommonActions(WholeScreen):
    """Keys that mean the same everywhere; what is selected is the screen's own answer."""

    def __init__(self) -> None:
        super().__init__()
        paint_sparsely(self)

    @property
    def dashboard(self) -> DashboardApp:
        """The app, by its own type."""
        return cast("DashboardApp", self.app)

    def action_open_log(self) -> None:
        """Show the program's own log."""
        self.dashboard.open_log()

    def selected_contract(self) -> Contract | None:
        """The instrument that buy, sell and ladder mean."""
        return None

    def selected_order(self) -> LiveOrder | None:
        """The order that cancel and modify mean."""
        return None

    def seed(self, side: Side) -> Seed:
        """Price and quantity a ticket of this side starts with."""
        return Seed()

    def action_open_mode(self, mode: str) -> None:
        """Go to another screen; the ladder opens on the selected instrument."""
        self.dashboard.open_mode(mode, self.selected_contract())

    def action_ticket(self, side: str) -> None:
        """Open a ticket for the selected instrument."""
        contract = self.selected_contract()
        if contract is None:
            self.dashboard.say("Select an instrument first: / finds one", severity="warning")
            return
        seed = self.seed(Side(side))
        self.dashboard.open_ticket(Side(side), contract, price=seed.price, quantity=seed.quantity)

    def action_cancel_order(self) -> None:
        """Ask to cancel the selected order."""
        order = self._chosen_order()
        if order is not None:
            self.dashboard.open_cancel(order)

    def action_modify_order(self) -> None:
        """Open the ticket of the selected order."""
        order = self._chosen_order()
        if order is not None:
            self.dashboard.open_modify(order)

    def _chosen_order(self) -> LiveOrder | None:
        order = self.selected_order()
        if order is None:
            self.dashboard.say("Select a working order first: tab goes to the orders, F4 shows all", severity="warning")
        elif not order.is_working:
            self.dashboard.say(f"Order {order.order_id} is {order.status.value}", severity="warning")
            return None
        return order

    def action_cancel_all(self) -> None:
        """Ask to cancel every working order of the account."""
        self.dashboard.open_cancel_all()

    def action_open_combo(self) -> None:
        """Build a combination."""
        from ibtui.ui.dialogs.combo import open_combo  # noqa: PLC0415 - start-up time

        open_combo(self.dashboard)

    def action_open_questions(self) -> None:
        """Show the questions that are suppressed."""
        from ibtui.ui.dialogs.questions import open_questions  # noqa: PLC0415 - start-up time

        open_questions(self.dashboard)

    def action_find(self) -> None:
        """Open the search for a contract."""
        self.dashboard.open_find()

    def action_command_line(self) -> None:
        """Open the `:` line."""
        self.dashboard.open_command_line()

    def action_command_palette(self) -> None:
        """Open the palette of every action."""
        self.dashboard.action_command_palette()

    def action_open_connection(self) -> None:
        """Show what is wrong with the connection and what mends it."""
        self.dashboard.open_connection()

    def action_show_help(self) -> None:
        """Show the keys of this screen."""
        self.dashboard.open_help()

    def action_quit_dashboard(self) -> None:
        """Quit, asking while orders work."""
        self.dashboard.open_quit()

    def action_back(self) -> None:
        """Back to the watchlist."""
        self.dashboard.open_mode("watch")
