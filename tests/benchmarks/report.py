"""Tables of figures as text, and the options every benchmark has."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Final

from tests.benchmarks.figures import Figures, Load, Spread, measure
from tests.benchmarks.stage import ROWS, Program, Stage

HEADINGS: Final = (
    "program",
    "tick→screen ms p50",
    "p99",
    "max",
    "key→screen ms p50",
    "p99",
    "max",
    "keys",
    "CPU %",
    "B/cell",
    "kB/s",
    "frames/s",
    "MiB",
    "1st frame s",
    "1st price s",
    "lost",
)


def row_of(figures: Figures) -> tuple[str, ...]:
    """One program; `lost` are last values and keys that never came to the screen."""
    return (
        figures.name,
        *_delays(figures.ticks),
        *_delays(figures.keys),
        str(figures.keys.count),
        f"{figures.cpu:.1f}",
        f"{figures.per_cell:.1f}",
        f"{figures.rate / 1000:.1f}",
        f"{figures.frames:.1f}",
        f"{figures.memory:.0f}",
        f"{figures.first_frame:.2f}",
        f"{figures.first_price:.2f}",
        f"{figures.last_unseen} + {figures.keys_unseen}",
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows below their headings, the first column to the left and the others to the right."""
    found = [list(headings), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in found) for column in range(len(headings))]
    lines = [
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in found)
    ]
    return "\n".join(line.rstrip() for line in lines)


def options(module: str, about: str | None, seconds: float) -> argparse.ArgumentParser:
    """A parser with the options all have."""
    parser = argparse.ArgumentParser(
        prog=f"python -m tests.benchmarks.{module}", description=about, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=seconds, help=f"measured for each program ({seconds:g})")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="programs whose name has one of these")
    return parser


def run(programs: Iterable[Program], load: Load, rows: int = ROWS) -> list[Figures]:
    """Measure one program after the other on one gateway; a missing one is named."""
    found = []
    with Stage(rows) as stage:
        for program in programs:
            if not program.is_there:
                say(f"{program.name}: not installed (pip install {program.needs})")
                continue
            say(f"{program.name} …")
            try:
                found.append(measure(stage, program, load))
            except (RuntimeError, TimeoutError) as error:
                stage.calm()
                say(f"{program.name} FAILED: {error}")
    return found


def told(load: Load, found: Sequence[Figures]) -> str:
    """What was sent, and the table."""
    wish = f"{load.per_second:g} frames/s" + (f" and {load.burst} at once each second" if load.burst else "")
    sent = [each.sent_rate for each in found]
    busy = [each.simulator_cpu for each in found]
    head = f"{wish} over TLS for {load.seconds:g} s each, {machine()}"
    if found:
        head += f"; sent {min(sent):.0f}–{max(sent):.0f} frames/s, the simulator busy {max(busy):.0f} % of a core"
    return f"{head}\n\n{table(HEADINGS, map(row_of, found))}\n"


def machine() -> str:
    """How many cores, and how busy with other things."""
    return f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"


def say(words: str) -> None:
    """Progress, beside the table."""
    print(words, file=sys.stderr, flush=True)


def _delays(spread: Spread) -> tuple[str, str, str]:
    if not spread.count:
        return ("–", "–", "–")
    return (f"{spread.p50:.1f}", f"{spread.p99:.1f}", f"{spread.most:.1f}")
