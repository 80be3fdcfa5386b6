"""The journal when the process dies, the disk is full, the file is damaged or the clock is wrong."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.protocol.requests import Request
from ibtui.session.orders.journal import FILE_NAME
from tests.fakes.clock import ManualClock, settle
from tests.session.orders.bench import ACCOUNT, Bench, ScriptedWire, accepted, bench, question, row, ticket

ROOT = Path(__file__).parents[3]
PLACE = f"POST /iserver/account/{ACCOUNT}/orders"
SENT = Submission("ibtui-261118-AAAAAAA", Intent.PLACE, ACCOUNT, Stage.SENT, (ticket(),))
ORDER = 77


# killed at any step


@dataclass
class Exchange:
    """A gateway that outlives the program: what it was sent, line by line on disk, and what it made of it."""

    log: Path
    questions: int = 3
    wire: ScriptedWire = field(default_factory=ScriptedWire)

    def __post_init__(self) -> None:
        self.wire.always(PLACE, question("q1"))
        self.wire.always("POST /iserver/reply/.*", self._replied)
        self.wire.always(f"POST /iserver/account/{ACCOUNT}/order/{ORDER}", accepted(ORDER))
        self.wire.always("DELETE .*", {"msg": "Request was submitted", "order_id": ORDER})
        self.wire.always("GET /iserver/account/orders", lambda _request: {"orders": self.rows(), "snapshot": True})
        self.wire.before = self._note

    def _note(self, request: Request) -> None:
        if request.changes_state and "/questions/" not in request.path:
            with self.log.open("a") as file:
                file.write(json.dumps([request.method, request.path, (request.body or b"").decode()]) + "\n")

    def _replied(self, request: Request) -> object:
        number = int(request.path[-1])
        return accepted(ORDER) if number == self.questions else question(f"q{number + 1}")

    def sent(self) -> list[tuple[str, str, str]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [(method, path, body) for method, path, body in map(json.loads, lines)]

    def rows(self) -> list[dict[str, object]]:
        """The one order, once its last question was answered."""
        sent = self.sent()
        if not any(path.endswith(f"/q{self.questions}") for _, path, _ in sent):
            return []
        ref = json.loads(sent[0][2])["orders"][0]["cOID"]
        changed = any(path.endswith(f"/order/{ORDER}") and method == "POST" for method, path, _ in sent)
        status = "Cancelled" if any(method == "DELETE" for method, _, _ in sent) else "Submitted"
        return [row(ORDER, ref=ref, status=status, price="165.40" if changed else "165.30", timeInForce="DAY")]


async def converse(b: Bench, exchange: Exchange) -> None:
    """A whole order's life: three questions, a change, a cancel."""
    key = await b.submit()
    for _ in range(exchange.questions):
        await b.answer(key)
    b.frame(exchange.rows()[0])
    b.desk.modify(ORDER, ticket("165.40"))
    await settle()
    b.desk.cancel(ORDER)
    await settle()


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.session.orders.bench import bench
from tests.session.orders.test_journal_trouble import Exchange, converse

def die():
    os.kill(os.getpid(), signal.SIGKILL)

async def run(folder, commits, inside):
    exchange = Exchange(folder / "exchange.log")
    b = bench(folder / "state", wire=exchange.wire)
    count = 0
    def counted(call):
        def write(*args, **more):
            nonlocal count
            count += 1
            if inside and count == commits:
                b.journal._add = lambda *_: die()
            call(*args, **more)
            if count == commits:
                die()
        return write
    b.journal.begin, b.journal.record = counted(b.journal.begin), counted(b.journal.record)
    await converse(b, exchange)
    (folder / "whole").write_text(str(count))

for name in os.listdir(sys.argv[1]):
    commits, _, inside = name.partition("-")
    child = os.fork()
    if not child:
        asyncio.run(run(Path(sys.argv[1]) / name, int(commits), inside == "inside"))
        os._exit(0)
    os.waitpid(child, 0)
