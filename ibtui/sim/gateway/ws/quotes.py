"""`smd`: streaming top of book ("Market Data Request")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.gateway import Changes
from ibtui.sim.gateway.marketfields import SERVICE_PARAMS, change_percent, values
from ibtui.sim.gateway.sights import sight_of
from ibtui.sim.gateway.wire import Fields
from ibtui.sim.gateway.ws.subscription import Message, Subscription, changed, texts

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

INTERVAL_MS = 500
"""Shortest time between two frames of one instrument (wire-facts §3)."""
LIFE_MS = 15 * 60_000
"""After which a stream falls silent without a word (wire-facts §3)."""
_DEFAULT_FIELDS = ("31", "84", "86")


class QuoteStream(Subscription):
    """One instrument: a full frame twice, then only fields that changed, and 15 minutes later silence."""

    def __init__(self, connection: Connection, message: Message) -> None:
        super().__init__(connection, message)
        self.conidex = message.targets[0]
        number = self.conidex.partition("@")[0]
        self.conid = int(number) if number.isdigit() else 0
        self._fields = texts(message.arguments.get("fields")) or list(_DEFAULT_FIELDS)
        self._known = self.gateway.exchange.instrument(self.conid) is not None
        self._server_id = ""
        self._sent: Fields = {}
        self._dirty = False
        self._last_ms = 0
        self._ends_ms = 0

    @property
    def key(self) -> str:
        """By contract and venue."""
        return f"smd+{self.conidex}"

    def start(self, wall_ms: int) -> None:
        """Send the full frame twice, with 6508 unasked; for an unknown contract one without data."""
        line = self.gateway.lines.open(self.conid, wall_ms) if self._known else None
        if line is None:
            self.connection.send(self.base() | {"6509": "N"})
            self._known = False
            return
        line.fields.update(self._fields)
        self._server_id = line.server_id
        self._ends_ms, self._last_ms = wall_ms + LIFE_MS, wall_ms
        self._sent = self._values()
        full: Fields = {"6508": SERVICE_PARAMS, **self._sent, **self.base()}
        self.send(full)
        self.send(dict(reversed(full.items())))

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Send again when the quote moved, at most twice a second."""
        if not self._known or wall_ms >= self._ends_ms:
            return
        self._dirty = self._dirty or self.conid in changes.quotes
        if self._dirty and wall_ms - self._last_ms >= INTERVAL_MS:
            self._dirty, self._last_ms = False, wall_ms
            self.connection.outbox.mark(self)

    def frame(self) -> bytes | None:
        """Fields that changed since the last frame that was really sent."""
        now = self._values()
        news = changed(self._sent, now)
        if not news:
            return None
        self._sent = now
        return self.connection.encoded(news | self.base())

    def _values(self) -> Fields:
        fields = [*self._fields, "6509"]
        sight = sight_of(self.gateway, self.conid, fields)
        found = values(sight, fields)
        if "83" in found:
            found["83"] = float(change_percent(sight))
        return found

    def base(self) -> Fields:
        """What each of its frames has beside values: whom it is about, and when."""
        base: Fields = {"conidEx": self.conidex, "conid": self.conid, "_updated": self.gateway.now_ms}
        if self._server_id:
            base |= {"server_id": self._server_id, "6119": self._server_id}
        return base | {"topic": self.key}
