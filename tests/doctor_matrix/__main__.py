"""`python -m tests.doctor_matrix [NAME …] [--jobs 2]` runs it and writes its table, `tests/doctor_matrix.md`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.doctor_matrix.rows import ROWS
from tests.doctor_matrix.scene import LONGEST_SECONDS, MOST_REQUESTS, Result, Scene
from tests.matrices import Outcome, run_matrix, try_row

TABLE = Path(__file__).parent.parent / "doctor_matrix.md"
HEAD = f"""\
# What the doctor finds

Written by `python -m tests.doctor_matrix`: `ibtui sim` in every state of a day, and `ibtui doctor` run on it as a
command of its own, once with `--json` and once without. “Step” is the first that failed; where none did, the one that
tells of the state. A row is here only if both runs named the cause and what to do, and ended so within
{LONGEST_SECONDS:.0f} s; if at most {MOST_REQUESTS} requests were sent beside those for tokens, none of which changes an
order or ends another program's session; and if `--json` held no secret and no account.
Seconds are those of the slower run.

| state | step | it said | what to do | exit | requests | s |
|---|---|---|---|---|---|---|
"""
VOLATILE = (
    (r"(?<=[\w\]]:)\d{4,5}\b(?!:)", "PORT"),
    (r"(?<=port )(?!5111)\d{4,5}\b", "PORT"),
    (r"(?<=base_url says )\d{4,5}\b", "PORT"),
    (r"/tmp/ibtui-doctor-\w+", "~"),
    (r"(?<=pid )\d+", "PID"),
    (r"(?:[0-9A-F]{2}[: ]){31}[0-9A-F]{2}", "(32 bytes)"),
)
"""What differs from run to run."""


def run(name: str) -> Outcome:
    """One row."""
    scene = Scene(name)
    return try_row(name, scene, lambda: ROWS[name](scene), _cells)


def _cells(result: Result) -> tuple[str, ...]:
    words = [result.said, result.todo]
    for pattern, instead in VOLATILE:
        words = [re.sub(pattern, instead, text) for text in words]
    figures = (str(result.exit), str(result.requests), f"{result.seconds:.1f}")
    return (result.name, result.step, words[0], words[1] or "–", *figures)


if __name__ == "__main__":
    sys.exit(run_matrix(__doc__, ROWS, run, TABLE, HEAD))
