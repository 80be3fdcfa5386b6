from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.session.orders.journal import FILE_NAME, Journal, JournalFailed, LaneTaken
from tests.fakes.clock import ManualClock
from tests.session.orders.bench import ACCOUNT, ticket

SENT = Submission("ibtui-261118-AAAAAAA", Intent.PLACE, ACCOUNT, Stage.SENT, (ticket(),))


def reading(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """What another process would find on disk now."""
    base = sqlite3.connect(f"file:{folder / FILE_NAME}?mode=ro", uri=True)
    try:
        return base.execute(statement).fetchall()
    finally:
        base.close()


def test_what_is_begun_is_on_disk_when_the_call_returns(tmp_path: Path) -> None:
    journal = Journal(tmp_path, ManualClock())
    journal.begin(SENT, "sent", b'{"orders":[]}')
    assert reading(tmp_path, "SELECT key, stage, what, body FROM steps") == [
        (SENT.key, "sent", "sent", '{"orders":[]}')
    ]
    journal.close()


def test_the_file_is_written_through_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    journal = Journal(folder, ManualClock())
    journal.begin(SENT, "sent", b"")
    assert reading(folder, "PRAGMA journal_mode") == [("wal",)]
    assert journal._open().execute("PRAGMA synchronous").fetchone() == (2,)
    assert folder.stat().st_mode & 0o077 == 0
    journal.close()


def test_the_story_has_every_step_in_order(tmp_path: Path) -> None:
    clock = ManualClock(wall=1_795_000_000.0)
    journal = Journal(tmp_path, clock)
    journal.begin(SENT, "sent", b"{}")
    journal.record(replace(SENT, stage=Stage.ASKING), "asking Sure?", b"[{}]")
    journal.record(replace(SENT, stage=Stage.ACKNOWLEDGED, order_id=7), "acknowledged")
    story = journal.story(SENT.key)
    assert [(step.stage, step.what, step.body) for step in story] == [
        (Stage.SENT, "sent", "{}"),
        (Stage.ASKING, "asking Sure?", "[{}]"),
        (Stage.ACKNOWLEDGED, "acknowledged", ""),
    ]
    assert story[0].at == 1_795_000_000.0
    assert journal.keys_of(7) == (SENT.key,)
    journal.close()


@pytest.mark.parametrize("change", ["UPDATE steps SET what = 'x'", "DELETE FROM steps"])
def test_steps_cannot_be_changed_or_removed(tmp_path: Path, change: str) -> None:
    journal = Journal(tmp_path, ManualClock())
    journal.begin(SENT, "sent", b"")
    journal.close()
    base = sqlite3.connect(tmp_path / FILE_NAME)
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        base.execute(change)
    base.close()


def test_a_reference_is_used_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path, ManualClock())
    journal.begin(SENT, "sent", b"")
    with pytest.raises(JournalFailed):
        journal.begin(SENT, "sent", b"")
    journal.close()


def test_open_entries_of_an_ended_instance_are_adopted_with_their_tickets(tmp_path: Path) -> None:
    first = Journal(tmp_path, ManualClock())
    first.begin(SENT, "sent", b"body")
    first.begin(replace(SENT, key="done", account="U2"), "sent", b"")
    first.record(replace(SENT, key="done", account="U2", stage=Stage.REJECTED), "no")
    first.close()
    second = Journal(tmp_path, ManualClock())
    (found,) = second.adopt({ACCOUNT, "U2"})
    assert found.submission == SENT
    assert found.body == "body"
    second.close()


def test_entries_of_other_accounts_are_left_for_a_run_that_knows_them(tmp_path: Path) -> None:
    first = Journal(tmp_path, ManualClock())
    first.begin(SENT, "sent", b"")
    first.close()
    paper, live = Journal(tmp_path, ManualClock()), Journal(tmp_path, ManualClock())
    assert paper.adopt({"U9999999"}) == ()
    assert len(live.adopt({ACCOUNT})) == 1
    paper.close()
    live.close()


def test_entries_of_a_living_instance_are_its_own(tmp_path: Path) -> None:
    first, second = Journal(tmp_path, ManualClock()), Journal(tmp_path, ManualClock())
    first.begin(SENT, "sent", b"")
    assert second.adopt({ACCOUNT}) == ()
    first.close()
    assert len(second.adopt({ACCOUNT})) == 1
    second.close()


def test_one_lane_holds_for_all_instances_on_the_box(tmp_path: Path) -> None:
    first, second = Journal(tmp_path, ManualClock()), Journal(tmp_path, ManualClock())
    first.begin(SENT, "sent", b"")
    with pytest.raises(LaneTaken):
        second.begin(replace(SENT, key="other"), "sent", b"")
    second.begin(replace(SENT, key="elsewhere", account="U2"), "sent", b"")
    second.begin(replace(SENT, key="cancel-1", intent=Intent.CANCEL, order_id=1), "sent", b"")
    first.record(replace(SENT, stage=Stage.REJECTED), "no")
    second.begin(replace(SENT, key="other"), "sent", b"")
    first.close()
    second.close()


def test_a_cancel_of_another_instance_holds_no_lane(tmp_path: Path) -> None:
    first, second = Journal(tmp_path, ManualClock()), Journal(tmp_path, ManualClock())
    first.begin(replace(SENT, key="cancel-1", intent=Intent.CANCEL, order_id=1), "sent", b"")
    second.begin(SENT, "sent", b"")
    first.close()
    second.close()


def test_the_tickets_of_a_bracket_nobody_told_apart_are_no_orders_ticket() -> None:
    journal = Journal(None, ManualClock())
    bracket = replace(SENT, tickets=(ticket(), ticket()))
    journal.begin(bracket, "sent", b"")
    journal.record(replace(bracket, stage=Stage.ACKNOWLEDGED, order_id=7), "acknowledged")
    assert journal.sent_ticket(7, "") is None
    journal.close()


KILLED = """
import os, sys
from pathlib import Path
from ibtui.clock import SystemClock
from ibtui.session.orders.journal import Journal
from tests.session.orders.test_journal import SENT
Journal(Path(sys.argv[1]), SystemClock()).begin(SENT, "sent", b"body")
os._exit(9)
"""


def test_a_killed_process_leaves_its_entry_and_frees_its_lock(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, timeout=30, check=False)
    assert ended.returncode == 9
    journal = Journal(tmp_path, ManualClock())
    assert [entry.submission for entry in journal.left_open({ACCOUNT})] == [SENT]
    assert journal.left_open({"U2"}) == ()
    (found,) = journal.adopt({ACCOUNT})
    assert found.submission == SENT
    assert journal.left_open({ACCOUNT}) == (), "it belongs to a living one now"
    journal.close()
    assert not list(tmp_path.glob("*.lock*"))


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("")
    journal = Journal(in_the_way, ManualClock())
    with pytest.raises(JournalFailed):
        journal.begin(SENT, "sent", b"")
    in_the_way.unlink()
    journal.begin(SENT, "sent", b"")
    assert len(journal.story(SENT.key)) == 1
    journal.close()


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 100)
    journal = Journal(tmp_path, ManualClock())
    with pytest.raises(JournalFailed):
        journal.begin(SENT, "sent", b"")
    journal.close()
