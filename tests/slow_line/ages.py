"""How old the prices on a screen are, by when the simulator sent the next ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tests.benchmarks.sightings import tick_of

ROW: Final = re.compile(r"^[│| ][▌▏ ]([A-Z][A-Z0-9.]*) +(\d{3}\.\d\d) ", re.MULTILINE)
"""A row of the watchlist: its symbol and its last price."""


def ages(text: str, at: float, places: Mapping[str, int], sent: Sequence[Sequence[float]]) -> Iterable[float]:
    """Of each price on the screen: seconds since a newer one left the simulator, 0 if it is the newest."""
    for symbol, price in ROW.findall(text):
        place = places.get(symbol)
        tick = tick_of(price)
        if place is None or tick is None:
            continue
        times = sent[place]
        if tick + 1 < len(times):
            yield max(0.0, at - times[tick + 1])
        elif tick < len(times):
            yield 0.0


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
