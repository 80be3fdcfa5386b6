"""The journal's file: how it is opened, what it holds, and how it says that it cannot be used.

A file that is damaged, foreign or written by a newer ibtui is left as it is and refused; nothing is ever begun over
it. The schema's version is SQLite's `user_version`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ibtui.errors import IbtuiError
from ibtui.session.orders.journal_check import has_sound_ends, is_whole

BUSY_MS = 2000
"""Milliseconds to wait for another instance's write; a write takes about one."""
FILE_NAME = "journal.sqlite3"
VERSION = 2
"""Of the schema: 1 had no legs."""
_TABLES = frozenset({"submissions", "steps", "legs"})
_SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS submissions (
        key TEXT PRIMARY KEY, intent TEXT NOT NULL, account TEXT NOT NULL, order_id INTEGER, tickets TEXT NOT NULL,
        created REAL NOT NULL, stage TEXT NOT NULL, owner TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS submissions_by_stage ON submissions (stage)",
    "CREATE INDEX IF NOT EXISTS submissions_by_order ON submissions (order_id)",
    """
    CREATE TABLE IF NOT EXISTS steps (
        step INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL REFERENCES submissions (key),
        at REAL NOT NULL, stage TEXT NOT NULL, what TEXT NOT NULL, body TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS steps_by_key ON steps (key, step)",
    "CREATE TRIGGER IF NOT EXISTS steps_stay BEFORE UPDATE ON steps BEGIN SELECT RAISE(ABORT, 'steps are only added');"
    " END",
    "CREATE TRIGGER IF NOT EXISTS steps_kept BEFORE DELETE ON steps BEGIN SELECT RAISE(ABORT, 'steps are only added');"
    " END",
    """
    CREATE TABLE IF NOT EXISTS legs (
        key TEXT NOT NULL REFERENCES submissions (key), place INTEGER NOT NULL, order_id INTEGER NOT NULL,
        PRIMARY KEY (key, place)
    )
    """,
    "CREATE INDEX IF NOT EXISTS legs_by_order ON legs (order_id)",
    f"PRAGMA user_version = {VERSION}",
)


class JournalFailed(IbtuiError):
    """The journal cannot be written or read, so no order may be sent."""

    title = "The order journal cannot be used"


def opened(folder: Path | None) -> sqlite3.Connection:
    """The journal in `folder` for writing, made if there is none; None keeps it in memory. Raises as `told` tells."""
    where = ":memory:" if folder is None else str(folder / FILE_NAME)
    base = sqlite3.connect(where, timeout=BUSY_MS / 1000, isolation_level=None)
    try:
        _check(base, where)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        _build(base)
    except BaseException:
        base.close()
        raise
    return base


def opened_for_reading(folder: Path, *, whole: bool = False) -> sqlite3.Connection | None:
    """The journal in `folder` as it stands, None if there is none; nothing is written, and a writer is not disturbed.

    `whole`: all of it is to be read, and is checked. A file without its write-ahead log is used by nobody now, so it is
    read as one that cannot change: SQLite then makes no files beside it.
    """
    file = folder / FILE_NAME
    if not file.exists():
        return None
    is_idle = not file.with_name(FILE_NAME + "-wal").exists()
    where = f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if is_idle else ''}"
    base = sqlite3.connect(where, timeout=BUSY_MS / 1000, isolation_level=None, uri=True)
    try:
        _check(base, str(file), whole=whole)
    except BaseException:
        base.close()
        raise
    return base


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turns what the disk, SQLite or an unreadable row says into JournalFailed."""
    try:
        yield
    except (sqlite3.Error, OSError, msgspec.MsgspecError) as error:
        raise JournalFailed(f"{error}") from error


def _check(base: sqlite3.Connection, where: str, *, whole: bool = False) -> None:
    """Raises JournalFailed for a file that is damaged, of a newer ibtui or no journal at all.

    What takes the longer the larger the file is, only of the `whole` (`WholeCheck` does it beside the program).
    """
    try:
        version = int(base.execute("PRAGMA user_version").fetchone()[0])
        tables = {str(name) for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if version > VERSION:
            raise JournalFailed(f"{where} was written by a newer ibtui (version {version}, this one knows {VERSION})")
        expected = _TABLES if version == VERSION else _TABLES - {"legs"} if version else frozenset()
        if not expected <= tables:
            raise JournalFailed(damaged(where, "tables are missing"))
        is_sound = is_whole(base) if whole or not version else has_sound_ends(base)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise JournalFailed(damaged(where, str(error))) from error
    if not is_sound:
        raise JournalFailed(damaged(where, "it is not whole"))
    if not version and not tables <= _TABLES | {"sqlite_sequence"}:
        raise JournalFailed(f"{where} is no journal of ibtui; it is left as it is")


def damaged(where: str, why: str) -> str:
    """What to say of a file that cannot be believed."""
    return f"{where} is damaged ({why}). It is kept as it is; move it away to begin a new one"


def _build(base: sqlite3.Connection) -> None:
    """Make what is missing, in one transaction."""
    if base.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    base.execute("BEGIN IMMEDIATE")
    try:
        for statement in _SCHEMA:
            base.execute(statement)
        base.execute("COMMIT")
    except BaseException:
        if base.in_transaction:
            base.execute("ROLLBACK")
        raise
