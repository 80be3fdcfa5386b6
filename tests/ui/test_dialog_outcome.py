"""What became of an order is told in words; refusals and unknown outcomes must be acknowledged."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ibtui.domain.events import HealthChanged, SubmissionMoved
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.session import Health
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.outcome import RejectedDialog, UnknownDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET
from tests.ui.dialogs import at_desk
from tests.ui.market import ACCOUNT


def place(stage: Stage, message: str = "", key: str = "ib-1", order_id: int | None = None) -> SubmissionMoved:
    return SubmissionMoved(
        Submission(key, Intent.PLACE, ACCOUNT, stage, (AAPL_TICKET,), order_id=order_id, message=message)
    )


async def test_an_acknowledgement_is_a_toast(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.ACKNOWLEDGED, order_id=912091175))
        assert desk.is_free
        assert desk.said() == ["Order accepted: BUY 100 AAPL LMT 271.65 DAY · order 912091175"]


async def test_an_acknowledged_cancel_promises_nothing(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        cancel = Submission("cancel-1", Intent.CANCEL, ACCOUNT, Stage.ACKNOWLEDGED, order_id=7)
        await desk.happens(SubmissionMoved(cancel))
        assert desk.said() == ["Cancel submitted, not yet cancelled: Cancel order 7"]


async def test_declining_says_that_nothing_was_sent(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.DECLINED))
        assert desk.said() == ["Declined: BUY 100 AAPL LMT 271.65 DAY: nothing was sent"]


async def test_declining_says_what_is_known_of_it(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        words = "declined; the No did not get through (timed out), but the order was not confirmed"
        await desk.happens(place(Stage.DECLINED, words))
        assert desk.said() == [f"Declined: BUY 100 AAPL LMT 271.65 DAY: {words}"]


async def test_each_stage_is_told_once(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.ACKNOWLEDGED))
        await desk.happens(place(Stage.ACKNOWLEDGED, "again"))
        assert len(desk.said()) == 1


async def test_a_rejection_shows_the_gateways_words_until_it_is_acknowledged(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.REJECTED, "Price [b]too[/b] far"))
        assert desk.dialog(RejectedDialog).query_one(".sheet").border_title == "Order rejected"
        assert desk.text(".text") == "Price [b]too[/b] far"
        await desk.pilot.press("enter", "escape")
        assert not desk.is_free, "a key typed ahead acknowledges nothing"
        await desk.press("enter")
        assert desk.is_free


async def test_a_refused_cancellation_is_called_that(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        refused = Submission(
            "cancel-1", Intent.CANCEL, ACCOUNT, Stage.REJECTED, order_id=7, message="OrderID 7 doesn't exist"
        )
        await desk.happens(SubmissionMoved(refused))
        heading = desk.dialog(RejectedDialog).query_one(".sheet").border_title
        assert heading == "Cancellation of order 7 refused"


async def test_orders_rejected_at_once_are_told_together(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.REJECTED, "one"), place(Stage.REJECTED, "two", key="ib-2"))
        assert desk.dialog(RejectedDialog).query_one(".sheet").border_title == "2 orders rejected"
        assert sorted(desk.text(".text").split("\n")) == ["one", "two"]
        await desk.press("enter")
        await desk.frame()
        assert desk.is_free


async def test_an_order_rejected_later_is_told_by_itself(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.REJECTED, "one"))
        await desk.happens(place(Stage.REJECTED, "two", key="ib-2"))
        assert desk.text(".text") == "one"
        await desk.press("enter")
        await desk.frame()
        assert desk.text(".text") == "two"


async def test_an_unknown_outcome_says_what_to_do_and_goes_on_looking(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.UNKNOWN, "No answer within 15 s."))
        assert desk.dialog(UnknownDialog).focused is not None
        assert "No answer within 15 s." in desk.text("#text")
        assert "Do NOT enter it again" in desk.text("#text")
        await desk.press("enter")
        assert desk.is_free
        assert session.intents("close_unknown") == []


async def test_only_the_user_closes_an_unknown_outcome(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.UNKNOWN))
        await desk.press("C")
        assert session.intents("close_unknown") == [("close_unknown", "ib-1")]


async def test_the_dialog_closes_by_itself_when_the_order_is_found(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.UNKNOWN))
        await desk.happens(place(Stage.ACKNOWLEDGED, order_id=5))
        assert desk.is_free
        assert desk.said() == ["Order accepted: Found: BUY 100 AAPL LMT 271.65 DAY · order 5"]
        assert session.intents("close_unknown") == []


async def test_an_outcome_that_changed_before_it_was_shown_is_not_shown(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.REJECTED, "first", key="ib-0"))
        await desk.happens(place(Stage.UNKNOWN))
        await desk.happens(place(Stage.ACKNOWLEDGED))
        await desk.press("enter")
        await desk.frame()
        assert desk.is_free


async def test_the_order_id_is_said_once(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.ACKNOWLEDGED, "order 123 PendingSubmit", order_id=123))
        assert desk.said() == ["Order accepted: BUY 100 AAPL LMT 271.65 DAY · order 123 PendingSubmit"]


async def test_an_unknown_order_is_sent_again_under_its_own_reference_on_the_users_word_only(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.UNKNOWN, "No answer within 15 s."))
        assert "already registered" in desk.text("#text").replace("\n", " ")
        await desk.pilot.press("A")
        assert session.intents("send_again") == [], "a key typed ahead sends nothing"
        await desk.press("A")
        assert session.intents("send_again") == [("send_again", "ib-1")]
        assert session.intents("submit") == []
        assert desk.is_free


async def test_an_outcome_still_unknown_after_sending_again_is_told_again(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.UNKNOWN, "No answer within 15 s."))
        await desk.press("A")
        await desk.happens(place(Stage.SENT), place(Stage.UNKNOWN, "the first is still unknown"))
        assert "the first is still unknown" in desk.text("#text")


async def test_nothing_is_sent_again_without_a_brokerage_session(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(place(Stage.UNKNOWN), HealthChanged(Health()))
        await desk.press("A")
        assert desk.text("#remark") == "Not sent: there is no brokerage session"
        assert session.intents("send_again") == []


@pytest.mark.parametrize("intent", [Intent.CANCEL, Intent.MODIFY])
async def test_only_a_new_order_can_be_sent_again(
    app: DashboardApp, session: FakeSession, clock: ManualClock, intent: Intent
) -> None:
    async with at_desk(app, clock) as desk:
        tickets = (AAPL_TICKET,) if intent is Intent.MODIFY else ()
        unknown = Submission("x-1", intent, ACCOUNT, Stage.UNKNOWN, tickets, order_id=7)
        await desk.happens(SubmissionMoved(unknown))
        assert [offer.name for offer in desk.dialog(UnknownDialog).offers] == ["wait", "close"]
        await desk.press("A")
        assert session.intents("send_again") == []


async def test_a_cancel_of_unknown_outcome_may_be_asked_for_again(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        unknown = Submission("cancel-1", Intent.CANCEL, ACCOUNT, Stage.UNKNOWN, order_id=7)
        await desk.happens(SubmissionMoved(unknown))
        assert "Do NOT enter it again" not in desk.text("#text")
        assert "cancellation again with x" in desk.text("#text").replace("\n", " ")


async def test_an_order_answered_by_a_prompt_is_not_offered_to_be_sent_again(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        asked = replace(place(Stage.UNKNOWN, "Use the price management algo?").submission, prompt="29042")
        await desk.happens(SubmissionMoved(asked))
        assert not desk.dialog(UnknownDialog).may_go_again
        assert "answered with a prompt" in " ".join(desk.text("#text").split())
