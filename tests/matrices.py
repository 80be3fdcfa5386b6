"""Runs a matrix: rows by name, several at a time, a line for each, and a table on disk when all of them held."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar


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


class Told(Protocol):
    """What a scene gives at its end."""

    seconds: float


ToldT_co = TypeVar("ToldT_co", bound=Told, covariant=True)


class Trial(Protocol[ToldT_co]):
    """A scene of a matrix: programs and gateways that are ended by `close`."""

    def close(self) -> ToldT_co:
        """End everything; gives what was seen."""
        ...


def try_row(
    name: str, scene: Trial[ToldT_co], act: Callable[[], None], cells: Callable[[ToldT_co], Sequence[str]]
) -> Outcome:
    """Do what a row does in its scene, and end the scene whatever came of it."""
    trouble = ""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - a row that fails is reported with its screen, the others go on
        trouble = f"{type(error).__name__}: {error}"
    finally:
        told = scene.close()
    return Outcome(name, told.seconds, cells(told), trouble)


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
