"""The real program with a mishap built in: killed at a step of the journal, or its wall clock stepped by a signal.

`python -m tests.fault_matrix.wrapped --die-after 3 -- --base-url …` kills the process, as `kill -9` does, right after
the third step is on disk; `--die-before 3` right before it is written. SIGUSR1 moves the wall clock an hour back,
SIGUSR2 an hour on, as a daemon that sets the time does.
"""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Callable

from ibtui import cli
from ibtui.clock import SystemClock
from ibtui.session.orders.journal import Journal

HOUR = 3600.0


def main() -> None:
    """Build the mishap in, then be `ibtui`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--die-after", type=int, default=0)
    parser.add_argument("--die-before", type=int, default=0)
    parser.add_argument("arguments", nargs="*")
    given = parser.parse_args()
    if given.die_after or given.die_before:
        _die_at(given.die_after or given.die_before, after=bool(given.die_after))
    _step_by_signal()
    cli.cli(args=given.arguments, prog_name="ibtui")


def _die_at(step: int, *, after: bool) -> None:
    """Every state-changing step is written by `begin` or `record`; both return once it is on disk."""
    written = 0

    def counted(method: Callable[..., None]) -> Callable[..., None]:
        def wrapper(*arguments: object, **named: object) -> None:
            nonlocal written
            written += 1
            if written == step and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            method(*arguments, **named)
            if written == step:
                os.kill(os.getpid(), signal.SIGKILL)

        return wrapper

    setattr(Journal, "begin", counted(Journal.begin))  # noqa: B010 - mypy forbids assigning to a method
    setattr(Journal, "record", counted(Journal.record))  # noqa: B010


def _step_by_signal() -> None:
    told = SystemClock.time
    offset = 0.0

    def stepped(clock: SystemClock) -> float:
        return told(clock) + offset

    def move(seconds: float) -> Callable[[int, object], None]:
        def moved(_signal: int, _frame: object) -> None:
            nonlocal offset
            offset += seconds

        return moved

    setattr(SystemClock, "time", stepped)  # noqa: B010
    signal.signal(signal.SIGUSR1, move(-HOUR))
    signal.signal(signal.SIGUSR2, move(HOUR))


if __name__ == "__main__":
    main()
