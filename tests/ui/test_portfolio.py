"""The portfolio: live marks, honest gaps, BASE first, and streams only while it is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.account import LedgerLine, Pnl, Position
from ibtui.domain.events import (
    AccountsReceived,
    ExecutionReceived,
    LedgerReceived,
    PnlReceived,
    PositionsReceived,
    QuoteReceived,
    QuotesSilenced,
)
from ibtui.domain.orders import Execution
from ibtui.domain.tickets import Side
from ibtui.store import Store
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.ticket import TicketDialog
from ibtui.ui.screens.portfolio import PortfolioScreen
from ibtui.ui.screens.portfolio_book import PortfolioBook
from ibtui.ui.screens.portfolio_figures import (
    Holding,
    exchange_rate,
    holding,
    ledger_lines,
    net_liquidation,
    worth_of,
)
from ibtui.ui.screens.portfolio_view import SUMMARY_NAMES, headline, summary_rows
from ibtui.ui.widgets.allocation import spread
from ibtui.ui.widgets.figures import FigureLine
from ibtui.ui.widgets.grid import Grid
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import trade
from tests.ui.dialogs import Desk, at_desk, row_text
from tests.ui.market import AAPL, ACCOUNT, BMW, ES, NVDA


@pytest.fixture
def store(session: FakeSession, clock: ManualClock) -> Store:
    trade(session.store, clock.monotonic())
    return session.store


def held(store: Store, conid: int) -> Holding:
    return holding(store, store.money.positions[(ACCOUNT, conid)])


def weighed(store: Store) -> PortfolioBook:
    book = PortfolioBook(store)
    book.weigh_all()
    return book


async def portfolio(desk: Desk) -> PortfolioScreen:
    desk.app.open_mode("portfolio")
    await desk.pilot.pause()
    screen = desk.app.screen
    assert isinstance(screen, PortfolioScreen)
    return screen


def test_a_position_is_marked_at_its_streamed_price(store: Store) -> None:
    store.apply(QuoteReceived(NVDA, {"last": Decimal("730.00")}, 2000.0))
    found = held(store, NVDA)

    assert (found.mark, found.is_live, found.value) == (Decimal("730.00"), True, Decimal("18250.00"))
    assert found.unrealized == Decimal("20.00"), "(730.00 − 729.20) × 25"


def test_the_quotes_own_mark_comes_before_its_last_price(store: Store) -> None:
    store.apply(QuoteReceived(NVDA, {"mark": Decimal("725.00")}, 2000.0))

    assert held(store, NVDA).mark == Decimal("725.00")


def test_without_a_believed_stream_the_accounts_own_figures_stand(store: Store) -> None:
    store.apply(QuoteReceived(NVDA, {"last": Decimal("730.00")}, 2000.0))
    store.apply(QuotesSilenced((NVDA,)))
    found = held(store, NVDA)

    assert (found.mark, found.is_live) == (Decimal("721.33"), False)
    assert (found.value, found.unrealized) == (Decimal("18033.25"), Decimal("-196.75"))


def test_yesterdays_close_is_no_live_mark(store: Store) -> None:
    store.apply(QuoteReceived(NVDA, {"last_is_close": True}, 2000.0))

    assert not held(store, NVDA).is_live


def test_the_multiplier_of_a_future_counts(store: Store) -> None:
    found = held(store, ES)

    assert found.value == Decimal("-498025.00")
    assert found.day == Decimal("-1200.00"), "−2 × 50 × 12.00"
    assert worth_of(store, found.position, Decimal(1)) is None, (
        "a future's value is notional and no part of the net liquidation"
    )


def test_the_days_profit_counts_todays_fills_from_their_own_price(store: Store) -> None:
    assert held(store, AAPL).day == Decimal("183.20"), "120 × 1.52 − 20 × (271.67 − 271.71)"
    buy = Execution("e8", 1, ACCOUNT, AAPL, "AAPL", Side.BUY, Decimal(20), Decimal("271.17"))
    store.apply(ExecutionReceived(buy))
    assert held(store, AAPL).day == Decimal("162.80"), "100 × 1.52 + 20 × 0.50 + 20 × 0.04"


@pytest.mark.parametrize("missing", ["close", "last"])
def test_a_figure_that_cannot_be_known_is_missing(store: Store, missing: str) -> None:
    bare = Position(ACCOUNT, BMW, "BMW", quantity=Decimal(10), currency="EUR")
    store.apply(PositionsReceived(ACCOUNT, (bare,), 2000.0))
    store.apply(QuoteReceived(BMW, {missing: None}, 2000.0))
    found = held(store, BMW)

    assert found.day is None
    assert found.unrealized is None


def test_a_fill_of_unknown_price_makes_the_days_profit_unknown(store: Store) -> None:
    store.apply(ExecutionReceived(Execution("e8", 1, ACCOUNT, AAPL, "AAPL", Side.BUY, Decimal(20))))

    assert held(store, AAPL).day is None


def test_weights_are_of_the_net_liquidation_in_base_currency(store: Store) -> None:
    bmw = Position(ACCOUNT, BMW, "BMW", quantity=Decimal(100), currency="EUR", average_price=Decimal(100))
    store.apply(PositionsReceived(ACCOUNT, (bmw,), 2000.0))
    found = held(store, BMW)

    assert found.value == Decimal("10428.00")
    assert found.based == Decimal("10428.00") * Decimal("1.08765")
    assert found.weight is not None
    assert round(found.weight, 3) == Decimal("1.128")


def test_a_currency_without_a_rate_has_no_weight(store: Store) -> None:
    yen = Position(ACCOUNT, BMW, "BMW", quantity=Decimal(100), currency="JPY")
    store.apply(PositionsReceived(ACCOUNT, (yen,), 2000.0))

    assert exchange_rate(store, "JPY") is None
    assert held(store, BMW).weight is None


def test_closed_positions_and_other_accounts_are_not_held(store: Store) -> None:
    other = Position("U9", AAPL, "AAPL", quantity=Decimal(5))
    store.apply(PositionsReceived("U9", (other,), 2000.0))
    store.apply(PositionsReceived(ACCOUNT, (Position(ACCOUNT, NVDA, "NVDA"),), 2000.0))

    assert weighed(store).conids == []


def test_the_net_liquidation_is_the_newest_that_was_told(store: Store) -> None:
    assert net_liquidation(store) == Decimal("1005254.10")
    store.apply(PnlReceived(Pnl(ACCOUNT, net_liquidation=Decimal(7))))
    assert net_liquidation(store) == Decimal(7)
    assert net_liquidation(Store()) is None


def test_base_is_the_first_line_of_the_ledger(store: Store) -> None:
    assert [line.currency for line in ledger_lines(store)] == ["BASE", "EUR", "USD"]


def test_the_summary_has_eight_figures_in_three_columns_and_gaps_where_nothing_was_told(store: Store) -> None:
    rows = dict(summary_rows(store))

    assert list(rows) == list(SUMMARY_NAMES)
    assert [cell.text for cell in rows["excessliquidity"]] == [
        "Excess liquidity",
        "995,000.00",
        "975,000.00",
        "20,000.00",
    ]
    assert [cell.text for cell in rows["buyingpower"]][1:] == ["3,980,000.00", "–", "–"]


def test_the_headline_has_daily_and_unrealised_profit(store: Store) -> None:
    words = ["".join(span.text for span in group) for group in headline(store)]

    assert words[0] == "NLV 1,005,254.10 USD"
    assert words[1] == "daily −58.28"
    assert words[2].startswith("unrealised +")
    assert "".join(span.text for span in headline(Store())[1]) == "daily –"


def test_shares_add_up_to_the_whole_with_cash_last(store: Store) -> None:
    found = weighed(store).shares()

    assert [name for name, _ in found] == ["AAPL", "NVDA", "cash"]
    assert round(sum(percent for _, percent in found), 9) == 100


def test_many_holdings_are_summed_up_and_debts_are_called_borrowed(store: Store) -> None:
    store.apply(LedgerReceived((LedgerLine(ACCOUNT, "BASE", cash=Decimal(-1000)),)))
    many = [
        Position(ACCOUNT, 9000 + n, f"S{n}", currency="USD", quantity=Decimal(1), market_value=Decimal(100 - n))
        for n in range(12)
    ]
    store.apply(PositionsReceived(ACCOUNT, tuple(many), 2000.0))

    names = [name for name, _ in weighed(store).shares()]
    assert names == [*(f"S{n}" for n in range(8)), "others", "borrowed"]


def test_an_empty_account_has_no_shares() -> None:
    assert weighed(Store()).shares() == []


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=10), st.integers(10, 200))
def test_the_bar_is_filled_exactly_and_no_part_vanishes(weights: list[int], width: int) -> None:
    whole = sum(weights)
    cells = spread([Decimal(weight) * 100 / whole for weight in weights], width)

    assert sum(cells) == width
    assert min(cells) >= 1


async def test_quotes_are_streamed_while_the_portfolio_is_shown(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        await portfolio(desk)
        assert session.intents("show_quotes")[-1] == ("show_quotes", "portfolio", tuple(sorted((AAPL, ES, NVDA))))
        app.open_mode("watch")
        await desk.pilot.pause()
        assert ("show_quotes", "portfolio", ()) in session.calls


async def test_a_new_position_is_streamed_and_shown(
    app: DashboardApp, session: FakeSession, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await portfolio(desk)
        stranger = Position(ACCOUNT, 555, "XYZ", quantity=Decimal(1))
        await desk.happens(PositionsReceived(ACCOUNT, (stranger,), clock.monotonic()))
        assert session.intents("show_quotes")[-1] == ("show_quotes", "portfolio", (555,))
        assert session.intents("learn_contracts")[-1] == ("learn_contracts", (555,))
        assert screen.query_one("#positions", Grid).keys == (555,)


async def test_a_quote_repaints_its_row_alone(
    app: DashboardApp, clock: ManualClock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(app, clock, (120, 40)) as desk:
        screen = await portfolio(desk)
        grid = screen.query_one("#positions", Grid)
        replaced: list[object] = []
        monkeypatch.setattr(grid.rows, "point", replaced.append)
        await desk.happens(QuoteReceived(NVDA, {"last": Decimal("730.00")}, clock.monotonic()))
        assert replaced == []
        assert "730.00" in row_text(grid, NVDA)


async def test_a_mark_that_is_not_streamed_is_marked(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock, (120, 40)) as desk:
        screen = await portfolio(desk)
        assert "~" not in row_text(screen.query_one("#positions", Grid), NVDA)
        await desk.happens(QuotesSilenced((NVDA,)))
        assert "~721.33" in row_text(screen.query_one("#positions", Grid), NVDA)


async def test_profit_of_the_account_follows_its_stream(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock) as desk:
        screen = await portfolio(desk)
        await desk.happens(PnlReceived(Pnl(ACCOUNT, daily=Decimal("12.34"))))
        assert "daily +12.34" in screen.query_one("#headline", FigureLine).text


async def test_selling_a_long_position_seeds_its_whole_size(
    app: DashboardApp, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        await portfolio(desk)
        await desk.press("s")
        draft = desk.dialog(TicketDialog).draft
        assert (draft.contract.conid, draft.side, draft.quantity, draft.limit) == (AAPL, Side.SELL, "100", "271.68")


async def test_a_short_position_is_closed_by_buying(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock) as desk:
        await portfolio(desk)
        await desk.press("end", "b")
        draft = desk.dialog(TicketDialog).draft
        assert (draft.contract.conid, draft.quantity) == (ES, "2")


async def test_another_account_shows_its_own_positions(app: DashboardApp, clock: ManualClock, store: Store) -> None:
    async with at_desk(app, clock) as desk:
        screen = await portfolio(desk)
        await desk.happens(AccountsReceived(store.money.accounts, "U9"))
        assert screen.query_one("#positions", Grid).keys == ()


async def test_tab_reaches_ledger_and_summary_on_a_small_terminal(
    app: DashboardApp, clock: ManualClock, store: Store
) -> None:
    async with at_desk(app, clock) as desk:
        screen = await portfolio(desk)
        await desk.press("tab", "tab")
        assert screen.query_one("#summary-panel").outer_size.height == 11
        assert screen.query_one("#positions-panel").outer_size.height == 1
        assert "Maintenance margin" in row_text(screen.query_one("#summary", Grid), "maintmarginreq")
