"""The section of what is seldom set, and tickets opened with an order there is already."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace
from textual.widgets import Input

from ibtui.domain.algos import Algo, Algos
from ibtui.domain.contracts import Contract, ContractRules
from ibtui.domain.events import (
    AlgosLearned,
    ContractsLearned,
    OrderReceived,
    RulesLearned,
)
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_modify, open_ticket, open_ticket_with
from ibtui.ui.dialogs.choice import ChoiceField
from ibtui.ui.dialogs.ticket import TicketDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL
from tests.ui.ticket_keys import ALGOS, MARKET, fill, in_sight, opened, reviewed


async def test_everything_of_the_more_section_is_set_by_keys_and_said_when_it_is_closed(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    known = replace(CONTRACT[AAPL], exchanges=("SMART", "ARCA", "IEX"))
    session.store.apply(ContractsLearned((known,)))
    async with at_desk(app, clock) as desk:
        await opened(desk, known)
        await fill(desk, ("type", "mk"))
        await desk.press("ctrl+o")
        assert ("learn_algos", AAPL) in session.calls
        assert app.focused is not None
        assert app.focused.id == "route"
        await fill(
            desk,
            ("route", "arc"),
            ("destination", "IEX"),
            ("all-or-none", "y"),
            ("management", "of"),
            ("saved", "y"),
            ("referrer", "wren"),
            ("operator", "Owl"),
            ("manual-time", "20261118-09:30:00"),
        )
        await desk.press("ctrl+o")
        more = desk.text("#more")
        assert more.startswith("  more: route ARCA, direct to IEX, all or none, price management off, saved")
        await desk.press("enter")
        assert reviewed(desk) == (
            replace(
                MARKET,
                contract=known,
                route="ARCA",
                destination="IEX",
                all_or_none=True,
                price_management=False,
                deactivated=True,
                referrer="wren",
                operator="Owl",
                manual_time_ms=1_794_994_200_000,
            ),
        )
        assert session.intents("preview") == [], "a w in a name is no what-if"


async def test_an_algos_form_is_made_from_its_description(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await fill(desk, ("type", "mk"))
        await desk.press("ctrl+o")
        await desk.happens(AlgosLearned(ALGOS))
        await fill(desk, ("algo", "vw"))
        dialog = desk.dialog(TicketDialog)
        labels = [line for line in in_sight(desk) if "Max Percentage*" in line]
        assert len(labels) == 1
        assert "needed · 0.01 to 50" in labels[0]
        await desk.press("enter")
        assert "is needed" in "".join(in_sight(desk))
        assert isinstance(app.focused, Input), "the missing parameter has the focus"
        await desk.press(*"51")
        assert "must be 50 or less" in "".join(in_sight(desk))
        await desk.press("backspace", "0", "tab", *"14:00:00", "tab", "y")
        assert dialog.draft.strategy == "Vwap"
        await desk.press("enter")
        (ticket,) = reviewed(desk)
        assert ticket.strategy_parameters == (("maxPctVol", "50"), ("startTime", "14:00:00"), ("noTakeLiq", True))


async def test_a_required_parameter_is_sent_with_its_default_and_goes_with_its_algo(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    session.store.apply(AlgosLearned(ALGOS))
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await fill(desk, ("type", "mk"))
        await desk.press("ctrl+o")
        await fill(desk, ("algo", "ad"))
        await desk.press("enter")
        assert reviewed(desk)[0].strategy_parameters == (("adaptivePriority", "Normal"),)
        await desk.press("n")
        await fill(desk, ("algo", "none"))
        assert "Urgency" not in "".join(in_sight(desk))
        await desk.press("enter")
        assert reviewed(desk) == (MARKET,)


async def test_a_letter_that_begins_an_algo_is_no_what_if(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    session.store.apply(AlgosLearned(Algos(AAPL, (Algo("Twap", "TWAP"), Algo("Weave", "Weave")))))
    async with at_desk(app, clock) as desk:
        dialog = await opened(desk)
        await desk.press("ctrl+o")
        await fill(desk, ("algo", "tw"))
        assert dialog.draft.strategy == "Twap"
        await fill(desk, ("algo", "w"))
        assert dialog.draft.strategy == "Weave"
        assert session.intents("preview") == []


async def test_a_ticket_is_opened_with_a_whole_bracket_from_elsewhere(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    parent = replace(AAPL_TICKET, strategy="Vwap", strategy_parameters=(("maxPctVol", "10"),), referrer="R")
    child = replace(AAPL_TICKET, side=Side.SELL, limit_price=Decimal(280), is_child=True, referrer="other", tif=Tif.GTC)
    async with at_desk(app, clock) as desk:
        open_ticket_with(app, (parent, child))
        await desk.pilot.pause()
        assert "algo Vwap, referrer R" in desk.text("#more")
        await desk.happens(AlgosLearned(ALGOS))
        await desk.press("enter")
        assert reviewed(desk) == (parent, child)


async def test_modify_sends_every_attribute_it_was_sent_with_and_the_one_change(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    sent = replace(
        AAPL_TICKET,
        limit_price=Decimal("271.63"),
        route="ARCA",
        strategy="Vwap",
        strategy_parameters=(("maxPctVol", "10"),),
        referrer="R",
        all_or_none=True,
        single_group=True,
        is_child=True,
    )
    session.orders.sent[1001] = sent
    async with at_desk(app, clock) as desk:
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        await fill(desk, ("limit", "271.50"))
        assert "changed, was 271.63" in desk.text("#note-limit")
        await desk.press("enter", "end", "y")
        assert session.intents("modify") == [("modify", 1001, replace(sent, limit_price=Decimal("271.50")))]


async def test_modify_says_what_nobody_told_and_offers_the_types_the_rules_allow(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        await desk.happens(RulesLearned(ContractRules(AAPL, True, modify_types=("limit", "market"))))
        assert desk.dialog(TicketDialog).query_one("#type", ChoiceField).words == ("LMT", "MKT")
        await fill(desk, ("limit", "271.50"))
        await desk.press("enter")
        assert "route: ! route, algo, all-or-none and the like are not known" in desk.text("#problems")


async def test_a_trailing_order_is_modified_by_what_it_trails_by(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    trail = {"order_type": "TRAIL", "trailing_amount": Decimal(2), "trailing_type": "amt", "stop_price": Decimal(270)}
    async with at_desk(app, clock) as desk:
        await desk.happens(OrderReceived(1001, trail, clock.monotonic()))
        open_modify(app, session.store.orders.orders[1001])
        await desk.pilot.pause()
        await fill(desk, ("trail", "3"))
        await desk.press("enter", "y")
        ((_, _, ticket),) = session.intents("modify")
        assert isinstance(ticket, Ticket)
        assert (ticket.order_type, ticket.trailing_amount, ticket.stop_price) == (OrderType.TRAIL, Decimal(3), None)


async def test_a_definition_that_comes_late_tells_what_the_order_is_worth(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    contract = Contract(777, "ES", "", "FUT", "CME", "USD")
    async with at_desk(app, clock) as desk:
        open_ticket(app, Side.BUY, contract, Decimal(6800), Decimal(2))
        await desk.pilot.pause()
        assert "13,600.00" in desk.text("#note-quantity")
        await desk.happens(ContractsLearned((replace(contract, multiplier=Decimal(50)),)))
        assert "680,000.00" in desk.text("#note-quantity")
