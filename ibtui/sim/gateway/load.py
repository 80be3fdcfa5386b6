"""Far more quotes than a market makes, each of them known again on a screen, and when each left: for benchmarks."""

from __future__ import annotations

import asyncio
import json
import time
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from ibtui.sim.gateway.wire import Fields
from ibtui.sim.gateway.ws.quotes import QuoteStream

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway
    from ibtui.sim.gateway.ws.connection import Connection

PRICES = ("31", "84", "86")
"""Last, bid and ask: the value that no other tick of the instrument has."""
SIZES = ("88", "85", "7059")
FIELDS = ("31", "88")
WALK = (0, 3, 1, 5, 2, 7, 4, 6)
"""Cents within a stretch of eight: up and down by little, as prices go, and none twice."""
LOWEST_CENTS = 10_000
PRICES_EACH = 89_992
"""Ticks until an instrument's prices, 100.00 to 999.91, begin again."""
PAUSE_S = 0.001
"""Between two looks at what is due: frames of the same millisecond leave together."""
MOST_PER_SECOND = 50_000.0
MOST_BURST = 100_000


def price_of(tick: int) -> str:
    """Price of an instrument's tick, counted from 0."""
    stretch, step = divmod(tick % PRICES_EACH, len(WALK))
    cents = LOWEST_CENTS + stretch * len(WALK) + WALK[step]
    return f"{cents // 100}.{cents % 100:02d}"


def size_of(tick: int) -> str:
    """Size of an instrument's tick: three digits, the same again after 900 ticks."""
    return str(100 + tick * 7 % 900)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be sent, evenly, and in bursts on top."""

    per_second: float
    burst: int
    """Frames that become due at one moment; 0 none."""
    every_s: float
    """Seconds from one burst to the next."""
    for_s: float
    fields: Sequence[str] = FIELDS
    remember: bool = True
    """Keep when each frame left."""


class LoadStream:
    """The frames that are due to one client, as a source of its outbox: each a websocket frame of its own."""

    def __init__(self, connection: Connection, streams: Sequence[QuoteStream], wish: Wish) -> None:
        self.connection = connection
        self.conids = [stream.conid for stream in streams]
        self._remember = wish.remember
        self._random = Random(connection.gateway.seed)
        self._templates = [_template(stream, wish.fields) for stream in streams]
        self._is_price = [field in PRICES for field in wish.fields]
        self.ticks = [0] * len(streams)
        """Frames sent so far, by place in `conids`."""
        self.sent = [array("d") for _ in streams]
        """`time.monotonic()` at which each left, by place in `conids`."""
        self.due = 0
        self.most_due = 0
        """Most frames that ever waited because the client, or this process, was slow."""

    def owe(self, frames: int) -> None:
        """Let so many more leave as soon as the client takes them."""
        if frames > 0 and not self.connection.outbox.closed:
            self.due += frames
            self.most_due = max(self.most_due, self.due)
            self.connection.outbox.mark(self)

    def frame(self) -> bytes | None:
        """The next tick of an instrument drawn by lot."""
        if not self.due:
            return None
        self.due -= 1
        if self.due:
            self.connection.outbox.mark(self)
        place = int(self._random.random() * len(self.conids))
        tick = self.ticks[place]
        self.ticks[place] = tick + 1
        values = tuple((price_of(tick) if is_price else size_of(tick)).encode() for is_price in self._is_price)
        if self._remember:
            self.sent[place].append(time.monotonic())
        return self._templates[place] % (*values, self.connection.gateway.now_ms)


class Load:
    """At most one at a time; the market's own quotes of the instruments are silent meanwhile."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._stream: LoadStream | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, wish: Wish) -> None:
        """Begin, in place of one that goes on; ValueError if nobody is subscribed to quotes."""
        self.stop()
        connection, streams = self._subscribed()
        self._stream = LoadStream(connection, streams, wish)
        for conid in self._stream.conids:
            self._gateway.feeds.silence(conid, ("smd",))
        self._stream.owe(wish.burst)
        self._task = asyncio.create_task(self._run(self._stream, wish))

    def stop(self) -> None:
        """End it; what is due is not sent any more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._stream is not None:
            self._stream.due = 0
            for conid in self._stream.conids:
                self._gateway.feeds.silence(conid, ())

    def told(self) -> Fields:
        """How far it is."""
        stream = self._stream
        if stream is None:
            return {"going": False, "frames": 0, "due": 0, "most_due": 0, "conids": []}
        return {
            "going": self._task is not None and not self._task.done(),
            "frames": sum(stream.ticks),
            "due": stream.due,
            "most_due": stream.most_due,
            "conids": stream.conids,
            "ticks": stream.ticks,
        }

    def left(self) -> Mapping[str, Sequence[float]]:
        """Monotonic seconds at which each tick left, by conid, in the order of `price_of`."""
        stream = self._stream
        if stream is None:
            return {}
        return {str(conid): stream.sent[place].tolist() for place, conid in enumerate(stream.conids)}

    def _subscribed(self) -> tuple[Connection, list[QuoteStream]]:
        for connection in reversed(self._gateway.connections):
            found = [each for each in connection.subscriptions.values() if isinstance(each, QuoteStream)]
            if found:
                return connection, found
        raise ValueError("no client is subscribed to smd")

    async def _run(self, stream: LoadStream, wish: Wish) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        given, bursts = 0, 1
        while (passed := loop.time() - began) < wish.for_s:
            due = int(passed * wish.per_second) - given
            given += due
            if wish.burst and passed >= bursts * wish.every_s:
                bursts += 1
                due += wish.burst
            stream.owe(due)
            await asyncio.sleep(PAUSE_S)


def _template(stream: QuoteStream, fields: Sequence[str]) -> bytes:
    """A frame of this stream as `bytes % (a value for each field, Unix milliseconds)`."""
    base = {name: value for name, value in stream.base().items() if name != "_updated"}
    rest = json.dumps(base, separators=(",", ":")).removeprefix("{").encode().replace(b"%", b"%%")
    values = b",".join(b'"%s":"%%b"' % field.encode() for field in fields)
    return b"{" + values + b',"_updated":%d,' + rest
