"""The `:` line: what it means is shown while it is typed; Tab completes, ↑ and ↓ bring back earlier lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from ibtui.domain.language.completion import Completion
from ibtui.store import Changes, Store, Topic
from ibtui.ui.commands import Reading, Vocabulary, completions, read
from ibtui.ui.history import History
from ibtui.ui.line_view import command_lines
from ibtui.ui.paint.veil import VeiledScreen

LIST_LINES: Final = 8
"""Words that are listed at once."""
COLON: Final = 3
"""Cells before the line."""

Known = Callable[[str, int], Vocabulary]
"""The vocabulary for a line and the place of its cursor."""


class CommandLine(VeiledScreen[str | None]):
    """The line over the footer; its result is the line entered, None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "walk(-1)", show=False, priority=True),
        Binding("down", "walk(1)", show=False, priority=True),
        Binding("tab", "complete(1)", show=False, priority=True),
        Binding("shift+tab", "complete(-1)", show=False, priority=True),
    ]
    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    CommandLine {
        align: left bottom; background: transparent;
        & #sheet { height: auto; background: $panel; }
        & #sheet Static { background: $panel; text-wrap: nowrap; text-overflow: ellipsis; padding: 0 1; }
        & #help { height: auto; }
        & #words { width: 1fr; height: auto; }
        & #sheet #ticket { width: 1fr; height: auto; max-height: 9; text-wrap: wrap; }
        & #meaning { height: 1; }
        & #entry { height: 1; background: $background; }
        & #sheet #colon { width: 3; color: $footer-key; text-style: bold; background: $background; }
        & #sheet #mark { height: 1; padding: 0; background: $background; color: $bad; text-style: bold; }
        & Input { width: 1fr; background: $background; color: $foreground; }
    }
    """

    def __init__(self, store: Store, history: History, known: Known, text: str = "") -> None:
        super().__init__()
        self._store = store
        self._history = history
        self._known = known
        self._text = text
        self._offers: tuple[Completion, ...] = ()
        """What Tab goes through; empty until it was pressed."""
        self._offer = -1
        self._base = ""
        """The line before Tab was pressed."""
        history.rewind()

    def compose(self) -> ComposeResult:
        """Words that fit beside what the line means so far, then the line, and a mark under a mistake."""
        with Vertical(id="sheet"):
            with Horizontal(id="help"):
                yield Static(id="words", markup=False)
                yield Static(id="ticket", markup=False)
            yield Static(id="meaning", markup=False)
            with Horizontal(id="entry"):
                yield Static(":", id="colon", markup=False)
                yield Input(self._text, compact=True, select_on_focus=False)
            yield Static(id="mark", markup=False)

    def on_mount(self) -> None:
        """Say what may be typed; the mark follows a line that scrolls."""
        self._explain(self._text)
        self.watch(self.query_one(Input), "scroll_x", self._mark, init=False)

    @property
    def line(self) -> str:
        """The line as typed so far."""
        return self.query_one(Input).value

    def frame(self, changes: Changes) -> None:
        """Offer what was learnt meanwhile."""
        if any(topic in changes for topic in (Topic.ALGOS, Topic.CONTRACT, Topic.ORDER, Topic.ACCOUNT)):
            self._explain(self.line)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if self._offer < 0 or event.value != self._completed(self._offer):
            self._offers, self._offer = (), -1
        self._explain(event.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        line = event.value.strip()
        reading = read(line)
        if not line:
            self.dismiss(None)
        elif reading.is_whole:
            self._history.add(line)
            self.dismiss(line)
        else:
            self._explain(event.value, pressed=True)

    def on_click(self, event: events.Click) -> None:
        """A click outside the line leaves it."""
        if event.widget is self:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Leave the line; nothing happens."""
        self.dismiss(None)

    def action_walk(self, step: int) -> None:
        """Bring back an earlier line."""
        line = self._history.walk(step)
        if line is not None:
            self._put(line, len(line))

    def action_complete(self, step: int) -> None:
        """Finish the word; again for the next that fits."""
        if not self._offers:
            self._base = self.line
            self._offers, self._offer = self._fitting(), -1
        if not self._offers:
            return
        count = len(self._offers)
        self._offer = (self._offer + step) % count if self._offer >= 0 or step > 0 else count - 1
        offer, line = self._offers[self._offer], self._completed(self._offer)
        cursor = offer.start + len(offer.text)
        if count > 1:
            self._put(line, cursor)
            return
        self._offers, self._offer = (), -1
        space = "" if offer.text.endswith("=") or line[cursor:].startswith(" ") else " "
        self._put(line[:cursor] + space + line[cursor:], cursor + 1)

    def _fitting(self) -> tuple[Completion, ...]:
        entry = self.query_one(Input)
        return completions(entry.value, entry.cursor_position, self._known(entry.value, entry.cursor_position))

    def _completed(self, place: int) -> str:
        offer = self._offers[place]
        return self._base[: offer.start] + offer.text + self._base[offer.end :]

    def _put(self, line: str, cursor: int) -> None:
        entry = self.query_one(Input)
        entry.value = line
        entry.cursor_position = min(cursor, len(line))
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        """Scroll to the cursor: a text that was put there at once is longer than its field knew."""
        entry = self.query_one(Input)
        cursor, room = cell_len(entry.value[: entry.cursor_position]), entry.size.width
        if not int(entry.scroll_x) <= cursor < int(entry.scroll_x) + room:
            entry.scroll_to(x=max(0, cursor - room + 1), animate=False)

    def _explain(self, line: str, *, pressed: bool = False) -> None:
        reading = read(line)
        self.query_one("#meaning", Static).update(meaning(reading, line, pressed=pressed))
        offers = self._offers or self._fitting()
        words = offer_lines(offers, self._offer) or word_lines(reading.expected)
        self.query_one("#words", Static).update(Content("\n").join(words))
        shown = command_lines(self._store, reading.order) if reading.order is not None else []
        ticket = self.query_one("#ticket", Static)
        ticket.update(Content("\n").join(shown))
        ticket.display = bool(shown)
        self._mark()

    def _mark(self) -> None:
        """Carets under the word that is wrong."""
        line = self.line
        reading = read(line)
        mark = self.query_one("#mark", Static)
        mark.display = bool(reading.error)
        if reading.error:
            word = line[reading.position :].split(" ", 1)[0]
            left = COLON + cell_len(line[: reading.position]) - int(self.query_one(Input).scroll_offset.x)
            mark.update(Content(" " * left + "^" * max(1, cell_len(word)) if left >= COLON else ""))


