"""Widgets that are nothing but their lines: no frame, no padding, nothing seen through."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from ibtui.ui.paint.direct import Part, painter_of


class PlainLines(Widget):
    """Gives its lines to the compositor as it draws them, without what Textual does for frames, padding and tints.

    `render_line` must fill the widget's width, its ground included, in styles that `shown` made.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the widget."""
        width = self.region.width
        if not width:  # it was taken from the screen and not from the compositor's map yet: it has no styles any more
            return [Strip.blank(crop.width)] * crop.height
        strips = [self.render_line(y) for y in crop.line_range]
        return strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]

    def paint(self, parts: Sequence[Part]) -> None:
        """Paint parts of lines: at once where nothing lies over them, else with Textual's next update."""
        painter = painter_of(self.app)
        place = painter.place(self) if painter is not None else None
        if painter is None or place is None:
            left_over = parts
        else:
            left_over = [part for part in parts if part.y in place.covered] if place.covered else ()
            painter.lay(place, parts if not left_over else [part for part in parts if part.y not in place.covered])
        if left_over:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in dict.fromkeys(part.y for part in left_over)))

    def paint_line(self, y: int = 0) -> None:
        """Paint one whole line."""
        if self.size:
            self.paint((Part(y, 0, self.render_line(y)),))

    def shown(self, style: Style) -> Style:
        """A style in colours that the terminal has: what the app's filters make of it."""
        background, segments = self.background_colors[1], [Segment(" ", style)]
        for one in self.get_line_filters():
            segments = one.apply(segments, background)
        return segments[0].style or Style.null()
