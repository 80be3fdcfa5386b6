"""A quarter of an hour of the simulated week; `python -m tests.week` runs five days."""

from __future__ import annotations

from tests.week.week import run_week


def test_a_quarter_of_an_hour_with_faults_ends_with_everything_shown_true() -> None:
    outcome = run_week(seed=11, hours=0.25, between=120.0)
    assert outcome.violations == []
    assert outcome.requests > 0
    assert len(outcome.recoveries) >= 3
