from __future__ import annotations

import asyncio
import errno
import gzip
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ibtui.errors import LinkError
from ibtui.protocol.requests import Request
from ibtui.transport.answers import Response
from ibtui.transport.tape import Tape
from ibtui.transport.tape_file import is_tape, part_path
from ibtui.transport.tape_reader import Part, Recording, TapeError
from tests.fakes.clock import ManualClock

ACCOUNTS = Request("GET", "/iserver/accounts", (("a", "1"),))


async def answering(tape: Tape, request: Request, body: bytes, status: int = 200) -> None:
    async def send(_: Request) -> Response:
        return Response(status, body, {"content-type": "application/json", "set-cookie": "x=verysecret"})

    await tape.exchange(request, send)


def plain(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


async def test_answers_and_frames_are_recorded_in_order_with_both_clocks(tmp_path: Path) -> None:
    clock = ManualClock()
    tape = Tape(tmp_path / "tape", clock)
    await answering(tape, ACCOUNTS, b'{"accounts":["DU1234567"]}')
    await clock.advance(2.0)
    tape.frame("smd+1+{}", sent=True)
    tape.frame(b'{"topic":"sbd+DU1234567+1","data":[]}')
    tape.close()
    header, rest, sent, frame = plain(tmp_path / "tape")
    assert (header["ibtui_tape"], header["program"][:6]) == (2, "ibtui ")
    assert (rest["method"], rest["path"], rest["query"]) == ("GET", "/iserver/accounts", [["a", "1"]])
    assert (rest["status"], rest["text"]) == (200, '{"accounts":["DU0000001"]}')
    assert (sent["kind"], sent["text"], sent["at"]) == ("sent", "smd+1+{}", 2.0)
    assert (frame["text"], frame["binary"]) == ('{"topic":"sbd+DU0000001+1","data":[]}', True)
    assert frame["wall"] == clock.time()


async def test_of_headers_only_those_that_matter_are_kept(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    await answering(tape, ACCOUNTS, b"{}")
    tape.close()
    assert plain(tmp_path / "tape")[1]["headers"] == {"content-type": "application/json"}


async def test_a_request_without_an_answer_is_recorded_with_its_error(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())

    async def send(_: Request) -> Response:
        raise LinkError("no answer in time")

    with pytest.raises(LinkError):
        await tape.exchange(ACCOUNTS, send)
    tape.close()
    rest = plain(tmp_path / "tape")[1]
    assert (rest["failed"], rest["text"]) == ("LinkError", "no answer in time")


def test_a_very_long_body_is_kept_whole(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    asyncio.run(answering(tape, ACCOUNTS, b'"' + b"ab" * 300_000 + b'"'))
    tape.close()
    assert len(plain(tmp_path / "tape")[1]["text"]) == 600_002


def test_only_the_user_may_read_the_tape(tmp_path: Path) -> None:
    Tape(tmp_path / "tape", ManualClock()).close()
    assert stat.S_IMODE((tmp_path / "tape").stat().st_mode) == 0o600


def test_bytes_that_are_no_text_are_kept_as_they_were(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    tape.frame(b"\x99\xff")
    tape.frame("\ud800")
    tape.close()
    frames = [entry for entry in Recording(tmp_path / "tape").entries() if entry.kind == "frame"]
    assert [frame.text.encode("latin-1") for frame in frames] == [b"\x99\xff", b"?"]


def test_a_tape_in_the_making_can_be_read_up_to_its_last_flush(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    tape.frame(b'{"topic":"system","hb":1}')
    tape._write_waiting()  # what the thread does once a second
    recording = Recording(tmp_path / "tape")
    assert [entry.text for entry in recording.entries()] == ['{"topic":"system","hb":1}']
    assert recording.is_cut
    tape.close()


def test_a_file_cut_in_the_middle_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    for number in range(2_000):
        tape.frame(json.dumps({"topic": "x", "n": number * 7919 % 9973}))
    tape.close()
    whole = (tmp_path / "tape").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    recording = Recording(tmp_path / "cut")
    assert 100 < sum(1 for _ in recording.entries()) < 2_000
    assert recording.is_cut


async def test_parts_are_bounded_and_the_newest_can_be_played_alone(tmp_path: Path) -> None:
    clock = ManualClock()
    tape = Tape(tmp_path / "tape", clock, part_bytes=4_000, parts=3)
    await answering(tape, ACCOUNTS, b'{"accounts":["DU1234567"]}')
    tape.opened()
    tape.frame('{"topic":"system","success":"jrtrader"}')
    tape.frame('{"topic":"smd+1","conid":1,"31":"100","84":"99"}')
    for number in range(4_000):
        await clock.advance(0.25, turns=0)
        tape.frame(json.dumps({"topic": "smd+1", "conid": 1, "31": str(number * 7919 % 9973), "n": str(number**5)}))
    tape.close()
    assert sorted(os.listdir(tmp_path)) == ["tape", "tape.1", "tape.2"]
    sizes = [os.stat(tmp_path / name).st_size for name in os.listdir(tmp_path)]
    assert sum(sizes) < 3 * 24_000  # zlib gives out 16 KB at a time
    (tmp_path / "tape").rename(tmp_path / "alone")
    entries = list(Recording(tmp_path / "alone").entries())
    carried = [entry for entry in entries if entry.carried]
    assert [entry.kind for entry in carried] == ["rest", "opened", "frame", "frame"]
    assert carried[0].path == "/iserver/accounts"
    state = json.loads(carried[-1].text)
    assert (state["84"], "n" in state) == ("99", True)
    (tmp_path / "alone").rename(tmp_path / "tape")
    times = [entry.at for entry in Recording(tmp_path / "tape").entries() if not entry.carried]
    assert times == sorted(times)
    assert len(times) > sum(not entry.carried for entry in entries)


def test_an_earlier_tape_of_the_same_name_is_kept(tmp_path: Path) -> None:
    for text in ("first", "second"):
        tape = Tape(tmp_path / "tape", ManualClock())
        tape.frame(text)
        tape.close()
    assert [entry.text for entry in Part(tmp_path / "tape.1").entries()] == ["first"]
    assert [entry.text for entry in Recording(tmp_path / "tape").entries()] == ["second"]


@pytest.mark.parametrize("name", ["tape", "tape.1"])
def test_a_file_that_is_no_tape_is_never_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("my notes")
    with pytest.raises(FileExistsError, match="is no tape"):
        Tape(tmp_path / "tape", ManualClock())
    assert (tmp_path / name).read_text() == "my notes"


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"")
    (tmp_path / "tape").symlink_to(tmp_path / "target")
    with pytest.raises(FileExistsError):
        Tape(tmp_path / "tape", ManualClock())


def test_two_programs_do_not_record_on_one_tape(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    with pytest.raises(BlockingIOError, match="another ibtui records there"):
        Tape(tmp_path / "tape", ManualClock())
    tape.close()


def test_a_full_disk_ends_the_tape_and_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    tape = Tape(tmp_path / "tape", ManualClock(), tell=told.append)
    tape.frame("one")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("ibtui.transport.tape_file.os.write", full)
    tape._stop.set()
    tape._thread.join()
    tape.frame("two")
    tape.frame("three")
    assert len(told) == 1
    assert "No space left" in told[0]
    tape.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"my notes", "is no tape of ibtui"),
        (b'{"time": 1, "frame": "x"}\n', "of an older ibtui"),
        (gzip.compress(b"notes\n", mtime=0), "is no tape of ibtui"),
        (
            gzip.compress(b'{"ibtui_tape":9,"recording":"x","part":1,"wall":1,"begins":0,"program":"x"}\n', mtime=0),
            "update",
        ),
        (gzip.compress(b"x" * 100, mtime=0)[:15], "is no tape of ibtui"),
    ],
)
def test_what_cannot_be_played_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "tape").write_bytes(content)
    with pytest.raises(TapeError, match=words):
        Recording(tmp_path / "tape")
    assert not is_tape(tmp_path / "tape") or b"ibtui_tape" in gzip.decompress(content)


def test_a_file_that_is_not_there_and_a_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(TapeError, match="does not exist"):
        Recording(tmp_path / "none")
    with pytest.raises(TapeError, match="cannot be read"):
        Recording(tmp_path)


def test_parts_are_numbered_from_the_newest() -> None:
    assert [part_path(Path("t"), age).name for age in (0, 1, 2)] == ["t", "t.1", "t.2"]
