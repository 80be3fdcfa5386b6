"""The `:` line shows what it means while it is typed, marks a mistake, and completes words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from textual.widgets import Input, Static

from ibtui.domain.algos import Algo, AlgoParameter, Algos
from ibtui.domain.events import AlgosLearned, ContractsLearned
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.cancel import CancelAllDialog
from ibtui.ui.dialogs.combo import ComboDialog
from ibtui.ui.dialogs.questions import QuestionsDialog
from ibtui.ui.widgets.command_line import COLON, CommandLine
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import CONTRACT
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import AAPL, ACCOUNT


async def typing(desk: Desk, line: str) -> CommandLine:
    """The line, typed so far, its cursor at its end."""
    await desk.press("colon")
    entry = desk.app.screen.query_one(Input)
    entry.value = line
    entry.cursor_position = len(line)
    await desk.pilot.pause()
    screen = desk.app.screen
    assert isinstance(screen, CommandLine)
    return screen


def part(desk: Desk, selector: str) -> str:
    return str(desk.app.screen.query_one(selector, Static).render())


async def test_the_parsed_ticket_stands_beside_the_line(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock, (100, 30)) as desk:
        await typing(desk, "buy 100 aapl @ 165 tp 175 sl 160 gtc rth off")
        ticket = part(desk, "#ticket")
        assert "BUY 100 AAPL LMT 165 GTC outside RTH" in ticket
        assert "APPLE INC · NASDAQ" in ticket
        assert "SELL 100 AAPL LMT 175 GTC outside RTH attached" in ticket
        assert "SELL 100 AAPL STP 160 GTC outside RTH attached" in ticket
        assert f"PAPER {ACCOUNT}" in ticket


async def test_nothing_is_sent_or_searched_while_typing(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await typing(desk, "buy 100 ZZZ @ 165")
        assert "searched for when you press enter" in part(desk, "#ticket")
        assert session.intents("search") == session.intents("submit") == []


async def test_a_wrong_word_is_marked_below_and_the_words_that_fit_are_shown(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await typing(desk, "buy 100 AAPL @ 165 lmmt day")
        mark = part(desk, "#mark")
        assert mark == " " * (COLON + 19) + "^^^^"
        assert "column 20" in part(desk, "#meaning")
        assert "lmt" in part(desk, "#words")
        assert not app.screen.query_one("#ticket").display


async def test_the_mark_follows_a_line_longer_than_the_terminal(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        line = "buy 100 AAPL @ 165 ref " + "x" * 80 + " lmmt"
        screen = await typing(desk, "")
        screen._put(line, len(line))
        await desk.pilot.pause()
        shown = app.screen.query_one(Input).render_line(0).text
        mark = part(desk, "#mark")
        assert shown[mark.index("^") - COLON :].startswith("lmmt")


async def test_words_are_listed_with_their_meaning_and_tab_goes_through_them(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await typing(desk, "buy 1 AAPL @ 5 l")
        assert "lmt  limit" in part(desk, "#words")
        await desk.press("tab")
        first = screen.line
        assert "▸ " in part(desk, "#words")
        await desk.press("tab")
        assert screen.line != first
        await desk.press("shift+tab")
        assert screen.line == first


async def test_a_word_that_alone_fits_is_taken_with_a_space_behind_it(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        screen = await typing(desk, "buy 100 nv")
        await desk.press("tab")
        assert screen.line == "buy 100 NVDA "


async def test_a_word_in_the_middle_is_completed_and_the_rest_stays(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        screen = await typing(desk, "buy 1 nv @ 5")
        screen.query_one(Input).cursor_position = len("buy 1 nv")
        await desk.press("tab")
        assert screen.line == "buy 1 NVDA @ 5"


async def test_algos_are_asked_for_once_named_and_offered_when_they_come(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await typing(desk, "buy 100 AAPL @ 165 algo ")
        assert ("learn_algos", AAPL) in session.calls
        vwap = Algo("Vwap", "Volume-weighted", parameters=(AlgoParameter("MaxPctVol", "Most of the volume"),))
        await desk.happens(AlgosLearned(Algos(AAPL, (vwap,))))
        assert "Vwap  Volume-weighted" in part(desk, "#words")


async def test_exchanges_offered_are_those_of_the_contract(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(ContractsLearned((replace(CONTRACT[AAPL], exchanges=("SMART", "ARCA")),)))
        await typing(desk, "buy 1 AAPL @ 5 route ")
        words = part(desk, "#words")
        assert "ARCA" in words
        assert "CME" not in words


@pytest.mark.parametrize(("line", "kind"), [("combo", ComboDialog), ("questions", QuestionsDialog)])
async def test_the_dialogs_have_commands(app: DashboardApp, clock: ManualClock, line: str, kind: type[object]) -> None:
    async with at_desk(app, clock) as desk:
        await typing(desk, line)
        await desk.press("enter")
        assert isinstance(app.screen, kind)


@pytest.mark.parametrize(
    ("line", "count"),
    [("cancel AAPL", "3 working orders"), ("cancel AAPL sell", "2 working orders"), ("cancel all sell", "3 working")],
)
async def test_several_orders_are_listed_before_they_are_cancelled(
    app: DashboardApp, session: FakeSession, clock: ManualClock, line: str, count: str
) -> None:
    async with at_desk(app, clock) as desk:
        await typing(desk, line)
        await desk.press("enter")
        assert isinstance(app.screen, CancelAllDialog)
        assert count in desk.text("#headline")
        assert session.intents("cancel") == []
        await desk.press("enter")
        assert desk.is_free
        assert session.intents("cancel") == [], "the default is no"


async def test_the_orders_listed_are_those_that_are_cancelled(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await typing(desk, "cancel AAPL sell")
        await desk.press("enter")
        await desk.press("y")
        assert sorted(session.intents("cancel")) == [("cancel", 1003), ("cancel", 1004)]
        assert session.intents("cancel_all") == []


async def test_one_order_goes_at_once(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await typing(desk, "cancel AAPL buy")
        await desk.press("enter")
        assert session.intents("cancel") == [("cancel", 1001)]
        assert desk.is_free


async def test_a_change_its_type_does_not_have_is_refused_in_words(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await typing(desk, "modify 1001 trail 2")
        await desk.press("enter")
        assert desk.is_free
        assert "LMT orders have no trailing amount" in desk.said()[-1]
