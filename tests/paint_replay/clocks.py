"""Time that passes only by hand: the session's, and the loop's own, by which Textual's timers go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from unittest import mock

from textual.notifications import Notification

from tests.random_days.timeloop import TimeLoop

__all__ = ["NeverSettles", "TimeLoop", "settle", "timers_by"]

SOON_SECONDS: Final = 0.06
"""A timer due later (a toast's end, a blink) is not waited for."""
TURNS: Final = 20_000
"""Turns of the loop after which something never ends."""


class NeverSettles(AssertionError):
    """Work goes on and on."""


@contextmanager
def timers_by(loop: TimeLoop) -> Iterator[None]:
    """Let Textual look at the loop's time; a toast goes by its timer alone, which is set by its whole time again."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch("textual._time.get_time", loop.time))
        stack.enter_context(mock.patch.object(Notification, "time_left", property(lambda toast: toast.timeout)))
        yield


async def settle(soon: float = SOON_SECONDS) -> None:
    """Run until nothing is ready and no timer is due soon."""
    loop: Any = asyncio.get_running_loop()  # its queues are private, and the only exact answer there is
    for _ in range(TURNS):
        await asyncio.sleep(0)
        if loop._ready:
            continue
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=None)
        if due is None or due > loop.time() + soon:
            return
        await asyncio.sleep(max(0.0, due - loop.time()))
    raise NeverSettles
