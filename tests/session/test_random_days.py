"""Random runs of the whole session against the simulator, and proof that their laws can be broken.

Many more: `python -m tests.random_days --runs 2000 --jobs 2`.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from random import Random
from unittest import mock

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from msgspec.structs import replace

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import Stage
from ibtui.domain.tickets import OrderType, Side, SizedIn, Ticket, Tif
from ibtui.protocol.orders import body
from ibtui.session.orders.journal import FILE_NAME, Journal
from ibtui.sim.exchange import OrderRequest, Plan
from ibtui.sim.exchange.deadlines import Deadlines
from ibtui.sim.exchange.desk import Desk
from ibtui.sim.exchange.matching import Matching
from ibtui.sim.exchange.orders import Order
from ibtui.sim.exchange.slicer import Slicer
from tests.random_days.day import ACTS, Day, no_chance
from tests.random_days.forms import good_till
from tests.random_days.listings import COINS, COMBINATIONS, CONTRACTS, EURO, FUTURE, away
from tests.random_days.report import Totals, failure, run_day
from tests.random_days.tickets import ticket_at_market
from tests.random_days.world import ACCOUNT

SEEDS = range(9_000, 9_004)
STEPS = 25


@contextmanager
def quiet_day(seed: int) -> Iterator[Day]:
    """A run in which nothing happens but what the test does, so that little has to settle."""
    with no_chance(seed), mock.patch("tests.random_days.day.SETTLE_SECONDS", 40.0):
        day = Day(seed, calm=True)
        try:
            day.begin()
            yield day
        finally:
            day.clear_away()


def filled(day: Day) -> str:
    """Have one order placed, its questions answered and filled; gives its key."""
    key = day.do(lambda: day.life.session.orders.submit([ticket_at_market(day.world, CONTRACTS[0])]))
    for _ in range(6):
        day.do(lambda: None, 2.0)
        day.do(lambda: day.user.say(True))
    assert day.life.store.orders.submissions[key].stage is Stage.ACKNOWLEDGED
    return key


def laws(violations: list[str]) -> str:
    return " | ".join(violations)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_day_breaks_no_law(seed: int) -> None:
    result = run_day(seed, STEPS)
    assert not result.violations, failure(result)


def test_a_seed_is_the_whole_run() -> None:
    first, again = run_day(SEEDS[0], STEPS), run_day(SEEDS[0], STEPS)
    assert first.story == again.story
    assert first.counts == again.counts


class AnyDay(RuleBasedStateMachine):
    """The same acts, chosen and shrunk by hypothesis; its blob replays a failure."""

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(no_chance(seed))
        self.day = Day(seed)
        self.stack.callback(self.day.clear_away)
        self.day.begin()

    @rule(name=st.sampled_from([*ACTS, "submit", "answer", "wait"]), seed=st.integers(0, 999))
    def act(self, name: str, seed: int) -> None:
        self.day.act(name, Random(seed))

    def teardown(self) -> None:
        with self.stack:
            violations = self.day.end()
            note("\n".join(self.day.story))
            assert not violations, violations


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(max_examples=3, stateful_step_count=20)


def test_an_order_that_fills_undisturbed_breaks_no_law() -> None:
    with quiet_day(1) as day:
        filled(day)
        assert day.end() == []
        assert [order.status.value for order in day.world.orders()] == ["Filled"]


def test_a_network_that_delivers_twice_is_seen() -> None:
    with quiet_day(1) as day:
        day.network.copies = 2
        day.do(lambda: day.life.session.orders.submit([ticket_at_market(day.world, CONTRACTS[0])]))
        assert "no request twice" in laws(day.end())


def test_a_journal_that_forgets_is_seen() -> None:
    with mock.patch.object(Journal, "begin"), mock.patch.object(Journal, "record"), quiet_day(1) as day:
        filled(day)
        found = laws(day.end())
    assert "on disk before the first byte" in found
    assert "orders at the exchange ⊆ journal" in found


def test_an_answer_that_nobody_gave_is_seen() -> None:
    with quiet_day(1) as day:
        market = replace(ticket_at_market(day.world, CONTRACTS[0]), order_type=OrderType.MKT, limit_price=None)
        key = day.do(lambda: day.life.session.orders.submit([market]))
        day.do(lambda: None, 2.0)
        question = day.life.store.orders.submissions[key].question
        assert question is not None
        day.do(lambda: day.life.session.orders.answer(key, question.reply_id, accepted=True))
        assert "every question is read by a person" in laws(day.end())


def test_an_order_said_to_be_rejected_that_works_is_seen() -> None:
    with quiet_day(1) as day:
        key = filled(day)
        base = sqlite3.connect(day.life.disk.folder / FILE_NAME)
        with base:
            base.execute("UPDATE submissions SET stage = 'rejected' WHERE key = ?", (key,))
        base.close()
        assert "every journalled order has a true final state" in laws(day.end())


def test_a_fill_that_moves_no_cash_is_seen() -> None:
    with quiet_day(1) as day:
        filled(day)
        day.world.exchange._clearing.holdings[ACCOUNT].cash["USD"] += Decimal("0.01")
        assert "Σ executions = cash" in laws(day.end())


def test_a_fill_that_moves_no_position_is_seen() -> None:
    with quiet_day(1) as day:
        filled(day)
        day.world.exchange._clearing.holdings[ACCOUNT].positions[CONTRACTS[0].conid].quantity += 1
        assert "Σ executions = position" in laws(day.end())


def asked_for(day: Day, ticket: Ticket) -> str:
    """Have one order placed and its questions answered; gives its key."""
    key = day.do(lambda: day.life.session.orders.submit([ticket]))
    day.user.tickets[key] = (ticket,)
    for _ in range(6):
        day.do(lambda: None, 2.0)
        day.do(lambda: day.user.say(True))
    assert day.life.store.orders.submissions[key].stage is Stage.ACKNOWLEDGED, day.story
    return key


def near(day: Day, contract: Contract, quantity: str, percent: str = "0.5") -> Ticket:
    """A buy with its limit so many percent above the market."""
    limit = away(day.world, contract, Decimal(percent))
    return Ticket(ACCOUNT, contract, Side.BUY, OrderType.LMT, Decimal(quantity), limit_price=limit)


def sold_now(day: Day, contract: Contract, quantity: str) -> Ticket:
    return Ticket(ACCOUNT, contract, Side.SELL, OrderType.MKT, Decimal(quantity))


def converted(ticket: Ticket) -> Ticket:
    return replace(ticket, sized_in=SizedIn.CONVERSION)


@pytest.mark.parametrize(
    "ticket",
    [
        lambda day: near(day, COMBINATIONS[2], "5"),
        lambda day: sold_now(day, EURO, "7501"),
        lambda day: converted(near(day, EURO, "5000")),
        lambda day: sold_now(day, COINS[0], "0.25"),
        lambda day: replace(near(day, FUTURE, "2"), outside_rth=True),
    ],
    ids=["combination", "forex", "conversion", "coin", "future"],
)
def test_every_kind_of_instrument_fills_and_breaks_no_law(ticket: Callable[[Day], Ticket]) -> None:
    with quiet_day(2) as day:
        asked_for(day, ticket(day))
        assert day.end() == []
        assert [order.status.value for order in day.world.orders()] == ["Filled"]


def test_a_leg_that_is_not_filled_is_seen() -> None:
    with quiet_day(2) as day:
        asked_for(day, near(day, COMBINATIONS[2], "5"))
        fills = day.world.exchange._clearing.executions[ACCOUNT]
        fills[:] = [fill for fill in fills if fill.conid != COMBINATIONS[2].legs[0].conid]
        assert "Σ executions = filled" in laws(day.end())


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_money_lost_in_an_exchange_of_currencies_is_seen(currency: str) -> None:
    with quiet_day(2) as day:
        asked_for(day, sold_now(day, EURO, "2000"))
        day.world.exchange._clearing.holdings[ACCOUNT].cash[currency] -= Decimal("0.01")
        assert "Σ executions = cash" in laws(day.end())


@pytest.mark.parametrize("key", ["deactivated", "allOrNone", "strategy", "referrer", "listingExchange"])
def test_a_key_that_is_not_sent_is_seen(key: str) -> None:
    fields = body._fields

    def without(ticket: Ticket, identity: dict[str, str]) -> dict[str, object]:
        told = fields(ticket, identity)
        return {name: value for name, value in told.items() if not name.startswith(key)}

    with mock.patch.object(body, "_fields", without), quiet_day(2) as day:
        plain = near(day, CONTRACTS[0], "10", "-4")
        asked_for(
            day,
            {
                "deactivated": replace(plain, deactivated=True),
                "allOrNone": replace(plain, all_or_none=True),
                "strategy": replace(plain, strategy="Vwap", strategy_parameters=(("noTakeLiq", False),)),
                "referrer": replace(plain, referrer="QuickTrade"),
                "listingExchange": replace(plain, route="ARCA"),
            }[key],
        )
        assert "an order is what the ticket said" in laws(day.end())


def test_a_ticket_changed_in_the_journal_is_seen() -> None:
    with quiet_day(2) as day:
        key = asked_for(day, near(day, CONTRACTS[0], "10", "-4"))
        base = sqlite3.connect(day.life.disk.folder / FILE_NAME)
        with base:
            base.execute("UPDATE submissions SET tickets = replace(tickets, 'AAPL', 'AAPL2') WHERE key = ?", (key,))
        base.close()
        assert "the journal keeps the ticket" in laws(day.end())


def test_a_saved_order_waits_until_it_is_activated() -> None:
    with quiet_day(2) as day:
        saved = replace(near(day, CONTRACTS[0], "10"), deactivated=True)
        asked_for(day, saved)
        (order,) = day.world.orders()
        assert order.status.value == "Inactive"
        day.do(lambda: day.life.session.orders.modify(order.order_id, replace(saved, deactivated=False)))
        for _ in range(6):
            day.do(lambda: None, 2.0)
            day.do(lambda: day.user.say(True))
        assert day.end() == []
        assert [order.status.value for order in day.world.orders()] == ["Filled"]


def test_a_saved_order_that_works_is_seen() -> None:
    with mock.patch.object(Desk, "accept", _accept_and_send), quiet_day(2) as day:
        asked_for(day, replace(near(day, CONTRACTS[0], "10"), deactivated=True))
        assert "a saved order does not work" in laws(day.end())


def test_a_dated_order_that_outlives_its_date_is_seen() -> None:
    with mock.patch.object(Deadlines, "set"), quiet_day(2) as day:
        plain = near(day, CONTRACTS[0], "10", "-4")
        asked_for(day, replace(plain, tif=Tif.GTD, good_till=good_till(day.world, 30)))
        assert "a dated order ends in time" in laws(day.end())


def test_an_algo_that_takes_all_at_once_is_seen() -> None:
    def at_once(self: Slicer, order: Order, plan: Plan) -> None:
        self._matching.match(order)

    with mock.patch.object(Slicer, "begin", at_once), quiet_day(2) as day:
        asked_for(day, replace(near(day, CONTRACTS[0], "10"), strategy="Vwap"))
        assert "an algo takes its time" in laws(day.end())


def test_a_part_of_all_or_none_is_seen() -> None:
    def as_any(self: Matching, order: Order) -> None:
        if not order.filled:
            self._take(order, order.limit, 3)

    with mock.patch.object(Matching, "retry", as_any), quiet_day(2) as day:
        asked_for(day, replace(near(day, CONTRACTS[0], "100", "0.0"), all_or_none=True))
        day.world.exchange.frozen = True
        assert "all or none" in laws(day.end())


def _accept_and_send(self: Desk, request: OrderRequest, parent: Order | None) -> Order:
    order = self._board.enter(request, parent)
    order.adopt(dataclasses.replace(request, deactivated=False))
    self._submit(order)
    return order


def test_a_failure_names_the_law_and_how_to_see_it_again() -> None:
    result = run_day(SEEDS[0], 0)
    result.violations.append("no order twice: two")
    words, totals = failure(result), Totals()
    totals.add(result)
    assert "VIOLATED  no order twice: two" in words
    assert f"python -m tests.random_days --seed {SEEDS[0]} --runs 1 --steps 0 -v" in words
    assert f"violations: 1 runs [{SEEDS[0]}]" in totals.words(1.0)
