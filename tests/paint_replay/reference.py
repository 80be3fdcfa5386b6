"""What should be on the terminal: the same state painted whole by Textual's own code."""

from __future__ import annotations

from typing import Final

from rich.style import Style
from textual._compositor import Compositor, LayoutUpdate
from textual.strip import Strip
from textual.widget import Widget

from ibtui.ui.app import DashboardApp
from ibtui.ui.paint.marks import SHORT
from tests.paint_replay.emulator import Cells, shown_line

MARKS: Final = str.maketrans(dict(SHORT))


def full_repaint(app: DashboardApp) -> LayoutUpdate:
    """The whole screen as stock Textual would write it; nothing of the app changes by it."""
    stock = Compositor()
    stock.__dict__.update(app.screen._compositor.__dict__)
    stock._dirty_regions = set()
    update = stock.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    return update


def full_text(app: DashboardApp) -> str:
    """That as text."""
    text = full_repaint(app).render_segments(app.console)
    return text.translate(MARKS) if has_short_marks(app) else text


def has_short_marks(app: DashboardApp) -> bool:
    """Whether the line is a thin one, by way of the backlog."""
    return app.thin and app.outflow.is_held


def expected_lines(app: DashboardApp) -> list[Cells]:
    """What a new terminal would show of it; on a thin line that is held, in short marks."""
    lines = full_repaint(app).strips
    texts = ("".join(strip.render(app.console) for strip in line) for line in lines)
    return [shown_line(text.translate(MARKS) if has_short_marks(app) else text, app.size.width) for text in texts]


def forget_drawn(app: DashboardApp) -> None:
    """Let every widget on screen draw all it shows again when it is asked next, from what it is told to show."""
    for screen in (*app._background_screens, app.screen):
        for widget in screen._compositor.visible_widgets:
            widget._styles_cache.clear()
            widget._layout_cache.clear()
            Widget.notify_style_update(widget)
            for kept in vars(widget).values():
                if isinstance(kept, dict) and kept and _is_drawn(next(iter(kept.values()))):
                    kept.clear()


def _is_drawn(value: object) -> bool:
    """Whether this was made to be shown: lines, styles, or what holds them."""
    if isinstance(value, tuple | list):
        return any(map(_is_drawn, value))
    return isinstance(value, Strip | Style)
