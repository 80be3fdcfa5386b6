"""Finding a contract: one search per pause in typing, results to pick from."""

from __future__ import annotations

import pytest

from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.domain.events import SearchAnswered
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_find
from ibtui.ui.dialogs.find import FindDialog
from ibtui.ui.dialogs.search import DEBOUNCE_SECONDS
from ibtui.ui.widgets.grid import Grid
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import AAPL, CONTRACTS

IBM = Contract(8314, "IBM", "[b]INTL BUSINESS MACHINES[/b]", "STK", "NYSE", "USD")
KO = Contract(8894, "KO", "COCA-COLA CO", "STK", "NYSE", "USD")


def answer(text: str, *contracts: Contract, error: str = "") -> SearchAnswered:
    return SearchAnswered(Search(text, tuple(SearchHit(c, c.exchange, ("STK", "OPT")) for c in contracts), True, error))


async def opened(desk: Desk) -> FindDialog:
    open_find(desk.app)
    await desk.pilot.pause()
    return desk.dialog(FindDialog)


async def test_enter_searches_at_once_and_enter_again_picks_the_first(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.pilot.press("i", "b", "m", "enter")
        await clock.advance(DEBOUNCE_SECONDS)
        assert session.intents("search") == [("search", "ibm", False)]
        await desk.happens(answer("ibm", IBM, KO))
        await desk.press("enter")
        assert desk.is_free
        assert session.intents("add") == [("add", 8314)]


async def test_a_row_is_picked_with_the_arrows(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("i", "enter")
        await desk.happens(answer("i", IBM, KO))
        await desk.press("down", "down", "enter")
        assert session.intents("add") == [("add", 8894)]


async def test_typing_searches_after_a_pause_and_only_for_the_last_text(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.pilot.press("k")
        await clock.advance(DEBOUNCE_SECONDS / 2)
        await desk.pilot.press("o")
        await clock.advance(DEBOUNCE_SECONDS - 0.01)
        assert session.intents("search") == []
        await clock.advance(0.02)
        assert session.intents("search") == [("search", "ko", False)]


async def test_the_answer_to_an_older_text_is_not_shown(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await opened(desk)
        await desk.press("k", "o", "enter")
        await desk.happens(answer("k", IBM))
        assert dialog.query_one("#hits", Grid).keys == ()
        assert "Looking for ko" in desk.text("#remark")


async def test_what_went_wrong_and_what_was_not_found_is_said(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("z", "enter")
        await desk.happens(answer("z", error="[b]503[/b]"))
        assert desk.text("#remark") == "[b]503[/b]"
        await desk.happens(answer("z"))
        assert desk.text("#remark") == "Nothing found for z"


async def test_names_are_searched_on_demand(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("c", "o", "ctrl+n")
        assert session.intents("search")[-1] == ("search", "co", True)


async def test_what_is_in_the_list_already_is_not_added_again(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("a", "enter")
        await desk.happens(answer("a", CONTRACTS[0]))
        await desk.press("enter")
        assert session.intents("add") == []
        assert app.current is not None
        selected = app.current.selected_contract()
        assert selected is not None
        assert selected.conid == AAPL


@pytest.mark.parametrize("mode", ["ladder", "portfolio"])
async def test_on_other_screens_the_contract_is_shown_and_not_added(
    app: DashboardApp, session: FakeSession, clock: ManualClock, mode: str
) -> None:
    async with at_desk(app, clock) as desk:
        app.open_mode(mode)
        await desk.pilot.pause()
        await opened(desk)
        await desk.press("a", "enter")
        await desk.happens(answer("a", CONTRACTS[0]))
        await desk.press("enter")
        assert desk.is_free
        assert session.intents("add") == []


async def test_escape_picks_nothing(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await desk.press("escape")
        assert desk.is_free
        assert session.intents("add") == []
