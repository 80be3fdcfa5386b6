"""The submissions of this run and the open ones of earlier runs: their lanes, and each step journalled, then shown."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ibtui.clock import Clock
from ibtui.domain.account import ALL_ACCOUNTS
from ibtui.domain.events import MessageRaised, SubmissionMoved
from ibtui.domain.orders import Intent, Question, Stage, Submission
from ibtui.domain.session import Message
from ibtui.session.orders.journal import Journal, JournalFailed, OpenEntry
from ibtui.session.orders.keys import place_of, submission_key
from ibtui.store import Store

DECLINING = '{"confirmed":false}'
"""The body of a No ("Place Order Reply Confirmation")."""
NEVER_SENT = "never sent: ibtui was closed while it waited for its turn"
_IN_FLIGHT = frozenset({Stage.QUEUED, Stage.SENT, Stage.ASKING, Stage.REPLYING})

log = logging.getLogger("ibtui.orders")


class IllegalMove(RuntimeError):
    """A programmer's error: a submission was to move where `domain.orders.MOVES` leads nowhere."""


class Entry(Struct):
    """A submission and what the desk must remember about it."""

    submission: Submission
    created: float
    """Unix seconds."""
    body: bytes = b""
    """The first body sent."""
    since: float = 0.0
    """Monotonic seconds of the last moment at which something of it may have left: older evidence proves nothing."""
    questions: int = 0
    """Asked so far in its chain."""
    unconfirmed: bool = False
    """The gateway's question can have had no answer: if no such order is found, there is none."""
    why_not: str = ""
    """What to say then."""
    visible: bool = True
    """Whether the change asked for would show in the order's row."""
    misses: int = 0
    """Believed readings after `since` that did not show it."""
    repeated: bool = False
    """Sent again under its own reference: a No to the second says nothing about the first."""
    answered: bool = False
    """A cancel the gateway has answered, though it is not settled: it keeps no second one back."""
    is_waiting: bool = False
    """Of those before it in the lane: it holds nobody back."""
    is_borrowed: bool = False
    """Of an earlier run and only looked at: nothing of it is written."""

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.submission.stage


