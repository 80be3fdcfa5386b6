"""`ibtui journal` lists what was sent, while another ibtui writes, and makes nothing."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from ibtui import paths
from ibtui.cli import cli
from ibtui.commands import journal as journal_command
from ibtui.domain.orders import Intent, Stage
from ibtui.domain.tickets import Side
from ibtui.errors import OutcomeUnknown, UsageError
from ibtui.session.orders.journal import FILE_NAME, JournalFailed
from ibtui.session.orders.records import Record
from tests.fakes.clock import ManualClock, settle
from tests.session.orders.bench import ACCOUNT, Bench, accepted, bench, child, question, row, ticket

PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
EVIL = "Sure\x1b[31m? \u202e<b>really</b>"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "state_dir", lambda: tmp_path / "state")
    return tmp_path / "state"


async def traded(state: Path, clock: ManualClock | None = None) -> Bench:
    """A day: a bracket with a question, its cancel, and an order whose answer was lost. Still running."""
    b = bench(state, clock=clock)
    b.wire.always(PLACE, question("q1", text=EVIL), OutcomeUnknown("timed out"))
    b.wire.always("POST /iserver/reply/.*", [*accepted(7), *accepted(8)])
    b.wire.always("DELETE .*", {"msg": "Request was submitted"})
    key = await b.submit(ticket(), child())
    await b.answer(key)
    b.frame(row(7, ref=key))
    b.desk.cancel(7)
    await settle()
    await b.submit()
    return b


def listed(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["journal", *arguments], standalone_mode=False)


async def test_it_lists_every_submission_with_its_steps_in_words(state: Path) -> None:
    b = await traded(state)
    told = listed()
    keys = list(b.store.orders.submissions)
    assert told.exit_code == 0
    assert [line.split("  ")[1] for line in told.output.splitlines() if ACCOUNT in line] == keys
    assert "ACKNOWLEDGED  order 7, 8" in told.output
    assert "buy 100 AAPL" in told.output
    assert "cancel 7" in told.output
    assert "UNKNOWN  OPEN" in told.output
    assert "asking Sure? really" in told.output
    assert "replying: answered Yes" in told.output
    sent = datetime.fromtimestamp(b.clock.time(), UTC).isoformat("T", "milliseconds").replace("+00:00", "Z")
    assert sent in told.output


async def test_what_the_gateway_said_cannot_touch_the_terminal(state: Path) -> None:
    await traded(state)
    for form in ((), ("--csv",), ("--json",)):
        output = listed(*form).output
        assert "\x1b" not in output
        assert "\u202e" not in output


async def test_json_has_the_bodies_as_they_were_sent_and_came(state: Path) -> None:
    b = await traded(state)
    records = json.loads(listed("--json").output)
    first = records[0]
    assert (first["stage"], first["open"], first["order_ids"]) == ("acknowledged", False, {"1": 7, "2": 8})
    assert [step["stage"] for step in first["steps"]] == ["sent", "asking", "replying", "acknowledged"]
    assert first["steps"][0]["body"].encode() == b.wire.changing()[0].body
    assert json.loads(first["steps"][1]["body"])[0]["message"] == [EVIL]


async def test_csv_has_a_row_for_each_step(state: Path) -> None:
    await traded(state)
    rows = list(csv.DictReader(io.StringIO(listed("--csv").output)))
    steps = "sent asking replying acknowledged sent acknowledged sent unknown"
    assert [row["step"] for row in rows] == steps.split()
    assert tuple(rows[0]) == journal_command.COLUMNS


async def test_only_what_is_open_or_of_one_account_or_since_a_time(state: Path) -> None:
    clock = ManualClock()
    b = await traded(state, clock)
    assert [record["stage"] for record in json.loads(listed("--json", "--open").output)] == ["unknown"]
    assert json.loads(listed("--json", "--account", "U2").output) == []
    assert "Nothing in the journal fits" in listed("--account", "U2").output
    await b.clock.advance(7200)
    b.desk.close_unknown(list(b.store.orders.submissions)[-1])
    at = datetime.fromtimestamp(clock.time() - 3600).isoformat()
    assert [record["stage"] for record in json.loads(listed("--json", "--since", at).output)] == ["closed"]
    day_before = datetime.fromtimestamp(clock.time() - 2 * 86_400).date().isoformat()
    assert len(json.loads(listed("--json", "--since", day_before).output)) == 3


NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"), [("2h", 7200), ("3d", 259_200), ("90s", 90), ("1w", 604_800), ("15M", 900)]
)
def test_a_duration_counts_back_from_now(text: str, seconds: int) -> None:
    assert journal_command.moment_of(text, NOW) == NOW.timestamp() - seconds


def test_a_date_begins_at_local_midnight() -> None:
    assert journal_command.moment_of("2026-11-20", NOW) == datetime(2026, 11, 20).timestamp()


@pytest.mark.parametrize("text", ["", "yesterday", "3x", "2026-13-01", "-2h", "999999w"])
def test_what_is_no_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="a date such as 2026-11-20 or a duration such as 2h"):
        journal_command.moment_of(text, NOW)


def test_without_a_journal_it_says_so_and_makes_none(state: Path) -> None:
    told = listed()
    assert told.exit_code == 0
    assert "There is no order journal" in told.output
    assert not state.exists()
    assert json.loads(listed("--json").stdout) == []


async def test_it_takes_nothing_over_and_leaves_nothing_behind(state: Path) -> None:
    b = await traded(state)
    await b.kill()
    before = {file.name: file.read_bytes() for file in _files(state)}
    assert listed("--open").exit_code == 0
    assert {file.name: file.read_bytes() for file in _files(state)} == before
    after = bench(state)
    await after.desk.started()
    assert [s.stage for s in after.store.orders.submissions.values()] == [Stage.UNKNOWN]


async def test_a_damaged_journal_is_an_error(state: Path) -> None:
    _damage(state)
    told = listed()
    assert isinstance(told.exception, JournalFailed)
    assert "damaged" in str(told.exception)


async def test_a_journal_of_the_first_version_is_listed_as_it_is(state: Path) -> None:
    b = await traded(state)
    b.journal._open().executescript("DROP TABLE legs; PRAGMA user_version = 1")
    await b.kill()
    assert "ACKNOWLEDGED  order 7\n" in listed().output


def test_an_order_the_language_cannot_say_is_said_plainly() -> None:
    odd = (ticket(), replace(ticket(), side=Side.SELL))
    record = Record("k", Intent.PLACE, ACCOUNT, Stage.SENT, 0.0, tickets=odd)
    assert journal_command.order_line(record) == "BUY 100 AAPL LMT + SELL 100 AAPL LMT"


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _damage(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(b"not a database" * 1000)
