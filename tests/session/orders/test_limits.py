"""The limits of the configuration: each refusal names the limit, its value and the key that changes it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.breaches import breaches as found
from ibtui.domain.breaches import notional
from ibtui.domain.events import AccountsReceived, ContractsLearned, HealthChanged, QuoteReceived
from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.session import Health, Light
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket
from ibtui.session.orders.checks import problem_of_order
from ibtui.session.orders.limits import OrderCount, breach_words
from ibtui.store import Store
from tests.fakes.clock import ManualClock
from tests.order_forms import AAPL, ACCOUNT, ES, EURUSD, MSFT, RATIO, SPREAD

D = Decimal
OFF = Limits(None, None, None)
LMT = Ticket(ACCOUNT, AAPL, Side.BUY, OrderType.LMT, D(100), D("265.30"))
MKT = replace(LMT, order_type=OrderType.MKT, limit_price=None)
TRAIL = replace(MKT, order_type=OrderType.TRAIL, trailing_type="amt", trailing_amount=D("2.50"))
REL = replace(MKT, order_type=OrderType.REL, offset=D("0.02"))
CASH = replace(MKT, contract=EURUSD, quantity=D(50_000), sized_in=SizedIn.CASH)
COMBO = replace(LMT, contract=SPREAD, quantity=D(10), limit_price=D("-212.50"))


def breaches(
    ticket: Ticket, limits: Limits, quote: Quote | None, legs: tuple[tuple[str, Decimal], ...] = ()
) -> tuple[str, ...]:
    """The refusals, as the desk words them."""
    return tuple(breach_words(breach, ticket, limits) for breach in found(ticket, limits, quote, legs))


def quoted(last: str) -> Quote:
    return Quote(1, last=D(last))


@pytest.mark.parametrize(
    ("ticket", "limits", "quote", "words"),
    [
        (LMT, Limits(max_quantity=D(99)), None, "over the limit of 99 (limits.max_quantity in the configuration)"),
        (LMT, Limits(max_notional=D(100)), None, "over the limit of 100 (limits.max_notional in the configuration)"),
        (LMT, Limits(collar_percent=D(1)), quoted("200"), "limit is 1 % (limits.collar_percent in the configuration)"),
        (
            LMT,
            Limits(order_types=frozenset({OrderType.STP, OrderType.MKT})),
            None,
            "allowed are MKT, STP (limits.order_types in the configuration)",
        ),
        (LMT, Limits(needs_market_data=True), None, "(limits.without_market_data in the configuration)"),
    ],
)
def test_a_refusal_names_the_limit_and_where_it_is_changed(
    ticket: Ticket, limits: Limits, quote: Quote | None, words: str
) -> None:
    assert words in "; ".join(breaches(ticket, limits, quote))


@pytest.mark.parametrize(
    ("quote", "known"),
    [
        (None, False),
        (Quote(1), False),
        (Quote(1, bid=D(5)), False),
        (Quote(1, bid=D(5), ask=D(6)), True),
        (Quote(1, last=D(5)), True),
        (Quote(1, close=D(5)), True),
    ],
)
def test_without_market_data_nothing_is_sent_unless_the_settings_say_so(quote: Quote | None, known: bool) -> None:
    assert (breaches(LMT, Limits(needs_market_data=True, collar_percent=None), quote) == ()) is known
    assert breaches(LMT, Limits(needs_market_data=False, collar_percent=None), quote) == ()


def test_an_amount_of_money_is_its_own_worth_and_no_quantity() -> None:
    assert notional(CASH, D("1.15")) == D(50_000)
    assert breaches(CASH, Limits(max_quantity=D(10), max_notional=D(50_000)), quoted("1.15")) == ()
    (said,) = breaches(CASH, Limits(max_notional=D(49_999)), quoted("1.15"))
    assert "worth 50,000.00" in said
    assert breaches(replace(CASH, sized_in=SizedIn.CONVERSION), Limits(max_notional=D(49_999)), None)


def test_a_future_is_worth_its_multiplier() -> None:
    assert notional(replace(LMT, contract=ES, quantity=D(2), limit_price=D(6800)), None) == D(680_000)


def test_a_combination_is_worth_its_net_price_and_trades_every_leg() -> None:
    assert notional(COMBO, None) == D("2125.00")
    assert breaches(COMBO, Limits(max_notional=D(2125), collar_percent=None), None) == ()
    ratio = replace(COMBO, contract=RATIO, limit_price=D(60))
    assert breaches(ratio, Limits(max_quantity=D(20)), None) == ()
    (said,) = breaches(ratio, Limits(max_quantity=D(19)), None)
    assert said.startswith("quantity 20 of the leg AAPL is over the limit of 19")


def test_a_cheap_combination_of_dear_legs_is_stopped_by_its_legs() -> None:
    store = Store()
    store.apply(HealthChanged(Health(Light.ON, Light.ON, Light.ON, Light.ON)))
    store.apply(AccountsReceived((Account(ACCOUNT),), ACCOUNT))
    store.apply(ContractsLearned((AAPL, MSFT)))
    for conid, last in ((AAPL.conid, "271"), (MSFT.conid, "481.50")):
        store.apply(QuoteReceived(conid, {"last": D(last)}, 1.0))
    said = problem_of_order((COMBO,), store, Limits(max_notional=D(4800)))
    assert said == ("leg MSFT, worth 4,815.00, is over the limit of 4,800 (limits.max_notional in the configuration)")
    assert problem_of_order((COMBO,), store, Limits(max_notional=D(4815), needs_market_data=True)) == ""


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        (TRAIL, ""),
        (replace(TRAIL, trailing_amount=D(40)), "trailing amount 40 is 20.0 % of the market (200)"),
        (replace(TRAIL, trailing_type="%", trailing_amount=D(10)), ""),
        (replace(TRAIL, trailing_type="%", trailing_amount=D("10.5")), "trailing amount 10.5 % is too far"),
        (replace(TRAIL, stop_price=D(170)), "stop 170 is 15.0 % from the market"),
        (REL, ""),
        (replace(REL, offset=D(21)), "offset 21 is 10.5 % of the market"),
        (replace(REL, limit_price=D(230)), "limit 230 is 15.0 % from the market"),
        (replace(LMT, limit_price=D("180")), ""),
    ],
)
def test_the_collar_holds_for_every_price_and_distance(ticket: Ticket, words: str) -> None:
    said = "; ".join(breaches(ticket, replace(OFF, collar_percent=D(10)), quoted("200")))
    assert words in said
    assert bool(said) is bool(words)


def test_a_trail_by_percent_is_held_against_the_collar_without_a_market_price_too() -> None:
    wide = replace(TRAIL, trailing_type="%", trailing_amount=D(50))
    assert breaches(wide, replace(OFF, collar_percent=D(10)), None)


def test_the_collar_of_a_combination_near_nothing_is_measured_without_dividing_by_it() -> None:
    assert breaches(replace(COMBO, limit_price=D(1)), Limits(), quoted("0")) == ()


def test_the_collar_of_a_combination_is_measured_against_a_tenth_of_its_legs_where_that_is_more() -> None:
    legs, limits = (("AAPL", D(271)), ("MSFT", D("481.50"))), replace(OFF, collar_percent=D(20))
    assert breaches(replace(COMBO, limit_price=D(15)), limits, quoted("0"), legs) == ()
    (said,) = breaches(replace(COMBO, limit_price=D(16)), limits, quoted("0"), legs)
    assert said.startswith("limit 16 is 21.3 % from the market (0)")
    assert breaches(replace(COMBO, limit_price=D(-240)), limits, quoted("-210.50"), legs) == ()


async def test_orders_of_a_minute_are_counted_in_a_window_that_slides() -> None:
    clock = ManualClock()
    count, limits = OrderCount(clock), replace(OFF, orders_per_minute=3)
    count.sent(2)
    await clock.advance(30.0)
    assert count.problem(limits) == ""
    count.sent()
    assert count.problem(limits) == (
        "3 orders were sent within a minute, the limit is 3 (limits.orders_per_minute in the configuration); wait 30 s"
    )
    await clock.advance(29.5)
    assert "wait 1 s" in count.problem(limits)
    await clock.advance(0.5)
    assert count.problem(limits) == ""
    assert count.problem(limits, 2) == ""
    assert "wait 30 s" in count.problem(limits, 3)


def test_a_group_larger_than_a_minute_allows_is_never_sent() -> None:
    text = OrderCount(ManualClock()).problem(replace(OFF, orders_per_minute=3), 4)
    assert text.startswith("4 orders at once are over the limit of 3 a minute")


def test_without_a_limit_orders_are_not_held_back() -> None:
    count = OrderCount(ManualClock())
    count.sent(10_000)
    assert count.problem(OFF) == ""


def test_forex_is_held_to_its_worth_alone() -> None:
    euros = replace(CASH, sized_in=SizedIn.UNITS, quantity=D(25_000))
    assert breaches(euros, Limits(max_quantity=D(10_000), max_notional=D(50_000)), quoted("1.15")) == ()
    (said,) = breaches(euros, Limits(max_notional=D(20_000)), quoted("1.15"))
    assert "max_notional" in said
