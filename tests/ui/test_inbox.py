"""The inbox: unread marks, one message at a time, and nothing readable before its disclaimer."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ibtui.domain.events import BulletinReceived, DisclaimerAccepted, FyisReceived, HealthChanged, NoticeReceived
from ibtui.domain.notices import Bulletin, Fyi
from ibtui.domain.session import Health, Trouble
from ibtui.store import Store
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.notices import DisclaimerDialog, PromptDialog
from ibtui.ui.screens.inbox import InboxScreen
from ibtui.ui.screens.inbox_view import Letter, about, body, heading, hint, letters
from ibtui.ui.widgets.grid import Grid
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import read
from tests.ui.dialogs import Desk, at_desk, row_text


@pytest.fixture
def store(session: FakeSession, clock: ManualClock) -> Store:
    read(session.store, clock.monotonic())
    return session.store


def all_letters(store: Store, clock: ManualClock) -> dict[str, Letter]:
    return {letter.key: letter for letter in letters(store, clock.monotonic(), clock.time())}


async def inbox(desk: Desk) -> InboxScreen:
    desk.app.open_mode("inbox")
    await desk.pilot.pause()
    screen = desk.app.screen
    assert isinstance(screen, InboxScreen)
    return screen


def shown(screen: InboxScreen) -> str:
    return str(screen.query_one("#letter-text").render())


def test_questions_come_first_then_the_newest(store: Store, clock: ManualClock) -> None:
    assert list(all_letters(store, clock)) == ["n:p12", "b:9001", "n:118", "f:f1", "f:f2", "f:f3", "f:f4"]


def test_an_answered_question_is_an_old_message_that_says_what_was_answered(store: Store, clock: ManualClock) -> None:
    prompt = store.inbox.notices["p12"]
    store.apply(NoticeReceived(replace(prompt, answered="Always use")))
    letter = all_letters(store, clock)["n:p12"]

    assert not letter.is_open
    assert about(letter).endswith("answered “Always use”")
    assert hint(letter) == ""


def test_a_message_behind_a_disclaimer_cannot_be_read(store: Store, clock: ManualClock) -> None:
    letter = all_letters(store, clock)["f:f3"]

    assert "Secret" not in body(letter)
    assert hint(letter) == "enter shows the disclaimer"
    store.apply(DisclaimerAccepted("OE"))
    assert body(all_letters(store, clock)["f:f3"]) == "Secret until the disclaimer is accepted."


def test_a_message_without_a_title_takes_its_first_line(store: Store, clock: ManualClock) -> None:
    store.apply(FyisReceived((Fyi("f9", "", "First line\nsecond"),)))

    assert all_letters(store, clock)["f:f9"].title == "First line"


async def test_unread_messages_are_marked_and_counted(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock) as desk:
        screen = await inbox(desk)
        grid = screen.query_one("#letters", Grid)
        assert "●" in row_text(grid, "f:f1")
        assert "●" not in row_text(grid, "f:f4")
        assert "?" in row_text(grid, "n:p12")
        assert "[b]NVDA[/b]" in row_text(grid, "f:f2")
        assert "3 unread" in str(screen.query_one("#list-panel").border_title)


async def test_the_message_under_the_cursor_is_shown_and_looking_does_not_mark_it_read(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await inbox(desk)
        await desk.press("down", "down", "down")
        assert "AAPL reports after the close on 26 Nov.\n\nYou hold 100 shares." in shown(screen)
        assert session.intents("mark_read") == []


async def test_enter_opens_a_message_and_marks_it_read_once(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await inbox(desk)
        await desk.press("down", "down", "down", "enter")
        assert session.intents("mark_read") == [("mark_read", "f1")]
        assert screen.focused is not None
        assert screen.focused.id == "reader"
        await desk.press("escape")
        assert screen.focused.id == "letters"
        read_now = tuple(replace(fyi, is_read=True) for fyi in store.inbox.fyis)
        await desk.happens(FyisReceived(read_now))
        await desk.press("enter")
        assert len(session.intents("mark_read")) == 1


async def test_enter_on_a_message_behind_a_disclaimer_shows_the_disclaimer(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await inbox(desk)
        await desk.press(*["down"] * 5, "enter")
        assert desk.dialog(DisclaimerDialog).code == "OE"
        assert session.intents("mark_read") == []
        await desk.press("escape")
        await desk.happens(DisclaimerAccepted("OE"))
        assert "Secret until the disclaimer is accepted." in shown(screen)


async def test_enter_on_a_question_asks_it(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await inbox(desk)
        assert "2  Always use" in shown(screen)
        await desk.press("enter")
        assert isinstance(app.screen, PromptDialog)
        await desk.press("2")
        assert session.intents("answer_prompt") == [("answer_prompt", "p12", "Always use")]


async def test_a_new_bulletin_appears_and_the_cursor_stays_on_its_message(
    app: DashboardApp, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await inbox(desk)
        await desk.press("down", "down", "down")
        await desk.happens(BulletinReceived(Bulletin("9002", "Exchange [red]closed[/red]", clock.monotonic())))
        grid = screen.query_one("#letters", Grid)
        assert grid.cursor_key == "f:f1"
        assert "[red]closed[/red]" in row_text(grid, "b:9002")
        assert "AAPL reports" in shown(screen)


async def test_messages_are_read_again_when_the_inbox_opens_and_on_demand(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await inbox(desk)
        before = len(session.intents("refresh_inbox"))
        assert before >= 1
        await desk.press("ctrl+r")
        assert len(session.intents("refresh_inbox")) == before + 1


async def test_an_empty_inbox_says_so(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        screen = await inbox(desk)
        assert "No messages" in screen.query_one("#letters", Grid).render_line(1).text
        await desk.press("enter")
        assert desk.is_free


@pytest.mark.parametrize(("size", "beside"), [((120, 40), True), ((80, 24), False)])
async def test_the_message_stands_at_the_right_or_below(
    app: DashboardApp, clock: ManualClock, store: Store, size: tuple[int, int], beside: bool
) -> None:
    async with at_desk(app, clock, size) as desk:
        screen = await inbox(desk)
        found, message = screen.query_one("#list-panel").region, screen.query_one("#letter-panel").region
        assert (message.x >= found.right) is beside
        assert (message.y >= found.bottom) is not beside


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_list_and_message_stay_on_screen_under_a_trouble(
    app: DashboardApp, clock: ManualClock, store: Store, size: tuple[int, int]
) -> None:
    async with at_desk(app, clock, size) as desk:
        await desk.happens(HealthChanged(Health(trouble=Trouble.STREAM_DOWN, detail="The stream is down")))
        screen = await inbox(desk)
        for panel in ("#list-panel", "#letter-panel"):
            assert screen.region.contains_region(screen.query_one(panel).region)
            assert screen.query_one(panel).region.area > 0


def test_a_message_that_begins_with_its_title_shows_it_once(store: Store, clock: ManualClock) -> None:
    found = all_letters(store, clock)

    assert [heading(found[key]) for key in ("b:9001", "n:118")] == ["", ""]
    assert heading(found["f:f1"]) == "Upcoming earnings"


async def test_a_bulletin_is_on_the_screen_once_in_the_list_and_once_in_full(
    app: DashboardApp, store: Store, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await inbox(desk)
        await desk.press("down")
        assert shown(screen).count("Trading in VOD on LSE") == 1
