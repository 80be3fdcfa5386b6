"""The program's own log: one line a record, nothing secret in it, and crashes are told of."""

from __future__ import annotations

import asyncio
import logging
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ibtui import logs
from ibtui.errors import ConfigError
from ibtui.logs import LogLine, LogLines
from ibtui.redaction import Secrets


@pytest.fixture(autouse=True)
def hooks() -> Iterator[None]:
    """Everything a set-up changes, changed back."""
    before = (sys.excepthook, threading.excepthook, logging.raiseExceptions)
    logger = logging.getLogger(logs.NAME)
    handlers, level, propagates = list(logger.handlers), logger.level, logger.propagate
    yield
    sys.excepthook, threading.excepthook, logging.raiseExceptions = before
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.handlers[:] = handlers
    logger.setLevel(level)
    logger.propagate = propagates


def text_of(lines: LogLines) -> str:
    assert lines.file is not None
    return lines.file.read_text(encoding="utf-8")


def test_a_record_is_one_line_of_key_and_value(tmp_path: Path) -> None:
    lines = logs.set_up(tmp_path / "state")
    logging.getLogger("ibtui.stream").warning("stream lost: %s", "silent", extra={"seconds": 25, "place": "a b"})
    written = text_of(lines)
    assert written.count("\n") == 1
    assert 'level=warning name=ibtui.stream msg="stream lost: silent" seconds=25 place="a b"\n' in written
    (line,) = lines.lines
    assert (line.level, line.name, line.message) == ("warning", "ibtui.stream", "stream lost: silent")
    assert line.fields == (("seconds", "25"), ("place", "a b"))


@pytest.mark.parametrize(
    "evil", ['a\ntime=x level=error name=y msg="z"', "a\x1b[2Jb", "a\u202eb", 'a" level=error "', "\\"]
)
def test_no_text_makes_a_line_or_a_field_of_its_own(tmp_path: Path, evil: str) -> None:
    lines = logs.set_up(tmp_path)
    logging.getLogger("ibtui.stream").info("%s", evil)
    written = text_of(lines)
    assert written.count("\n") == 1
    assert written.rstrip("\n").isprintable()
    (line,) = lines.lines
    assert (line.level, line.name, line.fields) == ("info", "ibtui.stream", ())


def test_the_end_of_the_run_before_is_shown_too(tmp_path: Path) -> None:
    logs.set_up(tmp_path)
    logging.getLogger("ibtui.x").info("first run")
    lines = logs.set_up(tmp_path)
    logging.getLogger("ibtui.x").info("second run")
    assert [line.message for line in lines.lines] == ["first run", "second run"]


def test_foreign_lines_in_the_file_are_shown_without_control_characters() -> None:
    assert LogLine.read("no \x1b[31mrecord").message == "no  [31mrecord"


def test_the_file_is_for_the_user_alone_and_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2_000)
    logs.set_up(tmp_path)
    for number in range(200):
        logging.getLogger("ibtui.x").info("line %d", number)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["ibtui.log", "ibtui.log.1", "ibtui.log.2", "ibtui.log.3"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tmp_path.iterdir())
    assert "line 199" in (tmp_path / "ibtui.log").read_text()


def test_a_named_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        logs.set_up(tmp_path, str(tmp_path))


def test_without_a_place_the_log_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    for state in (None, tmp_path / "state"):
        lines = logs.set_up(state)
        logging.getLogger("ibtui.x").info("here")
        assert (lines.file, [line.message for line in lines.lines]) == (None, ["here"])


def test_a_traceback_stays_on_one_line_and_is_shown_on_many(tmp_path: Path) -> None:
    lines = logs.set_up(tmp_path)
    try:
        raise ValueError("token=verysecretvalue")
    except ValueError:
        logging.getLogger("ibtui.x").exception("it failed")
    assert text_of(lines).count("\n") == 1
    assert "verysecretvalue" not in text_of(lines)
    (name, shown), *_ = lines.lines[0].fields
    assert name == "error"
    assert shown.splitlines()[0] == "Traceback (most recent call last):"


async def test_what_nobody_awaited_is_logged_and_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = logs.set_up(tmp_path)
    loop = asyncio.get_running_loop()
    logs.catch_loop_errors(loop)
    loop.call_exception_handler({"message": "lost", "exception": ValueError("password=verysecretvalue")})
    assert "verysecretvalue" not in text_of(lines)
    assert lines.lines[-1].message == "lost"
    assert capsys.readouterr().err == ""


CRASHES = """
import sys, threading
from pathlib import Path
from ibtui import logs
from ibtui.redaction import SECRETS
logs.set_up(Path(sys.argv[1]))
SECRETS.learn("learnt-secret-value")
def fails(session="local-secret-value"):
    raise RuntimeError('{"session":"3f786850e387550fdab836ed7e6dc881"} learnt-secret-value')
work = threading.Thread(target=fails); work.start(); work.join()
fails()
"""


def test_a_crash_is_logged_and_shown_without_secrets(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", CRASHES, str(tmp_path)], capture_output=True, text=True, check=False)
    written = (tmp_path / "ibtui.log").read_text(encoding="utf-8")
    assert ended.returncode == 1
    assert "RuntimeError" in ended.stderr
    assert written.count('msg="ibtui crashed"') == 2
    for secret in ("learnt-secret-value", "local-secret-value", "3f786850e387550fdab8"):
        assert secret not in ended.stderr + ended.stdout + written.replace("fails(session=", "")


PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq2verysecret\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text",
    [
        '{"session": "hunter2hunter2"}',
        "{'session': 'hunter2hunter2', 'x': 1}",
        "TokenAnswer(access_token='hunter2hunter2', expires=1)",
        'Cookie: api={"session":"hunter2hunter2"}; x-sess-uuid=hunter2hunter2',
        "wss://api.ibkr.com/v1/api/ws?oauth_token=hunter2hunter2",
        'Authorization: OAuth oauth_consumer_key="K", oauth_token="hunter2hunter2", oauth_signature="hunter2hunter2"',
        "('Authorization', 'Bearer hunter2hunter2.x')",
        "b'oauth_token=hunter2hunter2&oauth_token_secret=hunter2hunter2'",
        PEM.replace("verysecret", "hunter2"),
        repr(PEM.replace("verysecret", "hunter2")),
        "the hunter2hunter2 was learnt",
    ],
)
def test_secrets_are_hidden_however_they_are_written(text: str) -> None:
    secrets = Secrets()
    if "learnt" in text:
        secrets.learn("hunter2hunter2")
    assert "hunter2" not in secrets.hide(text)


@pytest.mark.parametrize(
    "text",
    [
        "stream lost: the gateway closed the stream",
        'File "/work/main/.venv/lib/python3.11/site-packages/textual/app.py", line 3, in run',
        "order ibtui-20261120-ABCDEFG of DU1234567 is UNKNOWN",
        "sha256:" + "3fa9" * 16,
        "reply 07a13a5a-4a48-44a5-bb25-5ab37b79186c not found",
    ],
)
def test_what_helps_to_find_a_fault_is_left(text: str) -> None:
    assert Secrets().hide(text) == text
