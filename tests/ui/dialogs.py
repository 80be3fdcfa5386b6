"""Steps that tests of dialogs share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.pilot import Pilot

from ibtui.domain.events import Event
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.base import Dialog, Lines
from ibtui.ui.widgets.grid import Grid, Key
from ibtui.ui.widgets.table import HEADER
from tests.fakes.clock import ManualClock

D = TypeVar("D", bound=Dialog)  # type: ignore[type-arg]  # of any result

READ_SECONDS = 2.0
"""A person reads before the next key."""


class Desk:
    """The running app with its clock: what a trader does at it."""

    def __init__(self, app: DashboardApp, clock: ManualClock, pilot: Pilot[None]) -> None:
        self.app = app
        self.clock = clock
        self.pilot = pilot

    async def happens(self, *events: Event) -> None:
        """Facts arrive and a frame is painted."""
        for event in events:
            self.app.store.apply(event)
        await self.frame()

    async def frame(self) -> None:
        """One frame of the pump."""
        self.app.pump_frame()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Keys, each after the screen was read."""
        for key in keys:
            await self.clock.advance(READ_SECONDS)
            await self.pilot.press(key)
        await self.pilot.pause()

    def dialog(self, kind: type[D]) -> D:
        """The dialog on top, which must be of this kind."""
        screen = self.app.screen
        assert isinstance(screen, kind), f"{screen!r} is on top"
        return screen

    @property
    def is_free(self) -> bool:
        """No dialog is open."""
        return len(self.app.screen_stack) == 1

    def text(self, selector: str = "") -> str:
        """All lines of the dialog on top, or those of one of its widgets."""
        found = self.app.screen.query(selector or "Lines").results(Lines)
        return "\n".join(lines.text for lines in found)

    def said(self) -> list[str]:
        """Toasts, newest last."""
        return [f"{note.title}: {note.message}" if note.title else note.message for note in self.app._notifications]


def row_text(grid: Grid, key: Key) -> str:
    """The line of a row as it is painted, while the grid is not scrolled."""
    return grid.render_line(grid.keys.index(key) + HEADER).text


@asynccontextmanager
async def at_desk(app: DashboardApp, clock: ManualClock, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Desk]:
    """The app on a terminal of this size, the first frame painted."""
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.pump_frame()
        await pilot.pause()
        yield Desk(app, clock, pilot)
