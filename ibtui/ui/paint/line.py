"""How fast the line to the terminal is, and how much of what was written is still on its way.

Buffers between here and the terminal (pseudo-terminal, SSH, the network) hide how much a line takes: a write returns
long before anybody sees it. So the terminal is asked for its cursor's position after what was written, and its answer
tells when all before it was taken. A terminal that never answers is believed to take what the writes' own blocking
shows. Pure: bytes and times are passed in.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from msgspec import Struct

from ibtui.ui.paint.rate import SAMPLE_BYTES, LineRate

QUEUE_SECONDS: Final = 0.08
"""How long what is written may wait on its way: more delays keys, less leaves the line idle between two answers."""
LATE_SECONDS: Final = 0.15
"""An answer later than the quickest one by so much: the line does not keep up."""
CALM_SECONDS: Final = 0.1
"""An answer at most so late is in time: no later than by what is put on its way at once."""
RECOVERY_SECONDS: Final = 2.0
"""A slow line counts as one for so long after the last answer that was late."""
QUICK_RATE: Final = 40_000.0
"""Bytes a second of a line that needs no care: twenty frames a second of a busy screen in full colours."""
ASK_SECONDS: Final = 1.0
"""How often the terminal is asked while bytes flow on a line that keeps up …"""
ASK_BYTES: Final = 4_096
"""… or after so many bytes, but not more often than ASK_AGAIN_SECONDS."""
ASK_AGAIN_SECONDS: Final = 0.25
LOST_SECONDS: Final = 2.0
"""A request not answered for so long is made again: its answer may be lost."""
DEAF_SECONDS: Final = 6.0
"""After so long without an answer that was asked for, a terminal is treated as one that does not answer."""
SILENT_ASKS: Final = 3
"""Requests without any answer after which a terminal is believed not to answer."""
STALE_SECONDS: Final = 4.0
"""The quickest answer of a slow line is measured anew after so long, with nothing else on its way."""
LONE_ASKS: Final = 3
"""So many such answers in a row show that the way became longer; one may come late for many a reason here …"""
LONE_SECONDS: Final = 0.5
"""… so the next is asked for after so long."""
NEAR_SECONDS: Final = 0.005
"""Answers as quick as the quickest, but for the clock and the processor."""
STOOD_BELOW: Final = 1_000.0
"""Bytes a second; a write that took longer found a line that stood still, which says nothing of how much it takes."""
HOPE_SECONDS: Final = 30.0
"""After so long without a write that blocked, a terminal that does not answer may take more than it did."""
HOPE: Final = 1.5
LEAST_WINDOW: Final = 256
"""Bytes that may always be on their way: however slow a line is, it is not left without any."""
BUFFERED: Final = 8_000
"""Bytes that lie in buffers once a write blocks: about what a pseudo-terminal of Linux holds."""


class _Request(Struct, frozen=True):
    number: int
    at: float
    began: float
    """When the first byte after the request before was written."""
    mark: int
    """Bytes written before it."""


class LineMeter:
    """Bytes written, requests and answers of one line; times are seconds of any one clock."""

    def __init__(self) -> None:
        self.written = 0
        """Bytes so far."""
        self.least: float | None = None
        """Seconds of the quickest answer; None before the first."""
        self._delivered = 0
        self._asked: deque[_Request] = deque()
        self._asks = 0
        self._last_ask = float("-inf")
        self._began: float | None = None
        self._answered_at = float("-inf")
        self._late = 0.0
        """How much later than the quickest the newest answer was."""
        self._least_at = float("-inf")
        self._lone: list[float] = []
        """Seconds of lone answers that were all slower than the quickest one."""
        self._rate = LineRate()
        self._queued, self._queued_at = 0.0, 0.0
        """What is believed to wait at the narrow place, by the rate alone."""
        self._stalled_at = float("-inf")
        self._slow_since: float | None = None
        self._late_at = 0.0

    @property
    def rate(self) -> float:
        """Bytes a second the line takes; THIN_RATE before anything is known of it."""
        return self._rate.value

    @property
    def is_measured(self) -> bool:
        """Whether the rate is more than a belief."""
        return self._rate.is_measured

    @property
    def answers(self) -> bool:
        """Whether the terminal ever answered."""
        return self.least is not None

    @property
    def outstanding(self) -> int:
        """Requests that were not answered."""
        return len(self._asked)

    def wrote(self, count: int, now: float) -> None:
        """So many bytes were handed to the line."""
        self._queued = self._on_its_way(now) + count
        self._queued_at = now
        self.written += count
        if self._began is None:
            self._began = now

    def asked(self, number: int, now: float) -> None:
        """A request, to be answered with this number, was written after everything so far."""
        self._asked.append(_Request(number, now, now if self._began is None else self._began, self.written))
        self._began = None
        self._asks += 1
        self._last_ask = now

    def answered(self, number: int, now: float) -> bool:
        """An answer came; False if nothing was asked that it could belong to."""
        if all(request.number != number for request in self._asked):
            return False
        request = self._asked.popleft()
        began = request.began
        while request.number != number:  # answers come in order: those of earlier requests are lost
            request = self._asked.popleft()
        self._measure(request, began, now)
        self._delivered, self._answered_at = request.mark, now
        return True

    def stalled(self, count: int, seconds: float, now: float) -> None:
        """Writing `count` bytes took `seconds`: all buffers are full, and the line takes that many in that time."""
        if self.answers:
            return
        self._stalled_at = now
        if count >= STOOD_BELOW * seconds:
            self._rate.believe(count, seconds)
        self._queued, self._queued_at = float(BUFFERED), now  # the last of it found room: no more can wait

    def hope(self, now: float) -> None:
        """Believe more of a slow line that never answers, if no write blocked for long: nothing else can tell."""
        is_known = self._rate.is_measured or self._slow_since is not None
        if not self.answers and is_known and now - self._stalled_at > HOPE_SECONDS:
            self._stalled_at, rate = now, self.rate
            self._rate.forget()
            self._rate.believe(SAMPLE_BYTES, SAMPLE_BYTES / (rate * HOPE))

    def in_flight(self, now: float) -> float:
        """Bytes written that the terminal has not taken, as far as is known."""
        return self.written - self._delivered if self._hears(now) else self._on_its_way(now)

    def room(self, now: float) -> int:
        """How many bytes may be written now without those after them having to wait long."""
        if self.is_stale(now) and self._asked and self._hears(now):
            return 0
        window = max(self.rate * ((self.least or 0.0) + QUEUE_SECONDS), LEAST_WINDOW)
        return int(min(window - self.in_flight(now), self._room_ahead(now)))

    def seconds_until(self, room: int, now: float) -> float:
        """How long until the narrow place has room for so many bytes; 0 if it has, or if only an answer can tell."""
        return max(0.0, (room - self._room_ahead(now)) / self.rate)

    def is_stale(self, now: float) -> bool:
        """Whether the quickest answer of a slow line is so old that the way may be another by now."""
        return self._slow_since is not None and self.answers and now - self._least_at > STALE_SECONDS

    def wants_request(self, now: float) -> bool:
        """Whether it is time to ask, on a line that keeps up: some bytes flowed, and not all was asked for lately."""
        if self._began is None and self._asks:
            return False
        waited = now - self._last_ask
        if self._asked:
            return waited >= LOST_SECONDS * (1 if self.answers else 2**self._asks) and not self.is_silent
        new = self.written - self._delivered
        return waited >= ASK_SECONDS or (new >= ASK_BYTES and waited >= ASK_AGAIN_SECONDS)

    @property
    def is_silent(self) -> bool:
        """Whether the terminal was asked several times and never answered."""
        return not self.answers and self._asks >= SILENT_ASKS

    def needs_request(self, now: float) -> bool:
        """Whether a slow line, which is asked after all that is written to it, must be asked besides.

        So it is after bytes nobody asked about, when an answer must be lost, and to measure the quickest one anew.
        """
        if self._asked:
            return now - self._last_ask >= LOST_SECONDS
        return self._began is not None or self.is_stale(now)

    def lateness(self, now: float) -> float:
        """Seconds by which the newest answer came late, or the one waited for is late already."""
        if self.least is None:
            return 0.0
        waiting = now - self._asked[0].at - self.least if self._asked else 0.0
        return max(self._late, waiting)

    def judge(self, now: float, *, blocked: float = 0.0) -> bool:
        """Whether the line is slow: it was late now or lately, or takes too few bytes a second for a busy screen.

        `blocked` is for how many seconds a write has been waiting.
        """
        waiting = now - self._asked[0].at - self.least if self._asked and self.least is not None else 0.0
        if max(waiting, blocked) > LATE_SECONDS or (self._late > LATE_SECONDS and self._slow_since is not None):
            self._late_at = now
            if self._slow_since is None:
                self._slow_since = now
        elif (
            self.is_measured
            and self.rate >= QUICK_RATE
            and self.lateness(now) < CALM_SECONDS
            and now - self._late_at >= RECOVERY_SECONDS
        ):
            self._slow_since = None
        return self._slow_since is not None

    def suspect(self, now: float) -> None:
        """Take the line for a slow one until it was measured."""
        self._slow_since = now
        self._late_at = now - RECOVERY_SECONDS

    def slow_for(self, now: float) -> float:
        """Seconds the line has been slow; 0 while it keeps up."""
        return 0.0 if self._slow_since is None else now - self._slow_since

    def _measure(self, request: _Request, began: float, now: float) -> None:
        took = now - request.at
        count = request.mark - self._delivered
        is_lone = self.is_stale(now) and count < SAMPLE_BYTES
        if self.least is not None:
            begun, late = began + self.least, took - self.least
            self._rate.carried(count, begun, self._answered_at, now, late=late, is_last=not self._asked)
        least = took if self.least is None else min(took, self.least)
        if took <= least * 1.1 + NEAR_SECONDS:
            self._least_at = now
            self._lone.clear()
            if is_lone:
                self._rate.forget_stops()
        elif is_lone:
            self._lone.append(took)
            self._least_at = now - STALE_SECONDS + LONE_SECONDS
            if len(self._lone) == LONE_ASKS:
                self._rate.forget()  # what was measured against another way says nothing
                least, self._least_at = min(self._lone), now
                self._lone.clear()
        self.least, self._late = least, took - least

    def _hears(self, now: float) -> bool:
        """Whether answers tell what was taken."""
        return self.answers and not (self._asked and now - self._asked[0].at > DEAF_SECONDS)

    def _room_ahead(self, now: float) -> float:
        """Bytes that may be written at once without queueing long at the narrow place, however long the way is."""
        return max(self.rate * QUEUE_SECONDS, LEAST_WINDOW) - self._on_its_way(now)

    def _on_its_way(self, now: float) -> float:
        return max(0.0, self._queued - self.rate * (now - self._queued_at))
