"""The frame pump: drains the store and hands what changed to whoever is on screen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from textual.screen import Screen

from ibtui.store import Changes, Topic
from ibtui.ui.screens.base import DashboardScreen

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

TICK_SECONDS: Final = 1.0
"""How often ages and staleness are painted."""
COVERED_SECONDS: Final = 0.5
"""How often the screen under a dialog is painted …"""
COVERED_SLOWLY_SECONDS: Final = 0.25
"""… and on a slow line, where a picture takes longer to come: no price to be seen there is a second old."""

WAIT_SECONDS: Final = 0.02
"""A frame waits for keys no longer than this in all."""
TURN_SECONDS: Final = 0.001
"""A frame is painted for so long before a key may come between: each turn of the loop costs a little."""
PIECE_SECONDS: Final = 0.006
"""What was painted of a long frame is written after so long; each write takes a few bytes more."""
LOOK_SECONDS: Final = 0.002
"""How often a frame that waits looks whether the key was answered."""

SHELL_TOPICS: Final = (Topic.HEALTH, Topic.ACCOUNT, Topic.SUBMISSION, Topic.PNL, Topic.FYI)
"""What the status line shows at once; the rest of it once a second."""


@runtime_checkable
class Framed(Protocol):
    """A screen, dialog or follower the pump hands changes to."""

    def frame(self, changes: Changes) -> None:
        """Take what changed."""
        ...


class FramePump:
    """One per app, driven by `run`, or by hand in tests."""

    def __init__(self, app: DashboardApp) -> None:
        self._app = app
        self._ticked = self._covered = app.session.now()
        self._messages_seen = 0
        self._followers: list[Framed] = []
        self._news = asyncio.Event()
        """Set when something changed that no frame was painted of yet."""

    def follow(self, follower: Framed) -> None:
        """Hand every frame's changes to this one too, also empty ones."""
        self._followers.append(follower)

    async def run(self, period: float) -> None:
        """Paint for ever: the first change after a pause at once, then a frame every `period` seconds at most.

        Without any change there is an empty frame every `period` seconds: followers go by the time.
        """
        loop = asyncio.get_running_loop()
        self._app.store.told = self._news.set
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(period):
                    await self._news.wait()
            self._news.clear()
            now = loop.time()
            due = now + period
            await self._let_keys_pass(now + WAIT_SECONDS)
            await self._paint(self.timed(), now + WAIT_SECONDS)
            await asyncio.sleep(due - loop.time())

    async def _let_keys_pass(self, until: float) -> None:
        """A key under way is answered before the frame goes on, if that is done by then."""
        loop = asyncio.get_running_loop()
        while self._app.is_answering and loop.time() < until:  # noqa: ASYNC110 - the lane's end is no event
            await asyncio.sleep(LOOK_SECONDS)

    async def _paint(self, parts: Iterable[None], until: float) -> None:
        """Paint a frame part by part, keys going first between two, and write it as one piece if it is a short one."""
        loop, painter = asyncio.get_running_loop(), self._app.painter
        painter.hold()
        try:
            written = turned = loop.time()
            for _ in parts:
                if loop.time() - turned < TURN_SECONDS:
                    continue
                await asyncio.sleep(0)
                await self._let_keys_pass(until)
                turned = loop.time()
                if turned - written > PIECE_SECONDS:
                    painter.flush()
                    written = loop.time()
        finally:
            painter.release()

    def timed(self) -> Iterable[None]:
        """A frame, if it is time for one: on a slow line fewer, and not before most of the last one was written."""
        return self._parts() if self._app.outflow.is_frame_due() else ()

    def frame(self) -> None:
        """A whole frame at once."""
        for _ in self._parts():
            pass

    def _parts(self) -> Iterator[None]:
        """Hand what changed to the top screen, once a second also the passing of time.

        A screen seen under a dialog is painted twice a second only: it cannot be used meanwhile. One that is not
        mounted yet has no parts to paint; mounting paints everything, and so does coming back to one that was left
        while its frame was painted.
        """
        app = self._app
        changes = app.store.drain()
        ticked = self._tick()
        top = app.screen
        if changes and isinstance(top, DashboardScreen) and top.is_mounted:
            for _ in top.frame_parts(changes):
                yield
                if app.screen is not top:
                    break
        elif changes and isinstance(top, Framed) and top.is_mounted:
            top.frame(changes)
        yield from self._rest(changes, app.screen, ticked=ticked)

    def _rest(self, changes: Changes, top: Screen[Any], *, ticked: bool) -> Iterator[None]:
        """What is the same on every screen, and what lies under a dialog."""
        app = self._app
        current = app.current
        if current is not None and current.is_mounted:
            is_top = current is top
            if changes and not is_top:
                current.covered_frame(changes)
            if ticked or (is_top and any(topic in changes for topic in SHELL_TOPICS)):
                current.frame_shell()
            if ticked and is_top:
                app.painter.flush()  # what is newly told need not wait for what merely grew older
                yield
                current.tick()
            elif not is_top and self._is_covered_due():
                current.repaint()
        for follower in self._followers:
            follower.frame(changes)
        if Topic.MESSAGE in changes:
            self._toast()

    def _tick(self) -> bool:
        """Whether another second has passed."""
        now = self._app.session.now()
        if now - self._ticked < TICK_SECONDS:
            return False
        self._ticked = now
        return True

    def _is_covered_due(self) -> bool:
        """Whether the screen under a dialog is to be painted again."""
        now = self._app.session.now()
        if now - self._covered < (COVERED_SLOWLY_SECONDS if self._app.outflow.is_held else COVERED_SECONDS):
            return False
        self._covered = now
        return True

    def _toast(self) -> None:
        store = self._app.store
        fresh = min(store.messages_raised - self._messages_seen, len(store.messages))
        self._messages_seen = store.messages_raised
        for message in store.messages[len(store.messages) - fresh :]:
            self._app.say(message.text, title=message.title, severity=message.severity)
