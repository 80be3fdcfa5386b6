"""`python -m tests.fault_matrix [NAME …] [--jobs 2]` runs the matrix and writes its table, `tests/fault_matrix.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fault_matrix.rows import ROWS
from tests.fault_matrix.scene import Result, Scene
from tests.matrices import Outcome, run_matrix, try_row

TABLE = Path(__file__).parent.parent / "fault_matrix.md"
HEAD = """\
# Fault matrix

Written by `python -m tests.fault_matrix`: every fault struck through the real program in a pseudo-terminal, against
`ibtui sim`. “Sent” is what reached the gateway; “at the exchange” are this trial's orders there; “journal” the stages
on disk; “after a restart” what the screen shows when the program is killed and started again. A row is here only if
all its checks held: no order twice, none that the journal does not hold, and the screen saying so.

| fault | the screen said | sent | at the exchange | journal | after a restart | s |
|---|---|---|---|---|---|---|
"""


def run(name: str) -> Outcome:
    """One row."""
    flags, act = ROWS[name]
    scene = Scene(name, *flags)
    return try_row(name, scene, lambda: act(scene), _cells)


def _cells(result: Result) -> tuple[str, ...]:
    return (
        result.fault,
        "; ".join(result.said),
        result.sent,
        result.exchange,
        result.journal,
        result.restarted,
        f"{result.seconds:.0f}",
    )


if __name__ == "__main__":
    sys.exit(run_matrix(__doc__, ROWS, run, TABLE, HEAD))
