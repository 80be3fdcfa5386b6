"""Whatever arrives whenever: no window is exceeded at the gateway, none leaves in a penalty, the urgent go first."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import Counter
from random import Random

import pytest

from ibtui.errors import PenaltyBox, Refused
from ibtui.protocol.pacing import LIMITS, PENALTY_SECONDS, Pacer
from ibtui.protocol.requests import Priority, Request
from ibtui.transport.turnstile import ARRIVAL_SECONDS, PROBE_SECONDS, RESERVED, TOO_MANY, Turnstile
from tests.fakes.clock import ManualClock

ARRIVALS = 250
PATHS = {
    Priority.STATUS: ("/iserver/account/orders", "/iserver/account/trades", "/iserver/accounts"),
    Priority.SCREEN: ("/iserver/secdef/search", "/portfolio/accounts", "/iserver/marketdata/snapshot"),
    Priority.PREFETCH: ("/iserver/marketdata/history", "/fyi/unreadnumber"),
}
SECOND = 1.3
"""What the gate takes a second for: with the arrival time and the slack."""


class Day:
    """Requests through one gate; every law is checked at each leaving, the windows at the end."""

    def __init__(self, seed: int, per_second: int) -> None:
        self.rng = Random(seed)
        self.clock = ManualClock()
        self.per_second = per_second
        self.gate = Turnstile(self.clock, Pacer(per_second), lambda: None)
        self.waiting: dict[int, tuple[Request, float]] = {}
        self.left: list[tuple[float, Request]] = []
        self.arrived: list[tuple[float, str]] = []
        self.open: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self.proven = True
        """Whether something that left after the last penalty was answered otherwise."""
        self.penalty_over = 0.0

    def request(self) -> Request:
        priority = self.rng.choice(tuple(Priority))
        if priority.is_urgent:
            return Request("POST", f"/{priority.name.lower()}", changes_state=True, priority=priority)
        return Request("GET", self.rng.choice(PATHS[priority]), priority=priority)

    async def run(self) -> None:
        tasks = []
        for serial in range(ARRIVALS):
            tasks.append(asyncio.create_task(self.send(serial, self.request())))
            if self.rng.random() < 0.05:
                self.rng.choice(tasks).cancel()
            if self.rng.random() < 0.25:
                await self.clock.advance(self.rng.expovariate(2.5), turns=6)
            if self.gate.penalty_until and self.rng.random() < 0.15:
                await self.clock.advance(self.gate.penalty_until - self.clock.monotonic() - 0.2, turns=6)
        for _ in range(8):
            await self.clock.advance(PENALTY_SECONDS)
        self.gate.close()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        broken = [end for end in ends if end is not None and not isinstance(end, asyncio.CancelledError)]
        assert not broken, broken

    async def send(self, serial: int, request: Request) -> None:
        came = self.clock.monotonic()
        self.waiting[serial] = (request, came)
        boxed = self.gate.penalty_until
        at_once = self.has_room_for(request)
        try:
            await self.gate.enter(request)
        except PenaltyBox:
            assert request.priority is not Priority.CANCEL, "a cancel is never turned away"
            self.ends["turned away"] += 1
            return
        except Refused:
            self.ends["refused"] += 1
            return
        finally:
            del self.waiting[serial]
        now = self.clock.monotonic()
        assert not boxed or request.priority is Priority.CANCEL, "nothing but a cancel waits out a penalty"
        assert now == came or not at_once, "a place was reserved for it"
        self.check_leaving(request, now)
        await self.answered(request)

    def has_room_for(self, request: Request) -> bool:
        """Whether an urgent request must leave at once: not all places were used by others as urgent as it is."""
        now = self.clock.monotonic()
        lately = [one for moment, one in self.left if moment > now - SECOND]
        urgent = sum(one.priority.is_urgent for one in lately)
        others = any(one.priority.is_urgent for one, _ in self.waiting.values() if one is not request)
        quiet = self.proven and not others
        return request.priority.is_urgent and quiet and urgent < RESERVED

    def check_leaving(self, request: Request, now: float) -> None:
        assert not self.gate.penalty_until, "nothing leaves in a penalty"
        for other, _ in self.waiting.values():
            assert other.priority >= request.priority or other.key in LIMITS, f"{other.key} waits behind {request.key}"
        self.left.append((now, request))
        limit = LIMITS.get(request.key)
        if limit is not None and not limit.seconds:
            self.open[request.key] += 1
            assert self.open[request.key] <= limit.count, "too many are open at once"

    async def answered(self, request: Request) -> None:
        left = self.clock.monotonic()
        await self.clock.sleep(self.rng.uniform(0.0, ARRIVAL_SECONDS))
        self.arrived.append((self.clock.monotonic(), request.key))
        await self.clock.sleep(self.rng.choice((0.01, 0.1, 1.0, PROBE_SECONDS - 0.5)))
        self.open[request.key] -= 1
        status = TOO_MANY if self.rng.random() < 0.02 else self.rng.choice((200, 200, 200, 503, 0))
        self.ends[str(status)] += 1
        self.gate.left(request, status)
        if status == TOO_MANY:
            self.proven, self.penalty_over = False, self.gate.penalty_until
        elif status and left >= self.penalty_over:
            self.proven = True

    def check_windows(self) -> None:
        self.arrived.sort()
        assert most_within([at for at, _ in self.arrived], 1.0) <= self.per_second
        for key, limit in LIMITS.items():
            if limit.seconds:
                assert most_within([at for at, one in self.arrived if one == key], limit.seconds) <= limit.count, key


def most_within(moments: list[float], seconds: float) -> int:
    """The largest number of moments in any half-open span of so many seconds."""
    return max((bisect_left(moments, at + seconds) - place for place, at in enumerate(moments)), default=0)


@pytest.mark.parametrize("per_second", [10, 50])
@pytest.mark.parametrize("seed", range(6))
async def test_any_arrivals_keep_to_the_limits_and_leave_by_urgency(seed: int, per_second: int) -> None:
    day = Day(seed, per_second)
    await day.run()
    day.check_windows()
    assert len(day.arrived) > ARRIVALS / 4, day.ends
    assert day.ends["429"], "a day without a penalty proves nothing of penalties"
    assert day.ends["turned away"]
    assert not day.waiting
