"""`python -m tests.disarm_matrix [NAME …] [--jobs 2]` runs it and writes its table, `tests/disarm_matrix.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.disarm_matrix.rows import ROWS
from tests.disarm_matrix.scene import Result, Scene
from tests.matrices import Outcome, run_matrix, try_row

TABLE = Path(__file__).parent.parent / "disarm_matrix.md"
HEAD = """\
# What disarms the ladder

Written by `python -m tests.disarm_matrix`: an armed ladder in the real program, in a pseudo-terminal against
`ibtui sim`, and everything that must disarm it. Afterwards trading keys are pressed; a row is here only if the screen
said that it is disarmed and why, and if no order left. Enter was pressed too wherever something stood in the way.

| event | the screen said | after, s | keys | orders sent | s |
|---|---|---|---|---|---|
"""


def run(name: str) -> Outcome:
    """One row."""
    scene = Scene(name)
    return try_row(name, scene, lambda: ROWS[name](scene), _cells)


def _cells(result: Result) -> tuple[str, ...]:
    said = "; ".join(result.said)
    return (result.name, said, f"{result.after:.1f}", result.keys, f"{result.orders}", f"{result.seconds:.0f}")


if __name__ == "__main__":
    sys.exit(run_matrix(__doc__, ROWS, run, TABLE, HEAD))
