"""Corrections proposed to the painting, to see what is wrong with them still: `--mended`. To go when they are taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from unittest import mock

from rich.cells import cell_len
from textual import events
from textual._compositor import Compositor
from textual.filter import Monochrome, NoColor

from ibtui.ui.app import DashboardApp
from ibtui.ui.paint.app import PaintedApp
from ibtui.ui.paint.cells import Line

STOCK_MAP: Final[Any] = vars(Compositor)["full_map"]
STOCK_ON_EVENT: Final = PaintedApp.on_event
STOCK_USE_THEME: Final = DashboardApp.use_theme


def _bar(share: float, room: int) -> int:
    """widgets/ladder_cells.py: a price with both sides has bars of at most its column."""
    return min(room, max(1, round(room * share))) if share and room > 0 else 0


def _full_map(self: Compositor) -> object:
    """A compositor of every screen: Textual's lazy map forgets what went since the last layout, and never erases it."""
    if self.root is None or not self._full_map_invalidated:
        return STOCK_MAP.fget(self)
    before = self.visible_widgets
    found = STOCK_MAP.fget(self)
    for _, (region, clip) in before.items() ^ self.visible_widgets.items():
        if changed := region.intersection(clip):
            self._dirty_regions.add(changed)
    return found


def _put(self: Line, x: int, part: Line) -> None:
    """cells.py: no half of a wide character outlives the other, on a terminal as here."""
    end = x + len(part.chars)
    if 0 < x < len(self.chars) and not self.chars[x]:
        self.chars[x - 1] = " "
    if end < len(self.chars) and not self.chars[end]:
        self.chars[end] = " "
    self.chars[x:end] = part.chars
    self.inks[x:end] = part.inks


def _add_wide(self: Line, text: str, ink: str) -> None:
    """cells.py: a mark belongs to the wide character before it, not to its second cell."""
    for char in text:
        width = cell_len(char)
        if width == 0 and self.chars:
            self.chars[-1 if self.chars[-1] or len(self.chars) == 1 else -2] += char
            continue
        self.chars += [char, *[""] * (width - 1)]
        self.inks += [ink] * max(1, width)


async def _on_event(self: PaintedApp, event: events.Event) -> None:
    """paint/app.py: a terminal that tells its old size had another meanwhile, and has lost what stood on it."""
    if isinstance(event, events.Resize) and event.size == self.size and self._terminal._lines:
        self.redraw()
    await STOCK_ON_EVENT(self, event)


def _use_theme(self: DashboardApp, name: str) -> None:
    """app.py: without colours a theme of the terminal's own needs another filter, or all is black on black."""
    STOCK_USE_THEME(self, name)
    if self.no_color:
        kept = [one for one in self._filters if not isinstance(one, NoColor | Monochrome)]
        self._filters[:] = [*kept, NoColor() if self.native_ansi_color else Monochrome()]


@contextmanager
def mended() -> Iterator[None]:
    """With all of them."""
    with ExitStack() as stack:
        for name, value in (
            ("ibtui.ui.widgets.ladder_cells._bar", _bar),
            ("textual._compositor.Compositor.full_map", property(_full_map)),
            ("ibtui.ui.paint.cells.Line.put", _put),
            ("ibtui.ui.paint.cells.Line._add_wide", _add_wide),
            ("ibtui.ui.paint.app.PaintedApp.on_event", _on_event),
            ("ibtui.ui.app.DashboardApp.use_theme", _use_theme),
        ):
            stack.enter_context(mock.patch(name, value))
        yield
