"""An OCA group made ticket by ticket: orders wait side by side until one confirmation sends all of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.language import parse
from ibtui.domain.tickets import Side, Ticket
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_modify, open_ticket_with
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.confirm_group import ConfirmGroupDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import ACCOUNT, MSFT
from tests.ui.pictures import SnapCompare, scene
from tests.ui.ticket_keys import fill, opened

FIRST = replace(AAPL_TICKET, limit_price=Decimal("271.63"), single_group=True)


async def collected(desk: Desk) -> None:
    """The first order of a group, kept by its key."""
    await opened(desk)
    await fill(desk, ("limit", "271.63"))
    await desk.press("ctrl+g")


async def second(desk: Desk) -> TicketDialog:
    dialog = await opened(desk, CONTRACT[MSFT], Side.SELL)
    await fill(desk, ("limit", "412.00"))
    return dialog


async def test_an_order_waits_unsent_until_the_whole_group_is_confirmed(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await collected(desk)
        assert desk.is_free
        assert app.group.tickets == (FIRST,)
        assert "1 order waits" in desk.said()[-1]
        assert session.intents("submit") == []
        await second(desk)
        assert "BUY 100 AAPL LMT 271.63" in desk.text("#group")
        assert "enter reviews all 2" in desk.text("#group")
        await desk.press("enter")
        group = desk.dialog(ConfirmGroupDialog).tickets
        assert group[0] == FIRST
        assert (group[1].contract.conid, group[1].side, group[1].single_group) == (MSFT, Side.SELL, True)
        await desk.press("end", "y")
        assert session.intents("submit") == [("submit", group)]
        assert desk.is_free
        assert not app.group


async def test_a_no_comes_back_to_the_ticket_and_the_group_still_waits(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await collected(desk)
        dialog = await second(desk)
        await desk.press("enter", "n")
        assert desk.dialog(TicketDialog) is dialog
        assert dialog.draft.limit == "412.00"
        await desk.press("escape")
        assert app.group.tickets == (FIRST,)
        assert session.intents("submit") == []


async def test_a_group_that_was_dropped_leaves_the_ticket_alone(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await collected(desk)
        await second(desk)
        await desk.press("ctrl+x")
        assert desk.text("#group") == ""
        await desk.press("enter")
        (ticket,) = desk.dialog(ConfirmDialog).tickets
        assert not ticket.single_group


async def test_three_orders_are_confirmed_by_one_answer(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await collected(desk)
        await second(desk)
        await desk.press("ctrl+g")
        assert "2 orders wait" in desk.said()[-1]
        await second(desk)
        await desk.press("enter")
        assert len(desk.dialog(ConfirmGroupDialog).tickets) == 3


@pytest.mark.parametrize(("step", "field"), [(("profit", "290"), "profit"), (("loss", "250"), "loss")])
async def test_attached_orders_have_no_place_in_it(
    app: DashboardApp, clock: ManualClock, step: tuple[str, str], field: str
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await fill(desk, ("limit", "271.63"), step)
        await desk.press("ctrl+g")
        assert not app.group
        assert "have none attached" in desk.said()[-1]
        await desk.press("escape")
        await collected(desk)
        await opened(desk)
        await fill(desk, ("limit", "271.63"), step)
        assert "have none attached" in desk.text(f"#note-{field}")
        await desk.press("enter")
        desk.dialog(TicketDialog)


async def test_a_group_stands_in_one_account(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        app.group.add(replace(FIRST, account="DU9"))
        await second(desk)
        assert "the orders that wait are of DU9" in desk.text("#note-account")
        await desk.press("enter")
        desk.dialog(TicketDialog)


async def test_an_order_that_works_joins_no_group(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    session.orders.sent[1001] = AAPL_TICKET
    async with at_desk(app, clock) as desk:
        app.group.add(FIRST)
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        assert desk.text("#group") == ""
        await desk.press("ctrl+g")
        assert "cannot join a group" in desk.said()[-1]
        assert app.group.tickets == (FIRST,)


async def test_the_what_if_is_of_the_whole_group(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await collected(desk)
        await second(desk)
        await desk.press("ctrl+w")
        ((_, asked),) = session.intents("preview")
        assert isinstance(asked, tuple)
        assert asked[0] == FIRST
        assert len(asked) == 2


async def test_a_group_from_elsewhere_opens_its_last_order_and_the_others_wait(
    app: DashboardApp, clock: ManualClock
) -> None:
    last = Ticket(ACCOUNT, CONTRACT[MSFT], Side.SELL, FIRST.order_type, Decimal(50), Decimal("412"), single_group=True)
    async with at_desk(app, clock) as desk:
        open_ticket_with(app, (FIRST, last))
        await desk.pilot.pause()
        await desk.press("enter")
        assert desk.dialog(ConfirmGroupDialog).tickets == (FIRST, last)
        await desk.press("n", "escape")
        open_ticket_with(app, (FIRST, last))
        await desk.pilot.pause()
        assert desk.is_free
        assert "1 of another group wait already" in desk.said()[-1]


@pytest.mark.parametrize(
    ("line", "orders"), [("buy 100 AAPL @ 271.63", 1), ("buy 100 AAPL @ 271.63 or sell 50 AAPL @ 290", 2)]
)
async def test_a_line_is_edited_in_a_ticket_with_nothing_sent(
    app: DashboardApp, session: FakeSession, clock: ManualClock, line: str, orders: int
) -> None:
    command = parse(line).command
    async with at_desk(app, clock) as desk:
        app.open_order_line(command)  # type: ignore[arg-type]  # a line that places orders
        await desk.pilot.pause()
        shown = desk.dialog(ConfirmDialog).tickets
        assert len(shown) == orders
        await desk.press("e")
        await desk.pilot.pause()
        assert len(app.group) == orders - 1
        await desk.press("enter")
        assert desk.dialog(ConfirmDialog).tickets == shown
        assert session.intents("submit") == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_ticket_beside_orders_that_wait(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    def shown() -> None:
        last = replace(FIRST, side=Side.SELL, limit_price=Decimal("290.00"))
        open_ticket_with(app, (FIRST, replace(FIRST, limit_price=Decimal("270.10")), last))

    assert snap_compare(app, terminal_size=size, run_before=scene(shown, screen="f6"))
