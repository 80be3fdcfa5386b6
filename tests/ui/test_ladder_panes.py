"""Ladders side by side: one has the focus, the depth and the keys."""

from __future__ import annotations

import pytest

from ibtui.domain.events import LadderRequested
from ibtui.ui.app import DashboardApp
from ibtui.ui.ladder.panes import LEAST_WIDTH
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.ladders import LadderDesk, at_ladder
from tests.ui.market import AAPL, ES, MSFT

WIDE = (200, 40)
BESIDE, CLOSE = "vertical_line", "backslash"


def instruments(desk: LadderDesk) -> list[int]:
    """Of the ladders in sight, from left to right."""
    return [pane.conid for pane in desk.ladder.panes.in_sight]


def corner(desk: LadderDesk) -> str:
    return str(desk.ladder.pane.border_subtitle or "")


async def test_another_ladder_opens_beside_on_the_next_instrument_of_the_watchlist(
    app: DashboardApp, clock: ManualClock, session: FakeSession
) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press(BESIDE)
        assert instruments(desk) == [AAPL, MSFT]
        assert desk.ladder.conid == MSFT
        assert session.intents("show_quotes")[-1] == ("show_quotes", "ladder", (AAPL, MSFT))
        assert session.intents("show_ladder")[-1] == ("show_ladder", MSFT)
        assert session.intents("want_flow")[-1] == ("want_flow", (AAPL, MSFT))


async def test_the_focused_one_has_the_depth_and_the_other_says_it_has_not(
    app: DashboardApp, clock: ManualClock, session: FakeSession
) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press(BESIDE)
        await desk.happens(LadderRequested(MSFT, 2))
        first = desk.ladder.panes.all[0]
        assert "the depth is with another ladder" in str(first.border_subtitle)
        assert "444" not in "".join(first.rungs.render_line(y).text for y in range(30))
        await desk.press("tab")
        assert desk.ladder.conid == AAPL
        assert session.intents("show_ladder")[-1] == ("show_ladder", AAPL)


async def test_two_ladders_of_one_instrument_do_not_share_the_depth(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press(BESIDE)
        desk.ladder.show_contract(AAPL)
        await desk.frame()
        first, second = desk.ladder.panes.all
        assert not second.source.from_quote
        assert first.source.from_quote


@pytest.mark.parametrize("key", ["tab", "shift+tab", BESIDE, CLOSE])
async def test_moving_the_focus_disarms_and_drops_what_is_shown(
    app: DashboardApp, clock: ManualClock, session: FakeSession, key: str
) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press(BESIDE, "tab")
        await desk.arm()
        armed = desk.ladder.pane.trading
        await desk.press(key)
        assert not armed.arming.is_armed
        assert not desk.is_armed
        await desk.press("4", "b")
        assert desk.sends() == []


async def test_a_click_on_another_ladder_moves_the_focus_and_disarms(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press(BESIDE)
        await desk.press("tab")
        await desk.arm()
        second = desk.ladder.panes.all[1]
        await desk.pilot.click(second.rungs, offset=(20, 6))
        await desk.pilot.pause()
        assert desk.ladder.pane is second
        assert not any(pane.trading.arming.is_armed for pane in desk.ladder.panes.all)


async def test_without_room_for_another_it_says_how_many_columns_that_needs(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock, size=(80, 24)) as desk:
        await desk.press(BESIDE)
        assert instruments(desk) == [AAPL]
        assert f"it needs {2 * LEAST_WIDTH} columns, there are 80" in desk.words


async def test_there_are_four_at_most(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock, size=(300, 40)) as desk:
        await desk.press(BESIDE, BESIDE, BESIDE, BESIDE)
        assert len(instruments(desk)) == 4
        assert "4 ladders already" in desk.words


async def test_a_terminal_that_shrinks_hides_ladders_tells_it_and_tab_still_goes_round(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press(BESIDE)
        await desk.pilot.resize_terminal(80, 24)
        await desk.pilot.pause()
        await desk.frame()
        assert instruments(desk) == [MSFT]
        assert "1 more without room" in corner(desk)
        await desk.press("tab")
        assert instruments(desk) == [AAPL]
        await desk.pilot.resize_terminal(*WIDE)
        await desk.pilot.pause()
        assert instruments(desk) == [AAPL, MSFT]


async def test_closing_one_focuses_its_neighbour_and_the_last_stays(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press(BESIDE, CLOSE)
        assert instruments(desk) == [AAPL]
        await desk.press(CLOSE)
        assert "This is the only ladder" in desk.words


async def test_a_pinned_ladder_keeps_its_instrument_and_a_linked_one_follows_the_watchlist(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press(BESIDE)
        desk.ladder.show_contract(ES)
        await desk.frame()
        assert instruments(desk) == [AAPL, ES]
        assert "pinned" in str(desk.ladder.panes.all[0].border_title)
        await desk.press("p")
        desk.ladder.show_contract(MSFT)
        assert instruments(desk) == [AAPL, ES]
        assert "Every ladder is pinned" in desk.words


async def test_the_selection_of_the_watchlist_comes_with_f3(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press("f2", "down", "down")
        await desk.press("f3")
        assert desk.ladder.conid == ES


async def test_the_size_chosen_is_each_ladder_s_own(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock, size=WIDE) as desk:
        await desk.press("4", BESIDE, "2", "tab")
        assert "size 25" in desk.figures
