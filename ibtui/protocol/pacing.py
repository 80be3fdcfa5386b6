"""Arithmetic of IBKR's "Pacing Limitations": when may which request leave. No clock of its own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

GLOBAL_PER_SECOND = 10
"""Requests per second and user through the gateway."""
PENALTY_SECONDS = 600.0
"""How long a 429 boxes the address when nothing else is known (documents: 10 to 15 minutes)."""
SLACK_SECONDS = 0.05
"""Added to every window: the gateway counts arrivals, which the network may push together."""
CONCURRENT_SECONDS = 30.0
"""A concurrent request that was never reported finished stops counting after this long."""
FULL_RETRY_SECONDS = 0.1
"""How soon to ask again while all concurrent places are taken."""

LIMITS: dict[str, tuple[int, float]] = {
    "GET /fyi/unreadnumber": (1, 1.0),
    "GET /fyi/settings": (1, 1.0),
    "POST /fyi/settings/{}": (1, 1.0),
    "GET /fyi/disclaimer/{}": (1, 1.0),
    "PUT /fyi/disclaimer/{}": (1, 1.0),
    "GET /fyi/deliveryoptions": (1, 1.0),
    "PUT /fyi/deliveryoptions/email": (1, 1.0),
    "POST /fyi/deliveryoptions/device": (1, 1.0),
    "DELETE /fyi/deliveryoptions/{}": (1, 1.0),
    "GET /fyi/notifications": (1, 1.0),
    "GET /fyi/notifications/more": (1, 1.0),
    "PUT /fyi/notifications/{}": (1, 1.0),
    "GET /iserver/account/orders": (1, 5.0),
    "GET /iserver/account/pnl/partitioned": (1, 5.0),
    "GET /iserver/account/trades": (1, 5.0),
    "GET /iserver/marketdata/snapshot": (10, 1.0),
    "GET /iserver/scanner/params": (1, 900.0),
    "POST /iserver/scanner/run": (1, 1.0),
    "POST /pa/performance": (1, 900.0),
    "POST /pa/summary": (1, 900.0),
    "POST /pa/transactions": (1, 900.0),
    "GET /portfolio/accounts": (1, 5.0),
    "GET /portfolio/subaccounts": (1, 5.0),
    "GET /sso/validate": (1, 60.0),
    "GET /tickle": (1, 1.0),
    "POST /tickle": (1, 1.0),
}
"""Pacing key to (requests, seconds); the table of "Pacing Limitations"."""

CONCURRENT: dict[str, int] = {"GET /iserver/marketdata/history": 5}
"""Pacing key to requests that may be open at once."""


@dataclass(slots=True)
class _Window:
    """At most `count` requests in any `seconds`."""

    count: int
    seconds: float
    left: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        self.forget(now)
        if len(self.left) < self.count:
            return 0.0
        return max(0.0, self.left[-self.count] + self.seconds + SLACK_SECONDS - now)

    def forget(self, now: float) -> None:
        while self.left and self.left[0] + self.seconds + SLACK_SECONDS <= now:
            self.left.popleft()


class Pacer:
    """Remembers what left and says how long the next one must wait; all times are monotonic seconds of the caller."""

    def __init__(self, global_per_second: int = GLOBAL_PER_SECOND) -> None:
        self.limit = global_per_second
        self.penalty_until = 0.0
        """Nothing may leave before; 0 when there is no penalty."""
        self._all = _Window(global_per_second, 1.0)
        self._windows: dict[str, _Window] = {}
        self._open: dict[str, deque[float]] = {}

    def wait(self, key: str, now: float) -> float:
        """Seconds until a request with this pacing key may leave; 0 is now."""
        waits = [self._all.wait(now), self.penalty_until - now]
        if key in self._windows:
            waits.append(self._windows[key].wait(now))
        if self._is_full(key, now):
            waits.append(FULL_RETRY_SECONDS)
        return max(0.0, *waits)

    def took(self, key: str, now: float) -> None:
        """A request with this key left."""
        self._all.left.append(now)
        if key in LIMITS:
            window = self._windows.setdefault(key, _Window(*LIMITS[key]))
            window.forget(now)
            window.left.append(now)
        if key in CONCURRENT:
            self._open.setdefault(key, deque()).append(now)

    def finished(self, key: str) -> None:
        """A request with this key was answered or given up: its concurrent place is free."""
        if self._open.get(key):
            self._open[key].popleft()

    def penalise(self, now: float, seconds: float = PENALTY_SECONDS) -> None:
        """A 429 came: nothing may leave for `seconds`."""
        self.penalty_until = max(self.penalty_until, now + seconds)

    def free(self, now: float) -> int:
        """Requests that may leave at once."""
        if now < self.penalty_until:
            return 0
        self._all.forget(now)
        return max(0, self.limit - len(self._all.left))

    def _is_full(self, key: str, now: float) -> bool:
        places = self._open.get(key)
        if not places:
            return False
        while places and places[0] + CONCURRENT_SECONDS <= now:
            places.popleft()
        return len(places) >= CONCURRENT[key]
