"""A screen of several panels that shows them all where there is room, and else only the one in focus."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size

from ibtui.ui.screens.base import DashboardScreen
from ibtui.ui.widgets.panel import Panel

ROOMY_HEIGHT = 30
"""Lines of a terminal from which on every panel is open."""
ROOMY_WIDTH = 110
"""Columns from which on panels stand side by side."""


class FoldingScreen(DashboardScreen):
    """Panels named in FOLDS fold to their titles on a small terminal, save the one that has the focus."""

    FOLDS: ClassVar[tuple[str, ...]] = ()
    """Ids of the panels; the first is open at the start."""

    def compose(self) -> ComposeResult:
        """What has room is known before the parts are made, so that they are styled and laid out once."""
        self._fit(self.app.size)
        yield from super().compose()

    def on_resize(self, event: events.Resize) -> None:
        """Show what has room."""
        super().on_resize(event)
        self._fit(event.size)
        self.fold()

    def _fit(self, size: Size) -> None:
        classes = {"-tall": size.height >= ROOMY_HEIGHT, "-wide": size.width >= ROOMY_WIDTH}
        self.update_classes(classes, update=self.is_mounted)

    def on_descendant_focus(self) -> None:
        """Open the panel the focus went to."""
        self.fold()

    def fold(self) -> None:
        """Fold all panels but the one in focus, or none where there is room for all."""
        panels = [self.query_one(f"#{name}", Panel) for name in self.FOLDS]
        focused = self.focused
        inside = [panel for panel in panels if focused is not None and panel in focused.ancestors]
        kept = [panel for panel in panels if not panel.has_class("-folded")]
        open_panel = inside[0] if inside else kept[0] if len(kept) == 1 else panels[0]
        for panel in panels:
            panel.set_class(not self.has_class("-tall") and panel is not open_panel, "-folded")
