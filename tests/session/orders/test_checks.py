from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.breaches import breaches
from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.domain.events import HealthChanged, QuoteReceived, RulesLearned
from ibtui.domain.limits import Limits
from ibtui.domain.market import Quote
from ibtui.domain.orders import Stage
from ibtui.domain.session import Health, Light
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.session.orders.limits import breach_words
from tests.fakes.clock import settle
from tests.order_forms import SPREAD
from tests.session.orders.bench import AAPL, ACCOUNT, Bench, accepted, bench, ticket

D = Decimal
LMT = ticket()
STOP = Ticket(ACCOUNT, AAPL, Side.SELL, OrderType.STP, D(100), stop_price=D("150"))
CHILD = replace(STOP, is_child=True)
TRAILING = replace(CHILD, order_type=OrderType.TRAIL, stop_price=None, trailing_amount=D("2.50"), trailing_type="amt")
OFF = Limits(None, None, None)
CENTS = ContractRules(AAPL.conid, True, (PriceStep(D(0), D("0.01")),), size_increment=D(100))


async def refusal(b: Bench, *tickets: Ticket) -> str:
    """Why it was not sent; blank if it was."""
    b.wire.always("POST /iserver/account/.*/orders", accepted())
    key = b.desk.submit(tickets)
    await settle()
    if b.stage(key) is Stage.ACKNOWLEDGED:
        return ""
    assert b.wire.changing() == []
    return b.submission(key).message


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(LMT, quantity=D(0)), "more than 0"),
        (replace(LMT, quantity=D(-5)), "more than 0"),
        (replace(LMT, quantity=D("NaN")), "not a number"),
        (replace(LMT, quantity=D("1E+40")), "not a number"),
        (replace(LMT, limit_price=D("1E-400")), "not a number"),
        (replace(LMT, limit_price=None), "needs a limit price"),
        (replace(LMT, limit_price=D(0)), "more than 0"),
        (replace(LMT, limit_price=D("-1")), "more than 0"),
        (replace(STOP, stop_price=None), "needs a stop price"),
        (replace(STOP, order_type=OrderType.STOP_LIMIT), "needs a limit price"),
        (replace(STOP, order_type=OrderType.TRAIL), "trailing amount"),
        (replace(STOP, order_type=OrderType.TRAIL, trailing_amount=D(1)), "by an amount or by %"),
        (replace(STOP, order_type=OrderType.TRAILLMT, trailing_amount=D(1), trailing_type="amt"), "limit price"),
        (replace(LMT, account="U9"), "not one of this login"),
        (replace(LMT, contract=Contract(0, "?")), "instrument is not known"),
    ],
)
async def test_a_ticket_that_cannot_be_right_is_not_sent(wrong: Ticket, words: str) -> None:
    assert words in await refusal(bench(), wrong)


@pytest.mark.parametrize(
    "right",
    [
        LMT,
        STOP,
        replace(LMT, order_type=OrderType.MKT, limit_price=None),
        replace(LMT, order_type=OrderType.MIDPRICE, limit_price=None),
        replace(STOP, order_type=OrderType.TRAIL, stop_price=None, trailing_amount=D("0.5"), trailing_type="%"),
        replace(LMT, contract=SPREAD, quantity=D(1), limit_price=D("-212.50")),
    ],
)
async def test_a_ticket_that_is_right_is_sent(right: Ticket) -> None:
    assert await refusal(bench(), right) == ""


@pytest.mark.parametrize(
    ("price", "words"), [("165.305", "nearest is 165.30"), ("165.30", ""), ("165.3", ""), ("165", "")]
)
async def test_prices_lie_on_the_contracts_grid(price: str, words: str) -> None:
    b = bench()
    b.store.apply(RulesLearned(CENTS))
    said = await refusal(b, ticket(price))
    assert words in said
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("quantity", "increment", "fractions", "fits"),
    [
        ("5", "100", (), True),
        ("5.5", "100", (), False),
        ("5.5", "100", ("limit",), True),
        ("0.0015", "0.0001", (), True),
        ("0.00015", "0.0001", (), False),
    ],
)
async def test_sizes_are_whole_unless_the_rules_allow_parts(
    quantity: str, increment: str, fractions: tuple[str, ...], fits: bool
) -> None:
    b = bench()
    b.store.apply(RulesLearned(replace(CENTS, size_increment=D(increment), fractional_types=fractions)))
    assert (await refusal(b, ticket(quantity=quantity)) == "") == fits


