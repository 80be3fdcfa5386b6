"""Bytes per second, smoothed."""

from __future__ import annotations

SMOOTHING_SECONDS = 3.0


class ByteRate:
    """Turns a growing count into a rate."""

    def __init__(self) -> None:
        self._count = 0
        self._at: float | None = None
        self.value = 0.0
        """Bytes per second."""

    def measure(self, count: int, now: float) -> None:
        """Take note of `count` bytes altogether; to be called about once a second."""
        if self._at is not None and now > self._at:
            passed = now - self._at
            share = min(1.0, passed / SMOOTHING_SECONDS)
            self.value += share * ((count - self._count) / passed - self.value)
        self._count, self._at = count, now
