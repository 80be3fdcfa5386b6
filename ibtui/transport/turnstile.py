"""The one gate every request passes: most urgent first, then in order of arrival, never faster than IBKR allows."""

from __future__ import annotations

import asyncio
import itertools
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass, field

from ibtui.clock import Clock
from ibtui.errors import PenaltyBox, Refused
from ibtui.protocol.pacing import Pacer
from ibtui.protocol.requests import FIRST, Request

FIRST_PENALTY_SECONDS = 10.0
"""Silence after a first 429; no `Retry-After` is documented (wire-facts 1), so it starts small and grows."""
LONGEST_PENALTY_SECONDS = 600.0
"""IBKR boxes an address for ten minutes."""
ARRIVAL_SECONDS = 0.25
"""A request may reach the gateway so much later than it left (a new connection, a busy machine): it is counted from
then on, so that the gateway never sees two bursts closer together than they left."""
RESERVED = 2
"""Places of the running second kept for orders and cancels; reading requests leave them alone."""
RESERVED_RETRY_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 60.0
"""A request that would be held back for longer is refused with the time, rather than left hanging."""


@dataclass(order=True, slots=True)
class _Waiter:
    priority: int
    serial: int
    request: Request = field(compare=False)
    leave: asyncio.Future[None] = field(compare=False)


class Turnstile:
    """Holds requests back; while the address is boxed it turns them away instead, so that none leaves minutes late."""

    def __init__(self, clock: Clock, pacer: Pacer, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._pacer = pacer
        self._changed = changed
        self._serial = itertools.count()
        self._waiting: list[_Waiter] = []
        self._timer: asyncio.Task[None] | None = None
        self._timer_due = 0.0
        self._strikes = 0
        self._probing = False

    @property
    def waiting(self) -> int:
        """Requests held back."""
        return len(self._waiting)

    @property
    def free(self) -> int:
        """Requests that may leave at once."""
        return self._pacer.free(self._clock.monotonic())

    @property
    def penalty_until(self) -> float:
        """Monotonic seconds of the penalty's end; 0 when there is none."""
        until = self._pacer.penalty_until
        return until if until > self._clock.monotonic() else 0.0

    async def enter(self, request: Request) -> None:
        """Return when the request may leave.

        Raises PenaltyBox at once while the address is boxed, Refused when its endpoint is used up for minutes.
        """
        self._refuse_if_boxed()
        wait = self._pacer.wait(request.key, self._clock.monotonic())
        if wait > LONGEST_WAIT_SECONDS:
            raise Refused(f"the gateway allows this again in {wait / 60:.0f} min")
        leave: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(request.priority, next(self._serial), request, leave)
        insort(self._waiting, waiter)
        self._let_out()
        try:
            await leave
        except asyncio.CancelledError:
            if waiter not in self._waiting:  # let out in the very moment it was given up
                self._release(request)
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            self._changed()

    def left(self, request: Request, *, penalised: bool) -> None:
        """The request that was let out is over; `penalised` means that it was answered 429."""
        if penalised:
            self._box()
        else:
            self._strikes = 0
        self._release(request)

    def close(self) -> None:
        """Let nothing out any more; whoever waits is cancelled by its own task."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _release(self, request: Request) -> None:
        self._pacer.finished(request.key)
        self._probing = False
        self._let_out()

    def _box(self) -> None:
        now = self._clock.monotonic()
        if now < self._pacer.penalty_until:
            return
        seconds = min(LONGEST_PENALTY_SECONDS, FIRST_PENALTY_SECONDS * 2**self._strikes)
        self._strikes += 1
        self._pacer.penalise(now, seconds)
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.leave.done():
                waiter.leave.set_exception(self._boxed())
        self._changed()

    def _refuse_if_boxed(self) -> None:
        if self.penalty_until:
            raise self._boxed()

    def _boxed(self) -> PenaltyBox:
        seconds = self._pacer.penalty_until - self._clock.monotonic()
        return PenaltyBox(f"nothing was sent; the gateway asked for silence, {seconds:.0f} s to go", status=429)

    def _let_out(self) -> None:
        now = self._clock.monotonic()
        soonest: float | None = None
        for waiter in list(self._waiting):
            if self._strikes and self._probing:
                return
            wait = self._wait(waiter.request, now)
            if wait > 0:
                soonest = wait if soonest is None else min(soonest, wait)
                continue
            self._waiting.remove(waiter)
            if not waiter.leave.done():
                self._pacer.took(waiter.request.key, now + ARRIVAL_SECONDS)
                self._probing = bool(self._strikes)
                waiter.leave.set_result(None)
        if soonest is not None:
            self._wake_in(soonest)

    def _wait(self, request: Request, now: float) -> float:
        wait = self._pacer.wait(request.key, now)
        is_urgent = request.changes_state or request.priority == FIRST
        if wait <= 0 and not is_urgent and self._pacer.free(now) <= RESERVED:
            return RESERVED_RETRY_SECONDS
        return wait

    def _wake_in(self, seconds: float) -> None:
        due = self._clock.monotonic() + seconds
        if self._timer is not None and not self._timer.done():
            if self._timer_due <= due:
                return
            self._timer.cancel()
        self._timer_due = due
        self._timer = asyncio.get_running_loop().create_task(self._wake(seconds))

    async def _wake(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._timer = None
        self._let_out()
