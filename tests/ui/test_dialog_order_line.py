"""A line of the order language finds its contract and goes straight to the confirmation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.domain.events import ContractsLearned, SearchAnswered
from ibtui.domain.language import OrderCommand
from ibtui.domain.tickets import OrderType, Side, Tif
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_order_line
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.order_line import best_match
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL

LINE = OrderCommand(Side.BUY, Decimal(100), "aapl", OrderType.LMT, Decimal("271.65"))
IBM = Contract(8314, "IBM", "INTL BUSINESS MACHINES", "STK", "NYSE", "USD")
IBM_OPTION = Contract(1, "IBM", "", "OPT", "SMART", "USD")
IBMX = Contract(2, "IBMX", "", "STK", "NYSE", "USD")


async def test_a_known_symbol_goes_straight_to_the_confirmation(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_order_line(app, LINE)
        await desk.pilot.pause()
        assert desk.dialog(ConfirmDialog).ticket == AAPL_TICKET
        assert ("learn_rules", AAPL, Side.BUY) in session.calls
        await desk.press("y")
        assert desk.is_free
        assert session.intents("submit") == [("submit", (AAPL_TICKET,))]


async def test_the_contract_is_streamed_while_its_order_is_confirmed(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_order_line(app, LINE)
        await desk.pilot.pause()
        assert ("show_quotes", "order line", (AAPL,)) in session.calls
        await desk.press("n")
        await desk.pilot.pause()
        assert [call for call in session.calls if call[:2] == ("show_quotes", "order line")][-1][2] == ()


async def test_a_no_leaves_nothing_open(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_order_line(app, LINE)
        await desk.pilot.pause()
        await desk.press("n")
        await desk.pilot.pause()
        assert desk.is_free
        assert session.intents("submit") == []


async def test_every_word_of_the_line_reaches_the_ticket(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        line = OrderCommand(
            Side.SELL,
            Decimal(2),
            "ES DEC26",
            OrderType.TRAIL,
            stop_price=Decimal(4950),
            trailing_type="%",
            trailing_amount=Decimal(2),
            tif=Tif.GTC,
            outside_rth=True,
        )
        open_order_line(app, line)
        await desk.pilot.pause()
        ticket = desk.dialog(ConfirmDialog).ticket
        assert ticket.contract.label == "ES DEC26"
        assert (ticket.trailing_type, ticket.trailing_amount, ticket.stop_price) == ("%", Decimal(2), Decimal(4950))
        assert (ticket.tif, ticket.outside_rth, ticket.side) == (Tif.GTC, True, Side.SELL)


async def test_an_unknown_symbol_is_searched_for_first(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_order_line(app, replace(LINE, symbol="IBM"))
        await desk.pilot.pause()
        assert session.intents("search") == [("search", "IBM", False)]
        assert "Looking for IBM" in desk.text("#text")
        hits = tuple(SearchHit(contract) for contract in (IBMX, IBM_OPTION, IBM))
        await desk.happens(SearchAnswered(Search("IBM", hits, True)))
        assert desk.dialog(ConfirmDialog).ticket.contract == IBM


async def test_a_symbol_nobody_knows_sends_nothing_and_says_so(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_order_line(app, replace(LINE, symbol="IBM"))
        await desk.pilot.pause()
        await desk.happens(SearchAnswered(Search("IBM", (SearchHit(IBMX),), True)))
        assert desk.is_free
        assert "no contract has exactly this symbol" in desk.said()[-1]
        assert session.intents("submit") == []


async def test_waiting_for_a_search_can_be_given_up(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_order_line(app, replace(LINE, symbol="IBM"))
        await desk.pilot.pause()
        await desk.press("escape")
        assert desk.is_free


async def test_the_list_on_screen_decides_between_contracts_of_one_symbol(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(ContractsLearned((Contract(99, "AAPL", "OTHER AAPL", "STK", "MEXI", "MXN"),)))
        open_order_line(app, LINE)
        await desk.pilot.pause()
        assert desk.dialog(ConfirmDialog).ticket.contract.conid == AAPL


async def test_a_contract_that_is_given_is_not_looked_up(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        other = Contract(99, "AAPL", "OTHER AAPL", "STK", "MEXI", "MXN")
        open_order_line(app, LINE, other)
        await desk.pilot.pause()
        assert desk.dialog(ConfirmDialog).ticket.contract == other


def test_stocks_come_before_derivatives_and_near_misses_do_not_count() -> None:
    assert best_match("ibm", [IBMX, IBM_OPTION, IBM]) == IBM
    assert best_match("ibm", [IBM_OPTION]) == IBM_OPTION
    assert best_match("ib", [IBM]) is None


async def test_the_root_of_a_future_is_not_ordered_but_explained(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_order_line(app, replace(LINE, symbol="NQ"))
        await desk.pilot.pause()
        root = Contract(11004958, "NQ", sec_type="IND")
        await desk.happens(SearchAnswered(Search("NQ", (SearchHit(root),), True)))
        assert desk.is_free
        assert "name the month" in desk.said()[-1]
