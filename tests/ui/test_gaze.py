"""Where the user looks: what a key changed there goes first on a slow line."""

from __future__ import annotations

import pytest

from ibtui.ui.paint.gaze import Gaze, Gazer, typed_at
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.test_outflow import dashboard

pytestmark = pytest.mark.usefixtures("painted")

SIZE = (120, 40)


async def test_a_screen_without_a_dialog_has_no_place_that_is_looked_at(
    session: FakeSession, clock: ManualClock
) -> None:
    app = dashboard(session, clock)
    async with app.run_test(size=SIZE):
        assert Gazer().look(app, 1.0) == Gaze()
        assert typed_at(app) is None


async def test_a_ticket_is_looked_at_and_most_of_all_the_field_in_focus(
    session: FakeSession, clock: ManualClock
) -> None:
    app = dashboard(session, clock)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        await pilot.pause()
        gaze = Gazer().look(app, 1.0)
        focused = app.focused
        assert focused is not None
        assert gaze.row == focused.region.y
        assert gaze.rows == set(app.screen.children[0].region.line_range)
        assert typed_at(app) == app.cursor_position


async def test_the_line_typed_into_is_looked_at_first(session: FakeSession, clock: ManualClock) -> None:
    app = dashboard(session, clock)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("colon")
        await pilot.pause()
        gaze = Gazer().look(app, 1.0)
        focused = app.focused
        assert focused is not None
        assert gaze.row == focused.region.y


async def test_where_a_dialog_was_is_looked_at_after_the_key_that_closed_it_and_no_other(
    session: FakeSession, clock: ManualClock
) -> None:
    app, gazer = dashboard(session, clock), Gazer()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        await pilot.pause()
        opened = gazer.look(app, 1.0)
        await pilot.press("escape")
        await pilot.pause()
        assert gazer.look(app, 2.0) == Gaze(-1, opened.rows)
        assert gazer.look(app, 2.0) == Gaze(-1, opened.rows)
        assert gazer.look(app, 3.0) == Gaze()
