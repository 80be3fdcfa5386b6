"""`python -m tests.e2e.midweek …` is `ibtui …` on a Wednesday at noon: words of trouble go by the hour of the week."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from ibtui import clock
from ibtui.cli import main

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
STARTED = time.time()
AHEAD = NOON - datetime.fromtimestamp(STARTED, UTC)


class MidweekClock(clock.SystemClock):
    """The machine's own clock, moved by whole days and hours, so that minutes and seconds stay."""

    def time(self) -> float:
        return super().time() + timedelta(hours=round(AHEAD / timedelta(hours=1))).total_seconds()


if __name__ == "__main__":
    clock.SystemClock = MidweekClock  # type: ignore[misc]  # before the program takes it
    main()
