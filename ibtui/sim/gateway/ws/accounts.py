"""`spl`, `ssd`, `sld`: profit and loss, account summary and ledger ("Account Operations")."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibtui.sim.gateway.gateway import Changes
from ibtui.sim.gateway.ledgers import streamed_line
from ibtui.sim.gateway.profit import partitioned
from ibtui.sim.gateway.summarykeys import summary_keys
from ibtui.sim.gateway.wire import Fields, Json
from ibtui.sim.gateway.ws.subscription import Message, Subscription, texts

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

PROFIT_INTERVAL_MS = 1_000
ACCOUNT_INTERVAL_MS = 10_000
_NEVER_BLANK = frozenset({"AccountCode"})
"""Rows that tell whose frame this is: clients look for them in each (checks/README)."""


class ProfitStream(Subscription):
    """Profit and loss of all accounts, about once a second while it moves."""

    def __init__(self, connection: Connection, message: Message) -> None:
        super().__init__(connection, message)
        self._sent: Fields = {}
        self._last_ms = 0

    @property
    def key(self) -> str:
        """One for all accounts."""
        return "spl"

    def start(self, wall_ms: int) -> None:
        """Send the figures at once."""
        self._last_ms = wall_ms
        self.connection.outbox.mark(self)

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Look again every second."""
        if wall_ms - self._last_ms >= PROFIT_INTERVAL_MS:
            self._last_ms = wall_ms
            self.connection.outbox.mark(self)

    def frame(self) -> bytes | None:
        """The figures, if they changed."""
        now = partitioned(self.gateway, unrounded=True)
        if now == self._sent:
            return None
        self._sent = now
        return self.connection.encoded({"topic": "spl", "args": now})


class AccountStream(Subscription):
    """Rows by key, every ten seconds; an unchanged row has only its key and timestamp."""

    def __init__(self, connection: Connection, message: Message) -> None:
        super().__init__(connection, message)
        self.account = message.targets[0] if message.targets else ""
        self._keys = {key.lower() for key in texts(message.arguments.get("keys"))}
        self._fields = set(texts(message.arguments.get("fields")))
        self._sent: dict[str, Fields] = {}
        self._last_ms = 0

    def start(self, wall_ms: int) -> None:
        """Send all rows at once, or an error frame for an unknown account."""
        if self.account not in self.gateway.accounts:
            self.connection.refuse(self.message.topic, f"accountId is not valid: {self.account}")
            return
        self._last_ms = wall_ms
        self.connection.outbox.mark(self)

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Send again every ten seconds."""
        if self.account in self.gateway.accounts and wall_ms - self._last_ms >= ACCOUNT_INTERVAL_MS:
            self._last_ms = wall_ms
            self.connection.outbox.mark(self)

    def frame(self) -> bytes | None:
        """All wanted rows, blank where nothing changed since the frame before."""
        result: list[Json] = []
        for row in self.rows():
            key = str(row["key"])
            if self._keys and key.lower() not in self._keys:
                continue
            content = {name: value for name, value in row.items() if name not in ("key", "timestamp")}
            blank = self._sent.get(key) == content and key not in _NEVER_BLANK
            self._sent[key] = content
            head: Fields = {"key": key, "timestamp": row["timestamp"]}
            wanted = {name: value for name, value in content.items() if not self._fields or name in self._fields}
            result.append(head if blank else head | wanted)
        return self.connection.encoded({"result": result, "topic": self.message.topic})

    @abstractmethod
    def rows(self) -> Sequence[Fields]:
        """Every row, with `key` and `timestamp`."""


class SummaryStream(AccountStream):
    """The account summary."""

    def rows(self) -> Sequence[Fields]:
        """Every value of the summary."""
        view = self.gateway.exchange.summary(self.account)
        return [key.streamed(self.gateway.now_ms) for key in summary_keys(view, self.gateway.now_ms)]


class LedgerStream(AccountStream):
    """The ledger by currency."""

    def rows(self) -> Sequence[Fields]:
        """One row for each currency, `BASE` among them."""
        return [streamed_line(line, self.gateway.now_ms) for line in self.gateway.exchange.ledger(self.account)]
