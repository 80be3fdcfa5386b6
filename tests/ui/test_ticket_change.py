"""A working order becomes the ticket that would leave it as it is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.ui.ticket_change import ATTRIBUTES, NotModifiable, changed_fields, ticket_of
from ibtui.ui.ticket_fields import Field, Surroundings
from ibtui.ui.ticket_form import draft_of
from ibtui.ui.ticket_reading import read_draft
from tests.ui.drafts import ALGO, FOREX, SPREAD, STOCK

ORDER = LiveOrder(
    7,
    "DU1",
    265598,
    symbol="AAPL",
    side=Side.BUY,
    order_type="Limit",
    tif="CLOSE",
    quantity=Decimal(100),
    limit_price=Decimal("271.60"),
)
SENT = Ticket(
    "DU1",
    STOCK,
    Side.BUY,
    OrderType.LMT,
    Decimal(100),
    Decimal("271.60"),
    outside_rth=True,
    route="NASDAQ",
    destination="ARCA",
    strategy="Vwap",
    strategy_parameters=ALGO,
    price_management=False,
    all_or_none=True,
    manual_time_ms=1,
    referrer="R",
    operator="O",
    is_child=True,
    single_group=True,
)


def test_a_working_order_becomes_the_ticket_that_would_leave_it_as_it_is() -> None:
    ticket = ticket_of(ORDER, STOCK)

    assert (ticket.side, ticket.order_type, ticket.quantity) == (Side.BUY, OrderType.LMT, Decimal(100))
    assert (ticket.limit_price, ticket.tif) == (Decimal("271.60"), Tif.DAY)
    assert read_draft(draft_of(ticket), Surroundings()).ticket == ticket


def test_everything_it_was_sent_with_is_kept_through_the_form() -> None:
    ticket = ticket_of(ORDER, STOCK, SENT)

    assert ticket == SENT
    assert read_draft(draft_of(ticket), Surroundings()).ticket == SENT


def test_what_the_gateway_tells_is_newer_than_what_was_sent() -> None:
    ticket = ticket_of(replace(ORDER, outside_rth=False, limit_price=Decimal("271.70"), tif="GTC"), STOCK, SENT)

    assert ticket == replace(SENT, outside_rth=False, limit_price=Decimal("271.70"), tif=Tif.GTC)


@pytest.mark.parametrize(
    ("words", "kind"),
    [("MIDPRICE", OrderType.MIDPRICE), ("LIMITONCLOSE", OrderType.LOC), ("Market If Touched", OrderType.MIT)],
)
def test_every_type_the_gateway_names_can_be_changed(words: str, kind: OrderType) -> None:
    assert ticket_of(replace(ORDER, order_type=words), STOCK).order_type is kind


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"order_type": "Box Top"}, "Box Top"),
        ({"order_type": "Trailing Stop"}, "trails by"),
        ({"tif": "GTD"}, "until when"),
        ({"tif": "AUC"}, "AUC"),
        ({"side": None}, "side"),
        ({"quantity": None}, "size"),
        ({"conidex": "28812380;;;265598/1,272093/-1"}, "legs"),
    ],
)
def test_an_order_whose_attributes_cannot_be_kept_is_not_modified(change: dict[str, object], words: str) -> None:
    order = replace(ORDER, **change)

    with pytest.raises(NotModifiable, match=words):
        ticket_of(order, STOCK)


def test_a_trailing_order_keeps_what_it_was_told_to_trail_by() -> None:
    sent = replace(SENT, order_type=OrderType.TRAIL, limit_price=None, trailing_type="%", trailing_amount=Decimal(2))
    order = replace(ORDER, order_type="TRAIL", limit_price=None, stop_price=Decimal("266.20"))

    kept = ticket_of(order, STOCK, sent)
    assert (kept.trailing_type, kept.trailing_amount) == ("%", Decimal(2))
    assert kept.stop_price is None, "where it has trailed to is not where it was told to begin"
    told = ticket_of(replace(order, trailing_amount=Decimal(3), trailing_type="amt"), STOCK)
    assert (told.trailing_type, told.trailing_amount) == ("amt", Decimal(3))


def test_a_gtd_order_keeps_its_moment() -> None:
    sent = replace(SENT, tif=Tif.GTD, good_till="20261224-21:00:00")

    assert ticket_of(replace(ORDER, tif="GTD"), STOCK, sent).good_till == "20261224-21:00:00"


def test_a_combination_keeps_its_legs() -> None:
    sent = replace(SENT, contract=SPREAD, destination="")
    order = replace(ORDER, conid=28812380, conidex="28812380;;;265598/1,272093/-1")

    assert ticket_of(order, STOCK, sent).contract == SPREAD


def test_an_order_for_money_keeps_the_money() -> None:
    sent = replace(SENT, contract=FOREX, sized_in=SizedIn.CASH, quantity=Decimal(5000))

    assert ticket_of(replace(ORDER, quantity=Decimal(4600)), FOREX, sent).quantity == Decimal(5000)


def test_only_the_fields_that_differ_are_marked_as_changed() -> None:
    before = ticket_of(ORDER, STOCK)
    after = replace(before, limit_price=Decimal("271.70"), outside_rth=True)

    assert changed_fields(before, after) == {Field.LIMIT, Field.OUTSIDE}
    assert not changed_fields(before, replace(before, limit_price=Decimal("271.600"))), "the same price, written longer"


def test_no_attribute_of_a_ticket_changes_unnoticed() -> None:
    noticed = {name for names in ATTRIBUTES.values() for name in names}

    assert noticed == set(Ticket.__struct_fields__) - {"contract", "is_child"}
