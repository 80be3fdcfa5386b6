"""The watchlist screen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from textual.pilot import Pilot

from ibtui.domain.events import PositionsReceived, QuoteReceived, StreamsLost, WatchlistReceived
from ibtui.domain.tickets import Side
from ibtui.domain.watchlists import Watchlist
from ibtui.ui.app import DashboardApp
from ibtui.ui.screens.watch import WatchScreen
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import AAPL, ACCOUNT, BMW, CONTRACTS, ES, MSFT, SPX, TSLA, VOD

LARGE, SMALL = (120, 40), (80, 24)


def screen_of(app: DashboardApp) -> WatchScreen:
    assert isinstance(app.current, WatchScreen)
    return app.current


def line(app: DashboardApp, conid: int) -> str:
    grid = screen_of(app).grid
    return grid.render_line(1 + grid.keys.index(conid)).text


async def frame(app: DashboardApp, pilot: Pilot[None]) -> None:
    app.pump_frame()
    await pilot.pause()


async def test_it_streams_the_list_and_learns_its_contracts_and_histories(
    app: DashboardApp, session: FakeSession
) -> None:
    async with app.run_test(size=SMALL):
        conids = tuple(contract.conid for contract in CONTRACTS)
        assert ("show_quotes", "watch", conids) in session.calls
        assert ("learn_contracts", conids) in session.calls
        assert ("want_history", AAPL, "1d", "5min") in session.calls


async def test_a_tick_changes_its_row(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with app.run_test(size=SMALL) as pilot:
        session.store.apply(QuoteReceived(AAPL, {"last": Decimal("272.00")}, clock.monotonic()))
        await frame(app, pilot)
        assert "272.00 ▲" in line(app, AAPL)


async def test_missing_figures_are_dashes(app: DashboardApp) -> None:
    async with app.run_test(size=SMALL):
        assert " 0" not in line(app, VOD)
        assert line(app, VOD).count("–") >= 4


@pytest.mark.parametrize(
    ("conid", "word"), [(SPX, "stale 34s"), (TSLA, "HALTED"), (VOD, "not subscribed"), (BMW, "delayed")]
)
async def test_prices_that_are_not_live_say_so_in_words(app: DashboardApp, conid: int, word: str) -> None:
    async with app.run_test(size=SMALL):
        assert word in line(app, conid)


async def test_all_rows_go_stale_when_the_stream_is_lost(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        session.store.apply(StreamsLost())
        await frame(app, pilot)
        assert "stale 0.2s" in line(app, AAPL)


async def test_ages_of_stale_rows_grow_by_the_second(app: DashboardApp, clock: ManualClock) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await clock.advance(5)
        await frame(app, pilot)
        assert "stale 39s" in line(app, SPX)


async def test_the_position_follows_the_store(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        assert " 100" in line(app, AAPL)
        session.store.apply(PositionsReceived(ACCOUNT, (), 1000.0))
        await frame(app, pilot)
        assert " 100" not in line(app, AAPL)


async def test_side_panels_are_shown_where_there_is_room_and_never_as_slivers(app: DashboardApp) -> None:
    async with app.run_test(size=LARGE) as pilot:
        assert screen_of(app).query_one("#right").display
        await pilot.resize_terminal(109, 40)
        assert not screen_of(app).query_one("#right").display
        await pilot.resize_terminal(120, 29)
        assert not screen_of(app).query_one("#right").display


async def test_the_small_ladder_is_asked_for_only_where_it_is_seen(app: DashboardApp, session: FakeSession) -> None:
    session.store.market.ladder = None
    async with app.run_test(size=SMALL):
        assert session.intents("show_ladder") == []


async def test_the_small_ladder_shows_the_row_under_the_cursor(app: DashboardApp, session: FakeSession) -> None:
    session.store.market.ladder = None
    async with app.run_test(size=LARGE) as pilot:
        screen_of(app).show_contract(MSFT)
        await pilot.pause()
        assert session.intents("show_ladder")[-1] == ("show_ladder", MSFT)


async def test_delete_removes_the_row_under_the_cursor(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("down", "delete")
        assert session.intents("remove") == [("remove", MSFT)]


async def test_rows_are_moved_up_and_down(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("down", "shift+up", "J")
        assert session.intents("move") == [("move", MSFT, -1), ("move", MSFT, 1)]


async def test_sorted_rows_are_not_moved(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press(">", "J")
        assert session.intents("move") == []


async def test_a_list_that_is_read_only_is_not_changed(app: DashboardApp, session: FakeSession) -> None:
    session.store.apply(WatchlistReceived(Watchlist("9", "IBKR", (AAPL, MSFT), read_only=True)))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("delete", "J")
        assert session.intents("remove") == session.intents("move") == []


async def test_brackets_go_through_the_lists(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("]", "[")
        assert session.intents("select_list") == [("select_list", "101"), ("select_list", "101")]


async def test_another_list_replaces_rows_and_streams(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        session.store.apply(WatchlistReceived(Watchlist("101", "Macro", (SPX, ES))))
        await frame(app, pilot)
        assert screen_of(app).grid.keys == (SPX, ES)
        assert session.intents("show_quotes")[-1] == ("show_quotes", "watch", (SPX, ES))


async def test_an_instrument_just_added_is_selected_when_it_arrives(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        session.store.apply(WatchlistReceived(Watchlist("100", "Tech", (AAPL, MSFT))))
        await frame(app, pilot)
        screen_of(app).show_contract(ES)
        session.store.apply(WatchlistReceived(Watchlist("100", "Tech", (AAPL, MSFT, ES))))
        await frame(app, pilot)
        assert screen_of(app).grid.cursor_key == ES


async def test_tickets_start_at_the_touch_of_their_own_side(app: DashboardApp) -> None:
    async with app.run_test(size=SMALL):
        screen = screen_of(app)
        assert (screen.seed(Side.BUY).price, screen.seed(Side.SELL).price) == (Decimal("271.66"), Decimal("271.68"))


async def test_an_order_is_selected_only_in_the_orders_panel(app: DashboardApp) -> None:
    async with app.run_test(size=LARGE) as pilot:
        assert screen_of(app).selected_order() is None
        await pilot.press("tab")
        order = screen_of(app).selected_order()
        assert order is not None
        assert order.order_id == 1004


async def test_cancel_in_the_orders_panel_cancels_that_order(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await pilot.press("tab", "down", "x")
        assert session.intents("cancel") == [("cancel", 1003)]


async def test_cancel_without_a_selected_order_does_nothing(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await pilot.press("x")
        assert session.intents("cancel") == []


async def test_leaving_the_screen_lets_go_of_its_quotes(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        assert ("show_quotes", "watch", ()) in session.calls


async def test_a_dialog_on_top_does_not_let_go_of_the_quotes(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert ("show_quotes", "watch", ()) not in session.calls


async def test_enter_opens_the_ladder_of_the_row(app: DashboardApp) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.current_mode == "ladder"
        assert app.current is not None
        contract = app.current.selected_contract()
        assert contract is not None
        assert contract.conid == MSFT


async def test_a_list_that_comes_under_a_dialog_is_streamed_at_once(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SMALL) as pilot:
        app.open_quit()
        await pilot.pause()
        assert app.screen is not app.current
        session.calls.clear()
        session.store.apply(WatchlistReceived(Watchlist("9", "Late", (BMW,))))
        await frame(app, pilot)
        assert ("show_quotes", "watch", (BMW,)) in session.calls
