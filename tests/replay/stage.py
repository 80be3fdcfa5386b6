"""A session on the in-process simulator, recorded, and its tape played: all in the time of one loop, which jumps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import httpx
from textual.pilot import Pilot

from ibtui.clock import Clock
from ibtui.session.replay import ReplaySession, Score
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.sim.exchange import Exchange, default_accounts
from ibtui.sim.gateway.app import create_app
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.scenario import SCENARIOS
from ibtui.store import Store
from ibtui.transport.authority import Authority
from ibtui.transport.endpoint import Endpoint
from ibtui.transport.pins import Pins
from ibtui.transport.tape_reader import Recording
from ibtui.transport.trust import Trust
from ibtui.ui.app import DashboardApp
from tests.random_days.sockets import InProcessSocket
from tests.random_days.timeloop import START, GatewayClock, LoopClock, TimeLoop

START_MS = round(datetime(2026, 11, 19, 11, 0, tzinfo=ZoneInfo("America/New_York")).timestamp() * 1000)
STEP_SECONDS = 0.25
FRAME_SECONDS = 0.05
ROUNDING = 1e-6
"""Seconds slept more, so that a difference of times is never a hair short for ever."""
SIZE = (140, 45)
ACCOUNTS = {"DU1234567": "DU0000001", "DU7654321": "DU0000002"}
"""What the tape calls the simulator's accounts."""

Answer = TypeVar("Answer")
Deed = Callable[["World"], object]


@dataclass(frozen=True)
class Moment:
    """A look at the screens."""

    at: float
    """Seconds after the start."""
    screen: str = ""
    """Key of the screen to go to, a second before the look; blank stays."""


class World:
    """Simulated gateway and exchange."""

    def __init__(self, loop: TimeLoop, seed: int = 3) -> None:
        self.exchange = Exchange(seed=seed, start_ms=START_MS, accounts=list(default_accounts()))
        self.gateway = Gateway(self.exchange, GatewayClock(loop), scenario=SCENARIOS["normal"], seed=seed)
        self.transport = httpx.ASGITransport(app=create_app(self.gateway))

    async def connect(self, endpoint: Endpoint) -> InProcessSocket:
        await asyncio.sleep(0.01)
        return InProcessSocket(self.gateway, endpoint.session)

    async def run(self) -> None:
        while True:
            self.gateway.step()
            await asyncio.sleep(STEP_SECONDS)


def in_jumping_time(main: Callable[[TimeLoop], Awaitable[Answer]]) -> Answer:
    """Run to the end on a loop whose time jumps to the next timer."""
    with asyncio.Runner(loop_factory=TimeLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, TimeLoop)

        async def run() -> Answer:
            return await main(loop)

        return runner.run(run())


def recording_session(
    world: World,
    clock: Clock,
    tape: Path,
    *,
    authority: Authority | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> TradingSession:
    """A session on the world that records."""
    return TradingSession(
        LinkSettings("http://127.0.0.1/v1/api", tape=tape, authority=authority),
        Store(),
        clock,
        transport=transport or world.transport,
        connector=world.connect,
        trust=Trust("http://127.0.0.1/v1/api", Pins(None)),
    )


async def record(
    loop: TimeLoop, tape: Path, moments: Sequence[Moment], deeds: Sequence[tuple[float, Deed]] = ()
) -> list[list[str]]:
    """Record a session and give the screens at these moments."""
    world, clock = World(loop), LoopClock(loop, START_MS)
    session = recording_session(world, clock, tape)
    began = _start_of(session, clock)
    market = loop.create_task(world.run())
    doing = [loop.create_task(_later(clock, at, deed, world)) for at, deed in deeds]
    try:
        return await looked_at(DashboardApp(session, clock=clock, frame_rate=0), clock, began, moments)
    finally:
        for task in (market, *doing):
            task.cancel()


async def replay(loop: TimeLoop, tape: Path, moments: Sequence[Moment]) -> list[list[str]]:
    """Play a tape and give the screens at these moments."""
    score = Score(Recording(tape))
    clock = TapeClock(loop, score)
    session = ReplaySession(score, Store(), clock)
    return await looked_at(DashboardApp(session, clock=clock, frame_rate=0), clock, lambda: 0.0, moments)


def _start_of(session: TradingSession, clock: Clock) -> Callable[[], float]:
    """When the session begins, and with it the tape: after the first screen, not at the start of the program."""
    began: list[float] = []
    usual = session.start

    def start() -> None:
        began.append(clock.monotonic())
        usual()

    session.start = start  # type: ignore[method-assign]  # to know when it is called
    return lambda: began[0]


class TapeClock(LoopClock):
    """The tape's time on the loop's."""

    def __init__(self, loop: TimeLoop, score: Score) -> None:
        super().__init__(loop, 0)
        self._zero = loop.time() - score.begins
        self._wall = score.walls[0][1]

    def monotonic(self) -> float:
        return self._loop.time() - self._zero

    def time(self) -> float:
        return self.monotonic() + self._wall

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds + ROUNDING if seconds > 0 else 0)


async def looked_at(
    app: DashboardApp, clock: Clock, began: Callable[[], float], moments: Sequence[Moment]
) -> list[list[str]]:
    """The lines of the screens at these moments after `began`."""
    seen = []
    async with app.run_test(size=SIZE) as pilot, _pumped(app):
        await pilot.pause()
        start = began()
        for moment in moments:
            await clock.sleep(start + moment.at - 1.0 - clock.monotonic())
            if moment.screen:
                await pilot.press(moment.screen)
            await clock.sleep(start + moment.at - clock.monotonic())
            seen.append(await lines(app, pilot))
    return seen


async def lines(app: DashboardApp, pilot: Pilot[None]) -> list[str]:
    """What the terminal would show."""
    app.pump_frame()
    await pilot.pause()
    return ["".join(part.text for part in strip).rstrip() for strip in app.screen._compositor.render_strips()]


@asynccontextmanager
async def _pumped(app: DashboardApp) -> AsyncIterator[None]:
    async def pump() -> None:
        while True:
            await asyncio.sleep(FRAME_SECONDS)
            app.pump_frame()

    task = asyncio.get_running_loop().create_task(pump())
    try:
        yield
    finally:
        task.cancel()


async def _later(clock: Clock, at: float, deed: Deed, world: World) -> None:
    await clock.sleep(START + at - clock.monotonic())
    deed(world)
