"""Writes changed parts of lines at once, without Textual's compositor, where nothing lies over their widget.

A repaint by way of Textual waits for idle and for the next sixtieth of a second, and asks the compositor which widgets
lie where; a price ladder knows. What is written goes through the copy of the terminal like everything else, so that
only cells that differ are sent. Checked with the versions in `versions`; with any other one Textual paints.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from rich.control import Control
from rich.segment import Segment
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.app import App
from textual.geometry import Region, Size
from textual.widget import Widget

from ibtui.ui.paint.terminal import Terminal
from ibtui.ui.paint.versions import is_checked


class Part(NamedTuple):
    """A piece of a line: of the terminal's, or of a widget's."""

    y: int
    x: int
    segments: Iterable[Segment]


class Place(NamedTuple):
    """Where a widget lies on the terminal."""

    x: int
    y: int
    covered: frozenset[int]
    """Lines of the widget over which something else lies."""


class DirectPainter:
    """One per app; parts laid within one turn of the loop are written together.

    What was laid is written before anything else is painted (`flush`), so that it never lies over something newer.
    """

    def __init__(self, app: App[Any], terminal: Terminal) -> None:
        self._app = app
        self._terminal = terminal
        self._parts: list[Part] = []
        self._callbacks: list[Callable[[], None]] = []
        self._is_held = False
        self._map: object = None
        """Textual's map of what is in sight that `_places` was found in; it makes a new one after each layout."""
        self._places: dict[Widget, Place | None] = {}

    def place(self, widget: Widget) -> Place | None:
        """Where on the terminal a widget lies; None where Textual must paint all of it."""
        app = self._app
        driver = app._driver
        if driver is None or driver.is_headless or app._batch_count or not is_checked():
            return None
        visible = app.screen._compositor.visible_widgets
        if visible is not self._map:
            self._map = visible
            self._places.clear()
        if widget not in self._places:
            self._places[widget] = self._found(widget)
        return self._places[widget]

    def _found(self, widget: Widget) -> Place | None:
        """The place of a widget of which no line is out of sight: the map goes from the front to the back."""
        in_front: list[Region] = []
        for other, (region, clip) in self._app.screen._compositor.visible_widgets.items():
            if other is widget:
                lines = Region.from_offset(region.offset, size_of(widget))
                if not clip.contains_region(lines):
                    return None
                over = [one.intersection(lines) for one in in_front if one.overlaps(lines)]
                return Place(*lines.offset, frozenset(y - lines.y for one in over for y in one.line_range))
            in_front.append(region.intersection(clip))
        return None

    def lay(self, place: Place, parts: Iterable[Part]) -> None:
        """Paint parts of a widget that lies there, after what else happens in this turn of the loop."""
        self._flush_soon()
        left, top, _ = place
        self._parts += [Part(top + y, left + x, segments) for y, x, segments in parts]

    def when_written(self, callback: Callable[[], None]) -> None:
        """Call this once everything laid so far is written."""
        self._flush_soon()
        self._callbacks.append(callback)

    def hold(self) -> None:
        """Until `release`, write only what somebody flushes: a frame goes out in one piece, though laid in several."""
        self._is_held = True

    def release(self) -> None:
        """Write what was laid, and again what is laid in each turn of the loop."""
        self._is_held = False
        self.flush()

    def _flush_soon(self) -> None:
        if not self._parts and not self._callbacks and not self._is_held:
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Write what was laid, as one piece: each write wakes the thread that does them."""
        parts, self._parts = self._parts, []
        callbacks, self._callbacks = self._callbacks, []
        if parts:
            self._write(parts)
        for callback in callbacks:
            callback()

    def _write(self, parts: list[Part]) -> None:
        app = self._app
        if app._batch_count or app._driver is None:
            app.screen.refresh()
            return
        text = self._terminal.strips(parts, app.console)
        if text:
            start, end = (SYNC_START, SYNC_END) if app._sync_available else ("", "")
            home = Control.move_to(*app.screen.outer_size.clamp_offset(app.cursor_position)).segment.text
            app._driver.write(f"{start}{text}{home}{end}")


def paint(widget: Widget, parts: Sequence[Part], *, is_remembered: bool = False) -> None:
    """Paint parts of a widget's lines: at once where nothing lies over them, else with Textual's next update.

    They are in colours that the terminal has. Where Textual remembers the widget's lines (`is_remembered`), it must
    draw these anew when it paints them.
    """
    if not parts:
        return
    painter = painter_of(widget.app)
    place = painter.place(widget) if painter is not None else None
    left_over = parts
    if painter is not None and place is not None:
        if is_remembered:  # lists: each tuple made of a generator leaves one more of its length with Python's free ones
            widget._styles_cache.set_dirty(*[Region(0, y, 1, 1) for y in {part.y for part in parts}])
        left_over = [part for part in parts if part.y in place.covered] if place.covered else ()
        painter.lay(place, parts if not left_over else [part for part in parts if part.y not in place.covered])
    if left_over:
        widget.refresh(*[Region(0, y, widget.size.width, 1) for y in {part.y for part in left_over}])


def size_of(widget: Widget) -> Size:
    """Of a widget's own lines: a frame is made of them, scrollbars are not."""
    return widget.region.size if widget.styles.gutter else widget.scrollable_content_region.size


def paint_line(widget: Widget, y: int) -> None:
    """Paint one line of any widget as Textual would draw it; the first and the last of a framed one are its frame's."""
    painter = painter_of(widget.app)
    place = painter.place(widget) if painter is not None else None
    line = Region(0, y, size_of(widget).width, 1)
    if painter is None or place is None or y in place.covered:
        widget.refresh(line.translate(-widget.content_offset))  # it counts from the first cell within the frame
        return
    widget._styles_cache.set_dirty(line)
    painter.lay(place, (Part(y, 0, widget.render_lines(line)[0]),))


def painter_of(app: App[Any]) -> DirectPainter | None:
    """The painter of an app that has one."""
    found = getattr(app, "painter", None)
    return found if isinstance(found, DirectPainter) else None
