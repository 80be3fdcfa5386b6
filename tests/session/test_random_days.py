"""Random runs of the whole session against the simulator, and proof that their laws can be broken.

Many more: `python -m tests.random_days --runs 2000 --jobs 2`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from decimal import Decimal
from random import Random
from unittest import mock

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ibtui.domain.orders import Stage
from ibtui.domain.tickets import OrderType
from ibtui.session.orders.journal import FILE_NAME, Journal
from tests.random_days.day import ACTS, Day, no_chance
from tests.random_days.report import Totals, failure, run_day
from tests.random_days.tickets import CONTRACTS, ticket_at_market
from tests.random_days.world import ACCOUNT

SEEDS = range(9_000, 9_012)
STEPS = 25


@contextmanager
def quiet_day(seed: int) -> Iterator[Day]:
    """A run in which nothing happens but what the test does."""
    with no_chance(seed):
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
TestAnyDay.settings = settings(max_examples=5, stateful_step_count=25)


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


def test_a_failure_names_the_law_and_how_to_see_it_again() -> None:
    result = run_day(SEEDS[0], 0)
    result.violations.append("no order twice: two")
    words, totals = failure(result), Totals()
    totals.add(result)
    assert "VIOLATED  no order twice: two" in words
    assert f"python -m tests.random_days --seed {SEEDS[0]} --runs 1 --steps 0 -v" in words
    assert f"violations: 1 runs [{SEEDS[0]}]" in totals.words(1.0)
