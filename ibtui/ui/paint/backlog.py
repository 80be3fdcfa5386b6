"""What a slow line has not taken yet: the picture wanted, against the picture that was written.

Painting only changes the picture wanted, so the newest values win by construction; what is written is the difference,
in slices as large as the line takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from ibtui.ui.paint.cells import Line, changed_runs
from ibtui.ui.paint.pen import Pen

PATIENCE_SECONDS: Final = 0.4
"""A line that waited for so long takes turns with those a key changed."""
PIECE: Final = 32
"""Cells at most that are written between two looks at the room left."""
FIGURE: Final = 24
"""Cells of the longest figure or word; what goes on for longer is a line of a frame."""
UNKNOWN: Final = "\0"
"""What stands in a cell of which nothing is known."""


class _Wait(NamedTuple):
    since: float
    """When the first change of the line that was not written came."""
    pressed: float | None
    """When the key was pressed that changed it last; None for a line that changed by itself."""


class Backlog:
    """Lines of cells wanted and shown; no I/O, the time is passed in (seconds of any clock)."""

    def __init__(self, shown: Sequence[Line]) -> None:
        self.shown = list(shown)
        """What was written; unknown cells hold `UNKNOWN`."""
        self.wanted = [_copy(line) for line in shown]
        """What is to be seen."""
        self._waits: dict[int, _Wait] = {}
        self._overdue_turn = False

    @property
    def is_empty(self) -> bool:
        """Whether all that is wanted was written."""
        return not self._waits

    def known(self) -> list[Line]:
        """The lines written, empty where not every cell of one is known."""
        return [Line() if UNKNOWN in line.chars else line for line in self.shown]

    def lay(self, y: int, x: int, part: Line, now: float, *, pressed: float | None = None) -> None:
        """Want these cells from `x` on in line `y`; what lies right of them stays.

        `pressed` is when the key was pressed whose effect this is; None where no key had to do with it.
        """
        self._reach(y, x + len(part.chars))
        wanted = self.wanted[y]
        end = x + len(part.chars)
        if wanted.chars[x:end] != part.chars or wanted.inks[x:end] != part.inks:
            wanted.put(x, part)
            self._wait(y, now, pressed=pressed)

    def lay_all(self, lines: Iterable[Line], now: float, *, pressed: float | None = None) -> None:
        """Want a whole screen; where its size is another than before, nothing of the terminal is known any more."""
        fresh = list(lines)
        if [len(line.chars) for line in fresh] != [len(line.chars) for line in self.wanted]:
            self.wanted = [_unknown(len(line.chars)) for line in fresh]
            self.shown = [_unknown(len(line.chars)) for line in fresh]
            self._waits.clear()
        for y, line in enumerate(fresh):
            self.lay(y, 0, line, now, pressed=pressed)

    def forget(self, now: float) -> None:
        """Something else wrote on the terminal: all is to be written anew."""
        self.shown = [_unknown(len(line.chars)) for line in self.wanted]
        for y in range(len(self.wanted)):
            self._wait(y, now, pressed=None)

    def slice(self, room: int, now: float) -> str:
        """About `room` bytes of what differs, the lines that matter most first; a line over them at most."""
        pen = Pen(erases=True)
        while self._waits and pen.size < room:
            y = self._next(now)
            if self._write(pen, y, room):
                del self._waits[y]
        return pen.finish()

    def _next(self, now: float) -> int:
        """A line that the last key changed, from the top; in turns with these the one that waits longest, if long."""
        oldest = min(self._waits, key=lambda y: (self._waits[y].since, y))
        pressed = {y: wait.pressed for y, wait in self._waits.items() if wait.pressed is not None}
        is_overdue = now - self._waits[oldest].since > PATIENCE_SECONDS
        self._overdue_turn = is_overdue and not self._overdue_turn
        if not pressed or self._overdue_turn:
            return oldest
        return min(pressed, key=lambda y: (-pressed[y], y))

    def _write(self, pen: Pen, y: int, room: int) -> bool:
        """Write what differs in a line; False where the room ended first, which never is within a word or figure."""
        shown, wanted = self.shown[y], self.wanted[y]
        width, done = len(wanted.chars), 0
        for first, end in _known_runs(wanted, changed_runs(shown, 0, wanted)):
            while first < end:
                if pen.size >= room and not _is_same_figure(wanted, done, first):
                    return False
                done = _cut(wanted, first, end)
                pen.run(y, 0, wanted, first, done, is_last=done == width)
                shown.chars[first:done] = wanted.chars[first:done]
                shown.inks[first:done] = wanted.inks[first:done]
                first = done
        return True

    def _wait(self, y: int, now: float, *, pressed: float | None) -> None:
        before = self._waits.get(y)
        since = now if before is None else before.since
        if pressed is None and before is not None:
            pressed = before.pressed
        self._waits[y] = _Wait(since, pressed)

    def _reach(self, y: int, width: int) -> None:
        """Let both pictures reach a cell nobody spoke of yet."""
        for picture in (self.wanted, self.shown):
            picture += [Line() for _ in range(y + 1 - len(picture))]
            line = picture[y]
            line.put(len(line.chars), _unknown(max(0, width - len(line.chars))))


def _cut(line: Line, first: int, end: int) -> int:
    """Where a piece of a run ends: never inside a wide character, a figure, or what one code can erase."""
    stop = min(end, first + PIECE)
    while stop < end:
        before, after = line.chars[stop - 1], line.chars[stop]
        is_figure = before != " " and after != " " and stop < first + PIECE + FIGURE
        if after and before + after != "  " and not is_figure:
            break
        stop += 1
    return stop


def _is_same_figure(line: Line, done: int, first: int) -> bool:
    """Whether what was written up to `done` and what begins at `first` are of one figure, which is not torn."""
    return 0 < done < first <= done + FIGURE and " " not in line.chars[done - 1 : first + 1]


def _known_runs(line: Line, runs: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """The runs without cells nobody spoke of yet: near runs were joined over them."""
    for first, end in runs:
        for is_known, places in groupby(range(first, end), lambda i: line.chars[i] != UNKNOWN):
            if is_known:
                known = list(places)
                yield known[0], known[-1] + 1


def _unknown(width: int) -> Line:
    line = Line()
    line.chars = [UNKNOWN] * width
    line.inks = [UNKNOWN] * width
    return line


def _copy(line: Line) -> Line:
    copy = Line()
    copy.chars, copy.inks = line.chars[:], line.inks[:]
    return copy
