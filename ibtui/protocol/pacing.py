"""Arithmetic of IBKR's "Pacing Limitations": when may which request leave. No clock of its own."""

from __future__ import annotations

from collections import deque

from msgspec import Struct, field

GLOBAL_PER_SECOND = 10
"""Requests per second and user through the gateway ("Users making requests via the CP Gateway tool are restricted to
10 requests per second"); directly it is 50, see `Authority.requests_per_second`."""
SLACK_SECONDS = 0.05
"""Added to every window: the gateway counts arrivals, which the network may push together."""
CONCURRENT_SECONDS = 30.0
"""A concurrent request that was never reported finished stops counting after this long."""
FULL_RETRY_SECONDS = 0.1
"""How soon to ask again while all concurrent places are taken."""
LATELY_SECONDS = 10.0
"""Time over which the use of the allowance is told."""

PENALTY_SECONDS = 600.0
"""How long a 429 boxes the address ("may be put in a penalty box for 10 minutes"); no `Retry-After` is documented."""
PENALTY_GROWTH = 1.5
"""By how much a penalty lasts longer when the first request after it is answered 429: the older document's box has 15
minutes, which a second try then outlasts."""
LONGEST_PENALTY_SECONDS = 3600.0

_WEB = "Web API documentation, “Per-Endpoint Request Rate Limits”"
_V1 = "Client Portal API v1.0, “Pacing Limitations”"
_BOTH = f"{_WEB}; {_V1}"
_FACTS = "wire-facts 1"


class Limit(Struct, frozen=True):
    """What one endpoint allows: `count` requests in any `seconds`, or `count` open at once where `seconds` is 0."""

    count: int
    seconds: float
    source: str
    """Section of IBKR's documents, or of the wire facts where the documents leave it out."""


LIMITS: dict[str, Limit] = {
    "DELETE /fyi/deliveryoptions/{}": Limit(1, 1.0, _BOTH),
    "GET /fyi/deliveryoptions": Limit(1, 1.0, _BOTH),
    "GET /fyi/disclaimer/{}": Limit(1, 1.0, _BOTH),
    "GET /fyi/notifications": Limit(1, 1.0, _BOTH),
    "GET /fyi/notifications/more": Limit(1, 1.0, _BOTH),
    "GET /fyi/settings": Limit(1, 1.0, _BOTH),
    "GET /fyi/unreadnumber": Limit(1, 1.0, _BOTH),
    "GET /iserver/account/orders": Limit(1, 5.0, f"{_V1}; as /iserver/orders: {_WEB}"),
    "GET /iserver/account/pnl/partitioned": Limit(1, 5.0, _BOTH),
    "GET /iserver/account/trades": Limit(1, 5.0, f"{_V1}; as /iserver/trades: {_WEB}"),
    "GET /iserver/marketdata/history": Limit(5, 0.0, f"{_V1}; {_WEB}, “Additional Usage Limits”"),
    "GET /iserver/marketdata/snapshot": Limit(10, 1.0, _BOTH),
    "GET /iserver/scanner/params": Limit(1, 900.0, _BOTH),
    "GET /portfolio/accounts": Limit(1, 5.0, _BOTH),
    "GET /portfolio/subaccounts": Limit(1, 5.0, _BOTH),
    "GET /sso/validate": Limit(1, 60.0, _BOTH),
    "GET /tickle": Limit(1, 1.0, _BOTH),
    "POST /fyi/deliveryoptions/device": Limit(1, 1.0, _BOTH),
    "POST /fyi/settings/{}": Limit(1, 1.0, _BOTH),
    "POST /iserver/scanner/run": Limit(1, 1.0, _BOTH),
    "POST /pa/allperiods": Limit(1, 900.0, f"{_FACTS} (“/pa/* 1 per 15 min”)"),
    "POST /pa/performance": Limit(1, 900.0, _BOTH),
    "POST /pa/summary": Limit(1, 900.0, _BOTH),
    "POST /pa/transactions": Limit(1, 900.0, _BOTH),
    "POST /tickle": Limit(1, 1.0, f"{_FACTS}; the documents' table names GET, their text POST"),
    "PUT /fyi/deliveryoptions/email": Limit(1, 1.0, _BOTH),
    "PUT /fyi/disclaimer/{}": Limit(1, 1.0, _BOTH),
    "PUT /fyi/notifications/{}": Limit(1, 1.0, _BOTH),
}
"""Pacing key to its limit; an endpoint that is not here shares the global window only."""


