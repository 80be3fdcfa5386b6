"""`python -m tests.benchmarks.targets`: every target of design/performance.md with the figure reached, and a peer's.

It runs the other benchmarks one after the other and prints their tables as well; all of it takes an hour.
`--only` takes the names of lines: bytes, tick, key, day, stress, start, memory, screen (the memory of the program on
its screen: twenty minutes for eight hours), growth.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import burst, day, memory, stress
from tests.benchmarks.figures import Figures, Load, percentile
from tests.benchmarks.report import run, table, told
from tests.benchmarks.stage import named

RAW, RAW_TRUE, CURSES = "raw ANSI, 16 colours", "raw ANSI, truecolor", "curses"
FLOOR = "keys alone, the machine's floor"
LIST, LIST_TRUE, DASHBOARD = "ibtui watchlist, 16 colours", "ibtui watchlist, truecolor", "ibtui dashboard, 16 colours"
FRAME_MS: Final = 1_000 / 20
PER_SECOND: Final = 1_000.0
QUEUE_SLACK: Final = 1.5
"""Times the first quarter's that the last quarter's delay may be before it counts as growth: noise of the machine."""
MEMORY_SLACK: Final = 1.0
"""Percent."""
HEADINGS: Final = ("what", "target", "reached", "", "peer in the same run", "command")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    what: str
    target: str
    reached: str
    is_met: bool | None
    """None: it could not be measured."""
    peer: str
    command: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table has it."""
        verdict = {True: "met", False: "MISSED", None: "not measured"}[self.is_met]
        return (self.what, self.target, self.reached, verdict, self.peer, f"python -m tests.benchmarks.{self.command}")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds each part is measured; the defaults of the parts, or all the same."""

    peers: float = 20.0
    burst: float = burst.SECONDS
    stress: float = stress.SECONDS
    day: float = day.SECONDS
    hours: int = memory.HOURS
    starts: int = 20


def by_name(figures: Sequence[Figures]) -> dict[str, Figures]:
    """Figures by program."""
    return {each.name: each for each in figures}


def peers_lines(times: Times, wanted: Sequence[str]) -> Iterator[Line]:
    """Bytes per changed cell, and from tick to screen."""
    load = Load(times.peers, PER_SECOND)
    figures = run(named(()), load)
    print(told(load, figures))
    found = by_name(figures)
    if "bytes" in wanted:
        yield _bytes(found, "ANSI", LIST, RAW, 1.1)
        yield _bytes(found, "truecolor", LIST_TRUE, RAW_TRUE, 1.3)
    if "tick" in wanted:
        limit = FRAME_MS + 10
        for name in (LIST, DASHBOARD):
            what, ours, theirs = f"tick to screen p99, {name}", found.get(name), found.get(CURSES)
            reached = f"{ours.ticks.p99:.1f} ms" if ours else "–"
            peer = f"curses {theirs.ticks.p99:.1f} ms" if theirs else "–"
            yield Line(what, f"≤ {limit:g} ms", reached, ours and ours.ticks.p99 <= limit, peer, "peers")  # type: ignore[arg-type]  # None where it was not measured


def _bytes(found: dict[str, Figures], what: str, ours: str, theirs: str, limit: float) -> Line:
    one, other = found.get(ours), found.get(theirs)
    title = f"bytes per changed cell, {what}"
    if one is None or other is None:
        return Line(title, f"≤ {limit:g} × raw", "–", None, "–", "peers")
    ratio = one.per_cell / other.per_cell
    reached = f"{one.per_cell:.1f} B = {ratio:.2f} × raw"
    return Line(title, f"≤ {limit:g} × raw", reached, ratio <= limit, f"raw {other.per_cell:.1f} B", "peers")


def burst_lines(times: Times, _wanted: Sequence[str]) -> Iterator[Line]:
    """From key to screen under bursts."""
    load = burst.load_of(times.burst)
    figures = run(named(burst.PEERS), load)
    print(told(load, figures))
    found = by_name(figures)
    for name in (LIST, DASHBOARD):
        ours = found.get(name)
        target = "p99 ≤ 10 ms, worst ≤ 25 ms"
        if ours is None:
            yield Line(f"key to screen in bursts, {name}", target, "–", None, "–", "burst")
            continue
        is_met = ours.keys.p99 <= 10 and ours.keys.most <= 25 and not ours.keys_unseen
        peers = (("raw", found.get(RAW)), ("nothing but keys", found.get(FLOOR)))
        peer = ", ".join(f"{words} {_keys(each)}" for words, each in peers if each is not None)
        yield Line(f"key to screen in bursts, {name}", target, _keys(ours), is_met, peer or "–", "burst")


def _keys(figures: Figures) -> str:
    return f"p99 {figures.keys.p99:.1f}, worst {figures.keys.most:.1f} ms"


def day_lines(times: Times, _wanted: Sequence[str]) -> Iterator[Line]:
    """A busy day's share of a core."""
    found = day.measure(times.day)
    print(day.told(found))
    for each in found.figures:
        if each.name.startswith(("dashboard", "ladder")):
            slowness = found.slowness(each)
            reached = f"{each.cpu:.1f} % of a core slowed {slowness:.2f} × by others: {each.cpu / slowness:.1f} %"
            yield Line(f"busy real day, {each.name}", "≤ 8 % of a core", reached, each.cpu <= 8, "–", "day")


