"""When slow endpoints were last asked, remembered over restarts: the gateway's windows outlive the program."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from math import inf
from pathlib import Path

from ibtui.clock import Clock
from ibtui.protocol.pacing import LIMITS, LONGEST_PENALTY_SECONDS

FILE_NAME = "pace.json"
ARRIVAL_SECONDS = 0.25
"""A request may have reached the gateway so much later than it left: its window is noted to run on for that long."""

SECOND = 1.0
"""Length of the window all endpoints share ("10 requests per second")."""
ANY = "*"
"""Key of the newest request, whatever its endpoint: all of them share the window of a second."""
BOX = "429"
"""Key of the end of the newest penalty, in both clocks."""
LENGTH = "429 for"
"""Key of the seconds that penalty lasts, twice."""
NOTED_EVERY_SECONDS = 0.25
"""Requests of endpoints without a window of their own are written down no more often than that."""


class PaceNotes:
    """A small file of when each `METHOD /path` left to one gateway; a start soon after an end does not earn a 429.

    It also holds the end of a penalty, so that a program started anew keeps silent as long as the one before.

    Each is written by both clocks, Unix and monotonic seconds: the first may be set by hand, the second begins anew
    with the machine. The shorter time of the two is believed.
    """

    def __init__(self, folder: Path | None, place: str, clock: Clock) -> None:
        self._file = folder / FILE_NAME if folder is not None else None
        self._place = place
        self._clock = clock
        self._times = self._read().get(place, {})

    def ages(self, per_second: int) -> Iterator[tuple[str, float]]:
        """Endpoints whose window is still running, and how many seconds ago each was asked, oldest first.

        A run that ended within the last second may have used up the window of `per_second` requests that all endpoints
        share: it is taken to have done so.
        """
        aged = ((self._age(*moments), key) for key, moments in self._times.items())
        for age, key in sorted(aged, reverse=True):
            if key in LIMITS and age < LIMITS[key].seconds + ARRIVAL_SECONDS:
                yield key, age
        newest = max(0.0, self._age(*self._times[ANY]) - NOTED_EVERY_SECONDS) if ANY in self._times else inf
        if newest < SECOND + ARRIVAL_SECONDS:
            yield from [(ANY, newest)] * per_second

    def boxed(self) -> float:
        """Seconds that a penalty of an earlier run still lasts, 0 if there is none: no try may fall into it.

        A clock by which it lasts longer than it was to last at all was set by hand or began anew; of two answers the
        longer counts.
        """
        if BOX not in self._times:
            return 0.0
        wall, monotonic = self._times[BOX]
        told = (wall - self._clock.time(), monotonic - self._clock.monotonic())
        most = min(LONGEST_PENALTY_SECONDS, self._times.get(LENGTH, (LONGEST_PENALTY_SECONDS, 0.0))[0])
        return max((left for left in told if 0 < left <= most + SECOND), default=0.0)

    def box(self, seconds: float) -> None:
        """The gateway boxes the address from now on for `seconds`."""
        if self._file is not None:
            self._times[BOX] = (self._clock.time() + seconds, self._clock.monotonic() + seconds)
            self._times[LENGTH] = (seconds, seconds)
            self._write(self._file)

    def left(self, key: str) -> None:
        """A request with this pacing key left; written down at once if its endpoint allows but one in its window."""
        if self._file is None:
            return
        moments = (self._clock.time(), self._clock.monotonic())
        if key in LIMITS and LIMITS[key].count == 1:
            self._times[key] = moments
        elif ANY in self._times and 0 <= moments[1] - self._times[ANY][1] < NOTED_EVERY_SECONDS:
            return
        self._times[ANY] = moments
        self._write(self._file)

    def _write(self, file: Path) -> None:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = file.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps({**self._read(), self._place: self._times}), encoding="utf-8")
            part.replace(file)
        except OSError:
            self._file = None  # a precaution only: without the file a quick restart may be told to wait

    def _age(self, wall: float, monotonic: float) -> float:
        age = max(0.0, self._clock.time() - wall)
        since = self._clock.monotonic() - monotonic
        return min(age, since) if since >= 0 else age

    def _read(self) -> dict[str, dict[str, tuple[float, float]]]:
        if self._file is None:
            return {}
        try:
            places = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(places, dict):
            return {}
        return {
            str(place): {
                str(key): (float(moments[0]), float(moments[1])) for key, moments in times.items() if _is_noted(moments)
            }
            for place, times in places.items()
            if isinstance(times, dict)
        }


def _is_noted(moments: object) -> bool:
    return isinstance(moments, list) and len(moments) == 2 and all(isinstance(m, (int, float)) for m in moments)
