"""The table of the memory benchmark: what grew, and whose process it is."""

from __future__ import annotations

import pytest

from tests.benchmarks.memory import Weighing, growth, told

MIB = 2**20
SEEN = [
    Weighing(hour, hour * 720_000, 0, process * MIB, share * MIB, private * MIB, gateway * MIB)
    for hour, process, share, private, gateway in ((0, 70, 60, 55, 76), (1, 80, 70, 64, 80), (2, 84, 77, 64, 120))
]


@pytest.mark.parametrize(("of", "percent"), [("process", 5.0), ("share", 10.0), ("private", 0.0), ("gateway", 50.0)])
def test_growth_is_counted_from_the_first_hour_on(of: str, percent: float) -> None:
    assert growth(SEEN, of) == pytest.approx(percent)


def test_one_weighing_shows_no_growth() -> None:
    assert growth(SEEN[:1], "process") == 0.0


def test_the_program_is_told_apart_from_the_gateway() -> None:
    lines = told(SEEN).splitlines()
    assert lines[3].split() == ["2", "1440000", "84.0", "77.0", "64.0", "120.0"]
    assert lines[4] == "after the first hour: RSS +5.0 %, PSS +10.0 %, private +0.0 %, the gateway's RSS +50.0 %"


def test_a_process_with_the_gateway_in_it_is_said_to_be_one() -> None:
    lines = told([Weighing(hour, 10, 2048, 90 * MIB) for hour in (0, 1)]).splitlines()
    assert "process with gateway MiB" in lines[0]
    assert lines[-1] == "after the first hour: session +0.0 %, process with its gateway +0.0 %"
