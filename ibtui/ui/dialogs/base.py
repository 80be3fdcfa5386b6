"""What every dialog has: the session, the frame hook, a panel, and a way to close that cannot close another screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from ibtui.session.intents import Session
from ibtui.store import Changes, Store
from ibtui.ui.dialogs.guard import KeyGuard, pressed_keys
from ibtui.ui.paint.veil import VeiledScreen

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

Result = TypeVar("Result")


class Dialog(VeiledScreen[Result | None], Generic[Result]):
    """A modal screen that sends intents and follows the store."""

    CSS_PATH: ClassVar[str] = str(Path(__file__).with_name("dialogs.tcss"))
    AUTO_FOCUS = ""

    def __init__(self, app: DashboardApp, *, heading: str, corner: str = "") -> None:
        super().__init__()
        self.dashboard = app
        self.session: Session = app.session
        self.guard = KeyGuard(self.session.now, pressed_keys(app))
        self.heading = heading
        self.corner = corner
        self.sheet = Vertical(classes="sheet")
        """The panel."""
        self._finished = False
        self._outcome: Result | None = None

    @property
    def store(self) -> Store:
        """The model."""
        return self.session.store

    def compose(self) -> ComposeResult:
        """The panel with its title at the left and, below right, the account or another remark."""
        self.sheet.border_title = Content(self.heading)
        self.sheet.border_subtitle = Content(self.corner)
        with self.sheet:
            yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """What stands in the panel; dialogs yield it."""
        yield from ()

    def on_mount(self) -> None:
        """Paint what the store knows already."""
        self.paint()

    @property
    def is_open(self) -> bool:
        """Whether all its parts are there and it has not been finished."""
        return self.is_mounted and not self._finished

    def frame(self, changes: Changes) -> None:
        """Follow the store; called by the frame pump."""
        if self.is_over():
            self.finish(None)

    def is_over(self) -> bool:
        """Whether what it is about was settled elsewhere, so that it closes by itself; dialogs that wait know.

        Asked of the store as it is, not of what changed: changes of the time before it was shown, or of the time
        another dialog lay on it, never reach `frame`.
        """
        return False

    def repaint(self) -> None:
        """Draw everything again while it is open: messages that waited come after its end as well."""
        if self.is_open:
            self.paint()

    def paint(self) -> None:
        """Draw everything from the store; dialogs do."""

    def finish(self, outcome: Result | None = None) -> None:
        """Close: at once, or as soon as this one is mounted, or on top again when another dialog lies on it."""
        if self._finished:
            return
        self._finished = True
        self._outcome = outcome
        if self.is_active and self.is_mounted:
            self.dismiss(outcome)

    def on_screen_resume(self) -> None:
        """Close late, if that was asked for or became due before; else show what happened under another dialog.

        The guard's time starts with the next paint.
        """
        if self._finished and self.is_active:
            self.dismiss(self._outcome)
        elif self.is_over():
            self.finish(None)
        self.repaint()
        self.call_after_refresh(self.guard.painted)

    def on_screen_suspend(self) -> None:
        """A key meant for the dialog on top must not reach this one when it comes back."""
        self.guard.covered()


class Lines(Static):
    """Text in a dialog that changes in place: layout is done only when a line became longer or shorter.

    One that `folds` takes no room while it says nothing.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, folds: bool = False) -> None:
        super().__init__("", markup=False, id=id, classes=classes)
        self.text = ""
        """What it says."""
        self._said = Content("")
        self._folds = folds
        if folds:
            self.display = False

    def show(self, content: Content) -> None:
        """Replace the text; a line that grew may wrap, so only texts of the same shape keep the layout."""
        if content.is_same(self._said):
            return
        before, self.text, self._said = self.text, content.plain, content
        if self._folds:
            self.display = bool(self.text)
        self.update(content, layout=_shape(before) != _shape(self.text))


def _shape(text: str) -> list[int]:
    return [len(line) for line in text.split("\n")]
