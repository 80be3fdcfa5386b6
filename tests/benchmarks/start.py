"""`python -m tests.benchmarks.start`: how soon ibtui shows its first screen and its first price.

Programs in a real pseudo-terminal of 120×40, one after the other in turns, so that a busy machine is busy for all:
bare Python, a bare Textual program with as many widgets (`bare_screen`), and the installed `ibtui` with a simulated
gateway over TLS, with a gateway that is not there, and with a large journal and a long log in its state folder.

Measured from the spawn to the bytes that complete the first screen (title of its list and its footer), and to those
that hold the first price; wall time, and processor time of all threads as the kernel counts it (schedstat), which a
busy machine changes least. Linux only. Nothing is asserted; to be run by hand.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyte

from ibtui.session.orders.journal_file import opened
from tests.benchmarks.moments import Moment, cpu_seconds
from tests.e2e.gateways import Simulator, free_port, simulator

COLUMNS, ROWS = 120, 40
SCREEN = re.compile(r"Watchlist.*\bquit\b", re.DOTALL)
PRICE = re.compile(r"AAPL +\d+\.\d\d")
ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?<>=$]*[a-zA-Z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()=>78].?)")
SUBMISSIONS = 10_000
"""Of the large journal, with four steps each: years of trading by hand."""
LONG_LOG = 900_000
"""Bytes; at a million it rotates."""
PATIENCE = 30.0
"""Seconds to wait for what should come."""
REST = 6.0
"""Seconds from one turn to the next: some requests are allowed once in five seconds."""


@dataclass(frozen=True, slots=True)
class Program:
    """One row of the table."""

    name: str
    command: tuple[str, ...]
    home: Path
    gateway: Simulator | None = None
    """One of its own: all that come from one address share its pace."""


@dataclass(slots=True)
class Figures:
    """All runs of one program."""

    screen: list[Moment] = field(default_factory=list)
    price: list[Moment] = field(default_factory=list)


def measure(runs: int, only: Sequence[str] = ()) -> Mapping[str, Figures]:
    """Run every program (or those named) so often, in turns; gives the figures by program."""
    found: dict[str, Figures] = {}
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ibtui-start-")))
        gateways = stack.enter_context(simulator()), stack.enter_context(simulator())
        programs = [each for each in _programs(home, *gateways) if not only or each.name in only]
        for turn in range(runs + 1):
            for program in programs:
                time.sleep(REST / len(programs))  # the same for all: after a pause a processor is slow
                screen, price = _run(program)
                figures = found.setdefault(program.name, Figures())
                if turn:  # the first is not measured: compiled files, the disk's cache
                    figures.screen.append(screen)
                    figures.price += [price] if price is not None else []
    return found


def quotient(ours: Sequence[Moment], theirs: Sequence[Moment], of: str) -> float:
    """How often the peer's time (`wall` or `cpu`) goes into ours: the middle one of the turns.

    Of one turn each, because a machine whose speed changes gives two middles from different halves of the day.
    """
    times = (float(getattr(a, of) / getattr(b, of)) for a, b in zip(ours, theirs, strict=True))
    return statistics.median(times)


def _programs(home: Path, first: Simulator, second: Simulator) -> list[Program]:
    python, ibtui = sys.executable, str(Path(sys.executable).with_name("ibtui"))
    nowhere = (ibtui, "--base-url", f"https://127.0.0.1:{free_port()}/v1/api")
    for name, gateway in (("small", first), ("large", second)):
        _trusting(home / name, gateway)
    _much_kept(home / "large")
    return [
        Program("python", (python, "-c", "print('Watchlist q quit')"), home / "small"),
        Program("textual", (python, "-c", "from tests.benchmarks.bare_screen import main; main()"), home / "small"),
        Program("ibtui", (ibtui, "--base-url", first.base_url), home / "small", first),
        Program("ibtui, no gateway", nowhere, home / "small"),
        Program("ibtui, much kept", (ibtui, "--base-url", second.base_url), home / "large", second),
    ]


def _trusting(home: Path, gateway: Simulator) -> None:
    """A state folder in which the gateway's certificate was accepted."""
    state = home / "state" / "ibtui"
    state.mkdir(parents=True)
    place = gateway.root.removeprefix("https://")
    (state / "pins.json").write_text(json.dumps({place: gateway.fingerprint}))


