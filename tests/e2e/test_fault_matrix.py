"""A few rows of the fault matrix; `python -m tests.fault_matrix` runs all and writes their table."""

from __future__ import annotations

import pytest

from tests.fault_matrix.__main__ import TABLE, run
from tests.fault_matrix.rows import ROWS

IN_THE_SUITE = (
    "lost-answer",
    "killed between POST and answer",
    "disk full before the order",
)


@pytest.mark.parametrize("name", IN_THE_SUITE)
def test_the_row_holds(name: str) -> None:
    outcome = run(name)
    assert not outcome.trouble, outcome.trouble
    assert "place: sent" in outcome.line


def test_the_table_has_every_row() -> None:
    table = TABLE.read_text()
    assert [name for name in ROWS if f"| {name} |" not in table] == []
