"""A ticket's rows and width: only what is asked for is made, once, and no key is quicker than a row."""

from __future__ import annotations

from decimal import Decimal

import pytest
from textual import events

from ibtui.domain.tickets import Side
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_ticket
from ibtui.ui.dialogs.fields import FieldRow
from ibtui.ui.dialogs.ticket import TicketDialog
from tests.fakes.clock import ManualClock
from tests.ui.dialogs import Desk, at_desk
from tests.ui.test_veil import AAPL


async def opened(desk: Desk) -> TicketDialog:
    """A ticket with a price, which has the focus."""
    open_ticket(desk.app, Side.BUY, AAPL, Decimal("271.65"), Decimal(100))
    await desk.pilot.pause()
    return desk.dialog(TicketDialog)


async def test_a_ticket_has_the_rows_it_shows_and_no_others(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await opened(desk)
        rows = list(dialog.query(FieldRow))
        assert len(rows) == len(dialog.form.fields) - 1  # a loss and its kind stand in one row
        assert all(row.display for row in rows)


async def test_keys_typed_at_once_reach_a_row_that_another_type_asked_for(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await opened(desk)
        for key in ("shift+tab", *"stpl", "tab", *"274", "tab", *"273"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        for _ in range(20):
            await desk.pilot.pause()
        assert (dialog.draft.limit, dialog.draft.stop) == ("274", "273")


async def test_rows_that_come_later_stand_in_their_place(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await opened(desk)
        await desk.press("shift+tab", *"traill")
        labels = [row.render().plain.strip("▸ ") for row in dialog.query(FieldRow) if row.display]
        assert labels[2:7] == ["Type", "Limit", "First stop", "Trail by", "TIF"]


@pytest.mark.parametrize(("columns", "width"), [(80, 76), (120, 108)])
async def test_it_is_as_wide_as_the_terminal_lets_it_from_its_first_picture_on(
    app: DashboardApp, monkeypatch: pytest.MonkeyPatch, columns: int, width: int
) -> None:
    monkeypatch.setattr(TicketDialog, "on_resize", lambda *_: None)
    async with app.run_test(size=(columns, 40)) as pilot:
        open_ticket(app, Side.BUY, AAPL, Decimal("271.65"), Decimal(100))
        await pilot.pause()
        assert app.screen.query_one(".sheet").size.width + 2 + 4 == width