async def test_without_a_brokerage_session_nothing_is_sent() -> None:
    b = bench(health=Health(Light.ON, Light.ON, Light.OFF, detail="another session competes"))
    assert await refusal(b, LMT) == "there is no brokerage session: another session competes"


async def test_the_session_must_be_there_at_the_moment_of_sending() -> None:
    b = bench()
    assert await refusal(b, LMT) == ""
    b.store.apply(HealthChanged(Health(Light.ON, Light.ON, Light.BAD)))
    assert b.stage(b.desk.submit((LMT,))) is Stage.REJECTED


@pytest.mark.parametrize(
    ("children", "words"),
    [
        ((replace(CHILD, side=Side.BUY),), "other side"),
        ((replace(CHILD, quantity=D(50)),), "quantity"),
        ((replace(CHILD, contract=Contract(8314, "IBM")),), "one instrument"),
        ((CHILD, CHILD, CHILD), "at most 3"),
        ((replace(CHILD, order_type=OrderType.MIT),), "MIT order cannot be attached"),
        ((replace(CHILD, account="DU9"),), "one account"),
        ((replace(CHILD, is_child=False),), "a bracket or an OCA group"),
        ((CHILD, replace(CHILD, is_child=False)), "cannot be one submission"),
        ((replace(CHILD, single_group=True),), "belong to the OCA group, or none"),
        ((CHILD,), ""),
        ((TRAILING,), ""),
    ],
)
async def test_a_bracket_hangs_together(children: tuple[Ticket, ...], words: str) -> None:
    said = await refusal(bench(limits=OFF), LMT, *children)
    assert words in said
    assert bool(said) == bool(words)


async def test_no_ticket_is_no_order() -> None:
    assert await refusal(bench()) == "there is no order to send"


@pytest.mark.parametrize(
    ("order", "limits", "market", "words"),
    [
        (LMT, Limits(max_quantity=D(99)), None, "quantity 100 is over the limit of 99"),
        (LMT, Limits(max_quantity=D(100)), None, ""),
        (LMT, Limits(max_notional=D(16529)), None, "worth 16,530.00 is over the limit of 16,529"),
        (LMT, Limits(max_notional=D(16530)), None, ""),
        (replace(LMT, order_type=OrderType.MKT, limit_price=None), Limits(max_notional=D(100)), D(2), "worth 200.00"),
        (replace(LMT, contract=Contract(1, "ES", multiplier=D(50))), Limits(), None, ""),
        (replace(LMT, contract=Contract(1, "ES", multiplier=D(100))), Limits(), None, "worth 1,653,000.00"),
        (LMT, Limits(collar_percent=D(20)), D(250), "limit 165.30 is 33.9 % from the market (250)"),
        (LMT, Limits(collar_percent=D(20)), D(160), ""),
        (STOP, Limits(collar_percent=D(20)), D(200), "stop 150 is 25.0 % from the market (200)"),
        (LMT, Limits(collar_percent=D(20)), None, ""),
        (LMT, Limits(order_types=frozenset({OrderType.MKT})), None, "LMT orders are switched off, allowed are MKT"),
        (replace(LMT, quantity=D(10**9), limit_price=D(10**6)), OFF, D(1), ""),
    ],
)
def test_limits_say_what_is_broken(order: Ticket, limits: Limits, market: Decimal | None, words: str) -> None:
    quote = None if market is None else Quote(order.contract.conid, last=market)
    said = "; ".join(breach_words(breach, order, limits) for breach in breaches(order, limits, quote))
    assert words in said
    assert bool(said) == bool(words)


async def test_the_collar_is_measured_from_the_quote() -> None:
    b = bench()
    b.store.apply(QuoteReceived(AAPL.conid, {"bid": D(249), "ask": D(251)}, 1.0))
    assert "33.9 % from the market" in await refusal(b, LMT)


async def test_limits_hold_for_changes_too() -> None:
    b = bench(limits=Limits(max_quantity=D(100)))
    b.frame({"orderId": 77, "status": "Submitted", "acct": ACCOUNT})
    key = b.desk.modify(77, ticket(quantity="101"))
    await settle()
    assert (b.stage(key), b.wire.changing()) == (Stage.REJECTED, [])
