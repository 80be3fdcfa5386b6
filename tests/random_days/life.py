"""One life of the program: a whole session on a state folder, until it is closed or killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, ContextVar
from pathlib import Path
from typing import Any, TypeVar

from ibtui.domain.events import ClosingMoved, Event, SubmissionMoved
from ibtui.domain.orders import Submission
from ibtui.session.trading import LinkSettings, TradingSession
from ibtui.store import Store
from tests.random_days.disk import Disk
from tests.random_days.network import Line, Network
from tests.random_days.sockets import connector
from tests.random_days.timeloop import LoopClock
from tests.random_days.world import ACCOUNT

Answer = TypeVar("Answer")

BASE_URL = "http://localhost:5000/v1/api"
_LIFE: ContextVar[set[asyncio.Task[Any]] | None] = ContextVar("LIFE", default=None)
"""The tasks of the life that is running."""


def make_task(
    loop: asyncio.AbstractEventLoop,
    work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
    context: Context | None = None,
) -> asyncio.Task[Any]:
    """A loop's task factory that knows which life a task belongs to."""
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, context=context)
    tasks = _LIFE.get() if context is None else context.get(_LIFE)
    if tasks is not None:
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    return task


class ToldStore(Store):
    """A store that tells of each step of a submission and of the closing of a position."""

    def __init__(self, tell: Callable[[str], None], note: Callable[[Submission], None]) -> None:
        super().__init__()
        self._tell = tell
        self._note = note

    def apply(self, event: Event) -> None:
        super().apply(event)
        if isinstance(event, SubmissionMoved):
            told = event.submission
            self._tell(f"    {told.key} {told.stage.value} {told.order_id or ''} {told.message[:160]}")
            self._note(told)
        elif isinstance(event, ClosingMoved):
            self._tell(f"    closing of {event.closing.conid} {event.closing.stage.value} {event.closing.words[:160]}")


class Life:
    """A session with its disk and its line; `kill` is what `kill -9` does."""

    def __init__(
        self,
        network: Network,
        clock: LoopClock,
        folder: Path,
        tell: Callable[[str], None],
        note: Callable[[Submission], None],
    ) -> None:
        self.disk = Disk(folder)
        self.store = ToldStore(tell, note)
        self._grave: Path | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._line = Line(network, self.disk, self.die)
        self.session = TradingSession(
            LinkSettings(BASE_URL, account=ACCOUNT, state_dir=folder),
            self.store,
            clock,
            transport=self._line,
            connector=connector(network.world, network.rng, lambda: self._line.alive),
        )

    @property
    def alive(self) -> bool:
        return self._line.alive

    def start(self) -> None:
        """Let it run."""
        self.do(self.session.start)

    def do(self, act: Callable[[], Answer]) -> Answer:
        """Do something within this life: the tasks it starts die with it."""
        token = _LIFE.set(self._tasks)
        try:
            return act()
        finally:
            _LIFE.reset(token)

    def die(self) -> None:
        """End it here and now: what is on disk at this moment is all that is left, and nothing it does counts."""
        if self.alive:
            self._line.alive = False
            self._grave = self.disk.copied(self.disk.folder.with_name(self.disk.folder.name + "+"))

    async def kill(self) -> Path:
        """Die and be cleared away; gives the folder the next life finds."""
        self.die()
        while self._tasks:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.sleep(0)
        await self._clear_away()
        return self._grave or self.disk.folder

    async def close(self) -> Path:
        """End in good order, unless it dies of it."""
        await self._clear_away()
        return self._grave or self.disk.folder

    async def _clear_away(self) -> None:
        await self.session.close()
        self._line.alive = False
        self.disk.close()
