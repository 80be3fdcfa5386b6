"""A seat at the far end of a slow line: the program in a pseudo-terminal, its bytes let through little by little."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyte

from tests.slow_line.bucket import Bucket, Delay, Way

LOOK_SECONDS: Final = 0.25
"""Between two pictures kept for the ages of the prices."""
STILL_SECONDS: Final = 0.03
"""A line of the screen is looked at if it did not change for so long."""
TURN_SECONDS: Final = 0.002


class _Screen(pyte.Screen):
    """A screen that answers what it is asked."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, rows)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)


class Seat:
    """The emulated terminal behind the line; `text()` is what a person there sees."""

    def __init__(self, way: Way, home: Path, columns: int, rows: int, arguments: Sequence[str]) -> None:
        self.way = way
        self.screen = _Screen(columns, rows, self._answer)
        self._stream = pyte.ByteStream(self.screen)
        now = time.monotonic()
        self._bucket, self._here, self._there = Bucket(way.rate, now), Delay(way.latency), Delay(way.latency)
        self._buffer = b""
        self._lines = [""] * rows
        self.received = 0
        self.pictures: list[tuple[float, str]] = []
        """The screen every LOOK_SECONDS, with its moment (monotonic)."""
        self._before: list[str] | None = None
        self._is_alive = True
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            _become(home, columns, rows, arguments)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def text(self) -> str:
        """The screen's lines."""
        for y in self.screen.dirty:
            line = self.screen.buffer[y]
            self._lines[y] = "".join(line[x].data for x in range(self.screen.columns)).rstrip()
        self.screen.dirty.clear()
        return "\n".join(self._lines)

    def press(self, key: str) -> float:
        """Write a key at the far end; gives the moment."""
        now = time.monotonic()
        self._there.put(key.encode(), now)
        self._turn()
        return now

    @property
    def waited(self) -> float:
        """Seconds the program's first thread was ready to run and had no processor, so far."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e9

    def stop(self, *, stopped: bool) -> None:
        """Let the line carry nothing, or go on."""
        self._bucket.is_stopped = stopped

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.until(lambda _: False, seconds)

    def until(self, seen: Callable[[str], bool], seconds: float) -> float | None:
        """Monotonic moment at which the screen fulfils it; None if it did not in so long."""
        deadline = time.monotonic() + seconds
        fresh = True
        while True:
            if fresh and seen(self.text()):
                return time.monotonic()
            if time.monotonic() >= deadline:
                return None
            fresh = self._turn()
            if not self._is_alive:
                raise RuntimeError(f"the program ended:\n{self.text()}")

    def close(self) -> None:
        """End the program."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._file)

    def _answer(self, data: str) -> None:
        if self.way.answers:
            self._there.put(data.encode(), time.monotonic())

    def _turn(self) -> bool:
        """Carry what can be carried; whether anything new came to the screen."""
        now = time.monotonic()
        typed = self._there.get(now)
        if typed:
            os.write(self._file, typed)
        self._carry(now)
        data = self._here.get(now)
        if data:
            self.received += len(data)
            self._stream.feed(data)
        self._look(now)
        if not data:
            select.select([], [], [], TURN_SECONDS)
        return bool(data)

    def _look(self, now: float) -> None:
        """Keep a picture of the lines that stood still for a moment: the emulator may be half-way through a figure."""
        since = now - (self.pictures[-1][0] if self.pictures else 0.0)
        if since >= LOOK_SECONDS - STILL_SECONDS and self._before is None:
            self._before = self.text().split("\n")
        if since >= LOOK_SECONDS and self._before is not None:
            both = zip(self._before, self.text().split("\n"), strict=True)
            self.pictures.append((now, "\n".join(line if line == before else "" for before, line in both)))
            self._before = None

    def _carry(self, now: float) -> None:
        allowed = self._bucket.take(now)
        missing = max(self.way.buffer, allowed) - len(self._buffer)
        if missing > 0 and select.select([self._file], [], [], 0)[0]:
            try:
                self._buffer += os.read(self._file, min(missing, 65_536))
            except OSError:  # Linux: EIO once the program has gone
                self._is_alive = False
        piece, self._buffer = self._buffer[:allowed], self._buffer[allowed:]
        self._bucket.used(len(piece))
        self._here.put(piece, now)


def _become(home: Path, columns: int, rows: int, arguments: Sequence[str]) -> None:
    """The child's half of the fork."""
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    for name in ("NO_COLOR", "LINES", "COLUMNS"):
        environment.pop(name, None)
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execve(sys.executable, [sys.executable, "-m", "ibtui", *arguments], environment)
