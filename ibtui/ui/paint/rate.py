"""How many bytes a second a line takes, from the moments at which it had taken them."""

from __future__ import annotations

from collections import deque
from typing import Final

from msgspec import Struct

THIN_RATE: Final = 8_000.0
"""Bytes a second of a line of 64 kbit/s: what a line of which nothing is known is believed to take."""
SAMPLES: Final = 7
SAMPLE_BYTES: Final = 64
"""Fewer bytes say nothing about a rate."""
SAMPLE_SECONDS: Final = 0.01
LEAST_SECONDS: Final = 0.001
"""Shorter times cannot be told from none."""
PROMPT_SECONDS: Final = 0.06
"""An answer at most so late may be from a line that waited for something to carry."""
STOP_SECONDS: Final = 1.0
"""What took so long was carried by a line that stood still for a while."""


class _Sample(Struct, frozen=True):
    size: int
    """Bytes the line carried …"""
    seconds: float
    """… while it had something to carry all the time."""


class LineRate:
    """The newest samples together; times are seconds of any one clock."""

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque(maxlen=SAMPLES)
        self._open: _Sample | None = None
        """What is being measured: answers read together are one sample, for the moment of each is not known."""
        self._late = 0.0

    @property
    def value(self) -> float:
        """Bytes a second; THIN_RATE before anything is known."""
        if not self._samples:
            return THIN_RATE
        return sum(sample.size for sample in self._samples) / sum(sample.seconds for sample in self._samples)

    @property
    def is_measured(self) -> bool:
        """Whether the value is more than a belief."""
        return bool(self._samples)

    def forget(self) -> None:
        """What was measured says nothing any more."""
        self._samples.clear()
        self._open = None

    def forget_stops(self) -> None:
        """The line carries again: that it stood still says nothing of how much it takes."""
        kept = [sample for sample in self._samples if sample.seconds < STOP_SECONDS]
        if len(kept) < len(self._samples):
            self._samples = deque(kept, maxlen=SAMPLES)

    def believe(self, size: int, seconds: float) -> None:
        """Take a sample as it is."""
        self._samples.append(_Sample(size, seconds))

    def carried(self, size: int, begun: float, before: float, now: float, *, late: float, is_last: bool) -> None:
        """The line carried `size` bytes until `now`: busy since the answer at `before`, or since they came (`begun`).

        `late` is by how much longer than the quickest the answer took. Answers in time say that the line takes as
        much, never that it takes no more. `is_last` tells that no answer is under way.
        """
        if self._open is not None and begun > before:
            self._take(self._open, self._late)
            self._open = None
        so_far = self._open or _Sample(0, 0.0)
        self._open, self._late = _Sample(so_far.size + size, so_far.seconds + now - max(begun, before)), late
        if self._open.seconds >= SAMPLE_SECONDS or is_last:
            self._take(self._open, late)
            self._open = None

    def _take(self, found: _Sample, late: float) -> None:
        """Believe a sample; of one too short to be timed, by how late its last answer was."""
        is_timed = found.seconds >= SAMPLE_SECONDS
        sample = _Sample(found.size, max(found.seconds, LEAST_SECONDS, 0.0 if is_timed else late))
        is_less = sample.size / sample.seconds < self.value
        if sample.size >= SAMPLE_BYTES and not (is_less and late < PROMPT_SECONDS and self._samples):
            self._samples.append(sample)
