"""`smh`: historical bars that go on ("Historical Market Data Request")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.exchange import Bar
from ibtui.sim.gateway import history
from ibtui.sim.gateway.answers import Answer, Refused
from ibtui.sim.gateway.gateway import Changes
from ibtui.sim.gateway.wire import Fields
from ibtui.sim.gateway.ws.subscription import Message, Subscription

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

MOST = 5
"""Streams of history that may be open at a time."""
INTERVAL_MS = 1_000


class HistoryStream(Subscription):
    """All bars of a period, then, as long as it is open, the newest bars again whenever they changed."""

    def __init__(self, connection: Connection, message: Message, server_id: str) -> None:
        super().__init__(connection, message)
        self.server_id = server_id
        number = message.targets[0].partition("@")[0] if message.targets else ""
        self._instrument = self.gateway.exchange.instrument(int(number) if number.isdigit() else 0)
        self._request = history.HistoryRequest()
        self._last: Bar | None = None
        self._dirty = False
        self._last_ms = 0
        self.open = False
        """Whether the request made sense and bars flow."""

    @property
    def key(self) -> str:
        """By server id: `umh` names it."""
        return f"smh+{self.server_id}"

    def start(self, wall_ms: int) -> None:
        """Send the bars, or an error frame if the request makes no sense."""
        arguments = self.message.arguments
        letters = "".join(letter for letter in str(arguments.get("format") or "%o/%c/%h/%l/%v") if letter in "ochlv")
        try:
            self._request = history.history_request(
                str(arguments.get("period") or "1w"),
                str(arguments.get("bar") or ""),
                outside_rth=arguments.get("outsideRth") is True,
                letters=letters,
            )
        except Refused as refusal:
            answer = refusal.answer
            reason = answer.payload if isinstance(answer, Answer) else None
            self.connection.refuse(self.message.topic, str(reason))
            return
        if self._instrument is None:
            self.connection.refuse(self.message.topic, "Invalid contract")
            return
        bars = history.bars_of(self.gateway.exchange, self._instrument, self._request)
        self._last = bars[-1] if bars else None
        self._last_ms, self.open = wall_ms, True
        answered = history.answer(self._instrument, self._request, bars, self.server_id, self.gateway.now_ms)
        self.send(answered | {"topic": self.message.topic})

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Look for newer bars once a second while the market moves."""
        if self._instrument is None or not self.open:
            return
        self._dirty = self._dirty or self._instrument.conid in changes.quotes
        if self._dirty and wall_ms - self._last_ms >= INTERVAL_MS:
            self._dirty, self._last_ms = False, wall_ms
            self.connection.outbox.mark(self)

    def frame(self) -> bytes | None:
        """Bars from the last one told on, if anything is new in them."""
        instrument, last = self._instrument, self._last
        if instrument is None or last is None:
            return None
        fresh = self.gateway.exchange.bars(
            instrument.conid,
            start_ms=last.time_ms,
            end_ms=self.gateway.now_ms,
            seconds=min(self._request.seconds, history.DAY),
            outside_rth=self._request.outside_rth,
        )
        if not fresh or fresh[-1] == last:
            return None
        self._last = fresh[-1]
        rows = [history.bar_row(instrument, bar, self._request.letters) for bar in fresh]
        update: Fields = {"serverId": self.server_id, "symbol": instrument.symbol, "data": rows}
        return self.connection.encoded(update | {"points": len(rows) - 1, "topic": self.message.topic})
