"""What a slow line has not taken yet: the picture wanted, against the picture that was written.

Painting only changes the picture wanted, so the newest values win by construction; what is written is the difference,
in slices as large as the line takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import ne
from typing import Final

from msgspec import Struct

from ibtui.ui.paint.cells import Line, changed_runs
from ibtui.ui.paint.gaze import Gaze
from ibtui.ui.paint.inks import of_blank
from ibtui.ui.paint.marks import SHORT
from ibtui.ui.paint.pen import Pen

PATIENCE_SECONDS: Final = 0.25
"""Lines that waited for so long share the bytes with those a key changed …"""
URGENT_SECONDS: Final = 0.4
"""… and go before them after so long, once the key is older than PATIENCE_SECONDS: no price seen is a second old."""
PIECE: Final = 32
"""Cells at most that are written between two looks at the room left."""
FIGURE: Final = 24
"""Cells of the longest figure or word; what goes on for longer is a line of a frame."""
WIDE: Final = 24
"""Cells of a line at least that change where it is the key's doing: prices that moved meanwhile change fewer."""
GAZED, WIDELY = 1, 2
"""Ranks of lines that a key changed: those the user looks at, those that it changed much; others come after them."""
UNKNOWN: Final = "\0"
"""What stands in a cell of which nothing is known."""


class _Wait(Struct, frozen=True):
    since: float
    """When the first change of the line that was not written came."""
    pressed: float | None
    """When the key was pressed that changed it last; None for a line that changed by itself."""
    is_wide: bool
    """Whether that key changed much of it."""


class Backlog:
    """Lines of cells wanted and shown; no I/O, the time is passed in (seconds of any clock)."""

    def __init__(self, shown: Sequence[Line]) -> None:
        self.shown = [_read(line, {}) for line in shown]
        """What was written; unknown cells hold `UNKNOWN`."""
        self.wanted = [_read(line, {}) for line in shown]
        """What is to be seen; blanks are told apart by what shows of them alone."""
        self.gaze = Gaze()
        """Where the user looks."""
        self._marks: Mapping[str, str] = {}
        self._cleared: int | None = None
        """The next slice begins with erasing everything from this line on."""
        self._waits: dict[int, _Wait] = {}
        self._ahead = 0
        """Bytes that lines a key changed had more than those overdue, since any were."""

    @property
    def is_empty(self) -> bool:
        """Whether all that is wanted was written."""
        return not self._waits

    def known(self) -> list[Line]:
        """The lines written, empty where not every cell of one is known."""
        return [Line() if UNKNOWN in line.chars else line for line in self.shown]

    def shorten(self, now: float) -> None:
        """Show marks of three bytes by such of one, from now on and what is on the screen already."""
        if not self._marks:
            self._marks = SHORT
            for y, line in enumerate(self.wanted):
                self.lay(y, 0, line, now)

    def lay(self, y: int, x: int, part: Line, now: float, *, pressed: float | None = None) -> None:
        """Want these cells from `x` on in line `y`; what lies right of them stays.

        `pressed` is when the key was pressed whose effect this is; None where no key had to do with it.
        """
        part = _read(part, self._marks)
        self._reach(y, x + len(part.chars))
        wanted = self.wanted[y]
        end = x + len(part.chars)
        if wanted.chars[x:end] != part.chars or wanted.inks[x:end] != part.inks:
            is_wide = pressed is not None and _differ(wanted, x, part) >= WIDE
            wanted.put(x, part)
            self._wait(y, now, pressed=pressed, is_wide=is_wide)

    def lay_all(self, lines: Iterable[Line], now: float, *, pressed: float | None = None) -> None:
        """Want a whole screen; where its size is another than before, nothing of the terminal is known any more.

        Where more of what stands on the terminal is wrong than right, it is erased at once, from the first such line
        on: what comes of a screen that takes long to write is never mixed with what is old.
        """
        fresh = list(lines)
        if [len(line.chars) for line in fresh] != [len(line.chars) for line in self.wanted]:
            self.wanted = [_unknown(len(line.chars)) for line in fresh]
            self.shown = [_unknown(len(line.chars)) for line in fresh]
            self._waits.clear()
        for y, line in enumerate(fresh):
            self.lay(y, 0, line, now, pressed=pressed)
        if len(self._waits) > len(fresh) // 2:
            counts = list(map(_compare, self.shown, self.wanted))
            wrong, right = map(sum, zip(*counts, strict=True))
            if wrong > right:
                self._clear(next(y for y, (bad, good) in enumerate(counts) if bad > good), now, pressed=pressed)

    def _clear(self, first: int, now: float, *, pressed: float | None) -> None:
        self._cleared = first if self._cleared is None else min(first, self._cleared)
        for y, line in enumerate(self.wanted[first:], first):
            self.shown[y] = _blank(len(line.chars))
            self._wait(y, now, pressed=pressed, is_wide=True)

    def forget(self, now: float) -> None:
        """Something else wrote on the terminal: all is to be written anew."""
        self.shown = [_unknown(len(line.chars)) for line in self.wanted]
        self._cleared = None
        for y in range(len(self.wanted)):
            self._wait(y, now, pressed=None)

    def slice(self, room: int, now: float) -> str:
        """About `room` bytes of what differs, the lines that matter most first; a line over them at most."""
        pen = Pen(saves=True)
        if self._cleared is not None:
            pen.clear(self._cleared)
            self._cleared = None
        while self._waits and pen.size < room:
            y, side = self._next(now)
            before = pen.size
            if self._write(pen, y, room):
                del self._waits[y]
            self._ahead += side * (pen.size - before)
        return pen.finish()

    def _next(self, now: float) -> tuple[int, int]:
        """The line to be written now, and whose bytes they are: 1 those of the last key, -1 those of what waits long.

        Of what a key changed lines the user looks at go first, then such that it changed much, from the top; of
        others what waits longest.
        """
        waits = self._waits
        newest = max((wait.pressed for wait in waits.values() if wait.pressed is not None), default=None)
        if newest is None:
            return self._oldest(waits), 0
        rank, first = min((self._rank(y), y) for y, wait in waits.items() if wait.pressed == newest)
        patience = URGENT_SECONDS if rank <= GAZED else PATIENCE_SECONDS
        others = [y for y, wait in waits.items() if wait.pressed != newest or self._rank(y) > WIDELY]
        overdue = [y for y in others if now - waits[y].since > patience]
        if overdue:
            oldest = self._oldest(overdue)
            is_urgent = now - waits[oldest].since > URGENT_SECONDS and now - newest > PATIENCE_SECONDS
            if is_urgent or self._ahead > 0:
                return oldest, 0 if is_urgent else -1
        else:
            self._ahead = 0
        return first, 1

    def _rank(self, y: int) -> int:
        """How soon a line that a key changed is to be written."""
        if y in self.gaze.rows or y == self.gaze.row:
            return GAZED if y != self.gaze.row else 0
        return WIDELY if self._waits[y].is_wide else WIDELY + 1

    def _oldest(self, places: Iterable[int]) -> int:
        return min(places, key=lambda y: (self._waits[y].since, y))

    def _write(self, pen: Pen, y: int, room: int) -> bool:
        """Write what differs in a line; False where the room ended first, which never is within a word or figure."""
        shown, wanted = self.shown[y], self.wanted[y]
        width, done = len(wanted.chars), 0
        for first, end in _joined(wanted, _known_runs(wanted, changed_runs(shown, 0, wanted))):
            while first < end:
                if pen.size >= room and not _is_same_figure(wanted, done, first):
                    return False
                done = _cut(wanted, first, end)
                pen.run(y, 0, wanted, first, done, is_last=done == width)
                shown.chars[first:done] = wanted.chars[first:done]
                shown.inks[first:done] = wanted.inks[first:done]
                first = done
        return True

    def _wait(self, y: int, now: float, *, pressed: float | None, is_wide: bool = False) -> None:
        before = self._waits.get(y)
        if before is None:
            self._waits[y] = _Wait(now, pressed, is_wide)
        elif pressed is None:
            self._waits[y] = before
        else:
            self._waits[y] = _Wait(before.since, pressed, is_wide or (before.is_wide and before.pressed == pressed))

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


