"""What is seen under a dialog is what Textual would show there, from fewer lines and one paint."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip

from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import Side
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_ticket
from ibtui.ui.paint import veil, versions
from ibtui.ui.paint.veil import VeiledScreen
from tests.fakes.clock import ManualClock
from tests.ui.dialogs import at_desk

pytestmark = pytest.mark.usefixtures("painted")

LINES = 40
AAPL = Contract(265598, "AAPL")


def drawn(app: DashboardApp) -> list[list[tuple[str, object]]]:
    """Every cell of the screen as it is rendered now, anew."""
    app.screen._set_dirty()
    strips = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    return [[(part.text, part.style) for strip in line for part in Strip(strip).simplify()] for line in strips.strips]  # type: ignore[union-attr]  # a full update has strips


@pytest.mark.parametrize("theme", ["ibtui-dark", "ibtui-light", "ibtui-ansi"])
async def test_the_screen_under_a_dialog_on_a_dialog_is_drawn_as_textual_draws_it(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    async with at_desk(app, clock, (120, LINES)) as desk:
        app.use_theme(theme)
        await desk.pilot.pause()
        open_ticket(app, Side.BUY, AAPL, Decimal("271.65"), Decimal(100))
        await desk.pilot.pause()
        app.open_help()
        await desk.pilot.pause()
        assert app._background_screens
        ours = drawn(app)
        monkeypatch.setattr(VeiledScreen, "_render_content", ModalScreen._render_content)
        for screen in app._background_screens:
            screen._set_dirty()
        assert ours == drawn(app)


async def test_only_the_lines_that_changed_beneath_are_asked_for(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[int]] = []
    usual = veil._lines

    def noted(screen: Screen[Any], wanted: set[int]) -> dict[int, Strip]:
        asked.append(wanted)
        return usual(screen, wanted)

    async with at_desk(app, clock, (120, LINES)) as desk:
        app.open_help()
        await desk.pilot.pause()
        monkeypatch.setattr(veil, "_lines", noted)
        line = Region(0, 3, 120, 1)
        app.screen.refresh(line)
        app.screen._compositor._dirty_regions = {line}
        app.screen._compositor.render_update(screen_stack=app._background_screens)
    assert asked == [{3}]


async def test_another_version_of_textual_draws_by_itself(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "VERSION", "0.0.0")
    monkeypatch.setattr(veil, "_lines", lambda *_: pytest.fail("asked for lines by itself"))
    async with at_desk(app, clock, (120, LINES)) as desk:
        app.open_help()
        await desk.pilot.pause()
        assert "Keys: " in app.export_screenshot().replace("&#160;", " ")
