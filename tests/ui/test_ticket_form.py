"""What is typed becomes a ticket, or problems placed at their fields."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.orders import LiveOrder
from ibtui.domain.tickets import OrderType, Side, Tif
from ibtui.ui.ticket_checks import Field, Surroundings
from ibtui.ui.ticket_form import (
    NotModifiable,
    TicketDraft,
    changed_fields,
    draft_of,
    number_or_none,
    read_draft,
    stepped,
    stepped_size,
    ticket_of,
    with_price,
)

AAPL = Contract(265598, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD")
CENT = ContractRules(265598, True, (PriceStep(Decimal(0), Decimal("0.01")),), Decimal(1))
DRAFT = TicketDraft("DU1", AAPL, Side.BUY, quantity="100", limit="271.65")
ORDER = LiveOrder(
    7,
    "DU1",
    265598,
    "AAPL",
    side=Side.BUY,
    order_type="Limit",
    tif="CLOSE",
    quantity=Decimal(100),
    limit_price=Decimal("271.60"),
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100", "100"),
        (" 1,300.50 ", "1300.50"),
        (".5", "0.5"),
        ("-2", "-2"),
        ("−2", "-2"),
        ("5.", "5"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: str) -> None:
    assert number_or_none(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", " ", ".", "-", "1,5", "1,30", "1e5", "ten", "1 000", "1.2.3", "٣", "NaN", "9" * 40]
)
def test_what_is_no_plain_number_is_not_guessed_at(text: str) -> None:
    assert number_or_none(text) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False))
def test_every_decimal_survives_being_shown_and_typed_again(value: Decimal) -> None:
    assert number_or_none(f"{value:f}") == value


def test_a_whole_draft_is_a_ticket_with_exactly_what_was_typed() -> None:
    reading = read_draft(replace(DRAFT, tif=Tif.GTC, outside_rth=True), Surroundings(rules=CENT))

    ticket = reading.ticket
    assert reading.is_sendable
    assert ticket is not None
    assert (ticket.quantity, ticket.limit_price, ticket.stop_price) == (Decimal(100), Decimal("271.65"), None)
    assert (ticket.tif, ticket.outside_rth, ticket.account) == (Tif.GTC, True, "DU1")


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (OrderType.LMT, {Field.LIMIT}),
        (OrderType.MKT, set()),
        (OrderType.STP, {Field.STOP}),
        (OrderType.STOP_LIMIT, {Field.LIMIT, Field.STOP}),
    ],
)
def test_each_type_asks_for_its_own_prices(kind: OrderType, needed: set[Field]) -> None:
    reading = read_draft(replace(DRAFT, order_type=kind, limit="", stop=""), Surroundings())

    assert {problem.field for problem in reading.problems} == needed
    assert reading.is_sendable == (not needed)


def test_a_price_its_type_does_not_use_is_left_out_of_the_ticket() -> None:
    ticket = read_draft(replace(DRAFT, order_type=OrderType.MKT, limit="271.65", stop="1"), Surroundings()).ticket

    assert ticket is not None
    assert (ticket.limit_price, ticket.stop_price) == (None, None)


def test_text_that_is_no_number_is_named_at_its_field() -> None:
    reading = read_draft(replace(DRAFT, limit="27I.65"), Surroundings())

    problem = reading.of(Field.LIMIT)
    assert problem is not None
    assert problem.text == "“27I.65” is not a number"
    assert not problem.is_missing
    assert not reading.is_sendable


def test_a_draft_without_an_account_cannot_be_sent() -> None:
    assert read_draft(replace(DRAFT, account=""), Surroundings()).of(Field.ACCOUNT) is not None


def test_attached_orders_close_what_the_ticket_opens() -> None:
    draft = replace(DRAFT, profit="280", loss="265", tif=Tif.GTC)

    reading = read_draft(draft, Surroundings(rules=CENT))

    profit, loss = reading.children
    assert reading.is_sendable
    assert (profit.side, profit.order_type, profit.limit_price, profit.stop_price) == (
        Side.SELL,
        OrderType.LMT,
        Decimal(280),
        None,
    )
    assert (loss.side, loss.order_type, loss.limit_price, loss.stop_price) == (
        Side.SELL,
        OrderType.STP,
        None,
        Decimal(265),
    )
    assert {child.quantity for child in reading.children} == {Decimal(100)}
    assert {child.tif for child in reading.children} == {Tif.GTC}


def test_attached_orders_outlive_an_immediate_parent() -> None:
    reading = read_draft(replace(DRAFT, loss="265", tif=Tif.IOC), Surroundings())

    assert [child.tif for child in reading.children] == [Tif.DAY]


@pytest.mark.parametrize(
    ("side", "profit", "loss"), [(Side.BUY, "270", "272"), (Side.SELL, "272", "270"), (Side.BUY, "271.65", "271.65")]
)
def test_attached_prices_on_the_wrong_side_of_the_entry_are_refused(side: Side, profit: str, loss: str) -> None:
    reading = read_draft(replace(DRAFT, side=side, profit=profit, loss=loss), Surroundings())

    assert not reading.is_sendable
    assert {problem.field for problem in reading.problems} == {Field.PROFIT, Field.LOSS}


def test_attached_prices_keep_the_grid_of_their_own_side() -> None:
    quarter = replace(CENT, is_buy=False, steps=(PriceStep(Decimal(0), Decimal("0.25")),))

    reading = read_draft(replace(DRAFT, profit="280.10"), Surroundings(rules=CENT), quarter)

    problem = reading.of(Field.PROFIT)
    assert problem is not None
    assert problem.offer == Decimal("280.00")


def test_attached_text_that_is_no_number_is_refused() -> None:
    assert not read_draft(replace(DRAFT, loss="x"), Surroundings()).is_sendable


def test_a_working_order_becomes_the_ticket_that_would_leave_it_as_it_is() -> None:
    ticket = ticket_of(ORDER, AAPL)

    assert (ticket.side, ticket.order_type, ticket.quantity) == (Side.BUY, OrderType.LMT, Decimal(100))
    assert (ticket.limit_price, ticket.tif) == (Decimal("271.60"), Tif.DAY)
    assert read_draft(draft_of(ticket), Surroundings()).ticket == ticket


def test_what_the_gateway_does_not_tell_is_kept_from_the_ticket_that_was_sent() -> None:
    sent = replace(ticket_of(ORDER, AAPL), outside_rth=True, route="NASDAQ", limit_price=Decimal("200.00"))

    ticket = ticket_of(ORDER, AAPL, sent)

    assert (ticket.outside_rth, ticket.route) == (True, "NASDAQ")
    assert ticket.limit_price == Decimal("271.60"), "the gateway's own price is newer than the one sent"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"order_type": "Trailing Stop"}, "Trailing Stop"),
        ({"tif": "GTD"}, "GTD"),
        ({"side": None}, "side"),
        ({"quantity": None}, "size"),
    ],
)
def test_an_order_whose_attributes_cannot_be_kept_is_not_modified(change: dict[str, object], words: str) -> None:
    order = replace(ORDER, **change)  # type: ignore[arg-type]  # names of LiveOrder's own fields

    with pytest.raises(NotModifiable, match=words):
        ticket_of(order, AAPL)


def test_only_the_fields_that_differ_are_marked_as_changed() -> None:
    before = ticket_of(ORDER, AAPL)
    after = replace(before, limit_price=Decimal("271.70"), outside_rth=True)

    assert changed_fields(before, after) == {Field.LIMIT, Field.OUTSIDE}
    assert not changed_fields(before, replace(before, limit_price=Decimal("271.600"))), "the same price, written longer"


def test_arrows_step_a_price_along_its_grid() -> None:
    quarter = ContractRules(1, True, (PriceStep(Decimal(0), Decimal("0.25")),))

    assert stepped("4980.25", 1, quarter, None) == "4980.50"
    assert stepped("4980.25", -2, quarter, None) == "4979.75"
    assert stepped("0.99", 1, _two_steps(), None) == "1.00"
    assert stepped("1.00", 1, _two_steps(), None) == "1.05"
    assert stepped("1.00", -1, _two_steps(), None) == "0.99"


def test_the_first_arrow_in_a_blank_price_takes_the_market() -> None:
    assert stepped("", 1, CENT, Decimal("271.66")) == "271.66"
    assert stepped("", 1, CENT, None) == ""


def test_an_arrow_in_text_that_is_no_number_leaves_it_alone() -> None:
    assert stepped("27I", 1, CENT, Decimal("271.66")) == "27I"


def test_quantities_step_by_their_increment_and_never_reach_zero() -> None:
    hundred = ContractRules(1, True, size_increment=Decimal(100))

    assert stepped_size("100", 1, hundred) == "200"
    assert stepped_size("100", -1, hundred) == "100"
    assert stepped_size("", 1, hundred) == "100"
    assert stepped_size("1", -1, None) == "1"


def test_a_seeded_price_goes_where_its_type_wants_it() -> None:
    assert with_price(replace(DRAFT, limit=""), Decimal("271.6"), CENT).limit == "271.60"
    assert with_price(replace(DRAFT, order_type=OrderType.STP), Decimal("260"), CENT).stop == "260.00"
    assert with_price(replace(DRAFT, order_type=OrderType.MKT, limit=""), Decimal("260"), CENT).limit == ""


def _two_steps() -> ContractRules:
    return ContractRules(1, True, (PriceStep(Decimal(0), Decimal("0.01")), PriceStep(Decimal(1), Decimal("0.05"))))
