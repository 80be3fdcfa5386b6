"""The ladder screen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from textual.pilot import Pilot

from ibtui.domain.contracts import ContractRules
from ibtui.domain.events import (
    HealthChanged,
    LadderFailed,
    LadderReceived,
    LadderRequested,
    OrderReceived,
    QuoteReceived,
    RulesLearned,
    StreamsLost,
    WatchlistReceived,
)
from ibtui.domain.market import Rung
from ibtui.domain.orders import OrderStatus
from ibtui.domain.session import Health, Light
from ibtui.domain.tickets import Side
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.ticket import TicketDialog
from ibtui.ui.screens.ladder import LadderScreen
from ibtui.ui.widgets.figures import FigureLine
from ibtui.ui.widgets.ladder import Rungs
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.market import AAPL, ES, MSFT
from tests.ui.spies import lines_drawn

pytestmark = pytest.mark.usefixtures("painted")

D = Decimal
SIZE = (80, 24)


async def opened(app: DashboardApp, pilot: Pilot[None], conid: int = AAPL) -> LadderScreen:
    app.open_mode("ladder", app.store.market.contracts[conid])
    await pilot.pause()
    screen = app.current
    assert isinstance(screen, LadderScreen)
    return screen


def rungs(screen: LadderScreen) -> Rungs:
    return screen.query_one("#ladder", Rungs)


def line(screen: LadderScreen, price: str) -> str:
    shown = rungs(screen)
    place = next(i for i, row in enumerate(shown.view.rows) if row.price == D(price))
    return shown.render_line(place + 2).text


def header(screen: LadderScreen) -> str:
    return screen.query_one("#figures", FigureLine).text


async def frame(app: DashboardApp, pilot: Pilot[None]) -> None:
    app.pump_frame()
    await pilot.pause()


async def test_it_streams_ladder_and_quote_and_learns_the_rules_of_both_sides(
    app: DashboardApp, session: FakeSession
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot, MSFT)
        assert session.intents("show_ladder") == [("show_ladder", MSFT)]
        assert ("show_quotes", "ladder", (MSFT,)) in session.calls
        assert session.intents("learn_rules") == [("learn_rules", MSFT, Side.BUY), ("learn_rules", MSFT, Side.SELL)]


async def test_opened_before_the_watchlist_came_it_begins_with_its_first_instrument_when_it_comes(
    app: DashboardApp, session: FakeSession
) -> None:
    listed = app.store.inbox.watchlist
    assert listed is not None
    app.store.inbox.watchlist = None
    async with app.run_test(size=SIZE) as pilot:
        app.open_mode("ladder")
        await pilot.pause()
        assert session.intents("show_ladder") == []
        app.store.apply(WatchlistReceived(listed))
        await frame(app, pilot)
        assert session.intents("show_ladder") == [("show_ladder", listed.conids[0])]
        assert isinstance(app.current, LadderScreen)
        assert app.current.conid == listed.conids[0]


async def test_depth_own_orders_and_last_trade_stand_at_their_prices(app: DashboardApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(app, pilot)
        assert "222" in line(screen, "271.66")
        assert "100 LMT" in line(screen, "271.63")
        assert "30 LMT" in line(screen, "271.71")
        assert "▲ 271.67 ▲" in line(screen, "271.67")


async def test_the_cursor_stays_on_its_price_when_the_market_moves(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("down", "down")
        book = {0: Rung(D("271.72"), ask_size=D(5)), 1: Rung(D("271.70"), bid_size=D(5))}
        session.store.apply(LadderReceived(AAPL, 1, book, clock.monotonic()))
        await frame(app, pilot)
        assert screen.cursor == D("271.65")
        assert "▌" in line(screen, "271.65")


async def test_space_goes_back_to_the_market(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("pageup", "pageup")
        assert screen.cursor != D("271.67")
        await pilot.press("space")
        assert screen.cursor == D("271.67")


async def test_left_and_right_go_to_the_best_bid_and_ask(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("left")
        assert screen.cursor == D("271.66")
        await pilot.press("right")
        assert screen.cursor == D("271.68")


async def test_a_ticket_starts_at_the_cursor_with_the_size_chosen(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("up", "4")
        assert screen.seed(Side.BUY) == (D("271.68"), D(25))


async def test_the_contract_s_default_size_is_taken_until_one_is_chosen(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        assert screen.size_chosen == 100


async def test_buying_opens_a_ticket_and_sends_nothing(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await pilot.pause()
        assert type(app.screen).__name__ == "TicketDialog"
        assert session.intents("submit") == []


async def test_cancel_means_the_order_at_the_cursor(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await opened(app, pilot)
        await pilot.press("x")
        assert session.intents("cancel") == []
        await pilot.press(*["down"] * 4, "x")
        assert session.intents("cancel") == [("cancel", 1001)]


async def test_a_lost_stream_is_said_and_every_price_is_grey(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        assert header(screen).startswith("live")
        session.store.apply(StreamsLost())
        await frame(app, pilot)
        assert header(screen).startswith("STALE")
        assert rungs(screen).is_stale


async def test_a_stream_that_is_not_well_makes_the_ladder_stale(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        session.store.apply(HealthChanged(Health(Light.ON, Light.ON, Light.ON, Light.WAIT)))
        await frame(app, pilot)
        assert header(screen).startswith("STALE")


async def test_a_ladder_that_cannot_be_had_shows_the_quote_and_says_so(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        session.store.apply(LadderRequested(MSFT, 2))
        session.store.apply(LadderFailed(MSFT, "No Level II subscription"))
        screen = await opened(app, pilot, MSFT)
        assert "300" in line(screen, "412.08")
        assert "top of book only: No Level II" in str(screen.pane.border_subtitle)


async def test_rungs_of_the_contract_before_are_gone_at_once(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot, ES)
        assert {row.price % D("0.25") for row in rungs(screen).view.rows} == {0}
        assert all("271." not in rungs(screen).render_line(y).text for y in range(20))


async def test_a_contract_without_any_price_says_so(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        del session.store.market.quotes[MSFT]
        screen = await opened(app, pilot, MSFT)
        assert "Waiting for a price" in rungs(screen).render_line(2).text


async def test_a_changed_rung_paints_its_own_line_only(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        shown = rungs(screen)
        drawn = lines_drawn(shown)
        row = next(n for n, rung in enumerate(session.store.market.ladder.rungs) if rung.price == D("271.65"))  # type: ignore[union-attr]  # populated by the fixture
        rung = Rung(D("271.65"), bid_size=D(334))
        session.store.apply(LadderReceived(AAPL, 1, {row: rung}, clock.monotonic()))
        await frame(app, pilot)
        place = next(i for i, seen in enumerate(shown.view.rows) if seen.price == D("271.65"))
        assert drawn == {place + 2}


async def test_a_finished_order_leaves_the_ladder(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        session.store.apply(OrderReceived(1001, {"status": OrderStatus.FILLED}, 1001.0))
        await frame(app, pilot)
        assert "LMT" not in line(screen, "271.63")


async def test_position_and_its_profit_in_money_and_ticks_stand_below(app: DashboardApp, session: FakeSession) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        assert "pos +100 @ 268.10 · open +357.00 (+357 ticks)" in screen.query_one("#held", FigureLine).text


async def test_a_short_future_s_profit_counts_down_and_times_its_multiplier(
    app: DashboardApp, session: FakeSession
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot, ES)
        session.store.apply(QuoteReceived(ES, {"last": D("4980.25")}, 1000.0))
        await frame(app, pilot)
        assert "(+10 ticks)" in screen.query_one("#held", FigureLine).text


async def test_a_click_puts_the_cursor_on_a_price(app: DashboardApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        await pilot.click("#ladder", offset=(30, 4))
        assert screen.cursor == rungs(screen).view.rows[2].price


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (200, 60)])
async def test_lines_are_exactly_as_wide_as_the_screen(app: DashboardApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        shown = rungs(await opened(app, pilot))
        assert {shown.render_line(y).cell_length for y in range(shown.size.height)} == {shown.size.width}


def without_rules(session: FakeSession) -> None:
    for is_buy in (True, False):
        session.store.market.rules.pop((AAPL, is_buy), None)


async def test_the_size_is_not_guessed_while_the_rules_are_unknown(app: DashboardApp, session: FakeSession) -> None:
    without_rules(session)
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        assert "size –" in header(screen)
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(app.screen, TicketDialog)
        assert app.screen.draft.quantity == ""
        await pilot.press("escape")
        session.store.apply(RulesLearned(ContractRules(AAPL, True, (), Decimal(1), Decimal(100))))
        await frame(app, pilot)
        assert "size 100" in header(screen)


async def test_a_size_that_was_chosen_is_kept_when_the_rules_come(app: DashboardApp, session: FakeSession) -> None:
    without_rules(session)
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("4")
        session.store.apply(RulesLearned(ContractRules(AAPL, True, (), Decimal(1), Decimal(100))))
        await frame(app, pilot)
        assert screen.size_chosen == D(25)
        assert "size 25" in header(screen)


async def test_an_instrument_found_while_a_dialog_is_open_is_streamed_at_once(
    app: DashboardApp, session: FakeSession
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(app, pilot)
        app.open_find()
        await pilot.pause()
        screen.show_contract(MSFT)
        assert session.intents("show_ladder")[-1] == ("show_ladder", MSFT)
        app.open_mode("watch")
        screen.show_contract(ES)
        assert ("show_ladder", ES) not in session.calls


@pytest.mark.parametrize(
    ("mode", "intent"), [("orders", "refresh_orders"), ("inbox", "refresh_inbox"), ("portfolio", "learn_contracts")]
)
async def test_a_screen_asks_once_for_what_it_needs_when_it_is_opened_the_first_time(
    app: DashboardApp, session: FakeSession, mode: str, intent: str
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = len(session.intents(intent))
        app.open_mode(mode)
        await pilot.pause()
        assert len(session.intents(intent)) == before + 1
