"""Every theme on every size of terminal, and the change from one to another."""

from __future__ import annotations

import pytest
from textual.widget import Widget

from ibtui.ui.app import DashboardApp
from ibtui.ui.screens.watch import WatchScreen
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession

SIZE = (80, 24)
LINES = {"StatusLine", "KeyFooter", "FigureLine", "Rungs"}
"""Widgets that draw lines themselves and remember their colours."""


@pytest.mark.parametrize("theme", ["ibtui-dark", "ibtui-light", "ibtui-high-contrast", "ibtui-ansi"])
@pytest.mark.parametrize("size", [(20, 5), (80, 24), (120, 40)])
async def test_every_theme_draws_every_size(
    session: FakeSession, clock: ManualClock, theme: str, size: tuple[int, int]
) -> None:
    app = DashboardApp(session, clock=clock, theme=theme, frame_rate=0)
    async with app.run_test(size=size) as pilot:
        await pilot.press("f3", "f2")
        await pilot.pause()
        assert app.theme == theme


async def test_without_colours_the_cursor_row_is_still_told_apart(
    session: FakeSession, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = DashboardApp(session, clock=clock, frame_rate=0)
    async with app.run_test(size=SIZE):
        assert app.no_color
        assert isinstance(app.current, WatchScreen)
        assert app.current.grid.render_line(1).text.startswith("▌")


async def test_another_theme_redraws_what_was_drawn_before(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        widgets = [widget for widget in app.screen.walk_children(Widget) if type(widget).__name__ in LINES]
        before = [widget.render_line(0) for widget in widgets]
        app.use_theme("light")
        await pilot.pause()
        assert len(widgets) == 5
        assert all(widget.render_line(0) != strip for widget, strip in zip(widgets, before, strict=True))
