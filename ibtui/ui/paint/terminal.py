"""Writes to the terminal only the cells that differ from what is on it: a correction of Textual's partial updates.

Stock Textual writes every line of a dirty region from its left edge, whole segments with a reset after each. Here a
copy of the terminal is kept, and a partial update becomes the changed runs of cells. Full updates are written by
Textual itself and only remembered. While the line is slow nothing is written here at all: both only change the picture
wanted, which `Outflow` writes as the line takes it. Checked with the versions in `versions`; with any other one
nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from ibtui.ui.paint.backlog import Backlog
from ibtui.ui.paint.cells import Line, changed_runs
from ibtui.ui.paint.pen import Pen
from ibtui.ui.paint.versions import is_checked


class Holder(Protocol):
    """Who writes what waits while the line is slow."""

    @property
    def pressed(self) -> float | None:
        """When the key was pressed whose effect is painted now; None where no key had to do with it."""
        ...

    def now(self) -> float:
        """Seconds of the line's clock."""
        ...

    def laid(self) -> None:
        """Something waits."""
        ...


class Terminal:
    """The copy of what is on the terminal."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._holder: Holder | None = None
        self.backlog: Backlog | None = None
        """What waits to be written; None while everything is written at once."""

    def wrapped(self, renderable: RenderableType | None) -> RenderableType | None:
        """What to display in place of `renderable`: the same picture, fewer bytes."""
        if not is_checked() or renderable is None:
            return renderable
        if isinstance(renderable, (ChopsUpdate, LayoutUpdate)):
            return ThinUpdate(renderable, self)
        self.forget()
        return renderable

    def hold(self, holder: Holder) -> None:
        """From now on only remember what is to be painted; `holder` writes it."""
        self._holder = holder
        if self.backlog is None and is_checked():
            self.backlog = Backlog(self._lines)
            self._lines = []

    def release(self) -> str:
        """Write at once again; gives what was still waiting."""
        backlog, self._holder, self.backlog = self.backlog, None, None
        if backlog is None:
            return ""
        text = backlog.slice(2**31, 0.0)
        self._lines = backlog.known()
        return text

    @property
    def is_known(self) -> bool:
        """Whether a copy is kept of what is on the terminal."""
        return bool(self._lines) or self.backlog is not None

    def forget(self) -> None:
        """Nothing is known of the terminal until the next full update."""
        self._lines = []
        if self.backlog is not None and self._holder is not None:
            self.backlog.forget(self._holder.now())
            self._holder.laid()

    def full(self, update: LayoutUpdate, console: Console) -> str:
        """Let Textual write everything, and remember it."""
        system = console._color_system or ColorSystem.TRUECOLOR
        is_whole = (update.region.x, update.region.y) == (0, 0)
        if not is_whole:
            self.forget()
            return update.render_segments(console)
        update.strips = [list(line) for line in update.strips]
        lines = [self._read(line, system) for line in update.strips]
        if self.backlog is not None and self._holder is not None:
            self.backlog.lay_all(lines, self._holder.now(), pressed=self._holder.pressed)
            self._holder.laid()
            return ""
        self._lines = lines
        return update.render_segments(console)

    def partial(self, update: ChopsUpdate, console: Console) -> str:
        """The changed cells of the update's spans; what is not remembered yet is written whole."""
        placed: list[tuple[int, int, Strip]] = []
        for y, left, right in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < right and end > left:
                    first, stop = max(x, left), min(end, right)
                    if not strip.text.isascii():  # a character of which a part is to be told is told whole
                        first -= first > x and _is_within(strip, first - x)
                        stop += stop < end and _is_within(strip, stop - x)
                    placed.append((y, first, strip.crop(first - x, stop - x)))
        return self.strips(placed, console)

    def strips(self, placed: Iterable[tuple[int, int, Iterable[Segment]]], console: Console) -> str:
        """The changed cells of strips or parts of some, at (y, x): the one way in which parts are painted.

        Blank while the line is slow: then they are written when it takes them.
        """
        system = console._color_system or ColorSystem.TRUECOLOR
        if self.backlog is not None and self._holder is not None:
            now, pressed = self._holder.now(), self._holder.pressed
            for y, x, strip in placed:
                self.backlog.lay(y, x, self._read([strip], system), now, pressed=pressed)
            self._holder.laid()
            return ""
        pen = Pen()
        for y, x, strip in placed:
            self._write(pen, y, x, self._read([strip], system))
        return pen.finish()

    @staticmethod
    def _read(strips: Iterable[Iterable[Segment]], system: ColorSystem) -> Line:
        line = Line()
        for strip in strips:
            line.add(strip, system)
        return line

    def _write(self, pen: Pen, y: int, x: int, part: Line) -> None:
        known = self._lines[y] if y < len(self._lines) else None
        if known is None or x + len(part.chars) > len(known.chars):
            pen.run(y, x, part, 0, len(part.chars))
            if known is not None:
                self._lines[y] = Line()
            return
        for first, end in changed_runs(known, x, part):
            pen.run(y, x, part, first, end)
        known.put(x, part)


def _is_within(strip: Strip, place: int) -> bool:
    """Whether a strip cut at a cell is cut within a character: a wide one, or one whose marks follow the cut."""
    reached = 0
    for char in strip.text:
        width = cell_len(char)
        if reached >= place:
            return reached > place or not width
        reached += width
    return reached > place


class ThinUpdate(CompositorUpdate):
    """An update of Textual's that goes by way of the copy."""

    def __init__(self, update: ChopsUpdate | LayoutUpdate, terminal: Terminal) -> None:
        self._update = update
        self._terminal = terminal

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self._update.__rich_console__(console, options)

    def render_segments(self, console: Console) -> str:
        """Escape sequences for the terminal; blank while they wait for a slow line."""
        if isinstance(self._update, LayoutUpdate):
            return self._terminal.full(self._update, console)
        return self._terminal.partial(self._update, console)
