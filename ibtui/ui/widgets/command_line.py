"""The `:` line: what it means is shown while it is typed; Tab completes, ↑ and ↓ bring back earlier lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ibtui.ui.commands import Reading, Vocabulary, completions, read
from ibtui.ui.history import History


class CommandLine(ModalScreen[str | None]):
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
        & #meaning { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; background: $panel; }
        & #words { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; background: $panel; }
        & #entry { height: 1; background: $background; }
        & #colon { width: 3; padding: 0 1; color: $footer-key; text-style: bold; }
        & Input { width: 1fr; background: $background; color: $foreground; }
    }
    """

    def __init__(self, history: History, vocabulary: Vocabulary, text: str = "") -> None:
        super().__init__()
        self._history = history
        self._vocabulary = vocabulary
        self._text = text
        self._offers: tuple[str, ...] = ()
        self._offer = -1
        history.rewind()

    def compose(self) -> ComposeResult:
        """Meaning, words that fit, and the line."""
        with Vertical(id="sheet"):
            yield Static(id="meaning", markup=False)
            yield Static(id="words", markup=False)
            with Horizontal(id="entry"):
                yield Static(":", id="colon", markup=False)
                yield Input(self._text, compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Say what may be typed."""
        self._explain(self._text)

    @property
    def line(self) -> str:
        """The line as typed so far."""
        return self.query_one(Input).value

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if self._offer < 0 or event.value != self._offers[self._offer]:
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
            self._put(line)

    def action_complete(self, step: int) -> None:
        """Finish the word; again for the next that fits."""
        if not self._offers:
            self._offers, self._offer = completions(self.line, self._vocabulary), -1
        if not self._offers:
            return
        self._offer = (
            (self._offer + step) % len(self._offers) if self._offer >= 0 or step > 0 else len(self._offers) - 1
        )
        if len(self._offers) == 1:
            self._put(f"{self._offers[0]} ")
            self._offers, self._offer = (), -1
        else:
            self._put(self._offers[self._offer])

    def _put(self, line: str) -> None:
        entry = self.query_one(Input)
        entry.value = line
        entry.cursor_position = len(line)

    def _explain(self, line: str, *, pressed: bool = False) -> None:
        reading = read(line)
        self.query_one("#meaning", Static).update(meaning(reading, line, pressed=pressed))
        offers = [offer[len(head(line)) :] for offer in completions(line, self._vocabulary)]
        self.query_one("#words", Static).update(fitting_words(offers or reading.expected))


def head(line: str) -> str:
    """The line without the word being typed."""
    return line if not line or line[-1].isspace() else line[: -len(line.split()[-1])]


def meaning(reading: Reading, line: str, *, pressed: bool = False) -> Content:
    """What Enter would do, or the mistake with its place marked below the words."""
    if reading.error:
        return Content.assemble((f"✗ column {reading.position + 1}: ", "$bad"), (reading.error, "bold $bad"))
    if reading.order is not None:
        return Content.assemble(("enter ▸ ", "$muted"), (f"{reading.order}", "bold"), (" · then confirm", "$muted"))
    if reading.go is not None:
        return Content.assemble(("enter ▸ ", "$muted"), (" ".join((reading.go.name, *reading.go.words)), "bold"))
    if not line.strip():
        return Content.styled("buy 100 AAPL @ 165 · ladder AAPL · theme light · tab completes · esc leaves", "$muted")
    return Content.styled("not finished, it goes on with:", "$warn" if pressed else "$muted")


def fitting_words(words: Sequence[str], most: int = 200) -> Content:
    """Words that would fit next, side by side."""
    shown, used = [], 0
    for word in words:
        used += cell_len(word) + 2
        if used > most:
            break
        shown.append(word)
    return Content.styled("  ".join(shown), "$accent")
