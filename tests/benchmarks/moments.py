"""What had passed when something came on the screen: wall time, and processor time as the kernel counts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Moment:
    """What it took until then, since the spawn or since a key."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of processor time."""


def cpu_seconds(pid: int) -> float:
    """Seconds that the threads of a process were on a processor; Linux only."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            spent += int((task / "schedstat").read_text().split()[0])
        except (OSError, IndexError):  # it ended meanwhile
            continue
    return spent / 1e9
