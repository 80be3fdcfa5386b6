"""Which order closes a position."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.closing import ClosingStage, NotClosable, closing_ticket, doubt_of
from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.hours import Phase
from ibtui.domain.market import Availability, Quote
from ibtui.domain.tickets import OrderType, Side, Ticket, Tif

D = Decimal
AAPL = Contract(265598, "AAPL", sec_type="STK")
QUOTE = Quote(265598, bid=D("10.00"), ask=D("10.05"), received=5.0, subscribed=True, availability=Availability.LIVE)
STEPS = (PriceStep(D(0), D("0.01")), PriceStep(D(10), D("0.05")))
RULES = ContractRules(265598, True, STEPS, order_types=("limit", "market"))


def closed(
    held: str,
    *,
    quote: Quote | None = QUOTE,
    rules: ContractRules | None = RULES,
    reverse: bool = False,
    market: bool = False,
    ticks: int = 3,
    phase: Phase = Phase.REGULAR,
) -> Ticket:
    return closing_ticket(
        "U1", AAPL, D(held), quote, rules, phase=phase, reverse=reverse, market=market, collar_ticks=ticks
    )


@pytest.mark.parametrize(
    ("held", "reverse", "side", "quantity", "price"),
    [
        ("5", False, Side.SELL, "5", "9.97"),
        ("-5", False, Side.BUY, "5", "10.20"),
        ("5", True, Side.SELL, "10", "9.97"),
        ("-0.5", True, Side.BUY, "1.0", "10.20"),
    ],
)
def test_the_limit_is_so_many_ticks_beyond_the_far_side_each_of_its_own_size(
    held: str, reverse: bool, side: Side, quantity: str, price: str
) -> None:
    ticket = closed(held, reverse=reverse)
    assert (ticket.side, ticket.quantity, ticket.limit_price) == (side, D(quantity), D(price))
    assert (ticket.order_type, ticket.tif, ticket.account, ticket.contract) == (OrderType.LMT, Tif.DAY, "U1", AAPL)


def test_a_market_order_has_no_price_and_needs_no_quote() -> None:
    ticket = closed("5", market=True, quote=None)
    assert (ticket.order_type, ticket.limit_price, ticket.quantity) == (OrderType.MKT, None, D(5))


@pytest.mark.parametrize("rules", [replace(RULES, order_types=("limit",)), replace(RULES, order_types=())])
def test_a_market_order_that_the_rules_do_not_list_is_a_limit(rules: ContractRules) -> None:
    assert closed("5", market=True, rules=rules).order_type is OrderType.LMT


def test_a_collar_that_would_reach_below_nothing_ends_at_the_smallest_price() -> None:
    cheap = replace(QUOTE, bid=D("0.02"), ask=D("0.03"))
    assert closed("5", quote=cheap, ticks=10).limit_price == D("0.01")
    assert closed("5", quote=cheap, ticks=10, rules=replace(RULES, negative_capable=True)).limit_price == D("-0.08")


def test_a_collar_of_nothing_or_less_is_the_far_side_itself() -> None:
    assert closed("5", ticks=0).limit_price == D("10.00")
    assert closed("-5", ticks=-3).limit_price == D("10.05")


@pytest.mark.parametrize(
    ("held", "quote", "rules", "words"),
    [
        ("5", replace(QUOTE, bid=None), RULES, "there is no bid to sell at"),
        ("-5", replace(QUOTE, ask=None), RULES, "there is no ask to buy at"),
        ("5", None, RULES, "there is no bid"),
        ("5", QUOTE, None, "the price steps of the instrument are not known"),
        ("5", QUOTE, replace(RULES, steps=()), "the price steps of the instrument are not known"),
    ],
)
def test_without_a_price_or_its_grid_there_is_no_order(
    held: str, quote: Quote | None, rules: ContractRules | None, words: str
) -> None:
    with pytest.raises(NotClosable, match=words):
        closed(held, quote=quote, rules=rules)


def test_where_day_is_not_offered_it_is_for_at_once() -> None:
    rules = replace(RULES, tifs=("IOC/MARKET", "GTC/LIMIT"))
    assert closed("5", market=True, rules=rules).tif is Tif.IOC
    assert closed("5", rules=rules).tif is Tif.GTC


@pytest.mark.parametrize(
    ("quote", "now", "is_streaming", "words"),
    [
        (QUOTE, 6.0, True, ""),
        (QUOTE, 500.0, True, ""),
        (replace(QUOTE, availability=Availability.UNKNOWN), 6.0, True, ""),
        (None, 6.0, True, "there are no prices"),
        (Quote(1), 6.0, True, "there are no prices"),
        (replace(QUOTE, subscribed=False), 6.0, True, "the prices are stale"),
        (QUOTE, 26.0, False, "the prices are stale"),
        (replace(QUOTE, halted=True), 6.0, True, "the instrument is halted"),
        (replace(QUOTE, availability=Availability.DELAYED), 6.0, True, "the prices are delayed"),
        (replace(QUOTE, availability=Availability.FROZEN), 6.0, True, "the prices are frozen"),
    ],
)
def test_prices_that_may_not_be_traded_on_are_named(
    quote: Quote | None, now: float, is_streaming: bool, words: str
) -> None:
    assert doubt_of(quote, now, is_streaming=is_streaming) == words


LEGAL = {
    "cancelling": "cancelling waiting reading stopped",
    "waiting": "cancelling waiting reading stopped",
    "reading": "cancelling waiting reading sending done stopped",
    "sending": "cancelling waiting reading sending done stopped",
    "done": "",
    "stopped": "",
}
"""Written out once more, so that a slip in the table is seen."""


@pytest.mark.parametrize("stage", ClosingStage)
def test_a_closing_moves_by_its_table(stage: ClosingStage) -> None:
    assert {other.value for other in ClosingStage if stage.may_become(other)} == set(LEGAL[stage.value].split())


def test_only_the_two_ends_are_over() -> None:
    assert [stage for stage in ClosingStage if stage.is_over] == [ClosingStage.DONE, ClosingStage.STOPPED]
