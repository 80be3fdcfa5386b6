"""What lies over a screen: help, palette, the `:` line."""

from __future__ import annotations

import pytest
from textual import events

from ibtui.ui.app import DashboardApp

SIZE = (80, 24)


async def test_help_is_made_from_the_actions_table(app: DashboardApp) -> None:
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "Remove the row from the list" in text
        assert "Open a buy ticket for the selected instrument" in text


async def test_the_palette_runs_an_action_of_the_screen(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"price ladder")
        await app.workers.wait_for_complete()
        await pilot.press("enter")
        await pilot.pause()
        assert app.current_mode == "ladder"


@pytest.mark.parametrize("keys", [("enter", "escape"), ("enter", "enter", "escape", "escape"), ("escape", "escape")])
@pytest.mark.parametrize("opens", ["ctrl+p", "colon"])
async def test_keys_that_come_at_once_close_what_is_open_once(
    app: DashboardApp, opens: str, keys: tuple[str, ...]
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(opens)
        await pilot.pause()
        await pilot.press(*"ladder")
        await app.workers.wait_for_complete()
        for key in keys:
            app.post_message(events.Key(key, None))
        await pilot.pause()
        await pilot.pause()
        assert len(app.screen_stack) == 1
    assert app._exception is None


@pytest.mark.parametrize("opens", ["ctrl+p", "colon", "question_mark", "slash", "b", ""])
async def test_the_screen_is_drawn_again_whatever_lies_over_it(
    app: DashboardApp, monkeypatch: pytest.MonkeyPatch, opens: str
) -> None:
    drawn: list[int] = []
    async with app.run_test(size=SIZE) as pilot:
        if opens:
            await pilot.press(opens)
            await pilot.pause()
            assert len(app.screen_stack) == 2
        monkeypatch.setattr(app, "redraw", lambda: drawn.append(1))
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert drawn == [1]
