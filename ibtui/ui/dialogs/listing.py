"""A dialog of one list with a cursor in it, as many of its rows in sight as fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from ibtui.ui.dialogs.base import Dialog, Lines

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

Result = TypeVar("Result")

AROUND = 6
"""Lines a list leaves to the frame, the remark and the keys."""


class ListDialog(Dialog[Result]):
    """Rows of words; Enter takes what `outcome` says, Esc nothing."""

    KEYS: ClassVar[str] = "↑↓ choose · enter takes it · esc leaves"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", show=False),
        Binding("enter", "take", "take", show=False),
        Binding("up,k", "step(-1)", "up", show=False),
        Binding("down,j", "step(1)", "down", show=False),
        Binding("home", "step(-1000)", "first", show=False),
        Binding("end", "step(1000)", "last", show=False),
    ]

    def __init__(self, app: DashboardApp, *, heading: str, corner: str = "") -> None:
        super().__init__(app, heading=heading, corner=corner)
        self.place = 0
        """Row of the cursor."""

    def compose_body(self) -> ComposeResult:
        """Rows, a remark, keys."""
        yield Lines(id="rows")
        yield Lines(id="remark")
        yield Lines(id="keys")

    def on_resize(self, _event: events.Resize) -> None:
        """Show as many rows as fit now."""
        self.repaint()

    def rows(self) -> Sequence[str]:
        """What is listed; dialogs say it."""
        raise NotImplementedError

    def outcome(self) -> Result | None:
        """What Enter gives; None keeps the dialog open, which then says why."""
        raise NotImplementedError

    def remark(self) -> str:
        """A line below the rows."""
        return ""

    def paint(self) -> None:
        """Draw the part of the list round the cursor."""
        rows = self.rows()
        room = max(3, self.size.height - AROUND)
        first = max(0, min(self.place - room // 2, len(rows) - room))
        shown = [self._row(first + at, text) for at, text in enumerate(rows[first : first + room])]
        self.query_one("#rows", Lines).show(Content("\n").join(shown))
        self.query_one("#remark", Lines).show(Content(self.remark()))
        self.query_one("#keys", Lines).show(Content.styled(self.KEYS, "$muted"))

    def action_step(self, rows: int) -> None:
        """Move the cursor."""
        self.place = max(0, min(self.place + rows, len(self.rows()) - 1))
        self.repaint()

    def action_take(self) -> None:
        """Give what was chosen, once."""
        found = self.outcome()
        if found is not None:
            self.finish(found)

    def action_leave(self) -> None:
        """Change nothing."""
        self.finish(None)

    def _row(self, at: int, text: str) -> Content:
        mine = at == self.place
        return Content.styled(f"▸ {text}" if mine else f"  {text}", "bold" if mine else "")
