"""The fields of a ticket: a number that arrow keys step, and a choice of a few words on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

NUMBER_CHARACTERS = frozenset("0123456789.,-+")
"""What may be typed into a number; every other key is free to mean something else (`w`, `=`)."""

FOCUS_MARK = "▸"
"""Stands before what has the focus, so that colour is not needed to see it."""

STEPS = {"up": 1, "down": -1, "pageup": 10, "pagedown": -10}


class FieldRow(Horizontal):
    """Label, field and note on one line; a mark before the label says which field is in focus."""

    def __init__(self, label: str, field: Widget, note: Widget) -> None:
        super().__init__(classes="row")
        self._label = Static(f"  {label}", markup=False, classes="label")
        self._name = label
        self._field = field
        self._note = note

    def compose(self) -> ComposeResult:
        """The three parts."""
        yield self._label
        yield self._field
        yield self._note

    def on_descendant_focus(self) -> None:
        """Show the mark."""
        self._label.update(f"{FOCUS_MARK} {self._name}", layout=False)

    def on_descendant_blur(self) -> None:
        """Hide the mark."""
        self._label.update(f"  {self._name}", layout=False)


class NumberField(Input):
    """Text of a number; keys that no number has go on to the dialog."""

    class Stepped(Message):
        """An arrow asked for the next (or tenth next) value up or down."""

        def __init__(self, field: NumberField, steps: int) -> None:
            super().__init__()
            self.field = field
            self.steps = steps

        @property
        def control(self) -> NumberField:
            """The field."""
            return self.field

    def __init__(self, value: str, *, id: str, placeholder: str = "") -> None:
        super().__init__(value, id=id, placeholder=placeholder, compact=True, select_on_focus=True, max_length=24)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Keep only the keys of numbers."""
        return character is not None and character in NUMBER_CHARACTERS

    def on_key(self, event: events.Key) -> None:
        """Step on arrows, refuse what is no part of a number."""
        if event.key in STEPS:
            event.stop()
            event.prevent_default()
            self.post_message(self.Stepped(self, STEPS[event.key]))
        elif event.is_printable and event.character not in NUMBER_CHARACTERS:
            event.prevent_default()

    def enable(self, wanted: bool) -> None:
        """Offer the field, or show that its order type has no such price."""
        self.disabled = not wanted
        self.placeholder = "" if wanted else "–"

    def show(self, text: str) -> None:
        """Replace the text, cursor at its end; nothing happens when it is there already."""
        if text != self.value:
            self.value = text
            self.cursor_position = len(text)


class ChoiceField(Widget, can_focus=True):
    """A few words of which one is chosen; the chosen one stands in brackets, so that colour is not needed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen", "choice--other"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "choose(-1)", "the word before", show=False),
        Binding("right,down,space", "choose(1)", "the next word", show=False),
    ]
    ALLOW_SELECT = False

    chosen: reactive[str] = reactive("", init=False)

    class Changed(Message):
        """Another word was chosen."""

        def __init__(self, field: ChoiceField, word: str) -> None:
            super().__init__()
            self.field = field
            self.word = word

        @property
        def control(self) -> ChoiceField:
            """The field."""
            return self.field

    def __init__(self, words: Sequence[str], chosen: str, *, id: str, fixed: bool = False) -> None:
        super().__init__(id=id)
        self.words = tuple(words)
        self.set_reactive(ChoiceField.chosen, chosen)
        self.fixed = fixed
        self.can_focus = not fixed and len(self.words) > 1

    def render(self) -> Text:
        """The words on one line."""
        line = Text(no_wrap=True, end="")
        words = [self.chosen] if self.fixed else self.words
        for word in words:
            mine = word == self.chosen
            style = self.get_component_rich_style("choice--chosen" if mine else "choice--other", partial=True)
            line.append(f"[{word}]" if mine else f" {word} ", style)
            line.append(" ")
        return line

    def offer(self, words: Sequence[str]) -> None:
        """Offer other words; the chosen one stays, even if it is no longer among them."""
        if tuple(words) != self.words:
            self.words = tuple(words)
            self.refresh()

    def watch_chosen(self, word: str) -> None:
        """Tell of the choice."""
        self.post_message(self.Changed(self, word))

    def action_choose(self, step: int) -> None:
        """Choose a neighbour; the ends are ends."""
        place = self.words.index(self.chosen) if self.chosen in self.words else 0
        self.chosen = self.words[max(0, min(len(self.words) - 1, place + step))]

    def on_click(self, event: events.Click) -> None:
        """Choose the word that was clicked."""
        start = 0
        for word in self.words:
            if start <= event.x < start + len(word) + 2 and not self.fixed:
                self.chosen = word
            start += len(word) + 3
