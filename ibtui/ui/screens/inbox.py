"""The inbox (F6): what IBKR wants read, and the questions that wait for an answer."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ibtui.domain.notices import Fyi, Notice
from ibtui.store import Changes, Topic
from ibtui.ui.actions import Context, bindings
from ibtui.ui.dialogs.notices import DisclaimerDialog, PromptDialog
from ibtui.ui.screens.base import DashboardScreen
from ibtui.ui.screens.folding import ROOMY_WIDTH
from ibtui.ui.screens.inbox_view import (
    COLUMNS,
    Letter,
    about,
    body,
    heading,
    hint,
    letter_cells,
    letter_value,
    letters,
    options,
)
from ibtui.ui.widgets.grid import Grid
from ibtui.ui.widgets.panel import Panel

TOPICS = (Topic.FYI, Topic.BULLETIN, Topic.NOTICE, Topic.DISCLAIMER)


class InboxScreen(DashboardScreen):
    """The list, and the message under its cursor; Enter opens it, which marks it read."""

    CONTEXT = Context.INBOX
    MODE = "inbox"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Context.INBOX)]
    CSS_PATH = "inbox.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._list = Grid(COLUMNS, empty="No messages", id="letters")
        self._text = Static("", markup=False, id="letter-text")
        self._reader = VerticalScroll(self._text, id="reader")
        self._list_panel = Panel(self._list, title="Inbox", id="list-panel")
        self._letter_panel = Panel(self._reader, title="Message", id="letter-panel")
        self._letters: dict[str, Letter] = {}
        self._list.draw_from(
            lambda key: letter_cells(self._letters[str(key)]),
            lambda keys, column: [letter_value(self._letters[str(key)], column) for key in keys],
        )

    def compose_body(self) -> ComposeResult:
        """List and message."""
        with Container(id="body"):
            yield self._list_panel
            yield self._letter_panel

    def on_resize(self, event: events.Resize) -> None:
        """Side by side where there is room, else below one another."""
        super().on_resize(event)
        self.set_class(event.size.width >= ROOMY_WIDTH, "-wide")

    def shown(self) -> None:
        """Read the notifications again."""
        self.session.inbox.refresh()
        self.focus_first(self._list)

    def repaint(self) -> None:
        """Paint list and message."""
        found = letters(self.store, self.session.now(), self.dashboard.clock.time())
        self._letters = {letter.key: letter for letter in found}
        self._list.set_keys(list(self._letters))
        self._list.touch_all()
        unread = self.store.inbox.unread
        self._list_panel.say(f"Inbox ({unread} unread)" if unread else f"Inbox ({len(found)})")
        self._paint_letter()

    def frame(self, changes: Changes) -> None:
        """Paint when a message came or changed."""
        if any(topic in changes for topic in TOPICS):
            self.repaint()

    def action_refresh_inbox(self) -> None:
        """Read the notifications again."""
        self.session.inbox.refresh()

    def action_back(self) -> None:
        """From the message to the list, from the list to the watchlist."""
        if self._reader.has_focus:
            self._list.focus()
        else:
            super().action_back()

    @on(Grid.Highlighted, "#letters")
    def row_moved(self) -> None:
        """Show the message of the row, from its beginning."""
        self._paint_letter()
        self._reader.scroll_home(animate=False)

    @on(Grid.Selected, "#letters")
    def row_chosen(self) -> None:
        """Open the message: read it, accept its disclaimer, or answer it."""
        letter = self._current()
        source = letter.source if letter is not None else None
        if isinstance(source, Fyi) and source.needs_disclaimer:
            self.app.push_screen(DisclaimerDialog(self.dashboard, source.code))
        elif isinstance(source, Notice) and source.is_prompt:
            self.app.push_screen(PromptDialog(self.dashboard, source))
        else:
            if isinstance(source, Fyi) and not source.is_read:
                self.session.inbox.mark_read(source.fyi_id)
            self._reader.focus()

    def _current(self) -> Letter | None:
        return self._letters.get(str(self._list.cursor_key))

    def _paint_letter(self) -> None:
        letter = self._current()
        if letter is None:
            self._letter_panel.say("Message")
            self._text.update("")
            return
        self._letter_panel.say("Message", hint(letter))
        answers, above = options(letter), heading(letter)
        self._text.update(
            Content.assemble(
                (f"{above}\n" if above else "", "bold"),
                (about(letter), "$muted"),
                "\n\n",
                body(letter),
                (f"\n\n{answers}" if answers else "", "$accent"),
            )
        )
