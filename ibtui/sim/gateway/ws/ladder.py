"""`sbd`: the price ladder ("Subscribe to BookTrader Price Ladder")."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.deepbook import SMART, lists, on_exchange
from ibtui.sim.gateway.gateway import Changes
from ibtui.sim.gateway.ladderforms import LadderManner
from ibtui.sim.gateway.wire import Fields, Json
from ibtui.sim.gateway.ws.rungs import Window, rungs
from ibtui.sim.gateway.ws.subscription import Message, Subscription

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

INVALID = "Invalid price ladder request"
NOT_SUBSCRIBED = "Market depth data is not subscribed"
TRADES = 500
"""Trades that are looked through for the last one at each price."""


class LadderStream(Subscription):
    """One account's ladder: every tick round the market, row 0 the highest price, empty ticks with their price only.

    The row of the last trade has focus 1 and `size @ price`. Frames are whole ladders, or changed rows; their form and
    rate are those of `Gateway.ladder`. Row order is BookTrader's on the screen: the documents do not say it.
    """

    def __init__(self, connection: Connection, message: Message) -> None:
        super().__init__(connection, message)
        self.account = message.targets[0]
        number = message.targets[1].partition("@")[0] if len(message.targets) > 1 else ""
        self.conid = int(number) if number.isdigit() else 0
        self._exchange = message.targets[2].upper() if len(message.targets) > 2 else ""
        self._instrument = self.gateway.exchange.instrument(self.conid)
        self._window = Window(self._instrument.increment if self._instrument is not None else Decimal(1))
        self._sent: list[Fields] = []
        self._manner: LadderManner = self.gateway.ladder
        self._due_ms = 0.0
        self._late: list[LadderStream] = []
        self._frames = 0
        self._told_ms: int | None = None

    @property
    def key(self) -> str:
        """By account alone: there is one ladder for each."""
        return f"sbd+{self.account}"

    def start(self, wall_ms: int) -> None:
        """Send the ladder, or an error frame for an unknown account or contract or an exchange that does not list it.

        Without Level II data the answer is what `Gateway.feeds` says.
        """
        before = self.connection.ladders.get(self.account)
        self.connection.ladders[self.account] = self
        if self._instrument is None or self.account not in self.gateway.accounts:
            self._refuse(INVALID)
        elif not lists(self._instrument, self._exchange):
            self._refuse(f"{INVALID}: exchange {self._exchange}")
        elif missing := self.gateway.feeds.without_depth(self.conid):
            self._deny(missing)
        else:
            if before is not None and before.conid != self.conid:
                self._late = [before] * self.gateway.ladder.late_frames
            self._begin(wall_ms)

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Send again what changed, at most at the rate that is set."""
        if self._instrument is None or wall_ms < self._due_ms or self.gateway.feeds.without_depth(self.conid):
            return
        self._await_next(wall_ms)
        if self._late:
            self.send(self._late.pop().whole())
        self.connection.outbox.mark(self)

    def frame(self) -> bytes | None:
        """The ladder, or the rows that changed; None if none did."""
        if self._instrument is None:
            return None
        if self._manner is not self.gateway.ladder:
            self._manner, self._sent = self.gateway.ladder, []
        rows = self._rows(self._instrument)
        if rows == self._sent:
            return None
        shown = rows
        if self._is_delta and len(rows) == len(self._sent):
            shown = [row for row, before in zip(rows, self._sent, strict=True) if row != before]
        self._sent = rows
        self._frames, self._told_ms = self._frames + 1, self.gateway.now_ms
        return self.connection.encoded(self._dressed(shown))

    def whole(self) -> Fields:
        """The ladder as it is now, every row."""
        self._manner = self.gateway.ladder
        return self._dressed(self._rows(self._instrument) if self._instrument is not None else [])

    def report(self) -> Fields:
        """Of which socket it is, what it shows, and how many frames have left it; `last` is when the last one did."""
        return {
            "socket": self.connection.number,
            "topic": self.message.topic,
            "conid": self.conid,
            "exchange": self._exchange,
            "serves": self._instrument is not None and self.alive,
            "since": self.since_ms,
            "frames": self._frames,
            "last": self._told_ms,
        }

    @property
    def _is_delta(self) -> bool:
        return self._manner.form.delta or self.gateway.scenario.ladder_deltas

    def _begin(self, wall_ms: int) -> None:
        self.gateway.wants_market_data(self.conid)
        self._due_ms = wall_ms + self.gateway.ladder.interval_ms
        self.connection.outbox.mark(self)

    def _await_next(self, wall_ms: int) -> None:
        """Count on from when the frame was due, so that steps that come late do not lower the rate."""
        interval = self.gateway.ladder.interval_ms
        self._due_ms = max(self._due_ms + interval, wall_ms - interval)

    def _rows(self, instrument: Instrument) -> list[Fields]:
        book = on_exchange(self.gateway.feeds.book(self.conid), instrument, self._exchange)
        self._window.follow(book)
        form, traded = self._manner.form, dict[Decimal, Decimal]()
        if form.traded:
            traded = {trade.price: trade.size for trade in self.gateway.exchange.trades(self.conid, TRADES)}
        return rungs(book, self._window, form, traded)

    def _dressed(self, rows: list[Fields]) -> Fields:
        short = f"sbd+{self.account}+{self.conid}"
        topics = {"plain": "sbd", "short": short, "full": f"{short}+{self._exchange or SMART}"}
        listed: list[Json] = list(rows)
        return {"topic": topics.get(self._manner.form.topic, self.message.topic), "data": listed}

    def _refuse(self, reason: str) -> None:
        self.connection.refuse(self.message.topic, reason)
        self._instrument = None

    def _deny(self, answer: str) -> None:
        """Answer as a gateway may without a Level II subscription; `silence` says nothing until there is one."""
        topic = self.message.topic
        answers: dict[str, Fields] = {
            "error": {"error": NOT_SUBSCRIBED, "code": 1, "topic": topic},
            "bare-error": {"error": NOT_SUBSCRIBED, "code": 1},
            "topic-error": {"topic": "error", "error": NOT_SUBSCRIBED},
            "unable": {"error": "unable to subscribe", "code": 500, "topic": topic},
            "empty": self._dressed([]),
        }
        if answer in answers:
            self.send(answers[answer])
            self._instrument = None
