"""The last look: what is on screen is what is sent, and only a fresh yes sends it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.algos import Algo, AlgoParameter, Algos
from ibtui.domain.combos import combo
from ibtui.domain.contracts import ComboLeg, ContractRules, PriceStep
from ibtui.domain.events import (
    AccountsReceived,
    AlgosLearned,
    HealthChanged,
    PreviewAnswered,
    QuoteReceived,
    RulesLearned,
    SubmissionMoved,
)
from ibtui.domain.limits import Limits
from ibtui.domain.orders import Intent, Preview, Stage, Submission, WhatIf
from ibtui.domain.session import Health
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs.confirm import ConfirmDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import AAPL, ACCOUNT, ES, EURUSD, MSFT

FULL = Ticket(
    ACCOUNT,
    CONTRACT[ES],
    Side.SELL,
    OrderType.STOP_LIMIT,
    Decimal(2),
    Decimal("4949.25"),
    Decimal("4950.00"),
    tif=Tif.GTC,
    outside_rth=True,
    route="GLOBEX",
)


async def asked(desk: Desk, ticket: Ticket = AAPL_TICKET, **more: object) -> ConfirmDialog:
    dialog = ConfirmDialog(desk.app, ticket, **more)  # type: ignore[arg-type]  # the dialog's own keywords
    desk.app.push_screen(dialog)
    await desk.pilot.pause()
    return dialog


def rows(dialog: ConfirmDialog) -> dict[str, str]:
    return {name: value for name, value, _ in dialog.rows()}


async def test_every_field_that_is_sent_is_on_the_screen(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock, (100, 40)) as desk:
        dialog = await asked(desk, FULL)
        assert desk.text("#headline").startswith(
            "SELL 2 ES DEC26\nE-mini S&P 500 · CME · USD · FUT · 20261218  conid 4955"
        )
        assert rows(dialog) == {
            "Type": "STP LMT",
            "Limit": "4949.25",
            "Stop": "4950.00",
            "Quantity": "2",
            "TIF": "GTC",
            "Outside RTH": "yes",
            "Route": "GLOBEX",
            "Account": "PAPER DU1234567",
            "Notional": "494,925.00 USD",
            "Market": "bid 4980.00  ask 4980.25  last 4980.25 ▲ · live",
        }
        shown = desk.text("#fields")
        assert all(value in shown for value in rows(dialog).values())
        assert "last −30.25 (−0.61%)" in shown


SPREAD = combo((ComboLeg(AAPL, 1, "AAPL"), ComboLeg(MSFT, -2, "MSFT")), "USD")
FOREX = CONTRACT[EURUSD]


async def test_a_combination_is_shown_leg_by_leg_with_its_conidex_and_its_own_market(
    app: DashboardApp, clock: ManualClock
) -> None:
    ticket = replace(AAPL_TICKET, contract=SPREAD, side=Side.SELL, quantity=Decimal(3), limit_price=Decimal("-552.50"))
    async with at_desk(app, clock, (100, 40)) as desk:
        dialog = await asked(desk, ticket)
        assert "conidex 28812380;;;265598/1,272093/-2" in desk.text("#headline")
        assert rows(dialog)["Legs"] == "sell 1 AAPL, buy 2 MSFT"
        assert rows(dialog)["Limit"] == "-552.50"
        assert rows(dialog)["Notional"] == "1,657.50 USD"
        assert rows(dialog)["Market"].startswith("bid −552.56  ask −552.48")
        await desk.happens(QuoteReceived(MSFT, {"bid": Decimal("412.00")}, clock.monotonic()))
        assert "ask −552.32" in rows(dialog)["Market"]


async def test_money_is_said_to_be_money(app: DashboardApp, clock: ManualClock) -> None:
    cash = replace(
        AAPL_TICKET, contract=FOREX, quantity=Decimal(5000), sized_in=SizedIn.CASH, limit_price=Decimal("1.08")
    )
    async with at_desk(app, clock) as desk:
        dialog = await asked(desk, cash)
        assert desk.text("#headline").startswith("BUY 5,000.00 USD of EUR")
        assert (rows(dialog)["Quantity"], rows(dialog)["Notional"]) == ("5,000.00 USD", "5,000.00 USD")
        await desk.press("n")
        dialog = await asked(desk, replace(cash, sized_in=SizedIn.CONVERSION))
        assert desk.text("#headline").startswith("BUY 5,000.00 USD of EUR (conversion)")


async def test_parameters_of_an_algo_have_their_names_once_these_are_known(
    app: DashboardApp, clock: ManualClock
) -> None:
    vwap = Algo("Vwap", "VWAP", parameters=(AlgoParameter("maxPctVol", "Max Percentage", "Double"),))
    async with at_desk(app, clock) as desk:
        dialog = await asked(desk, replace(AAPL_TICKET, strategy="Vwap", strategy_parameters=(("maxPctVol", "0.1"),)))
        await desk.happens(AlgosLearned(Algos(AAPL, (vwap,))))
        assert rows(dialog)["Max Percentage"] == "0.1"


async def test_a_ticket_longer_than_the_screen_says_so_until_its_end_is_read(
    app: DashboardApp, clock: ManualClock
) -> None:
    long = replace(FULL, referrer="R", operator="O", all_or_none=True, tif=Tif.GTD, good_till="20261224-21:00:00")
    async with at_desk(app, clock, (80, 14)) as desk:
        await asked(desk, long)
        await desk.pilot.pause()
        assert "more below" in desk.text("#remark")
        await desk.press("pagedown", "pagedown", "pagedown")
        await desk.pilot.pause()
        assert desk.text("#remark") == ""


async def test_a_saved_order_is_not_called_sent(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await asked(desk, replace(AAPL_TICKET, deactivated=True))
        assert dialog.offers[1].words == "Yes, save the BUY on the PAPER account"


async def test_the_what_if_of_a_bracket_asks_for_all_of_it(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    child = replace(AAPL_TICKET, side=Side.SELL, limit_price=Decimal(280), is_child=True)
    async with at_desk(app, clock) as desk:
        await asked(desk, AAPL_TICKET, children=(child,))
        await desk.press("w")
        assert session.intents("preview") == [("preview", (AAPL_TICKET, child))]
        await desk.happens(PreviewAnswered(Preview((AAPL_TICKET, child), WhatIf(commission="2.00 USD"))))
        assert "What-if of all 2 orders:\ncommission 2.00 USD  amount –  total –" in desk.text("#whatif")
        assert "equity         – → –" in desk.text("#whatif")


async def test_a_trailing_order_shows_what_it_trails_by(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        ticket = replace(
            AAPL_TICKET,
            order_type=OrderType.TRAIL,
            limit_price=None,
            trailing_type="%",
            trailing_amount=Decimal("1.5"),
        )
        assert rows(await asked(desk, ticket))["Trailing"] == "by 1.5 %"


async def test_the_focus_starts_on_no_and_enter_there_sends_nothing(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await asked(desk)
        assert dialog.focused is not None
        assert dialog.focused.id == "answer-no"
        await desk.press("enter")
        assert desk.is_free
        assert session.intents("submit") == []


@pytest.mark.parametrize("keys", [("y",), ("right", "enter"), ("tab", "enter")])
async def test_yes_sends_the_ticket_on_screen_once(
    app: DashboardApp, session: FakeSession, clock: ManualClock, keys: tuple[str, ...]
) -> None:
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await desk.press(*keys)
        assert desk.is_free
        assert session.intents("submit") == [("submit", (AAPL_TICKET,))]


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_no_sends_nothing(app: DashboardApp, session: FakeSession, clock: ManualClock, key: str) -> None:
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await desk.press(key)
        assert desk.is_free
        assert session.intents("submit") == []


async def test_a_key_typed_as_the_dialog_opens_is_ignored_and_says_so(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await desk.pilot.press("y", "enter")
        assert session.intents("submit") == []
        assert "too soon" in desk.text("#remark")
        await desk.press("y")
        assert len(session.intents("submit")) == 1


async def test_a_held_yes_never_sends(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.pilot.press("y")
        dialog = await asked(desk)
        dialog.guard.saw("y")
        for _ in range(10):
            await clock.advance(0.04)
            await desk.pilot.press("y")
        assert session.intents("submit") == []


async def test_a_double_yes_sends_once(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await clock.advance(2)
        await desk.pilot.press("y", "y", "y")
        assert len(session.intents("submit")) == 1


async def test_a_click_on_yes_sends_too(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await clock.advance(2)
        await desk.pilot.click("#answer-yes")
        assert len(session.intents("submit")) == 1


async def test_live_and_paper_are_told_apart_in_words(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await asked(desk)
        assert [offer.words for offer in dialog.offers][1] == "Yes, BUY on the PAPER account"
        await desk.press("n")
        await desk.happens(AccountsReceived((Account("U7", is_paper=None),), "U7"))
        dialog = await asked(desk, replace(AAPL_TICKET, account="U7"))
        assert [offer.words for offer in dialog.offers][1] == "Yes, BUY on the LIVE account"
        assert rows(dialog)["Account"] == "LIVE U7"


async def test_the_market_moves_on_the_screen_the_ticket_does_not(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await asked(desk)
        await desk.happens(QuoteReceived(AAPL, {"bid": Decimal("280.00")}, clock.monotonic()))
        assert "bid −8.35" in desk.text("#fields")
        assert dialog.ticket is AAPL_TICKET


async def test_a_price_the_rules_refuse_cannot_be_sent(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await desk.happens(RulesLearned(ContractRules(AAPL, True, (PriceStep(Decimal(0), Decimal("0.25")),))))
        assert "limit: ✕ steps of 0.25, nearest is 271.75" in desk.text("#problems")
        await desk.press("y")
        assert "Not sent" in desk.text("#remark")
        assert session.intents("submit") == []


async def test_the_limits_of_the_configuration_hold(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    app.limits = Limits(max_quantity=Decimal(99))
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await desk.press("y")
        assert "your limit of 99" in desk.text("#remark")
        assert session.intents("submit") == []


async def test_nothing_is_sent_without_a_brokerage_session(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await desk.happens(HealthChanged(Health()))
        await desk.press("y")
        assert desk.text("#remark") == "Not sent: there is no brokerage session"
        assert session.intents("submit") == []


async def test_nothing_new_is_sent_while_another_outcome_of_the_account_is_unknown(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        app.store.apply(SubmissionMoved(Submission("x", Intent.PLACE, ACCOUNT, Stage.UNKNOWN)))
        app.store.drain()
        await asked(desk)
        await desk.press("y")
        assert "unknown outcome" in desk.text("#remark")
        assert session.intents("submit") == []


async def test_what_if_can_be_asked_from_here(app: DashboardApp, session: FakeSession, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await asked(desk)
        await desk.press("w")
        assert session.intents("preview") == [("preview", (AAPL_TICKET,))]
        await desk.happens(
            PreviewAnswered(Preview((AAPL_TICKET,), WhatIf(commission="1.00 USD", warning="21/[b]No data")))
        )
        assert "commission 1.00 USD" in desk.text("#whatif")
        assert "! 21/[b]No data" in desk.text("#whatif")


async def test_a_change_shows_what_every_changed_field_was(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        after = replace(FULL, stop_price=Decimal("4960.00"), outside_rth=False)
        dialog = await asked(desk, after, order_id=1002, before=FULL)
        assert [(name, remark) for name, _, remark in dialog.rows() if remark.startswith("was")] == [
            ("Stop", "was 4950.00"),
            ("Outside RTH", "was yes"),
        ]
        await desk.press("y")
        assert session.intents("modify") == [("modify", 1002, after)]
        assert session.intents("submit") == []


async def test_the_answers_stay_in_sight_on_a_small_terminal(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock, (80, 14)) as desk:
        dialog = await asked(desk, FULL)
        answer = dialog.query_one("#answer-yes").region
        assert answer.height == 1
        assert answer.bottom <= 14
