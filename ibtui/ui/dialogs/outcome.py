"""What became of an order, when it is not what was hoped for; it must be acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.deciding import DecidingDialog
from ibtui.ui.dialogs.reply import shown_text
from ibtui.ui.dialogs.words import account_words, submission_line

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

UNKNOWN_ADVICE = """\
The request left and no answer was read: it may be working at the exchange, or it may never have arrived.

ibtui keeps looking for it among live orders, executions and the order stream, and sends no other order of this \
account until it is found. Do NOT enter it again: look at TWS, IBKR Mobile or the Client Portal if it stays unknown.
Close it here only when you know what became of it."""

ASKED_ADVICE = """\
The gateway answered with a prompt in place of an order's number: whether the order is placed depends on the answer.

The prompt is shown as soon as this is closed (F6 lists it). ibtui keeps looking for the order and sends no other \
order of this account until it is found or refused. Do NOT enter it again."""

UNKNOWN_CANCEL_ADVICE = """\
The request left and no answer was read: the order may be cancelled, or it may be working still and be filled.

ibtui keeps looking at live orders, executions and the order stream until one of them tells. You may ask for the \
cancellation again with x at any time. Close it here only when you know what became of it."""

AGAIN_ADVICE = """

Sending it again uses the same reference and the same words. If the first one arrived, the gateway answers “already \
registered”, which proves that; if it never arrived, the order is placed now."""


class RejectedDialog(DecidingDialog[None]):
    """The gateway, the exchange or a law of ibtui's own said no, in its own words.

    All that one account was refused at once is told together: of orders typed one after the other, those that waited
    behind a question are refused with it.
    """

    def __init__(self, app: DashboardApp, submissions: Sequence[Submission]) -> None:
        first, count = submissions[0], len(submissions)
        what = "orders rejected" if all(each.intent is Intent.PLACE for each in submissions) else "requests refused"
        super().__init__(
            app,
            (Offer("ok", ("escape",), "Understood"),),
            default="ok",
            heading=rejection_heading(first) if count == 1 else f"{count} {what}",
            corner=account_words(app.session.store, first.account),
        )
        self.submissions = tuple(submissions)
        self.add_class("-bad")

    def compose_matter(self) -> ComposeResult:
        """Each order and the words about it."""
        for submission in self.submissions:
            order, text = Lines(classes="order"), Lines(classes="text")
            order.show(Content.assemble((submission_line(submission), "bold"), "\n"))
            text.show(Content(shown_text(submission.message or "No reason was given.")))
            yield order
            yield text

    def choose(self, name: str) -> None:
        """It was read."""
        self.finish(None)


class UnknownDialog(DecidingDialog[str]):
    """Nobody knows yet whether an order arrived; the dialog closes by itself when it is found."""

    def __init__(self, app: DashboardApp, submission: Submission) -> None:
        self.may_go_again = submission.intent is Intent.PLACE and not submission.prompt
        again = (Offer("again", ("A",), "Send it again with the same reference"),) if self.may_go_again else ()
        super().__init__(
            app,
            (
                Offer("wait", ("escape",), "Keep looking for it"),
                *again,
                Offer("close", ("C",), "I know what became of it: close"),
            ),
            default="wait",
            heading=f"OUTCOME UNKNOWN · {submission.key}",
            corner=account_words(app.session.store, submission.account),
        )
        self.submission = submission
        self.add_class("-bad")

    def compose_matter(self) -> ComposeResult:
        """The order, the reason and what to do."""
        yield Lines(id="order")
        yield Lines(id="text")

    def paint(self) -> None:
        """Draw order, reason and advice."""
        self.query_one("#order", Lines).show(Content.assemble((submission_line(self.submission), "bold"), "\n"))
        reason = f"{shown_text(self.submission.message)}\n\n" if self.submission.message else ""
        advice = UNKNOWN_ADVICE if self.submission.intent is not Intent.CANCEL else UNKNOWN_CANCEL_ADVICE
        advice = ASKED_ADVICE if self.submission.prompt else advice
        advice += AGAIN_ADVICE if self.may_go_again else ""
        self.query_one("#text", Lines).show(Content(reason + advice))

    def is_over(self) -> bool:
        """Whether the outcome became known."""
        now = self.store.orders.submissions.get(self.submission.key)
        return now is not None and now.stage is not Stage.UNKNOWN

    def refusal(self, name: str) -> str:
        """Nothing is sent again while it could not arrive."""
        if name == "again" and self.session.read_only:
            return "Not sent: this run is read-only"
        if name == "again" and not self.store.health.can_trade:
            return "Not sent: there is no brokerage session"
        return ""

    def choose(self, name: str) -> None:
        """Wait on, send the same request once more, or close the case by the user's word."""
        if name == "close":
            self.session.orders.close_unknown(self.submission.key)
        elif name == "again":
            self.session.orders.send_again(self.submission.key)
        self.finish(name)


def rejection_heading(submission: Submission) -> str:
    """What was refused."""
    return {
        Intent.PLACE: "Order rejected",
        Intent.MODIFY: f"Change of order {submission.order_id} rejected",
        Intent.CANCEL: f"Cancellation of order {submission.order_id} refused",
    }[submission.intent]
