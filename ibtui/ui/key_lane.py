"""One key at a time, in the order typed.

Textual hands every key to the focused widget at once, but runs bindings (backspace, Enter, `b`, `:` …) only after the
key has bubbled up to the app. Keys that arrive together, as from a fast typist over SSH or a multiplexer, then act out
of order: `ctrl+u 1 6 5` clears the 165, and what follows `:` is typed before its line is there. The lane holds the next
key back until the one before has been through its widget, every parent and the app, and until a screen it opened is
ready.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

KEYS_AT_MOST: Final = 256
"""Keys typed ahead that are kept; more are dropped, with a bell."""
STUCK_SECONDS: Final = 5.0
"""A key under way for so long is given up, whatever became of it; a busy machine may need a second for one."""
LOOK_SECONDS: Final = 0.1
"""How often keys that wait look whether the one before them ended with its widget."""


class KeyLane:
    """The keys of one app; `deliver` is Textual's own way of handling a key."""

    def __init__(
        self,
        app: App[Any],
        deliver: Callable[[events.Key], Awaitable[None]],
        now: Callable[[], float],
        *,
        rested: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._deliver = deliver
        self._now = now
        self._rested = rested
        """Called when the last key has been through."""
        self._waiting: deque[events.Key] = deque()
        self._since: float | None = None
        """When the key under way was delivered; None while none is."""
        self._at: MessagePump = app
        """Where on its way it is."""
        self._looks = False
        """Whether a look at it is due."""

    @property
    def is_busy(self) -> bool:
        """Whether a key is under way, or waits for the one that is."""
        return self._since is not None

    async def take(self, event: events.Key) -> None:
        """A key came from the terminal."""
        if len(self._waiting) >= KEYS_AT_MOST:
            self._app.bell()
            return
        self._waiting.append(event)
        await self._go_on()

    async def _go_on(self) -> None:
        """Let the next key go if none is under way any more, else look again soon."""
        if self._since is None or not self._at.is_running or self._now() - self._since > STUCK_SECONDS:
            await self._next()
        elif not self._looks:
            self._looks = True
            self._app.set_timer(LOOK_SECONDS, self._look)

    async def _look(self) -> None:
        self._looks = False
        if self._waiting:
            await self._go_on()

    async def _next(self) -> None:
        self._since = None
        if not self._waiting:
            self._rested()
            return
        event = self._waiting.popleft()
        self._since = self._now()
        screen = self._app.screen
        widget = self._at = self._app.focused or screen
        await self._deliver(event)
        self._follow(widget, screen)

    def _follow(self, node: MessagePump, screen: Screen[Any]) -> None:
        """Go the way the key bubbles, one step behind it."""
        self._at = node
        parent = node._parent  # Textual has no public way from a pump to the pump its events bubble to
        if parent is None:
            self._app.call_later(self._arrived, screen)
        elif not node.call_later(self._follow, parent, screen):
            self._follow(parent, screen)

    async def _arrived(self, screen: Screen[Any]) -> None:
        now = self._at = self._app.screen
        if now is screen or not now.call_after_refresh(self._app.call_later, self._next):
            await self._next()
