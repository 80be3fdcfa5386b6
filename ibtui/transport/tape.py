"""A recorder of everything that came and went, to be played again; it holds nothing that identifies anybody.

What is recorded is only noted in the session's loop; masking, packing and writing are the work of a thread, once a
second. A program that is killed loses at most that second, and the part remains readable.
"""

from __future__ import annotations

import ssl
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from ibtui.clock import Clock
from ibtui.errors import IbtuiError
from ibtui.protocol.requests import Request
from ibtui.transport.answers import Response
from ibtui.transport.masking import Masker
from ibtui.transport.tape_file import PART_BYTES, PARTS, TapeFile
from ibtui.transport.tape_format import Entry, text_of

FLUSH_SECONDS = 1.0
"""What a killed program loses of its tape, at most."""
MOST_WAITING = 64 * 1024 * 1024
"""Bytes noted and not yet written; a disk slower than that leaves a gap, which the tape tells of."""
HEADERS = ("content-type", "retry-after", "location", "date")
"""Headers of answers that matter; of requests none is kept: they hold cookies and signatures."""

Noted = Entry | tuple[bool, float, float]
"""What was noted: of a frame, for it must cost next to nothing, whether it was sent, and both times."""
Decide = Callable[[], Awaitable[ssl.SSLContext | None]]
Send = Callable[[Request], Awaitable[Response]]


class Tape:
    """Records to a file only the user can read; raises OSError when that cannot be made."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        part_bytes: int = PART_BYTES,
        parts: int = PARTS,
        tell: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._clock = clock
        self._path = path
        self._tell = tell
        """Told once, on the loop, when the tape ended before the session."""
        self._trouble = ""
        self._zero = clock.monotonic()
        self._file = TapeFile(path, clock.time(), part_bytes=part_bytes, parts=parts)
        self._masker = Masker()
        self._waiting: deque[tuple[Noted, bytes | str]] = deque()
        self._bytes_noted = 0
        self._bytes_written = 0
        self._lost = 0
        self._told_lost = 0
        self._ended = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tape", daemon=True)
        self._thread.start()

    async def exchange(self, request: Request, send: Send) -> Response:
        """Send a request by `send` and record it with its answer, or with the error that came instead."""
        asked = self._clock.monotonic() - self._zero
        try:
            response = await send(request)
        except IbtuiError as error:
            self._note(self._rest(request, asked, failed=type(error).__name__, status=0), error.detail)
            raise
        headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
        self._note(self._rest(request, asked, headers=headers, status=response.status), response.body)
        return response

    def frame(self, raw: bytes | str, *, sent: bool = False) -> None:
        """Record a websocket frame, or a command."""
        self._note((sent, self._clock.monotonic(), self._clock.time()), raw)

    def opened(self) -> None:
        """Record that a websocket was opened."""
        self._note(self._entry("opened"), "")

    def lost(self, reason: str) -> None:
        """Record why it ended, or was not opened."""
        self._note(self._entry("lost"), reason)

    async def decision(self, decide: Decide) -> ssl.SSLContext | None:
        """Decide on the gateway's certificate by `decide`, and record how that ended."""
        asked = self._clock.monotonic() - self._zero
        try:
            context = await decide()
        except IbtuiError as error:
            self._note(self._entry("trust", asked=asked, failed=type(error).__name__), error.detail)
            raise
        self._note(self._entry("trust", asked=asked), "")
        return context

    def close(self) -> None:
        """Write what waits, and end the part."""
        self._stop.set()
        self._thread.join()
        self._ended = True

    def _entry(self, kind: str, *, asked: float = 0.0, failed: str = "") -> Entry:
        now = self._clock.monotonic() - self._zero
        return Entry(kind, now, self._clock.time(), asked, failed=failed)  # type: ignore[arg-type]  # a Kind by its callers

    def _rest(
        self, request: Request, asked: float, *, status: int, headers: dict[str, str] | None = None, failed: str = ""
    ) -> Entry:
        return Entry(
            "rest",
            self._clock.monotonic() - self._zero,
            self._clock.time(),
            asked,
            request.method,
            request.path,
            list(request.query),
            text_of(request.body)[0] if request.body is not None else None,
            status,
            headers or {},
            failed=failed,
        )

    def _note(self, noted: Noted, raw: bytes | str) -> None:
        if self._ended:
            trouble, self._trouble = self._trouble, ""
            if trouble:
                self._tell(trouble)
            return
        if self._bytes_noted - self._bytes_written > MOST_WAITING:
            self._lost += 1
            return
        self._bytes_noted += len(raw)
        self._waiting.append((noted, raw))

    # in the thread

    def _run(self) -> None:
        try:
            while not self._stop.wait(FLUSH_SECONDS):
                self._write_waiting()
            self._write_waiting()
            self._file.close()
        except OSError as error:  # a full disk ends the tape, not the session
            self._trouble = f"{self._path} cannot be written any more ({error.strerror}); the recording ends here"
            self._ended = True
            self._waiting.clear()
            with suppress(OSError):
                self._file.close()

    def _write_waiting(self) -> None:
        if not self._waiting:
            return
        while self._waiting:
            noted, raw = self._waiting.popleft()
            self._bytes_written += len(raw)
            self._file.write(self._masked(noted if isinstance(noted, Entry) else self._frame_of(noted, raw), raw))
        if self._lost > self._told_lost:
            count, self._told_lost = self._lost - self._told_lost, self._lost
            self._file.write(self._entry_of_gap(count))
        self._file.flush()

    def _entry_of_gap(self, count: int) -> Entry:
        return Entry("gap", self._clock.monotonic() - self._zero, self._clock.time(), count=count)

    def _frame_of(self, noted: tuple[bool, float, float], raw: bytes | str) -> Entry:
        sent, now, wall = noted
        return Entry("sent" if sent else "frame", now - self._zero, wall, binary=isinstance(raw, bytes))

    def _masked(self, entry: Entry, raw: bytes | str) -> Entry:
        """The entry with its text, and nothing left that identifies anybody."""
        text, entry.latin = text_of(raw)
        mask = self._masker.mask
        entry.text = mask(text)
        if entry.kind == "rest":
            entry.path = mask(entry.path)
            entry.query = [(name, mask(f"{name}={value}").partition("=")[2]) for name, value in entry.query]
            entry.sent = mask(entry.sent) if entry.sent is not None else None
            entry.headers = {name: mask(value) for name, value in entry.headers.items()}
        return entry
