"""A frame with its title in the border."""

from __future__ import annotations

from typing import Self

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from ibtui.ui.paint.direct import paint_line


class Panel(Vertical):
    """Widgets in one frame; titles are plain text, never markup."""

    def __init__(self, *children: Widget, title: str = "", id: str | None = None) -> None:
        super().__init__(*children, id=id, classes="panel")
        self._said = ("", "")
        self._is_saying = False
        self.say(title)

    def say(self, title: str, subtitle: str = "") -> None:
        """Change the titles; paints only when they say something new."""
        if (title, subtitle) == self._said:
            return
        changed = [y for y, was, now in zip((0, -1), self._said, (title, subtitle), strict=True) if was != now]
        self._said = (title, subtitle)
        self._is_saying = True
        self.border_title = Content(title) if title else None
        self.border_subtitle = Content(subtitle) if subtitle else None
        self._is_saying = False
        height = self.region.height
        if not self.is_mounted or not height:
            self.refresh()
            return
        for y in changed:
            paint_line(self, y % height)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As Textual's; a new title alone paints the lines it stands in, not all that the frame holds."""
        if self._is_saying and self.is_mounted:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
