"""When slow endpoints were last asked, remembered over restarts: the gateway's windows outlive the program."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from ibtui.clock import Clock
from ibtui.protocol.pacing import LIMITS

FILE_NAME = "pace.json"


class PaceNotes:
    """A small file of `METHOD /path` to Unix seconds for one gateway; a start soon after an end does not earn a 429."""

    def __init__(self, folder: Path | None, place: str, clock: Clock) -> None:
        self._file = folder / FILE_NAME if folder is not None else None
        self._place = place
        self._clock = clock
        self._times = self._read().get(place, {})

    def ages(self) -> Iterator[tuple[str, float]]:
        """Endpoints whose window is still running, and how many seconds ago each was asked, oldest first."""
        now = self._clock.time()
        for key, moment in sorted(self._times.items(), key=lambda item: item[1]):
            age = max(0.0, now - moment)
            if key in LIMITS and age < LIMITS[key][1]:
                yield key, age

    def left(self, key: str) -> None:
        """A request with this pacing key left; written down at once if its endpoint allows but one in its window."""
        if self._file is None or LIMITS.get(key, (0, 0.0))[0] != 1:
            return
        self._times[key] = self._clock.time()
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = self._file.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps({**self._read(), self._place: self._times}), encoding="utf-8")
            part.replace(self._file)
        except OSError:
            self._file = None  # a precaution only: without the file a quick restart may be told to wait

    def _read(self) -> dict[str, dict[str, float]]:
        if self._file is None:
            return {}
        try:
            places = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(places, dict):
            return {}
        return {
            str(place): {str(key): float(moment) for key, moment in times.items() if isinstance(moment, (int, float))}
            for place, times in places.items()
            if isinstance(times, dict)
        }
