"""The journal as a list for a person or a program: read while others write, and nothing is written."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, field

from ibtui.domain.orders import Intent, Stage
from ibtui.domain.tickets import Ticket
from ibtui.session.orders.journal import Step
from ibtui.session.orders.journal_file import opened_for_reading, told

_SUBMISSIONS = "SELECT key, intent, account, order_id, tickets, created, stage FROM submissions ORDER BY rowid"
_STEPS = "SELECT at, stage, what, body FROM steps WHERE key = ? ORDER BY step"
_LEGS = "SELECT place, order_id FROM legs WHERE key = ? ORDER BY place"


class Record(Struct, frozen=True):
    """One submission with its story."""

    key: str
    intent: Intent
    account: str
    stage: Stage
    created: float
    """Unix seconds."""
    order_id: int | None = None
    tickets: tuple[Ticket, ...] = ()
    legs: dict[int, int] = field(default_factory=dict)
    """Which ticket, counted from 1, became which order."""
    steps: tuple[Step, ...] = ()
    """Oldest first."""


def records(folder: Path) -> Iterator[Record] | None:
    """Every submission on record, oldest first; None if there is no journal. Raises JournalFailed, also on the way."""
    with told():
        base = opened_for_reading(folder, whole=True)
    return None if base is None else _all(base)


def _all(base: sqlite3.Connection) -> Iterator[Record]:
    with told(), contextlib.closing(base):
        base.execute("BEGIN")  # one view of the file, however long the reading takes
        has_legs = base.execute("SELECT 1 FROM sqlite_master WHERE name = 'legs'").fetchone() is not None
        for row in base.execute(_SUBMISSIONS):
            legs = base.execute(_LEGS, (row[0],)).fetchall() if has_legs else []
            yield _record(row, base.execute(_STEPS, (row[0],)).fetchall(), legs)


def _record(
    row: tuple[str, str, str, int | None, str, float, str],
    steps: Sequence[tuple[float, str, str, str]],
    legs: Sequence[tuple[int, int]],
) -> Record:
    key, intent, account, order_id, tickets, created, stage = row
    return Record(
        key,
        Intent(intent),
        account,
        Stage(stage),
        created,
        order_id,
        msgspec.json.decode(tickets, type=tuple[Ticket, ...]),
        dict(legs),
        tuple(Step(at, Stage(stage), what, body) for at, stage, what, body in steps),
    )
