"""Two rows of the day matrix; `python -m tests.day_matrix` runs all."""

from __future__ import annotations

import pytest

from tests.day_matrix.__main__ import run

IN_THE_SUITE = ("login expires", "socket cut")


@pytest.mark.parametrize("name", IN_THE_SUITE)
def test_the_row_holds(name: str) -> None:
    outcome = run(name)
    assert not outcome.trouble, outcome.trouble
    assert "what to do" in outcome.line