"""
COMMITS = 12
"""Of the whole conversation: the order and its acknowledgement, three questions and answers, a change, a cancel."""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The conversation, killed in and after each commit, and once not at all."""
    folder = tmp_path_factory.mktemp("killed")
    for commits in range(1, COMMITS + 2):
        for when in ("after", "inside"):
            (folder / f"{commits}-{when}").mkdir()
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], cwd=ROOT, timeout=120, check=True)
    return folder


def test_the_conversation_has_so_many_commits(killed: Path) -> None:
    assert (killed / f"{COMMITS + 1}-after" / "whole").read_text() == str(COMMITS)
    assert not (killed / f"{COMMITS}-after" / "whole").exists()


@pytest.mark.parametrize("when", ["after", "inside"])
@pytest.mark.parametrize("commits", range(1, COMMITS + 1))
async def test_killed_at_any_commit_nothing_is_forgotten_guessed_or_sent_twice(
    killed: Path, commits: int, when: str
) -> None:
    folder = killed / f"{commits}-{when}"
    exchange = Exchange(folder / "exchange.log")
    before = exchange.sent()
    b = bench(folder / "state", wire=exchange.wire, clock=ManualClock(start=50_000.0, wall=1_795_000_900.0))
    on_disk = {body for key in keys(folder) for body in (step.body for step in b.journal.story(key))}
    assert {body for _, _, body in before} <= on_disk, "what left is on disk"
    await b.desk.started()
    await b.clock.advance(60)
    assert exchange.sent() == before, "nothing is sent again"
    assert max(Counter(before).values(), default=0) <= 1
    for key, stage in stages(folder).items():
        expected = expected_stages(key, exchange, before)
        assert Stage(stage) in expected, f"{key} is {stage}"
    b.journal.close()


def expected_stages(key: str, exchange: Exchange, sent: list[tuple[str, str, str]]) -> set[Stage]:
    """What the journal may say in the end, from what the exchange knows."""
    if key.startswith("modify"):
        return {Stage.ACKNOWLEDGED} if any(f"/order/{ORDER}" in path for _, path, _ in sent) else {Stage.UNKNOWN}
    if key.startswith("cancel"):
        return {Stage.ACKNOWLEDGED} if any(method == "DELETE" for method, _, _ in sent) else {Stage.UNKNOWN}
    if exchange.rows():
        return {Stage.ACKNOWLEDGED}
    return {Stage.REJECTED, Stage.UNKNOWN}


def keys(folder: Path) -> list[str]:
    return list(stages(folder))


def stages(folder: Path) -> dict[str, str]:
    file = folder / "state" / FILE_NAME
    if not file.exists():
        return {}
    base = sqlite3.connect(file)
    try:
        return dict(base.execute("SELECT key, stage FROM submissions"))
    finally:
        base.close()


# a full disk


FULL = """
import asyncio, resource, sys
from pathlib import Path
from ibtui.domain.orders import Stage
from tests.session.orders.bench import accepted, bench
from tests.session.orders.test_journal_trouble import PLACE

async def run():
    b = bench(Path(sys.argv[1]))
    b.wire.always(PLACE, accepted(1), accepted(2), accepted(3))
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED
    biggest = max(file.stat().st_size for file in Path(sys.argv[1]).iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (biggest, resource.RLIM_INFINITY))
    key = await b.submit()
    assert b.stage(key) is Stage.REJECTED, b.submission(key)
    assert "nothing was sent" in b.submission(key).message, b.submission(key).message
    assert len(b.wire.changing()) == 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    again = await b.submit()
    assert b.stage(again) is Stage.ACKNOWLEDGED, b.submission(again)
    assert len(b.wire.changing()) == 2
    b.journal.close()
    print("held", b.submission(key).message)

asyncio.run(run())
"""


def test_while_the_disk_is_full_nothing_is_sent_and_afterwards_orders_go_again(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "state")], cwd=ROOT, timeout=60, check=False, capture_output=True
    )
    assert ended.returncode == 0, ended.stderr.decode()
    assert b"held" in ended.stdout


