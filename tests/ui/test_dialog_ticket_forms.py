"""Every order form from the ticket, by keys alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.events import (
    AccountsReceived,
    AlgosLearned,
    AllocationGroupsLearned,
    PreviewAnswered,
    QuoteReceived,
)
from ibtui.domain.orders import Preview, WhatIf
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_combo_ticket
from ibtui.ui.dialogs.choice import ChoiceField
from ibtui.ui.ticket_fields import Field
from ibtui.ui.ticket_offers import word_of
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.activity import AAPL_TICKET, CONTRACT
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL, ACCOUNT, EURUSD, MSFT
from tests.ui.ticket_keys import ALGOS, MARKET, SPREAD, fill, in_sight, opened, reviewed


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((("type", "lm"), ("limit", "270.50")), replace(AAPL_TICKET, limit_price=Decimal("270.50"))),
        ((("type", "mk"),), MARKET),
        ((("type", "stp"), ("stop", "280")), replace(MARKET, order_type=OrderType.STP, stop_price=Decimal(280))),
        (
            (("type", "stpl"), ("limit", "281"), ("stop", "280")),
            replace(MARKET, order_type=OrderType.STOP_LIMIT, limit_price=Decimal(281), stop_price=Decimal(280)),
        ),
        ((("type", "mid"),), replace(MARKET, order_type=OrderType.MIDPRICE)),
        (
            (("type", "mid"), ("limit", "272")),
            replace(MARKET, order_type=OrderType.MIDPRICE, limit_price=Decimal(272)),
        ),
        (
            (("type", "tr"), ("trail", "1.5")),
            replace(MARKET, order_type=OrderType.TRAIL, trailing_type="amt", trailing_amount=Decimal("1.5")),
        ),
        (
            (("type", "traill"), ("limit", "274"), ("stop", "273"), ("trail", "2"), ("trail-by", "%")),
            replace(
                MARKET,
                order_type=OrderType.TRAILLMT,
                limit_price=Decimal(274),
                stop_price=Decimal(273),
                trailing_type="%",
                trailing_amount=Decimal(2),
            ),
        ),
        ((("type", "mit"), ("stop", "270")), replace(MARKET, order_type=OrderType.MIT, stop_price=Decimal(270))),
        (
            (("type", "li"), ("limit", "270.5"), ("stop", "270")),
            replace(MARKET, order_type=OrderType.LIT, limit_price=Decimal("270.5"), stop_price=Decimal(270)),
        ),
        ((("type", "mo"),), replace(MARKET, order_type=OrderType.MOC)),
        ((("type", "lo"), ("limit", "271")), replace(MARKET, order_type=OrderType.LOC, limit_price=Decimal(271))),
        (
            (("type", "re"), ("limit", "272"), ("offset", "0.02")),
            replace(MARKET, order_type=OrderType.REL, limit_price=Decimal(272), offset=Decimal("0.02")),
        ),
        (
            (("type", "mk"), ("tif", "gtd"), ("good-till", "20270115-21:00")),
            replace(MARKET, tif=Tif.GTD, good_till="20270115-21:00:00"),
        ),
        ((("type", "mk"), ("tif", "op")), replace(MARKET, tif=Tif.OPG)),
        ((("type", "mk"), ("tif", "io"), ("outside", "y")), replace(MARKET, tif=Tif.IOC, outside_rth=True)),
    ],
)
async def test_every_type_and_time_is_written_with_the_keyboard(
    app: DashboardApp, clock: ManualClock, steps: tuple[tuple[str, str], ...], expected: Ticket
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await fill(desk, *steps)
        await desk.press("enter")
        assert reviewed(desk) == (expected,)


@pytest.mark.parametrize(
    ("kind", "limit", "expected"),
    [
        ("stop", "", {"order_type": OrderType.STP, "stop_price": Decimal(265)}),
        (
            "stopl",
            "264.5",
            {"order_type": OrderType.STOP_LIMIT, "stop_price": Decimal(265), "limit_price": Decimal("264.5")},
        ),
        ("t", "", {"order_type": OrderType.TRAIL, "trailing_type": "amt", "trailing_amount": Decimal(5)}),
        ("trail%", "", {"order_type": OrderType.TRAIL, "trailing_type": "%", "trailing_amount": Decimal(5)}),
    ],
)
async def test_a_bracket_stops_its_loss_in_every_way_and_may_be_one_group(
    app: DashboardApp, clock: ManualClock, kind: str, limit: str, expected: dict[str, object]
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        loss_text = "265" if kind.startswith("s") else "5"
        await fill(desk, ("limit", "271.65"), ("profit", "280"), ("loss", loss_text), ("loss-kind", kind))
        if limit:
            await fill(desk, ("loss-limit", limit))
        await fill(desk, ("oca", "y"))
        await desk.press("enter")
        parent = replace(AAPL_TICKET, single_group=True)
        child = replace(parent, side=Side.SELL, limit_price=None, is_child=True)
        loss = replace(child, **expected)
        assert reviewed(desk) == (parent, replace(child, limit_price=Decimal(280)), loss)


@pytest.mark.parametrize(("unit", "word"), [(SizedIn.CASH, "c"), (SizedIn.CONVERSION, "con")])
async def test_currencies_are_ordered_for_money(
    app: DashboardApp, clock: ManualClock, unit: SizedIn, word: str
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk, CONTRACT[EURUSD])
        await fill(desk, ("quantity", "5000"), ("unit", word), ("type", "mk"))
        assert desk.text("#note-quantity").startswith("5,000.00 USD of EUR")
        await desk.press("enter")
        (ticket,) = reviewed(desk)
        assert (ticket.quantity, ticket.sized_in) == (Decimal(5000), unit)


async def test_shares_are_not_ordered_for_money(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await opened(desk)
        assert not dialog.query_one("#unit", ChoiceField).display


async def test_a_combination_shows_its_legs_and_the_price_made_from_them(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        open_combo_ticket(app, SPREAD, Side.BUY)
        await desk.pilot.pause()
        assert ("show_quotes", "ticket", (AAPL, MSFT)) in session.calls
        assert session.intents("learn_rules") == [], "its conid is that of its currency"
        assert "bid -140.45  ask -140.40".replace("-", "−") in desk.text("#contract")
        assert "buy 1 AAPL, sell 1 MSFT" in desk.text("#contract")
        await desk.happens(QuoteReceived(AAPL, {"ask": Decimal("271.70")}, clock.monotonic()))
        assert "ask −140.38" in desk.text("#contract")
        await fill(desk, ("limit", "-140.50"))
        await desk.press("down", "enter")
        (ticket,) = reviewed(desk)
        assert (ticket.contract, ticket.quantity, ticket.limit_price) == (SPREAD, Decimal(1), Decimal("-140.51"))


async def test_an_advisors_group_asks_for_its_allocation(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(AllocationGroupsLearned(("Family",)))
        dialog = await opened(desk)
        await fill(desk, ("type", "mk"), ("account", "fam"), ("allocation", "net"))
        assert dialog.query_one(".sheet").border_subtitle == "PAPER Family"
        await desk.press("enter")
        assert reviewed(desk) == (replace(MARKET, account="Family", allocation_method="NetLiq"),)


async def test_another_account_is_chosen_by_its_letters_and_named_in_the_corner(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(AccountsReceived((Account(ACCOUNT, is_paper=True), Account("U7")), ACCOUNT))
        dialog = await opened(desk)
        await fill(desk, ("account", "u"))
        assert dialog.draft.account == "U7"
        assert dialog.query_one(".sheet").border_subtitle == "LIVE U7"
        assert dialog.has_class("-live")


async def test_a_trigger_that_the_market_has_passed_is_said_with_its_distance(
    app: DashboardApp, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await opened(desk)
        await fill(desk, ("type", "stp"), ("stop", "265"))
        assert desk.text("#note-stop") == "! would trigger at once last −6.67 (−2.46%)"
        await fill(desk, ("type", "mit"))
        assert desk.text("#note-stop") == "last −6.67 (−2.46%)"


async def test_the_what_if_of_a_bracket_is_asked_for_all_its_orders(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await opened(desk)
        await fill(desk, ("limit", "271.65"), ("profit", "280"))
        await desk.press("w")
        ((_, tickets),) = session.intents("preview")
        assert tickets == dialog.reading().tickets
        await desk.happens(PreviewAnswered(Preview(dialog.reading().tickets, WhatIf(commission="2.00 USD"))))
        assert "What-if of all 2 orders:\ncommission 2.00 USD  amount –" in desk.text("#whatif")


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_the_field_in_focus_is_always_in_sight(
    app: DashboardApp, session: FakeSession, clock: ManualClock, size: tuple[int, int]
) -> None:
    session.store.apply(AlgosLearned(ALGOS))
    async with at_desk(app, clock, size) as desk:
        dialog = await opened(desk)
        await fill(desk, ("type", "traill"), ("profit", "280"), ("loss", "265"))
        await desk.press("ctrl+o")
        await fill(desk, ("algo", "vw"))
        hint = dialog.query_one(".hint").region
        assert hint.bottom < size[1]
        for _ in dialog.focus_chain:
            await desk.pilot.press("tab")
            assert app.focused is not None
            assert any("▸" in line for line in in_sight(desk)), app.focused.id
            assert 0 < app.focused.region.y < hint.y


def test_words_that_do_not_fit_give_way_to_the_one_chosen() -> None:
    field = ChoiceField(["LMT", "MKT", "STP LMT"], "MKT", id="type")

    assert field.full_width == 22
    assert (field.takes("s"), field.takes("x")) == (True, False)


async def test_a_choice_goes_round_and_takes_letters(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        dialog = await opened(desk)
        await fill(desk, ("type", "left space"))
        assert word_of(Field.TYPE, dialog.draft) == "LMT"
        assert any("[LMT ▾] 1/12" in line for line in in_sight(desk))
        await desk.press("s", "t", "p", "l")
        assert word_of(Field.TYPE, dialog.draft) == "STP LMT"
        await desk.press("x")
        assert word_of(Field.TYPE, dialog.draft) == "STP LMT"
