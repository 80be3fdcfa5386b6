"""Prompts and disclaimers wait until nobody types, and are answered in the gateway's words."""

from __future__ import annotations

from msgspec.structs import replace

from ibtui.domain.events import DisclaimerReceived, NoticeReceived
from ibtui.domain.notices import Disclaimer, Notice
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_ticket
from ibtui.ui.dialogs.notices import DisclaimerDialog, PromptDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL

PROMPT = Notice(
    "p12",
    "Use the [b]Price Management Algo[/b]?",
    order_id=1001,
    request_id="29042",
    options=("Use on this order", "Always use", "Do not use"),
)


async def test_a_prompt_offers_the_servers_own_words(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(NoticeReceived(PROMPT))
        dialog = desk.dialog(PromptDialog)
        assert desk.text("#text") == "Use the [b]Price Management Algo[/b]?"
        assert [offer.words for offer in dialog.offers[1:]] == list(PROMPT.options)
        await desk.press("3")
        assert session.intents("answer_prompt") == [("answer_prompt", "p12", "Do not use")]


async def test_more_options_than_fit_are_reached_by_the_arrows(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        options = tuple(f"Option {n} {'long ' * 40}" for n in range(1, 31))
        await desk.happens(NoticeReceived(replace(PROMPT, options=options)))
        await desk.press(*["down"] * 12)
        focused = desk.dialog(PromptDialog).focused
        assert focused is not None
        assert 0 <= focused.region.y < 24
        await desk.press("enter")
        assert session.intents("answer_prompt") == [("answer_prompt", "p12", options[11])]


async def test_a_prompt_left_for_later_sends_nothing_and_does_not_come_back_by_itself(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(NoticeReceived(PROMPT))
        await desk.press("enter")
        await desk.frame()
        assert desk.is_free
        assert session.intents("answer_prompt") == []


async def test_a_prompt_never_comes_on_top_of_a_ticket_being_typed(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_ticket(app, AAPL_TICKET.side, CONTRACT[AAPL])
        await desk.pilot.pause()
        await desk.happens(NoticeReceived(PROMPT))
        assert isinstance(app.screen, TicketDialog)
        assert desk.said() == ["The gateway asks: It is shown as soon as no dialog is open (F6 lists it)"]
        await desk.press("escape")
        await desk.frame()
        assert isinstance(app.screen, PromptDialog)


async def test_prompts_are_asked_one_after_the_other(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(NoticeReceived(PROMPT), NoticeReceived(replace(PROMPT, notice_id="p13")))
        await desk.press("1")
        await desk.frame()
        await desk.press("2")
        assert [call[1:] for call in session.intents("answer_prompt")] == [
            ("p12", "Use on this order"),
            ("p13", "Always use"),
        ]


async def test_a_prompt_answered_elsewhere_goes_away(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(NoticeReceived(PROMPT))
        await desk.happens(NoticeReceived(replace(PROMPT, answered="Always use")))
        assert desk.is_free


async def test_a_plain_notice_is_a_toast(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(NoticeReceived(Notice("118", "Order SELL 1 MSFT will be cancelled at 16:00.")))
        assert desk.is_free
        assert desk.said() == ["Notice of the gateway: Order SELL 1 MSFT will be cancelled at 16:00."]


async def test_a_disclaimer_is_accepted_only_after_it_was_shown(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        app.push_screen(DisclaimerDialog(app, "OE"))
        await desk.pilot.pause()
        assert session.intents("ask_disclaimer") == [("ask_disclaimer", "OE")]
        await desk.press("y")
        assert session.intents("accept_disclaimer") == []
        assert desk.text("#remark") == "It has not arrived yet"
        await desk.happens(DisclaimerReceived(Disclaimer("OE", "Options are [b]risky[/b].")))
        assert desk.text("#text") == "Options are [b]risky[/b]."
        await desk.press("y")
        assert session.intents("accept_disclaimer") == [("accept_disclaimer", "OE")]


async def test_a_disclaimer_may_be_left_for_later(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        app.push_screen(DisclaimerDialog(app, "OE"))
        await desk.pilot.pause()
        await desk.press("enter")
        assert desk.is_free
        assert session.intents("accept_disclaimer") == []