def penalty(strikes: int, asked: float | None = None) -> float:
    """Seconds of silence after a 429, the `strikes`-th in a row; `asked` is the gateway's own figure if it gave one."""
    if asked is not None:
        return min(LONGEST_PENALTY_SECONDS, max(1.0, asked))
    return float(min(LONGEST_PENALTY_SECONDS, PENALTY_SECONDS * PENALTY_GROWTH ** (strikes - 1)))


class _Window(Struct):
    """At most `count` requests in any `seconds`."""

    count: int
    seconds: float
    left: deque[float] = field(default_factory=deque)

    def wait(self, now: float, kept: int = 0) -> float:
        """Seconds until one may leave while `kept` places are left alone."""
        self.forget(now)
        count = max(1, self.count - kept)
        if len(self.left) < count:
            return 0.0
        return max(0.0, self.left[-count] + self.seconds + SLACK_SECONDS - now)

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
        self._lately = _Window(int(global_per_second * LATELY_SECONDS), LATELY_SECONDS)
        self._windows: dict[str, _Window] = {}
        self._open: dict[str, deque[float]] = {}

    def wait(self, key: str, now: float, *, kept: int = 0) -> float:
        """Seconds until a request with this pacing key may leave, `kept` places of the second left alone; 0 is now."""
        return max(self.penalty_until - now, self.window_wait(key, now, kept=kept))

    def window_wait(self, key: str, now: float, *, kept: int = 0) -> float:
        """The same but for the penalty."""
        waits = [self._all.wait(now, kept)]
        if key in self._windows:
            waits.append(self._windows[key].wait(now))
        if self._is_full(key, now):
            waits.append(FULL_RETRY_SECONDS)
        return max(waits)

    def took(self, key: str, now: float) -> None:
        """A request with this key left; it counts from `now`, which may be a little later than the clock is."""
        self._all.left.append(now)
        self._lately.left.append(now)
        limit = LIMITS.get(key)
        if limit is not None and limit.seconds:
            self._windows.setdefault(key, _Window(limit.count, limit.seconds)).left.append(now)
        elif limit is not None:
            self._open.setdefault(key, deque()).append(now)

    def give_back(self, key: str, at: float) -> None:
        """What was counted from `at` did not leave then."""
        for window in (self._all, self._lately, self._windows.get(key)):
            if window is not None and at in window.left:
                window.left.remove(at)
        self.finished(key)

    def finished(self, key: str) -> None:
        """A request with this key was answered or given up: its concurrent place is free."""
        if self._open.get(key):
            self._open[key].popleft()

    def penalise(self, now: float, seconds: float) -> None:
        """A 429 came: nothing may leave for `seconds`."""
        self.penalty_until = max(self.penalty_until, now + seconds)

    def free(self, now: float) -> int:
        """Requests that may leave at once."""
        if now < self.penalty_until:
            return 0
        self._all.forget(now)
        return max(0, self.limit - len(self._all.left))

    def load(self, now: float, waiting: int = 0) -> float:
        """Share of the last ten seconds' allowance that was used or is being waited for: 0 idle, 1 all of it."""
        self._lately.forget(now)
        return min(1.0, (len(self._lately.left) + waiting) / self._lately.count)

    def _is_full(self, key: str, now: float) -> bool:
        places = self._open.get(key)
        if not places:
            return False
        while places and places[0] + CONCURRENT_SECONDS <= now:
            places.popleft()
        return len(places) >= LIMITS[key].count
