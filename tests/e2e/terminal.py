"""ibtui in a real pseudo-terminal, seen through a terminal emulator."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
    "alt+up": "\x1b[1;3A",
    "alt+down": "\x1b[1;3B",
    "delete": "\x1b[3~",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "pagedown": "\x1b[6~",
    "end": "\x1b[F",
    "ctrl+w": "\x17",
    "ctrl+u": "\x15",
}
"""What a terminal sends for the keys that are not characters."""

READING_SECONDS = 1.15
"""How long a person looks at a question, at least; dialogs want 1 s between two keys that decide."""

READ_SECONDS = 0.05
"""How long one read waits for output."""


class Terminal:
    """A program in a pty; `text()` is what a person would see."""

    def __init__(
        self,
        *arguments: str,
        home: Path,
        columns: int = 120,
        rows: int = 40,
        program: Sequence[str] = ("-m", "ibtui"),
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        environment = {
            **os.environ,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LINES": str(rows),
            "COLUMNS": str(columns),
        }
        self.started = time.monotonic()
        self.child = pexpect.spawn(
            sys.executable, [*program, *arguments], env=environment, dimensions=(rows, columns), timeout=None
        )
        self.child.delaybeforesend = None
        self.received = bytearray()
        self._lines: str | None = None

    def text(self) -> str:
        """The screen's lines."""
        if self._lines is None:
            self._lines = "\n".join(line.rstrip() for line in self.screen.display)
        return self._lines

    def pump(self) -> bool:
        """Take what the program wrote; False when it ended."""
        try:
            chunk = self.child.read_nonblocking(65536, READ_SECONDS)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.received += chunk
        self._stream.feed(chunk)
        self._lines = None
        return True

    def watch(self, seconds: float) -> None:
        """Look at the screen for so long; an AssertionError if the program ends meanwhile."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.pump(), f"the program ended:\n{self.text()}"

    def until(self, condition: Callable[[str], bool], what: str, seconds: float = 20.0) -> str:
        """Wait for the screen to fulfil `condition`; an AssertionError shows the screen that did not."""
        deadline = time.monotonic() + seconds
        while not condition(self.text()):
            alive = self.pump()
            if time.monotonic() > deadline or not alive:
                state = "" if alive else " (the program ended)"
                raise AssertionError(f"{what} did not come within {seconds:g} s{state}:\n{self.text()}")
        return self.text()

    def see(self, pattern: str, seconds: float = 20.0) -> re.Match[str]:
        """Wait until the screen matches the regular expression."""
        screen = self.until(lambda text: re.search(pattern, text) is not None, f"/{pattern}/", seconds)
        found = re.search(pattern, screen)
        assert found is not None
        return found

    def gone(self, pattern: str, seconds: float = 20.0) -> None:
        """Wait until the screen no longer matches."""
        self.until(lambda text: re.search(pattern, text) is None, f"the end of /{pattern}/", seconds)

    def press(self, *keys: str) -> None:
        """Press keys by name, or type characters."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def decide(self, key: str) -> None:
        """Press a key that decides, as a person does: after the time it takes to read and to let go of the last key.

        Dialogs refuse a decision that comes sooner (`ibtui.ui.dialogs.guard`), which another test proves.
        """
        self.watch(READING_SECONDS)
        self.press(key)

    def type(self, text: str) -> None:
        """Type a text."""
        self.child.send(text)

    def kill(self) -> None:
        """End the program as `kill -9` does."""
        self.child.kill(signal.SIGKILL)
        self.child.wait()

    def ended(self, seconds: float = 20.0) -> None:
        """Wait for the program to end by itself."""
        deadline = time.monotonic() + seconds
        while self.pump():
            if time.monotonic() > deadline:
                raise AssertionError(f"the program did not end within {seconds:g} s:\n{self.text()}")
        self.child.wait()

    def hang_up(self, seconds: float = 20.0) -> None:
        """Close the window, and wait for the program to end."""
        self.child.ptyproc.fileobj.close()
        deadline = time.monotonic() + seconds
        while self.child.isalive():
            assert time.monotonic() < deadline, f"the program did not end within {seconds:g} s of its terminal"
            time.sleep(READ_SECONDS)  # there is nothing left to read, which is how the others wait

    def close(self) -> None:
        """End the program if it still runs."""
        self.child.close(force=True)
