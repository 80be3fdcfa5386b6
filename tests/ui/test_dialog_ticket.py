"""The ticket by its keys: typed, checked, previewed, reviewed, never sent from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.contracts import ContractRules, PriceStep
from ibtui.domain.events import (
    AccountsReceived,
    OrderReceived,
    PreviewAnswered,
    QuoteReceived,
    RulesLearned,
)
from ibtui.domain.orders import Preview, WhatIf
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.ui.app import DashboardApp
from ibtui.ui.command_runner import CommandRunner
from ibtui.ui.dialogs import open_modify, open_ticket
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import AAPL, ACCOUNT


def sent(session: FakeSession) -> list[tuple[object, ...]]:
    return [call for call in session.calls if call[0] in ("submit", "modify", "cancel", "answer")]


async def opened(desk: Desk, side: Side = Side.BUY, price: str | None = "271.65", quantity: str | None = "100") -> None:
    open_ticket(
        desk.app,
        side,
        CONTRACT[AAPL],
        None if price is None else Decimal(price),
        None if quantity is None else Decimal(quantity),
    )
    await desk.pilot.pause()


async def test_it_asks_for_rules_and_quotes_and_lets_the_quotes_go(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        assert ("learn_rules", AAPL, Side.BUY) in session.calls
        assert ("show_quotes", "ticket", (AAPL,)) in session.calls
        await desk.press("escape")
        assert desk.is_free
        assert session.calls[-1] == ("show_quotes", "ticket", ())
        assert sent(session) == []


async def test_the_default_size_of_the_rules_is_the_first_quantity(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk, quantity=None)
        assert desk.dialog(TicketDialog).draft.quantity == "100"


async def test_enter_goes_to_the_confirmation_with_exactly_what_was_typed(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk, price=None)
        await desk.press("2", "7", "0", ".", "5", "0", "shift+tab", "shift+tab", "5", "0", "enter")
        assert desk.dialog(ConfirmDialog).ticket == replace(
            AAPL_TICKET, quantity=Decimal(50), limit_price=Decimal("270.50")
        )
        assert sent(session) == []


async def test_every_choice_is_reached_by_tab_and_arrows(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk, price=None)
        dialog = desk.dialog(TicketDialog)
        await desk.press("shift+tab", "right", "right", "right")
        assert dialog.draft.order_type is OrderType.STOP_LIMIT
        await desk.press("tab", "2", "8", "1", "tab", "2", "8", "0", "tab", "right", "tab", "space", "enter")
        assert desk.dialog(ConfirmDialog).ticket == Ticket(
            ACCOUNT,
            CONTRACT[AAPL],
            Side.BUY,
            OrderType.STOP_LIMIT,
            Decimal(100),
            Decimal(281),
            Decimal(280),
            tif=Tif.GTC,
            outside_rth=True,
        )


async def test_enter_on_a_ticket_with_a_gap_goes_to_the_field_that_is_wrong(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk, price=None)
        await desk.press("tab", "enter")
        dialog = desk.dialog(TicketDialog)
        assert dialog.focused is not None
        assert dialog.focused.id == "limit"
        assert desk.text("#note-limit") == "✕ is needed"


async def test_arrows_step_the_price_by_its_increment(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("up", "up", "up", "down", "pagedown")
        assert desk.dialog(TicketDialog).draft.limit == "271.57"


async def test_the_first_arrow_in_a_blank_price_takes_the_own_side_of_the_book(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk, Side.SELL, price=None)
        await desk.press("up")
        assert desk.dialog(TicketDialog).draft.limit == "271.68"


async def test_a_price_off_the_grid_is_shown_as_typed_and_mended_by_a_key(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk, price=None)
        await desk.press(*"271.653")
        assert desk.text("#note-limit") == "✕ steps of 0.01, nearest is 271.65"
        await desk.press("=")
        assert desk.dialog(TicketDialog).draft.limit == "271.65"
        assert desk.text("#note-limit") == "bid −0.01 (0.00%)"


async def test_letters_never_get_into_a_number(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("x", "b", "q", "y")
        assert desk.dialog(TicketDialog).draft.limit == "271.65"
        assert len(app.screen_stack) == 2, "no key of the dashboard is heard under the dialog"


async def test_worth_and_distance_follow_the_market(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        assert desk.text("#note-quantity") == "= 27,165.00 USD"
        await desk.happens(QuoteReceived(AAPL, {"bid": Decimal("271.50"), "ask": Decimal("271.60")}, clock.monotonic()))
        assert desk.text("#note-limit") == "ask +0.05 (+0.02%) · would fill at once"
        assert "bid 271.50  ask 271.60" in desk.text("#contract")


@pytest.mark.parametrize("key", ["w", "ctrl+w"])
async def test_what_if_is_asked_from_within_a_number_and_shown(
    app: DashboardApp, session: FakeSession, clock: ManualClock, key: str
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press(key)
        assert session.intents("preview") == [("preview", (AAPL_TICKET,))]
        assert "asking" in desk.text("#whatif")
        await desk.happens(PreviewAnswered(Preview((AAPL_TICKET,), WhatIf(commission="1.00 USD"))))
        assert "commission 1.00 USD" in desk.text("#whatif")
        await desk.press("up")
        assert "before the last change" in desk.text("#whatif")


async def test_a_what_if_of_another_ticket_is_not_shown(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.happens(PreviewAnswered(Preview((AAPL_TICKET,), WhatIf(commission="1.00 USD"))))
        assert desk.text("#whatif") == "What-if: press w"


async def test_a_what_if_that_failed_says_why(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("w")
        await desk.happens(PreviewAnswered(Preview((AAPL_TICKET,), error="[red]No cash[/red]")))
        assert desk.text("#whatif") == "What-if: [red]No cash[/red]"


async def test_a_no_at_the_confirmation_comes_back_to_the_ticket_as_it_was_typed(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("up", "enter", "n")
        assert desk.dialog(TicketDialog).draft.limit == "271.66"
        await desk.press("escape")
        assert desk.is_free
        assert sent(session) == []


async def test_a_yes_at_the_confirmation_closes_both_and_sends_once(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("enter", "y")
        assert desk.is_free
        assert sent(session) == [("submit", (AAPL_TICKET,))]


async def test_enter_held_down_in_the_ticket_goes_no_farther_than_the_confirmation(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("enter")
        confirmation = desk.dialog(ConfirmDialog)
        await clock.advance(0.66)
        for _ in range(10):
            await desk.pilot.press("enter")
            await clock.advance(0.04)
        assert app.screen is confirmation
        assert sent(session) == []


async def test_a_sell_ticket_may_be_turned_into_a_buy_which_asks_for_its_rules(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk, Side.SELL)
        await desk.press("shift+tab", "shift+tab", "shift+tab", "left")
        assert desk.dialog(TicketDialog).draft.side is Side.BUY
        assert session.calls[-1] == ("learn_rules", AAPL, Side.BUY)


async def test_only_what_the_rules_allow_is_offered(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        rules = ContractRules(AAPL, True, (PriceStep(Decimal(0), Decimal("0.01")),), order_types=("limit",))
        await desk.happens(RulesLearned(rules))
        await desk.press("shift+tab", "right")
        assert desk.dialog(TicketDialog).draft.order_type is OrderType.LMT


async def test_profit_and_loss_are_attached_shown_and_sent_as_one_bracket(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("tab", "tab", "tab", *"280", "tab", *"265")
        assert desk.text("#note-profit") == "+835.00 USD (+3.07%)"
        assert desk.text("#note-loss") == "−665.00 USD (−2.45%)"
        await desk.press("enter")
        assert "SELL 100 AAPL LMT 280 DAY attached" in desk.text("#fields")
        assert "SELL 100 AAPL STP 265 DAY attached" in desk.text("#fields")
        await desk.press("y")
        exit_order = replace(AAPL_TICKET, side=Side.SELL, limit_price=None, is_child=True)
        profit = replace(exit_order, limit_price=Decimal(280))
        loss = replace(exit_order, order_type=OrderType.STP, stop_price=Decimal(265))
        assert sent(session) == [("submit", (AAPL_TICKET, profit, loss))]


async def test_a_live_account_is_named_so(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(AccountsReceived((Account("U7654321"),), "U7654321"))
        await opened(desk)
        dialog = desk.dialog(TicketDialog)
        assert dialog.query_one(".sheet").border_subtitle == "LIVE U7654321"
        assert dialog.has_class("-live")


async def test_a_read_only_run_opens_no_ticket(clock: ManualClock) -> None:
    session = FakeSession(read_only=True, now=clock.monotonic)
    app = DashboardApp(session, clock=clock, frame_rate=0)
    async with at_desk(app, clock) as desk:
        await opened(desk)
        assert desk.is_free
        assert "read-only" in desk.said()[-1]


async def test_modify_keeps_every_attribute_and_marks_what_changed(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(OrderReceived(1002, {"outside_rth": True}, clock.monotonic()))
        open_modify(app, session.store.orders.orders[1002])
        await desk.pilot.pause()
        before = desk.dialog(TicketDialog).before
        assert before is not None
        assert (before.tif, before.outside_rth, before.stop_price) == (Tif.GTC, True, Decimal("4950.00"))
        await desk.press("tab", "tab", "up")
        assert desk.text("#note-stop").startswith("changed, was 4950.00")
        assert desk.text("#note-quantity").startswith("= ")
        await desk.press("enter", "y")
        assert sent(session) == [("modify", 1002, replace(before, stop_price=Decimal("4950.25")))]


async def test_modify_cannot_turn_the_side_or_the_account(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        seen = set()
        for _ in range(10):
            await desk.press("tab")
            seen.add(desk.dialog(TicketDialog).focused)
        assert {widget.id for widget in seen if widget is not None} == {"quantity", "type", "limit", "tif", "outside"}


async def test_a_modify_that_changes_nothing_is_not_reviewed(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        await desk.press("enter")
        assert isinstance(app.screen, TicketDialog)


async def test_an_order_that_cannot_be_kept_whole_is_not_modified_and_the_reason_is_said(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(OrderReceived(1001, {"order_type": "TRAIL"}, clock.monotonic()))
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        assert desk.is_free
        assert "does not tell what it trails by" in desk.said()[-1]


@pytest.mark.parametrize("by_line", [False, True])
async def test_modify_keeps_what_an_earlier_run_sent_and_the_gateway_does_not_tell(
    app: DashboardApp, session: FakeSession, clock: ManualClock, by_line: bool
) -> None:
    session.orders.sent[1001] = replace(AAPL_TICKET, outside_rth=True, route="ISLAND", tif=Tif.GTC)
    async with at_desk(app, clock) as desk:
        if by_line:
            CommandRunner(app).line("modify 1001 @ 271.50")
        else:
            open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        before = desk.dialog(TicketDialog).before
        assert before is not None
        assert (before.outside_rth, before.route, before.tif) == (True, "ISLAND", Tif.DAY)
        assert "unknown" not in desk.text("#note-outside")


async def test_outside_rth_that_nobody_told_is_said_to_be_a_guess_until_it_is_sent(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        assert desk.text("#note-outside") == "! outside RTH unknown; will be sent as no"
        await desk.press("up", "enter")
        assert "! outside RTH unknown; will be sent as no" in desk.text("#problems")
        assert "was unknown" in desk.text("#fields")
        await desk.press("y")
        ((_, order_id, ticket),) = sent(session)
        assert order_id == 1001
        assert isinstance(ticket, Ticket)
        assert not ticket.outside_rth


async def test_outside_rth_that_the_gateway_told_is_no_guess(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(OrderReceived(1001, {"outside_rth": False}, clock.monotonic()))
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        assert desk.text("#note-outside") == ""


async def test_the_field_in_focus_has_a_mark_before_its_label(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        seen = []
        for _ in range(3):
            lines = [strip.text for strip in app.screen._compositor.render_strips()]
            seen += [line.strip("│ ")[:13].rstrip() for line in lines if "▸" in line]
            await desk.press("tab")
        assert seen == ["▸ Limit", "▸ TIF", "▸ Outside RTH"]


@pytest.mark.parametrize("is_known", [False, True])
async def test_digits_typed_at_once_are_the_size_whether_the_usual_size_is_known_or_not(
    app: DashboardApp, session: FakeSession, clock: ManualClock, is_known: bool
) -> None:
    if not is_known:
        session.store.market.rules.clear()
    async with at_desk(app, clock) as desk:
        open_ticket(app, Side.BUY, CONTRACT[AAPL], Decimal("271.65"))
        await desk.pilot.pause()
        await desk.pilot.press("1", "2", "5")
        assert desk.dialog(TicketDialog).draft.quantity == "125"
