"""The end of the program's own log: filtered as one types, the newest last."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input

from ibtui.logs import LEVELS, LogLine, LogLines
from ibtui.store import Changes
from ibtui.ui.dialogs.base import Dialog, Lines

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

SHOWN: Final = 400
"""Records shown at once; a filter looks through all that are kept."""
LOOK_SECONDS: Final = 0.5
WEIGHTS: Final = ("debug", "warning", "error")
"""Least levels to choose from; the first shows all."""
STYLES: Final = {"warning": "$warn", "error": "$bad", "critical": "bold $bad"}
HINT: Final = "ctrl+n level · ↑↓ pgup pgdn · esc closes"


class LogDialog(Dialog[None]):
    """Reads what was logged; nothing is changed here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", show=False, priority=True),
        Binding("ctrl+n", "weight", "level", show=False, priority=True),
        Binding("up", "scroll_list(-1)", "up", show=False, priority=True),
        Binding("down", "scroll_list(1)", "down", show=False, priority=True),
        Binding("pageup", "scroll_list(-10)", "page up", show=False, priority=True),
        Binding("pagedown", "scroll_list(10)", "page down", show=False, priority=True),
        Binding("home", "scroll_to(-1)", "first", show=False, priority=True),
        Binding("end", "scroll_to(1)", "last", show=False, priority=True),
    ]

    def __init__(self, app: DashboardApp, lines: LogLines) -> None:
        super().__init__(app, heading="Log of this program (UTC)")
        self._lines = lines
        self._weight = WEIGHTS[0]
        self._painted = -1

    def compose_body(self) -> ComposeResult:
        """Filter, records, keys."""
        yield Input(placeholder="type to filter", compact=True, id="filter")
        with VerticalScroll(id="matter", can_focus=False):
            yield Lines(id="text")
        yield Lines(id="hint")

    def on_mount(self) -> None:
        """Type at once; see the newest."""
        super().on_mount()
        self.query_one(Input).focus()
        self.set_interval(LOOK_SECONDS, self._look)

    def on_resize(self, _event: events.Resize) -> None:
        """Stay at the end."""
        self.call_after_refresh(self._to_end)

    def frame(self, changes: Changes) -> None:
        """Follow the log."""
        self._look()

    def paint(self) -> None:
        """Draw what fits the filter."""
        words = self.query_one(Input).value.casefold().split()
        found = [line for line in self._lines.lines if self._is_heavy(line) and _fits(line, words)]
        self._painted = self._lines.count
        shown = found[-SHOWN:]
        empty = "Nothing was logged" if not self._lines.lines else "Nothing in the log fits"
        text = Content("\n").join(_content(line) for line in shown) if shown else Content.styled(empty, "$muted")
        self.query_one("#text", Lines).show(text)
        level = "every level" if self._weight == WEIGHTS[0] else f"{self._weight} and worse"
        self.query_one("#hint", Lines).show(Content(f"{len(found)} of {len(self._lines.lines)}, {level} · {HINT}"))
        if self._lines.file is not None:
            self.query_one(".sheet").border_subtitle = Content(str(self._lines.file))

    @on(Input.Changed)
    def filter_changed(self) -> None:
        """Show what fits."""
        self.repaint()
        self.call_after_refresh(self._to_end)

    def action_weight(self) -> None:
        """Show the next weight and worse."""
        self._weight = WEIGHTS[(WEIGHTS.index(self._weight) + 1) % len(WEIGHTS)]
        self.repaint()
        self.call_after_refresh(self._to_end)

    def action_scroll_list(self, lines: int) -> None:
        """Read on."""
        self.query_one("#matter", VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)

    def action_scroll_to(self, end: int) -> None:
        """Go to the oldest or the newest."""
        matter = self.query_one("#matter", VerticalScroll)
        matter.scroll_to(y=matter.max_scroll_y if end > 0 else 0, animate=False, immediate=True)

    def action_leave(self) -> None:
        """Close."""
        self.finish(None)

    def _look(self) -> None:
        if not self.is_open or self._painted == self._lines.count:
            return
        matter = self.query_one("#matter", VerticalScroll)
        was_at_end = round(matter.scroll_y) >= matter.max_scroll_y
        self.paint()
        if was_at_end:
            self.call_after_refresh(self._to_end)

    def _to_end(self) -> None:
        if self.is_open:
            self.action_scroll_to(1)

    def _is_heavy(self, line: LogLine) -> bool:
        return line.level not in LEVELS or LEVELS.index(line.level) >= LEVELS.index(self._weight)


def _fits(line: LogLine, words: list[str]) -> bool:
    if not words:
        return True
    fields = " ".join(f"{key}={value}" for key, value in line.fields)
    text = f"{line.time} {line.level} {line.name} {line.message} {fields}".casefold()
    return all(word in text for word in words)


def _content(line: LogLine) -> Content:
    """Time of day, level, who, what; further lines of a field stand below."""
    if not line.time:
        return Content.styled(line.message, "$muted")
    parts: list[tuple[str, str] | str] = [
        (line.time.partition("T")[2].partition(".")[0] or line.time, "$muted"),
        " ",
        (f"{line.level:<8}", STYLES.get(line.level, "$muted")),
        (line.name.removeprefix("ibtui.") + " ", "bold"),
        line.message,
    ]
    for key, value in line.fields:
        parts += ["\n" if "\n" in value else " ", (f"{key}=", "$muted"), value]
    return Content.assemble(*parts)
