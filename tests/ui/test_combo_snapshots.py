"""How the combination builder, the list of questions and an order at the `:` line look."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from ibtui.domain.events import SuppressedChanged
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.combo import open_combo
from ibtui.ui.dialogs.questions import open_questions
from tests.ui.pictures import SIZES, SnapCompare, scene


@pytest.mark.parametrize("size", SIZES)
def test_a_combination(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    keys = ("slash", "m", "s", "down", "enter", "minus")
    assert snap_compare(app, terminal_size=size, run_before=scene(lambda: open_combo(app), *keys))


def test_looking_for_a_leg(snap_compare: SnapCompare, app: DashboardApp) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(lambda: open_combo(app), "slash", "e"))


def test_questions_that_are_not_asked(snap_compare: SnapCompare, app: DashboardApp) -> None:
    def opened() -> None:
        texts = {"o163": "The order exceeds the price limit of 3 %.", "o354": "You are without market data. " * 4}
        app.store.apply(SuppressedChanged(texts))
        open_questions(app)

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(opened))


@pytest.mark.parametrize("theme", ["ibtui-dark", "ibtui-light"])
def test_a_bracket_at_the_command_line(snap_compare: SnapCompare, app: DashboardApp, theme: str) -> None:
    async def run(pilot: Pilot[None]) -> None:
        app.use_theme(theme)
        line = "buy 100 AAPL @ 165 tp 175 sl trail 2% gtc "

        def opened() -> None:
            app.open_command_line(line)

        await scene(opened)(pilot)
        pilot.app.screen.query_one(Input).cursor_position = len(line)
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)
