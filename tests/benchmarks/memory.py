"""`python -m tests.benchmarks.memory`: eight hours of ticks in a few minutes, and what is held after each of them.

The session, its store and the gateway in one process on one loop whose time jumps from timer to timer: a hundred
shares at two frames a second each, every one through the stream's decoder into the store, which is drained as a screen
would; beats, renewals, polls and histories come when they are due. Weighed: all objects the session leads to
(`tests.week.memory`), and the process, with the gateway in it, whose own log of requests grows. `--screen` instead
takes the real program in its terminal through as many ticks, and weighs its process alone, the gateway's beside it:
the first hour's at 1,000 a second, so that what goes by the clock (polls, renewals, ages on the screen) has come for
twelve minutes when it is over, as it has in any hour; the others' at 5,000 a second (29 minutes in all).
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
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
FIRST: Final = 1_000.0
STRESS: Final = 5_000.0
"""Ticks a second in the first hour and in those after it."""
LOOK_SECONDS: Final = 2.0
STALL_SECONDS: Final = 5.0
LONGEST_SECONDS: Final = 24 * HOUR
PATIENCE_SECONDS: Final = 60.0
HEADINGS: Final = ("hour", "ticks", "held by the session KiB", "process with gateway MiB")
SCREEN_HEADINGS: Final = ("hour", "ticks", "program RSS MiB", "PSS MiB", "private MiB", "gateway RSS MiB")
_OPENED: Final = datetime(2026, 11, 16, 9, 40, tzinfo=ZoneInfo("America/New_York"))


@dataclass(frozen=True, slots=True)
class Weighing:
    """After so many hours."""

    hour: float
    ticks: int
    held: int
    """Bytes of the session's and the store's objects; 0 where it was not weighed."""
    process: int
    """Resident bytes of the process: the program's alone if `gateway` was weighed, else with the gateway in it."""
    share: int = 0
    """The same, pages of libraries divided among all who use them (PSS)."""
    private: int = 0
    """Pages nobody else has (USS)."""
    gateway: int = 0
    """Resident bytes of the gateway's process."""


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


class _Ticks:
    """A load that goes on though the program's socket was opened anew."""

    def __init__(self, stage: Stage, per_second: float) -> None:
        self._stage = stage
        self._per_second = per_second
        self._before = self._last = 0
        self._moved = time.monotonic()
        self._begin()

    def count(self) -> int:
        """Ticks sent so far, of all loads; TimeoutError when none has gone out for long."""
        frames = int(self._stage.told()["frames"])
        if frames > self._last:
            self._last, self._moved = frames, time.monotonic()
        elif (still := time.monotonic() - self._moved) > PATIENCE_SECONDS:
            raise TimeoutError(f"no tick for {PATIENCE_SECONDS:g} s after {self._before + frames}")
        elif still > STALL_SECONDS:
            say(f"the load ended after {self._before + frames} ticks: begun again")
            with suppress(RuntimeError):  # nothing is subscribed yet on the new socket
                self._begin()
                self._before, self._last = self._before + frames, 0
        return self._before + self._last

    def go_on_at(self, per_second: float) -> None:
        """Send so many a second from now on."""
        self._before, self._last, self._per_second = self.count(), 0, per_second
        self._stage.calm()
        self._begin()

    def _begin(self) -> None:
        self._stage.load(LONGEST_SECONDS, self._per_second, remember=False)


def on_screen(hours: int, first: float = FIRST, rate: float = STRESS) -> list[Weighing]:
    """The real program, after as many ticks as the hours have."""
    found = []
    with Stage(SHARES) as stage:
        recorded = start(stage, IBTUI[-2]).program
        try:
            ticks = _Ticks(stage, first)
            for hour in range(hours + 1):
                while (count := ticks.count()) < hour * HOUR * PER_SECOND:
                    recorded.record(LOOK_SECONDS)
                found.append(_seen(hour, count, recorded.process, stage.process))
                say(f"hour {hour}: {count} ticks, {_mib(found[-1].process)} MiB")
                if hour == 1:
                    ticks.go_on_at(rate)
        finally:
            recorded.close()
    return found


def _seen(hour: int, ticks: int, program: psutil.Process, gateway: psutil.Process) -> Weighing:
    mine = program.memory_full_info()
    return Weighing(hour, ticks, 0, mine.rss, mine.pss, mine.uss, gateway.memory_info().rss)


def growth(found: Sequence[Weighing], of: str) -> float:
    """Percent by which the last weighing is heavier than that after the first hour, of a field of `Weighing`."""
    later = [float(getattr(each, of)) for each in found if each.hour >= 1]
    return 100 * (later[-1] / later[0] - 1) if later and later[0] else 0.0


def told(found: Sequence[Weighing]) -> str:
    """The table."""
    if any(each.gateway for each in found):
        weighed = ("process", "share", "private", "gateway")
        rows = [(f"{each.hour:g}", str(each.ticks), *(_mib(getattr(each, of)) for of in weighed)) for each in found]
        grown = zip(("RSS", "PSS", "private", "the gateway's RSS"), weighed, strict=True)
        words = ", ".join(f"{name} {growth(found, of):+.1f} %" for name, of in grown)
        return f"{table(SCREEN_HEADINGS, rows)}\nafter the first hour: {words}\n"
    rows = [(f"{each.hour:g}", str(each.ticks), f"{each.held / 1024:.0f}", _mib(each.process)) for each in found]
    words = f"session {growth(found, 'held'):+.1f} %, process with its gateway {growth(found, 'process'):+.1f} %"
    return f"{table(HEADINGS, rows)}\nafter the first hour: {words}\n"


def _mib(size: int) -> str:
    return f"{size / 2**20:.1f}"


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