def _much_kept(home: Path) -> None:
    """A large journal and a long log."""
    state = home / "state" / "ibtui"
    base = opened(state)
    base.execute("BEGIN")
    body = json.dumps({"orders": [{"conid": 265598, "orderType": "LMT", "price": 271.65, "text": "x" * 400}]})
    for number in range(SUBMISSIONS):
        row = (f"ib-{number}", "place", "DU1234567", number, "[]", 1.7e9 + number, "acknowledged", "gone")
        base.execute("INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        for step in ("sent", "asked", "answered yes", "acknowledged"):
            values = (row[0], 1.7e9 + number, "acknowledged", step, body)
            base.execute("INSERT INTO steps (key, at, stage, what, body) VALUES (?, ?, ?, ?, ?)", values)
    base.execute("COMMIT")
    base.close()
    line = 'time=2026-11-20T10:00:00.000Z level=info name=ibtui.session msg="the session went on" step=1\n'
    (state / "ibtui.log").write_text(line * (LONG_LOG // len(line)))


def _run(program: Program) -> tuple[Moment, Moment | None]:
    """Start it once, and kill it when all that is wanted was seen."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {
        **{key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "PYTHONDONTWRITEBYTECODE")},
        "HOME": str(program.home),
        "XDG_CONFIG_HOME": str(program.home / "config"),
        "XDG_STATE_HOME": str(program.home / "state"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    began = time.monotonic()
    process = subprocess.Popen(
        program.command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
    )
    os.close(slave)
    try:
        return _watched(program, process.pid, master, began)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(master)


def _watched(program: Program, pid: int, master: int, began: float) -> tuple[Moment, Moment | None]:
    chunks: list[tuple[bytes, Moment]] = []
    wanted = [SCREEN, PRICE] if program.gateway is not None else [SCREEN]
    plain = b""
    while time.monotonic() < began + PATIENCE:
        if not select.select([master], [], [], 1.0)[0]:
            continue
        try:
            chunk = os.read(master, 65536)
        except OSError:  # the program ended: its last bytes were read
            break
        chunks.append((chunk, Moment(time.monotonic() - began, cpu_seconds(pid))))
        plain += ESCAPES.sub(b" ", chunk)
        if b"quit" not in plain or (program.gateway is not None and b"AAPL" not in plain):
            continue
        found = _seen(chunks, wanted)  # the emulator is slow, so it is asked only when there is something to see
        if len(found) == len(wanted):
            return found[0], found[1] if program.gateway is not None else None
    raise AssertionError(f"{program.name} did not show what it should: {plain[-2000:]!r}")


def _seen(chunks: Sequence[tuple[bytes, Moment]], wanted: Sequence[re.Pattern[str]]) -> list[Moment]:
    """When each of the patterns was first on the screen."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    found: list[Moment] = []
    for chunk, moment in chunks:
        stream.feed(chunk)
        text = "\n".join(screen.display)
        while len(found) < len(wanted) and wanted[len(found)].search(text):
            found.append(moment)
    return found


def _quartiles(values: Sequence[float]) -> str:
    """Lower quartile, median and upper quartile in milliseconds."""
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
    return f"{1000 * low:6.0f}{1000 * middle:6.0f}{1000 * high:6.0f}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.start", description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="python, textual, ibtui …")
    options = parser.parse_args()
    found = measure(options.runs, options.only)
    print("ms, quartiles        first screen: processor      wall     × textual  first price: processor      wall")
    peer = found.get("textual")
    for name, figures in found.items():
        cpu, wall = [each.cpu for each in figures.screen], [each.wall for each in figures.screen]
        times = "        "
        if peer is not None and figures.screen:
            times = f"{quotient(figures.screen, peer.screen, 'cpu'):8.2f}"
        price = ""
        if figures.price:
            price = f"{_quartiles([each.cpu for each in figures.price])}{_quartiles([e.wall for e in figures.price])}"
        print(f"{name:<20}{_quartiles(cpu):>20}{_quartiles(wall):>20}{times}   {price}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
