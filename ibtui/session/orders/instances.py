"""Which ibtui on this computer are alive: each holds an exclusive lock on a small file as long as its process lives."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path


class Instances:
    """The name and lock of this one, and a look at the others. `folder` None stands alone, in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.own = secrets.token_hex(8)
        self._lock: sqlite3.Connection | None = None

    def hold(self) -> None:
        """Take this instance's lock, if it has none yet. Raises sqlite3.Error or OSError."""
        if self._folder is not None and self._lock is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = _locked(self._file(self.own))

    def release(self) -> None:
        """Give it back for good."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            self._remove(self.own)

    def is_alive(self, instance: str, *, tidy: bool = True) -> bool:
        """Whether the process that wrote as `instance` still holds its lock; `tidy` removes what a dead one left."""
        if self._folder is None or not self._file(instance).exists():
            return False
        try:
            probe = _locked(self._file(instance))
        except sqlite3.OperationalError:
            return True
        probe.close()
        if tidy:
            self._remove(instance)
        return False

    def _file(self, instance: str) -> Path:
        return (self._folder or Path()) / f"journal-{instance}.lock"

    def _remove(self, instance: str) -> None:
        file = self._file(instance)
        for leftover in (file, file.with_name(file.name + "-journal")):
            leftover.unlink(missing_ok=True)


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
