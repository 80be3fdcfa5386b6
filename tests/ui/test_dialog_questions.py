"""The list of questions that are suppressed, and asking them again."""

from __future__ import annotations

from ibtui.domain.events import SuppressedChanged
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.questions import QuestionsDialog, ResetDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import at_desk

TWO = SuppressedChanged({"o163": "Price exceeds\nthe limit.", "o354": "[b]No market data.[/b]"})


async def test_every_suppressed_question_is_listed_with_its_text(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        app.store.apply(TWO)
        await desk.press("Q")
        assert desk.text("#text") == "o163  Price exceeds the limit.\no354  [b]No market data.[/b]"
        assert "2 kinds of question" in desk.text("#headline")
        assert "cannot take back a single one" in desk.text("#hint")


async def test_none_suppressed_says_how_it_is_done(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("Q")
        assert "Every question is asked" in desk.text("#text")
        await desk.press("r")
        assert isinstance(app.screen, QuestionsDialog), "there is nothing to reset"


async def test_asking_all_again_is_asked_first(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        app.store.apply(TWO)
        await desk.press("Q", "r", "enter")
        assert session.intents("reset_suppressed") == [], "the default is no"
        await desk.press("r")
        assert isinstance(app.screen, ResetDialog)
        await desk.press("y")
        assert session.intents("reset_suppressed") == [("reset_suppressed",)]
        await desk.happens(SuppressedChanged({}))
        assert "Every question is asked" in desk.text("#text")


async def test_whether_they_are_suppressed_again_after_a_new_session_is_a_key(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        app.store.apply(TWO)
        await desk.press("Q")
        assert "After a new brokerage session they are asked again" in desk.text("#session")
        await desk.press("k")
        assert session.intents("keep_suppressed") == [("keep_suppressed", True)]
        await desk.happens(SuppressedChanged(TWO.message_ids, reapply=True))
        assert "they are suppressed again" in desk.text("#session")
        await desk.press("k", "escape")
        assert session.intents("keep_suppressed")[-1] == ("keep_suppressed", False)
        assert desk.is_free


async def test_a_read_only_run_resets_nothing(clock: ManualClock) -> None:
    session = FakeSession(read_only=True, now=clock.monotonic)
    app = DashboardApp(session, clock=clock, frame_rate=0)
    async with at_desk(app, clock) as desk:
        session.store.apply(TWO)
        await desk.press("Q", "r")
        assert isinstance(app.screen, QuestionsDialog)
        assert session.intents("reset_suppressed") == []


async def test_a_long_list_leaves_its_keys_in_sight(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        app.store.apply(SuppressedChanged({f"o{n}": "A question of many words. " * 5 for n in range(100, 140)}))
        await desk.press("Q")
        assert app.screen.query_one("#hint").region.bottom <= 23
        await desk.pilot.press("pagedown", "pagedown")
        await desk.pilot.pause()
        assert app.screen.query_one("#matter").scroll_offset.y == 20
