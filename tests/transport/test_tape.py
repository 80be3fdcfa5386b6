from __future__ import annotations

import json
import stat
from pathlib import Path

from ibtui.protocol.requests import Request
from ibtui.transport.tape import Tape
from tests.fakes.clock import ManualClock

SESSION = "cd613e30d8f16adf91b7584a2265b1f5"


def recorded(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_answers_and_frames_are_recorded_in_order(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    tape.answer(Request("GET", "/iserver/accounts", (("a", "1"),)), 200, b'{"accounts":["DU1"]}')
    tape.frame("smd+1+{}", sent=True)
    tape.frame(b'{"topic":"sbd+DU1+1","data":[]}')
    tape.close()
    rest, sent, frame = recorded(tmp_path / "tape")
    assert (rest["rest"], rest["query"], rest["body"]) == ("GET /iserver/accounts", "a=1", '{"accounts":["DU1"]}')
    assert sent["sent"] == "smd+1+{}"
    assert frame["frame"] == '{"topic":"sbd+DU1+1","data":[]}'


def test_what_would_let_another_in_is_hidden(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    tape.answer(Request("POST", "/tickle"), 200, f'{{"session":"{SESSION}","userId":12345,"MAC":"98:F2"}}'.encode())
    tape.frame(f'{{"topic":"tic","alive":true,"id":"{SESSION}"}}')
    tape.frame(f'{{"id":"{SESSION}","topic":"tic"}}')
    tape.frame(f'{{"session": "{SESSION}"}}', sent=True)
    tape.frame(f'{{"topic":"act","args":{{"sessionId":"{SESSION}.0000"}}}}')
    tape.close()
    text = (tmp_path / "tape").read_text(encoding="utf-8")
    assert SESSION not in text
    assert "12345" not in text
    assert "98:F2" not in text


def test_only_the_user_may_read_the_tape(tmp_path: Path) -> None:
    Tape(tmp_path / "tape", ManualClock()).close()
    assert stat.S_IMODE((tmp_path / "tape").stat().st_mode) == 0o600


def test_bytes_that_are_no_text_do_not_break_the_tape(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape", ManualClock())
    tape.frame(b"\x99\xff")
    tape.frame("\ud800")
    tape.close()
    assert len(recorded(tmp_path / "tape")) == 2
