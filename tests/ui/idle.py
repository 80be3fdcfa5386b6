"""When the event loop has nothing left to do, asked of the loop itself.

Textual's pilot guesses it from the processor time of the last 20 ms, twice for every key: slow while the process is at
rest, and a second long or wrong while the machine is busy.
"""

from __future__ import annotations

import asyncio
from typing import Any

SOON_SECONDS = 0.06
"""A timer due later than this (a toast's end, a blink) is not waited for; a repaint comes after 1/60 s, and where
another screen was opened after 0.05 s."""
TIMERS_AT_MOST = 6
"""Timers waited for one after the other: a repaint may bring another, and one that goes on for ever is no work."""


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until nothing is ready to run and no timer is due soon; in place of `textual._wait.wait_for_idle`."""
    loop: Any = asyncio.get_running_loop()  # its queues are private, and the only exact answer there is
    end, timers = loop.time() + max_sleep, 0
    await asyncio.sleep(min_sleep)
    while loop.time() < end and timers < TIMERS_AT_MOST:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=end)
        if due > loop.time() + SOON_SECONDS:
            return
        timers += 1
        await asyncio.sleep(max(0.0, due - loop.time()))
