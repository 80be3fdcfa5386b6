"""The side panels of the dashboard: a small ladder, the working orders, the positions."""

from __future__ import annotations

from textual.app import ComposeResult

from ibtui.domain.orders import LiveOrder
from ibtui.domain.session import Light
from ibtui.session.intents import Session
from ibtui.store import Changes, Store, Topic
from ibtui.ui.belief import belief
from ibtui.ui.formatting import signed_money
from ibtui.ui.ladder.columns import PANEL_COLUMNS
from ibtui.ui.ladder.source import ladder_input, ladder_is_stale
from ibtui.ui.ladder.window import LadderWindow
from ibtui.ui.watch_view import ORDER_COLUMNS, POSITION_COLUMNS, order_cells, position_cells, working
from ibtui.ui.widgets.grid import Grid
from ibtui.ui.widgets.ladder import Rungs
from ibtui.ui.widgets.panel import Panel


class LadderPanel(Panel):
    """The selected instrument's ladder, following the market; looked at, not traded from."""

    def __init__(self, *, id: str) -> None:
        super().__init__(title="Ladder", id=id)
        self._rungs = Rungs(can_focus=False)
        self._window = LadderWindow(follows=True, has_cursor=False)
        self._asked: int | None = None
        """The instrument asked for while the panel's screen is current."""

    def compose(self) -> ComposeResult:
        """The rungs."""
        yield self._rungs

    def point(self, session: Session, conid: int | None) -> None:
        """Stream and show another instrument's ladder, or none; asks only when it is another than before."""
        if conid != self._asked:
            self._asked = conid
            session.market.show_ladder(conid)
        if conid is not None and conid != self._window.conid:
            self._window.point(conid)
            self.repaint(session)

    def let_go(self) -> None:
        """Another screen points the ladder from now on."""
        self._asked = None

    def frame(self, session: Session, changes: Changes) -> None:
        """Paint when something of this instrument changed."""
        conid = self._window.conid
        topics = (Topic.LADDER, Topic.QUOTE, Topic.RULES, Topic.POSITION, Topic.CONTRACT)
        anyway = (Topic.ORDER, Topic.SUBMISSION, Topic.HEALTH)
        if any(conid in changes.of(topic) for topic in topics) or any(topic in changes for topic in anyway):
            self.repaint(session)

    def repaint(self, session: Session) -> None:
        """Paint from the store."""
        store, conid = session.store, self._window.conid
        if not conid or not self._rungs.capacity:
            return
        source = ladder_input(store, conid, session.now())
        view = self._window.view(source, self._rungs.capacity)
        is_stale = ladder_is_stale(store, source, session.now())
        empty = "" if view.rows else "No prices yet"
        self._rungs.show(view, columns=PANEL_COLUMNS, is_stale=is_stale, empty=empty)
        contract = store.market.contracts.get(conid)
        name = contract.label if contract is not None else str(conid)
        word = "STALE" if is_stale else belief(source.quote, store.health, session.now()).word
        self.say(f"{name} · {word}", "top of book only" if view.from_quote else "")


class OrdersPanel(Panel):
    """The account's working orders."""

    def __init__(self, *, id: str) -> None:
        self.grid = Grid(ORDER_COLUMNS, empty="Working orders are not known yet", id="working-orders")
        super().__init__(self.grid, title="Working orders", id=id)

    def frame(self, session: Session, changes: Changes) -> None:
        """Paint when an order changed."""
        if any(topic in changes for topic in (Topic.ORDER, Topic.ACCOUNT, Topic.CONTRACT, Topic.HEALTH)):
            self.repaint(session)

    def repaint(self, session: Session) -> None:
        """Paint from the store."""
        store = session.store
        orders = working(store)
        contracts = store.market.contracts
        self.grid.set_rows([(order.order_id, order_cells(order, contracts)) for order in orders])
        known = store.health.brokerage is Light.ON
        self.grid.say_empty("No working orders" if known else "Working orders are not known yet")
        self.say(f"Working orders ({len(orders)})" if known or orders else "Working orders")

    def selected(self, store: Store) -> LiveOrder | None:
        """The order of the cursor row."""
        key = self.grid.cursor_key
        return store.orders.orders.get(key) if isinstance(key, int) else None


class PositionsPanel(Panel):
    """The account's positions and their profit."""

    def __init__(self, *, id: str) -> None:
        self.grid = Grid(POSITION_COLUMNS, empty="Positions are not known yet", id="positions")
        super().__init__(self.grid, title="Positions", id=id)

    def frame(self, session: Session, changes: Changes) -> None:
        """Paint when a position changed."""
        if Topic.POSITION in changes or Topic.ACCOUNT in changes or Topic.PNL in changes:
            self.repaint(session)

    def repaint(self, session: Session) -> None:
        """Paint from the store."""
        money, contracts = session.store.money, session.store.market.contracts
        held = [p for (account, _), p in money.positions.items() if account == money.account and p.quantity]
        held.sort(key=lambda position: position.symbol)
        self.grid.set_rows([(p.conid, position_cells(p, contracts.get(p.conid))) for p in held])
        pnl = money.pnl.get(money.account)
        total = f"unrl {signed_money(pnl.unrealized)}" if pnl is not None and pnl.unrealized is not None else ""
        known = money.account in money.positions_received
        self.grid.say_empty("No positions" if known else "Positions are not known yet")
        self.say(f"Positions ({len(held)})" if known else "Positions", total)
