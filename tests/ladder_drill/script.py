"""Sixty trading actions as a seeded script of keys, and what each must come to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

SIZES = (1, 5, 10, 25)
"""Of the preset keys 1 to 4."""
MOST_STEPS = 3
"""Of the cursor between two actions: at ten keys a second the market has moved on meanwhile."""
FAR = 12
"""Ticks from the market at which a stop or a resting order is safely on its side."""
WEIGHTS = {"limit": 32, "join": 8, "cross": 6, "stop": 4, "change": 5, "cancel": 5}


class Deed(StrEnum):
    """Kinds of trading actions."""

    LIMIT = "limit"
    """At the cursor."""
    JOIN = "join"
    CROSS = "cross"
    STOP = "stop"
    CHANGE = "change"
    """A working order is grabbed, moved by ticks, and sent."""
    CANCEL = "cancel"
    """At the cursor."""


@dataclass(frozen=True, slots=True)
class Act:
    """One action: how far the cursor goes before, the size chosen before, and the keys that trade."""

    deed: Deed
    buys: bool
    steps: int
    size_key: int
    """1 to 4, the preset pressed before; it also parts two equal trading keys."""
    ticks: int = 0
    """Of a change."""


def acts(seed: int, count: int = 60) -> Iterator[Act]:
    """The script: the same for the same seed."""
    rng = random.Random(seed)
    pool = [Deed(name) for name, weight in WEIGHTS.items() for _ in range(weight)][:count]
    rng.shuffle(pool)
    for deed in pool:
        steps = rng.choice([step for step in range(-MOST_STEPS, MOST_STEPS + 1) if step])
        ticks = rng.choice([-3, -2, -1, 1, 2, 3])
        yield Act(deed, rng.random() < 0.5, steps, rng.randint(1, len(SIZES)), ticks)
