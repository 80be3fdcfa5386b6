"""Processor time of one operation, told apart from whatever else the computer does."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

ROUNDS = 4
"""The quickest of so many rounds counts: what disturbs a round only ever makes it slower."""

Step = Callable[[int], object]
"""One operation, told its number, so that no two of them are alike."""
AsyncStep = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    small: float
    """Milliseconds of processor time, or what `unit` says."""
    large: float
    limit: float = 2.0
    """The ratio that is allowed."""
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Large over small."""
        return self.large / self.small if self.small else float("inf")

    def __str__(self) -> str:
        verdict = "" if self.ratio <= self.limit else "  OVER"
        return f"{self.what:<66} {self.small:>9.3f} {self.large:>9.3f} {self.unit:<3} {self.ratio:>6.2f}{verdict}"


HEAD = f"{'what':<66} {'small':>9} {'large':>9}     {'ratio':>6}"


def cost(step: Step, times: int) -> float:
    """Milliseconds of one `step`."""
    best, number = float("inf"), 0
    for _ in range(ROUNDS):
        with _no_collector():
            began = time.process_time()
            for _ in range(times):
                number += 1
                step(number)
            best = min(best, time.process_time() - began)
    return 1000 * best / times


async def async_cost(step: AsyncStep, times: int, *, after: AsyncStep | None = None) -> float:
    """Milliseconds of one `step` with all that the event loop does until it is over; `after` it is not counted."""
    best, number = float("inf"), 0
    for _ in range(ROUNDS):
        spent = 0.0
        with _no_collector():
            for _ in range(times):
                number += 1
                began = time.process_time()
                await step(number)
                spent += time.process_time() - began
                if after is not None:
                    await after(number)
        best = min(best, spent)
    return 1000 * best / times


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Its passes fall on one operation in many, and take the longer the more there is: they are measured apart."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def collector_cost() -> float:
    """Milliseconds of a whole pass of the garbage collector."""
    return cost(lambda _step: gc.collect(), 1)
