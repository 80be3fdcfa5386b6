"""One random run: a program that is used, disturbed, killed and started again, and a look at the end of it."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from unittest import mock

from ibtui.domain.orders import Stage
from ibtui.session.orders.journal import JournalFailed
from tests.random_days import laws
from tests.random_days.deeds import Deeds
from tests.random_days.disturbances import Disturbances
from tests.random_days.life import Answer, Life, make_task
from tests.random_days.network import Network
from tests.random_days.timeloop import LoopClock, TimeLoop
from tests.random_days.user import User
from tests.random_days.world import World

ACTS = {
    "submit": 22,
    "type_ahead": 4,
    "close_position": 4,
    "answer": 8,
    "modify": 14,
    "cancel": 9,
    "cancel_all": 2,
    "send_again": 1,
    "close_unknown": 0.5,
    "refresh": 1,
    "reset_suppressed": 1,
    "watch": 2,
    "take_over": 1,
    "fault": 10,
    "read_fault": 2,
    "drop_streams": 2,
    "lose_brokerage": 1,
    "log_out": 0.5,
    "log_in": 1,
    "nightly_reset": 1,
    "gateway_restarts": 1,
    "fill_disk": 0.7,
    "free_disk": 2,
    "step_clock": 0.7,
    "kill": 4,
    "kill_writing": 3,
    "close": 1.5,
}
"""What may happen in a step, and how often."""
PAUSES = (0.0, 0.01, 0.1, 0.4, 1.0, 1.0, 1.0, 3.0, 6.0, 15.0, 40.0)
PATIENCE_SECONDS = 60.0
"""After which the user mostly closes what is unknown, to be able to trade on."""
SETTLE_SECONDS = 240.0
"""Of trading, in which every late request arrives and every unknown outcome is looked for."""
STILL_SECONDS = 75.0
"""Of a market that stands still, in which everything shown catches up."""


class Day:
    """A run that is led from outside, act by act; `end` settles it and gives the violations."""

    def __init__(self, seed: int, *, calm: bool = False) -> None:
        """`calm` is an ordinary morning at a gateway that works."""
        self.seed = seed
        self._calm = calm
        self.story: list[str] = []
        self.counts: Counter[str] = Counter()
        self.loop = TimeLoop()
        self.loop.set_task_factory(make_task)
        self._root = Path(tempfile.mkdtemp(prefix="ibtui-day-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self._rng = Random(seed)
        self._deeds = Deeds()
        self.loop.set_exception_handler(lambda loop, told: self._deeds.wrong("nothing breaks", str(told)))
        self.world = World(self.loop, seed, self._rng, calm=calm)
        self.network = Network(self.world, self._rng, self._deeds, self._tell)
        self.clock = LoopClock(self.loop, self.world.start_ms)
        self.user = User(self.network, lambda: self.life)
        self._disturbances = Disturbances(self.network, self.clock, lambda: self.life)
        first = self._root / "0"
        first.mkdir()
        self.life = Life(self.network, self.clock, first, self._tell, self.user.noted)
        self._market = self.loop.create_task(self.world.run())
        self._log = _Errors(self._deeds)

    def begin(self, settle: float = 6.0) -> None:
        """Start the program and let it come up."""
        self.story.append(f"{self.world.moment}, {self.world.scenario}, streams refused: {self.world.streams_refused}")
        self.do(self.life.start, settle)
        if not self._calm and self._rng.random() < 0.7:
            self.act("watch", self._rng)

    def do(self, act: Callable[[], Answer], seconds: float = 0.0) -> Answer:
        """Do something with the program, then let time pass."""
        return self.loop.run_until_complete(self._do(act, seconds))

    def act(self, name: str, rng: Random) -> None:
        """Let something happen, then time pass; a life that ended is followed by the next."""
        at, told = self.loop.time(), len(self.story)
        words = self.loop.run_until_complete(self._act(name, rng))
        if words:
            self.counts[name] += 1
            self.story.insert(told, f"{at:8.2f} {name}: {words}")

    def choose(self, rng: Random) -> str:
        """An act, more often than not one that the user sees to be called for."""
        submissions = self.life.store.orders.submissions.values()
        stages = {s.stage for s in submissions}
        given_up = self.loop.time() - PATIENCE_SECONDS
        login, urgent = self.world.gateway.login, rng.random()
        if not login.logged_in and urgent < 0.5:
            return "log_in"
        if login.competing and urgent < 0.4:
            return "take_over"
        if Stage.ASKING in stages and urgent < 0.6:
            return "answer"
        if urgent < 0.5 and any(s.stage is Stage.UNKNOWN and s.updated < given_up for s in submissions):
            return "close_unknown"
        if Stage.UNKNOWN in stages and urgent < 0.12:
            return rng.choice(("close_unknown", "send_again", "send_again", "cancel", "kill"))
        if stages & {Stage.SENT, Stage.REPLYING} and urgent < 0.1:
            return "kill"
        if any(stage.is_open for stage in stages) and urgent < 0.75:
            return "wait"
        return rng.choices(list(ACTS), list(ACTS.values()))[0]

    def end(self) -> list[str]:
        """Settle, and give what is not as it should be."""
        self.loop.run_until_complete(self._settle())
        user = self.user
        broken = laws.violations(self.world, self._deeds, self.life, user.sent_again, user.tickets)
        return [*self._deeds.violations, *broken]

    def unknowns(self) -> Counter[str]:
        """Outcomes that stayed unknown, by the reason why nobody could know them."""
        return laws.unknowns(self.world, self._deeds, self.life)

    def clear_away(self) -> None:
        """End every task and remove every file."""
        self.loop.run_until_complete(self.life.kill())
        left = asyncio.all_tasks(self.loop)
        for task in left:
            task.cancel()
        self.loop.run_until_complete(_ended(left))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()
        self._log.remove()
        shutil.rmtree(self._root)

    def _tell(self, words: str) -> None:
        self.story.append(f"{self.loop.time():8.2f} {words}")

    async def _do(self, act: Callable[[], Answer], seconds: float) -> Answer:
        answer = self.life.do(act)
        await asyncio.sleep(seconds)
        return answer

    async def _act(self, name: str, rng: Random) -> str:
        words = await self._done(name, rng)
        if words:
            for _ in range(rng.choice((0, 0, 3, 8))):
                await asyncio.sleep(0)
            await asyncio.sleep(rng.choice(PAUSES))
        if not self.life.alive:
            self.counts["deaths"] += 1
            self._tell("died")
            await self._next_life(await self.life.kill(), rng.choice((1.5, 2.0, 4.0, 20.0)))
        return words

    async def _done(self, name: str, rng: Random) -> str:
        if name == "kill":
            for _ in range(rng.randrange(12)):
                await asyncio.sleep(0)
            self.life.die()
            return "-9"
        if name == "wait":
            return "and see"
        if name == "close":
            await self._next_life(await self.life.close(), rng.choice((1.5, 5.0)))
            return "and started again"
        who = self.user if hasattr(self.user, name) else self._disturbances
        act = getattr(who, name)
        return str(self.life.do(lambda: act(rng)))

    async def _next_life(self, folder: Path, pause: float) -> None:
        await asyncio.sleep(pause)
        self.counts["lives"] += 1
        self.life = Life(self.network, self.clock, folder, self._tell, self.user.noted)
        self.life.start()
        await asyncio.sleep(0.0)

    async def _settle(self) -> None:
        self.network.armed.clear()
        self.clock.alarm_at_look(0, lambda: None)
        self._disturbances.free_disk(self._rng)
        self.world.heal()
        folder = await (self.life.kill() if self._rng.random() < 0.5 else self.life.close())
        await self._next_life(folder, 2.0)
        self._tell("settles")
        await asyncio.sleep(SETTLE_SECONDS)
        self.world.exchange.frozen = True
        await asyncio.sleep(STILL_SECONDS)


class _Errors(logging.Handler):
    """Takes an exception nobody expected for a violation."""

    def __init__(self, deeds: Deeds) -> None:
        super().__init__(logging.ERROR)
        self._deeds = deeds
        self._log = logging.getLogger("ibtui")
        self._log.addHandler(self)
        self._log.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        expected = record.exc_info is not None and isinstance(record.exc_info[1], JournalFailed)
        if not expected:
            self._deeds.wrong("nothing breaks", self.format(record))

    def remove(self) -> None:
        self._log.removeHandler(self)
        self._log.propagate = True


async def _ended(tasks: set[asyncio.Task[object]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def no_chance(seed: int) -> Iterator[None]:
    """Make every random choice of the program itself follow from the seed."""
    rng = Random(f"secrets {seed}")
    state = random.getstate()
    random.seed(seed)
    with (
        mock.patch.object(secrets, "token_bytes", rng.randbytes),
        mock.patch.object(secrets, "token_hex", lambda size: rng.randbytes(size).hex()),
    ):
        yield
    random.setstate(state)
