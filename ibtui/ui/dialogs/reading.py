"""A decision whose yes counts only once the whole matter was on screen; a no needs no reading."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import events
from textual.containers import VerticalScroll

from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.deciding import DecidingDialog

Result = TypeVar("Result")

MORE_BELOW = "↓ more below: read on (↓, page down, end) before you accept"


class ReadDialog(DecidingDialog[Result]):
    """Says when there is more to read than fits, and takes no answer but the harmless ones before its end was seen."""

    MAY_BE_UNREAD: ClassVar[frozenset[str]] = frozenset({"no"})
    """Answers that need no reading."""
    _end_seen = False
    """Whether the last line of the matter was on screen."""

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for the answers; say when there is more to read than fits."""
        super().on_resize(event)
        self.call_after_refresh(self.say_more)

    def action_scroll_matter(self, lines: int) -> None:
        """Read on; the end needs no mention any more."""
        super().action_scroll_matter(lines)
        self.call_after_refresh(self.say_more)

    def refusal(self, name: str) -> str:
        """Nothing is accepted unread."""
        self._look_for_end()
        return "" if name in self.MAY_BE_UNREAD or self._end_seen else MORE_BELOW

    def say_more(self) -> None:
        """Say whether there is more below, unless something else is said there; call it after each painting."""
        if self.is_open and self.query_one("#remark", Lines).text in ("", MORE_BELOW):
            self._look_for_end()
            matter = self.query_one("#matter", VerticalScroll)
            self.remark(MORE_BELOW if matter.max_scroll_y > round(matter.scroll_y) else "")

    def _look_for_end(self) -> None:
        matter = self.query_one("#matter", VerticalScroll)
        is_laid_out = matter.size.height > 0 and matter.virtual_size.height > 0
        self._end_seen = self._end_seen or (is_laid_out and matter.max_scroll_y <= round(matter.scroll_y))
