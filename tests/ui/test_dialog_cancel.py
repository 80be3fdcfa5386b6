"""Cancelling one order is immediate; cancelling all asks, with the count."""

from __future__ import annotations

from ibtui.domain.events import OrderReceived
from ibtui.domain.orders import OrderStatus
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_cancel, open_cancel_all
from ibtui.ui.dialogs.cancel import CancelAllDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import at_desk
from tests.ui.market import ACCOUNT


async def test_cancelling_one_order_asks_nothing(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_cancel(app, session.store.orders.orders[1003])
        await desk.pilot.pause()
        assert desk.is_free
        assert session.intents("cancel") == [("cancel", 1003)]
        assert desk.said() == ["Cancelling: SELL 50 AAPL Limit 271.71 DAY · 20/50 · Submitted · 1003"]


async def test_cancelling_all_names_what_would_go(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_cancel_all(app)
        await desk.pilot.pause()
        assert "4 working orders of DU1234567" in desk.text("#headline")
        assert desk.text("#text").count("\n") == 3
        await desk.happens(OrderReceived(1001, {"status": OrderStatus.FILLED}, clock.monotonic()))
        assert "3 working orders" in desk.text("#headline")
        await desk.press("y")
        assert session.intents("cancel_all") == [("cancel_all", ACCOUNT)]


async def test_cancelling_all_defaults_to_no(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_cancel_all(app)
        await desk.pilot.pause()
        await desk.press("enter")
        assert desk.is_free
        assert session.intents("cancel_all") == []


async def test_there_is_nothing_to_ask_when_nothing_works(clock: ManualClock) -> None:
    session = FakeSession(now=clock.monotonic)
    app = DashboardApp(session, clock=clock, frame_rate=0)
    async with at_desk(app, clock) as desk:
        open_cancel_all(app)
        await desk.pilot.pause()
        assert desk.is_free
        assert desk.said() == ["There is no working order to cancel"]


async def test_a_read_only_run_cancels_nothing(clock: ManualClock) -> None:
    session = FakeSession(read_only=True, now=clock.monotonic)
    app = DashboardApp(session, clock=clock, frame_rate=0)
    async with at_desk(app, clock) as desk:
        session.store.apply(OrderReceived(1, {"account": ACCOUNT}, 1.0))
        open_cancel(app, session.store.orders.orders[1])
        open_cancel_all(app)
        await desk.pilot.pause()
        assert desk.is_free
        assert session.intents("cancel") == session.intents("cancel_all") == []


async def test_the_dialog_is_dismissed_once(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_cancel_all(app)
        await desk.pilot.pause()
        dialog = desk.dialog(CancelAllDialog)
        await clock.advance(2)
        await desk.pilot.press("y", "n", "escape", "y")
        dialog.finish(None)
        await desk.pilot.pause()
        assert desk.is_free
        assert len(session.intents("cancel_all")) == 1


async def test_a_dialog_that_is_over_while_covered_closes_itself_and_never_the_one_on_top(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        below, above = CancelAllDialog(app, ACCOUNT), CancelAllDialog(app, ACCOUNT)
        app.push_screen(below)
        app.push_screen(above)
        await desk.pilot.pause()
        below.finish(None)
        await desk.pilot.pause()
        assert app.screen is above
        await desk.press("n")
        await desk.pilot.pause()
        assert desk.is_free
