"""What a widget is asked to draw."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget


def lines_drawn(widget: Widget) -> set[int]:
    """The lines it draws from now on."""
    drawn: set[int] = set()
    original = widget.render_line

    def spy(y: int) -> Strip:
        drawn.add(y)
        return original(y)

    widget.render_line = spy  # type: ignore[method-assign]  # a spy in place of the method
    return drawn
