"""`python -m tests.benchmarks.stress`: 5,000 frames a second for a minute: no queue grows, no last value is lost.

Queues: bytes that wait in the kernel between simulator and program (sampled twice a second), frames that wait in the
simulator, and, for all that is inside the program, the delay of what is shown: each by the first and the last
quarter of the time. Lost: instruments on the screen whose last value was not there 1.5 s after the last frame.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.benchmarks.figures import Figures, Load, percentile
from tests.benchmarks.report import options, run, table, told
from tests.benchmarks.stage import named

SECONDS = 60.0
PER_SECOND = 5_000.0
PEERS = ("raw ANSI, 16", "curses", "ibtui")
HEADINGS = (
    "program",
    "delay ms p99, 1st quarter",
    "last quarter",
    "kernel kB at most, 1st quarter",
    "last quarter",
    "most waiting in simulator",
    "memory grown MiB",
    "last values lost",
)


def quarters(samples: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Values of the first and of the last quarter of the time."""
    if not samples:
        return [], []
    began, ended = min(at for at, _ in samples), max(at for at, _ in samples)
    part = (ended - began) / 4
    return (
        [value for at, value in samples if at <= began + part],
        [value for at, value in samples if at >= ended - part],
    )


def growth(figures: Figures) -> tuple[str, ...]:
    """A row of the table of queues."""
    delays = [percentile([1000 * each for each in part], 99) for part in quarters(figures.delays)]
    queues = [max(part, default=0) / 1000 for part in quarters(figures.queues)]
    return (
        figures.name,
        *(f"{each:.1f}" for each in delays),
        *(f"{each:.1f}" for each in queues),
        str(figures.most_due),
        f"{figures.grown:+.1f}",
        str(figures.last_unseen),
    )


def main() -> int:
    """Measure and print."""
    parser = options("stress", __doc__, SECONDS)
    parser.add_argument("--rate", type=float, default=PER_SECOND, help=f"frames a second ({PER_SECOND:g})")
    chosen = parser.parse_args()
    load = Load(chosen.seconds, chosen.rate)
    found = run(named(chosen.only or PEERS), load)
    print(told(load, found))
    print(table(HEADINGS, map(growth, found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