async def test_a_database_that_may_not_grow_keeps_the_order_back_until_it_may(tmp_path: Path) -> None:
    b = bench(tmp_path)
    b.wire.always(PLACE, accepted(1))
    base = b.journal._open()
    pages = base.execute("PRAGMA page_count").fetchone()[0]
    base.execute(f"PRAGMA max_page_count = {pages}")
    key = await b.submit(replace(ticket(), referrer="x" * 20_000))
    assert b.stage(key) is Stage.REJECTED
    assert "database or disk is full" in b.submission(key).message
    assert b.wire.changing() == []
    assert b.stage(await b.submit()) is Stage.ACKNOWLEDGED


async def test_what_a_full_disk_kept_back_is_written_when_there_is_space_again(tmp_path: Path) -> None:
    b = bench(tmp_path)
    base = b.journal._open()

    def full(_request: object) -> object:
        pages = base.execute("PRAGMA page_count").fetchone()[0]
        base.execute(f"PRAGMA max_page_count = {pages}")
        return [{**accepted(1)[0], "filler": "x" * 20_000}]

    b.wire.always(PLACE, full)
    key = await b.submit()
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert b.journal.story(key)[-1].stage is Stage.SENT
    await b.desk.poll()
    assert [step.stage for step in b.journal.story(key)] == [Stage.SENT, Stage.ACKNOWLEDGED]
    await b.desk.poll()
    assert len(b.journal.story(key)) == 2


async def test_a_cancel_sent_while_the_journal_failed_is_entered_when_it_works_again(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("")
    b = bench(in_the_way)
    b.frame(row(ORDER))

    def answered(_request: object) -> object:
        in_the_way.unlink()
        return {"msg": "Request was submitted"}

    b.wire.always("DELETE .*", answered)
    key = b.desk.cancel(ORDER)
    await settle()
    assert b.stage(key) is Stage.ACKNOWLEDGED
    assert b.journal.keys_of(ORDER) == (key,)
    assert [step.stage for step in b.journal.story(key)] == [Stage.ACKNOWLEDGED]


# a clock that is wrong


@pytest.mark.parametrize("stepped", [-400 * 86_400.0, -3600.0, 3600.0, 400 * 86_400.0])
async def test_a_clock_that_is_set_between_steps_changes_no_order_of_things(tmp_path: Path, stepped: float) -> None:
    clock = ManualClock()
    first = bench(tmp_path, clock=clock)
    first.wire.always(PLACE, question("q1"))
    first.wire.always("POST /iserver/reply/.*", accepted(ORDER))
    first.wire.always(f"POST /iserver/account/{ACCOUNT}/order/{ORDER}", accepted(ORDER))
    key = await first.submit()
    clock._wall_offset += stepped
    await first.answer(key)
    first.frame(row(ORDER, ref=key))
    changed = first.desk.modify(ORDER, ticket("165.40"))
    await settle()
    assert [step.stage.value for step in first.journal.story(key)] == ["sent", "asking", "replying", "acknowledged"]
    assert first.journal.keys_of(ORDER) == (key, changed)
    assert first.desk.sent_ticket(ORDER) == ticket("165.40")


@pytest.mark.parametrize(("stepped", "days"), [(-3600.0, "7"), (2 * 86_400.0 + 60, "4"), (400 * 86_400.0, "7")])
async def test_an_order_of_another_day_is_looked_for_whatever_the_clock_says(
    tmp_path: Path, stepped: float, days: str
) -> None:
    clock = ManualClock()
    first = bench(tmp_path, clock=clock)
    first.wire.always(PLACE, b"<html>")
    key = await first.submit()
    await first.kill()
    clock._wall_offset += stepped
    b = bench(tmp_path, clock=clock)
    await b.desk.started()
    assert b.stage(key) is Stage.UNKNOWN
    assert ("days", days) in next(r.query for r in b.wire.sent if r.path == "/iserver/account/trades")
