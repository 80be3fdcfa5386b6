"""Writes to the terminal only the cells that differ from what is on it: a correction of Textual's partial updates.

Stock Textual writes every line of a dirty region from its left edge, whole segments with a reset after each. Here a
copy of the terminal is kept, and a partial update becomes the changed runs of cells. Full updates are written by
Textual itself and only remembered. Checked with the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from ibtui.ui.paint.cells import Line, changed_runs
from ibtui.ui.paint.versions import is_checked

RESET: Final = "\x1b[0m"


class Terminal:
    """The copy of what is on the terminal."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._ink = ""
        """Colours switched on while a frame is written."""

    def wrapped(self, renderable: RenderableType | None) -> RenderableType | None:
        """What to display in place of `renderable`: the same picture, fewer bytes."""
        if not is_checked() or renderable is None:
            return renderable
        if isinstance(renderable, (ChopsUpdate, LayoutUpdate)):
            return ThinUpdate(renderable, self)
        self.forget()
        return renderable

    def forget(self) -> None:
        """Nothing is known of the terminal until the next full update."""
        self._lines = []

    def full(self, update: LayoutUpdate, console: Console) -> str:
        """Let Textual write everything, and remember it."""
        system = console._color_system or ColorSystem.TRUECOLOR
        self._lines = []
        if (update.region.x, update.region.y) == (0, 0):
            update.strips = [list(line) for line in update.strips]
            self._lines = [self._read(line, system) for line in update.strips]
        return update.render_segments(console)

    def partial(self, update: ChopsUpdate, console: Console) -> str:
        """The changed cells of the update's spans; what is not remembered yet is written whole."""
        placed: list[tuple[int, int, Strip]] = []
        for y, left, right in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < right and end > left:
                    first = max(x, left)
                    placed.append((y, first, strip.crop(first - x, min(end, right) - x)))
        return self.strips(placed, console)

    def strips(self, placed: Iterable[tuple[int, int, Iterable[Segment]]], console: Console) -> str:
        """The changed cells of strips or parts of some, at (y, x): the one way in which parts are painted."""
        system = console._color_system or ColorSystem.TRUECOLOR
        out: list[str] = []
        for y, x, strip in placed:
            self._write(out, y, x, self._read([strip], system))
        if self._ink:
            out.append(RESET)
            self._ink = ""
        return "".join(out)

    @staticmethod
    def _read(strips: Iterable[Iterable[Segment]], system: ColorSystem) -> Line:
        line = Line()
        for strip in strips:
            line.add(strip, system)
        return line

    def _write(self, out: list[str], y: int, x: int, part: Line) -> None:
        known = self._lines[y] if y < len(self._lines) else None
        if known is None or x + len(part.chars) > len(known.chars):
            self._emit(out, y, x, part, 0, len(part.chars))
            if known is not None:
                self._lines[y] = Line()
            return
        for first, end in changed_runs(known, x, part):
            self._emit(out, y, x + first, part, first, end)
        known.put(x, part)

    def _emit(self, out: list[str], y: int, x: int, part: Line, first: int, end: int) -> None:
        out.append(f"\x1b[{y + 1};{x + 1}H")
        place = first
        while place < end:
            ink = part.inks[place]
            stop = place + 1
            while stop < end and part.inks[stop] == ink:
                stop += 1
            if ink != self._ink:
                out.append(f"\x1b[0;{ink}m" if ink else RESET)
                self._ink = ink
            out.append("".join(part.chars[place:stop]))
            place = stop


class ThinUpdate(CompositorUpdate):
    """An update of Textual's that goes by way of the copy."""

    def __init__(self, update: ChopsUpdate | LayoutUpdate, terminal: Terminal) -> None:
        self._update = update
        self._terminal = terminal

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self._update.__rich_console__(console, options)

    def render_segments(self, console: Console) -> str:
        """Escape sequences for the terminal."""
        if isinstance(self._update, LayoutUpdate):
            return self._terminal.full(self._update, console)
        return self._terminal.partial(self._update, console)
