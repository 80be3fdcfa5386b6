"""An order form placed by keys, a line and on the ticket; `python -m tests.order_form_runs` places all."""

from __future__ import annotations

from tests.order_form_runs.__main__ import TABLE, run
from tests.order_form_runs.fitted import RUNS

IN_THE_SUITE = ["bracket as a group"]


def test_a_form_placed_by_keys_reaches_the_gateway_as_the_expected_body_from_the_line_and_from_the_ticket() -> None:
    rows = run(IN_THE_SUITE)
    assert [f"{row.name}: {row.trouble}" for row in rows if row.trouble] == []
    assert [len(row.ways) for row in rows] == [2] * len(IN_THE_SUITE)


def test_the_table_has_every_form() -> None:
    table = TABLE.read_text()
    assert [name for name in RUNS if f"| {name} |" not in table] == []
