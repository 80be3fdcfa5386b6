"""Pictures of the running app, for snapshot tests; `--snapshot-update` draws them anew after a change on purpose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from textual.pilot import Pilot
from textual.widgets import Input

from ibtui.ui.app import DashboardApp

SIZES = [(80, 24), (120, 40)]

Scene = Callable[[Pilot[None]], Awaitable[None]]


class SnapCompare(Protocol):
    """The fixture of pytest-textual-snapshot."""

    def __call__(
        self, app: DashboardApp, *, terminal_size: tuple[int, int] = ..., run_before: Scene | None = ...
    ) -> bool: ...


def scene(open_it: Callable[[], None] | None = None, *keys: str, screen: str = "") -> Scene:
    """Go to a screen by its key, open something there, press keys, freeze the cursors."""

    async def run(pilot: Pilot[None]) -> None:
        await pilot.pause()
        if screen:
            await pilot.press(screen)
            await pilot.pause()
        if open_it is not None:
            open_it()
            await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    return run
