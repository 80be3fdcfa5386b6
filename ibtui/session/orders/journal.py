"""What was asked of the gateway and what came of it, on disk before the first byte leaves (order-safety 2).

One SQLite file (WAL, `synchronous=FULL`) per state folder. Every call is one short transaction; `record` returns when
the step is on disk. Steps are only ever added. Several ibtui may run on one box: each entry belongs to an instance, and
each instance holds an exclusive lock on a small file of its own, which the system releases when the process dies. Open
entries of an instance whose lock is free are adopted by the next one that starts; those of a living one are left alone.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ibtui.clock import Clock
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.tickets import Ticket
from ibtui.errors import IbtuiError

BUSY_MS = 2000
"""Milliseconds to wait for another instance's write; a write takes about one."""
FILE_NAME = "journal.sqlite3"
LONGEST_BODY = 100_000
"""Characters of an answer kept."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS submissions (
    key TEXT PRIMARY KEY, intent TEXT NOT NULL, account TEXT NOT NULL, order_id INTEGER, tickets TEXT NOT NULL,
    created REAL NOT NULL, stage TEXT NOT NULL, owner TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS submissions_by_stage ON submissions (stage);
CREATE INDEX IF NOT EXISTS submissions_by_order ON submissions (order_id);
CREATE TABLE IF NOT EXISTS steps (
    step INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL REFERENCES submissions (key),
    at REAL NOT NULL, stage TEXT NOT NULL, what TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS steps_by_key ON steps (key, step);
CREATE TRIGGER IF NOT EXISTS steps_stay BEFORE UPDATE ON steps BEGIN SELECT RAISE(ABORT, 'steps are only added'); END;
CREATE TRIGGER IF NOT EXISTS steps_kept BEFORE DELETE ON steps BEGIN SELECT RAISE(ABORT, 'steps are only added'); END;
PRAGMA user_version = 1;
"""


