"""The blotter by its keys: exact words, the story, and which order a key means."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.domain.events import ExecutionReceived, OrderReceived, SubmissionMoved
from ibtui.domain.orders import Execution, Intent, OrderStatus, Stage, Submission
from ibtui.domain.tickets import Side
from ibtui.store import Store
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.cancel import CancelAllDialog
from ibtui.ui.dialogs.outcome import UnknownDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from ibtui.ui.screens.blotter import BlotterScreen
from ibtui.ui.screens.blotter_story import story, title
from ibtui.ui.screens.blotter_view import ORDER_COLUMNS, commission_total
from ibtui.ui.widgets.grid import Grid, Row
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import trade
from tests.ui.dialogs import Desk, at_desk, row_text
from tests.ui.market import AAPL, ACCOUNT, MSFT
from tests.ui.tables import execution_rows, finished_rows, working_rows

STATUS = [column.key for column in ORDER_COLUMNS].index("status")


def statuses(rows: list[Row]) -> dict[int | str, str]:
    return {key: cells[STATUS].text for key, cells in rows}


def told(store: Store, key: int | str) -> list[str]:
    return ["".join(span.text for span in line) for line in story(store, key)]


@pytest.fixture
def store(session: FakeSession, clock: ManualClock) -> Store:
    trade(session.store, clock.monotonic())
    return session.store


async def blotter(desk: Desk) -> BlotterScreen:
    desk.app.open_mode("orders")
    await desk.pilot.pause()
    screen = desk.app.screen
    assert isinstance(screen, BlotterScreen)
    return screen


def test_an_unknown_outcome_stands_above_all_working_orders(store: Store) -> None:
    rows = working_rows(store)

    assert rows[0][0] == "ib-0005"
    assert statuses(rows)["ib-0005"] == "OUTCOME UNKNOWN"


def test_inactive_is_not_called_a_rejection(store: Store) -> None:
    assert statuses(working_rows(store))[1006] == "Inactive, not yet working"


def test_a_submitted_cancel_is_not_called_cancelled(store: Store) -> None:
    assert statuses(working_rows(store))[1002] == "PreSubmitted, cancel submitted"
    store.apply(OrderReceived(1002, {"status": OrderStatus.PENDING_CANCEL, "status_text": "PendingCancel"}, 2000.0))
    assert statuses(working_rows(store))[1002] == "PendingCancel, still working"
    store.apply(OrderReceived(1002, {"status": OrderStatus.CANCELLED, "status_text": "Cancelled"}, 2001.0))
    assert 1002 not in statuses(working_rows(store))
    assert statuses(finished_rows(store))[1002] == "Cancelled"


@pytest.mark.parametrize(
    ("intent", "stage", "words"),
    [
        (Intent.CANCEL, Stage.UNKNOWN, "cancel: OUTCOME UNKNOWN"),
        (Intent.CANCEL, Stage.REJECTED, "cancel refused"),
        (Intent.MODIFY, Stage.SENT, "change: sent, no answer yet"),
        (Intent.MODIFY, Stage.REJECTED, "change rejected"),
    ],
)
def test_what_was_asked_of_an_order_stands_behind_its_status(
    store: Store, intent: Intent, stage: Stage, words: str
) -> None:
    store.apply(SubmissionMoved(Submission("x", intent, ACCOUNT, stage, order_id=1001)))

    assert statuses(working_rows(store))[1001] == f"Submitted, {words}"


def test_a_change_that_was_acknowledged_needs_no_words(store: Store) -> None:
    store.apply(SubmissionMoved(Submission("x", Intent.MODIFY, ACCOUNT, Stage.ACKNOWLEDGED, order_id=1001)))

    assert statuses(working_rows(store))[1001] == "Submitted"


def test_an_order_that_never_was_is_among_the_finished(store: Store) -> None:
    finished = statuses(finished_rows(store))

    assert finished["ib-0004"] == "Rejected"
    assert list(finished)[:3] == [1005, 1007, 1008]


def test_a_submission_found_by_its_reference_is_one_row(store: Store) -> None:
    store.apply(
        OrderReceived(77, {"account": ACCOUNT, "order_ref": "ib-0005", "status": OrderStatus.SUBMITTED}, 2000.0)
    )

    rows = statuses(working_rows(store))
    assert 77 in rows
    assert "ib-0005" not in rows


def test_orders_of_another_account_are_not_shown(store: Store) -> None:
    store.apply(OrderReceived(88, {"account": "U9", "status": OrderStatus.SUBMITTED}, 2000.0))

    assert 88 not in statuses(working_rows(store))


def test_executions_are_newest_first_and_a_commission_not_told_is_missing_not_zero(store: Store) -> None:
    rows = execution_rows(store)

    assert [key for key, _ in rows] == ["e3", "e2", "e1"]
    assert [cells[5].text for _, cells in rows] == ["1.00", "–", "1.00"]
    assert commission_total(store) == Decimal("2.00")
    assert commission_total(Store()) is None


def test_the_story_tells_what_was_asked_answered_and_filled(store: Store) -> None:
    lines = told(store, 1003)

    assert lines[0] == "place    BUY 100 AAPL LMT 271.65 DAY · acknowledged"
    assert lines[1].startswith("now      Submitted · 20 of 50 filled")
    assert "20 @ 271.71 on NASDAQ · commission 1.00" in lines[2]
    assert title(store, 1003) == "Story of SELL 50 AAPL · order 1003"


def test_the_story_gives_the_reason_of_a_rejection_and_the_words_of_an_unknown(store: Store) -> None:
    assert "reason   The stop price is on the wrong side of the market." in told(store, 1007)
    assert told(store, "ib-0005") == [
        "place    SELL 25 NVDA LMT 735.00 DAY · OUTCOME UNKNOWN: it is being looked for; do not send it again"
        " · No answer within 15 s."
    ]
    assert "cancel submitted, which is not yet cancelled" in told(store, 1002)[1]


async def test_x_cancels_the_order_under_the_cursor_at_once(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        await blotter(desk)
        await desk.press("down", "down", "x")
        assert session.intents("cancel") == [("cancel", 1004)]


async def test_x_on_an_unknown_outcome_cancels_nothing(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        await blotter(desk)
        await desk.press("x")
        assert session.intents("cancel") == []


async def test_x_on_a_finished_order_cancels_nothing_and_says_why(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        await blotter(desk)
        await desk.press("tab", "x")
        assert session.intents("cancel") == []
        assert desk.said()[-1] == "Order 1005 is Filled"


async def test_m_opens_the_ticket_of_the_order(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock) as desk:
        await blotter(desk)
        await desk.press("down", "m")
        assert desk.dialog(TicketDialog).order_id == 1006


async def test_capital_x_asks_before_it_cancels_all(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock) as desk:
        await blotter(desk)
        await desk.press("X")
        assert isinstance(app.screen, CancelAllDialog)


async def test_enter_on_an_unknown_outcome_shows_what_can_be_done(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        await blotter(desk)
        await desk.press("enter")
        assert desk.dialog(UnknownDialog).submission.key == "ib-0005"


async def test_the_story_follows_the_cursor_and_the_panel(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock, (120, 40)) as desk:
        screen = await blotter(desk)
        panel = screen.query_one("#story-panel")
        assert "ib-0005" in str(panel.border_title)
        await desk.press("down")
        assert "order 1006" in str(panel.border_title)
        await desk.press("tab", "tab")
        assert "order 1003" in str(panel.border_title), "the execution's own order"


async def test_buy_means_the_instrument_of_the_execution_under_the_cursor(
    app: DashboardApp, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await blotter(desk)
        await desk.press("tab", "tab")
        contract = screen.selected_contract()
        assert contract is not None
        assert contract.conid == AAPL
        await desk.press("down", "b")
        assert desk.dialog(TicketDialog).draft.contract.conid == MSFT


async def test_an_order_that_ends_leaves_the_working_table_and_the_cursor_stays_near(
    app: DashboardApp, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await blotter(desk)
        await desk.press("down")
        await desk.happens(OrderReceived(1006, {"status": OrderStatus.CANCELLED}, clock.monotonic()))
        assert 1006 not in screen.query_one("#working", Grid).keys
        assert 1006 in screen.query_one("#finished", Grid).keys
        assert screen.query_one("#working", Grid).cursor_key == 1004


async def test_a_change_of_one_order_repaints_only_its_row(
    app: DashboardApp, clock: ManualClock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await blotter(desk)
        replaced: list[object] = []
        monkeypatch.setattr(screen.query_one("#working", Grid).rows, "point", replaced.append)
        await desk.happens(OrderReceived(1003, {"filled": Decimal(30)}, clock.monotonic()))
        assert replaced == []
        assert "30/50" in row_text(screen.query_one("#working", Grid), 1003)


async def test_a_new_fill_appears_on_top_with_the_total_commission(
    app: DashboardApp, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await blotter(desk)
        fill = Execution(
            "e9", 1001, ACCOUNT, AAPL, "AAPL", Side.BUY, Decimal(1), Decimal("271.63"), Decimal("0.35"), time_ms=2**41
        )
        await desk.happens(ExecutionReceived(fill))
        assert screen.query_one("#executions", Grid).keys[0] == "e9"
        assert screen.query_one("#executions-panel").border_title == "Executions (4) · commission 2.35"


async def test_a_small_terminal_opens_only_the_panel_in_focus(
    app: DashboardApp, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await blotter(desk)

        def heights() -> list[int]:
            return [screen.query_one(f"#{name}").outer_size.height for name in screen.FOLDS]

        assert heights()[1:] == [1, 1]
        await desk.press("tab", "tab")
        assert heights()[:2] == [1, 1]
        assert heights()[2] > 8


async def test_a_tall_terminal_shows_all_panels(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock, (120, 40)) as desk:
        screen = await blotter(desk)
        assert all(screen.query_one(f"#{name}").outer_size.height >= 5 for name in screen.FOLDS)


async def test_prices_and_status_are_seen_whole_on_a_small_terminal(
    app: DashboardApp, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        grid = (await blotter(desk)).query_one("#working", Grid)
        assert "4950.00" in row_text(grid, 1002)
        assert "PreSubmitted, cancel submitted" in row_text(grid, 1002)


async def test_the_lists_are_read_again_when_the_blotter_opens_and_on_demand(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await blotter(desk)
        before = len(session.intents("refresh_orders"))
        assert before >= 1
        await desk.press("ctrl+r")
        assert len(session.intents("refresh_orders")) == before + 1
