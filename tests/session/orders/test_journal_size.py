"""A journal of years: what start-up reads does not grow with it, and damage anywhere in it is found all the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.session.orders.journal import FILE_NAME, Journal, JournalFailed
from ibtui.session.orders.journal_file import opened
from tests.fakes.clock import ManualClock
from tests.session.orders.bench import ACCOUNT, JOURNALS, ticket

PAGE = 4096
RECORDS = 400


def years(folder: Path) -> Path:
    """Many acknowledged orders, and one that was left open by another instance."""
    base = opened(folder)
    base.execute("BEGIN")
    for number in range(RECORDS):
        stage = "sent" if number == 7 else "acknowledged"
        row = (f"k{number:04d}", "place", ACCOUNT, number, "[]", 1.0, stage, "gone")
        base.execute("INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        step = (row[0], 1.0, stage, stage, "{}" * 500)
        base.execute("INSERT INTO steps (key, at, stage, what, body) VALUES (?, ?, ?, ?, ?)", step)
    base.execute("COMMIT")
    base.close()
    return folder / FILE_NAME


def journal_in(folder: Path) -> Journal:
    journal = Journal(folder, ManualClock())
    JOURNALS.append(journal)
    return journal


def sent() -> Submission:
    return Submission("ibtui-261121-AAAAAAA", Intent.PLACE, ACCOUNT, Stage.SENT, (ticket(),))


def test_damage_in_the_middle_is_found_before_an_order_is_begun(tmp_path: Path) -> None:
    file = years(tmp_path)
    raw = bytearray(file.read_bytes())
    start = len(raw) // PAGE // 2 * PAGE
    raw[start : start + 200] = b"\xff" * 200
    file.write_bytes(bytes(raw))
    journal = journal_in(tmp_path)
    with pytest.raises(JournalFailed, match="damaged"):
        journal.begin(sent(), "sent", b"{}")
    assert file.read_bytes()[start : start + 200] == b"\xff" * 200


def test_taking_over_what_is_open_moves_nothing_else(tmp_path: Path) -> None:
    file = years(tmp_path)
    journal = journal_in(tmp_path)
    (found,) = journal.adopt({ACCOUNT})
    assert found.submission.key == "k0007"
    base = sqlite3.connect(file)
    owners = dict(base.execute("SELECT owner, count(*) FROM submissions GROUP BY owner").fetchall())
    base.close()
    assert owners == {"gone": RECORDS - 1, journal.instance: 1}


def test_what_start_up_reads_is_found_by_an_index(tmp_path: Path) -> None:
    years(tmp_path)
    journal = journal_in(tmp_path)
    plans: list[str] = []
    with journal._transaction() as base:
        statements: list[str] = []
        base.set_trace_callback(statements.append)
    journal.adopt({ACCOUNT})
    journal.left_open({ACCOUNT})
    journal.sent_ticket(7, "")
    with journal._transaction() as base:
        base.set_trace_callback(None)
        for statement in statements:
            if statement.lstrip().startswith(("SELECT", "UPDATE")):
                plans += [str(row[3]) for row in base.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
