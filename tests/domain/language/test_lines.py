"""Tickets written as a line read back to the same tickets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from ibtui.domain.language import (
    GroupCommand,
    NoLine,
    OrderCommand,
    StopLoss,
    children_of,
    command_of,
    line_of,
    parse,
    tickets_of,
    tickets_of_group,
)
from ibtui.domain.language.words import split
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from tests.domain.tickets_strategy import AAPL, BERKSHIRE, BUTTERFLY, FOREX, MSFT, SPREAD, ticket_sets

D = Decimal
LIMIT = Ticket("DU1", AAPL, Side.BUY, OrderType.LMT, D(100), D("165.30"))


def read_back(line: str, tickets: Sequence[Ticket], account: str = "") -> tuple[Ticket, ...]:
    """The tickets of a line whose contracts are those of `tickets`."""
    command = parse(line).command
    if isinstance(command, GroupCommand):
        return tickets_of_group(command, [ticket.contract for ticket in tickets], account)
    assert isinstance(command, OrderCommand), parse(line)
    return tickets_of(command, tickets[0].contract, account)


@settings(max_examples=80)
@given(ticket_sets())
def test_tickets_of_every_form_written_as_a_line_read_back_the_same_to_the_digit(tickets: tuple[Ticket, ...]) -> None:
    again = read_back(line_of(tickets), tickets)
    assert again == tickets
    assert repr(again) == repr(tickets)


@given(ticket_sets())
def test_the_account_on_screen_need_not_be_named(tickets: tuple[Ticket, ...]) -> None:
    account = tickets[0].account
    line = line_of(tickets, account=account)
    assert read_back(line, tickets, account) == tickets


@given(ticket_sets())
def test_a_line_is_the_same_however_often_it_is_read_and_written(tickets: tuple[Ticket, ...]) -> None:
    line = line_of(tickets)
    assert str(parse(line).command) == line
    assert str(command_of(tickets)) == line


@settings(max_examples=30)
@given(ticket_sets())
def test_every_line_is_right_at_every_word_while_it_is_typed(tickets: tuple[Ticket, ...]) -> None:
    line = line_of(tickets)
    for word in split(line):
        before = parse(line[: word.start])
        assert before.error == ""
        fitting = {choice.split()[0] for choice in before.expected}
        assert word.lower in fitting or any(choice.startswith("<") for choice in before.expected)


@pytest.mark.parametrize(
    ("tickets", "line"),
    [
        ((LIMIT,), "buy 100 AAPL @ 165.30 lmt"),
        (
            (replace(LIMIT, contract=BERKSHIRE, tif=Tif.GTC, outside_rth=True),),
            "buy 100 'BRK B' @ 165.30 lmt gtc rth off",
        ),
        (
            (
                replace(
                    LIMIT,
                    side=Side.SELL,
                    order_type=OrderType.TRAILLMT,
                    limit_price=D("182.90"),
                    stop_price=D("183.00"),
                    trailing_type="%",
                    trailing_amount=D(2),
                ),
            ),
            "sell 100 AAPL trail 2% lmt @ 182.90 stop 183.00",
        ),
        (
            (replace(LIMIT, contract=FOREX, order_type=OrderType.MKT, limit_price=None, sized_in=SizedIn.CONVERSION),),
            "buy $100 EUR.USD mkt conv",
        ),
        ((replace(LIMIT, contract=SPREAD, limit_price=D("-1.20")),), "buy 100 combo +1 AAPL -1 MSFT @ -1.20 lmt"),
        (
            (replace(LIMIT, contract=BUTTERFLY),),
            "buy 100 combo +1 'SX5E C1' -2 13 +1 14 @ 165.30 lmt",
        ),
        (
            (LIMIT, *children_of(LIMIT, D(175), StopLoss(D(160), D("159.50")))),
            "buy 100 AAPL @ 165.30 lmt tp 175 sl 160 lmt 159.50",
        ),
        (
            (LIMIT, *children_of(LIMIT, None, StopLoss(D(160), D(159), "amt", D(2)))),
            "buy 100 AAPL @ 165.30 lmt sl trail 2 160 lmt 159",
        ),
        (
            (replace(LIMIT, single_group=True), replace(LIMIT, contract=MSFT, side=Side.SELL, single_group=True)),
            "buy 100 AAPL @ 165.30 lmt or sell 100 MSFT @ 165.30 lmt",
        ),
        (
            (
                replace(
                    LIMIT,
                    strategy="Vwap",
                    strategy_parameters=(("startTime", "14:00:00 EST"), ("x", True), ("y", "true")),
                ),
            ),
            "buy 100 AAPL @ 165.30 lmt algo Vwap startTime='14:00:00 EST' x=true y='true'",
        ),
    ],
)
def test_tickets_are_written_as_a_trader_would_write_them(tickets: tuple[Ticket, ...], line: str) -> None:
    assert line_of(tickets, account="DU1") == line


def test_a_contract_is_written_by_the_symbol_given_for_it() -> None:
    assert line_of((LIMIT,), symbol="aapl.x", account="DU1") == "buy 100 'aapl.x' @ 165.30 lmt"


def test_an_account_other_than_the_one_on_screen_is_named() -> None:
    assert line_of((LIMIT,), account="DU2") == "buy 100 AAPL @ 165.30 lmt acct DU1"


@pytest.mark.parametrize(
    "tickets",
    [
        (),
        (replace(LIMIT, is_child=True),),
        (replace(LIMIT, single_group=True),),
        (LIMIT, replace(LIMIT, contract=MSFT)),
        (LIMIT, replace(children_of(LIMIT, D(175), None)[0], quantity=D(50))),
        (LIMIT, *children_of(LIMIT, D(175), None), *children_of(LIMIT, D(176), None)),
        (replace(LIMIT, limit_price=None),),
        (replace(LIMIT, limit_price=D(-1)),),
        (replace(LIMIT, stop_price=D(5)),),
        (replace(LIMIT, good_till="20261231-21:00:00"),),
    ],
)
def test_what_a_line_cannot_say_is_refused_rather_than_written_wrong(tickets: tuple[Ticket, ...]) -> None:
    with pytest.raises(NoLine):
        line_of(tickets)
