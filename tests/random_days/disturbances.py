"""What the world does to the program: faults on the wire, lost sessions, full disks, stepped clocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from random import Random

from tests.random_days.faults import FAULTS, FOR_READS
from tests.random_days.life import Life
from tests.random_days.network import Network
from tests.random_days.timeloop import LoopClock

KINDS = ("place", "place", "reply", "reply", "modify", "cancel")


class Disturbances:
    """Every act gives words for what happened, or nothing if it was not possible."""

    def __init__(self, network: Network, clock: LoopClock, life: Callable[[], Life]) -> None:
        self._network = network
        self._world = network.world
        self._clock = clock
        self._life = life

    def fault(self, rng: Random) -> str:
        kind, name = rng.choice(KINDS), rng.choice(list(FAULTS))
        self._network.armed[kind] = name
        return f"{name} waits for the next {kind}"

    def read_fault(self, rng: Random) -> str:
        self._network.armed["read"] = name = rng.choice(FOR_READS)
        return f"{name} waits for the next read"

    def drop_streams(self, rng: Random) -> str:
        dropped = self._world.gateway.drop_connections()
        return f"{dropped} streams" if dropped else ""

    def lose_brokerage(self, rng: Random) -> str:
        competing = rng.random() < 0.3
        self._world.lose_brokerage(competing=competing)
        return "to a competing session" if competing else "for no reason"

    def log_out(self, rng: Random) -> str:
        self._world.log_out()
        return "by another browser"

    def log_in(self, rng: Random) -> str:
        if self._world.gateway.login.logged_in:
            return ""
        self._world.log_in()
        return "in the browser"

    def nightly_reset(self, rng: Random) -> str:
        self._world.gateway.renew_sessions()
        return "new sessions"

    def gateway_restarts(self, rng: Random) -> str:
        seconds = rng.choice((0.5, 5.0, 30.0))
        self._world.go_down(seconds)
        return f"down for {seconds} s"

    def fill_disk(self, rng: Random) -> str:
        """Let the journal's file grow no more; SQLite then says what it says of a full disk."""
        if not self._limit_pages("1"):
            return ""
        disk = self._life().disk
        disk.full = disk.was_full = True
        return "the journal cannot grow"

    def free_disk(self, rng: Random) -> str:
        if not self._life().disk.full:
            return ""
        self._limit_pages("1073741823")
        self._life().disk.full = False
        return "the journal can grow again"

    def step_clock(self, rng: Random) -> str:
        seconds = rng.choice((-7200.0, -3600.0, -5.0, 5.0, 3600.0))
        self._clock.wall_offset += seconds
        return f"by {seconds:.0f} s"

    def kill_writing(self, rng: Random) -> str:
        """Let the program die in the midst of its work, such as within a transaction of the journal."""
        number = rng.randint(1, 8)
        self._clock.alarm_at_look(number, lambda: self._life().die())
        return f"at look {number} at the clock"

    def _limit_pages(self, pages: str) -> bool:
        base: sqlite3.Connection | None = self._life().session._engine._journal._opened
        if base is None:
            return False
        base.execute(f"PRAGMA max_page_count = {pages}")
        return True
