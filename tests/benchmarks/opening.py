"""`python -m tests.benchmarks.opening`: how soon a key opens its dialog or changes the screen.

The real program in a pseudo-terminal of each size, on a simulated gateway whose prices move. For each key: wall time
and the program's processor time (all threads, as the kernel counts it: schedstat) from the key's write until something
of its dialog or screen is there (`begun`) and until the whole of it is (`there`); the first opening of a run apart from
the later ones. Linux only. Nothing is asserted; to be run by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks.moments import Moment, cpu_seconds
from tests.benchmarks.recorder import Recorded, python
from tests.benchmarks.report import machine, say, table
from tests.e2e.gateways import Simulator

SIZES: Final = ((80, 24), (120, 40), (200, 60))
PATIENCE: Final = 10.0
"""Seconds to wait for a dialog."""
REST: Final = 0.7
"""Seconds between two keys."""
READING: Final = 1.4
"""Seconds before a key that decides: dialogs hear it only after a second of quiet."""
SETTLE: Final = 6.0
"""Seconds after the first price, in which lists and histories are read."""
ANSWERS_AT_MOST: Final = 8
PROMPT: Final = 90.0
"""Seconds to wait for what the gateway asks about an order some time after it was placed: it must not come later."""
ESC: Final = b"\x1b"
ORDER: Final = b"buy 1 AAPL @ 225.00 lmt day"


@dataclass(frozen=True, slots=True)
class Step:
    """A key that is measured."""

    name: str
    key: bytes
    begun: str
    """Seen first of what it opens."""
    there: str
    """Seen last of it."""
    closing: bytes = b""
    """Key that leads back; blank where the next step goes on from here."""
    before: bytes = b""
    """Keys typed before it and not measured."""
    rest: float = REST
    """Seconds before it."""


SCREENS: Final = (
    Step("F3 ladder", b"\x1bOR", r"DISARMED", r"F2 watch|\ba arm\b"),
    Step("F4 blotter", b"\x1bOS", r"Working orders", r"F2 watch|x cancel"),
    Step("F5 portfolio", b"\x1b[15~", r"Positions", r"Cash by currency[\s\S]*Summary[\s\S]*b buy"),
    Step("F6 inbox", b"\x1b[17~", r"Inbox|Notifications", r"b buy"),
    Step("F2 watchlist", b"\x1bOQ", r"Watchlist", r"AAPL +\d+\.\d\d[\s\S]*b buy"),
)
DIALOGS: Final = (
    Step("b buy ticket", b"b", r"BUY ticket", r"esc close[\s\S]*PAPER DU", ESC),
    Step("s sell ticket", b"s", r"SELL ticket", r"esc close[\s\S]*PAPER DU", ESC),
    Step("/ find", b"/", r"Find a contract", r"esc close\s[\s\S]*╯", ESC),
    Step(": command line", b":", r"tab completes", r"tab completes", ESC),
    Step("? help", b"?", r"Keys: ", r"esc closes", ESC),
    Step("X cancel all", b"X", r"Cancel ", r"n No", ESC),
    Step("q quit", b"q", r"Quit ibtui", r"y Yes, quit", ESC),
    Step("enter confirm", b"\r", r"Confirm BUY", r"n No, do not send[\s\S]*PAPER DU", before=b":" + ORDER),
    Step("y question", b"y", r"Question 1 of this", r"o163|o\d+[\s\S]*▸", b"n", rest=READING),
)


@dataclass(slots=True)
class Figures:
    """All openings by one key."""

    first: list[tuple[Moment, Moment]] = field(default_factory=list)
    later: list[tuple[Moment, Moment]] = field(default_factory=list)
    size: list[int] = field(default_factory=list)
    """Bytes until it was there."""


class Watched(Recorded):
    """The program, looked at after each piece of its output."""

    def opened(self, step: Step) -> tuple[Moment, Moment, int]:
        """Press the key of a step; when it had begun and when it was there, and the bytes of it."""
        spent, at = cpu_seconds(self.pid), time.monotonic()
        self.press(step.key)
        pieces: list[tuple[bytes, Moment]] = []
        found: list[Moment] = []
        wanted = (re.compile(step.begun), re.compile(step.there))
        while len(found) < len(wanted):
            data = self._read(at + PATIENCE)
            if not data:
                raise TimeoutError(f"{step.name}: /{wanted[len(found)].pattern}/ did not come:\n{self.screen.text()}")
            moment = Moment(time.monotonic() - at, cpu_seconds(self.pid) - spent)
            pieces.append((data, moment))
            self.screen.feed(data)
            text = self.screen.text()
            while len(found) < len(wanted) and wanted[len(found)].search(text):
                found.append(moment)
        return found[0], found[1], sum(len(data) for data, _ in pieces)


def measure(size: tuple[int, int], rounds: int, steps: Sequence[Step], runs: int) -> Mapping[str, Figures]:
    """Run the program so often at one size, and open everything so often in each run."""
    found = {step.name: Figures() for step in steps}
    with tempfile.TemporaryDirectory(prefix="ibtui-opening-") as folder:
        for run in range(runs):
            gateway = Simulator()
            home = Path(folder) / str(run)
            _trust(home, gateway)
            program = Watched(python("ibtui", "--base-url", gateway.base_url), home, *size)
            try:
                _one_run(program, rounds, steps, found)
            finally:
                program.close()
                gateway.kill()
    return found


def _one_run(program: Watched, rounds: int, steps: Sequence[Step], found: Mapping[str, Figures]) -> None:
    program.see(r"AAPL +\d+\.\d\d")
    program.watch(SETTLE)
    _place(program)
    for turn in range(rounds + 1):
        for step in steps:
            program.watch(step.rest)
            if step.before:
                program.press(step.before)
                program.watch(REST)
            begun, there, size = program.opened(step)
            figures = found[step.name]
            (figures.later if turn else figures.first).append((begun, there))
            figures.size.append(size)
            program.watch(step.rest)
            if step.closing:
                program.press(step.closing)


def _place(program: Watched) -> None:
    """An order that works, for what asks about working orders."""
    program.press(b":" + ORDER + b"\r")
    program.see("y Yes, BUY")
    for _ in range(ANSWERS_AT_MOST):
        program.watch(READING)
        if not re.search("Confirm BUY|Question ", program.screen.text()):
            break
        program.press(b"y")
    program.see("The gateway asks", PROMPT)
    program.watch(READING)
    program.press(ESC)
    program.watch(REST)


def _trust(home: Path, gateway: Simulator) -> None:
    """A state folder in which the gateway's certificate was accepted."""
    state = home / "state" / "ibtui"
    state.mkdir(parents=True)
    (state / "pins.json").write_text(json.dumps({gateway.root.removeprefix("https://"): gateway.fingerprint}))


