"""The tasks of a session: every one is known, its failure is told, and all end with the session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from ibtui.clock import Clock
from ibtui.domain.session import Message
from ibtui.errors import IbtuiError
from ibtui.session.messages import failure, mishap

RESTART_SECONDS = 5.0
"""Pause before a worker that failed is started again."""
CLOSE_SECONDS = 1.5

log = logging.getLogger("ibtui.session")


class Crew:
    """Spawns and ends tasks. This is the edge where an unexpected exception is logged and shown."""

    def __init__(self, clock: Clock, tell: Callable[[Message], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()
        self._shown: set[str] = set()
        self._closed = False

    def spawn(self, work: Coroutine[Any, Any, None], doing: str = "") -> None:
        """Run `work` to its end; an error is told with what was being done. After `close` nothing starts."""
        if self._closed:
            work.close()
        else:
            self._start(work, doing)

    def keep(self, work: Callable[[], Awaitable[None]], name: str) -> Callable[[], object]:
        """Run a worker that is to run as long as the session, started again when it fails; gives what ends it."""
        return self._start(self._kept(work, name), name).cancel

    async def close(self) -> None:
        """Cancel everything and wait for it, at most `CLOSE_SECONDS`."""
        self._closed = True
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_SECONDS)

    def _start(self, work: Coroutine[Any, Any, None], doing: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, doing))
        return task

    async def _kept(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001  # the worker's edge: logged, shown once, started again
                self._report(error, name)
            await self._clock.sleep(RESTART_SECONDS)

    def _ended(self, doing: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._report(error, doing)

    def _report(self, error: Exception, doing: str) -> None:
        if isinstance(error, IbtuiError):
            log.info("%s: %s", doing or "task", error)
            self._tell(failure(error, doing))
            return
        log.error("%s failed", doing or "a task", exc_info=error)
        kind = f"{doing}: {type(error).__name__}"
        if kind not in self._shown:
            self._shown.add(kind)
            self._tell(mishap(error, doing))
