"""`python -m tests.benchmarks.ladder`: what a ladder of sixty rungs at twenty frames a second costs.

The real program in a pseudo-terminal, the ladder open on an instrument whose book moves all the time; measured are its
share of a core, the bytes it writes, and the time from a key to the screen. Nothing is asserted; to be run by hand.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.e2e.gateways import Simulator
from tests.e2e.terminal import Terminal

COLUMNS, ROWS = 200, 70
"""Sixty rungs with everything round them."""
FRAMES = 20
HURRY = 5
"""Times the usual order flow: enough that every frame has changes; at the usual one 15 of 20 have."""
SYMBOLS = 100
TICK_RATE = 2
"""Quotes of each instrument a second: the busy day of design/performance."""
CURSOR = re.compile(r"size +[\d,.]+ +at +(\d+\.\d\d)")
KEYS = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured."""

    theme: str
    rungs: int
    cpu: float
    """Percent of one core, the program alone."""
    bytes_per_second: float
    ladder_frames: float
    """Frames a second that the gateway sent."""
    key_median: float
    """Milliseconds from a key to its row on the screen."""
    key_p99: float
    memory: float
    """MiB."""


def measure(theme: str, seconds: float, hurry: float = HURRY) -> Figures:
    """Run one theme."""
    with tempfile.TemporaryDirectory(prefix="ibtui-bench-") as home:
        gateway = Simulator("--no-tls", f"--symbols={SYMBOLS}", f"--tick-rate={TICK_RATE}")
        gateway.post("/sim/ladder", {"frames_per_second": FRAMES})
        gateway.post("/sim/market/AAPL/hurry", {"rate": hurry})
        terminal = Terminal(
            "--base-url", gateway.base_url, "--theme", theme, home=Path(home), columns=COLUMNS, rows=ROWS
        )
        try:
            return _measured(terminal, gateway, theme, seconds)
        finally:
            terminal.close()
            gateway.kill()


def _measured(terminal: Terminal, gateway: Simulator, theme: str, seconds: float) -> Figures:
    terminal.see(r"AAPL +\d+\.\d\d ", 30)
    terminal.press("f3")
    terminal.see(r"\bdepth\b", 30)
    terminal.press(" ")
    terminal.watch(5.0)
    program = psutil.Process(terminal.child.pid)
    frames, received, spent, began = _frames(gateway), len(terminal.received), _cpu(program), time.monotonic()
    _drain(terminal, seconds)
    passed = time.monotonic() - began
    cpu, written, sent = _cpu(program) - spent, len(terminal.received) - received, _frames(gateway) - frames
    terminal.watch(0.2)
    rungs = len(re.findall(r"^│.{2,} \d+\.\d\d ", terminal.text(), re.MULTILINE))
    delays = _key_delays(terminal)
    return Figures(
        theme,
        rungs,
        100 * cpu / passed,
        written / passed,
        sent / passed,
        1000 * statistics.median(delays),
        1000 * sorted(delays)[int(0.99 * (len(delays) - 1))],
        program.memory_info().rss / 2**20,
    )


def _drain(terminal: Terminal, seconds: float) -> None:
    """Take the bytes without emulating them at once: the emulator would cost more than the program."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        terminal.pump()


def _key_delays(terminal: Terminal) -> Sequence[float]:
    found = []
    for number in range(KEYS):
        before = CURSOR.search(terminal.text())
        assert before is not None, terminal.text()
        began = time.monotonic()
        terminal.press("up" if number % 2 else "down")
        while (now := CURSOR.search(terminal.text())) is None or now[1] == before[1]:
            terminal.pump()
            assert time.monotonic() < began + 5.0, "the key was not seen on the screen"
        found.append(time.monotonic() - began)
        terminal.watch(0.05)
    return found


def _frames(gateway: Simulator) -> int:
    ladders = gateway.ladder()["ladders"]
    return sum(int(each["frames"]) for each in ladders)


def _cpu(program: psutil.Process) -> float:
    times = program.cpu_times()
    return float(times.user + times.system)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ladder", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--hurry", type=float, default=HURRY, help="times the usual order flow")
    parser.add_argument("--themes", nargs="*", default=["ibtui-dark", "ibtui-ansi"])
    options = parser.parse_args()
    print("theme        rungs  frames/s  % of a core  kB/s  key to screen ms: median  p99  MiB")
    for theme in options.themes:
        f = measure(theme, options.seconds, options.hurry)
        print(
            f"{f.theme:<12} {f.rungs:>5} {f.ladder_frames:>9.1f} {f.cpu:>12.1f} {f.bytes_per_second / 1000:>5.1f} "
            f"{f.key_median:>26.1f} {f.key_p99:>4.1f} {f.memory:>4.0f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
