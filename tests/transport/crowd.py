"""A crowd of requests before a turnstile."""

from __future__ import annotations

import asyncio

from ibtui.errors import PenaltyBox
from ibtui.protocol.pacing import Pacer
from ibtui.protocol.requests import Priority, Request
from ibtui.transport.turnstile import Turnstile
from tests.fakes.clock import ManualClock

ORDER = Request("POST", "/order", changes_state=True, priority=Priority.ORDER)


class JumpingClock(ManualClock):
    """Time can pass without anybody being woken, as on a busy machine."""

    def jump(self, seconds: float) -> None:
        self._now += seconds


class Crowd:
    """Sends requests through a turnstile and notes the order in which they left."""

    def __init__(self, clock: JumpingClock) -> None:
        self.clock = clock
        self.turnstile = Turnstile(clock, Pacer(), lambda: None, reading_at_once=1000)
        self.left: list[str] = []
        self.errors: list[PenaltyBox] = []
        self._tasks: list[asyncio.Task[None]] = []

    def send(self, name: str, request: Request | None = None) -> asyncio.Task[None]:
        task = asyncio.create_task(self._send(name, request or Request("GET", f"/{name}")))
        self._tasks.append(task)
        return task

    async def _send(self, name: str, request: Request) -> None:
        try:
            await self.turnstile.enter(request)
        except PenaltyBox as error:
            self.errors.append(error)
        else:
            self.left.append(name)

    def close(self) -> None:
        self.turnstile.close()
        for task in self._tasks:
            task.cancel()


def cancel() -> Request:
    return Request("DELETE", "/order", changes_state=True, priority=Priority.CANCEL)


def names(count: int) -> list[str]:
    return [f"r{'abcdefghijklmnopqrstuvwxyz'[index]}" for index in range(count)]
