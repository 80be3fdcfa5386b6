"""A program in a pseudo-terminal: its output stamped as it comes and looked at afterwards, keys pressed on time."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.benchmarks.screen import Screen

CHUNK = 65_536
ENDING_SECONDS = 3.0
SAMPLE_SECONDS = 0.5
UP, DOWN = b"\x1b[A", b"\x1b[B"


@dataclass
class Recording:
    """What came while it was measured."""

    chunks: list[tuple[float, bytes]] = field(default_factory=list)
    """Monotonic seconds at which each piece was read."""
    keys: list[tuple[float, bytes]] = field(default_factory=list)
    """When each key was written."""
    seconds: float = 0.0
    ended: float = 0.0
    """Monotonic seconds; what came later was not measured, but tells whether the last values were shown."""
    cpu_seconds: float = 0.0
    """User and system time of the program's process, all threads."""

    @property
    def size(self) -> int:
        """Bytes written by the program, those after the end too."""
        return sum(len(data) for _, data in self.chunks)

    @property
    def rate(self) -> float:
        """Bytes a second."""
        return sum(len(data) for at, data in self.chunks if at <= self.ended) / self.seconds

    @property
    def cpu(self) -> float:
        """Percent of one core."""
        return 100 * self.cpu_seconds / self.seconds


class Recorded:
    """A program that runs in a pty of its own until it is closed."""

    def __init__(self, command: Sequence[str], home: Path, columns: int, rows: int) -> None:
        environment = {
            **os.environ,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        environment.pop("NO_COLOR", None)
        for name in ("LINES", "COLUMNS"):
            environment.pop(name, None)
        self.screen = Screen(columns, rows)
        self.started = time.monotonic()
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], list(command), environment)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = psutil.Process(self.pid)

    @property
    def memory(self) -> float:
        """Resident MiB."""
        return float(self.process.memory_info().rss) / 2**20

    def see(self, pattern: str, seconds: float = 30.0) -> float:
        """Wait until the screen matches; monotonic seconds of the piece that made it match."""
        at = time.monotonic()
        deadline = at + seconds
        wanted = re.compile(pattern, re.MULTILINE)
        while not wanted.search(self.screen.text()):
            data = self._read(deadline)
            if not data:
                raise TimeoutError(f"/{pattern}/ did not come within {seconds:g} s:\n{self.screen.text()}")
            self.screen.feed(data)
            at = time.monotonic()
        return at

    def watch(self, seconds: float) -> None:
        """Keep the screen up to date for so long."""
        until = time.monotonic() + seconds
        while data := self._read(until):
            self.screen.feed(data)

    def press(self, key: bytes) -> None:
        """Write a key as the terminal would in the mode the program chose."""
        is_arrow = key.startswith(b"\x1b[") and len(key) == len(UP)
        os.write(self._file, key.replace(b"[", b"O") if is_arrow and self.screen.application_keys else key)

    def record(
        self, seconds: float, keys: Sequence[tuple[float, bytes]] = (), sample: Callable[[], None] | None = None
    ) -> Recording:
        """Take output and press keys, each so many seconds from now; nothing is looked at meanwhile.

        `sample` is called now and then, and must be quick.
        """
        found = Recording()
        waiting = deque(sorted(keys))
        spent, began = self._cpu(), time.monotonic()
        until, sampled = began + seconds, 0.0
        while (now := time.monotonic()) < until:
            if waiting and now >= began + waiting[0][0]:
                key = waiting.popleft()[1]
                found.keys.append((time.monotonic(), key))
                self.press(key)
                continue
            if sample is not None and now >= sampled + SAMPLE_SECONDS:
                sampled = now
                sample()
            data = self._read(min(until, began + waiting[0][0]) if waiting else until)
            if data:
                found.chunks.append((time.monotonic(), data))
            elif not self.process.is_running() or self.process.status() == psutil.STATUS_ZOMBIE:
                raise RuntimeError(f"the program ended:\n{self.screen.text()}")
        found.ended, found.cpu_seconds = time.monotonic(), self._cpu() - spent
        found.seconds = found.ended - began
        return found

    def close(self) -> None:
        """End the program."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + ENDING_SECONDS
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                break
            self._read(time.monotonic() + 0.05)
        os.close(self._file)

    def _read(self, until: float) -> bytes:
        """What can be read before then, or nothing."""
        ready, _, _ = select.select([self._file], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return b""
        try:
            return os.read(self._file, CHUNK)
        except OSError:  # Linux: EIO once the program has gone
            time.sleep(0.01)
            return b""

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module with this interpreter."""
    return [sys.executable, "-m", module, *arguments]