def _joined(line: Line, runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The runs, of which two are one where nothing but blanks lies round the gap between them: one code erases all."""
    joined: list[tuple[int, int]] = []
    for first, end in runs:
        if joined and _is_blank(line, joined[-1][1] - 1, first + 1):
            first = joined.pop()[0]
        joined.append((first, end))
    return joined


def _is_blank(line: Line, first: int, end: int) -> bool:
    """Whether all these cells can be erased."""
    return all(char == " " for char in line.chars[first:end]) and not any(line.inks[first:end])


def _differ(line: Line, x: int, part: Line) -> int:
    """In how many cells of a line, from `x` on, a part has other characters, or other codes if those are more."""
    end = x + len(part.chars)
    chars, inks = map(ne, line.chars[x:end], part.chars), map(ne, line.inks[x:end], part.inks)
    return max(sum(map(bool, chars)), sum(map(bool, inks)))


def _unknown(width: int) -> Line:
    line = Line()
    line.chars = [UNKNOWN] * width
    line.inks = [UNKNOWN] * width
    return line


def _blank(width: int) -> Line:
    line = Line()
    line.chars = [" "] * width
    line.inks = [""] * width
    return line


def _read(line: Line, marks: Mapping[str, str]) -> Line:
    """A copy in these marks, whose blanks have no codes but those that show."""
    copy = Line()
    copy.chars = [marks.get(char, char) for char in line.chars] if marks else line.chars[:]
    copy.inks = [of_blank(ink) if char == " " else ink for char, ink in zip(line.chars, line.inks, strict=True)]
    return copy


def _compare(shown: Line, wanted: Line) -> tuple[int, int]:
    """How many of the cells that show something are wrong, and how many right."""
    wrong = right = 0
    for was, ink, will, new in zip(shown.chars, shown.inks, wanted.chars, wanted.inks, strict=True):
        if was != " " or ink:
            if was == will and ink == new:
                right += 1
            else:
                wrong += 1
    return wrong, right
