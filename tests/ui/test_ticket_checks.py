"""What is said about a ticket before it is sent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.algos import Algo, AlgoParameter, Algos
from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.ui.ticket_checks import check_ticket
from ibtui.ui.ticket_fields import Field, Problem, Surroundings, on_grid, plain
from ibtui.ui.ticket_worth import Distance, distance, first_stop, gain, notional
from tests.ui.drafts import COIN, FOREX, NOW, SPREAD

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
    assert problems(half, None, replace(RULES, fractional_types=("market",)))[Field.QUANTITY].blocks
    assert Field.QUANTITY not in problems(half, None, replace(RULES, size_increment=Decimal("0.25")))


def test_while_rules_are_unknown_only_money_and_coins_are_divisible() -> None:
    half = replace(BUY, quantity=Decimal("0.5"))

    assert problems(half, None, None)[Field.QUANTITY].blocks
    assert Field.QUANTITY not in problems(replace(half, contract=COIN), None, None)


def test_an_odd_lot_is_remarked_on_but_may_be_sent() -> None:
    found = problems(BUY, None, replace(RULES, size_increment=Decimal(30)))[Field.QUANTITY]

    assert not found.blocks
    assert found.offer == Decimal(90)


def test_an_order_type_the_rules_leave_out_is_refused() -> None:
    rules = replace(RULES, order_types=("limit",))

    assert problems(replace(BUY, order_type=OrderType.MKT, limit_price=None), None, rules)[Field.TYPE].blocks


def test_a_time_in_force_must_be_offered_for_the_order_type() -> None:
    stop = replace(BUY, order_type=OrderType.STP, limit_price=None, stop_price=Decimal("280.00"), tif=Tif.OPG)

    assert problems(stop)[Field.TIF].blocks
    assert Field.TIF not in problems(replace(BUY, tif=Tif.OPG))
    assert problems(replace(BUY, tif=Tif.PAX), None, None)[Field.TIF].blocks, "PAX is for crypto"


def test_a_type_that_works_in_regular_hours_only_is_remarked_on() -> None:
    found = problems(replace(BUY, order_type=OrderType.MKT, limit_price=None, outside_rth=True))[Field.OUTSIDE]

    assert not found.blocks


def test_an_account_the_contract_is_closed_to_is_refused() -> None:
    assert problems(BUY, None, replace(RULES, accounts=("U9",)))[Field.ACCOUNT].blocks


def test_a_stop_limit_that_may_never_fill_is_remarked_on() -> None:
    behind = replace(BUY, order_type=OrderType.STOP_LIMIT, limit_price=Decimal("279.00"), stop_price=Decimal("280.00"))

    assert not problems(behind)[Field.LIMIT].blocks
    assert Field.LIMIT not in problems(replace(behind, limit_price=Decimal("281.00")))


@pytest.mark.parametrize(
    ("kind", "side", "stop", "at_once"),
    [
        (OrderType.STP, Side.BUY, "271.00", True),
        (OrderType.STP, Side.BUY, "272.00", False),
        (OrderType.STP, Side.SELL, "272.00", True),
        (OrderType.TRAIL, Side.SELL, "272.00", True),
        (OrderType.TRAIL, Side.SELL, "270.00", False),
        (OrderType.MIT, Side.BUY, "272.00", True),
        (OrderType.MIT, Side.BUY, "271.00", False),
        (OrderType.LIT, Side.SELL, "271.00", True),
    ],
)
def test_a_trigger_the_market_has_passed_is_remarked_on(kind: OrderType, side: Side, stop: str, at_once: bool) -> None:
    found = problems(replace(BUY, order_type=kind, side=side, stop_price=Decimal(stop)), QUOTE, None)

    assert (Field.STOP in found) is at_once
    assert not any(problem.blocks for problem in found.values())


@pytest.mark.parametrize(
    ("by", "amount", "is_right"),
    [("amt", "150", True), ("amt", "0", False), ("amt", "-1", False), ("%", "99.9", True), ("%", "100", False)],
)
def test_a_trail_is_more_than_nothing_and_less_than_all(by: str, amount: str, is_right: bool) -> None:
    ticket = replace(
        BUY, order_type=OrderType.TRAIL, limit_price=None, trailing_type=by, trailing_amount=Decimal(amount)
    )

    around = Surroundings(limits=Limits(None, None, None))
    assert (Field.TRAIL not in {problem.field for problem in check_ticket(ticket, around)}) is is_right


def test_an_offset_is_not_less_than_nothing() -> None:
    relative = replace(BUY, order_type=OrderType.REL, offset=Decimal("-0.01"))

    assert problems(relative, None, None)[Field.OFFSET].blocks
    assert Field.OFFSET not in problems(replace(relative, offset=Decimal(0)), None, None)


def test_a_gtd_order_ends_in_the_future() -> None:
    def found(moment: str) -> bool:
        ticket = replace(BUY, tif=Tif.GTD, good_till=moment)
        return any(p.field is Field.GOOD_TILL for p in check_ticket(ticket, Surroundings(wall=NOW)))

    assert found("20261120-11:59:59")
    assert not found("20261120-12:00:01")


def test_money_buys_what_the_rules_sell_for_money() -> None:
    cash = replace(BUY, contract=FOREX, sized_in=SizedIn.CASH, quantity=Decimal("5000.50"))

    assert Field.UNIT not in problems(cash, None, None)
    assert Field.QUANTITY not in problems(cash), "an amount of money has parts"
    assert problems(cash, None, replace(RULES, cash_quantity_types=("market",)))[Field.UNIT].blocks
    assert problems(replace(cash, contract=AAPL), None, None)[Field.UNIT].blocks
    assert problems(replace(cash, contract=COIN, sized_in=SizedIn.CONVERSION), None, None)[Field.UNIT].blocks


def test_prices_of_a_combination_may_be_negative() -> None:
    assert problems(replace(BUY, contract=SPREAD, limit_price=Decimal("-1.20")), None, None) == {}


def test_a_route_the_contract_does_not_know_is_refused() -> None:
    known = Surroundings(exchanges=("SMART", "ARCA"))

    assert [p.field for p in check_ticket(replace(BUY, route="ARC"), known)] == [Field.ROUTE]
    assert [p.field for p in check_ticket(replace(BUY, destination="X"), known)] == [Field.DESTINATION]
    assert check_ticket(replace(BUY, route="ARCA", destination="NASDAQ"), known) == ()


def test_a_change_keeps_the_type_it_has_and_is_more_than_what_is_filled() -> None:
    rules = replace(RULES, order_types=("limit",), modify_types=("market",))
    pegged = replace(BUY, order_type=OrderType.REL)

    def found(ticket: Ticket) -> list[Field]:
        return [p.field for p in check_ticket(ticket, Surroundings(rules=rules, before=pegged, filled=Decimal(100)))]

    assert found(replace(pegged, quantity=Decimal(101))) == []
    assert found(replace(BUY, quantity=Decimal(101))) == [Field.TYPE]
    assert found(pegged) == [Field.QUANTITY]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ((), "Max Percentage: is needed"),
        ((("maxPctVol", "51"),), "Max Percentage: must be 50 or less"),
        ((("maxPctVol", "0"),), "Max Percentage: must be 0.01 or more"),
        ((("maxPctVol", "x"),), "Max Percentage: “x” is not a number"),
        ((("MaxPctVol", "10"), ("speed", "slow")), "Speed: must be one of Urgent, Normal"),
        ((("MaxPctVol", "10"), ("count", "1.5")), "Count: must be a whole number"),
        ((("MaxPctVol", "10"), ("flag", "yes")), "Flag: must be yes or no"),
        ((("MaxPctVol", "10"), ("other", "1")), "Vwap has no parameter other"),
        ((("MaxPctVol", "10"), ("speed", "Urgent"), ("count", "2"), ("flag", True)), ""),
    ],
)
def test_an_algo_gets_what_its_description_asks_for(parameters: tuple[tuple[str, str | bool], ...], words: str) -> None:
    form = (
        AlgoParameter("maxPctVol", "Max Percentage", "Double", True, least=Decimal("0.01"), most=Decimal(50)),
        AlgoParameter("speed", "Speed", choices=("Urgent", "Normal")),
        AlgoParameter("count", "Count", "Integer"),
        AlgoParameter("flag", "Flag", "Boolean"),
    )
    around = Surroundings(algos=Algos(AAPL.conid, (Algo("Vwap", "VWAP", parameters=form),)))
    ticket = replace(BUY, strategy="Vwap", strategy_parameters=parameters)

    assert [problem.text for problem in check_ticket(ticket, around)] == ([words] if words else [])


def test_an_algo_needs_an_order_type_that_may_be_worked() -> None:
    found = problems(replace(BUY, strategy="Vwap"), None, replace(RULES, algo_types=("market",)))

    assert found[Field.ALGO].blocks


def test_an_allocation_needs_a_group_and_a_group_needs_no_permission_of_its_own() -> None:
    closed = replace(RULES, accounts=("DU1",))
    grouped = replace(BUY, account="Family", allocation_method="NetLiq")

    assert check_ticket(grouped, Surroundings(rules=closed, groups=("Family",))) == ()
    assert problems(replace(BUY, allocation_method="NetLiq"))[Field.ALLOCATION].blocks


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


def test_the_settings_may_want_a_price_to_judge_by() -> None:
    wanting = Limits(needs_market_data=True)

    assert any(p.blocks for p in check_ticket(BUY, Surroundings(None, RULES, wanting)))
    assert check_ticket(BUY, Surroundings(QUOTE, RULES, wanting)) == ()


def test_the_legs_of_a_combination_are_limited_one_by_one() -> None:
    spread = replace(BUY, contract=SPREAD, quantity=Decimal(50), limit_price=Decimal("0.10"))
    legs = (("AAPL", Decimal(270)), ("MSFT", Decimal(410)))

    by_size = check_ticket(spread, Surroundings(limits=Limits(max_quantity=Decimal(60))))
    assert by_size == ()
    by_worth = check_ticket(spread, Surroundings(limits=Limits(max_notional=Decimal(20_000)), legs=legs))
    assert [problem.text for problem in by_worth] == ["leg MSFT worth 20,500, your limit is 20,000"]


def test_trails_and_offsets_are_held_to_the_collar() -> None:
    collar = Surroundings(QUOTE, None, Limits(collar_percent=Decimal(5)))
    trail = replace(BUY, order_type=OrderType.TRAIL, limit_price=None, trailing_type="%", trailing_amount=Decimal(6))

    assert [p.field for p in check_ticket(trail, collar)] == [Field.TRAIL]
    assert [p.field for p in check_ticket(replace(BUY, order_type=OrderType.REL, offset=Decimal(20)), collar)] == [
        Field.OFFSET
    ]


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
    assert notional(replace(market, sized_in=SizedIn.CASH), QUOTE) == Decimal(100), "money is worth itself"
    assert notional(replace(BUY, contract=SPREAD, limit_price=Decimal("-1.20")), None) == Decimal("120.00")


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
        (
            replace(BUY, order_type=OrderType.MIT, limit_price=None, stop_price=Decimal("265.00")),
            "last",
            "-6.67",
            "",
        ),
        (replace(BUY, order_type=OrderType.MIDPRICE, limit_price=Decimal("272.00")), "ask", "0.32", ""),
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


def test_a_trail_begins_as_far_from_the_last_price_as_it_trails() -> None:
    trail = replace(SELL, order_type=OrderType.TRAIL, limit_price=None, trailing_type="amt", trailing_amount=Decimal(2))

    assert first_stop(trail, QUOTE) == Decimal("269.67")
    assert first_stop(replace(trail, side=Side.BUY), QUOTE) == Decimal("273.67")
    assert first_stop(replace(trail, trailing_type="%"), QUOTE) == Decimal("266.2366")
    assert first_stop(trail, None) is None


def test_what_an_attached_order_wins_or_loses_is_reckoned_from_the_entry() -> None:
    profit = replace(SELL, limit_price=Decimal("281.65"))
    trail = replace(SELL, order_type=OrderType.TRAIL, limit_price=None, trailing_type="amt", trailing_amount=Decimal(5))

    assert gain(BUY, profit, None) == (Decimal("1000.00"), Decimal(10) / Decimal("271.65") * 100)
    lost = gain(BUY, trail, None)
    assert lost is not None
    assert lost[0] == Decimal("-500.00")
    assert gain(replace(BUY, limit_price=None), profit, None) is None


def test_a_spread_entered_at_a_credit_wins_when_it_costs_more() -> None:
    spread = replace(BUY, contract=SPREAD, quantity=Decimal(1), limit_price=Decimal("-1.20"))
    won = gain(spread, replace(spread, side=Side.SELL, limit_price=Decimal("-1.00")), None)

    assert won is not None
    assert won[0] == Decimal("0.20")
