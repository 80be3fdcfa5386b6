"""Working orders and positions beside the watchlist; only the rows in sight are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.domain.account import Position
from ibtui.domain.orders import LiveOrder
from ibtui.domain.session import Light
from ibtui.store import Changes, Store, Topic
from ibtui.ui.formatting import signed_money
from ibtui.ui.watch_view import ORDER_COLUMNS, POSITION_COLUMNS, order_cells, position_cells
from ibtui.ui.widgets.columns import Cell
from ibtui.ui.widgets.grid import Grid, Key
from ibtui.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from ibtui.session.intents import Session


class OrdersPanel(Panel):
    """The account's working orders."""

    def __init__(self, *, id: str) -> None:
        self.grid = Grid(ORDER_COLUMNS, empty="Working orders are not known yet", id="working-orders")
        super().__init__(self.grid, title="Working orders", id=id)

    def frame(self, session: Session, changes: Changes) -> None:
        """Paint when an order changed."""
        if any(topic in changes for topic in (Topic.ACCOUNT, Topic.CONTRACT, Topic.HEALTH)):
            self.repaint(session)
        elif Topic.ORDER in changes:
            self._place(session.store)
            self.grid.touch(changes.of(Topic.ORDER))

    def repaint(self, session: Session) -> None:
        """Paint from the store."""
        self._place(session.store)
        self.grid.touch_all()

    def selected(self, store: Store) -> LiveOrder | None:
        """The order of the cursor row."""
        key = self.grid.cursor_key
        return store.orders.orders.get(key) if isinstance(key, int) else None

    def _place(self, store: Store) -> None:
        def cells(key: Key) -> tuple[Cell, ...]:
            return order_cells(store.orders.orders[int(key)], store.market.contracts)

        ids = store.orders.index.working(store.money.is_shown)
        known = store.health.brokerage is Light.ON
        self.grid.draw_from(cells)
        self.grid.say_empty("No working orders" if known else "Working orders are not known yet")
        self.grid.set_keys(ids)
        self.say(f"Working orders ({len(ids)})" if known or ids else "Working orders")


class PositionsPanel(Panel):
    """The account's positions and their profit."""

    def __init__(self, *, id: str) -> None:
        self.grid = Grid(POSITION_COLUMNS, empty="Positions are not known yet", id="positions")
        super().__init__(self.grid, title="Positions", id=id)

    def frame(self, session: Session, changes: Changes) -> None:
        """Paint when a position changed; the account's profit moves far oftener."""
        if Topic.POSITION in changes or Topic.ACCOUNT in changes:
            self.repaint(session)
        elif Topic.PNL in changes:
            self._say(session.store)

    def repaint(self, session: Session) -> None:
        """Paint from the store."""
        store, money = session.store, session.store.money

        def cells(key: Key) -> tuple[Cell, ...]:
            held = money.positions.get((money.account, int(key))) or Position(money.account, int(key))
            return position_cells(held, store.market.contracts.get(int(key)))

        held = [p for (account, _), p in money.positions.items() if account == money.account and p.quantity]
        held.sort(key=lambda position: position.symbol)
        self.grid.draw_from(cells)
        self.grid.say_empty("No positions" if self._is_known(store) else "Positions are not known yet")
        self.grid.set_keys([position.conid for position in held])
        self.grid.touch_all()
        self._say(store)

    def _say(self, store: Store) -> None:
        pnl = store.money.pnl.get(store.money.account)
        total = f"unrl {signed_money(pnl.unrealized)}" if pnl is not None and pnl.unrealized is not None else ""
        self.say(f"Positions ({len(self.grid.rows.given)})" if self._is_known(store) else "Positions", total)

    @staticmethod
    def _is_known(store: Store) -> bool:
        return store.money.account in store.money.positions_received
