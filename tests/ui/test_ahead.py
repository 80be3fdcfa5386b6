"""What is loaded after the start: every sheet and every rule that a first opening would load, and no other picture."""

from __future__ import annotations

import asyncio

import pytest

from ibtui.ui.ahead import CALM_SECONDS, load_ahead
from ibtui.ui.app import DashboardApp
from ibtui.ui.paint import versions
from tests.fakes.clock import ManualClock
from tests.ui.dialogs import Desk, at_desk

SCREENS = ("f3", "f4", "f5", "f6", "f2")
DIALOGS = ("question_mark", "escape", "slash", "escape", "colon", "escape", "ctrl+p", "escape")


async def loaded(desk: Desk) -> None:
    """Let the time pass that it takes."""
    task = asyncio.create_task(load_ahead(desk.app, desk.clock.sleep))
    while not task.done():
        await desk.clock.advance(CALM_SECONDS)
    await task


async def test_no_screen_reads_a_sheet_when_it_is_first_opened(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock, (120, 40)) as desk:
        await loaded(desk)
        known = set(app.stylesheet.source)
        for key in (*SCREENS, *DIALOGS):
            await desk.press(key)
        fresh = {file for file, variable in set(app.stylesheet.source) - known if not variable}
        assert not fresh


async def test_nothing_is_done_ahead_with_another_version_of_textual(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(app, clock, (120, 40)) as desk:
        monkeypatch.setattr(versions, "VERSION", "0.0.0")
        before = dict(app.stylesheet.source)
        await loaded(desk)
        assert dict(app.stylesheet.source) == before