class Book:
    """Every entry by its key. `open` and `move` journal first and show afterwards."""

    def __init__(self, store: Store, clock: Clock, journal: Journal) -> None:
        self._store = store
        self._clock = clock
        self._journal = journal
        self.entries: dict[str, Entry] = {}
        self._open: dict[str, Entry] = {}
        """Those that wait for an answer or for being found; few, however many there were."""
        self.moved: Callable[[], None] = lambda: None
        """Called after every move."""
        self._owed: list[tuple[Submission, str, bytes, Mapping[int, int] | None]] = []
        """Moves the journal could not take, oldest first: written as soon as it can."""

    def enter(self, submission: Submission) -> Entry:
        """Take a submission in and show it; it is on disk only after `begin`."""
        now = self._clock.monotonic()
        entry = Entry(replace(submission, updated=now), self._clock.time(), since=now)
        self.entries[submission.key] = entry
        self._show(entry, entry.submission)
        return entry

    def begin(self, entry: Entry, body: bytes) -> None:
        """Write that `body` is about to leave. Raises JournalFailed or LaneTaken: then nothing may be sent."""
        self.pay()
        sent = self._stepped(entry, Stage.SENT, "")
        self._journal.begin(sent, "sent", body)
        entry.body = body
        self._show(entry, sent)

    def begin_anyway(self, entry: Entry) -> None:
        """Write that a cancel is about to leave; a journal that fails is told and does not keep it back."""
        try:
            self.begin(entry, b"")
        except JournalFailed as error:
            log.exception("cancel %s not journalled", entry.submission.key)
            self.tell(f"{error}; the cancel is sent all the same", "error")
            self._show(entry, self._stepped(entry, Stage.SENT, ""))

    def step(self, entry: Entry, stage: Stage, what: str, body: bytes = b"", message: str = "") -> None:
        """Write a step that precedes bytes. Raises JournalFailed: then nothing may be sent."""
        self.pay()
        moved = self._stepped(entry, stage, message)
        self._journal.record(moved, what, body)
        self._show(entry, moved)

    def move(
        self,
        entry: Entry,
        stage: Stage,
        message: str = "",
        *,
        body: bytes = b"",
        question: Question | None = None,
        order_id: int | None = None,
        legs: Mapping[int, int] | None = None,
        prompt: str = "",
    ) -> None:
        """Write what became of it and show it; a journal that fails now is told and cannot stop the truth.

        `legs` tells which ticket, counted from 1, became which order.
        """
        moved = replace(self._stepped(entry, stage, message, question, order_id), prompt=prompt)
        if entry.is_borrowed:
            self._show(entry, moved)
            return
        what = " ".join(part for part in (stage.value, _words_of(moved)) if part)
        self.pay()
        try:
            self._journal.record(moved, what, body, legs)
        except JournalFailed as error:
            self._owed.append((moved, what, body, legs))
            log.exception("step of %s not journalled", moved.key)
            self.tell(f"{error}; {moved.key} is {stage.value} all the same", "error")
        self._show(entry, moved)

    def pay(self) -> None:
        """Write what the journal could not take before, in its order; what it cannot take now either stays owed."""
        while self._owed:
            try:
                self._journal.record(*self._owed[0])
            except JournalFailed:
                return
            del self._owed[0]

    def refuse(self, entry: Entry, message: str) -> None:
        """End an entry of which nothing ever left; it is not on disk."""
        self._show(entry, self._stepped(entry, Stage.REJECTED, message))

    def adopt(self, found: OpenEntry, message: str, *, borrowed: bool = False, prompt: str = "") -> Entry | None:
        """Take in an open entry of an earlier run as UNKNOWN; None if it is here already.

        A `borrowed` one stays the earlier run's: it is shown and looked for, and nothing of it is written.
        """
        if found.submission.key in self.entries:
            return None
        submission = found.submission
        now = self._clock.monotonic()
        entry = Entry(submission, found.created, found.body.encode(), since=now, is_borrowed=borrowed)
        entry.unconfirmed = submission.stage is Stage.ASKING or found.last_body == DECLINING
        self.entries[submission.key] = entry
        self.move(entry, Stage.UNKNOWN, message, prompt=prompt)
        return entry

    def lane_holder(self, account: str, *, beside: Entry | None = None) -> Entry | None:
        """The entry, other than `beside`, that keeps orders of the account from being sent (order-safety 4).

        Of several one that asks or is unknown: it will keep them longer than one that is merely on its way.
        """
        groups = {*self._store.money.groups, ALL_ACCOUNTS}
        entries = [e for e in self._open.values() if e is not beside and _holds_lane(e, account, groups)]
        return next((e for e in entries if e.stage in (Stage.ASKING, Stage.UNKNOWN)), entries[0] if entries else None)

    def running_cancel(self, order_id: int) -> Entry | None:
        """The cancel of the order that is under way."""
        under_way = (Stage.QUEUED, Stage.SENT)
        return next((e for e in self._cancels(order_id) if e.stage in under_way and not e.answered), None)

    def entry_of(self, reference: str) -> Entry | None:
        """The submission one of whose orders carries the reference."""
        entry = self.entries.get(reference) or self.entries.get(submission_key(reference))
        if entry is None or place_of(reference) > max(1, len(entry.submission.tickets)):
            return None
        return entry

    def supersede(self, taken: Entry) -> None:
        """A cancel that was taken answers for earlier ones of its order whose outcome is unknown."""
        for entry in self._cancels(taken.submission.order_id):
            if entry.stage is Stage.UNKNOWN:
                self.move(entry, Stage.ACKNOWLEDGED, f"answered for by {taken.submission.key}")

    def has_open(self) -> bool:
        """Whether anything waits for an answer or for being found."""
        return bool(self._open)

    def _cancels(self, order_id: int | None) -> list[Entry]:
        entries = self._open.values()
        return [e for e in entries if e.submission.intent is Intent.CANCEL and e.submission.order_id == order_id]

    def unknown(self) -> list[Entry]:
        """Entries whose outcome is not known, oldest first."""
        return [entry for entry in self._open.values() if entry.stage is Stage.UNKNOWN]

    def tell(self, text: str, severity: str = "information") -> None:
        """Tell the user once."""
        self._store.apply(MessageRaised(Message(text, severity, "Orders")))

    def _stepped(
        self, entry: Entry, stage: Stage, message: str, question: Question | None = None, order_id: int | None = None
    ) -> Submission:
        old = entry.submission
        if not old.stage.may_become(stage):
            raise IllegalMove(f"{old.key}: {old.stage.value} to {stage.value}")
        known = order_id if order_id is not None else old.order_id
        now = self._clock.monotonic()
        return replace(old, stage=stage, message=message, question=question, order_id=known, updated=now)

    def _show(self, entry: Entry, submission: Submission) -> None:
        entry.submission = submission
        self._note(entry)
        self._store.apply(SubmissionMoved(submission))
        self.moved()

    def _note(self, entry: Entry) -> None:
        key = entry.submission.key
        if entry.stage.is_open:
            self._open[key] = entry
        else:
            self._open.pop(key, None)


def _words_of(submission: Submission) -> str:
    return submission.question.text if submission.question is not None else submission.message


def _holds_lane(entry: Entry, account: str, groups: Collection[str]) -> bool:
    """An open chain holds every account's lane: the gateway drops its question when any other order comes in between.

    An unknown outcome holds its own account's, be it a cancel's, for its order may still fill; an allocation group may
    trade in any account. One that waits itself holds none.
    """
    if entry.stage is Stage.UNKNOWN:
        own = entry.submission.account
        return own == account or own in groups or account in groups
    return entry.stage in _IN_FLIGHT and entry.submission.intent is not Intent.CANCEL and not entry.is_waiting
