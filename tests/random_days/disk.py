"""The journal's file as a stranger reads it, and as a killed process leaves it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ibtui.domain.orders import Intent, Stage
from ibtui.session.orders.journal import FILE_NAME

_NEWEST = """
SELECT s.key, s.intent, s.order_id, s.stage, p.body, p.stage FROM submissions s JOIN steps p ON p.key = s.key
WHERE p.step = (SELECT MAX(step) FROM steps WHERE steps.key = s.key)
"""


@dataclass(frozen=True, slots=True)
class Record:
    """A submission on disk and its newest step."""

    key: str
    intent: Intent
    account: str
    order_id: int | None
    stage: Stage
    tickets: int
    """How many."""


class Disk:
    """The state folder of one life of the program; its journal is opened read-only, as another process would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.full = self.was_full = False
        """Whether the journal cannot grow now, and whether that was so since the program started."""
        self._base: sqlite3.Connection | None = None

    def close(self) -> None:
        if self._base is not None:
            self._base.close()
            self._base = None

    def copied(self, to: Path) -> Path:
        """What a power cut or `kill -9` leaves: all that is written, no lock held, nothing closed."""
        to.mkdir()
        for file in self.folder.iterdir():
            if not file.name.endswith("-shm"):
                shutil.copy(file, to / file.name)
        return to

    def placing(self, key: str, body: bytes) -> str:
        """The key, if the order is on disk as being sent with just this body; blank if not."""
        return self._one("AND s.key = ? AND s.stage = 'sent' AND p.body = ?", key, body.decode())

    def modifying(self, order_id: int, body: bytes) -> str:
        """Key of the change of the order that is on disk as being sent with just this body."""
        wanted = "AND s.intent = 'modify' AND s.order_id = ? AND s.stage = 'sent' AND p.body = ?"
        return self._one(wanted, order_id, body.decode())

    def cancelling(self, order_id: int) -> str:
        """Key of the cancel of the order that is on disk as being sent."""
        return self._one("AND s.intent = 'cancel' AND s.order_id = ? AND s.stage = 'sent'", order_id)

    def replying(self, key: str, body: bytes) -> str:
        """The key, if its newest step is this answer."""
        return self._one("AND s.key = ? AND s.stage = 'replying' AND p.body = ?", key, body.decode())

    def holder(self, key: str, account: str) -> str:
        """Key of another submission that keeps this one of the account from being sent (order-safety 4)."""
        condition = "AND s.key != ? AND ((s.stage = 'unknown' AND s.account = ?) OR (s.stage IN "
        return self._one(f"{condition} ('sent', 'asking', 'replying') AND s.intent != 'cancel'))", key, account)

    def records(self) -> dict[str, Record]:
        """Every submission by key."""
        rows = self._rows("SELECT key, intent, account, order_id, stage, tickets FROM submissions")
        return {
            str(key): Record(
                str(key), Intent(intent), str(account), order_id, Stage(stage), len(json.loads(str(tickets)))
            )
            for key, intent, account, order_id, stage, tickets in rows
        }

    def _one(self, condition: str, *values: object) -> str:
        rows = self._rows(f"{_NEWEST} {condition} ORDER BY p.step DESC", *values)
        return str(rows[0][0]) if rows else ""

    def _rows(self, query: str, *values: object) -> list[Any]:
        if not (self.folder / FILE_NAME).exists():
            return []
        if self._base is None:
            self._base = sqlite3.connect(f"file:{self.folder / FILE_NAME}?mode=ro", uri=True)
        try:
            return self._base.execute(query, values).fetchall()
        except sqlite3.OperationalError:
            return []
