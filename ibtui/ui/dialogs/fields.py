"""The fields of a ticket: a number that arrow keys step, a line of text, and the row a field stands in."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.choice import ChoiceField

NUMBER_CHARACTERS = frozenset("0123456789.,-+")
"""What may be typed into a number; every other key is free to mean something else (`w`, `=`)."""

FOCUS_MARK = "▸"
"""Stands before what has the focus, so that colour is not needed to see it."""

STEPS = {"up": 1, "down": -1, "pageup": 10, "pagedown": -10}

LABEL, PARAMETER_LABEL = 14, 34
"""Cells of a row's label; the first field stands after them (`.first` in dialogs.tcss)."""

GAP = 2
"""Cells between a field and its note, and at the row's end."""


class FieldRow(Horizontal):
    """Label, one or two fields and a note on one line; a mark before the label says which field is in focus.

    The label is the row's own ground, on which the fields and the note lie: each widget costs about a millisecond.
    """

    def __init__(self, label: str, fields: Sequence[Widget], *, name: str, is_parameter: bool = False) -> None:
        super().__init__(classes="row parameter" if is_parameter else "row")
        self._words = label
        self._label_width = PARAMETER_LABEL if is_parameter else LABEL
        self._is_marked = False
        self.fields = tuple(fields)
        self.fields[0].add_class("first", update=False)
        self._note = Lines(id=f"note-{name}", classes="note")

    def compose(self) -> ComposeResult:
        """The parts."""
        yield from self.fields
        yield self._note

    def render(self) -> Content:
        """The label; a long one is cut with a cell to spare."""
        words = Content.styled(f"{FOCUS_MARK if self._is_marked else ' '} {self._words}", "$muted")
        return words.truncate(self._label_width - 1, ellipsis=True) if self.has_class("parameter") else words

    @property
    def _focus_sort_key(self) -> tuple[int, int]:
        """Its place among the rows: Textual goes by where rows lie, and one just shown lies nowhere until the layout,
        so that Tab typed right after a choice would pass it over.
        """
        siblings = self.parent.children if self.parent is not None else ()
        return (siblings.index(self) if self in siblings else 0, 0)

    def rename(self, label: str) -> None:
        """Give the row another label."""
        if label != self._words:
            self._words = label
            self.refresh()

    def show(self, note: Content) -> None:
        """Replace the note; choices make room for it."""
        self._note.show(note)
        self.fit()

    def on_resize(self) -> None:
        """Choices show as many words as there is room for."""
        self.fit()

    def on_descendant_focus(self) -> None:
        """Show the mark."""
        self._mark(focused=True)

    def on_descendant_blur(self) -> None:
        """Hide the mark."""
        self._mark(focused=False)

    def fit(self) -> None:
        """Divide the row among its fields and its note."""
        if not self.size.width:
            return
        room = self.size.width - self._label_width - len(self._note.text) - GAP
        for field in self.fields:
            if isinstance(field, ChoiceField):
                field.squeeze(room)
            else:
                room -= field.outer_size.width

    def _mark(self, *, focused: bool) -> None:
        if focused != self._is_marked:
            self._is_marked = focused
            self.refresh()


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

    def show(self, text: str) -> None:
        """Replace the text, cursor at its end; nothing happens when it is there already."""
        if text != self.value:
            self.value = text
            self.cursor_position = len(text)


class TextField(Input):
    """A line of text: a moment, an exchange, a name; every letter belongs to it."""

    def __init__(self, value: str, *, id: str, placeholder: str = "", max_length: int = 64) -> None:
        super().__init__(
            value, id=id, placeholder=placeholder, compact=True, select_on_focus=True, max_length=max_length
        )
