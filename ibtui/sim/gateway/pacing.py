"""Request limits of "Pacing Limitations" and the penalty box behind them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ibtui.sim.gateway.clock import Clock

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_FORGIVEN = 0.98
"""Share of a period that must pass: who keeps to the limit exactly is not punished for the network's jitter."""
PENALTY_MS = 10 * _MINUTE
"""Time in the penalty box (web-api-documentation; the older document says 15 minutes)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in any `period_ms`."""

    requests: int
    period_ms: int


GLOBAL = Limit(10, _SECOND)
"""All requests of a user that come through the gateway."""

_ONCE_A_SECOND = Limit(1, _SECOND)
_ONCE_IN_FIVE = Limit(1, 5 * _SECOND)
_ONCE_A_QUARTER = Limit(1, 15 * _MINUTE)

ENDPOINTS: dict[tuple[str, str], Limit] = {
    ("GET", "/fyi/unreadnumber"): _ONCE_A_SECOND,
    ("GET", "/fyi/settings"): _ONCE_A_SECOND,
    ("POST", "/fyi/settings/{typecode}"): _ONCE_A_SECOND,
    ("GET", "/fyi/disclaimer/{typecode}"): _ONCE_A_SECOND,
    ("PUT", "/fyi/disclaimer/{typecode}"): _ONCE_A_SECOND,
    ("GET", "/fyi/deliveryoptions"): _ONCE_A_SECOND,
    ("PUT", "/fyi/deliveryoptions/email"): _ONCE_A_SECOND,
    ("POST", "/fyi/deliveryoptions/device"): _ONCE_A_SECOND,
    ("DELETE", "/fyi/deliveryoptions/{deviceId}"): _ONCE_A_SECOND,
    ("GET", "/fyi/notifications"): _ONCE_A_SECOND,
    ("GET", "/fyi/notifications/more"): _ONCE_A_SECOND,
    ("PUT", "/fyi/notifications/{notificationID}"): _ONCE_A_SECOND,
    ("GET", "/iserver/account/orders"): _ONCE_IN_FIVE,
    ("GET", "/iserver/account/trades"): _ONCE_IN_FIVE,
    ("GET", "/iserver/account/pnl/partitioned"): _ONCE_IN_FIVE,
    ("GET", "/iserver/marketdata/snapshot"): Limit(10, _SECOND),
    ("GET", "/iserver/scanner/params"): _ONCE_A_QUARTER,
    ("POST", "/iserver/scanner/run"): _ONCE_A_SECOND,
    ("POST", "/pa/performance"): _ONCE_A_QUARTER,
    ("POST", "/pa/summary"): _ONCE_A_QUARTER,
    ("POST", "/pa/transactions"): _ONCE_A_QUARTER,
    ("GET", "/portfolio/accounts"): _ONCE_IN_FIVE,
    ("GET", "/portfolio/subaccounts"): _ONCE_IN_FIVE,
    ("GET", "/sso/validate"): Limit(1, _MINUTE),
    ("GET", "/tickle"): _ONCE_A_SECOND,
}
"""The table of "Pacing Limitations", by method and path."""


class Pacing:
    """Counts requests and refuses those beyond the limits."""

    def __init__(self, clock: Clock, speed: float) -> None:
        self._clock = clock
        self._penalty_ms = max(1, int(PENALTY_MS / speed))
        self._boxed_until = 0
        self._seen: dict[tuple[str, str], deque[int]] = {}

    def admits(self, method: str, path: str) -> bool:
        """Whether a request to this path (with its `{names}`) may go on; a violation opens the penalty box."""
        now = self._clock.ms()
        if now < self._boxed_until:
            return False
        own = ENDPOINTS.get((method, path))
        within = self._within(("", ""), GLOBAL, now) and (own is None or self._within((method, path), own, now))
        if not within:
            self._boxed_until = now + self._penalty_ms
        return within

    def release(self) -> None:
        """Empty the penalty box and forget what was counted."""
        self._boxed_until = 0
        self._seen.clear()

    def _within(self, key: tuple[str, str], limit: Limit, now: int) -> bool:
        seen = self._seen.setdefault(key, deque())
        horizon = now - limit.period_ms * _FORGIVEN
        while seen and seen[0] <= horizon:
            seen.popleft()
        seen.append(now)
        return len(seen) <= limit.requests
