"""`str`: executions ("Request Trades data")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibtui.sim.exchange import Execution
from ibtui.sim.gateway.gateway import Changes
from ibtui.sim.gateway.orders.describe import trade_row
from ibtui.sim.gateway.wire import Fields, Json
from ibtui.sim.gateway.ws.disorder import Disorder
from ibtui.sim.gateway.ws.subscription import Message, Subscription

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

MOST_DAYS = 7
_COPIES = (2, 3)
"""Of each frame, in the scenario that doubles them."""


class TradeStream(Subscription):
    """An empty frame, the executions of the last days, then new ones: each first without, then with its commission."""

    def __init__(self, connection: Connection, message: Message) -> None:
        super().__init__(connection, message)
        self._commissions: list[Execution] = []
        self._disorder = Disorder(f"{self.gateway.seed}:str", _COPIES)

    @property
    def key(self) -> str:
        """One for all accounts."""
        return "str"

    def start(self, wall_ms: int) -> None:
        """Send an empty frame, then the executions of the wanted days."""
        self._say([])
        if self.message.arguments.get("realtimeUpdatesOnly") is True:
            return
        days = self.message.arguments.get("days")
        count = min(max(days, 1), MOST_DAYS) if isinstance(days, int) else 1
        for account in self.gateway.accounts:
            for execution in reversed(self.gateway.exchange.executions(account, count)):
                self._tell(execution, commission=False)
                self._tell(execution, commission=True)

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Tell new executions; their commissions follow one step later."""
        for execution in self._commissions:
            self._tell(execution, commission=True)
        self._commissions = list(changes.executions)
        for execution in changes.executions:
            self._tell(execution, commission=False)
        for frame in self._disorder.arrived(wall_ms):
            self.send(frame)

    def _tell(self, execution: Execution, *, commission: bool) -> None:
        instrument = self.gateway.instrument(execution.conid)
        self._say([trade_row(execution, instrument, commission=commission)])

    def _say(self, rows: Sequence[Json]) -> None:
        frame: Fields = {"topic": "str", "args": rows}
        if self.gateway.scenario.double_executions:
            self._disorder.send(frame, self.gateway.clock.ms())
        else:
            self.send(frame)
