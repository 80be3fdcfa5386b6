"""Follows the store and brings up what needs a person: questions, refusals, unknown outcomes, prompts, certificates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.store import Changes, Store, Topic
from ibtui.ui.dialogs.callers import ConnectionCaller, PromptCaller
from ibtui.ui.dialogs.outcome import RejectedDialog, UnknownDialog
from ibtui.ui.dialogs.reply import ReplyDialog
from ibtui.ui.dialogs.words import submission_line

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


class OrderWatcher:
    """One per app; the pump calls `frame` after every drain, changes or not.

    One dialog at a time: the open question of the oldest submission first, then outcomes in the order they came,
    then certificates and prompts, which never come on top of another dialog.
    """

    def __init__(self, app: DashboardApp) -> None:
        self._app = app
        self._told: dict[str, Stage] = {}
        """Stage of each submission the user was last told of."""
        self._asked: ReplyDialog | None = None
        self._answered: dict[str, tuple[str, float]] = {}
        """Reply id and `updated` of each submission's question when it was answered: not to be asked as it was."""
        self._outcomes: list[Submission] = []
        self._outcome_open = False
        self._others = (ConnectionCaller(app), PromptCaller(app))

    @property
    def _store(self) -> Store:
        return self._app.session.store

    def frame(self, changes: Changes) -> None:
        """Bring up and take down what the changes ask for."""
        for key in changes.of(Topic.SUBMISSION):
            submission = self._store.orders.submissions.get(str(key))
            if submission is not None and self._told.get(submission.key) is not submission.stage:
                before = self._told.get(submission.key)
                self._told[submission.key] = submission.stage
                self._tell(submission, before)
        self._follow_question()
        self._show_outcome()
        for caller in self._others:
            caller.frame(changes)

    def _tell(self, submission: Submission, before: Stage | None) -> None:
        line = submission_line(submission)
        if submission.stage is Stage.ACKNOWLEDGED:
            found = "Found: " if before is Stage.UNKNOWN else ""
            self._app.say(f"{found}{line}{_as_order(submission)}", title=accepted_words(submission))
        elif submission.stage is Stage.DECLINED:
            self._app.say(f"{line}: {submission.message or 'nothing was sent'}", title="Declined", severity="warning")
        elif submission.stage is Stage.CLOSED:
            self._app.say(f"{line}: closed by you as settled elsewhere", title="Closed", severity="warning")
        elif submission.stage in (Stage.REJECTED, Stage.UNKNOWN):
            self._outcomes.append(submission)

    def _follow_question(self) -> None:
        submissions = self._store.orders.submissions
        asked = self._asked
        if asked is not None:
            now = submissions.get(asked.submission.key)
            if now is None or now.stage is not Stage.ASKING or not asked.is_about(now):
                asked.finish(None)
        if self._asked is None:
            for submission in self._store.orders.index.open_submissions.values():
                question = submission.question
                if submission.stage is not Stage.ASKING or question is None:
                    continue
                if self._answered.get(submission.key) != (question.reply_id, submission.updated):
                    self._asked = ReplyDialog(self._app, submission, question)
                    self._app.push_screen(self._asked, self._question_closed)
                    return

    def _question_closed(self, accepted: bool | None) -> None:
        asked, self._asked = self._asked, None
        if asked is not None and accepted is not None:
            self._answered[asked.submission.key] = (asked.question.reply_id, asked.submission.updated)

    def _show_outcome(self) -> None:
        while self._outcomes and not self._outcome_open and self._asked is None:
            submission = self._outcomes.pop(0)
            now = self._store.orders.submissions.get(submission.key)
            if now is None or now.stage is not submission.stage:
                continue
            self._outcome_open = True
            if now.stage is Stage.REJECTED:
                told = RejectedDialog(self._app, (now, *self._rejected_with(now)))
                self._app.push_screen(told, partial(self._outcome_read, now.key))
            else:
                self._app.push_screen(UnknownDialog(self._app, now), partial(self._outcome_read, now.key))

    def _rejected_with(self, first: Submission) -> list[Submission]:
        """What else the account was refused by now, taken from the queue."""
        known = self._store.orders.submissions
        found = [
            now
            for waiting in self._outcomes
            if (now := known.get(waiting.key)) is not None
            and now.account == first.account
            and now.stage is waiting.stage is Stage.REJECTED
        ]
        keys = {submission.key for submission in found}
        self._outcomes = [waiting for waiting in self._outcomes if waiting.key not in keys]
        return found

    def _outcome_read(self, key: str, choice: str | None) -> None:
        """It was read; an unknown outcome after sending again is told anew."""
        self._outcome_open = False
        if choice == "again":
            self._told[key] = Stage.SENT


def accepted_words(submission: Submission) -> str:
    """What an acknowledgement means: a cancellation asked for is not yet a cancelled order."""
    return {
        Intent.PLACE: "Order accepted",
        Intent.MODIFY: "Change accepted",
        Intent.CANCEL: "Cancel submitted, not yet cancelled",
    }[submission.intent]


def _as_order(submission: Submission) -> str:
    """Order id and message behind the words of a submission, each said once."""
    message, order_id = submission.message, submission.order_id
    is_said = submission.intent is not Intent.PLACE or order_id is None or str(order_id) in message
    return "".join(f" · {words}" for words in ("" if is_said else f"order {order_id}", message) if words)
