"""A screen that is painted whole no oftener than it must: a correction of what Textual paints while an app starts.

Stock Textual also paints a screen while the app holds repaints back, throws that picture away and forgets what was to
be painted; and a screen that was just painted whole, for its new size say, it paints whole once more when somebody had
asked for that meanwhile. Checked with the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

from textual.screen import Screen

from ibtui.ui.paint.versions import is_checked


class WholeScreen(Screen[None]):
    """Leaves what changes during a batch to the first paint after it, and takes a whole paint for all asked before."""

    def _compositor_refresh(self) -> None:
        if not is_checked():
            super()._compositor_refresh()
        elif not self.app._batch_count:
            is_whole = self._compositor.size.region in self._compositor._dirty_regions and self is self.app.screen
            super()._compositor_refresh()
            if is_whole:
                self._repaint_required = False
