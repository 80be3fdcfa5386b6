"""Widgets that are nothing but their lines: no frame, no padding, nothing seen through."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from ibtui.ui.paint.direct import Part, paint


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

    def paint_line(self, y: int = 0) -> None:
        """Paint one whole line."""
        if self.size:
            paint(self, (Part(y, 0, self.render_line(y)),))

    def shown(self, style: Style) -> Style:
        """A style in colours that the terminal has."""
        return filtered(self, style)


def filtered(widget: Widget, style: Style) -> Style:
    """What the app's filters make of a style."""
    background, segments = widget.background_colors[1], [Segment(" ", style)]
    for one in widget.get_line_filters():
        segments = one.apply(segments, background)
    return segments[0].style or Style.null()
