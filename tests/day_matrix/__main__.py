"""`python -m tests.day_matrix [NAME …] [--jobs 2]` runs the matrix and writes its table, `tests/day_matrix.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.day_matrix.rows import ROWS
from tests.day_matrix.scene import Result, Scene
from tests.matrices import Outcome, run_matrix, try_row

TABLE = Path(__file__).parent.parent / "day_matrix.md"
HEAD = """\
# A session's day

Written by `python -m tests.day_matrix`: every event of a day struck the real program in a pseudo-terminal, against
`ibtui sim`. “Told” counts from the event, “recovered” from the moment it could be mended: the event's end, what a
person had to do, or else its beginning. A row is here only if the screen said so in time and was live again by itself.

| event | the screen said | told after, s | a person | recovered after, s | s |
|---|---|---|---|---|---|
"""


def run(name: str) -> Outcome:
    """One row."""
    scene = Scene(name)
    return try_row(name, scene, lambda: ROWS[name](scene), _cells)


def _cells(result: Result) -> tuple[str, ...]:
    times = ["–" if value is None else f"{value:.1f}" for value in (result.told_after, result.recovered_after)]
    return (result.name, "; ".join(result.said), times[0], result.person, times[1], f"{result.seconds:.0f}")


if __name__ == "__main__":
    sys.exit(run_matrix(__doc__, ROWS, run, TABLE, HEAD))
