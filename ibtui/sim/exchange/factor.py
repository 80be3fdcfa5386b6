"""The move that all shares have in common."""

from __future__ import annotations

from math import sqrt
from random import Random

DAILY_VOLATILITY = 0.009
"""Standard deviation of a day's log return of the whole market."""
_REGULAR_SHARE = 0.7
_REGULAR_SECONDS = 23_400
_OTHER_SECONDS = 63_000
_OPENING_SHARE = 0.6
"""How much of a day's deviation the market may have made before the simulation starts."""


class MarketFactor:
    """A seeded random walk that moves at whole seconds; asked at times that never go back."""

    def __init__(self, seed: int, start_ms: int) -> None:
        self._rng = Random(f"{seed}:market")
        self._second = start_ms // 1000
        self._value = self._rng.gauss(0.0, DAILY_VOLATILITY * _OPENING_SHARE)
        self._step = 0.0
        self.set_pace(True)

    def set_pace(self, regular: bool) -> None:
        """Move faster while shares trade in their regular session."""
        share, seconds = (_REGULAR_SHARE, _REGULAR_SECONDS) if regular else (1 - _REGULAR_SHARE, _OTHER_SECONDS)
        self._step = DAILY_VOLATILITY * sqrt(share / seconds)

    def value(self, when_ms: float) -> float:
        """Give the market's log return since its previous close."""
        second = int(when_ms // 1000)
        if second > self._second:
            self._value += self._rng.gauss(0.0, self._step * sqrt(second - self._second))
            self._second = second
        return self._value
