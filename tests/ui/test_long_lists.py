"""Long lists: only what is in sight is made, streamed first and asked for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from textual.app import App, ComposeResult

from ibtui.domain.events import ContractsLearned, PositionsReceived, QuoteReceived, WatchlistReceived
from ibtui.ui.app import DashboardApp
from ibtui.ui.screens.blotter_view import (
    EXECUTION_COLUMNS,
    ORDER_COLUMNS,
    execution_cells,
    execution_keys,
    execution_values,
    finished_keys,
    table_cells,
    table_values,
    working_keys,
)
from ibtui.ui.screens.portfolio_book import PortfolioBook
from ibtui.ui.screens.portfolio_figures import holding
from ibtui.ui.screens.portfolio_view import POSITION_COLUMNS, position_cells, position_value
from ibtui.ui.screens.watch import WatchScreen
from ibtui.ui.themes import DEFAULTS
from ibtui.ui.watch_rows import WatchRows
from ibtui.ui.watch_view import WATCH_COLUMNS
from ibtui.ui.widgets.columns import Align, Cell, Column
from ibtui.ui.widgets.grid import Grid, Key
from ibtui.ui.widgets.rows import shown_value
from tests.benchmarks.growth import world
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import trade
from tests.ui.market import ACCOUNT, CONTRACTS, NVDA

COLUMNS = (Column("symbol", "Symbol", 6), Column("last", "Last", 8, Align.POINT))
ROWS = 1_000


class LongApp(App[None]):
    """A thousand rows, of which those made are remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid(COLUMNS)
        self.prices = {key: f"{key % 90}.25" for key in range(ROWS)}
        self.made: list[Key] = []
        self.grid.draw_from(self._cells)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DEFAULTS

    def _cells(self, key: Key) -> tuple[Cell, ...]:
        self.made.append(key)
        text = self.prices[int(key)]
        return Cell(f"S{key}"), Cell(text, "", Decimal(text))

    def compose(self) -> ComposeResult:
        yield self.grid

    def on_mount(self) -> None:
        self.grid.set_keys(range(ROWS))
        self.grid.focus()


def text(grid: Grid) -> list[str]:
    return [grid.render_line(y).text for y in range(grid.size.height)]


async def test_rows_out_of_sight_are_not_made() -> None:
    app = LongApp()
    async with app.run_test(size=(40, 11)):
        assert set(app.made) == set(range(10))
        app.made.clear()
        app.grid.touch(range(ROWS))
        assert app.made == list(range(10))


async def test_a_row_that_changed_out_of_sight_is_made_anew_when_it_comes_into_sight() -> None:
    app = LongApp()
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press("end", "home")
        app.prices[995] = "77.75"
        app.grid.touch((995,))
        await pilot.press("end")
        assert any("77.75" in line for line in text(app.grid))


async def test_a_column_grows_before_a_longer_figure_that_comes_into_sight_is_drawn() -> None:
    app = LongApp()
    app.prices[990] = "1234567890.25"
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press("end")
        lines = text(app.grid)
        assert any("1234567890.25" in line for line in lines)
        assert not any("…" in line for line in lines)
        await pilot.press("home")
        assert text(app.grid)[1].rstrip().endswith("0.25")


async def test_the_cursor_stays_on_its_key_when_rows_come_before_it() -> None:
    app = LongApp()
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press("down", "down")
        app.prices[5000] = "1.25"
        app.grid.set_keys([5000, *range(ROWS)])
        assert app.grid.cursor_key == 2
        assert "S5000" in text(app.grid)[1]
        assert text(app.grid)[4].startswith("▌S2")


async def test_what_is_remembered_of_rows_is_bounded() -> None:
    app = LongApp()
    async with app.run_test(size=(40, 11)) as pilot:
        for _ in range(30):
            await pilot.press("pagedown")
        assert len(app.grid.rows.cells) <= 60


@pytest.fixture
def traded(session: FakeSession, clock: ManualClock) -> FakeSession:
    trade(session.store, clock.monotonic())
    return session


@pytest.mark.parametrize("column", ORDER_COLUMNS, ids=lambda column: column.key)
def test_orders_are_sorted_by_what_their_rows_show(traded: FakeSession, column: Column) -> None:
    store, place = traded.store, ORDER_COLUMNS.index(column)
    keys = [*working_keys(store), *finished_keys(store)]
    shown = [shown_value(table_cells(store, key)[place]) for key in keys]
    assert table_values(store, keys, column.key) == shown


@pytest.mark.parametrize("column", EXECUTION_COLUMNS, ids=lambda column: column.key)
def test_fills_are_sorted_by_what_their_rows_show(traded: FakeSession, column: Column) -> None:
    store, place = traded.store, EXECUTION_COLUMNS.index(column)
    keys = execution_keys(store)
    shown = [shown_value(execution_cells(store.orders.executions[str(key)])[place]) for key in keys]
    assert execution_values(store, keys, column.key) == shown


@pytest.mark.parametrize("column", WATCH_COLUMNS, ids=lambda column: column.key)
def test_instruments_are_sorted_by_what_their_rows_show(session: FakeSession, column: Column) -> None:
    rows, place = WatchRows(), WATCH_COLUMNS.index(column)
    conids = [contract.conid for contract in CONTRACTS]
    shown = [shown_value(rows.cells(session.store, session.now(), conid)[place]) for conid in conids]
    values = rows.values(session.store, session.now(), conids, column.key)
    assert [_folded(value) for value in values] == [_folded(value) for value in shown]


@pytest.mark.parametrize("column", POSITION_COLUMNS, ids=lambda column: column.key)
def test_positions_are_sorted_by_what_their_rows_show(traded: FakeSession, column: Column) -> None:
    store, place = traded.store, POSITION_COLUMNS.index(column)
    for position in store.money.positions.values():
        one = holding(store, position)
        value = position_value(store, position, column.key)
        expected = one.based if column.key == "weight" else shown_value(position_cells(store, one)[place])
        assert _folded(value) == _folded(expected)


def test_holdings_weighed_one_by_one_are_as_if_all_were_weighed(traded: FakeSession) -> None:
    store, book = traded.store, PortfolioBook(traded.store)
    book.weigh_all()
    store.apply(QuoteReceived(NVDA, {"mark": Decimal(9000)}, 1000.0))
    extra = world.position(555)
    kept = [p for p in store.money.positions.values() if p.account == ACCOUNT][1:]
    store.apply(PositionsReceived(ACCOUNT, (*kept, extra), 1000.0))
    book.weigh([NVDA, 555, *(conid for _, conid in store.money.positions), *book.conids])
    fresh = PortfolioBook(store)
    fresh.weigh_all()
    assert (book.conids, book.shares()) == (fresh.conids, fresh.shares())


async def test_of_a_long_list_what_is_in_sight_is_streamed_first_and_its_days_alone_are_asked_for(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    conids = tuple(range(world.FIRST, world.FIRST + 300))
    session.store.apply(ContractsLearned(tuple(world.contract(conid) for conid in conids)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session.calls.clear()
        session.store.apply(WatchlistReceived(world.watchlist(300)))
        app.pump_frame()
        await pilot.pause()
        await pilot.press("end")
        screen = app.current
        assert isinstance(screen, WatchScreen)
        screen._see()
        sight = screen.grid.sight
        assert sight[-1] == conids[-1]
        owner, wish = session.intents("show_quotes")[-1][1:]
        assert owner == "watch"
        assert isinstance(wish, tuple)
        assert wish[: len(sight)] == tuple(sight)
        assert sorted(wish) == list(conids)
        assert len({call[1] for call in session.intents("want_history")}) < 60


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value
