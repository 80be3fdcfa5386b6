"""A question of the gateway about an order, read and answered by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from ibtui.domain.orders import Question, Submission
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.reading import ReadDialog
from ibtui.ui.dialogs.words import account_words, is_live, submission_line

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

TEXT_SHOWN = 20_000
"""Characters of a question that are shown; more than any person reads, and little enough to lay out at once."""


class ReplyDialog(ReadDialog[bool]):
    """One question of one submission; the next one is another dialog, with a guard of its own."""

    FOOTING = 3

    def __init__(self, app: DashboardApp, submission: Submission, question: Question) -> None:
        offers = [
            Offer("no", ("n", "escape"), option_words(question.decline_label, "No", "do not send")),
            Offer("yes", ("y",), option_words(question.accept_label, "Yes", "send")),
        ]
        if question.suppressible and question.message_ids:
            accept = question.accept_label
            offers.append(Offer("suppress", ("S",), f"{accept}, and do not ask this again in this session"))
        ids = ", ".join(question.message_ids)
        super().__init__(
            app,
            offers,
            default="no",
            heading=f"Question {question.number} of this order{' · ' + ids if ids else ''}",
            corner=account_words(app.session.store, submission.account),
        )
        self.submission = submission
        self.question = question
        if is_live(self.store, submission.account):
            self.add_class("-live")

    def compose_matter(self) -> ComposeResult:
        """The gateway's text."""
        yield Lines(id="text")

    def compose_footing(self) -> ComposeResult:
        """The order it is about."""
        yield Lines(id="order")

    def paint(self) -> None:
        """Draw text and order; neither changes while the dialog is open."""
        self.query_one("#text", Lines).show(Content(shown_text(self.question.text, is_cut=self.question.is_cut)))
        self.query_one("#order", Lines).show(Content.assemble("\n", (submission_line(self.submission), "bold")))
        self.call_after_refresh(self.say_more)

    def choose(self, name: str) -> None:
        """Answer this question by its reply id; an id that is no longer open does nothing."""
        accepted = name != "no"
        self.session.orders.answer(
            self.submission.key, self.question.reply_id, accepted=accepted, suppress=name == "suppress"
        )
        self.finish(accepted)

    def is_about(self, submission: Submission) -> bool:
        """Whether this dialog still asks what the submission asks."""
        return submission.question is not None and submission.question.reply_id == self.question.reply_id


def option_words(option: str, usual: str, meaning: str) -> str:
    """The server's own words for an answer, with what it does where they are a bare yes or no."""
    return f"{usual}, {meaning}" if option.strip().casefold() == usual.casefold() else f"{option} ({meaning})"


def shown_text(text: str, *, is_cut: bool = False) -> str:
    """The text as far as it can be shown, with a note where it was cut, or before it where it came cut."""
    if len(text) > TEXT_SHOWN:
        return f"{text[:TEXT_SHOWN]}\n\n… cut here: {len(text):,} characters in all. Decline unless you know the rest."
    if is_cut:
        return f"The gateway wrote more than can be shown: decline unless you know the rest.\n\n{text}"
    return text or "(The gateway sent a question without words.)"