HEADINGS: Final = (
    "key",
    "first: wall ms",
    "CPU begun",
    "there",
    "later: wall ms p50",
    "p99",
    "max",
    "CPU begun p50",
    "there p50",
    "max",
    "kB",
)


def row_of(name: str, figures: Figures) -> tuple[str, ...]:
    """One key; a share in the hundred of few values is the one next to it."""
    first, later = figures.first, figures.later or figures.first
    walls = sorted(there.wall for _, there in later)
    begun, there = [each.cpu for each, _ in later], [each.cpu for _, each in later]
    return (
        name,
        _ms(statistics.median(there.wall for _, there in first)),
        _ms(statistics.median(begun.cpu for begun, _ in first)),
        _ms(statistics.median(there.cpu for _, there in first)),
        _ms(statistics.median(walls)),
        _ms(walls[round(0.99 * (len(walls) - 1))]),
        _ms(walls[-1]),
        _ms(statistics.median(begun)),
        _ms(statistics.median(there)),
        _ms(max(there)),
        f"{statistics.median(figures.size) / 1000:.1f}",
    )


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.opening", description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="openings after the first of each run (8)")
    parser.add_argument("--runs", type=int, default=1, help="runs of the program at each size (1)")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="keys whose name has one of these")
    parser.add_argument("--size", nargs=2, type=int, metavar=("COLUMNS", "LINES"), help="this one alone")
    chosen = parser.parse_args()
    steps = [each for each in (*SCREENS, *DIALOGS) if not chosen.only or any(word in each.name for word in chosen.only)]
    print(machine(), flush=True)
    for size in (tuple(chosen.size),) if chosen.size else SIZES:
        say(f"{size[0]}×{size[1]} …")
        found = measure(size, chosen.rounds, steps, chosen.runs)
        print(f"\n{size[0]}×{size[1]}\n{table(HEADINGS, [row_of(name, each) for name, each in found.items()])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
