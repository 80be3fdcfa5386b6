"""Prompts of the gateway and disclaimers: read, then answered with one of the given words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from ibtui.domain.notices import Notice
from ibtui.domain.orders import REFUSALS
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.deciding import DecidingDialog
from ibtui.ui.dialogs.reply import shown_text

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

LATER = "later"


class PromptDialog(DecidingDialog[str]):
    """One prompt with the server's own options; the result is the option sent."""

    def __init__(self, app: DashboardApp, notice: Notice) -> None:
        offers = [
            Offer(f"option{n}", (str(n),) if n < 10 else (), option) for n, option in enumerate(notice.options, 1)
        ]
        about = f" · order {notice.order_id}" if notice.order_id else ""
        super().__init__(
            app,
            [Offer(LATER, ("escape",), "Later: it waits in the inbox (F6)"), *offers],
            default=next((offer.name for offer in offers if offer.words.casefold() in REFUSALS), LATER),
            heading=f"{notice.title or 'The gateway asks'}{about}",
        )
        self.notice = notice

    def compose_matter(self) -> ComposeResult:
        """The text."""
        yield Lines(id="text")

    def paint(self) -> None:
        """Draw it."""
        self.query_one("#text", Lines).show(Content(shown_text(self.notice.text)))

    def is_over(self) -> bool:
        """Whether it was answered elsewhere."""
        now = self.store.inbox.notices.get(self.notice.notice_id)
        return now is None or not now.is_prompt

    def choose(self, name: str) -> None:
        """Send the option's own words."""
        option = next((offer.words for offer in self.offers if offer.name == name and name != LATER), None)
        if option is not None:
            self.session.inbox.answer_prompt(self.notice, option)
        self.finish(option)


class DisclaimerDialog(DecidingDialog[bool]):
    """The disclaimer that stands before all notifications of one type."""

    def __init__(self, app: DashboardApp, code: str) -> None:
        super().__init__(
            app,
            (Offer("no", ("n", "escape"), "Not now"), Offer("yes", ("y",), "I have read and accept it")),
            default="no",
            heading=f"Disclaimer of {code} notifications",
        )
        self.code = code

    def compose_matter(self) -> ComposeResult:
        """The text."""
        yield Lines(id="text")

    def on_mount(self) -> None:
        """Fetch it."""
        self.session.inbox.ask_disclaimer(self.code)

    def frame(self, changes: Changes) -> None:
        """Show it when it comes."""
        if self.code in changes.of(Topic.DISCLAIMER):
            self.repaint()

    def paint(self) -> None:
        """Draw it, or that it is on its way."""
        disclaimer = self.store.inbox.disclaimers.get(self.code)
        text = "Fetching the disclaimer …" if disclaimer is None else shown_text(disclaimer.text)
        self.query_one("#text", Lines).show(Content(text))

    def refusal(self, name: str) -> str:
        """What was not shown cannot be accepted."""
        if name == "yes" and self.code not in self.store.inbox.disclaimers:
            return "It has not arrived yet"
        return ""

    def choose(self, name: str) -> None:
        """Accept, or leave."""
        if name == "yes":
            self.session.inbox.accept_disclaimer(self.code)
        self.finish(name == "yes")
