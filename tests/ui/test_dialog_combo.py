"""The combination builder: legs found, weighed, put in order and priced, then a ticket."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibtui.domain.combos import combo_conidex
from ibtui.domain.contracts import Contract, Search, SearchHit
from ibtui.domain.events import ContractsLearned, QuoteReceived, SearchAnswered
from ibtui.domain.tickets import Side
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import combo
from ibtui.ui.dialogs.combo import QUOTES_OWNER, ComboDialog
from ibtui.ui.screens.watch import WatchScreen
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import Desk, at_desk
from tests.ui.market import AAPL, MSFT, VOD

KO = Contract(8894, "KO", "COCA-COLA CO", "STK", "NYSE", "USD")
BP = Contract(37928772, "BP.", "BP PLC", "STK", "LSE", "GBP", exchanges=("SMART", "CHIXUK", "LSE"))


@pytest.fixture
def tickets(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Side, Contract]]:
    """Tickets opened."""
    opened: list[tuple[Side, Contract]] = []
    monkeypatch.setattr(combo, "open_combo_ticket", lambda _, contract, side: opened.append((side, contract)))
    return opened


async def with_two_legs(desk: Desk) -> ComboDialog:
    """AAPL of the watchlist's cursor, and MSFT found among the known contracts."""
    await desk.press("C", "slash", "m", "s", "down", "enter")
    return desk.dialog(ComboDialog)


async def test_it_begins_with_the_instrument_under_the_cursor_and_streams_its_legs(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await with_two_legs(desk)
        assert [(leg.conid, leg.ratio) for leg in dialog.draft.legs] == [(AAPL, 1), (MSFT, -1)]
        assert ("show_quotes", QUOTES_OWNER, (AAPL, MSFT)) in session.calls
        await desk.press("escape")
        assert desk.is_free
        assert [call for call in session.calls if call[:2] == ("show_quotes", QUOTES_OWNER)][-1][2] == ()


async def test_its_price_is_the_sum_of_its_legs_and_moves_with_them(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await with_two_legs(desk)
        assert "+1 AAPL -1 MSFT   USD" in desk.text("#combination")
        assert "bid -140.45   ask -140.40   last -140.43" in desk.text("#combination").replace("−", "-")
        await desk.happens(QuoteReceived(AAPL, {"bid": Decimal("272.66")}, clock.monotonic()))
        assert "bid -139.45" in desk.text("#combination").replace("−", "-")


async def test_ratios_and_order_of_the_legs_are_keys(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await with_two_legs(desk)
        await desk.press("minus", "shift+up", "plus", "n")
        assert [(leg.conid, leg.ratio) for leg in dialog.draft.legs] == [(MSFT, 1), (AAPL, 1)]
        await desk.press("delete")
        assert [leg.conid for leg in dialog.draft.legs] == [AAPL]
        assert "two legs or more" in desk.text("#combination")


@pytest.mark.parametrize(("key", "side"), [("enter", Side.BUY), ("b", Side.BUY), ("s", Side.SELL)])
async def test_the_ticket_is_opened_for_the_combination(
    app: DashboardApp, clock: ManualClock, tickets: list[tuple[Side, Contract]], key: str, side: Side
) -> None:
    async with at_desk(app, clock) as desk:
        await with_two_legs(desk)
        await desk.press(key)
        ((opened, contract),) = tickets
        assert opened is side
        assert combo_conidex(contract) == f"28812380;;;{AAPL}/1,{MSFT}/-1"


async def test_no_ticket_is_opened_for_what_is_no_combination_and_the_reason_is_said(
    app: DashboardApp, clock: ManualClock, tickets: list[tuple[Side, Contract]]
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("C", "enter")
        assert tickets == []
        assert "two legs or more" in desk.text("#refused")


async def test_a_contract_nobody_knows_is_searched_for(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("C", "slash")
        await desk.pilot.press("k", "o", "enter")
        assert session.intents("search") == [("search", "ko", False)]
        await desk.happens(SearchAnswered(Search("ko", (SearchHit(KO),), True)))
        await desk.press("enter")
        assert [leg.conid for leg in desk.dialog(ComboDialog).draft.legs] == [AAPL, KO.conid]
        assert ("learn_contracts", (KO.conid,)) in session.calls


async def test_a_leg_that_is_there_already_is_refused_and_the_search_stays_open(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.press("C", "slash", "a", "a", "down", "enter")
        assert "AAPL is a leg already" in desk.text("#refused")
        await desk.press("escape", "escape")
        assert desk.is_free


async def test_outside_the_us_the_exchange_is_chosen_from_the_legs_own(
    app: DashboardApp, clock: ManualClock, tickets: list[tuple[Side, Contract]]
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(ContractsLearned((BP,)))
        assert isinstance(app.current, WatchScreen)
        app.current.show_contract(VOD)
        await desk.press("C", "slash", "b", "p", "down", "enter", "enter")
        assert tickets == []
        assert "needs its exchange: e chooses it" in desk.text("#refused")
        await desk.press("e")
        assert "[LSE]" in desk.text("#exchange")
        await desk.press("enter")
        assert combo_conidex(tickets[0][1]) == f"58666491@LSE;;;{VOD}/1,{BP.conid}/-1"


async def test_a_read_only_run_builds_nothing(clock: ManualClock) -> None:
    app = DashboardApp(FakeSession(read_only=True, now=clock.monotonic), clock=clock, frame_rate=0)
    async with at_desk(app, clock) as desk:
        combo.open_combo(app)
        await desk.pilot.pause()
        assert desk.is_free
