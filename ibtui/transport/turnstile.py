"""The one gate every request passes: most urgent first, then in order of arrival, never faster than IBKR allows."""

from __future__ import annotations

import asyncio
import itertools
from bisect import insort
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from ibtui.clock import Clock
from ibtui.errors import PenaltyBox, Refused
from ibtui.protocol.pacing import Pacer, penalty
from ibtui.protocol.requests import Priority, Request

ARRIVAL_SECONDS = 0.25
"""A request may reach the gateway so much later than it left (a new connection, a busy machine): it is counted from
then on, so that the gateway never sees two bursts closer together than they left."""
RESERVED = 2
"""Places of the running second kept for cancels, replies and orders; what only reads leaves them alone."""
LONGEST_WAIT_SECONDS = 60.0
"""A request that would be held back by a window for longer is refused with the time, rather than left hanging."""
PROBE_SECONDS = 5.0
"""A 429 comes at once: after so long without an answer the first request after a penalty keeps others back no more."""
SILENT_SECONDS = 3.0
"""A gateway that has answered nothing for so long may hang: what is sent now may all be read in the moment it wakes."""
KNOCK_SECONDS = 15.0
"""So long after the first one a second reading request is sent to a gateway that may hang; then after twice as long."""
LONGEST_KNOCK_SECONDS = 60.0
TOO_MANY = 429


@dataclass(order=True, slots=True)
class _Waiter:
    priority: Priority
    serial: int
    request: Request = field(compare=False)
    leave: asyncio.Future[float] = field(compare=False)


