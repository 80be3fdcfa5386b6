"""One simulated week: the session against the gateway, struck by faults, compared with the truth at its end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from ibtui.domain.session import Trouble
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.store import Store
from tests.random_days.timeloop import START, LoopClock, TimeLoop
from tests.week.faults import Cure, drawn
from tests.week.memory import weight
from tests.week.person import Person, unknown_places
from tests.week.truth import differences, is_well, pacing_of
from tests.week.world import ACCOUNT, STOCKS, Line, World, connector

BASE_URL = "http://localhost:5000/v1/api"
WEEK_HOURS = 5 * 24 - 14
"""Monday 08:50 until Friday evening, New York."""
BETWEEN_SECONDS = 1_500.0
"""From the recovery of one fault to the next, on the average."""
LONGEST_SECONDS = 3_600.0
"""A fault whose recovery takes longer is given up and counted as a difference."""
LOOK_SECONDS = 0.5
SETTLING_SECONDS = 400.0
"""At the end, without a fault, before the market stops: positions and lists are read at least once."""
STILL_SECONDS = 130.0
"""That the market stands still before the comparison."""
WEIGHINGS = 16
"""Of the session's memory in a week."""
GROWTH = 1.25
"""Between the lightest and the heaviest weighing of the second half."""
HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class Recovery:
    """One fault: seconds until the screen told of it, and from its cure until all was well again."""

    event: str
    parameters: str
    at: float
    told: float | None
    """None: nothing was ever wrong on screen."""
    seconds: float


@dataclass
class Outcome:
    """What a week came to."""

    seed: int
    hours: float
    recoveries: list[Recovery] = field(default_factory=list)
    violations: list[tuple[str, str]] = field(default_factory=list)
    did: dict[str, int] = field(default_factory=dict)
    fills: int = 0
    orders: int = 0
    requests: int = 0
    weights: list[tuple[float, int]] = field(default_factory=list)
    """Hours and bytes held by the session and its store, without orders and executions."""


def run_week(seed: int, hours: float = WEEK_HOURS, between: float = BETWEEN_SECONDS) -> Outcome:
    """Run one; the same seed gives the same week."""
    loop = TimeLoop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(_Week(loop, seed, hours, between).run())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


class _Week:
    def __init__(self, loop: TimeLoop, seed: int, hours: float, between: float) -> None:
        self._loop = loop
        self._between = between
        self._world = world = World(loop, seed)
        self._outcome = Outcome(seed, hours)
        self.session = TradingSession(
            LinkSettings(BASE_URL, account=ACCOUNT),
            Store(),
            LoopClock(loop, world.start_ms),
            transport=Line(world),
            connector=connector(world),
        )
        self._person = Person(world, self.session)

    async def run(self) -> Outcome:
        workers = [asyncio.ensure_future(work) for work in self._workers()]
        self.session.start()
        self.session.market.show_quotes("week", STOCKS)
        self.session.market.show_ladder(next(iter(STOCKS)))
        end = START + self._outcome.hours * HOUR
        await self._until_well("at the start")
        while self._loop.time() < end:
            await asyncio.sleep(self._world.rng.expovariate(1 / self._between))
            await self._strike()
        await self._judge()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        await self.session.close()
        return self._outcome

    def _workers(self) -> list[Coroutine[Any, Any, None]]:
        return [self._world.run(), self._person.run(), self._watch_memory(), self._drain()]

    async def _drain(self) -> None:
        """The screen takes what changed, as the frame pump does."""
        while True:
            self.session.store.drain()
            await asyncio.sleep(1.0)

    async def _watch_memory(self) -> None:
        while True:
            gc.collect()
            hours = (self._loop.time() - START) / HOUR
            self._outcome.weights.append((hours, weight(self.session)))
            await asyncio.sleep(self._outcome.hours * HOUR / WEIGHINGS)

    async def _strike(self) -> None:
        """One fault, until it is over and everything is well again."""
        fault, parameters = drawn(self._world.rng)
        day, began = self._world.gateway.day, self._loop.time()
        day.begin(fault.event, **parameters)
        told: float | None = None
        cured: float | None = began if fault.cure is Cure.CLIENT else None
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._loop.time()
            if told is None and self.session.store.health.trouble is not Trouble.NONE:
                told = now - began
            if cured is None and self._is_cured(fault.event):
                cured = now
            over = fault.cure is Cure.CLIENT or cured is not None
            if over and is_well(self._world, self.session):
                break
            if now - began > LONGEST_SECONDS:
                health = self.session.store.health
                self._wrong("every fault ends", f"{fault.event} {dict(parameters)}: {health}")
                day.end_all()
                self._world.gateway.log_in()
                await self._until_well(f"after {fault.event}")
                return
        seconds = now - (cured if cured is not None else began)
        at = (began - START) / HOUR
        self._outcome.recoveries.append(Recovery(fault.event, f"{dict(parameters)}", at, told, seconds))

    def _is_cured(self, event: str) -> bool:
        day, login = self._world.gateway.day, self._world.gateway.login
        return not day.active(event) and day.listening and login.logged_in and not login.competing

    async def _until_well(self, when: str) -> None:
        until = self._loop.time() + LONGEST_SECONDS
        while not is_well(self._world, self.session):
            if self._loop.time() > until:
                raise AssertionError(f"{when}: {self.session.store.health}")
            await asyncio.sleep(LOOK_SECONDS)

    async def _judge(self) -> None:
        """Let everything settle, stop the market and compare."""
        world, outcome = self._world, self._outcome
        await asyncio.sleep(SETTLING_SECONDS)
        world.exchange.frozen = True
        await asyncio.sleep(STILL_SECONDS)
        for law, words in differences(world, self.session):
            self._wrong(law, words)
        self._judge_memory()
        outcome.did = dict(self._person.did)
        outcome.fills = len(world.exchange.executions(ACCOUNT))
        outcome.orders = len(self.session.store.orders.orders)
        outcome.requests = int(pacing_of(world)["requests"])
        outcome.did["unknown at the end"] = len(unknown_places(self.session))

    def _judge_memory(self) -> None:
        """What is held in the second half of the week is what was held before, but for what must grow."""
        sizes = [size for _, size in self._outcome.weights[WEIGHINGS // 2 :]]
        if max(sizes) > min(sizes) * GROWTH:
            self._wrong("memory is flat", f"{min(sizes)} to {max(sizes)} bytes")

    def _wrong(self, law: str, words: str) -> None:
        hours = (self._loop.time() - START) / HOUR
        self._outcome.violations.append((law, f"hour {hours:.2f}: {words}"))
