"""A clock moved by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools


class ManualClock:
    """Time stands still until `advance`; sleepers wake in the order of their deadlines."""

    def __init__(self, start: float = 1000.0, wall: float = 1_795_000_000.0) -> None:
        self._now = start
        self._wall_offset = wall - start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._serial = itertools.count()

    def monotonic(self) -> float:
        return self._now

    def time(self) -> float:
        return self._now + self._wall_offset

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._serial), waiter))
        await waiter

    async def advance(self, seconds: float, *, turns: int = 20) -> None:
        """Move time on, waking every sleeper on the way and letting the loop run `turns` times after each."""
        deadline = self._now + seconds
        await settle(turns)
        while self._sleepers and self._sleepers[0][0] <= deadline:
            wake_at, _, waiter = heapq.heappop(self._sleepers)
            self._now = max(self._now, wake_at)
            if not waiter.done():
                waiter.set_result(None)
            await settle(turns)
        self._now = deadline
        await settle(turns)


async def settle(turns: int = 20) -> None:
    """Let everything that is ready on the loop run."""
    for _ in range(turns):
        await asyncio.sleep(0)
