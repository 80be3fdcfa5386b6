"""Cancelling one order is immediate; cancelling all asks, with the count."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ibtui.domain.events import HealthChanged, OrderReceived, SubmissionMoved
from ibtui.domain.orders import Intent, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_cancel, open_cancel_all
from ibtui.ui.dialogs.cancel import CancelAllDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL, ACCOUNT


async def test_cancelling_one_order_asks_nothing(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_cancel(app, session.store.orders.orders[1003])
        await desk.pilot.pause()
        assert desk.is_free
        assert session.intents("cancel") == [("cancel", 1003)]
        assert desk.said() == ["Cancelling: SELL 50 AAPL Limit 271.71 DAY · 20/50 · Submitted · 1003"]


async def test_in_the_penalty_box_a_cancel_is_said_to_wait_and_quitting_warns_of_it(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    store = session.store
    store.apply(HealthChanged(replace(store.health, penalty_until=clock.monotonic() + 252.0)))
    store.apply(SubmissionMoved(Submission("cancel-1", Intent.CANCEL, ACCOUNT, Stage.QUEUED, order_id=1003)))
    async with at_desk(app, clock) as desk:
        session.calls.clear()
        open_cancel(app, store.orders.orders[1003])
        await desk.pilot.pause()
        (said,) = desk.said()
        assert said.startswith("Cancel waits: SELL 50 AAPL")
        assert said.endswith("waits for the end of the penalty box, 4:12; nothing is sent yet")
        await desk.press("q")
        assert "1 cancel waits in the penalty box; if you quit now, nothing of it is sent" in desk.text("#text")


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


@pytest.mark.parametrize(
    ("key", "narrowed"),
    [("y", ()), ("b", (Side.BUY,)), ("s", (Side.SELL,)), ("i", (AAPL,))],
)
async def test_all_one_side_or_one_instrument_is_a_key_each(
    app: DashboardApp, session: FakeSession, clock: ManualClock, key: str, narrowed: tuple[object, ...]
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("X")
        assert "4 working orders of DU1234567 · AAPL 3 · buys 1 · sells 3" in desk.text("#headline")
        await desk.press(key)
        assert session.intents("cancel_all") == [("cancel_all", ACCOUNT, *narrowed)]
        assert desk.is_free


async def test_a_key_held_down_on_the_blotter_cancels_nothing(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("X")
        for key in "ybsi" * 5:
            await desk.pilot.press(key)
        assert session.intents("cancel_all") == []


async def test_the_instrument_offered_is_the_one_of_the_order_under_the_cursor(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("f4")
        session.store.apply(OrderReceived(1002, {"time_ms": 1_999_000_000_000}, clock.monotonic()))
        await desk.frame()
        await desk.press("home", "X")
        assert "· ES 1 ·" in desk.text("#headline")


async def test_orders_of_a_combination_are_cancelled_one_by_one_since_all_share_one_conid(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    told: dict[str, object] = {"conid": 28812380, "account": ACCOUNT, "side": Side.BUY, "status": OrderStatus.SUBMITTED}
    one, other = "28812380;;;265598/1,272093/-1", "28812380;;;265598/1,4815747/-2"
    async with at_desk(app, clock) as desk:
        await desk.press("f4")
        await desk.happens(
            OrderReceived(2001, {**told, "conidex": one, "time_ms": 1_999_000_000_002}, clock.monotonic()),
            OrderReceived(2002, {**told, "conidex": other, "time_ms": 1_999_000_000_001}, clock.monotonic()),
            OrderReceived(2003, {**told, "conidex": one, "time_ms": 1_999_000_000_000}, clock.monotonic()),
        )
        await desk.press("home", "X", "i")
        assert session.intents("cancel") == [("cancel", 2001), ("cancel", 2003)]
        assert session.intents("cancel_all") == []


async def test_a_side_without_orders_is_not_cancelled(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("X")
        await desk.happens(OrderReceived(1001, {"status": OrderStatus.CANCELLED}, clock.monotonic()))
        await desk.press("b")
        assert "No working order: buys" in desk.text("#remark")
        assert session.intents("cancel_all") == []
