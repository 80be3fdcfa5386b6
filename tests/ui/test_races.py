"""Frames, messages and answers that come while a screen is being opened or closed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ibtui.domain.contracts import Search, SearchHit
from ibtui.domain.events import Event, HealthChanged, OrderReceived, QuoteReceived, SearchAnswered, SubmissionMoved
from ibtui.domain.orders import Intent, OrderStatus, Question, Stage, Submission
from ibtui.domain.session import Health, Trouble
from ibtui.domain.tickets import Side
from ibtui.store import Changes
from ibtui.ui.app import DashboardApp
from ibtui.ui.commands import Vocabulary
from ibtui.ui.dialogs.base import Dialog
from ibtui.ui.dialogs.cancel import CancelAllDialog
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.find import FindDialog
from ibtui.ui.dialogs.link import LinkDialog
from ibtui.ui.dialogs.outcome import UnknownDialog
from ibtui.ui.dialogs.reply import ReplyDialog
from ibtui.ui.dialogs.search import DEBOUNCE_SECONDS
from ibtui.ui.dialogs.ticket import TicketDialog
from ibtui.ui.ticket_form import draft_of
from ibtui.ui.widgets.command_line import CommandLine
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL, ACCOUNT

QUOTE = QuoteReceived(AAPL, {"bid": Decimal("271.60"), "ask": Decimal("271.61")}, 1000.0)
ASKED = Submission(
    "ib-1", Intent.PLACE, ACCOUNT, Stage.ASKING, (AAPL_TICKET,), question=Question("r1", "Sure?"), updated=1.0
)
UNKNOWN = replace(ASKED, stage=Stage.UNKNOWN, question=None)
DOWN = Health(trouble=Trouble.GATEWAY_DOWN, detail="Nobody answers on port 5000.")


Opening = Callable[[DashboardApp], Dialog[str] | Dialog[bool]]


@pytest.mark.parametrize(
    ("opening", "fact", "selector", "words"),
    [
        (lambda app: ConfirmDialog(app, AAPL_TICKET), QUOTE, "#fields", "ask 271.61"),
        (lambda app: TicketDialog(app, draft_of(AAPL_TICKET)), QUOTE, "#contract", "ask 271.61"),
        (
            lambda app: CancelAllDialog(app, ACCOUNT),
            OrderReceived(1001, {"status": OrderStatus.CANCELLED}, 1000.0),
            "#headline",
            "3 working orders",
        ),
        (
            lambda app: LinkDialog(app, replace(DOWN, detail="")),
            HealthChanged(DOWN),
            "#text",
            "Nobody answers",
        ),
    ],
)
async def test_a_frame_between_push_and_mount_is_waited_out_and_what_it_told_is_shown(
    app: DashboardApp, clock: ManualClock, opening: Opening, fact: Event, selector: str, words: str
) -> None:
    async with at_desk(app, clock, (100, 40)) as desk:
        dialog = opening(app)
        app.push_screen(dialog)
        assert app.screen is dialog
        app.store.apply(fact)
        app.pump_frame()
        assert not dialog.is_mounted
        await desk.pilot.pause()
        assert words in desk.text(selector)


class Recording(ModalScreen[None]):
    """Notes whether its parts were there at each frame."""

    def __init__(self) -> None:
        super().__init__()
        self.ready: list[bool] = []

    def frame(self, changes: Changes) -> None:
        self.ready.append(bool(self.query("#part")))

    def compose(self) -> ComposeResult:
        yield Static(id="part")


async def test_no_screen_is_framed_before_its_parts_are_there(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        screen = Recording()
        app.push_screen(screen)
        await desk.happens(QUOTE)
        assert screen.ready == []
        await desk.happens(QUOTE)
        assert screen.ready == [True]


async def test_a_frame_while_a_mode_is_opened_for_the_first_time_is_waited_out(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        for mode in ("ladder", "orders", "portfolio", "inbox"):
            app.open_mode(mode)
            session.store.apply(QUOTE)
            session.store.apply(HealthChanged(Health()))
            await clock.advance(2)
            app.pump_frame()
            await desk.pilot.pause()
            assert app.current_mode == mode


@pytest.mark.parametrize(("submission", "dialog"), [(ASKED, ReplyDialog), (UNKNOWN, UnknownDialog)])
async def test_what_was_settled_before_its_dialog_is_mounted_leaves_nothing_open(
    app: DashboardApp, clock: ManualClock, submission: Submission, dialog: type[Dialog[object]]
) -> None:
    async with at_desk(app, clock) as desk:
        app.store.apply(SubmissionMoved(submission))
        app.pump_frame()
        assert isinstance(app.screen, dialog)
        app.store.apply(SubmissionMoved(replace(submission, stage=Stage.ACKNOWLEDGED, question=None)))
        app.pump_frame()
        await desk.pilot.pause()
        assert desk.is_free


async def test_an_outcome_found_under_another_dialog_is_gone_when_that_one_closes(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(SubmissionMoved(UNKNOWN))
        covering = FindDialog(app)
        await app.push_screen(covering)
        await desk.happens(SubmissionMoved(replace(UNKNOWN, stage=Stage.ACKNOWLEDGED)))
        covering.finish(None)
        await desk.pilot.pause()
        await desk.pilot.pause()
        assert desk.is_free


async def test_a_frame_on_a_dialog_being_closed_paints_nothing(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        app.store.apply(SubmissionMoved(UNKNOWN))
        await desk.frame()
        dialog = desk.dialog(UnknownDialog)
        dialog.finish("wait")
        dialog.repaint()
        app.store.apply(QUOTE)
        app.pump_frame()
        await desk.pilot.pause()
        dialog.repaint()
        assert desk.is_free


async def test_text_that_arrives_as_the_ticket_closes_is_dropped(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = TicketDialog(app, draft_of(AAPL_TICKET))
        await app.push_screen(dialog)
        field = dialog.query_one("#limit", Input)
        field.value = "1"
        dialog.finish(None)
        field.value = "12"
        await desk.pilot.pause()
        dialog.text_typed(Input.Changed(field, "123"))
        assert desk.is_free


async def test_text_that_arrives_as_the_command_line_closes_is_dropped(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        line = CommandLine(app.store, app._history, lambda *_: Vocabulary())
        await app.push_screen(line)
        entry = line.query_one(Input)
        entry.value = "buy"
        line.action_leave()
        entry.value = "buy 1"
        await desk.pilot.pause()
        assert desk.is_free


async def test_a_search_that_was_left_is_not_sent(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = FindDialog(app)
        await app.push_screen(dialog)
        await desk.pilot.press("x")
        dialog.finish(None)
        await clock.advance(DEBOUNCE_SECONDS)
        await desk.pilot.pause()
        assert session.intents("search") == []
        assert desk.is_free


async def test_an_answer_to_what_was_settled_meanwhile_does_nothing(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(SubmissionMoved(UNKNOWN))
        dialog = desk.dialog(UnknownDialog)
        await clock.advance(2)
        dialog.finish(None)
        dialog.on_key(events.Key("C", "C"))
        assert session.intents("close_unknown") == []


async def test_a_symbol_found_while_a_dialog_is_open_leaves_the_dialog_where_it_is(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        app.seek("ZZZ", lambda contract: None)
        await desk.press("colon", *"ladder QQQ", "enter")
        app.open_ticket(Side.BUY, CONTRACT[AAPL])
        await desk.pilot.pause()
        for symbol in ("ZZZ", "QQQ"):
            hit = SearchHit(replace(CONTRACT[AAPL], conid=99, symbol=symbol))
            await desk.happens(SearchAnswered(Search(symbol, (hit,), done=True)))
        assert isinstance(app.screen, TicketDialog)
        assert desk.said()[-1] == "QQQ is found: :ladder QQQ shows it"
