"""How the dialogs look."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from ibtui.domain.account import Account
from ibtui.domain.algos import Algo, AlgoParameter, Algos
from ibtui.domain.combos import combo
from ibtui.domain.contracts import ComboLeg, Search, SearchHit
from ibtui.domain.events import (
    AccountsReceived,
    AlgosLearned,
    ContractsLearned,
    Event,
    HealthChanged,
    NoticeReceived,
    PreviewAnswered,
    SearchAnswered,
    SubmissionMoved,
)
from ibtui.domain.notices import Notice
from ibtui.domain.orders import Intent, MoneyBeforeAfter, Preview, Question, Stage, Submission, WhatIf
from ibtui.domain.session import Health, Light, Trouble
from ibtui.domain.tickets import OrderType, Side, Tif
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import (
    open_cancel_all,
    open_combo_ticket,
    open_find,
    open_modify,
    open_ticket,
    open_ticket_with,
)
from ibtui.ui.dialogs.confirm import ConfirmDialog
from ibtui.ui.dialogs.ticket import TicketDialog
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT, ES_TICKET
from tests.ui.market import AAPL, ACCOUNT, CONTRACTS, ES, MSFT
from tests.ui.pictures import SIZES, Scene, SnapCompare
from tests.ui.pictures import scene as scene_on

IMPACT = WhatIf(
    "27,165.00 USD",
    "1.00 USD",
    "27,166.00 USD",
    MoneyBeforeAfter("1,005,254 USD", "-1 USD", "1,005,253 USD"),
    MoneyBeforeAfter("12,054 USD", "6,791 USD", "18,845 USD"),
    warning="21/You are trying to submit an order without having market data",
)


def scene(open_it: Callable[[], None], *keys: str) -> Scene:
    """Over the empty inbox, so that these pictures change with the dialogs only."""
    return scene_on(open_it, *keys, screen="f6")


def told(app: DashboardApp, *events: Event) -> Callable[[], None]:
    """Facts arrive, and the pump paints a frame."""

    def happen() -> None:
        for event in events:
            app.store.apply(event)
        app.pump_frame()

    return happen


def placed(stage: Stage, **more: object) -> SubmissionMoved:
    submission = Submission("ib-20261120-0007", Intent.PLACE, ACCOUNT, stage, (AAPL_TICKET,))
    return SubmissionMoved(replace(submission, **more))


@pytest.mark.parametrize("size", SIZES)
def test_a_buy_ticket(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    def opened() -> None:
        open_ticket(app, Side.BUY, CONTRACT[AAPL], Decimal("271.65"), Decimal(100))

    assert snap_compare(app, terminal_size=size, run_before=scene(opened))


def test_a_sell_ticket_with_a_price_off_its_grid(snap_compare: SnapCompare, app: DashboardApp) -> None:
    def opened() -> None:
        open_ticket(app, Side.SELL, CONTRACT[ES], Decimal("4980.10"))

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(opened, "1", "shift+tab"))


def test_a_modified_order(snap_compare: SnapCompare, app: DashboardApp, session: FakeSession) -> None:
    def opened() -> None:
        open_modify(app, session.store.orders.orders[1002])

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(opened, "tab", "tab", "up"))


VWAP = Algo(
    "Vwap",
    "VWAP",
    parameters=(
        AlgoParameter("maxPctVol", "Max Percentage", "Double", True, least=Decimal("0.01"), most=Decimal(50)),
        AlgoParameter("startTime", "Start Time", "Time", description="Defaults to start of market trading"),
        AlgoParameter("noTakeLiq", "Attempt to never take liquidity", "Boolean", default="false"),
    ),
)
BRACKET = (
    "shift+tab", *"traill", "tab", *"274", "tab", *"273", "tab", "2", "tab", "right",
    "tab", *"gtd", "tab", *"20261224-21:00", "tab", "tab", *"290", "tab", "5", "tab", *"trail%", "tab", "y",
)  # fmt: skip


@pytest.mark.parametrize(
    ("size", "theme"),
    [((80, 24), "ibtui-dark"), ((140, 45), "ibtui-light")],
)
def test_a_ticket_with_every_field(
    snap_compare: SnapCompare, app: DashboardApp, session: FakeSession, size: tuple[int, int], theme: str
) -> None:
    known = replace(CONTRACT[AAPL], exchanges=("SMART", "AMEX", "NYSE", "CBOE", "ARCA", "ISLAND", "IEX", "EDGX"))
    session.store.apply(ContractsLearned((known,)))
    session.store.apply(AlgosLearned(Algos(AAPL, (Algo("Adaptive", "Adaptive"), VWAP))))

    def opened() -> None:
        app.use_theme(theme)
        open_ticket(app, Side.BUY, known, Decimal("271.65"), Decimal(100))

    keys = (*BRACKET, "ctrl+o", "tab", "tab", *"vw", "tab", *"60")
    assert snap_compare(app, terminal_size=size, run_before=scene(opened, *keys))


def test_a_ticket_for_a_combination(snap_compare: SnapCompare, app: DashboardApp) -> None:
    spread = combo((ComboLeg(AAPL, 1, "AAPL"), ComboLeg(MSFT, -2, "MSFT")), "USD")

    def opened() -> None:
        open_combo_ticket(app, spread, Side.BUY)

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(opened, *"-552.50"))


def test_a_bracket_with_its_what_if(snap_compare: SnapCompare, app: DashboardApp) -> None:
    profit = replace(AAPL_TICKET, side=Side.SELL, limit_price=Decimal(280), is_child=True)

    def opened() -> None:
        open_ticket_with(app, (replace(AAPL_TICKET, strategy="Vwap", route="ARCA"), profit))

    async def run(pilot: Pilot[None]) -> None:
        await scene(opened, "w")(pilot)
        assert isinstance(app.screen, TicketDialog)
        tickets = app.screen.reading().tickets
        await scene_on(told(app, PreviewAnswered(Preview(tickets, IMPACT))))(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


def test_a_ticket_without_colours(
    snap_compare: SnapCompare, session: FakeSession, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = DashboardApp(session, clock=clock, frame_rate=0)

    def opened() -> None:
        open_ticket(app, Side.SELL, CONTRACT[AAPL], Decimal("271.653"), Decimal(100))

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(opened))


@pytest.mark.parametrize("size", [(80, 24), (100, 45)])
def test_the_confirmation_of_a_long_ticket(
    snap_compare: SnapCompare, app: DashboardApp, session: FakeSession, size: tuple[int, int]
) -> None:
    session.store.apply(AlgosLearned(Algos(AAPL, (VWAP,))))
    ticket = replace(
        AAPL_TICKET,
        order_type=OrderType.STOP_LIMIT,
        stop_price=Decimal("271.50"),
        tif=Tif.GTD,
        good_till="20261224-21:00:00",
        strategy="Vwap",
        strategy_parameters=(("maxPctVol", "10"), ("noTakeLiq", True)),
        route="ARCA",
        destination="IEX",
        all_or_none=True,
        deactivated=True,
        referrer="wren",
        manual_time_ms=1_795_000_000_000,
        single_group=True,
    )
    child = replace(
        AAPL_TICKET, side=Side.SELL, limit_price=Decimal(280), is_child=True, single_group=True, deactivated=True
    )

    def opened() -> None:
        app.push_screen(ConfirmDialog(app, ticket, (child,)))

    assert snap_compare(app, terminal_size=size, run_before=scene(opened))


@pytest.mark.parametrize("size", SIZES)
def test_the_confirmation_with_a_what_if(
    snap_compare: SnapCompare, app: DashboardApp, session: FakeSession, size: tuple[int, int]
) -> None:
    session.store.apply(PreviewAnswered(Preview((AAPL_TICKET,), IMPACT)))

    def opened() -> None:
        app.push_screen(ConfirmDialog(app, AAPL_TICKET))

    assert snap_compare(app, terminal_size=size, run_before=scene(opened))


@pytest.mark.parametrize("theme", ["ibtui-dark", "ibtui-light", "ibtui-high-contrast", "ibtui-ansi"])
def test_the_confirmation_of_a_change_on_a_live_account(
    snap_compare: SnapCompare, app: DashboardApp, session: FakeSession, theme: str
) -> None:
    session.store.apply(AccountsReceived((Account("U7654321", is_paper=False),), "U7654321"))
    before = replace(ES_TICKET, account="U7654321")
    after = replace(before, order_type=OrderType.STOP_LIMIT, limit_price=Decimal("4948.75"), outside_rth=True)

    def opened() -> None:
        app.use_theme(theme)
        app.push_screen(ConfirmDialog(app, after, order_id=1002, before=before))

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(opened))


@pytest.mark.parametrize("size", SIZES)
def test_a_question(snap_compare: SnapCompare, app: DashboardApp, size: tuple[int, int]) -> None:
    question = Question("r1", "The order price exceeds the [b]Percentage[/b] constraint of 3%.\nSubmit it?", ("o163",))

    assert snap_compare(app, terminal_size=size, run_before=scene(told(app, placed(Stage.ASKING, question=question))))


def test_a_very_long_question_in_the_servers_own_words(snap_compare: SnapCompare, app: DashboardApp) -> None:
    text = "Confirm Mandatory Cap Price\n" + "To avoid trading at a price that is not fair, IB may set a cap. " * 20_000
    question = Question("r2", text, ("o10153",), ("Decline", "Accept and Continue"), 2)

    assert snap_compare(
        app, terminal_size=(80, 24), run_before=scene(told(app, placed(Stage.ASKING, question=question)), "pagedown")
    )


def test_a_rejection(snap_compare: SnapCompare, app: DashboardApp) -> None:
    words = "We cannot accept an order at the limit price you selected: it is too far from the market price of 271.67."

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(told(app, placed(Stage.REJECTED, message=words))))


def test_an_unknown_outcome(snap_compare: SnapCompare, app: DashboardApp) -> None:
    unknown = placed(Stage.UNKNOWN, message="No answer came within 15 s.")

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(told(app, unknown)))


def test_cancelling_everything(snap_compare: SnapCompare, app: DashboardApp) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(lambda: open_cancel_all(app)))


def test_finding_a_contract(snap_compare: SnapCompare, app: DashboardApp) -> None:
    hits = tuple(SearchHit(contract, contract.exchange, ("STK", "OPT", "WAR")) for contract in CONTRACTS)

    async def run(pilot: Pilot[None]) -> None:
        await scene(lambda: open_find(app), "a", "enter")(pilot)
        await scene_on(told(app, SearchAnswered(Search("a", hits, True))), "down", "down")(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


def test_a_certificate_to_be_trusted(snap_compare: SnapCompare, app: DashboardApp) -> None:
    health = Health(
        Light.BAD,
        trouble=Trouble.CERTIFICATE_UNKNOWN,
        detail="localhost:5000 shows a certificate of its own",
        fingerprint="sha256:" + "3fa9" * 16,
    )

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(told(app, HealthChanged(health))))


def test_a_prompt(snap_compare: SnapCompare, app: DashboardApp) -> None:
    prompt = Notice(
        "p12",
        "Use the Price Management Algo for this order?",
        order_id=1001,
        options=("Use on this order", "Always use", "Do not use"),
    )

    assert snap_compare(app, terminal_size=(80, 24), run_before=scene(told(app, NoticeReceived(prompt))))
