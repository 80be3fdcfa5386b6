"""A frame with its title in the border."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget


class Panel(Vertical):
    """Widgets in one frame; titles are plain text, never markup."""

    def __init__(self, *children: Widget, title: str = "", id: str | None = None) -> None:
        super().__init__(*children, id=id, classes="panel")
        self._said = ("", "")
        self.say(title)

    def say(self, title: str, subtitle: str = "") -> None:
        """Change the titles; paints only when they say something new."""
        if (title, subtitle) == self._said:
            return
        self._said = (title, subtitle)
        self.border_title = Content(title) if title else None
        self.border_subtitle = Content(subtitle) if subtitle else None
