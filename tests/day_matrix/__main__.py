"""`python -m tests.day_matrix [NAME …] [--jobs 2]` runs the matrix and writes its table, `tests/day_matrix.md`."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.day_matrix.rows import ROWS
from tests.day_matrix.scene import Result, Scene

TABLE = Path(__file__).parent.parent / "day_matrix.md"
HEAD = """\
# A session's day

Written by `python -m tests.day_matrix`: every event of a day struck the real program in a pseudo-terminal, against
`ibtui sim`. “Told” counts from the event, “recovered” from the moment it could be mended: the event's end, what a
person had to do, or else its beginning. A row is here only if the screen said so in time and was live again by itself.

| event | the screen said | told after, s | a person | recovered after, s | s |
|---|---|---|---|---|---|
"""


def run(name: str) -> tuple[Result, str]:
    """One row; the text is what went wrong, blank for nothing."""
    scene = Scene(name)
    trouble = ""
    try:
        ROWS[name](scene)
    except Exception as error:  # noqa: BLE001 - a row that fails is reported with its screen, the others go on
        trouble = f"{type(error).__name__}: {error}"
    finally:
        result = scene.close()
    return result, trouble


def main() -> int:
    """Run the rows named, or all; the table is written only when all of them ran and held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="rows to run; a part of the name is enough")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    wanted = [name for name in ROWS if not given.names or any(part in name for part in given.names)]
    began = time.monotonic()
    failures, lines = 0, []
    with ProcessPoolExecutor(given.jobs) as pool:
        for result, trouble in pool.map(run, wanted):
            failures += bool(trouble)
            sys.stdout.write(f"{'FAILED' if trouble else 'ok':7}{result.seconds:6.1f} s  {result.name}\n")
            sys.stdout.write(f"{trouble}\n" if trouble else f"        {_line(result)}")
            sys.stdout.flush()
            lines.append(_line(result))
    seconds = time.monotonic() - began
    sys.stdout.write(f"{len(wanted) - failures} of {len(wanted)} rows held, {seconds:.0f} s\n")
    if not failures and len(wanted) == len(ROWS):
        TABLE.write_text(HEAD + "".join(lines) + f"\n{len(wanted)} rows, {seconds:.0f} s with {given.jobs} jobs.\n")
    return 1 if failures else 0


def _line(result: Result) -> str:
    times = ["–" if value is None else f"{value:.1f}" for value in (result.told_after, result.recovered_after)]
    cells = (result.name, "; ".join(result.said), times[0], result.person, times[1], f"{result.seconds:.0f}")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.exit(main())
