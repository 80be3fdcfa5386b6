"""Frames that arrive more than once, late and out of order, always the same way for the same seed."""

from __future__ import annotations

from heapq import heappop, heappush
from random import Random

from ibtui.sim.gateway.wire import Fields

FIRST_MS = (0, 250)
"""Delay of a frame's first copy: neighbours overtake each other."""
AGAIN_MS = (400, 1_500)
"""Delay of the other copies: a new order has moved on by then, so an old state comes behind newer ones."""


class Disorder:
    """One stream's frames on their way; `copies` is the least and the most of each."""

    def __init__(self, seed: str, copies: tuple[int, int]) -> None:
        self._random = Random(seed)
        self._copies = copies
        self._numbered = 0
        self._on_their_way: list[tuple[int, int, Fields]] = []

    def send(self, frame: Fields, wall_ms: int) -> None:
        """Send a frame on its way."""
        for copy in range(self._random.randint(*self._copies)):
            due = wall_ms + self._random.randint(*(AGAIN_MS if copy else FIRST_MS))
            self._numbered += 1
            heappush(self._on_their_way, (due, self._numbered, frame))

    def arrived(self, wall_ms: int) -> list[Fields]:
        """Frames whose time has come, in the order in which they arrive."""
        frames: list[Fields] = []
        while self._on_their_way and self._on_their_way[0][0] <= wall_ms:
            frames.append(heappop(self._on_their_way)[2])
        return frames
