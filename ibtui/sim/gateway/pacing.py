"""Request limits of "Pacing Limitations" and the penalty box behind them."""

from __future__ import annotations

from collections import deque
from contextlib import AbstractContextManager

from ibtui.sim.gateway.clock import Clock
from ibtui.sim.gateway.limits import DIRECT, ENDPOINTS, FORGIVEN, GLOBAL, MINUTE, Limit
from ibtui.sim.gateway.pacingaudit import PacingAudit

__all__ = ["DIRECT", "PENALTY_MS", "Pacing"]

PENALTY_MS = 10 * MINUTE
"""Time in the penalty box (web-api-documentation; the older document says 15 minutes)."""


class Pacing:
    """Counts requests and refuses those beyond the limits."""

    def __init__(self, clock: Clock, speed: float) -> None:
        self.audit = PacingAudit(clock)
        self._clock = clock
        self.overall = GLOBAL
        """Limit of all requests together."""
        self._penalty_ms = max(1, int(PENALTY_MS / speed))
        self._boxed_until = 0
        self._seen: dict[tuple[str, str], deque[int]] = {}

    def admits(self, method: str, path: str) -> bool:
        """Whether a request to this path (with its `{names}`) may go on; a violation opens the penalty box."""
        now = self._clock.ms()
        if now < self._boxed_until:
            self.audit.boxed += 1
            return False
        own = ENDPOINTS.get((method, path))
        within = self._within(("", ""), self.overall, now) and (own is None or self._within((method, path), own, now))
        if not within:
            self._boxed_until = now + self._penalty_ms
        return within

    def under_way(self, method: str, route: str, path: str, now_ms: int) -> AbstractContextManager[None]:
        """Note a request in the audit as long as it lasts (see `PacingAudit.request`)."""
        return self.audit.request(method, route, path, now_ms, self.overall)

    def release(self) -> None:
        """Empty the penalty box and forget what was counted."""
        self._boxed_until = 0
        self._seen.clear()

    def _within(self, key: tuple[str, str], limit: Limit, now: int) -> bool:
        seen = self._seen.setdefault(key, deque())
        horizon = now - limit.period_ms * FORGIVEN
        while seen and seen[0] <= horizon:
            seen.popleft()
        seen.append(now)
        return len(seen) <= limit.requests
