"""A choice of a few words on one line: arrows go round, letters jump, a long one shows the chosen word only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


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
        self.can_focus = not fixed and self._has_choice
        self._is_narrow = False
        self._typed = ""

    @property
    def full_width(self) -> int:
        """Cells of all words side by side."""
        return sum(len(word) + 3 for word in ((self.chosen,) if self.fixed else self.words))

    def squeeze(self, room: int) -> None:
        """Show all words, or where they do not fit into `room` cells the chosen one and its place among them."""
        is_narrow = self.full_width > room and not self.fixed and len(self.words) > 1
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.refresh(layout=True)

    def render(self) -> Text:
        """The words on one line."""
        line = Text(no_wrap=True, end="")
        if self._is_narrow:
            place = f" {self.words.index(self.chosen) + 1}/{len(self.words)} " if self.chosen in self.words else " "
            return line.append(f"[{self.chosen} ▾]", self._style("chosen")).append(place, self._style("other"))
        words = [self.chosen] if self.fixed else self.words
        for word in words if self.chosen in words else (self.chosen, *words):
            mine = word == self.chosen
            line.append(f"[{word}]" if mine else f" {word} ", self._style("chosen" if mine else "other"))
            line.append(" ")
        return line

    def offer(self, words: Sequence[str]) -> None:
        """Offer other words; the chosen one stays, even if it is no longer among them."""
        if tuple(words) != self.words:
            self.words = tuple(words)
            self.can_focus = not self.fixed and self._has_choice
            self.refresh(layout=True)

    def show(self, word: str) -> None:
        """Choose a word without telling: it is what the form means already."""
        if word != self.chosen:
            with self.prevent(ChoiceField.Changed):
                self.chosen = word

    def watch_chosen(self, word: str) -> None:
        """Tell of the choice; words differ in length."""
        self.refresh(layout=True)
        self.post_message(self.Changed(self, word))

    def takes(self, character: str) -> bool:
        """Whether this letter would jump to a word."""
        return self._match(self._typed + character) is not None or self._match(character) is not None

    def on_key(self, event: events.Key) -> None:
        """Jump to the word that begins with the letters typed."""
        if not event.is_printable or event.character is None or not event.character.strip():
            return
        longer = self._typed + event.character
        self._typed = longer if self._match(longer) is not None else event.character
        found = self._match(self._typed)
        if found is None:
            self._typed = ""
            return
        event.stop()
        event.prevent_default()
        self.chosen = found

    def on_blur(self) -> None:
        """Letters typed later begin a new word."""
        self._typed = ""

    def action_choose(self, step: int) -> None:
        """Choose a neighbour; after the last comes the first."""
        self._typed = ""
        place = self.words.index(self.chosen) if self.chosen in self.words else -1 if step > 0 else 0
        self.chosen = self.words[(place + step) % len(self.words)]

    def on_click(self, event: events.Click) -> None:
        """Choose the word that was clicked; a click on a narrow one takes the next."""
        if self.fixed:
            return
        if self._is_narrow:
            self.action_choose(1)
            return
        start = 0
        for word in self.words:
            if start <= event.x < start + len(word) + 2:
                self.chosen = word
            start += len(word) + 3

    @property
    def _has_choice(self) -> bool:
        return len(self.words) > 1 or self.words != (self.chosen,)

    def _match(self, typed: str) -> str | None:
        """The first word that begins with the letters, blanks aside, the exact one before longer ones."""
        wanted = typed.replace(" ", "").casefold()
        found = [word for word in self.words if word.replace(" ", "").casefold().startswith(wanted)]
        return min(found, key=lambda word: len(word) != len(wanted), default=None)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"choice--{name}", partial=True)
