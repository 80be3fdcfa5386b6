"""The driver that measures the line, in a pseudo-terminal: whose answers are whose, and what is left at the end."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ENDS_SECONDS = 20.0
REQUEST = re.compile(rb"\x1b\[(\d+);(\d+)H\x1b\[6n")


class Run:
    """The small app in a pty; `late` seconds pass before an answer, None for a terminal that never answers."""

    def __init__(self, folder: Path, late: float | None, typed: bytes = b"") -> None:
        self._late = late
        self._told = folder / "told.json"
        self._master, slave = pty.openpty()
        tty.setraw(slave, termios.TCSANOW)
        program = [sys.executable, "-m", "tests.ui.line_app", str(self._told)]
        environment = {**os.environ, "TERM": "xterm-256color"}
        process = subprocess.Popen(program, stdin=slave, stdout=slave, stderr=slave, env=environment)
        self.requests = 0
        began = time.monotonic()
        waiting: list[tuple[float, bytes]] = []
        written = b""
        while process.poll() is None:
            assert time.monotonic() < began + ENDS_SECONDS
            if select.select([self._master], [], [], 0.01)[0]:
                written += os.read(self._master, 65_536)
            for row, column in REQUEST.findall(written)[self.requests :]:
                self.requests += 1
                if self._late is not None:
                    waiting.append((time.monotonic() + self._late, b"\x1b[%b;%bR" % (row, column)))
                if self.requests == 1 and typed:
                    os.write(self._master, typed)
            while waiting and waiting[0][0] <= time.monotonic():
                os.write(self._master, waiting.pop(0)[1])
        self.status = process.returncode
        self.left = os.read(slave, 1000) if select.select([slave], [], [], 0)[0] else b""
        os.close(slave)
        os.close(self._master)
        self.unsent = len(waiting)
        self.output = written

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._told.read_text())
        return found


Start = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    return lambda late, typed=b"": Run(tmp_path, late, typed)


def test_answers_measure_the_way_and_reach_nobody_else(start: Start) -> None:
    run = start(0.1)
    assert run.status == 0
    assert 0.1 <= run.told["least"] < 0.4
    assert run.told["positions"] == []
    assert run.told["keys"] == []


def test_no_answer_is_left_for_the_shell(start: Start) -> None:
    run = start(0.2)
    assert run.unsent == 0
    assert run.left == b""


def test_a_position_nobody_asked_for_is_textuals_as_ever_and_so_is_shift_f3(start: Start) -> None:
    run = start(0.01, b"\x1b[1;2R\x1b[9;9Rx")
    assert run.told["positions"] == [[1, 0], [8, 8]]
    assert set(run.told["keys"]) == {"x"}


def test_a_terminal_that_never_answers_gets_its_pictures_and_does_not_hold_up_the_end(start: Start) -> None:
    began = time.monotonic()
    run = start(None)
    assert run.told["least"] is None
    assert b"frame" in run.output
    assert time.monotonic() - began < ENDS_SECONDS / 2
