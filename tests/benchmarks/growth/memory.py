"""Eight hours of a busy day at full speed: what the store, the ladder's counting and the log hold hour by hour."""

from __future__ import annotations

import dataclasses
import gc
from dataclasses import dataclass
from decimal import Decimal

import psutil
from msgspec.structs import replace

from ibtui.domain.events import BulletinReceived, FlowWanted, MessageRaised
from ibtui.domain.notices import Bulletin
from ibtui.domain.session import Message
from ibtui.logs import LogLine, LogLines
from ibtui.store import Store
from tests.benchmarks.growth import world

HOURS = 8
INSTRUMENTS = 100
TICKS_A_SECOND = 2
SIZES = dataclasses.replace(world.SMALL, watched=INSTRUMENTS, executions=2_000, finished=1_000)
"""A day's fills are there from the beginning: they are kept until the program ends, and are no leak."""


@dataclass(frozen=True, slots=True)
class Hour:
    """What there is at the end of an hour; 0 is the beginning."""

    hour: int
    ticks: int
    memory: float
    """MiB of the process."""
    objects: int
    """That the garbage collector knows."""
    prints: int
    levels: int
    notices: int
    messages: int
    lines: int

    def __str__(self) -> str:
        return (
            f"{self.hour:>4} {self.ticks:>9} {self.memory:>8.1f} {self.objects:>9} {self.prints:>7} {self.levels:>7} "
            f"{self.notices:>8} {self.messages:>9} {self.lines:>6}"
        )


HEAD = "hour     ticks      MiB   objects  prints  levels  notices  messages  lines"


def hours(share: float = 1.0) -> list[Hour]:
    """The day; of each hour only a `share` of the seconds where less time is to be spent."""
    store, lines = Store(), LogLines()
    world.fill(store, SIZES, 1000.0)
    store.apply(FlowWanted(tuple(range(world.FIRST, world.FIRST + 8))))
    told = [_hour(0, 0, store, lines)]
    seconds, ticks = int(3600 * share), 0
    for hour in range(1, HOURS + 1):
        for second in range((hour - 1) * seconds, hour * seconds):
            ticks += _second(store, lines, second)
        told.append(_hour(hour, ticks, store, lines))
    return told


def _second(store: Store, lines: LogLines, second: int) -> int:
    """Ticks of every instrument, the ladder twice, the profit, and now and then a message."""
    now = 1000.0 + second
    for half in range(TICKS_A_SECOND):
        step = TICKS_A_SECOND * second + half + 1
        for conid in range(world.FIRST, world.FIRST + INSTRUMENTS):
            event = world.quote(conid, (step * 31 + conid) % 9973, now)
            store.apply(replace(event, changes={**event.changes, "volume": Decimal(1000 + 10 * step)}))
        store.apply(world.rungs(step, now))
        store.drain()
    store.apply(world.pnl(second))
    if second % 30 == 0:
        store.apply(MessageRaised(Message(f"message {second}")))
        store.apply(world.notice(10_000 + second, now))
        store.apply(BulletinReceived(Bulletin(f"b{second}", "Trading is delayed.", now)))
        store.apply(world.execution(second % SIZES.executions))
        lines.add(LogLine("", "warning", "growth", f"line {second}"))
    return INSTRUMENTS * TICKS_A_SECOND


def _hour(hour: int, ticks: int, store: Store, lines: LogLines) -> Hour:
    gc.collect()
    flows = store.market.flows.values()
    return Hour(
        hour,
        ticks,
        psutil.Process().memory_info().rss / 2**20,
        len(gc.get_objects()),
        sum(len(flow.prints) for flow in flows),
        sum(len(flow.at) for flow in flows),
        len(store.inbox.notices) + len(store.inbox.bulletins),
        len(store.messages),
        len(lines.lines),
    )
