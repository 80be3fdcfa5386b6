"""Time as the gateway sees it: the wall's for pacing and heartbeats, or a test's own."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Milliseconds that only go forward, and a way to wait."""

    def ms(self) -> int:
        """Milliseconds since an arbitrary start."""

    async def sleep(self, ms: int) -> None:
        """Return after so many milliseconds of this clock."""


class WallClock:
    """Real time."""

    def ms(self) -> int:
        """Milliseconds since the machine started."""
        return time.monotonic_ns() // 1_000_000

    async def sleep(self, ms: int) -> None:
        """Wait for real."""
        await asyncio.sleep(ms / 1000)


class ManualClock:
    """Time that stands still until a test advances it; sleeping returns at once."""

    def __init__(self) -> None:
        self._ms = 0

    def ms(self) -> int:
        """Milliseconds advanced so far."""
        return self._ms

    def advance(self, ms: int) -> None:
        """Move time forward by `ms` milliseconds."""
        self._ms += ms

    async def sleep(self, ms: int) -> None:
        """Let other tasks run, and go on."""
        await asyncio.sleep(0)
