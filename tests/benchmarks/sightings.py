"""When each tick and each key was seen on the screen, worked out from a recording."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ibtui.sim.gateway.load import LOWEST_CENTS, PRICES_EACH, WALK
from tests.benchmarks.recorder import DOWN, Recording
from tests.benchmarks.screen import Screen

ROW: Final = re.compile(r"[^A-Z0-9]{0,3}([A-Z][A-Z0-9.]*) ")
"""A row of a watchlist, with its symbol."""
PRICE: Final = re.compile(r"(?<![\d.])(\d{3}\.\d\d)(?!\d)")
"""A price as the load has them; those of a market that is left alone may be longer or shorter, and tell no tick."""
FULL: Final = 4_000
"""Bytes; a read this long is cut off by the terminal's buffer: more of the same frame is under way."""
APART_SECONDS: Final = 0.008
"""Of silence between two frames."""
LOST_SECONDS: Final = 2.0
"""After which a key counts as never seen."""
_STEPS: Final = {cents: step for step, cents in enumerate(WALK)}


def tick_of(price: str) -> int | None:
    """The tick that has this price (`ibtui.sim.gateway.load.price_of`)."""
    cents = int(price.replace(".", "")) - LOWEST_CENTS
    stretch, rest = divmod(cents, len(WALK))
    tick = stretch * len(WALK) + _STEPS[rest]
    return tick if 0 <= tick < PRICES_EACH else None


def fields_of(line: str) -> list[str]:
    """Cells of the table in a line of the screen, without the frame and whatever stands beside it."""
    parts = line.split("│")
    return (parts[1] if line.startswith("│") and len(parts) > 1 else parts[0]).split()


@dataclass
class Sightings:
    """What was seen in one recording."""

    ticks: list[float] = field(default_factory=list)
    """Seconds from each tick's leaving until its value, or a newer one of the same cell, was seen."""
    keys: list[float] = field(default_factory=list)
    """Seconds from each key's writing until the cursor was where it sent it."""
    keys_unseen: int = 0
    last_unseen: int = 0
    """Instruments on the screen whose last value was never seen."""
    cells: int = 0
    """Cells of the table (figures, arrows) that changed, as often as a change was seen."""
    frames: int = 0
    rows: int = 0
    """Instruments that were on the screen."""
    newest: list[tuple[float, float]] = field(default_factory=list)
    """Moment and delay of each tick that itself was seen, for a look at its growth."""


class Look:
    """The screen as it becomes, held against what was sent."""

    def __init__(self, screen: Screen, places: Mapping[str, int], sent: Sequence[Sequence[float]]) -> None:
        self._screen = screen
        self._places = places
        self._sent = sent
        self._row_of: dict[int, str] = {}
        self._fields: dict[str, list[str]] = {}
        self.shown: dict[int, list[tuple[int, float]]] = {}
        """Ticks seen and when, by place."""
        self.cells = 0

    @property
    def visible(self) -> set[int]:
        """Places of the instruments in a row of the screen."""
        return {self._places[symbol] for symbol in self._row_of.values()}

    def take(self, at: float) -> None:
        """Look at the rows that were written to."""
        for row in self._screen.touched:
            line = self._screen.line(row)
            found = ROW.match(line)
            symbol = found[1] if found is not None else ""
            if found is None or symbol not in self._places:
                self._row_of.pop(row, None)
                continue
            self._row_of[row] = symbol
            self._count(symbol, line)
            price = PRICE.search(line, found.end())
            self._see(self._places[symbol], tick_of(price[1]) if price is not None else None, at)
        self._screen.touched.clear()

    def cursor(self) -> int | None:
        """The row of the table that is backed unlike the others."""
        grounds = {row: self._screen.ground(row, 3) for row in self._row_of}
        if len(grounds) < 3:
            return None
        usual = Counter(grounds.values()).most_common(1)[0][0]
        marked = [row for row, ground in grounds.items() if ground != usual]
        return marked[0] if len(marked) == 1 else None

    def _count(self, symbol: str, line: str) -> None:
        fields, before = fields_of(line), self._fields.get(symbol)
        if before is not None:
            self.cells += sum(now != then for now, then in zip(fields, before, strict=False))
        self._fields[symbol] = fields

    def _see(self, place: int, tick: int | None, at: float) -> None:
        sent = self._sent[place]
        if tick is None or tick >= len(sent) or sent[tick] > at:
            return
        shown = self.shown.setdefault(place, [])
        if not shown or tick > shown[-1][0]:
            shown.append((tick, at))


def sightings(
    screen: Screen,
    recording: Recording,
    places: Mapping[str, int],
    sent: Sequence[Sequence[float]],
) -> Sightings:
    """Play a recording onto the screen that stood before it; `places` by symbol, `sent` by place and tick."""
    look = Look(screen, places, sent)
    look.take(0.0)
    look.cells = 0
    found = Sightings()
    keys = _Keys(recording, look.cursor())
    seen_at = 0.0
    for number, (at, data) in enumerate(recording.chunks):
        screen.feed(data)
        if at - seen_at > APART_SECONDS and at <= recording.ended:
            found.frames += 1
        seen_at = at
        following = recording.chunks[number + 1 : number + 2]
        if len(data) >= FULL and following and following[0][0] - at < APART_SECONDS:
            continue
        look.take(at)
        keys.take(at, look.cursor())
    keys.end()
    found.keys, found.keys_unseen = keys.delays, keys.unseen
    found.cells, found.rows = look.cells, len(look.visible)
    began = recording.chunks[0][0] if recording.chunks else 0.0
    for place in look.visible:
        _match(found, sent[place], look.shown.get(place, []), began)
    return found


def _match(found: Sightings, sent: Sequence[float], shown: Sequence[tuple[int, float]], began: float) -> None:
    tick = next((number for number, at in enumerate(sent) if at >= began), len(sent))
    for newest, at in shown:
        if tick <= newest < len(sent):
            found.newest.append((at, at - sent[newest]))
        while tick <= newest:
            found.ticks.append(at - sent[tick])
            tick += 1
    if tick < len(sent):
        found.last_unseen += 1


class _Keys:
    """Cursor keys on their way to the screen, in their order."""

    def __init__(self, recording: Recording, start: int | None) -> None:
        self.delays: list[float] = []
        self.unseen = 0
        self._waiting: deque[tuple[float, int, int]] = deque()
        """When each key was written, the row it leads to, and down (1) or up (-1)."""
        row = start if start is not None else 0
        for at, key in recording.keys:
            by = 1 if key == DOWN else -1
            row += by
            self._waiting.append((at, row, by))

    def take(self, at: float, row: int | None) -> None:
        """The cursor is there now: a key is seen when the cursor reached its row, or went past it."""
        while self._waiting and self._waiting[0][0] <= at:
            when, wanted, by = self._waiting[0]
            if row is not None and (row - wanted) * by >= 0:
                self.delays.append(at - when)
            elif at - when > LOST_SECONDS:
                self.unseen += 1
            else:
                return
            self._waiting.popleft()

    def end(self) -> None:
        """What waits still was never seen."""
        self.unseen += len(self._waiting)