class Turnstile:
    """Holds requests back. A 429 turns all away but cancels, so that nothing leaves minutes late but what stops an
    order; these wait for the end of the penalty, and the first to leave then is alone until it is answered. A gateway
    that answers nothing is asked ever more seldom, so that what it finds when it wakes up is no burst.
    """

    def __init__(
        self, clock: Clock, pacer: Pacer, changed: Callable[[], None], *, reading_at_once: int | None = None
    ) -> None:
        self._reading_at_once = pacer.limit if reading_at_once is None else reading_at_once
        """Requests that are not urgent and may be under way together: slow answers keep no connection from a cancel."""
        self._under_way: Counter[Priority] = Counter()
        self._clock = clock
        self._pacer = pacer
        self._changed = changed
        self._serial = itertools.count()
        self._waiting: list[_Waiter] = []
        self._timer: asyncio.Task[None] | None = None
        self._timer_due = 0.0
        self._unread: deque[str] = deque(maxlen=pacer.limit)
        """Pacing keys of requests that left and were not answered."""
        self._strikes = 0
        """Penalties in a row; the silence has to be proven over while it is not 0."""
        self._probe: Request | None = None
        """The one request under way while that is being proven."""
        self._probe_left = 0.0
        self._silent_since = 0.0
        """When the oldest request left that may be with the gateway and brought no answer from it; 0: none."""
        self._knocks = 0
        """Reading requests sent to the gateway since it may hang."""
        self._next_knock = 0.0

    @property
    def waiting(self) -> int:
        """Requests held back."""
        return len(self._waiting)

    @property
    def free(self) -> int:
        """Requests that may leave at once."""
        return self._pacer.free(self._clock.monotonic())

    @property
    def load(self) -> float:
        """Share of the allowance of the last seconds that was used or is waited for, 0 to 1."""
        return self._pacer.load(self._clock.monotonic(), self.waiting)

    @property
    def penalty_until(self) -> float:
        """Monotonic seconds of the penalty's end; 0 when there is none."""
        until = self._pacer.penalty_until
        return until if until > self._clock.monotonic() else 0.0

    def resume(self, seconds: float) -> None:
        """A penalty of an earlier run lasts so much longer."""
        self._strikes = max(1, self._strikes)
        self._pacer.penalise(self._clock.monotonic(), seconds)

    async def enter(self, request: Request) -> float:
        """Return when the request may leave, with the moment from which it is counted (monotonic seconds).

        Raises PenaltyBox at once while the address is boxed, save for a cancel, which waits; Refused when its endpoint
        is used up for minutes.
        """
        if self.penalty_until and request.priority is not Priority.CANCEL:
            raise self._boxed()
        wait = self._pacer.window_wait(request.key, self._clock.monotonic())
        if wait > LONGEST_WAIT_SECONDS:
            raise Refused(f"the gateway allows this again in {wait / 60:.0f} min")
        leave: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(request.priority, next(self._serial), request, leave)
        insort(self._waiting, waiter)
        self._let_out()
        if not leave.done():
            self._changed()
        try:
            return await leave
        except asyncio.CancelledError:
            if waiter not in self._waiting:  # let out in the very moment it was given up
                self._release(request)
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            self._changed()

    async def enter_late(self, request: Request, counted: float) -> None:
        """Return when what was let out, counted from `counted`, may leave after all: it had to wait for a connection.

        Connections that hung open in the same moment, and their requests would arrive together. Raises PenaltyBox.
        """
        now = self._clock.monotonic()
        if now <= counted:
            return
        self._pacer.give_back(request.key, counted)
        kept = 0 if request.priority.is_urgent else RESERVED
        while True:
            if self.penalty_until and request.priority is not Priority.CANCEL:
                raise self._boxed()
            now = self._clock.monotonic()
            if not (wait := self._pacer.wait(request.key, now, kept=kept)):
                self._pacer.took(request.key, now + ARRIVAL_SECONDS)
                return
            await self._clock.sleep(wait)

    def held_up(self, request: Request) -> None:
        """What was let out leaves only now: it is counted from now on once more."""
        self._pacer.took(request.key, self._clock.monotonic() + ARRIVAL_SECONDS)

    def left(self, request: Request, status: int = 0, *, silence: float | None = None) -> float:
        """What was let out is over: answered with the HTTP `status`, 0 if it was not answered.

        `silence` is what the gateway asked for with a 429, in seconds. Gives the seconds of a penalty that began now.
        """
        began = 0.0
        if status:
            self._count_unread()
            self._awake()
        if status == TOO_MANY:
            began = self._box(request, silence)
        elif status and request is self._probe:
            self._strikes = 0
        self._release(request)
        return began

    def unanswered(self, request: Request) -> None:
        """A request left and no answer came: a gateway that hung may read it whenever it wakes up.

        It is counted once more with the next answer, by which the gateway is known to be awake.
        """
        self._unread.append(request.key)

    def not_sent(self) -> None:
        """What was let out found no connection: whoever hung before is gone, or does not take connections either."""
        self._awake()

    def close(self) -> None:
        """Let nothing out any more; whoever waits is cancelled by its own task."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _count_unread(self) -> None:
        now = self._clock.monotonic()
        for key in self._unread:
            self._pacer.took(key, now)
        self._unread.clear()

    def _awake(self) -> None:
        """The gateway does not hang; what is under way is waited for from now on."""
        others = self._under_way.total() > 1
        self._silent_since = self._clock.monotonic() if others else 0.0
        self._knocks, self._next_knock = 0, 0.0

    def _sent(self, priority: Priority, now: float) -> None:
        self._under_way[priority] += 1
        if not self._silent_since:
            self._silent_since = now
        elif self._hangs(now) and not priority.is_urgent:
            self._next_knock = now + min(LONGEST_KNOCK_SECONDS, KNOCK_SECONDS * 2.0**self._knocks)
            self._knocks += 1

    def _hangs(self, now: float) -> bool:
        return bool(self._silent_since) and now > self._silent_since + SILENT_SECONDS

    def _release(self, request: Request) -> None:
        self._pacer.finished(request.key)
        self._under_way[request.priority] -= self._under_way[request.priority] > 0
        if not self._under_way.total() and not self._unread:
            self._silent_since = 0.0
        if request is self._probe:
            self._probe = None
        self._let_out()

    def _box(self, request: Request, silence: float | None) -> float:
        """Begin a penalty; 429s of requests that left before it began only make it begin later."""
        if request is self._probe or not self.penalty_until:
            self._strikes += 1
        seconds = penalty(self._strikes, silence)
        self._pacer.penalise(self._clock.monotonic(), seconds)
        kept = [waiter for waiter in self._waiting if waiter.priority is Priority.CANCEL]
        turned_away, self._waiting = [w for w in self._waiting if w not in kept], kept
        for waiter in turned_away:
            if not waiter.leave.done():
                waiter.leave.set_exception(self._boxed())
        self._changed()
        return seconds

    def _boxed(self) -> PenaltyBox:
        seconds = self._pacer.penalty_until - self._clock.monotonic()
        return PenaltyBox(f"nothing was sent; the gateway asked for silence, {seconds:.0f} s to go")

    def _let_out(self) -> None:
        now = self._clock.monotonic()
        soonest: float | None = None
        for waiter in list(self._waiting):
            if self._strikes and self._probe is not None and now < self._probe_left + PROBE_SECONDS:
                soonest = self._probe_left + PROBE_SECONDS - now
                break
            if not self._has_connection(waiter.priority):
                continue
            if self._hangs(now) and not waiter.priority.is_urgent and now < self._next_knock:
                knock = self._next_knock - now
                soonest = knock if soonest is None else min(soonest, knock)
                continue
            kept = 0 if waiter.priority.is_urgent else RESERVED
            wait = self._pacer.wait(waiter.request.key, now, kept=kept)
            if wait > 0:
                soonest = wait if soonest is None else min(soonest, wait)
                continue
            self._waiting.remove(waiter)
            if not waiter.leave.done():
                self._pacer.took(waiter.request.key, now + ARRIVAL_SECONDS)
                self._sent(waiter.priority, now)
                self._probe, self._probe_left = waiter.request if self._strikes else None, now
                waiter.leave.set_result(now + ARRIVAL_SECONDS)
        if soonest is not None:
            self._wake_in(soonest)

    def _has_connection(self, priority: Priority) -> bool:
        """Whether it may be under way beside the others; screens leave some room to what became of orders."""
        if priority.is_urgent:
            return True
        reading = sum(count for other, count in self._under_way.items() if not other.is_urgent)
        return reading < self._reading_at_once - (RESERVED if priority > Priority.STATUS else 0)

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
