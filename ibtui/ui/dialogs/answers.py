"""The answers a dialog offers: a line of words, each with its key, one of them in focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

ROOM = 70
"""Cells of a panel's inside."""

STACK = 8
"""Answers below one another that are seen at once; more of them scroll."""

AROUND = 5
"""Cells an answer takes beside its label."""


class Offer(Struct, frozen=True):
    """One answer: what it means, its own keys and its words."""

    name: str
    keys: tuple[str, ...]
    words: str

    @property
    def label(self) -> str:
        """The first key and the words; a blank key leaves the words alone."""
        shown = {"escape": "esc"}.get(self.keys[0], self.keys[0]) if self.keys else ""
        return f"{shown} {self.words}".strip()


class Answer(Widget, can_focus=True):
    """One answer; Enter on it (heard by the dialog) and a click choose it, which the dialog's guard may refuse."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"answer--key"}
    ALLOW_SELECT = False

    class Clicked(Message):
        """The mouse chose this answer."""

        def __init__(self, offer: Offer, event: events.Click) -> None:
            super().__init__()
            self.offer = offer
            self.event = event

    def __init__(self, offer: Offer) -> None:
        super().__init__(id=f"answer-{offer.name}")
        self.offer = offer

    def render(self) -> Text:
        """The answer, marked while it is in focus."""
        key, _, words = self.offer.label.partition(" ")
        style = self.get_component_rich_style("answer--key", partial=True)
        mark = "▸ " if self.has_focus else "  "
        return Text.assemble(mark, (key, style), f" {words} ", no_wrap=True, overflow="ellipsis", end="")

    def on_focus(self) -> None:
        """Show the mark."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the mark."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Tell the dialog."""
        event.stop()
        self.post_message(self.Clicked(self.offer, event))


class AnswerLine(Container):
    """The answers side by side, or below one another where they are long; left and right move among them."""

    def __init__(self, offers: Sequence[Offer], default: str) -> None:
        super().__init__(classes="answers")
        self.offers = tuple(offers)
        self.default = default
        self._stacked = sum(len(offer.label) + AROUND for offer in self.offers) > ROOM
        self.set_class(self._stacked, "-stacked")

    @property
    def lines(self) -> int:
        """Lines it takes, with the blank one above."""
        return 1 + (min(len(self.offers), STACK) if self._stacked else 1)

    def compose(self) -> ComposeResult:
        """One widget per answer."""
        for offer in self.offers:
            yield Answer(offer)

    def on_mount(self) -> None:
        """Start on the default."""
        self.screen.set_focus(self.query_one(f"#answer-{self.default}", Answer), scroll_visible=False)

    def on_key(self, event: events.Key) -> None:
        """Arrows go to the neighbours, up and down too where the answers are stacked."""
        step = {"left": -1, "right": 1}.get(event.key)
        if self._stacked:
            step = {"up": -1, "down": 1}.get(event.key, step)
        if step is not None:
            event.stop()
            answers = list(self.query(Answer))
            place = next((i for i, answer in enumerate(answers) if answer.has_focus), 0)
            answers[max(0, min(len(answers) - 1, place + step))].focus()
