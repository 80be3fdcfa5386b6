"""The painting half of the app: which driver, by way of which copy of the terminal, at once or as the line takes it."""

from __future__ import annotations

from typing import Final

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.filter import Monochrome, NoColor
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from ibtui.ui.paint.direct import DirectPainter
from ibtui.ui.paint.outflow import Outflow
from ibtui.ui.paint.terminal import Terminal, ThinUpdate
from ibtui.ui.paint.versions import VERSION, is_checked

NOT_CHECKED = (
    f"Textual {VERSION} was not checked with this ibtui: the screen is painted by Textual's own means, "
    "with more bytes and processor time, and nothing is adapted to a slow line"
)


USERS_EVENTS: Final = (
    events.Key,
    events.Paste,
    events.MouseDown,
    events.MouseUp,
    events.MouseScrollDown,
    events.MouseScrollUp,
)
"""After which the screen has to answer."""


class PaintedApp(App[None]):
    """An app whose pictures go through `Terminal`, and on a slow line wait in its backlog.

    With `driver_class=` another driver writes them: then no line is measured. A test that wants the slow way calls
    `app.outflow.hold()` and lets the bytes go with `app.outflow.drain(room)`.
    """

    def __init__(self, *, driver_class: type[Driver] | None = None) -> None:
        self._terminal = Terminal()
        self.outflow = Outflow(self, self._terminal)
        """What was painted on its way to the terminal."""
        self.painter = DirectPainter(self, self._terminal)
        """Writes what changed on the screen past Textual's compositor."""
        super().__init__(driver_class=driver_class)

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice; on Unix the one that measures the line."""
        chosen = super().get_driver_class()
        if is_checked() and chosen.__name__ == "LinuxDriver":
            from ibtui.ui.paint.driver import LineDriver  # noqa: PLC0415 - not there on Windows

            return LineDriver
        return chosen

    def take_input(self, message: Message) -> None:
        """Take what came from the terminal; that a key came is known before it has been through the app's queue."""
        if isinstance(message, events.Key):
            self.key_came()
        self.post_message(message)

    def key_came(self) -> None:
        """A key is on its way."""

    async def on_event(self, event: events.Event) -> None:
        """Know what the user does, whose effect is written first, and when the terminal's own picture is lost."""
        if isinstance(event, USERS_EVENTS) and not event.is_forwarded:
            self.outflow.press()
        elif isinstance(event, events.Resize):
            self._resized(event.size)
        await super().on_event(event)

    def _resized(self, size: Size) -> None:
        """A terminal of another size has lost what stood on it; one of the same had another size in between."""
        if size == self.size and self._terminal.is_known:
            self.redraw()
        elif self.outflow.is_held:
            self._terminal.forget()

    def suit_filters(self) -> None:
        """Without colours a theme of the terminal's own needs another filter, or all would be black on black."""
        if self.no_color:
            kept = [one for one in self._filters if not isinstance(one, NoColor | Monochrome)]
            self._filters[:] = [*kept, NoColor() if self.native_ansi_color else Monochrome()]

    def action_redraw(self) -> None:
        """Draw the whole screen again, dialogs and all."""
        self.redraw()

    def redraw(self) -> None:
        """Write the whole screen again: after a suspension, or when something else wrote on the terminal."""
        self._terminal.forget()
        self.screen.refresh()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        self.painter.flush()
        update = self._terminal.wrapped(renderable)
        if isinstance(update, ThinUpdate) and self._is_painting:
            self.outflow.begin()
        if self.outflow.is_held and isinstance(update, ThinUpdate) and self._is_painting:
            update.render_segments(self.console)
            self.post_display_hook()
        else:
            super()._display(screen, update)

    @property
    def _is_painting(self) -> bool:
        """Whether Textual would write at all."""
        return self._running and not self._closed and not self.is_headless and not self._batch_count
