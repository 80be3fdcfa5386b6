"""A screen that is styled, laid out and painted no oftener than it must: a correction of what Textual does at a start.

Stock Textual also paints a screen while the app holds repaints back, throws that picture away and forgets what was to
be painted. A screen that was just painted whole, for its new size say, it paints whole once more when somebody had
asked for that meanwhile; one that was just made it styles again because it became current, and one that is told its
size again it lays out again. Checked with the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

from typing import Any

from textual import events
from textual.geometry import Size
from textual.screen import Screen

from ibtui.ui.paint.versions import is_checked


def is_all_due(screen: Screen[Any]) -> bool:
    """Whether the next update of a screen paints all of it, on the terminal."""
    return screen._compositor.size.region in screen._compositor._dirty_regions and screen is screen.app.screen


class WholeScreen(Screen[None]):
    """Leaves what changes during a batch to the first paint after it, and does nothing twice for the same cause."""

    _is_new = True
    """Whether it was never current: then every widget's styles were applied a moment ago, when it was mounted."""

    def __init__(self) -> None:
        super().__init__()
        if is_checked():  # its styles are of now; else all styles of the screen left are made anew
            self._css_update_count = self.app._css_update_count

    def _compositor_refresh(self) -> None:
        if not is_checked():
            super()._compositor_refresh()
        elif not self.app._batch_count:
            is_whole = is_all_due(self)
            super()._compositor_refresh()
            if is_whole:
                self._repaint_required = False

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """Textual's own handler comes after this one."""
        if self._is_new and is_checked():
            event.refresh_styles = False
        self._is_new = False

    def _screen_resized(self, size: Size) -> None:
        if not is_checked():
            super()._screen_resized(size)
        elif size != self._compositor.size or (self._layout_required and not self.app._batch_count):
            super()._screen_resized(size)
            self._layout_required &= not (self.stack_updates and self.is_attached)
        else:
            self._compositor_refresh()
