"""One row of what disarms the ladder; `python -m tests.disarm_matrix` runs all and writes their table."""

from __future__ import annotations

from tests.disarm_matrix.__main__ import TABLE, run
from tests.disarm_matrix.rows import ROWS


def test_the_row_of_a_lost_stream_holds() -> None:
    outcome = run("stream lost and back")
    assert not outcome.trouble, outcome.trouble
    assert "DISARMED (stream lost)" in outcome.line


def test_the_table_has_every_row() -> None:
    table = TABLE.read_text()
    assert [name for name in ROWS if f"| {name} |" not in table] == []
