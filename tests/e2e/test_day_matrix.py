"""Two rows of the day matrix; `python -m tests.day_matrix` runs all."""

from __future__ import annotations

import pytest

from tests.day_matrix.__main__ import TABLE, run
from tests.day_matrix.rows import ROWS

IN_THE_SUITE = ("login expires", "socket cut")


@pytest.mark.parametrize("name", IN_THE_SUITE)
def test_the_row_holds(name: str) -> None:
    outcome = run(name)
    assert not outcome.trouble, outcome.trouble
    assert "what to do" in outcome.line


def test_the_table_has_every_row() -> None:
    table = TABLE.read_text()
    assert [name for name in ROWS if f"| {name} |" not in table] == []
