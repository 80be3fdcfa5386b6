"""What placing every order form by keys brought to light."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace
from textual.widget import Widget

from ibtui.domain.account import ALL_ACCOUNTS
from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.domain.events import AllocationGroupsLearned, ContractsLearned, OrderReceived, SearchAnswered
from ibtui.domain.orders import OrderStatus
from ibtui.domain.tickets import Side
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.cancel import CancelAllDialog
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from ibtui.ui.watch_view import working
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL
from tests.ui.tables import working_rows

GBP = Contract(12087797, "GBP", "British pound", "CASH", "IDEALPRO", "USD", local_symbol="GBP.USD")
GBP_FOUND = Contract(12087797, "GBP.USD", "British pound", "CASH", "IDEALPRO")


def order_of(account: str) -> OrderReceived:
    changes: dict[str, object] = {
        "account": account,
        "conid": AAPL,
        "symbol": "AAPL",
        "side": Side.BUY,
        "status": OrderStatus.SUBMITTED,
        "quantity": Decimal(100),
    }
    return OrderReceived(9001, changes, 1000.0)


async def test_a_ticket_has_a_field_in_focus_before_any_key_can_reach_it(
    app: DashboardApp, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Widget | None] = []
    mount = TicketDialog.on_mount

    def mounted(dialog: TicketDialog) -> None:
        mount(dialog)
        seen.append(dialog.focused)

    monkeypatch.setattr(TicketDialog, "on_mount", mounted)
    async with at_desk(app, clock) as desk:
        await desk.press("b")
        assert [widget is not None for widget in seen] == [True], "digits typed meanwhile would be lost"


async def test_a_pair_that_was_found_is_ordered_by_its_definition_not_by_the_name_of_the_hit(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("colon", *"buy 5000 GBP.USD @ 1.30", "enter")
        await desk.happens(SearchAnswered(Search("GBP.USD", (SearchHit(GBP_FOUND),), True)))
        assert "Reading the definition of GBP.USD" in desk.text("#text")
        assert session.intents("submit") == []
        await desk.happens(ContractsLearned((GBP,)))
        assert desk.dialog(ConfirmDialog).ticket.contract == GBP


async def test_an_order_of_an_advisors_group_is_on_screen_and_among_those_that_are_cancelled(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        store = session.store
        before = len(working(store))
        await desk.happens(AllocationGroupsLearned(("Group_1",)), order_of("Group_1"))
        assert len(working(store)) == before + 1
        assert 9001 in [key for key, _ in working_rows(store)]
        await desk.press("X")
        dialog = desk.dialog(CancelAllDialog)
        assert 9001 in [order.order_id for order in dialog.orders(dialog.scopes[0])]


async def test_an_order_of_another_account_is_not_on_screen(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(AllocationGroupsLearned(("Group_1",)), order_of("DU7654321"))
        assert 9001 not in [order.order_id for order in working(session.store)]
        await desk.happens(replace(order_of(ALL_ACCOUNTS), order_id=9002))
        assert 9002 in [order.order_id for order in working(session.store)]
