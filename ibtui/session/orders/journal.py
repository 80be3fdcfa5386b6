"""What was asked of the gateway and what came of it, on disk before the first byte leaves (order-safety 2).

One SQLite file (WAL, `synchronous=FULL`) per state folder. Every call is one short transaction; `record` returns when
the step is on disk. Steps are only ever added. Several ibtui may run on one box: each entry belongs to an instance, and
each instance holds an exclusive lock on a small file of its own, which the system releases when the process dies. Open
entries of an instance whose lock is free are adopted by the next one that starts; those of a living one are left alone.
Order of time is the order of rows, so that a clock which is set back or forward changes nothing but the times shown.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from ibtui.clock import Clock
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.tickets import Ticket
from ibtui.errors import IbtuiError
from ibtui.protocol.orders.body import order_refs
from ibtui.session.orders.instances import Instances
from ibtui.session.orders.journal_check import PATIENCE_SECONDS, WholeCheck
from ibtui.session.orders.journal_file import FILE_NAME, JournalFailed, damaged, opened, opened_for_reading, told
from ibtui.session.orders.keys import place_of, submission_key

__all__ = ["FILE_NAME", "Journal", "JournalFailed", "LaneTaken", "OpenEntry", "Step"]

LONGEST_BODY = 100_000
"""Characters of an answer kept."""


class Step(Struct, frozen=True):
    """One thing that happened to a submission."""

    at: float
    """Unix seconds."""
    stage: Stage
    what: str
    """Such as `sent`, `asked`, `answered yes`, `acknowledged`, with the words shown."""
    body: str = ""
    """What was sent or came, as text; blank for steps that were not on the wire."""


class OpenEntry(Struct, frozen=True):
    """A submission of an earlier run whose end is not on record."""

    submission: Submission
    created: float
    """Unix seconds."""
    body: str
    """The first body sent, blank for a cancel."""
    last_body: str = ""
    """The body of its newest step."""
    answer: str = ""
    """The newest body that came with an UNKNOWN step, blank if none did."""


class LaneTaken(IbtuiError):
    """Another ibtui on this computer has an order open in the same account."""

    title = "Another ibtui has an order open in this account"


class Journal:
    """The record of all state-changing requests.

    Every method raises JournalFailed when the disk or the lock says no; the next call tries again. `folder` None keeps
    the record in memory, for tests and demonstrations.
    """

    def __init__(self, folder: Path | None, clock: Clock) -> None:
        self._clock = clock
        self._folder = folder
        self._instances = Instances(folder)
        self.instance = self._instances.own
        self._opened: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        """Device and inode of the file that is open."""
        self._check: WholeCheck | None = None
        self._closed = False

    def begin(self, submission: Submission, what: str, body: bytes) -> None:
        """Write a new submission and its first step; on disk when this returns.

        A key already used raises JournalFailed. An order or modification raises LaneTaken while another instance has
        one open in the account.
        """
        self._look_at_whole()
        with self._transaction() as base:
            if submission.intent is not Intent.CANCEL:
                self._claim_lane(base, submission.account)
            self._enter(base, submission)
            self._add(base, submission, what, body)

    def record(
        self, submission: Submission, what: str, body: bytes = b"", legs: Mapping[int, int] | None = None
    ) -> None:
        """Write the next step of a submission and its stage; on disk when this returns.

        `legs` tells which ticket, counted from 1, became which order. A submission that is not there, because the disk
        failed when it began, is entered now.
        """
        with self._transaction() as base:
            known = base.execute(
                "UPDATE submissions SET stage = ?, order_id = COALESCE(?, order_id) WHERE key = ?",
                (submission.stage.value, submission.order_id, submission.key),
            )
            if not known.rowcount:
                self._enter(base, submission)
            for place, order_id in (legs or {}).items():
                base.execute("INSERT OR REPLACE INTO legs VALUES (?, ?, ?)", (submission.key, place, order_id))
            self._add(base, submission, what, body)

    def adopt(self, accounts: Collection[str]) -> tuple[OpenEntry, ...]:
        """Take over the open entries in `accounts` of instances that are no more; gives all open ones now ours."""
        with self._transaction() as base:
            for owner, account in base.execute(_OWNERS_OF_OPEN, _OPEN).fetchall():
                if owner != self.instance and account in accounts and not self._instances.is_alive(owner):
                    base.execute(_ADOPT, (self.instance, *_OPEN, owner, account))
            rows = base.execute(_OPEN_ENTRIES, (*_OPEN, self.instance)).fetchall()
            return tuple(_open_entry(row) for row in rows)

    def left_open(self, accounts: Collection[str]) -> tuple[OpenEntry, ...]:
        """What `adopt` would take over, only looked at: nothing is written and no journal is made."""
        if self._folder is None:
            return ()
        with self._reading() as base:
            if base is None:
                return ()
            owners = [
                owner
                for owner, account in base.execute(_OWNERS_OF_OPEN, _OPEN).fetchall()
                if account in accounts and not self._instances.is_alive(owner, tidy=False)
            ]
            rows = [row for owner in dict.fromkeys(owners) for row in base.execute(_OPEN_ENTRIES, (*_OPEN, owner))]
            return tuple(entry for entry in map(_open_entry, rows) if entry.submission.account in accounts)

    def story(self, key: str) -> tuple[Step, ...]:
        """Every step of one submission, oldest first."""
        with self._transaction() as base:
            rows = base.execute(
                "SELECT at, stage, what, body FROM steps WHERE key = ? ORDER BY step", (key,)
            ).fetchall()
            return tuple(Step(at, Stage(stage), what, body) for at, stage, what, body in rows)

    def keys_of(self, order_id: int) -> tuple[str, ...]:
        """Keys of the submissions about one order, oldest first."""
        with self._transaction() as base:
            rows = base.execute("SELECT key FROM submissions WHERE order_id = ? ORDER BY rowid", (order_id,)).fetchall()
            return tuple(str(key) for (key,) in rows)

    def sent_ticket(self, order_id: int, order_ref: str) -> Ticket | None:
        """The newest acknowledged ticket of an order, by its id or its reference, of whatever run.

        Orders of a bracket or group are told apart by their legs' ids or by the place their reference names.
        """
        stage = Stage.ACKNOWLEDGED.value
        with self._reading() as base:
            if base is None:
                return None
            asked = (order_id, stage, order_id, stage, place_of(order_ref), submission_key(order_ref), stage)
            rows: list[tuple[str, int | None, int]] = base.execute(_SENT_TICKETS, asked).fetchall()
            for found, place, _ in rows:
                tickets = msgspec.json.decode(found, type=tuple[Ticket, ...])
                if place is None and len(tickets) == 1:
                    return tickets[0]
                if place is not None and place <= len(tickets):
                    return tickets[place - 1]
        return None

    def references_of(self, order_id: int) -> tuple[str, str]:
        """The `cOID` and the `parentId` an order was placed with from here, blank where it had none."""
        with self._reading() as base:
            found = base.execute(_PLACED, (order_id, order_id)).fetchone() if base is not None else None
        if found is None:
            return "", ""
        key, tickets, place = found
        references = order_refs(msgspec.json.decode(tickets, type=tuple[Ticket, ...]), key)
        own = references[place - 1] if place <= len(references) else ""
        return own, "" if own else key

    def close(self) -> None:
        """End this instance for good: its open entries may be adopted by the next."""
        self._closed = True
        self._drop()
        self._instances.release()

    def _enter(self, base: sqlite3.Connection, submission: Submission) -> None:
        tickets = msgspec.json.encode(submission.tickets).decode()
        row = (submission.key, submission.intent.value, submission.account, submission.order_id, tickets)
        base.execute(
            "INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, self._clock.time(), submission.stage.value, self.instance),
        )

    def _add(self, base: sqlite3.Connection, submission: Submission, what: str, body: bytes) -> None:
        text = body.decode(errors="replace")[:LONGEST_BODY]
        base.execute(
            "INSERT INTO steps (key, at, stage, what, body) VALUES (?, ?, ?, ?, ?)",
            (submission.key, self._clock.time(), submission.stage.value, what, text),
        )

    def _claim_lane(self, base: sqlite3.Connection, account: str) -> None:
        taken = base.execute(_OPEN_ELSEWHERE, (*_OPEN, account, self.instance)).fetchone()
        if taken is not None:
            raise LaneTaken(f"nothing was sent: {taken[0]} must be settled first, there or by a restart of this one")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """The journal for reading, None if there is none: a run that never writes makes no file."""
        if self._folder is None or self._opened is not None:
            with self._transaction() as base:
                yield base
            return
        with told():
            base_or_none = opened_for_reading(self._folder)
            try:
                yield base_or_none
            finally:
                if base_or_none is not None:
                    base_or_none.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with told():
            base = self._open()
            try:
                base.execute("BEGIN IMMEDIATE")
                yield base
                base.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):  # what failed first is what is told
                    if base.in_transaction:
                        base.execute("ROLLBACK")
                if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.IntegrityError):
                    self._reopen()
                raise

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise JournalFailed("it was closed")
        if self._opened is not None and self._is_gone():
            self._drop()
            raise JournalFailed(f"{FILE_NAME} was moved or removed while ibtui ran; the next try begins a new one")
        if self._opened is None:
            self._instances.hold()
            self._opened = opened(self._folder)
            self._file = self._identity()
            if self._folder is not None:
                self._check = WholeCheck(self._folder / FILE_NAME)
        if self._check is not None and (trouble := self._check.trouble()):
            raise JournalFailed(damaged(FILE_NAME, trouble))
        return self._opened

    def _look_at_whole(self) -> None:
        """Before an order is begun the file has been read to its end, or for as long as a person can wait."""
        with told():
            self._open()
        if self._check is not None and (trouble := self._check.trouble(patience=PATIENCE_SECONDS)):
            raise JournalFailed(damaged(FILE_NAME, trouble))

    def _is_gone(self) -> bool:
        """Whether the file written to is no longer the one that would be read by the next run."""
        return self._folder is not None and self._identity() != self._file

    def _identity(self) -> tuple[int, int] | None:
        if self._folder is None:
            return None
        try:
            found = (self._folder / FILE_NAME).stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _reopen(self) -> None:
        """After a disk that failed the next call begins with a fresh look at the file; what is in memory stays."""
        if self._folder is not None:
            self._drop()

    def _drop(self) -> None:
        if self._check is not None:
            self._check.end()
            self._check = None
        if self._opened is not None:
            with contextlib.suppress(sqlite3.Error):  # a full disk may refuse the last checkpoint; the log is kept
                self._opened.close()
            self._opened = None


_OPEN = tuple(stage.value for stage in Stage if stage.is_open)
_MARKS = ", ".join("?" for _ in _OPEN)
_OWNERS_OF_OPEN = f"SELECT DISTINCT owner, account FROM submissions WHERE stage IN ({_MARKS})"
_ADOPT = f"UPDATE submissions SET owner = ? WHERE stage IN ({_MARKS}) AND owner = ? AND account = ?"
_OPEN_ELSEWHERE = f"""
SELECT key FROM submissions
WHERE stage IN ({_MARKS}) AND account = ? AND owner != ? AND intent != 'cancel'
"""
_SENT_TICKETS = """
SELECT tickets, NULL, rowid AS at FROM submissions WHERE order_id = ? AND stage = ? AND intent != 'cancel'
UNION ALL
SELECT s.tickets, legs.place, s.rowid FROM legs JOIN submissions AS s ON s.key = legs.key
WHERE legs.order_id = ? AND s.stage = ?
UNION ALL
SELECT tickets, ?, rowid FROM submissions WHERE key = ? AND stage = ? AND intent = 'place'
ORDER BY at DESC
"""
_PLACED = """
SELECT s.key, s.tickets, legs.place FROM legs JOIN submissions AS s ON s.key = legs.key
WHERE legs.order_id = ? AND s.intent = 'place'
UNION ALL
SELECT key, tickets, 1 FROM submissions WHERE order_id = ? AND intent = 'place'
"""
_OPEN_ENTRIES = f"""
SELECT key, intent, account, order_id, tickets, created, stage,
    (SELECT body FROM steps WHERE steps.key = submissions.key ORDER BY step LIMIT 1),
    (SELECT body FROM steps WHERE steps.key = submissions.key ORDER BY step DESC LIMIT 1),
    (SELECT body FROM steps WHERE steps.key = submissions.key AND stage = 'unknown' AND body != ''
        ORDER BY step DESC LIMIT 1)
FROM submissions WHERE stage IN ({_MARKS}) AND owner = ? ORDER BY rowid
"""


def _open_entry(row: tuple[str, str, str, int | None, str, float, str, str, str, str | None]) -> OpenEntry:
    key, intent, account, order_id, tickets, created, stage, body, last_body, answer = row
    known = msgspec.json.decode(tickets, type=tuple[Ticket, ...])
    submission = Submission(key, Intent(intent), account, Stage(stage), known, order_id)
    return OpenEntry(submission, created, body, last_body, answer or "")
