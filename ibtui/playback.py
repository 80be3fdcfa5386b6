"""The clock of a replay: the time of a tape, at any speed, stopped or running."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""What `faster` and `slower` step through; recorded seconds per second."""
SETTLE_TURNS: Final = 8
"""Turns of the event loop that what happens at one moment has before time moves on."""
BEHIND_SECONDS: Final = 0.5
"""Seconds by which a machine that is too slow may lag behind; beyond, the tape plays slower."""


class PlaybackClock:
    """Implements `clock.Clock`. Time never jumps over a sleeper: all happens in the order in which it was recorded."""

    def __init__(
        self,
        begins: float,
        ends: float,
        walls: Sequence[tuple[float, float]],
        *,
        speed: float = 1.0,
        real: Callable[[], float] = time.monotonic,
    ) -> None:
        self._walls = list(walls) or [(begins, 0.0)]
        """(tape seconds, Unix seconds), ascending: several when the wall clock was set meanwhile."""
        self._moments = [at for at, _ in self._walls]
        self._ends = ends
        self._real = real
        self._base = self._held = begins
        self._real_base = 0.0
        self._holds = True
        """Whether time stands at `_held`: before the start, in a pause, or while a moment's work is done."""
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._serial = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._turns = 0
        self.speed = speed
        self.is_paused = False
        self._started = False

    @property
    def has_ended(self) -> bool:
        """Whether the end of the tape is reached."""
        return self.monotonic() >= self._ends

    @property
    def label(self) -> str:
        """The time then, on this machine's clock, and how it is played: `14:03:11 ×2`, `14:03:11 paused`."""
        how = "ended" if self.has_ended else "paused" if self.is_paused else f"×{self.speed:g}"
        return f"{datetime.fromtimestamp(self.time()):%H:%M:%S} {how}"

    def monotonic(self) -> float:
        """Seconds since the recording began."""
        if self._holds:
            return self._held
        return min(self._wanted(), self._next_due(), self._ends)

    def time(self) -> float:
        """Unix seconds as they were then."""
        now = self.monotonic()
        at, wall = self._walls[max(0, bisect_right(self._moments, now) - 1)]
        return wall + now - at

    async def sleep(self, seconds: float) -> None:
        """Wait for so much tape to be played."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.monotonic() + seconds, next(self._serial), waiter))
        self._plan()
        await waiter

    def start(self) -> None:
        """Let time run."""
        if not self._started:
            self._started = True
            self._run_from(self._held)

    def pause(self) -> None:
        """Stop time, or let it go on."""
        now = self.monotonic()
        self.is_paused = not self.is_paused
        self._run_from(now)

    def change_speed(self, steps: int) -> None:
        """Go so many steps up or down in `SPEEDS`."""
        now = self.monotonic()
        for _ in range(abs(steps)):
            faster = [speed for speed in SPEEDS if speed > self.speed]
            slower = [speed for speed in SPEEDS if speed < self.speed]
            self.speed = min(faster, default=self.speed) if steps > 0 else max(slower, default=self.speed)
        self._run_from(now)

    def _wanted(self) -> float:
        return self._base + (self._real() - self._real_base) * self.speed

    def _next_due(self) -> float:
        return self._sleepers[0][0] if self._sleepers else float("inf")

    def _run_from(self, now: float) -> None:
        self._base = self._held = now
        self._real_base = self._real()
        self._holds = self.is_paused or not self._started or self._turns > 0
        self._plan()

    def _plan(self) -> None:
        """Wake up when the next sleeper is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._next_due()
        if self._holds or due > self._ends:
            return
        wait = max(0.0, (due - self._wanted()) / self.speed)
        self._timer = asyncio.get_running_loop().call_later(wait, self._wake)

    def _wake(self) -> None:
        """Wake who is due first, and hold time until that work is done."""
        self._timer = None
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        due = self._next_due()
        if due > min(self._wanted(), self._ends):
            self._plan()
            return
        _, _, waiter = heapq.heappop(self._sleepers)
        self._held, self._holds = due, True
        waiter.set_result(None)
        self._turns = SETTLE_TURNS
        asyncio.get_running_loop().call_soon(self._settle)

    def _settle(self) -> None:
        self._turns -= 1
        if self._turns > 0:
            asyncio.get_running_loop().call_soon(self._settle)
            return
        self._turns = 0
        if self.is_paused:
            return
        behind = (self._wanted() - self._held) / self.speed - BEHIND_SECONDS
        if behind > 0:
            self._real_base += behind
        self._holds = False
        self._plan()
