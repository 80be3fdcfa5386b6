"""Runs a matrix: rows by name, several at a time, a line for each, and a table on disk when all of them held."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one row came to; `trouble` is what went wrong, blank for nothing."""

    name: str
    seconds: float
    cells: Sequence[str]
    trouble: str = ""

    @property
    def line(self) -> str:
        """The row of the table."""
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in self.cells) + " |\n"


def run_matrix(
    description: str | None, rows: Mapping[str, object], run: Callable[[str], Outcome], table: Path, head: str
) -> int:
    """Run the rows the command line names, or all; `table` is written when all of them held. 1 if one failed."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("names", nargs="*", help="rows to run; a part of the name is enough")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    wanted = [name for name in rows if not given.names or any(part in name for part in given.names)]
    began = time.monotonic()
    failures, lines = 0, []
    with ProcessPoolExecutor(given.jobs) as pool:
        for outcome in pool.map(run, wanted):
            failures += bool(outcome.trouble)
            sys.stdout.write(f"{'FAILED' if outcome.trouble else 'ok':7}{outcome.seconds:6.1f} s  {outcome.name}\n")
            sys.stdout.write(f"{outcome.trouble}\n" if outcome.trouble else f"        {outcome.line}")
            sys.stdout.flush()
            lines.append(outcome.line)
    seconds = time.monotonic() - began
    sys.stdout.write(f"{len(wanted) - failures} of {len(wanted)} rows held, {seconds:.0f} s\n")
    if not failures and len(wanted) == len(rows):
        table.write_text(head + "".join(lines) + f"\n{len(wanted)} rows, {seconds:.0f} s with {given.jobs} jobs.\n")
    return 1 if failures else 0
