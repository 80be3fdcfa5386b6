"""One confirmation for a group of orders: each is shown whole, and a fault of one keeps all of them back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.events import QuoteReceived
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.confirm_group import ConfirmGroupDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import ACCOUNT, MSFT
from tests.ui.pictures import SnapCompare, scene

GROUP = (
    replace(AAPL_TICKET, single_group=True),
    Ticket(
        ACCOUNT, CONTRACT[MSFT], Side.SELL, OrderType.LMT, Decimal(50), Decimal("420.00"), single_group=True
    ),
)  # fmt: skip


async def confirming(desk: Desk, tickets: tuple[Ticket, ...] = GROUP) -> ConfirmGroupDialog:
    desk.app.push_screen(ConfirmGroupDialog(desk.app, tickets))
    await desk.pilot.pause()
    return desk.dialog(ConfirmGroupDialog)


async def test_every_order_is_shown_with_its_own_contract_prices_and_market(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock, (100, 45)) as desk:
        await confirming(desk)
        assert "2 orders, of which a fill of one cancels the others" in desk.text("#headline")
        text = desk.text("#fields")
        for words in ("BUY 100 AAPL", "SELL 50 MSFT", "conid 265598", "conid 272093", "271.65", "420"):
            assert words in text
        assert "Take profit" not in text


async def test_all_of_them_are_sent_by_one_answer(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await confirming(desk)
        assert dialog.offers[1].words == "Yes, send them all on the PAPER account"
        await desk.press("end", "y")
        assert session.intents("submit") == [("submit", GROUP)]


async def test_the_default_is_no(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await confirming(desk)
        await desk.press("enter")
        assert desk.is_free
        assert session.intents("submit") == []


@pytest.mark.parametrize("place", [0, 1])
async def test_a_fault_of_any_order_keeps_all_of_them_back(
    app: DashboardApp, session: FakeSession, clock: ManualClock, place: int
) -> None:
    async with at_desk(app, clock) as desk:
        tickets = list(GROUP)
        tickets[place] = replace(GROUP[place], quantity=Decimal(1_000_000))
        await confirming(desk, tuple(tickets))
        assert f"· {tickets[place].contract.label}" in desk.text("#problems")
        await desk.press("y")
        assert session.intents("submit") == []
        assert "Not sent" in desk.text("#remark")


async def test_the_market_of_every_order_is_followed(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock, (100, 45)) as desk:
        await confirming(desk)
        await desk.happens(QuoteReceived(MSFT, {"bid": Decimal("411.11")}, clock.monotonic()))
        assert "411.11" in desk.text("#fields")


async def test_the_what_if_is_asked_of_the_whole_group(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await confirming(desk)
        await desk.press("w")
        assert session.intents("preview") == [("preview", GROUP)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_group(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    def opened() -> None:
        app.push_screen(ConfirmGroupDialog(app, GROUP))

    assert snap_compare(app, terminal_size=size, run_before=scene(opened, screen="f6"))
