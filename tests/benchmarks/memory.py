"""`python -m tests.benchmarks.memory`: eight hours of ticks in a few minutes, and what is held after each of them.

The session, its store and the gateway in one process on one loop whose time jumps from timer to timer: a hundred
shares at two frames a second each, every one through the stream's decoder into the store, which is drained as a screen
would; beats, renewals, polls and histories come when they are due. Weighed: all objects the session leads to
(`tests.week.memory`), and the process, with the gateway in it. `--screen` instead takes the real program in its
terminal through as many ticks at 5,000 a second (19 minutes), and weighs its process.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import psutil

from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.sim.exchange import default_accounts
from ibtui.sim.gateway.app import create_app
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.load import LoadStream, Wish
from ibtui.sim.gateway.scenario import SCENARIOS
from ibtui.sim.gateway.ws.quotes import QuoteStream
from ibtui.store import Store
from tests.benchmarks.report import options, say, table
from tests.benchmarks.stage import IBTUI, QUIET, Stage, shares, start
from tests.random_days.timeloop import START, GatewayClock, LoopClock, TimeLoop
from tests.week.memory import weight
from tests.week.world import ACCOUNT, FreezingExchange, Line, World, connector

HOURS: Final = 8
SHARES: Final = 100
PER_SECOND: Final = 200
HOUR: Final = 3_600.0
STEP_SECONDS: Final = 0.25
STRESS: Final = 5_000.0
HEADINGS: Final = ("hour", "ticks", "held by the session KiB", "process MiB")
_OPENED: Final = datetime(2026, 11, 16, 9, 40, tzinfo=ZoneInfo("America/New_York"))


@dataclass(frozen=True, slots=True)
class Weighing:
    """After so many hours."""

    hour: float
    ticks: int
    held: int
    """Bytes of the session's and the store's objects; 0 where it was not weighed."""
    process: int
    """Resident bytes."""


class LoadedWorld(World):
    """A gateway of many shares, whose own market hardly moves."""

    def __init__(self, loop: TimeLoop, count: int) -> None:
        self.loop = loop
        self.rng = Random(1)
        self.start_ms = round(_OPENED.timestamp() * 1000)
        self.exchange = FreezingExchange(
            seed=1, start_ms=self.start_ms, accounts=default_accounts(), symbols=count + 30, tick_rate=QUIET
        )
        self.gateway = Gateway(self.exchange, GatewayClock(loop), scenario=SCENARIOS["normal"], seed=1)
        self.app = create_app(self.gateway)


class _Hours:
    def __init__(self, loop: TimeLoop, count: int) -> None:
        self._loop = loop
        self._world = world = LoadedWorld(loop, count)
        self._conids = list(shares(count))
        self._session = TradingSession(
            LinkSettings("http://localhost:5000/v1/api", account=ACCOUNT),
            Store(),
            LoopClock(loop, world.start_ms),
            transport=Line(world),
            connector=connector(world),
        )
        self._load: LoadStream | None = None
        self._before = 0

    async def run(self, hours: int, per_second: int) -> list[Weighing]:
        self._session.start()
        self._session.market.show_quotes("memory", self._conids)
        self._session.market.show_ladder(self._conids[0])
        workers = [asyncio.ensure_future(work) for work in (self._world.run(), self._tick(per_second), self._drain())]
        await asyncio.sleep(60.0)
        found = []
        for hour in range(hours + 1):
            if hour:
                await asyncio.sleep(START + 60.0 + hour * HOUR - self._loop.time())
            found.append(self._weighed(hour))
            say(f"hour {hour}: {found[-1].ticks} ticks, {found[-1].held / 1024:.0f} KiB")
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        await self._session.close()
        return found

    def _weighed(self, hour: int) -> Weighing:
        gc.collect()
        return Weighing(hour, self._ticks(), weight(self._session), psutil.Process().memory_info().rss)

    def _ticks(self) -> int:
        return self._before + (sum(self._load.ticks) if self._load is not None else 0)

    async def _tick(self, per_second: int) -> None:
        """Owe frames to the socket that stands; a new one after a reconnect."""
        while True:
            await asyncio.sleep(STEP_SECONDS)
            for connection in self._world.gateway.connections[-1:]:
                streams = [each for each in connection.subscriptions.values() if isinstance(each, QuoteStream)]
                if len(streams) < len(self._conids):
                    continue
                if self._load is None or self._load.connection is not connection:
                    self._before = self._ticks()
                    self._load = LoadStream(connection, streams, Wish(0.0, 0, 1.0, 0.0, remember=False))
                self._load.owe(int(per_second * STEP_SECONDS))

    async def _drain(self) -> None:
        while True:
            self._session.store.drain()
            await asyncio.sleep(STEP_SECONDS)


def in_process(hours: int, per_second: int = PER_SECOND) -> list[Weighing]:
    """Session and store, at the beginning and after each simulated hour."""
    loop = TimeLoop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(_Hours(loop, SHARES).run(hours, per_second))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def on_screen(hours: int, rate: float = STRESS) -> list[Weighing]:
    """The real program, after as many ticks as the hours have."""
    found = []
    with Stage(SHARES) as stage:
        recorded = start(stage, IBTUI[-2]).program
        try:
            each = HOURS * HOUR * PER_SECOND / HOURS / rate
            stage.load((hours + 1) * each + 60.0, rate, remember=False)
            recorded.watch(5.0)
            for hour in range(hours + 1):
                if hour:
                    until = time.monotonic() + each
                    while (left := until - time.monotonic()) > 0:
                        recorded.record(min(left, 1.0))
                found.append(Weighing(hour, stage.told()["frames"], 0, int(recorded.memory * 2**20)))
                say(f"hour {hour}: {found[-1].ticks} ticks, {found[-1].process / 2**20:.1f} MiB")
        finally:
            recorded.close()
    return found


def growth(found: Sequence[Weighing], of: str) -> float:
    """Percent by which the last weighing is heavier than that after the first hour: `held` or `process`."""
    later = [float(getattr(each, of)) for each in found if each.hour >= 1]
    return 100 * (later[-1] / later[0] - 1) if later and later[0] else 0.0


def told(found: Sequence[Weighing]) -> str:
    """The table."""
    rows = [
        (
            f"{each.hour:g}",
            str(each.ticks),
            f"{each.held / 1024:.0f}" if each.held else "–",
            f"{each.process / 2**20:.1f}",
        )
        for each in found
    ]
    session, process = growth(found, "held"), growth(found, "process")
    return f"{table(HEADINGS, rows)}\nafter the first hour: session {session:+.1f} %, process {process:+.1f} %\n"


def main() -> int:
    """Measure and print."""
    parser = options("memory", __doc__, 0.0)
    parser.add_argument("--hours", type=int, default=HOURS)
    parser.add_argument("--screen", action="store_true", help="the real program instead")
    chosen = parser.parse_args()
    print(told(on_screen(chosen.hours) if chosen.screen else in_process(chosen.hours)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