def meaning(reading: Reading, line: str, *, pressed: bool = False) -> Content:
    """What Enter would do, or what is wrong and where."""
    if reading.error:
        return Content.assemble((f"✗ column {reading.position + 1}: ", "$bad"), (reading.error, "bold $bad"))
    if reading.order is not None:
        return Content.assemble(("enter ▸ ", "$muted"), (f"{reading.order}", "bold"))
    if reading.go is not None:
        return Content.assemble(("enter ▸ ", "$muted"), (" ".join((reading.go.name, *reading.go.words)), "bold"))
    if not line.strip():
        return Content.styled("buy 100 AAPL @ 165 · ladder AAPL · theme light · tab completes · esc leaves", "$muted")
    return Content.styled("not finished, it goes on with the words above", "$warn" if pressed else "$muted")


def offer_lines(offers: Sequence[Completion], chosen: int) -> list[Content]:
    """The words that fit with what they mean, the chosen one marked; those that have no room are counted."""
    first = max(0, min(chosen - LIST_LINES // 2, len(offers) - LIST_LINES))
    shown = offers[first : first + LIST_LINES]
    width = max((cell_len(offer.text) for offer in shown), default=0)
    lines = [
        Content.assemble(
            "▸ " if place == chosen else "  ",
            (offer.text.ljust(width), "bold reverse" if place == chosen else "bold $accent"),
            (f"  {offer.description}", "$muted"),
        )
        for place, offer in enumerate(shown, first)
    ]
    left = len(offers) - len(shown)
    return [*lines, Content.styled(f"  … {left} more: tab goes through them", "$muted")] if left else lines


def word_lines(words: Sequence[str]) -> list[Content]:
    """Words that would fit next where none can be completed: `<price>`."""
    return [Content.styled("  " + "  ".join(words), "$accent")] if words else []
