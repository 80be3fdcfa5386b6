"""What every F-key screen has: status line, footer, common keys, and a frame at a time from the pump."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from ibtui.store import Changes, Store
from ibtui.ui.actions import Context, bindings
from ibtui.ui.screens.common import CommonActions, Seed
from ibtui.ui.widgets.footer import KeyFooter
from ibtui.ui.widgets.status import StatusLine
from ibtui.ui.widgets.trouble import TroubleLine

if TYPE_CHECKING:
    from ibtui.session.intents import Session

__all__ = ["DashboardScreen", "Seed"]

LADDER_MODES = ("watch", "ladder")
"""Screens that point the account's one ladder themselves."""


class DashboardScreen(CommonActions):
    """Base of the F-key screens; `repaint` shows the whole store, `frame` only what changed."""

    CONTEXT: ClassVar[Context] = Context.APP
    MODE: ClassVar[str] = ""
    """Name the app knows the screen by: watch, ladder, orders, portfolio, inbox."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.APP)]
    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    DashboardScreen { layout: vertical; background: $background; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._status, self._trouble = StatusLine(), TroubleLine()
        self._is_shown = False
        """Whether `shown` was called since it was last covered: Textual resumes the first screen of a mode twice."""

    @property
    def session(self) -> Session:
        """The facade to ask things of."""
        return self.dashboard.session

    @property
    def store(self) -> Store:
        """The model, to be read."""
        return self.session.store

    def compose(self) -> ComposeResult:
        """Status line, the screen's own body, footer."""
        self._footer = KeyFooter(self.CONTEXT, self.dashboard.keymap)
        yield self._status
        yield self._trouble
        yield from self.compose_body()
        yield self._footer

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets; subclasses yield them."""
        yield from ()

    def frame(self, changes: Changes) -> None:
        """Paint what changed; called by the pump on the current screen only, and only when something did."""

    def frame_parts(self, changes: Changes) -> Iterator[None]:
        """Paint what changed in parts, if it takes long, so that keys need not wait for all of them."""
        self.frame(changes)
        yield

    def covered_frame(self, changes: Changes) -> None:
        """Ask for what the changes call for, while a dialog lies on the screen; the pump paints it once a second."""

    def repaint(self) -> None:
        """Paint everything from the store; called when the screen becomes current."""

    def tick(self) -> None:
        """Paint what the passing of time changes (staleness, ages); called once a second on the current screen."""

    def shown(self) -> None:
        """Ask the session for what this screen needs; called when the screen becomes current."""

    def hidden(self) -> None:
        """Let go of what only this screen needs; called when another screen becomes current."""

    def show_contract(self, conid: int) -> None:
        """Make an instrument the selected one, as `:watch` and `:ladder SYMBOL` and the find dialog do."""

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the shell, and everything whose number of rows changed once the layout is done."""
        self.frame_shell()
        self.call_after_refresh(self.repaint)

    def on_screen_resume(self) -> None:
        """Paint everything: nothing was painted while another screen was current."""
        self.frame_shell()
        if not self._is_shown:
            self._is_shown = True
            self.shown()
        self.repaint()

    def on_screen_suspend(self) -> None:
        """Let go, unless only a dialog came on top."""
        self._is_shown = False
        if self.dashboard.current_mode != self.MODE:
            self.hidden()
            if self.MODE in LADDER_MODES and self.dashboard.current_mode not in LADDER_MODES:
                self.session.market.show_ladder(None)

    def frame_shell(self) -> None:
        """Paint status line, trouble line and footer."""
        if not self.is_mounted:
            return
        self._status.flash = self.dashboard.flash
        self._status.line_rate = self.dashboard.outflow.bytes_per_second if self.dashboard.thin else None
        self._status.show(self.session, self.dashboard.clock)
        self._footer.show(self.session, self.dashboard.clock)
        self._trouble.show_health(self.store.health, self.session.now())

    def focus_first(self, *widgets: Widget) -> None:
        """Focus the first of these that can be, unless something has the focus already."""
        if self.focused is None and widgets:
            self.set_focus(widgets[0])
