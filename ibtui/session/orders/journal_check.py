"""Whether the journal's file is sound: what start-up needs at once, the whole of it beside the program."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

PATIENCE_SECONDS = 2.0
"""How long a write waits for the end of the reading: journals of hundreds of thousands of orders take one."""
_ENDS = (
    "SELECT * FROM submissions ORDER BY rowid LIMIT 1",
    "SELECT * FROM submissions ORDER BY rowid DESC LIMIT 1",
    "SELECT stage FROM submissions ORDER BY stage LIMIT 1",
    "SELECT * FROM steps ORDER BY step LIMIT 1",
    "SELECT * FROM steps ORDER BY step DESC LIMIT 1",
    "SELECT key FROM steps ORDER BY key LIMIT 1",
)
"""Both ends of the tables, and the way into the indexes that start-up reads by."""


def is_whole(base: sqlite3.Connection) -> bool:
    """Read all of it; grows with the file. Raises sqlite3.DatabaseError where it cannot be read on."""
    return str(base.execute("PRAGMA quick_check(1)").fetchone()[0]) == "ok"


def has_sound_ends(base: sqlite3.Connection) -> bool:
    """Whether the file is as long as it says and its ends can be read; the same however long it is.

    Raises sqlite3.DatabaseError where they cannot.
    """
    (file,) = [str(row[2]) for row in base.execute("PRAGMA database_list") if row[1] == "main"]
    pages, size = (int(base.execute(f"PRAGMA {word}").fetchone()[0]) for word in ("page_count", "page_size"))
    is_logged = bool(file) and Path(f"{file}-wal").exists()
    if file and not is_logged and Path(file).stat().st_size < pages * size:
        return False
    for ends in _ENDS:
        base.execute(ends).fetchone()
    return True


class WholeCheck:
    """Reads the whole file in a thread of its own, so that neither the screen nor the first reading waits for it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._trouble = ""
        self._base: sqlite3.Connection | None = None
        self._thread = threading.Thread(target=self._read, name="ibtui journal", daemon=True)
        self._thread.start()

    def trouble(self, *, patience: float = 0.0) -> str:
        """What was found, blank for nothing or while it is still being read after `patience` seconds."""
        if patience:
            self._thread.join(patience)
        return self._trouble

    def end(self) -> None:
        """Stop reading."""
        base = self._base
        if base is not None:
            with contextlib.suppress(sqlite3.ProgrammingError):  # it ended just now
                base.interrupt()
        self._thread.join(PATIENCE_SECONDS)

    def _read(self) -> None:
        try:
            base = sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            self._base = base
            try:
                self._trouble = "" if is_whole(base) else "pages do not fit together"
            finally:
                self._base = None
                base.close()
        except sqlite3.OperationalError:
            return  # it was interrupted, or is not to be had: whoever writes to it will be told
        except sqlite3.DatabaseError as error:
            self._trouble = str(error)
