"""A strict account of every request against the documents' limits, whatever the penalty box did about it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from ibtui.sim.gateway.clock import Clock
from ibtui.sim.gateway.limits import ENDPOINTS, FORGIVEN, GLOBAL, HISTORY, HISTORY_AT_ONCE, MINUTE, SECOND, Limit
from ibtui.sim.gateway.wire import Fields, Json

LISTED = 20
"""Broken limits that are told one by one; the others are counted."""


class PacingAudit:
    """Counts from the start of the simulation, or from `clear`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._history_now = 0
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.requests = self.broken = self.boxed = self.history_at_once = 0
        self._first: list[Fields] = []
        self._seen: dict[tuple[str, str], deque[int]] = {}

    @contextmanager
    def request(self, method: str, route: str, path: str, now_ms: int, overall: Limit = GLOBAL) -> Iterator[None]:
        """Note a request as long as it lasts; `route` is its path with `{names}`, the time is the simulated one."""
        self.requests += 1
        row: Fields = {"time": now_ms, "clock_ms": self._clock.ms(), "method": method, "path": path}
        own = ENDPOINTS.get((method, route))
        for key, limit in ((("", ""), overall), ((method, route), own)):
            if limit is not None and (within := self._within(key, limit)) > limit.requests:
                self._break(row | {"limit": _text(limit), "within": within})
        history = route == HISTORY
        self._history_now += history
        self.history_at_once = max(self.history_at_once, self._history_now)
        if history and self._history_now > HISTORY_AT_ONCE:
            self._break(row | {"limit": f"{HISTORY_AT_ONCE} at once", "within": self._history_now})
        try:
            yield
        finally:
            self._history_now -= history

    def report(self) -> Fields:
        """What there was, and what broke a limit."""
        first: list[Json] = list(self._first)
        return {
            "requests": self.requests,
            "broken": self.broken,
            "first": first,
            "boxed": self.boxed,
            "history_at_once": self.history_at_once,
        }

    def _within(self, key: tuple[str, str], limit: Limit) -> int:
        now, seen = self._clock.ms(), self._seen.setdefault(key, deque())
        while seen and seen[0] <= now - limit.period_ms * FORGIVEN:
            seen.popleft()
        seen.append(now)
        return len(seen)

    def _break(self, row: Fields) -> None:
        self.broken += 1
        if len(self._first) < LISTED:
            self._first.append(row)


def _text(limit: Limit) -> str:
    whole_minutes = limit.period_ms % MINUTE == 0
    period = f"{limit.period_ms // MINUTE} min" if whole_minutes else f"{limit.period_ms // SECOND} s"
    return f"{limit.requests} in {period}"
