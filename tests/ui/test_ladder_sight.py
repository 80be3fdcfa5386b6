"""What the looking keys of the ladder change: columns, exchange, grouping, centring."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from ibtui.domain.events import ContractsLearned
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.columns import ColumnsDialog
from ibtui.ui.dialogs.exchange import ExchangeDialog
from ibtui.ui.ladder.columns import DEFAULT_COLUMNS, Column
from ibtui.ui.ladder.options import LadderOptions
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.ladders import at_ladder, book, quote
from tests.ui.market import AAPL

D = Decimal


async def test_columns_are_hidden_and_moved_for_the_run(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock, size=(200, 60)) as desk:
        await desk.press("o")
        assert desk.dialog(ColumnsDialog).wanted == DEFAULT_COLUMNS
        await desk.press("space", "down", "shift+down", "enter")
        columns = desk.ladder.pane.columns
        assert Column.OWN_BIDS not in columns
        assert columns[:2] == (Column.PRICE, Column.BIDS)
        assert Column.OWN_BIDS not in desk.ladder.pane.rungs.shown_columns


async def test_the_prices_cannot_be_hidden(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("o", "down", "down", "space")
        assert Column.PRICE in desk.dialog(ColumnsDialog).wanted


async def test_the_dialog_says_how_to_keep_the_columns(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("o", "space")
        assert '[ladder] columns = ["bids", "price"' in desk.text("#remark")
        await desk.press("r")
        assert '[ladder] columns = ["own_bids"' in desk.text("#remark")


async def test_escape_leaves_the_columns_as_they_were(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        await desk.press("o", "space", "escape")
        assert desk.is_free
        assert desk.ladder.pane.columns == DEFAULT_COLUMNS


async def test_the_columns_of_the_configuration_are_shown_in_their_order(
    session: FakeSession, clock: ManualClock
) -> None:
    options = LadderOptions(columns=("price", "asks", "bids"))
    app = DashboardApp(session, clock=clock, frame_rate=0, ladder=options)
    async with at_ladder(app, clock) as desk:
        assert desk.ladder.pane.rungs.shown_columns == (Column.PRICE, Column.ASKS, Column.BIDS)


async def test_the_exchange_of_the_depth_is_chosen_among_the_contract_s_own(
    app: DashboardApp, clock: ManualClock, session: FakeSession
) -> None:
    contract = replace(session.store.market.contracts[AAPL], exchanges=("SMART", "NASDAQ", "ARCA"))
    async with at_ladder(app, clock) as desk:
        await desk.happens(ContractsLearned((contract,)))
        await desk.press("e")
        assert [row.split()[0] for row in desk.dialog(ExchangeDialog).rows()] == ["all", "NASDAQ", "ARCA"]
        assert "SMART" in desk.text("#remark")
        await desk.press("down", "down", "enter")
        assert session.intents("show_ladder")[-1] == ("show_ladder", AAPL, "ARCA")
        await desk.press("e")
        assert desk.dialog(ExchangeDialog).place == 2


async def test_grouping_goes_through_one_two_five_and_ten_ticks(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock) as desk:
        seen = []
        for _ in range(4):
            await desk.press("g")
            seen.append(desk.ladder.pane.window.grouping)
        assert seen == [2, 5, 10, 1]
        await desk.press("g", "g", "space")
        assert "5 ticks a row" in desk.figures
        assert desk.ladder.cursor == D("271.65")
        await desk.press("down")
        assert desk.ladder.cursor == D("271.60")


async def test_a_lets_the_window_go_with_the_market_and_leaves_the_cursor_on_its_price(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_ladder(app, clock, size=(80, 24)) as desk:
        await desk.press("A")
        now = clock.monotonic()
        await desk.happens(book("273.66", "273.68", now), quote("273.66", "273.68", now))
        assert any(row.price == D("273.67") for row in desk.ladder.pane.rungs.view.rows)
        assert desk.ladder.cursor == D("271.67")
        await desk.arm()
        await desk.press("s")
        assert desk.order()[3] == D("271.67")


async def test_the_window_stays_where_it_is_by_default(app: DashboardApp, clock: ManualClock) -> None:
    async with at_ladder(app, clock, size=(80, 24)) as desk:
        before = desk.ladder.pane.window.prices
        now = clock.monotonic()
        await desk.happens(book("273.66", "273.68", now), quote("273.66", "273.68", now))
        assert desk.ladder.pane.window.prices == before
