"""When what was painted is written: at once on a line that keeps up, in slices as large as it takes on another."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ibtui.ui.paint.gaze import Gazer, typed_at
from ibtui.ui.paint.line import LineMeter
from ibtui.ui.paint.terminal import Terminal

if TYPE_CHECKING:
    from textual.app import App

    from ibtui.ui.paint.driver import LineDriver

SLICE_SECONDS: Final = 0.03
"""How long the line is busy with one slice: answers come as often."""
SLICE_LEAST, SLICE_MOST = 160, 4096
"""Bytes."""
STUCK_SECONDS: Final = 0.05
"""A write under way for so long found every buffer full: nothing is put behind it."""
SLOW_FRAME_SECONDS: Final = 0.1
"""Between two frames on a slow line whose last frame was written …"""
BUSY_FRAME_SECONDS: Final = 0.2
"""… and where it was not."""
KEY_SECONDS: Final = 0.25
"""The market waits so long for what a key changed."""
MARKET_SECONDS: Final = 0.3
"""But never longer than this after its last frame."""
AGAIN_SECONDS: Final = 0.2
"""Keys so soon after another are one with it until the next frame: what either
changed goes from the top."""
THIN_AFTER_SECONDS: Final = 5.0
THIN_BELOW: Final = 16_000.0
"""Bytes a second: a line slow for THIN_AFTER_SECONDS that takes less wants the thin mode."""
RATE_SECONDS: Final = 2.0
"""Bytes a second are those of so long."""


class Outflow:
    """One per app. A test forces the slow way with `hold()` and writes by hand with `drain(room)`, driver or not."""

    def __init__(self, app: App[None], terminal: Terminal, *, now: Callable[[], float] = time.monotonic) -> None:
        self.meter = LineMeter()
        self._app = app
        self._terminal = terminal
        self._now = now
        self._gazer = Gazer()
        self._driver: LineDriver | None = None
        self._is_thin = False
        self._by_hand = False
        """Whether a test drains."""
        self._timer: asyncio.TimerHandle | None = None
        self._has_begun = False
        self._due = False
        """Whether a drain is to come in this turn of the loop."""
        self._framed_at = float("-inf")
        self._pressed_at = self._key_at = float("-inf")
        self._written: deque[tuple[float, int]] = deque()
        self._wants_thin: Callable[[float], None] | None = None

    @property
    def is_held(self) -> bool:
        """Whether painting goes by way of the backlog."""
        return self._terminal.backlog is not None

    @property
    def hears(self) -> bool:
        """Whether answers of the terminal may still come."""
        return not self.meter.is_silent

    @property
    def bytes_per_second(self) -> float:
        """What was written lately."""
        since = self._now() - RATE_SECONDS
        return sum(count for at, count in self._written if at >= since) / RATE_SECONDS

    def be_thin(self) -> None:
        """The line is a slow one, whatever is measured; without a driver that measures nothing waits."""
        self._is_thin = True
        if self._driver is not None:
            self._hold()

    def when_thin(self, found: Callable[[float], None]) -> None:
        """Call this once with the bytes a second of a line that is slow for good."""
        self._wants_thin = found

    def hold(self) -> None:
        """Paint by way of the backlog, drained by nobody but `drain`: for tests."""
        self._by_hand = True
        self._hold()

    def drain(self, room: int = 1_000_000) -> int:
        """Write up to about `room` bytes of what waits; gives how many it were."""
        backlog, driver = self._terminal.backlog, self._app._driver
        if backlog is None or driver is None:
            return 0
        text = backlog.slice(room, self._now())
        if text:
            driver.write(text)
        return len(text.encode())

    def opened(self, driver: LineDriver) -> None:
        """The terminal is ours; nothing is known of its line yet."""
        self._driver = driver
        self._has_begun = False
        self.meter = LineMeter()
        self._ask()
        if self._is_thin:
            self._hold()

    def closed(self) -> None:
        """The terminal is somebody else's now."""
        self._driver = None
        if self._timer is not None:
            self._timer.cancel()

    def begin(self) -> None:
        """The first picture comes: on a line of which only the way is known it goes in slices until more is known."""
        if not self._has_begun and self._driver is not None:
            self._has_begun = True
            now = self._now()
            self._look(now)
            if self.meter.answers and not self.is_held:
                self.meter.suspect(now)
                self._hold()

    def wrote(self, count: int) -> None:
        """So many bytes went to the line."""
        now = self._now()
        self.meter.wrote(count, now)
        if self._is_thin:
            self._written.append((now, count))
            while self._written[0][0] < now - RATE_SECONDS:
                self._written.popleft()

    def answer_came(self) -> None:
        """The terminal told how far it is."""
        now = self._now()
        self._look(now)
        self._judge(now)
        self._drain()

    def press(self) -> None:
        """The user did something, whose effect goes first."""
        now = self._now()
        if self.pressed is None or now - self._pressed_at >= AGAIN_SECONDS:
            self._key_at = now
        self._pressed_at = now

    @property
    def pressed(self) -> float | None:
        """When the key or button was pressed whose effect is painted now: whatever is, until the next frame."""
        return self._key_at if self._pressed_at > self._framed_at else None

    def laid(self) -> None:
        """Something was painted that waits to be written."""
        pressed, backlog = self.pressed, self._terminal.backlog
        if pressed is not None and backlog is not None:
            backlog.gaze = self._gazer.look(self._app, pressed)
        if not self._due and not self._by_hand:
            self._due = True
            asyncio.get_running_loop().call_soon(self._drain)

    def is_frame_due(self) -> bool:
        """Whether the market may be painted again; asked some twenty times a second. Judges the line meanwhile."""
        now = self._now()
        self._look(now)
        self._judge(now)
        since = now - self._framed_at
        backlog = self._terminal.backlog
        if backlog is not None and not self._by_hand:
            self._drain()
            is_waiting = not backlog.is_empty
            if now - self._pressed_at < KEY_SECONDS and since < MARKET_SECONDS:
                return False
            if since < (BUSY_FRAME_SECONDS if is_waiting else SLOW_FRAME_SECONDS) - 0.01:
                return False
        elif self.meter.wants_request(now):
            self._ask()
        self._framed_at = now
        return True

    def now(self) -> float:
        """The line's own clock."""
        return self._now()

    def _hold(self) -> None:
        self._terminal.hold(self)
        if self._terminal.backlog is not None and self._is_thin:
            self._terminal.backlog.shorten(self._now())

    def _look(self, now: float) -> None:
        """Take what the driver's threads found out."""
        driver = self._driver
        if driver is None:
            return
        while driver.answers:
            self.meter.answered(*driver.answers.popleft())
        while driver.stalls:
            self.meter.stalled(*driver.stalls.popleft())

    def _judge(self, now: float) -> None:
        driver = self._driver
        if driver is None or self._by_hand:
            return
        if not self._is_thin:
            self.meter.hope(now)
        is_slow = self.meter.judge(now, blocked=driver.blocked(now))
        if is_slow and not self.is_held:
            self._hold()
        elif not is_slow and self.is_held and not self._is_thin:
            self._write(self._terminal.release())
        if (
            self._wants_thin is not None
            and not self._is_thin
            and self.meter.slow_for(now) > THIN_AFTER_SECONDS
            and self.meter.is_measured
            and self.meter.rate < THIN_BELOW
        ):
            self.be_thin()
            self._wants_thin(self.meter.rate)

    def _drain(self) -> None:
        """Write as many slices as the line has room for, and come back when it has more."""
        self._due = False
        backlog, driver = self._terminal.backlog, self._driver
        if backlog is None or driver is None or self._by_hand:
            return
        while True:
            now = self._now()
            if self.meter.needs_request(now):
                self._ask()
            if backlog.is_empty:
                return
            wanted = int(min(max(self.meter.rate * SLICE_SECONDS, SLICE_LEAST), SLICE_MOST))
            if self.meter.room(now) < wanted or driver.blocked(now) > STUCK_SECONDS:
                self._wait(wanted, now)
                return
            self._write(backlog.slice(wanted, now))

    def _wait(self, wanted: int, now: float) -> None:
        """Look again when a terminal that does not answer has room; one that answers calls by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        delay = self.meter.seconds_until(wanted, now)
        if delay:
            self._timer = asyncio.get_running_loop().call_later(max(0.005, delay), self._drain)

    def _write(self, text: str) -> None:
        """Write a slice, with a request after it."""
        driver = self._driver
        if driver is None or not text:
            return
        if self.meter.is_silent:
            driver.write(text)
        else:
            request, number = driver.request()
            backlog = self._terminal.backlog
            is_last = backlog is None or backlog.is_empty
            driver.write(text + request + (self._cursor() if is_last else ""))
            self.meter.asked(number, self._now())

    def _ask(self) -> None:
        driver = self._driver
        if driver is not None and not self.meter.is_silent:
            request, number = driver.request()
            driver.write(request + self._cursor())
            self.meter.asked(number, self._now())

    def _cursor(self) -> str:
        """Back to where what is typed appears, for input methods; nothing where nothing is typed."""
        place = typed_at(self._app)
        return f"\x1b[{place[1] + 1};{place[0] + 1}H" if place is not None else ""
