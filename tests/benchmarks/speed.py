"""How fast the machine is while something is measured.

A virtual machine shares its processors with others: one and the same loop takes up to twice as long a minute later, and
so does every program, whose share of a core grows by as much. Shares of a core are comparable only with the loop's time
beside them.
"""

from __future__ import annotations

import statistics
import threading
import time
from typing import Final, Self

STEPS: Final = 100_000
"""Of the loop: some milliseconds."""
GAP_SECONDS: Final = 0.5


class Speed:
    """Times one and the same loop twice a second until the block ends."""

    def __init__(self) -> None:
        self._loops: list[tuple[float, float]] = []
        """When, by the monotonic clock, and how many seconds of a processor."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="speed", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def fastest(self) -> float:
        """Seconds of the fastest loop so far."""
        return min(seconds for _, seconds in self._loops)

    def since(self, moment: float) -> float:
        """Seconds of the median loop since a moment of the monotonic clock. Raises ValueError where there was none."""
        return statistics.median(seconds for at, seconds in self._loops if at >= moment)

    def _run(self) -> None:
        while True:
            self._loops.append((time.monotonic(), loop_seconds()))
            if self._ended.wait(GAP_SECONDS):
                return


def loop_seconds() -> float:
    """Seconds of a processor that a fixed loop takes."""
    began, total = time.thread_time(), 0
    for step in range(STEPS):
        total += step * step
    return time.thread_time() - began
