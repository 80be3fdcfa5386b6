"""The bottom line: keys of the screen from the actions table, most important first, as many as fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from ibtui.clock import Clock
from ibtui.ui.actions import BY_ID, Context, chords, heard, key_label
from ibtui.ui.paint.direct import paint_line
from ibtui.ui.widths import line_of

if TYPE_CHECKING:
    from ibtui.session.intents import Session

SCREEN_ACTIONS: Final = {
    Context.WATCH: "watch",
    Context.LADDER: "ladder",
    Context.BLOTTER: "orders",
    Context.PORTFOLIO: "portfolio",
    Context.INBOX: "inbox",
}
"""The action that opens the screen one is on needs no place in its footer."""


class KeyFooter(Widget):
    """One line of keys, with the unread count at the inbox and the pace at the right where there is room."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key", "footer--label", "footer--note"}
    DEFAULT_CSS = """
    KeyFooter { dock: bottom; height: 1; background: $footer; color: $muted; }
    .footer--key{color:$footer-key;text-style:bold}
    .footer--label{color:$foreground}
    .footer--note{color:$muted}
    """

    def __init__(self, context: Context, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self.context = context
        self._keymap = keymap
        self._note = ""
        self._unread = 0
        self._first: tuple[tuple[str, str], ...] = ()
        self.state = ""
        """What the keys of the screen do now, where that changes; the help says it."""

    def say_state(self, state: str, first: Sequence[tuple[str, str]]) -> None:
        """Show these actions (id, label) before all others, as long as the screen is in this state."""
        if (state, tuple(first)) != (self.state, self._first):
            self.state, self._first = state, tuple(first)
            self.refresh()

    def show(self, session: Session, _clock: Clock) -> None:
        """Take unread count and pace from the store; paints only when the text changed."""
        pace = session.store.pace
        note = f"{pace.bytes_per_second / 1000:.0f} kB/s"
        if (note, session.store.inbox.unread) != (self._note, self._unread):
            self._note, self._unread = note, session.store.inbox.unread
            paint_line(self, 0)

    def entries(self) -> list[tuple[str, str]]:
        """(key, label) of the actions that want to be in the footer, most important first."""
        keymap = self._keymap
        own = SCREEN_ACTIONS.get(self.context, "")
        said = dict(self._first)
        left_out = {own, *said}
        offered = (action for action in heard(self.context) if action.footer and action.action_id not in left_out)
        wanted = [*(BY_ID[name] for name in said), *sorted(offered, key=lambda action: action.footer)]
        found = []
        for action in wanted:
            keys = chords(action, keymap)
            label = said.get(action.action_id, action.label)
            label = f"{label} ({self._unread})" if action.action_id == "inbox" and self._unread else label
            if keys:
                found.append((key_label(keys[0]), label))
        return found

    def render_line(self, y: int) -> Strip:
        """The one line."""
        key, label = self.get_component_rich_style("footer--key"), self.get_component_rich_style("footer--label")
        note = self.get_component_rich_style("footer--note")
        width, used = self.size.width, 1
        segments = [Segment(" ", label)]
        for chord, text in self.entries():
            needed = len(chord) + len(text) + 3
            if used + needed > width:
                continue
            segments += [Segment(chord, key), Segment(f" {text}  ", label)]
            used += needed
        if used + len(self._note) + 1 <= width:
            segments.append(Segment(self._note.rjust(width - used - 1) + " ", note))
        return line_of(segments, width, label)
