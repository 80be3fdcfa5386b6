"""Textual's driver for Unix, with a meter on its line: bytes, answers of the terminal, and writes that block.

Keys are read and pictures written in the loop (`inlet`, `outlet`); Textual's threads do it where that cannot be, and
write what the terminal does not take at once. Only with a version of Textual that was checked, see `versions`; without
a terminal and on Windows Textual's own driver.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from ibtui.ui.paint.inlet import Inlet, has_gone
from ibtui.ui.paint.outlet import Outlet

if TYPE_CHECKING:
    from ibtui.ui.paint.outflow import Outflow

REQUEST: Final = "\x1b[6n"
"""Asks the terminal for its cursor's position (DSR 6, ECMA-48 8.3.35); the answer is `\\x1b[row;columnR`."""
ASKING_ROW: Final = 1
"""The row, from 0, the cursor is put in before a request, in a column that counts requests. Never the first: some
terminals send `\\x1b[1;2R` for shift+F3, which Textual takes for a position as well."""
ASKING_COLUMNS: Final = 32
LOOK_SECONDS: Final = 0.005
LAST_ANSWERS_SECONDS: Final = 1.0
"""How long the end waits for answers under way, lest they be typed into the user's shell."""
STALL_SECONDS: Final = 0.05
"""A write that takes so long found every buffer full."""


class TimedFile:
    """The terminal's file as the writer's thread sees it; knows how long a write has been blocked."""

    def __init__(self, file: TextIOWrapper) -> None:
        self._file = file
        self._since: float | None = None
        self._unflushed = 0
        self._owed = b""
        self._taken = self._done = 0
        self.stalls: deque[tuple[int, float, float]] = deque(maxlen=8)
        """(bytes, seconds, when) of writes that blocked."""

    @property
    def done(self) -> int:
        """How many writes are through."""
        return self._done

    def owe(self, rest: bytes) -> None:
        """Bytes to be written before the next text; only while no write is under way."""
        self._owed = rest

    def encoded(self, text: str) -> bytes:
        """A text as the file writes it."""
        return text.encode(self._file.encoding, "backslashreplace")

    def blocked(self, now: float) -> float:
        """Seconds a write has been under way; 0 where none is."""
        since = self._since
        return 0.0 if since is None else max(0.0, now - since)

    def write(self, text: str) -> int:
        """Write, and time it."""
        data, self._owed = self._owed + self.encoded(text), b""
        self._unflushed += len(data)
        self._timed(partial(self._file.buffer.write, data))
        self._taken += 1
        return len(text)

    def flush(self) -> None:
        """Flush, and time it: the file's own buffer lets writes pass that do not fit into the pseudo-terminal."""
        self._timed(self._file.buffer.flush)
        self._unflushed = 0
        self._done = self._taken

    def _timed(self, act: Callable[[], object]) -> None:
        began = self._since = time.monotonic()
        try:
            act()
        except OSError as error:
            if not has_gone(error):
                raise  # else what is written is lost, and must not end the writer's thread
        now = time.monotonic()
        self._since = None
        if now - began >= STALL_SECONDS:
            self.stalls.append((self._unflushed, now - began, now))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what a file has besides
        return getattr(self._file, name)


class LineDriver(LinuxDriver):
    """Counts what is written, asks the terminal how far it is, and takes its answers out of what is typed."""

    def __init__(self, app: Any, **options: Any) -> None:  # noqa: ANN401 - Textual's own parameters
        super().__init__(app, **options)
        self._outflow: Outflow = app.outflow
        self._take: Callable[[Message], None] = app.take_input
        file: TextIOWrapper = self._file  # type: ignore[assignment]  # a terminal's standard error is there
        self._timed = TimedFile(file)
        self._inlet = Inlet(self.fileno, self.process_message, self._hung_up)
        self._outlet = Outlet(file.fileno())
        self._file = self._timed  # type: ignore[assignment]  # all of a file that the writer's thread uses
        self._handed = 0
        """Writes handed to the writer's thread."""
        self._reads = False
        """Whether keys are read in the loop."""
        self._expected: deque[tuple[int, int]] = deque()
        """Positions (x, y) that answers to us will have, in order; the input's thread takes them out."""
        self._requests = 0
        self._is_open = False
        self.answers: deque[tuple[int, float]] = deque()
        """(number, when it came) of answers nobody has looked at."""

    @property
    def stalls(self) -> deque[tuple[int, float, float]]:
        """(bytes, seconds, when) of writes that blocked and nobody has looked at."""
        return self._timed.stalls

    def blocked(self, now: float) -> float:
        """Seconds a write has been blocked."""
        return self._timed.blocked(now)

    def write(self, data: str) -> None:
        """Write and count; now and then a request follows, while the line keeps up."""
        if self._reads and self._outlet.is_open and self._timed.done == self._handed:
            encoded = self._timed.encoded(data)
            taken = self._outlet.write(encoded)
            if taken < len(encoded):
                self._timed.owe(encoded[taken:])
                self._hand("")
        else:
            self._hand(data)
        if self._is_open:
            self._outflow.wrote(len(data) if data.isascii() else len(data.encode()))

    def _hand(self, data: str) -> None:
        """Let the writer's thread write, after what it was handed before."""
        self._handed += 1
        super().write(data)

    def request(self) -> tuple[str, int]:
        """(what to write to ask how far the terminal is, the number its answer will have)."""
        width = max(2, min(ASKING_COLUMNS, self._app.size.width))
        column = self._requests % width
        self._requests += 1
        self._expected.append((column, ASKING_ROW))
        return f"\x1b[{ASKING_ROW + 1};{column + 1}H{REQUEST}", column

    def process_message(self, message: Message) -> None:
        """Keep answers to our own requests; everything else is Textual's."""
        if isinstance(message, events.CursorPosition) and (message.x, message.y) in self._expected:
            while self._expected.popleft() != (message.x, message.y):
                pass  # those before it are lost: answers come in order
            self.answers.append((message.x, time.monotonic()))
            self._loop.call_soon_threadsafe(self._outflow.answer_came)
            return
        super().process_message(message)

    def send_message(self, message: Message) -> None:
        """Hand it to the app at once, or from Textual's thread in the loop's next turn; a task takes one turn more."""
        if self._reads:
            self._take(message)
        else:
            self._loop.call_soon_threadsafe(self._take, message)

    def _hung_up(self) -> None:
        """The terminal has gone, and nobody ended the program (SIGHUP is ignored under `nohup`): nobody sees it now."""
        self._expected.clear()
        self._app.exit()

    def run_input_thread(self) -> None:
        """Textual's way to read keys, where the loop cannot."""
        if not self._reads:
            super().run_input_thread()

    def start_application_mode(self) -> None:
        """Start, and ask at once: the quickest answer is the one before there is anything to write."""
        self._reads = self._inlet.open(self._loop)
        self._outlet.open()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual says nothing of it
        if self._writer_thread is None:  # started in the background, without the terminal
            self._inlet.close()
        else:
            self._expected.clear()
            self._is_open = True
            self._outflow.opened(self)

    def disable_input(self) -> None:
        """Wait for the last answers, then let the input go."""
        if self._is_open:
            self._is_open = False
            self._outflow.closed()
            until = time.monotonic() + LAST_ANSWERS_SECONDS
            while self._expected and self._outflow.hears and time.monotonic() < until:
                if self._reads:
                    self._inlet.read_within(LOOK_SECONDS)
                else:
                    time.sleep(LOOK_SECONDS)
        self._inlet.close()
        super().disable_input()

    def close(self) -> None:
        """Let the terminal go."""
        super().close()
        self._outlet.close()
