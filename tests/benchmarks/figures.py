"""One program under one load, as figures and as a row of a table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.benchmarks.recorder import DOWN, UP, Recording
from tests.benchmarks.sightings import Sightings, sightings
from tests.benchmarks.stage import Program, Stage, start

WARM_SECONDS: Final = 1.5
"""Of load before the measuring."""
TAIL_SECONDS: Final = 1.5
"""Of silence after it, in which the last values must come."""
RUN: Final = 12
"""Keys in one direction."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent, and for how long it is measured."""

    seconds: float
    per_second: float = 0.0
    burst: int = 0
    """Each second."""
    key_gap: float = 0.25
    """Mean seconds between two keys."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Delays in milliseconds."""

    p50: float
    p99: float
    most: float
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one program."""

    name: str
    ticks: Spread
    keys: Spread
    keys_unseen: int
    last_unseen: int
    rows: int
    cpu: float
    """Percent of a core."""
    rate: float
    """Bytes a second."""
    per_cell: float
    """Bytes for each cell of the table that was seen to change, those of everything else on the screen included."""
    frames: float
    """A second."""
    memory: float
    """MiB."""
    grown: float
    """MiB, from the beginning of the measuring to its end."""
    first_frame: float
    first_price: float
    """Seconds from the spawn."""
    sent_rate: float
    """Frames a second that really left the simulator."""
    simulator_cpu: float
    most_due: int
    """Frames that ever waited in the simulator."""
    delays: Sequence[tuple[float, float]] = field(default=(), repr=False)
    """Moment and delay in seconds of each tick that was itself seen."""
    queues: Sequence[tuple[float, int]] = field(default=(), repr=False)
    """Moment and bytes between gateway and program."""


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed (nearest rank); 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def spread(seconds: Sequence[float]) -> Spread:
    """Median, 99th percentile and worst."""
    ms = [1000 * each for each in seconds]
    return Spread(percentile(ms, 50), percentile(ms, 99), max(ms, default=0.0), len(ms))


def key_times(load: Load, seed: int = 1) -> list[tuple[float, bytes]]:
    """Up and down by turns, at moments that have nothing to do with frames or bursts."""
    random, at = Random(seed), 0.3
    found: list[tuple[float, bytes]] = []
    while at < load.seconds - 0.5:
        number = len(found)
        found.append((at, DOWN if number // RUN % 2 == 0 else UP))
        at += load.key_gap * (0.6 + 0.8 * random.random())
    return found


def measure(stage: Stage, program: Program, load: Load) -> Figures:
    """Run a program under a load."""
    started = start(stage, program)
    recorded = started.program
    try:
        stage.load(load.seconds + WARM_SECONDS, load.per_second, load.burst)
        recorded.watch(WARM_SECONDS)
        spent, before = stage.cpu(), stage.told()["frames"]
        queues: list[tuple[float, int]] = []
        sizes = [recorded.memory]
        keys = key_times(load)
        recording = recorded.record(load.seconds, keys, lambda: queues.append((time.monotonic(), stage.queued())))
        simulator = 100 * (stage.cpu() - spent) / recording.seconds
        told = stage.told()
        recording.chunks += recorded.record(TAIL_SECONDS).chunks
        sizes.append(recorded.memory)
    finally:
        recorded.close()
    places, sent = stage.sent()
    stage.calm()
    seen = sightings(recorded.screen, recording, places, sent)
    return Figures(
        name=program.name,
        **_seen(seen, recording),
        memory=sizes[-1],
        grown=sizes[-1] - sizes[0],
        first_frame=started.first_frame,
        first_price=started.first_price,
        sent_rate=(told["frames"] - before) / recording.seconds,
        simulator_cpu=simulator,
        most_due=told["most_due"],
        queues=queues,
    )


def _seen(seen: Sightings, recording: Recording) -> dict[str, Any]:
    return {
        "ticks": spread(seen.ticks),
        "keys": spread(seen.keys),
        "keys_unseen": seen.keys_unseen,
        "last_unseen": seen.last_unseen,
        "rows": seen.rows,
        "cpu": recording.cpu,
        "rate": recording.rate,
        "per_cell": recording.size / max(1, seen.cells),
        "frames": seen.frames / recording.seconds,
        "delays": seen.newest,
    }
