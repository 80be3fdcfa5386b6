"""A line of so many bytes a second and so long a way, without any pseudo-terminal: pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

PIECE_SECONDS: Final = 0.01
"""What the line carries at once: as a modem or a shaper hands bytes on."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a line is like."""

    rate: float = 8_000.0
    """Bytes a second from the program to the terminal; 64 kbit/s."""
    latency: float = 0.0
    """Seconds each way."""
    buffer: int = 0
    """Bytes that are taken off the program before the narrow place: sockets and queues on the way."""
    answers: bool = True
    """Whether the terminal answers questions."""


class Bucket:
    """How many bytes may pass now; what was not used is not saved up."""

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._at = now
        self._tokens = 0.0
        self.is_stopped = False

    def take(self, now: float) -> int:
        """Bytes that may pass."""
        if not self.is_stopped:
            most = max(1.0, self._rate * PIECE_SECONDS)
            self._tokens = min(most, self._tokens + self._rate * (now - self._at))
        else:
            self._tokens = 0.0
        self._at = now
        return int(self._tokens)

    def used(self, count: int) -> None:
        """So many passed."""
        self._tokens -= count


class Delay:
    """Bytes on a long way."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._way: deque[tuple[float, bytes]] = deque()

    def put(self, data: bytes, now: float) -> None:
        """They leave."""
        if data:
            self._way.append((now + self._seconds, data))

    def get(self, now: float) -> bytes:
        """Those that arrived."""
        arrived = b""
        while self._way and self._way[0][0] <= now:
            arrived += self._way.popleft()[1]
        return arrived
