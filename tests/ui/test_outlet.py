"""Writing without a thread: what a terminal does not take at once is left over, and comes in its order all the same."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from ibtui.ui.paint.outlet import Outlet
from tests.ui.flood_app import PIECE

PIECES = 3_000
ENDS_SECONDS = 30.0


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    """(the terminal's side, the program's side) of a pseudo-terminal."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, slave
    os.close(master)
    os.close(slave)


def test_what_is_written_is_on_the_terminal_at_once(line: tuple[int, int]) -> None:
    master, slave = line
    outlet = Outlet(slave)
    outlet.open()
    assert outlet.write(b"price") == 5
    assert os.read(master, 100) == b"price"
    outlet.close()


def test_a_full_terminal_takes_nothing_and_nobody_waits_for_it(line: tuple[int, int]) -> None:
    outlet = Outlet(line[1])
    outlet.open()
    taken = sum(outlet.write(b"x" * 10_000) for _ in range(200))
    assert 0 < taken < 1_000_000
    assert outlet.is_open
    outlet.close()


def test_others_who_write_to_the_terminal_still_wait_for_it(line: tuple[int, int]) -> None:
    outlet = Outlet(line[1])
    outlet.open()
    assert os.get_blocking(line[1])
    outlet.close()


def test_a_file_is_no_terminal(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        outlet = Outlet(file.fileno())
        outlet.open()
        assert not outlet.is_open


def test_a_terminal_that_has_gone_takes_nothing(line: tuple[int, int]) -> None:
    master, slave = pty.openpty()
    outlet = Outlet(slave)
    outlet.open()
    os.close(slave)
    os.close(master)
    assert outlet.write(b"price") == 0
    assert not outlet.is_open


def test_a_flood_comes_whole_and_in_order() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    program = [sys.executable, "-m", "tests.ui.flood_app", str(PIECES)]
    environment = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(program, stdin=slave, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    began, written = time.monotonic(), b""
    while process.poll() is None or select.select([master], [], [], 0)[0]:
        assert time.monotonic() < began + ENDS_SECONDS
        if select.select([master], [], [], 0.01)[0]:
            try:
                written += os.read(master, 997)
            except OSError:  # the last of its programs has gone
                break
    os.close(master)
    assert process.wait() == 0
    found = re.findall(r"<\d{6}[^>]*>", written.decode())
    assert found == [PIECE.format(number) for number in range(PIECES) for _ in range(20)]
