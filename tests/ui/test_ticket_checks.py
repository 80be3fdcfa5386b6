"""What is said about a ticket before it is sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif
from ibtui.ui.ticket_checks import (
    OFFERED_TIFS,
    Distance,
    Field,
    Problem,
    Surroundings,
    allowed_tifs,
    allowed_types,
    check_ticket,
    distance,
    notional,
    on_grid,
    plain,
)

AAPL = Contract(265598, "AAPL", "APPLE INC", "STK", "NASDAQ", "USD")
BUY = Ticket("DU1", AAPL, Side.BUY, OrderType.LMT, Decimal(100), Decimal("271.65"))
SELL = replace(BUY, side=Side.SELL)
QUOTE = Quote(265598, last=Decimal("271.67"), bid=Decimal("271.66"), ask=Decimal("271.68"))
RULES = ContractRules(
    265598,
    True,
    (PriceStep(Decimal(0), Decimal("0.01")),),
    Decimal(1),
    order_types=("limit", "market", "stop", "stop_limit"),
    order_types_outside=("limit",),
    tifs=("IOC/MARKET,LIMIT,a", "GTC/o,a", "OPG/LIMIT,MARKET,a", "DAY/o,a"),
)


def problems(ticket: Ticket, quote: Quote | None = None, rules: ContractRules | None = RULES) -> dict[Field, Problem]:
    return {problem.field: problem for problem in check_ticket(ticket, Surroundings(quote, rules))}


def test_a_right_ticket_has_no_problem() -> None:
    assert problems(BUY, QUOTE) == {}


def test_unknown_rules_and_prices_are_not_held_against_a_ticket() -> None:
    assert problems(BUY, None, None) == {}


@pytest.mark.parametrize("quantity", ["0", "-5"])
def test_a_quantity_must_be_more_than_nothing(quantity: str) -> None:
    assert problems(replace(BUY, quantity=Decimal(quantity)))[Field.QUANTITY].blocks


def test_a_price_off_its_grid_offers_the_nearest_right_one() -> None:
    found = problems(replace(BUY, limit_price=Decimal("271.654")))[Field.LIMIT]

    assert found.blocks
    assert found.offer == Decimal("271.65")
    assert found.text == "steps of 0.01, nearest is 271.65"


@pytest.mark.parametrize("price", ["0", "-1.00"])
def test_a_price_of_nothing_or_less_needs_a_contract_that_allows_it(price: str) -> None:
    ticket = replace(BUY, limit_price=Decimal(price))

    assert problems(ticket)[Field.LIMIT].blocks
    assert problems(ticket, None, None)[Field.LIMIT].blocks
    assert Field.LIMIT not in problems(ticket, None, replace(RULES, negative_capable=True))


def test_half_a_share_is_refused_unless_the_rules_know_fractions() -> None:
    half = replace(BUY, quantity=Decimal("0.5"))

    assert problems(half)[Field.QUANTITY].blocks
    assert Field.QUANTITY not in problems(half, None, replace(RULES, fractional_types=("limit",)))


def test_an_odd_lot_is_remarked_on_but_may_be_sent() -> None:
    found = problems(BUY, None, replace(RULES, size_increment=Decimal(30)))[Field.QUANTITY]

    assert not found.blocks
    assert found.offer == Decimal(90)


def test_an_order_type_the_rules_leave_out_is_refused() -> None:
    rules = replace(RULES, order_types=("limit",))

    assert problems(replace(BUY, order_type=OrderType.MKT, limit_price=None), None, rules)[Field.TYPE].blocks
    assert allowed_types(rules, (OrderType.LMT, OrderType.MKT)) == (OrderType.LMT,)


def test_times_in_force_follow_the_rules_of_the_order_type() -> None:
    assert allowed_tifs(RULES, OrderType.LMT) == (Tif.DAY, Tif.GTC, Tif.OPG, Tif.IOC)
    assert allowed_tifs(RULES, OrderType.STP) == (Tif.DAY, Tif.GTC)
    stop = replace(BUY, order_type=OrderType.STP, limit_price=None, stop_price=Decimal("280.00"), tif=Tif.OPG)
    assert problems(stop)[Field.TIF].blocks


def test_silent_rules_allow_everything() -> None:
    silent = ContractRules(265598, True)

    assert allowed_tifs(silent, OrderType.STP) == OFFERED_TIFS
    assert allowed_types(silent, (OrderType.MIDPRICE,)) == (OrderType.MIDPRICE,)


def test_a_type_that_works_in_regular_hours_only_is_remarked_on() -> None:
    found = problems(replace(BUY, order_type=OrderType.MKT, limit_price=None, outside_rth=True))[Field.OUTSIDE]

    assert not found.blocks


def test_an_account_the_contract_is_closed_to_is_refused() -> None:
    assert problems(BUY, None, replace(RULES, accounts=("U9",)))[Field.ACCOUNT].blocks


def test_a_stop_limit_that_may_never_fill_is_remarked_on() -> None:
    behind = replace(BUY, order_type=OrderType.STOP_LIMIT, limit_price=Decimal("279.00"), stop_price=Decimal("280.00"))

    assert not problems(behind)[Field.LIMIT].blocks
    assert Field.LIMIT not in problems(replace(behind, limit_price=Decimal("281.00")))


def test_a_halt_is_said() -> None:
    assert problems(BUY, replace(QUOTE, halted=True))[Field.SIDE].text == "trading is halted"


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (Limits(max_quantity=Decimal(99)), Field.QUANTITY),
        (Limits(max_notional=Decimal(27_000)), Field.QUANTITY),
        (Limits(collar_percent=Decimal("0.005")), Field.LIMIT),
        (Limits(order_types=frozenset({OrderType.MKT})), Field.TYPE),
    ],
)
def test_the_users_own_limits_stop_a_fat_finger(limits: Limits, field: Field) -> None:
    found = {p.field: p for p in check_ticket(BUY, Surroundings(QUOTE, RULES, limits))}

    assert found[field].blocks
    assert "your" in found[field].text


def test_a_limit_of_none_is_switched_off() -> None:
    off = Limits(None, None, None)
    huge = replace(BUY, quantity=Decimal(10**9), limit_price=Decimal("1.00"))

    assert check_ticket(huge, Surroundings(QUOTE, RULES, off)) == ()


def test_the_worth_is_price_times_quantity_times_multiplier() -> None:
    future = replace(BUY, contract=replace(AAPL, multiplier=Decimal(50)), quantity=Decimal(2))

    assert notional(BUY, None) == Decimal("27165.00")
    assert notional(future, None) == Decimal("27165.00")
    market = replace(BUY, order_type=OrderType.MKT, limit_price=None)
    assert notional(market, QUOTE) == Decimal("27168.00"), "a buyer meets the ask"
    assert notional(replace(market, side=Side.SELL), QUOTE) == Decimal("27166.00"), "a seller meets the bid"
    assert notional(market, None) is None


@pytest.mark.parametrize(
    ("ticket", "side", "amount", "note"),
    [
        (BUY, "bid", "-0.01", ""),
        (replace(BUY, limit_price=Decimal("271.70")), "ask", "0.02", "would fill at once"),
        (replace(SELL, limit_price=Decimal("271.70")), "ask", "0.02", ""),
        (replace(SELL, limit_price=Decimal("271.00")), "bid", "-0.66", "would fill at once"),
        (
            replace(SELL, order_type=OrderType.STP, limit_price=None, stop_price=Decimal("265.00")),
            "last",
            "-6.67",
            "",
        ),
        (
            replace(BUY, order_type=OrderType.STP, limit_price=None, stop_price=Decimal("265.00")),
            "last",
            "-6.67",
            "would trigger at once",
        ),
    ],
)
def test_the_distance_is_measured_from_the_price_it_would_meet(
    ticket: Ticket, side: str, amount: str, note: str
) -> None:
    found = distance(ticket, QUOTE)

    assert found is not None
    assert (found.side, found.amount, found.note) == (side, Decimal(amount), note)


def test_the_distance_in_percent_is_of_the_market() -> None:
    quote = Quote(1, bid=Decimal(200), ask=Decimal(201))

    assert distance(replace(BUY, limit_price=Decimal(190)), quote) == Distance("bid", Decimal(-10), Decimal(-5))


def test_without_a_market_there_is_no_distance() -> None:
    assert distance(BUY, None) is None
    assert distance(BUY, Quote(1)) is None


def test_prices_are_shown_with_the_decimals_of_their_grid_and_never_with_fewer() -> None:
    assert on_grid(Decimal(165), RULES) == "165.00"
    assert on_grid(Decimal("165.125"), RULES) == "165.125"
    assert on_grid(Decimal("165.5"), None) == "165.5"
    assert plain(Decimal("100.00")) == "100"
    assert plain(Decimal("1E+3")) == "1000"