def stress_lines(times: Times, _wanted: Sequence[str]) -> Iterator[Line]:
    """Five thousand frames a second."""
    load = Load(times.stress, stress.PER_SECOND)
    figures = run(named(stress.PEERS), load)
    print(told(load, figures))
    print(table(stress.HEADINGS, map(stress.growth, figures)) + "\n")
    found = by_name(figures)
    raw = found.get(RAW)
    peer = f"raw {raw.cpu:.1f} %, {raw.last_unseen} lost" if raw else "–"
    for name in (LIST, DASHBOARD):
        ours, target = found.get(name), "no queue grows, none lost, ≤ 35 %"
        if ours is None:
            yield Line(f"5,000 frames/s, {name}", target, "–", None, peer, "stress")
            continue
        first, last = (1000 * percentile(part, 99) for part in stress.quarters(ours.delays))
        is_met = last <= max(first * QUEUE_SLACK, FRAME_MS * 2) and not ours.last_unseen and ours.cpu <= 35
        reached = f"delay {first:.0f} then {last:.0f} ms, {ours.last_unseen} lost, {ours.cpu:.1f} %"
        yield Line(f"5,000 frames/s, {name}", target, reached, is_met, peer, "stress")


def start_lines(times: Times, _wanted: Sequence[str]) -> Iterator[Line]:
    """The first frame against a bare Textual program's."""
    what, target = "first frame of ibtui", "≤ 1.15 × bare Textual app"
    if importlib.util.find_spec("tests.benchmarks.start") is None:
        yield Line(what, target, "–", None, "–", "start")
        return
    from tests.benchmarks import start  # noqa: PLC0415 - may be missing

    found = start.measure(times.starts, ("textual", "ibtui"))
    ours, theirs = found["ibtui"].screen, found["textual"].screen
    times_wall, times_cpu = (start.quotient(ours, theirs, of) for of in ("wall", "cpu"))
    mine, peer = (1000 * statistics.median(each.wall for each in moments) for moments in (ours, theirs))
    reached = f"{mine:.0f} ms, {times_wall:.2f} × turn by turn (processor {times_cpu:.2f} ×)"
    yield Line(what, target, reached, times_wall <= 1.15, f"bare Textual {peer:.0f} ms", "start")


def memory_lines(times: Times, _wanted: Sequence[str]) -> Iterator[Line]:
    """Held after eight hours."""
    found = memory.in_process(times.hours)
    print(memory.told(found))
    grown = memory.growth(found, "held")
    reached = f"session {grown:+.1f} %, process with its gateway {memory.growth(found, 'process'):+.1f} %"
    what = f"memory after {times.hours} simulated hours"
    yield Line(what, f"no growth after the first (≤ {MEMORY_SLACK:g} %)", reached, grown <= MEMORY_SLACK, "–", "memory")


def screen_lines(times: Times, _wanted: Sequence[str]) -> Iterator[Line]:
    """Held by the program alone after eight hours of ticks on its screen."""
    found = memory.on_screen(times.hours)
    print(memory.told(found))
    grown = memory.growth(found, "process")
    last = found[-1].process / 2**20
    what = f"memory of the program on its screen after the ticks of {times.hours} hours"
    reached, target = f"{grown:+.1f} %, {last:.1f} MiB", f"no growth after the first (≤ {MEMORY_SLACK:g} %)"
    yield Line(what, target, reached, grown <= MEMORY_SLACK, "–", "memory --screen")


def growth_lines(_times: Times, _wanted: Sequence[str]) -> Iterator[Line]:
    """Costs that grow print a table of their own."""
    if importlib.util.find_spec("tests.benchmarks.growth") is not None:
        command = [sys.executable, "-m", "tests.benchmarks.growth"]
        print(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    yield from ()


PARTS: Final[tuple[tuple[tuple[str, ...], Callable[[Times, Sequence[str]], Iterator[Line]]], ...]] = (
    (("bytes", "tick"), peers_lines),
    (("key",), burst_lines),
    (("day",), day_lines),
    (("stress",), stress_lines),
    (("start",), start_lines),
    (("memory",), memory_lines),
    (("screen",), screen_lines),
    (("growth",), growth_lines),
)


def main() -> int:
    """Measure and print."""
    names = [name for each, _ in PARTS for name in each]
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.targets", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="*", default=names, choices=names, metavar="LINE", help=", ".join(names))
    parser.add_argument("--seconds", type=float, help="measured for each program; by default as each benchmark says")
    parser.add_argument("--hours", type=int, default=memory.HOURS, help="of simulated time for the memory")
    chosen = parser.parse_args()
    s = chosen.seconds
    times = Times(hours=chosen.hours) if s is None else Times(s, s, s, s, chosen.hours, max(3, int(s / 2)))
    lines: list[Line] = []
    for wanted, measured in PARTS:
        if set(wanted) & set(chosen.only):
            lines += measured(times, chosen.only)
    print(table(HEADINGS, (line.cells for line in lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
