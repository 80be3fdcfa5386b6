"""A line of the order language finds its contract and goes straight to the confirmation."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.combos import combo_conidex
from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.domain.events import (
    AllocationGroupsLearned,
    ContractsLearned,
    QuoteReceived,
    QuotesSilenced,
    SearchAnswered,
    SubmissionMoved,
)
from ibtui.domain.language import GroupCommand, OrderCommand, parse
from ibtui.domain.orders import Intent, Question, Stage, Submission
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_order_line
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.confirm_group import ConfirmGroupDialog
from ibtui.ui.symbols import best_match
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import AAPL, ACCOUNT, ES, MSFT

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


def line_of(text: str) -> OrderCommand | GroupCommand:
    command = parse(text).command
    assert isinstance(command, OrderCommand | GroupCommand), parse(text)
    return command


def shown(desk: Desk) -> tuple[Ticket, ...]:
    """The tickets the confirmation shows, first the one it is called by."""
    dialog = desk.dialog(ConfirmDialog)
    return (dialog.ticket, *dialog.children_attached)


async def test_a_bracket_is_confirmed_with_what_is_attached(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        app.open_order_line(line_of("buy 100 AAPL @ 271 tp 280 sl trail 2% gtc oca"))
        await desk.pilot.pause()
        parent, profit, loss = shown(desk)
        assert (parent.limit_price, parent.tif, parent.single_group) == (Decimal(271), Tif.GTC, True)
        assert (profit.side, profit.limit_price, profit.is_child) == (Side.SELL, Decimal(280), True)
        assert (loss.order_type, loss.trailing_type, loss.trailing_amount) == (OrderType.TRAIL, "%", Decimal(2))
        assert ("learn_rules", AAPL, Side.SELL) in session.calls


async def test_a_group_is_one_confirmation_of_all_its_orders(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        app.open_order_line(line_of("buy 100 AAPL @ 265 or buy 50 MSFT @ 400 or sell 1 'ES DEC26' @ 5000"))
        await desk.pilot.pause()
        tickets = shown(desk)
        assert isinstance(app.screen, ConfirmGroupDialog)
        assert [ticket.contract.conid for ticket in tickets] == [AAPL, MSFT, ES]
        assert all(ticket.single_group and not ticket.is_child for ticket in tickets)
        assert ("show_quotes", "order line", (AAPL, MSFT, ES)) in session.calls


async def test_every_unknown_symbol_of_a_group_is_searched_for_one_after_the_other(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    ko = Contract(8894, "KO", "COCA-COLA CO", "STK", "NYSE", "USD")
    async with at_desk(app, clock) as desk:
        app.open_order_line(line_of("buy 1 IBM @ 100 or buy 1 KO @ 50"))
        await desk.pilot.pause()
        await desk.happens(SearchAnswered(Search("KO", (SearchHit(ko),), True)))
        assert session.intents("search") == [("search", "IBM", False)]
        await desk.happens(SearchAnswered(Search("IBM", (SearchHit(IBM),), True)))
        assert session.intents("search")[1:] == [("search", "KO", False)]
        await desk.happens(SearchAnswered(Search("KO", (SearchHit(ko),), True)))
        assert [ticket.contract for ticket in shown(desk)] == [IBM, ko]


async def test_a_combination_is_made_of_its_legs_in_the_order_written(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        app.open_order_line(line_of("buy 1 combo +1 AAPL -2 MSFT @ -552.5 lmt"))
        await desk.pilot.pause()
        (ticket,) = shown(desk)
        assert combo_conidex(ticket.contract) == f"28812380;;;{AAPL}/1,{MSFT}/-2"
        assert ticket.limit_price == Decimal("-552.5")
        assert ("show_quotes", "order line", (AAPL, MSFT)) in session.calls


async def test_a_leg_found_by_a_search_is_defined_before_the_combination_is_made(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    bare = replace(IBM, currency="")
    async with at_desk(app, clock) as desk:
        app.open_order_line(line_of("buy 1 combo +1 AAPL -1 IBM @ 10"))
        await desk.pilot.pause()
        await desk.happens(SearchAnswered(Search("IBM", (SearchHit(bare),), True)))
        assert "Reading the definition of IBM" in desk.text("#text")
        assert ("learn_contracts", (AAPL, IBM.conid)) in session.calls
        await desk.happens(ContractsLearned((IBM,)))
        assert shown(desk)[0].contract.currency == "USD"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("buy 1 combo +1 AAPL -1 VOD @ 10", "the legs are in USD and GBP"),
        ("buy 1 combo +1 VOD -1 BP @ 1", "needs its exchange: “route” names one (SMART)"),
        ("buy 1 AAPL @ 270 acct U999", "there is no account U999; there are: DU1234567"),
        ("buy 1 AAPL @ 270 gtd 20200101", "would have ended already"),
    ],
)
async def test_what_makes_no_order_is_said_and_nothing_is_sent(
    app: DashboardApp, session: FakeSession, clock: ManualClock, line: str, why: str
) -> None:
    vod = Contract(37, "VOD", currency="GBP", exchange="LSE", exchanges=("SMART",))
    bp = Contract(38, "BP", sec_type="STK", currency="GBP", exchange="CHIXUK", exchanges=("SMART",))
    async with at_desk(app, clock) as desk:
        await desk.happens(ContractsLearned((vod, bp)))
        app.open_order_line(line_of(line))
        await desk.pilot.pause()
        await desk.frame()
        assert desk.is_free
        assert why in desk.said()[-1]
        assert desk.said()[-1].startswith("Nothing was sent: ")
        assert session.intents("submit") == []


async def test_a_combination_outside_the_us_names_its_exchange(app: DashboardApp, clock: ManualClock) -> None:
    bp = Contract(38, "BP", sec_type="STK", currency="GBP", exchange="CHIXUK")
    async with at_desk(app, clock) as desk:
        await desk.happens(ContractsLearned((bp,)))
        app.open_order_line(line_of("buy 1 combo +1 VOD -1 BP @ 1 route LSE"))
        await desk.pilot.pause()
        ticket = shown(desk)[0]
        assert combo_conidex(ticket.contract) == "58666491@LSE;;;37/1,38/-1"
        assert ticket.route == "LSE"


async def test_a_trailing_limit_is_reckoned_from_the_market_once_there_is_one(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(QuotesSilenced((AAPL,)))
        app.open_order_line(line_of("sell 100 AAPL trail 2 lmt 0.10"))
        await desk.pilot.pause()
        assert "Waiting for a price (stale" in desk.text("#text")
        await desk.happens(QuoteReceived(AAPL, {"last": Decimal("272.00")}, clock.monotonic()))
        ticket = shown(desk)[0]
        assert (ticket.order_type, ticket.trailing_amount) == (OrderType.TRAILLMT, Decimal(2))
        assert (ticket.stop_price, ticket.limit_price) == (Decimal("270.00"), Decimal("269.90"))


async def test_an_allocation_group_may_stand_for_the_account(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(AllocationGroupsLearned(("Friends",)))
        app.open_order_line(line_of("buy 1 AAPL @ 270 acct Friends alloc Equal"))
        await desk.pilot.pause()
        assert (shown(desk)[0].account, shown(desk)[0].allocation_method) == ("Friends", "Equal")


async def test_an_answer_that_comes_while_a_question_lies_on_the_dialog_is_taken_afterwards(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    asked = Submission("ib-1", Intent.PLACE, ACCOUNT, Stage.ASKING, (AAPL_TICKET,), question=Question("r1", "Sure?"))
    async with at_desk(app, clock) as desk:
        app.open_order_line(line_of("buy 1 IBM @ 100"))
        await desk.pilot.pause()
        await desk.happens(SubmissionMoved(asked))
        await desk.happens(SearchAnswered(Search("IBM", (SearchHit(IBM),), True)))
        await desk.press("n")
        assert shown(desk)[0].contract == IBM