class JournalFailed(IbtuiError):
    """The journal cannot be written or read, so no order may be sent."""

    title = "The order journal cannot be used"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a submission."""

    at: float
    """Unix seconds."""
    stage: Stage
    what: str
    """Such as `sent`, `asked`, `answered yes`, `acknowledged`, with the words shown."""
    body: str = ""
    """What was sent or came, as text; blank for steps that were not on the wire."""


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """A submission of an earlier run whose end is not on record."""

    submission: Submission
    created: float
    """Unix seconds."""
    body: str
    """The first body sent, blank for a cancel."""
    last_body: str = ""
    """The body of its newest step."""


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
        self.instance = secrets.token_hex(8)
        self._lock: sqlite3.Connection | None = None
        self._opened: sqlite3.Connection | None = None
        self._closed = False

    def begin(self, submission: Submission, what: str, body: bytes) -> None:
        """Write a new submission and its first step; on disk when this returns.

        A key already used raises JournalFailed. An order or modification raises LaneTaken while another instance has
        one open in the account.
        """
        tickets = msgspec.json.encode(submission.tickets).decode()
        row = (submission.key, submission.intent.value, submission.account, submission.order_id, tickets)
        with self._transaction() as base:
            if submission.intent is not Intent.CANCEL:
                self._claim_lane(base, submission.account)
            base.execute(
                "INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, self._clock.time(), submission.stage.value, self.instance),
            )
            self._add(base, submission, what, body)

    def record(self, submission: Submission, what: str, body: bytes = b"") -> None:
        """Write the next step of a submission and its stage; on disk when this returns."""
        with self._transaction() as base:
            base.execute(
                "UPDATE submissions SET stage = ?, order_id = COALESCE(?, order_id) WHERE key = ?",
                (submission.stage.value, submission.order_id, submission.key),
            )
            self._add(base, submission, what, body)

    def adopt(self, accounts: Collection[str]) -> tuple[OpenEntry, ...]:
        """Take over the open entries in `accounts` of instances that are no more; gives all open ones now ours."""
        with self._transaction() as base:
            for owner, account in base.execute(_OWNERS_OF_OPEN, _OPEN).fetchall():
                if owner != self.instance and account in accounts and not self._is_alive(owner):
                    moved = (self.instance, owner, account)
                    base.execute("UPDATE submissions SET owner = ? WHERE owner = ? AND account = ?", moved)
            rows = base.execute(_OPEN_ENTRIES, (*_OPEN, self.instance)).fetchall()
            return tuple(_open_entry(row) for row in rows)

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
            rows = base.execute(
                "SELECT key FROM submissions WHERE order_id = ? ORDER BY created", (order_id,)
            ).fetchall()
            return tuple(str(key) for (key,) in rows)

    def sent_ticket(self, order_id: int, order_ref: str) -> Ticket | None:
        """The newest acknowledged ticket of a single order, by its id or its reference, of whatever run."""
        with self._transaction() as base:
            row = base.execute(_SENT_TICKETS, (order_id, order_ref, Stage.ACKNOWLEDGED.value)).fetchone()
            tickets = msgspec.json.decode(row[0], type=tuple[Ticket, ...]) if row is not None else ()
            return tickets[0] if len(tickets) == 1 else None

    def close(self) -> None:
        """End this instance for good: its open entries may be adopted by the next."""
        self._closed = True
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            self._remove_lock(self.instance)

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
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _told():
            base = self._open()
            base.execute("BEGIN IMMEDIATE")
            try:
                yield base
                base.execute("COMMIT")
            except BaseException:
                if base.in_transaction:
                    base.execute("ROLLBACK")
                raise

    def _open(self) -> sqlite3.Connection:
        if self._opened is not None:
            return self._opened
        if self._closed:
            raise JournalFailed("it was closed")
        where = ":memory:"
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._lock is None:
                self._lock = _locked(self._lock_file(self.instance))
            where = str(self._folder / FILE_NAME)
        base = sqlite3.connect(where, timeout=BUSY_MS / 1000, isolation_level=None)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = FULL")
            base.executescript(_SCHEMA)
        except BaseException:
            base.close()
            raise
        self._opened = base
        return base

    def _lock_file(self, instance: str) -> Path:
        return (self._folder or Path()) / f"journal-{instance}.lock"

    def _is_alive(self, instance: str) -> bool:
        """Whether the process that wrote as `instance` still holds its lock."""
        if self._folder is None or not self._lock_file(instance).exists():
            return False
        try:
            probe = _locked(self._lock_file(instance))
        except sqlite3.OperationalError:
            return True
        probe.close()
        self._remove_lock(instance)
        return False

    def _remove_lock(self, instance: str) -> None:
        file = self._lock_file(instance)
        for leftover in (file, file.with_name(file.name + "-journal")):
            leftover.unlink(missing_ok=True)


_OPEN = tuple(stage.value for stage in Stage if stage.is_open)
_MARKS = ", ".join("?" for _ in _OPEN)
_OWNERS_OF_OPEN = f"SELECT DISTINCT owner, account FROM submissions WHERE stage IN ({_MARKS})"
_OPEN_ELSEWHERE = f"""
SELECT key FROM submissions
WHERE stage IN ({_MARKS}) AND account = ? AND owner != ? AND intent != 'cancel'
"""
_SENT_TICKETS = """
SELECT tickets FROM submissions
WHERE (order_id = ? OR key = ?) AND stage = ? AND intent != 'cancel' ORDER BY created DESC, rowid DESC LIMIT 1
"""
_OPEN_ENTRIES = f"""
SELECT key, intent, account, order_id, tickets, created, stage,
    (SELECT body FROM steps WHERE steps.key = submissions.key ORDER BY step LIMIT 1),
    (SELECT body FROM steps WHERE steps.key = submissions.key ORDER BY step DESC LIMIT 1)
FROM submissions WHERE stage IN ({_MARKS}) AND owner = ? ORDER BY created
"""


def _open_entry(row: tuple[str, str, str, int | None, str, float, str, str, str]) -> OpenEntry:
    key, intent, account, order_id, tickets, created, stage, body, last_body = row
    known = msgspec.json.decode(tickets, type=tuple[Ticket, ...])
    return OpenEntry(Submission(key, Intent(intent), account, Stage(stage), known, order_id), created, body, last_body)


def _locked(path: Path) -> sqlite3.Connection:
    """A connection that holds an exclusive lock on its file as long as it lives. Raises OperationalError if taken.

    SQLite's own file lock is used because it is the same on every system and ends with the process.
    """
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, msgspec.MsgspecError) as error:
        raise JournalFailed(f"{error}") from error
