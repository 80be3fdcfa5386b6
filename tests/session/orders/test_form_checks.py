"""Every order form against what is known of its contract: what may be sent, and why the rest may not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ibtui.domain.account import Account
from ibtui.domain.algos import Algo, AlgoParameter, Algos
from ibtui.domain.combos import SPREAD_CONIDS
from ibtui.domain.contracts import ComboLeg, Contract, ContractRules, PriceStep
from ibtui.domain.events import (
    AccountsReceived,
    AlgosLearned,
    AllocationGroupsLearned,
    ContractsLearned,
    HealthChanged,
    RulesLearned,
)
from ibtui.domain.limits import Limits
from ibtui.domain.orders import LiveOrder, OrderStatus
from ibtui.domain.session import Health, Light
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.session.orders.checks import problem_of_change, problem_of_order
from ibtui.store import Store
from tests.order_forms import AAPL, ACCOUNT, BTC, ES, EURUSD, FORMS, GROUP, MSFT, RATIO, SPREAD, Form

D = Decimal
OFF = Limits(None, None, None)
NOW = 1_795_188_600.0
"""2026-11-20 15:30 UTC."""
LMT = Ticket(ACCOUNT, AAPL, Side.BUY, OrderType.LMT, D(100), D("265.30"))
STP = Ticket(ACCOUNT, AAPL, Side.SELL, OrderType.STP, D(100), stop_price=D("260.10"))
TRAIL = Ticket(ACCOUNT, AAPL, Side.SELL, OrderType.TRAIL, D(100), trailing_type="amt", trailing_amount=D("2.50"))
CASH = replace(LMT, contract=EURUSD, sized_in=SizedIn.CASH, limit_price=D("1.15"))
COMBO = replace(LMT, contract=SPREAD, quantity=D(1), limit_price=D("-212.50"))
RULES = ContractRules(
    AAPL.conid,
    True,
    steps=(PriceStep(D(0), D("0.01")),),
    size_increment=D(100),
    order_types=("limit", "market", "stop_limit", "marketonclose", "trailing_stop"),
    tifs=("IOC/MARKET,LIMIT,MKT_PROTECT,a", "GTC/o,a", "DAY/o,a", "GTD/o,a"),
    fractional_types=("market",),
    cash_quantity_types=("limit",),
    algo_types=("limit",),
    modify_types=("limit", "mit"),
    accounts=(ACCOUNT,),
)


@pytest.fixture
def store() -> Store:
    made = Store()
    made.apply(HealthChanged(Health(Light.ON, Light.ON, Light.ON, Light.ON)))
    made.apply(AccountsReceived((Account(ACCOUNT),), ACCOUNT))
    made.apply(AllocationGroupsLearned((GROUP,)))
    return made


def said(store: Store, *tickets: Ticket, limits: Limits = OFF) -> str:
    return problem_of_order(tickets, store, limits, NOW)


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_every_form_may_be_sent_where_nothing_speaks_against_it(store: Store, form: Form) -> None:
    assert said(store, *form.tickets) == ""


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(LMT, stop_price=D(260)), "LMT order has no stop price"),
        (replace(LMT, order_type=OrderType.MOC), "MOC order has no limit price"),
        (replace(STP, limit_price=D(260)), "STP order has no limit price"),
        (replace(LMT, offset=D("0.02")), "LMT order has no offset"),
        (replace(LMT, trailing_amount=D(1)), "LMT order does not trail"),
        (replace(LMT, trailing_type="amt"), "LMT order does not trail"),
        (replace(LMT, order_type=OrderType.REL, offset=D("-0.02")), "offset cannot be less than 0"),
        (replace(LMT, order_type=OrderType.REL, offset=D("NaN")), "not a number"),
        (replace(LMT, order_type=OrderType.LOC, limit_price=None), "LOC order needs a limit price"),
        (replace(STP, order_type=OrderType.MIT, stop_price=None), "MIT order needs a trigger price"),
        (replace(LMT, order_type=OrderType.LIT), "LIT order needs a trigger price"),
        (replace(STP, order_type=OrderType.LIT), "LIT order needs a limit price"),
        (replace(TRAIL, trailing_amount=D(0)), "trailing amount above 0"),
        (replace(TRAIL, trailing_amount=D(-1)), "trailing amount above 0"),
        (replace(TRAIL, trailing_amount=D(100), trailing_type="%"), "cannot trail by 100 %"),
        (replace(TRAIL, trailing_type="bp"), "by an amount or by %"),
        (replace(STP, order_type=OrderType.MIT, stop_price=D(0)), "trigger price must be more than 0"),
        (replace(LMT, tif=Tif.GTD), "needs the moment at which it ends"),
        (replace(LMT, tif=Tif.GTD, good_till="tomorrow"), "YYYYMMDD-HH:MM:SS in UTC"),
        (replace(LMT, tif=Tif.GTD, good_till="20261120-15:30:00"), "is past"),
        (replace(LMT, tif=Tif.GTC, good_till="20271120-15:30:00"), "GTC order has no moment"),
        (replace(LMT, tif=Tif.PAX), "PAX is for crypto only"),
        (replace(LMT, sized_in=SizedIn.CASH), "crypto and currencies only"),
        (replace(LMT, sized_in=SizedIn.CONVERSION), "only currencies can be converted"),
        (replace(CASH, contract=BTC, sized_in=SizedIn.CONVERSION), "only currencies can be converted"),
        (replace(LMT, quantity=D("0.5")), "whole numbers only"),
        (replace(LMT, contract=ES, quantity=D("0.5")), "whole numbers only"),
        (replace(COMBO, quantity=D("0.5")), "whole numbers only"),
        (replace(LMT, strategy_parameters=(("a", "b"),)), "but no algo"),
        (replace(LMT, manual_time_ms=0), "no moment"),
        (replace(LMT, account="U9"), "not one of this login"),
        (replace(LMT, allocation_method="NetLiq"), "needs an allocation group"),
        (replace(LMT, single_group=True), "2 orders or more"),
        (replace(LMT, is_child=True), "needs its parent"),
        (replace(COMBO, contract=replace(SPREAD, legs=SPREAD.legs[:1])), "two legs or more"),
        (replace(COMBO, contract=replace(SPREAD, legs=())), "two legs or more"),
        (replace(COMBO, contract=replace(SPREAD, legs=SPREAD.legs * 2)), "stands in two legs"),
        (replace(COMBO, contract=replace(SPREAD, currency="EUR")), "no combinations in EUR"),
        (replace(COMBO, contract=replace(SPREAD, currency="GBP")), "needs its exchange"),
        (replace(COMBO, contract=replace(SPREAD, conid=SPREAD_CONIDS["JPY"])), "not the spread conid of USD"),
        (replace(COMBO, destination="ARCA"), "cannot be directed"),
        (replace(COMBO, contract=replace(SPREAD, legs=(ComboLeg(1, 0), ComboLeg(2, 1)))), "ratio that is not 0"),
    ],
)
def test_a_form_that_contradicts_itself_is_not_sent(store: Store, wrong: Ticket, words: str) -> None:
    assert words in said(store, wrong)


def test_a_group_has_two_to_ten_orders_of_any_instruments(store: Store) -> None:
    order = replace(LMT, single_group=True)
    assert said(store, order, replace(order, contract=MSFT)) == ""
    assert said(store, *[order] * 10) == ""
    assert "at most 10" in said(store, *[order] * 11)
    assert "one account" in said(store, order, replace(order, account=GROUP))


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        (LMT, ""),
        (replace(LMT, order_type=OrderType.LOC), "LOC orders are not offered"),
        (replace(LMT, tif=Tif.OPG), "OPG is not offered for LMT"),
        (replace(LMT, tif=Tif.IOC), ""),
        (replace(LMT, order_type=OrderType.MOC, limit_price=None, tif=Tif.IOC), "IOC is not offered for MOC"),
        (replace(LMT, order_type=OrderType.STOP_LIMIT, stop_price=D(265), tif=Tif.GTC), ""),
        (replace(LMT, order_type=OrderType.MKT, limit_price=None, quantity=D("0.5")), ""),
        (replace(LMT, quantity=D("0.5")), "whole numbers only"),
        (replace(LMT, strategy="Vwap"), ""),
        (replace(LMT, order_type=OrderType.MKT, limit_price=None, strategy="Vwap"), "cannot be worked by an algo"),
        (replace(LMT, limit_price=D("265.305")), "nearest is 265.30"),
    ],
)
def test_the_rules_decide_what_is_offered(store: Store, ticket: Ticket, words: str) -> None:
    store.apply(RulesLearned(RULES))
    text = said(store, ticket)
    assert words in text
    assert bool(text) is bool(words)


def test_the_rules_decide_who_may_trade(store: Store) -> None:
    store.apply(RulesLearned(replace(RULES, accounts=("DU9",))))
    assert "DU1234567 may not trade" in said(store, LMT)
    assert said(store, replace(LMT, account=GROUP)) == ""


def test_money_is_taken_by_the_types_the_rules_list(store: Store) -> None:
    store.apply(RulesLearned(replace(RULES, conid=EURUSD.conid, steps=(), order_types=())))
    assert said(store, CASH) == ""
    assert "takes no amount of money" in said(store, replace(CASH, order_type=OrderType.MKT, limit_price=None))


@pytest.mark.parametrize(
    ("place", "fits"), [("ARCA", True), ("SMART", True), ("NASDAQ", True), ("", True), ("LSE", False)]
)
def test_a_route_is_one_of_the_contracts_exchanges(store: Store, place: str, fits: bool) -> None:
    assert said(store, replace(LMT, route="LSE")) == ""
    store.apply(ContractsLearned((replace(AAPL, exchanges=("SMART", "ARCA")),)))
    for ticket in (replace(LMT, route=place), replace(LMT, destination=place)):
        text = said(store, ticket)
        assert (text == "") is fits
        assert fits or "its exchanges are SMART, ARCA" in text


VWAP = Algo(
    "Vwap",
    "VWAP",
    parameters=(
        AlgoParameter("maxPctVol", "Max %", "Double", required=True, least=D("0.01"), most=D(50)),
        AlgoParameter("startTime", "Start", "Time"),
        AlgoParameter("noTakeLiq", "Never take", "Boolean"),
        AlgoParameter("urgency", "Urgency", "String", choices=("Urgent", "Patient")),
        AlgoParameter("slices", "Slices", "Integer"),
    ),
)
ALGOS = Algos(AAPL.conid, (VWAP, Algo("Adaptive", "Adaptive")))


@pytest.mark.parametrize(
    ("strategy", "given", "words"),
    [
        ("Vwap", {"maxPctVol": "0.1"}, ""),
        ("Vwap", {"MaxPctVol": "50", "startTime": "14:00:00 EST", "noTakeLiq": True, "urgency": "Patient"}, ""),
        ("Twap", {}, "Twap is no algo of this instrument; there are Vwap, Adaptive"),
        ("vwap", {}, "vwap is no algo"),
        ("Vwap", {}, "Vwap needs the parameter maxPctVol"),
        ("Vwap", {"maxPctVol": "0.001"}, "maxPctVol is 0.01 or more"),
        ("Vwap", {"maxPctVol": "50.1"}, "maxPctVol is 50 or less"),
        ("Vwap", {"maxPctVol": "much"}, "maxPctVol is a number"),
        ("Vwap", {"maxPctVol": "NaN"}, "maxPctVol is a number"),
        ("Vwap", {"maxPctVol": True}, "maxPctVol is not yes or no"),
        ("Vwap", {"maxPctVol": "1", "noTakeLiq": "true"}, "noTakeLiq is yes or no"),
        ("Vwap", {"maxPctVol": "1", "urgency": "Normal"}, "urgency is one of Urgent, Patient"),
        ("Vwap", {"maxPctVol": "1", "slices": "1.5"}, "slices is a whole number"),
        ("Vwap", {"maxPctVol": "1", "startTime": " "}, "startTime is blank"),
        ("Vwap", {"maxPctVol": "1", "haste": "1"}, "Vwap has no parameter haste"),
        ("Vwap", {"maxPctVol": "1", "MaxPctVol": "2"}, "given twice"),
        ("Adaptive", {"adaptivePriority": "Urgent"}, ""),
    ],
)
def test_an_algos_parameters_fit_its_form(
    store: Store, strategy: str, given: dict[str, str | bool], words: str
) -> None:
    ticket = replace(LMT, strategy=strategy, strategy_parameters=tuple(given.items()))
    assert said(store, ticket) == ""
    store.apply(AlgosLearned(Algos(AAPL.conid, error="not yet")))
    assert said(store, ticket) == ""
    store.apply(AlgosLearned(ALGOS))
    text = said(store, ticket)
    assert words in text
    assert bool(text) is bool(words)


WORKING = LiveOrder(
    77,
    account=ACCOUNT,
    conid=AAPL.conid,
    side=Side.BUY,
    order_type="Limit",
    quantity=D(100),
    filled=D(40),
    status=OrderStatus.SUBMITTED,
)


@pytest.mark.parametrize(
    ("order", "ticket", "words"),
    [
        (WORKING, LMT, ""),
        (None, LMT, "not known"),
        (replace(WORKING, status=OrderStatus.FILLED), LMT, "is Filled"),
        (WORKING, replace(LMT, side=Side.SELL), "side of an order cannot be changed"),
        (WORKING, replace(LMT, contract=MSFT), "another instrument"),
        (WORKING, replace(LMT, account="DU9"), "belongs to DU1234567"),
        (WORKING, replace(LMT, account=GROUP), ""),
        (WORKING, replace(LMT, quantity=D(40)), "40 of order 77 are filled"),
        (WORKING, replace(LMT, quantity=D(41)), ""),
        (WORKING, replace(LMT, is_child=True, single_group=True), ""),
        (WORKING, replace(LMT, order_type=OrderType.MIT, limit_price=None, stop_price=D(260)), ""),
        (WORKING, replace(LMT, order_type=OrderType.MKT, limit_price=None), "cannot be changed to MKT"),
        (replace(WORKING, order_type="MKT"), replace(LMT, order_type=OrderType.MKT, limit_price=None), ""),
        (WORKING, replace(LMT, limit_price=D("265.305")), "nearest is 265.30"),
    ],
)
def test_a_change_keeps_what_cannot_be_changed(
    store: Store, order: LiveOrder | None, ticket: Ticket, words: str
) -> None:
    store.apply(RulesLearned(RULES))
    text = problem_of_change(order, ticket, store, OFF, NOW)
    assert words in text
    assert bool(text) is bool(words)


def test_without_types_for_changes_those_of_new_orders_hold(store: Store) -> None:
    store.apply(RulesLearned(replace(RULES, modify_types=())))
    market = replace(LMT, order_type=OrderType.MKT, limit_price=None)
    assert problem_of_change(WORKING, market, store, OFF, NOW) == ""
    assert "changed to LOC" in problem_of_change(WORKING, replace(LMT, order_type=OrderType.LOC), store, OFF, NOW)


def test_combinations_of_one_currency_are_told_apart_by_their_legs(store: Store) -> None:
    order = replace(WORKING, conid=28812380, conidex="28812380;;;272093/-1,265598/1", filled=D(0))
    assert problem_of_change(order, COMBO, store, OFF, NOW) == ""
    assert "another instrument" in problem_of_change(order, replace(COMBO, contract=RATIO), store, OFF, NOW)


def test_a_contract_that_is_not_known_is_not_ordered(store: Store) -> None:
    assert "instrument is not known" in said(store, replace(LMT, contract=Contract(0, "?")))
