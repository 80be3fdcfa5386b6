"""A journal whose file is damaged, removed, of another version or another program's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.session.orders.journal import FILE_NAME, Journal, JournalFailed
from ibtui.session.orders.journal_file import VERSION
from tests.fakes.clock import ManualClock
from tests.session.orders.bench import ACCOUNT, JOURNALS, bench, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
SENT = Submission("ibtui-261118-AAAAAAA", Intent.PLACE, ACCOUNT, Stage.SENT, (ticket(),))


def refused(folder: Path) -> str:
    journal = Journal(folder, ManualClock())
    JOURNALS.append(journal)
    with pytest.raises(JournalFailed) as told:
        journal.begin(SENT, "sent", b"")
    return str(told.value)


def filled(folder: Path) -> Path:
    journal = Journal(folder, ManualClock())
    journal.begin(SENT, "sent", b"{}" * 3000)
    journal.close()
    return folder / FILE_NAME


def damage(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    for page in range(1, len(raw) // 4096):
        raw[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    file.write_bytes(bytes(raw))


def shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:4096])


def overwrite(file: Path) -> None:
    file.write_bytes(b"not a database" * 1000)


@pytest.mark.parametrize("harm", [damage, shorten, overwrite])
async def test_a_damaged_journal_is_kept_and_orders_are_refused(tmp_path: Path, harm: object) -> None:
    assert callable(harm)
    file = filled(tmp_path)
    harm(file)
    harmed = file.read_bytes()
    assert "damaged" in refused(tmp_path)
    b = bench(tmp_path)
    await b.desk.started()
    key = await b.submit()
    assert b.stage(key) is Stage.REJECTED
    assert "is kept as it is; move it away" in b.submission(key).message
    assert b.wire.changing() == []
    assert "damaged" in b.messages()
    assert file.read_bytes() == harmed


def test_a_journal_of_a_newer_ibtui_is_refused_and_kept(tmp_path: Path) -> None:
    file = filled(tmp_path)
    base = sqlite3.connect(file)
    base.execute(f"PRAGMA user_version = {VERSION + 1}")
    base.close()
    assert f"newer ibtui (version {VERSION + 1}, this one knows {VERSION})" in refused(tmp_path)


def test_another_programs_file_is_refused_and_kept(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / FILE_NAME)
    base.execute("CREATE TABLE bookmarks (url TEXT)")
    base.close()
    assert "no journal of ibtui" in refused(tmp_path)


def test_a_journal_without_its_tables_is_damaged(tmp_path: Path) -> None:
    base = sqlite3.connect(filled(tmp_path))
    base.executescript("PRAGMA foreign_keys = OFF; DROP TABLE legs")
    base.close()
    assert "tables are missing" in refused(tmp_path)


def test_a_journal_of_the_first_version_is_taken_over_whole(tmp_path: Path) -> None:
    base = sqlite3.connect(filled(tmp_path))
    base.executescript("DROP TABLE legs; PRAGMA user_version = 1")
    base.close()
    journal = Journal(tmp_path, ManualClock())
    (found,) = journal.adopt({ACCOUNT})
    assert found.submission == SENT
    journal.record(replace(SENT, stage=Stage.ACKNOWLEDGED, order_id=7), "acknowledged", legs={1: 7})
    assert journal.sent_ticket(7, "") == ticket()
    journal.close()


def test_a_journal_that_is_removed_while_it_is_used_is_missed(tmp_path: Path) -> None:
    journal = Journal(tmp_path, ManualClock())
    journal.begin(SENT, "sent", b"")
    (tmp_path / FILE_NAME).rename(tmp_path / "elsewhere")
    with pytest.raises(JournalFailed, match="moved or removed"):
        journal.record(SENT, "again")
    journal.close()
