"""An event loop whose time jumps to the next timer as soon as nothing is left to do: no waiting, no chance."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Mapping

START = 1_000.0


class NothingLeft(RuntimeError):
    """Every task waits for something that no timer will bring."""


class _Jump(selectors.BaseSelector):
    """Watches no file; waiting moves the time instead."""

    def __init__(self, jump: Callable[[float], None]) -> None:
        self._jump = jump
        self._files: dict[object, selectors.SelectorKey] = {}

    def register(self, fileobj: object, events: int, data: object = None) -> selectors.SelectorKey:
        key = self._files[fileobj] = selectors.SelectorKey(fileobj, 0, events, data)  # type: ignore[arg-type]  # any file will do: none is looked at
        return key

    def unregister(self, fileobj: object) -> selectors.SelectorKey:
        return self._files.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingLeft
        if timeout > 0:
            self._jump(timeout)
        return []

    def get_map(self) -> Mapping[object, selectors.SelectorKey]:  # type: ignore[override]  # wider keys than typeshed's
        return self._files


class TimeLoop(asyncio.SelectorEventLoop):
    """`time()` is the run's own; timers of asyncio, the session's clock and the gateway's all follow it."""

    def __init__(self) -> None:
        self._at = START
        super().__init__(_Jump(self._move))

    def time(self) -> float:
        return self._at

    def _move(self, seconds: float) -> None:
        self._at += seconds


class LoopClock:
    """`ibtui.clock.Clock` on the loop's time; the wall's may be stepped."""

    def __init__(self, loop: TimeLoop, wall_ms: int) -> None:
        self._loop = loop
        self.wall_offset = wall_ms / 1000 - START
        self._looks = 0
        self._alarm: Callable[[], None] | None = None

    def monotonic(self) -> float:
        return self._loop.time()

    def time(self) -> float:
        if self._looks and self._alarm is not None:
            self._looks -= 1
            if not self._looks:
                self._alarm()
        return self._loop.time() + self.wall_offset

    def alarm_at_look(self, number: int, alarm: Callable[[], None]) -> None:
        """Call `alarm` at one of the next looks at the wall clock: the journal looks while it writes."""
        self._looks, self._alarm = number, alarm

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class GatewayClock:
    """`ibtui.sim.gateway.clock.Clock` on the loop's time."""

    def __init__(self, loop: TimeLoop) -> None:
        self._loop = loop

    def ms(self) -> int:
        return round((self._loop.time() - START) * 1000)

    async def sleep(self, ms: int) -> None:
        await asyncio.sleep(ms / 1000)
