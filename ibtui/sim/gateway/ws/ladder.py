"""`sbd`: the price ladder ("Subscribe to BookTrader Price Ladder")."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.gateway import Changes
from ibtui.sim.gateway.wire import Fields, Json, ladder_price, size_text
from ibtui.sim.gateway.ws.subscription import Message, Subscription

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.connection import Connection

INTERVAL_MS = 250
MARGIN = 10
"""Empty ticks above and below the book."""
MOST_ROWS = 81
LEVELS = 30


class LadderStream(Subscription):
    """One account's ladder: every tick round the market, row 0 the highest price, empty ticks with their price only.

    The row of the last trade has focus 1 and `size @ price`. Frames are whole ladders, or changed rows in the scenario
    that asks for it. Row order is BookTrader's on the screen: the documents do not say it.
    """

    def __init__(self, connection: Connection, message: Message) -> None:
        super().__init__(connection, message)
        self.account = message.targets[0]
        number = message.targets[1].partition("@")[0] if len(message.targets) > 1 else ""
        self.conid = int(number) if number.isdigit() else 0
        self._instrument = self.gateway.exchange.instrument(self.conid)
        self._sent: list[Fields] = []
        self._top = Decimal(0)
        self._dirty = False
        self._last_ms = 0

    @property
    def key(self) -> str:
        """By account alone: there is one ladder for each."""
        return f"sbd+{self.account}"

    def start(self, wall_ms: int) -> None:
        """Send the ladder, or an error frame for an unknown account or contract."""
        if self._instrument is None or self.account not in self.gateway.accounts:
            self.connection.refuse(self.message.topic, "Invalid price ladder request")
            self._instrument = None
            return
        self.gateway.wants_market_data(self.conid)
        self._last_ms = wall_ms
        self.connection.outbox.mark(self)

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Send again when something moved, or might have."""
        if self._instrument is None:
            return
        self._dirty = self._dirty or self.conid in changes.quotes or bool(changes.orders)
        if (self._dirty or wall_ms - self._last_ms >= 2 * INTERVAL_MS) and wall_ms - self._last_ms >= INTERVAL_MS:
            self._dirty, self._last_ms = False, wall_ms
            self.connection.outbox.mark(self)

    def frame(self) -> bytes | None:
        """The ladder, or the rows that changed; None if none did."""
        if self._instrument is None:
            return None
        rows = self._rows(self._instrument)
        if rows == self._sent:
            return None
        shown = rows
        if self.gateway.scenario.ladder_deltas and len(rows) == len(self._sent):
            shown = [row for row, before in zip(rows, self._sent, strict=True) if row != before]
        self._sent = rows
        listed: list[Json] = list(shown)
        return self.connection.encoded({"topic": self.message.topic, "data": listed})

    def _rows(self, instrument: Instrument) -> list[Fields]:
        bids, asks = self.gateway.exchange.depth(self.conid, LEVELS)
        bid_sizes = {level.price: level.size for level in bids}
        ask_sizes = {level.price: level.size for level in asks}
        quote = self.gateway.exchange.quote(self.conid)
        count = self._place_window(instrument, [*bid_sizes, *ask_sizes], quote.mark)
        rows: list[Fields] = []
        for number in range(count):
            price = self._top - instrument.increment * number
            text = ladder_price(price, instrument.increment)
            focus = price == quote.last
            row: Fields = {"row": number, "focus": int(focus)}
            row["price"] = f"{size_text(quote.last_size)} @ {text}" if focus else text
            if price in bid_sizes:
                row["bid"] = size_text(bid_sizes[price])
            if price in ask_sizes:
                row["ask"] = size_text(ask_sizes[price])
            rows.append(row)
        return rows

    def _place_window(self, instrument: Instrument, prices: list[Decimal], mark: Decimal) -> int:
        """Choose the highest row so that the market stays inside; how many rows there are."""
        step = instrument.increment
        middle = (mark / step).to_integral_value() * step
        half = MOST_ROWS // 2
        reach = max((int(abs(price - middle) / step) for price in prices), default=0) + MARGIN
        half = min(half, max(reach, MARGIN))
        settled = self._sent and abs(self._top - step * (len(self._sent) // 2) - middle) < step * MARGIN
        if settled:
            return len(self._sent)
        self._top = middle + step * half
        return 2 * half + 1
