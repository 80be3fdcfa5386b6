"""A dialog that waits for one decision, kept from keys that were never meant for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from ibtui.ui.dialogs.answers import Answer, AnswerLine, Offer
from ibtui.ui.dialogs.base import Dialog, Lines

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

Result = TypeVar("Result")

BORDER = 2
"""Lines of the panel's border."""

TOO_SOON = "That key came too soon or was held down: let go, read, press it again."


class DecidingDialog(Dialog[Result]):
    """Answers below a matter, the harmless one in focus; which keys count is the guard's part."""

    FOOTING: ClassVar[int] = 1
    """Lines of the remark and of what `compose_footing` yields."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_matter(-1)", "up", show=False),
        Binding("down", "scroll_matter(1)", "down", show=False),
        Binding("pageup", "scroll_matter(-10)", "page up", show=False),
        Binding("pagedown", "scroll_matter(10)", "page down", show=False),
        Binding("end", "scroll_matter(100_000)", "to the end", show=False),
    ]

    def __init__(
        self, app: DashboardApp, offers: Sequence[Offer], *, default: str, heading: str, corner: str = ""
    ) -> None:
        super().__init__(app, heading=heading, corner=corner)
        self.offers = tuple(offers)
        self.default = default

    def compose_body(self) -> ComposeResult:
        """The matter, which scrolls where it does not fit, what stays below it, and the answers."""
        with VerticalScroll(id="matter", can_focus=False):
            yield from self.compose_matter()
        yield from self.compose_footing()
        yield Lines(id="remark")
        yield AnswerLine(self.offers, self.default)

    def compose_matter(self) -> ComposeResult:
        """What is to be decided; dialogs yield it."""
        yield from ()

    def compose_footing(self) -> ComposeResult:
        """What must stay in sight below a long matter."""
        yield from ()

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for the answers, however long the matter is."""
        if not self.is_open:
            return
        taken = BORDER + self.FOOTING + self.query_one(AnswerLine).lines
        self.query_one("#matter").styles.max_height = max(1, event.size.height - taken)

    def choose(self, name: str) -> None:
        """Act on the answer; called at most once, and never for a key the guard refused."""
        raise NotImplementedError

    def refusal(self, name: str) -> str:
        """Why this answer cannot be given now; blank when it can."""
        return ""

    def remark(self, text: str) -> None:
        """Say something above the answers."""
        self.query_one("#remark", Lines).show(Content(text))

    def on_key(self, event: events.Key) -> None:
        """An answer's own key, or Enter on the answer in focus."""
        focused = self.focused
        if event.key == "enter":
            offer = focused.offer if isinstance(focused, Answer) else None
        else:
            offer = next((offer for offer in self.offers if event.key in offer.keys), None)
        if offer is not None:
            event.stop()
            self._consider(offer, event)
        self.guard.typed(event)

    def action_scroll_matter(self, lines: int) -> None:
        """Read on in a matter that does not fit; at once, so that keys that arrive together all count."""
        self.query_one("#matter", VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)

    def on_answer_clicked(self, message: Answer.Clicked) -> None:
        """The mouse chose an answer."""
        self._consider(message.offer, message.event)

    def _consider(self, offer: Offer, event: events.Key | events.Click) -> None:
        if not self.is_open:
            return
        if not self.guard.hears(event):
            if not self.guard.decided:
                self.remark(TOO_SOON)
            return
        reason = self.refusal(offer.name)
        if reason:
            self.remark(reason)
        elif self.guard.decide():
            self.choose(offer.name)
