"""Questions of the gateway: each is read by a person, answered once, by a key of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from textual import events

from ibtui.domain.events import SubmissionMoved
from ibtui.domain.orders import Intent, Question, Stage, Submission
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_ticket
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.reply import TEXT_SHOWN, ReplyDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL, ACCOUNT

FIRST = Question("r1", "The price exceeds [b]3%[/b].\nSubmit it?", ("o163",))
SECOND = Question("r2", "Without market data.", ("o354",), number=2)


def asking(question: Question, updated: float = 1.0) -> SubmissionMoved:
    return SubmissionMoved(
        Submission("ib-1", Intent.PLACE, ACCOUNT, Stage.ASKING, (AAPL_TICKET,), question=question, updated=updated)
    )


def moved(stage: Stage, updated: float = 2.0) -> SubmissionMoved:
    return SubmissionMoved(Submission("ib-1", Intent.PLACE, ACCOUNT, stage, (AAPL_TICKET,), updated=updated))


async def test_a_question_opens_with_its_number_its_id_its_text_and_the_order(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        dialog = desk.dialog(ReplyDialog)
        assert dialog.query_one(".sheet").border_title == "Question 1 of this order · o163"
        assert desk.text("#text") == "The price exceeds [b]3%[/b].\nSubmit it?"
        assert desk.text("#order").strip() == "BUY 100 AAPL LMT 271.65 DAY"
        assert dialog.focused is not None
        assert dialog.focused.id == "answer-no"


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("y", ("answer", "ib-1", "r1", True, False)),
        ("n", ("answer", "ib-1", "r1", False, False)),
        ("escape", ("answer", "ib-1", "r1", False, False)),
        ("enter", ("answer", "ib-1", "r1", False, False)),
        ("S", ("answer", "ib-1", "r1", True, True)),
    ],
)
async def test_each_key_gives_its_own_answer(
    app: DashboardApp, session: FakeSession, clock: ManualClock, key: str, answer: tuple[object, ...]
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        await desk.press(key)
        assert session.intents("answer") == [answer]
        assert desk.is_free


async def test_the_servers_own_words_are_the_answers(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, options=("Decline", "Accept and Continue"), suppressible=False)))
        words = [offer.words for offer in desk.dialog(ReplyDialog).offers]
        assert words == ["Decline (do not send)", "Accept and Continue (send)"]
        await desk.press("S")
        assert session.intents("answer") == [], "a question that is not suppressible offers no suppression"


async def test_yes_held_down_answers_one_question_of_a_chain_at_most(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        await clock.advance(2)
        await desk.pilot.press("y")
        assert len(session.intents("answer")) == 1
        await desk.happens(moved(Stage.REPLYING))
        await desk.happens(asking(SECOND, updated=3.0))
        await clock.advance(0.66)
        for _ in range(10):
            await desk.pilot.press("y")
            await clock.advance(0.04)
        assert len(session.intents("answer")) == 1
        await desk.press("y")
        assert session.intents("answer")[1:] == [("answer", "ib-1", "r2", True, False)]


async def test_a_key_typed_ahead_answers_nothing(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        await desk.pilot.press("y", "n", "enter", "escape")
        assert session.intents("answer") == []
        assert isinstance(app.screen, ReplyDialog)


async def test_an_answered_question_is_not_asked_again_while_the_store_lags(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        await desk.press("y")
        await desk.frame()
        assert desk.is_free


async def test_a_question_that_could_not_be_answered_is_asked_again(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        await desk.press("y")
        await desk.happens(moved(Stage.REPLYING))
        await desk.happens(asking(FIRST, updated=9.0))
        assert isinstance(app.screen, ReplyDialog)


@pytest.mark.parametrize("stage", [Stage.UNKNOWN, Stage.REJECTED, Stage.ACKNOWLEDGED])
async def test_the_dialog_closes_when_the_order_goes_on_without_it(
    app: DashboardApp, session: FakeSession, clock: ManualClock, stage: Stage
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        await desk.happens(moved(stage))
        await desk.frame()
        assert not isinstance(app.screen, ReplyDialog)
        assert session.intents("answer") == []


async def test_the_next_question_replaces_the_one_before(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        await desk.happens(asking(SECOND, updated=3.0))
        await desk.frame()
        assert desk.dialog(ReplyDialog).question is SECOND
        assert len(app.screen_stack) == 2


async def test_two_orders_ask_one_after_the_other(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        other = replace(asking(SECOND).submission, key="ib-2", account="DU2")
        await desk.happens(asking(FIRST), SubmissionMoved(other))
        assert desk.dialog(ReplyDialog).submission.key == "ib-1"
        await desk.press("n")
        await desk.frame()
        assert desk.dialog(ReplyDialog).submission.key == "ib-2"
        await desk.press("y")
        assert [call[1:4] for call in session.intents("answer")] == [("ib-1", "r1", False), ("ib-2", "r2", True)]


async def test_a_question_over_a_ticket_takes_no_key_that_was_meant_for_the_ticket(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_ticket(app, AAPL_TICKET.side, CONTRACT[AAPL])
        await desk.pilot.pause()
        await desk.happens(asking(FIRST))
        await desk.pilot.press("1", "0", "escape", "enter")
        assert session.intents("answer") == []
        await desk.press("n")
        assert isinstance(app.screen, TicketDialog)


async def test_keys_typed_for_a_question_do_not_reach_the_confirmation_under_it(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        app.push_screen(ConfirmDialog(app, AAPL_TICKET))
        await desk.pilot.pause()
        await clock.advance(60)
        await desk.happens(asking(FIRST))
        await clock.advance(60)
        await desk.pilot.press("n", "y", "enter")
        assert session.intents("submit") == []
        assert isinstance(app.screen, ConfirmDialog)
        await desk.press("y")
        assert len(session.intents("submit")) == 1


async def test_a_key_that_comes_after_the_decision_decides_nothing(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        dialog = desk.dialog(ReplyDialog)
        await clock.advance(2)
        for key in "yn":
            dialog.on_key(events.Key(key, key))
        assert session.intents("answer") == [("answer", "ib-1", "r1", True, False)]


async def test_a_text_of_a_megabyte_is_cut_with_a_note_and_scrolls(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, text="word " * 200_000)))
        text = desk.text("#text")
        assert len(text) < TEXT_SHOWN + 200
        assert "cut here: 1,000,000 characters" in text
        dialog = desk.dialog(ReplyDialog)
        assert dialog.query_one("#answer-yes").region.bottom <= 24
        await desk.press("pagedown")
        assert dialog.query_one("#matter").scroll_offset.y == 10


async def test_a_question_that_was_cut_before_it_came_here_says_so(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, text="word word …", is_cut=True)))
        assert desk.text("#text").startswith("The gateway wrote more than can be shown: decline unless")


async def test_a_question_without_words_says_so(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, text="")))
        assert "without words" in desk.text("#text")


async def test_a_chain_of_twenty_is_asked_twenty_times(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        for number in range(1, 21):
            await desk.happens(asking(replace(FIRST, reply_id=f"r{number}", number=number), updated=float(number)))
            await desk.press("y")
        assert [call[2] for call in session.intents("answer")] == [f"r{n}" for n in range(1, 21)]


async def test_a_question_stays_one_dialog_through_many_frames(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(FIRST))
        for _ in range(5):
            await desk.frame()
        assert len(app.screen_stack) == 2


async def test_suppression_is_offered_in_the_servers_word_for_yes(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, options=("Decline", "Accept and Continue"))))
        labels = [offer.label for offer in desk.dialog(ReplyDialog).offers]
        assert labels[-1] == "S Accept and Continue, and do not ask this again in this session"


async def test_a_question_without_an_id_cannot_be_suppressed(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, message_ids=())))
        assert [offer.name for offer in desk.dialog(ReplyDialog).offers] == ["no", "yes"]


async def test_keys_of_reading_on_that_arrive_together_all_count(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, text="word " * 2_000)))
        dialog = desk.dialog(ReplyDialog)
        for _ in range(3):
            dialog.action_scroll_matter(10)
        await desk.pilot.pause()
        assert dialog.query_one("#matter").scroll_offset.y == 30


@pytest.mark.parametrize("key", ["y", "S"])
async def test_a_question_that_does_not_fit_is_accepted_only_when_it_was_read_to_its_end(
    app: DashboardApp, session: FakeSession, clock: ManualClock, key: str
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, text="word " * 400)))
        await clock.advance(2)
        await desk.press(key)
        assert session.intents("answer") == []
        assert "more below" in desk.text("#remark")
        for _ in range(5):
            await desk.press("pagedown")
        assert desk.text("#remark") == ""
        await clock.advance(2)
        await desk.press(key)
        assert session.intents("answer") == [("answer", "ib-1", "r1", True, key == "S")]


async def test_a_question_that_does_not_fit_is_declined_at_once(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(asking(replace(FIRST, text="word " * 400)))
        await clock.advance(2)
        await desk.press("n")
        assert session.intents("answer") == [("answer", "ib-1", "r1", False, False)]
