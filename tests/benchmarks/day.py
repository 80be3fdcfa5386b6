"""`python -m tests.benchmarks.day`: a busy real day in the real program, as share of a core.

A hundred shares at up to two quotes a second each, a ladder of twenty frames a second, a dozen working orders that
change twice a second, a fill every five seconds, P&L of the positions; over TLS, in a pseudo-terminal of 200×70.
On the dashboard (F2) all of it is on the screen at once. Ladder (F3), blotter (F4) and portfolio (F5) ask for no quotes
of the list, so that they are given apart. Beside each share of a core stands how many times as long a fixed loop took
meanwhile as at the fastest moment of the run (`speed`), and the share divided by it: that of the machine at its full
speed. Nothing is asserted.
"""

from __future__ import annotations

import json
import ssl
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from websockets.sync.client import connect

from tests.benchmarks.figures import Load, Spread, key_times, spread
from tests.benchmarks.recorder import Recorded
from tests.benchmarks.report import machine, options, say, table
from tests.benchmarks.sightings import APART_SECONDS, sightings
from tests.benchmarks.speed import Speed
from tests.benchmarks.stage import IBTUI, Program, Stage, start
from tests.benchmarks.traffic import OrderTraffic

SECONDS: Final = 30.0
SHARES: Final = 100
TICK_RATE: Final = 2.0
HURRY: Final = 5
LADDER_FRAMES: Final = 20
SETTLE_SECONDS: Final = 8.0
COUNT_SECONDS: Final = 4.0
PROMPT_SECONDS: Final = 40.0
"""After the start: the simulator's question comes 30 s after the stream's greeting."""
TRIES, TRY_SECONDS = 3, 2.0
SCREENS: Final = {"ladder": b"\x1bOR", "blotter": b"\x1bOS", "portfolio": b"\x1b[15~", "dashboard": b"\x1bOQ"}
"""Keys of the screens; the dashboard is the last, because its cursor is moved away from the instrument that hurries."""
HEADINGS: Final = (
    "screen",
    "CPU %",
    "machine ×",
    "CPU % at full speed",
    "kB/s",
    "frames/s",
    "ladder frames/s",
    "key→screen ms p50",
    "p99",
    "max",
    "MiB",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One screen of one theme."""

    name: str
    cpu: float
    loop: float
    """Seconds the loop took meanwhile that tells the machine's speed."""
    rate: float
    frames: float
    ladder: float
    """Frames a second the gateway sent."""
    keys: Spread
    memory: float


@dataclass(frozen=True, slots=True)
class Day:
    """What was measured, and of how much."""

    figures: tuple[Figures, ...]
    quotes: float
    """Quote frames a second, counted by a client of its own before."""
    fastest: float
    """Seconds of the loop at the machine's fastest moment."""

    def slowness(self, each: Figures) -> float:
        """How many times as long as at its fastest the machine took for the same, while this was measured."""
        return each.loop / self.fastest


def measure(seconds: float, themes: tuple[str, ...] = ("ibtui-ansi", "ibtui-dark")) -> Day:
    """Run both themes, one after the other, on one gateway."""
    found: list[Figures] = []
    with Stage(SHARES, tick_rate=TICK_RATE) as stage, Speed() as speed:
        stage.gateway.post("/sim/ladder", {"frames_per_second": LADDER_FRAMES})
        stage.gateway.post(f"/sim/market/{next(iter(stage.symbols))}/hurry", {"rate": HURRY})
        with OrderTraffic(stage):
            quotes = _quotes(stage)
            for program in (each for each in IBTUI if "dashboard" in each.name):
                theme = next((each for each in themes if each in program.command(stage)), None)
                if theme is not None:
                    found += _screens(stage, replace(program, columns=200, lines=70), theme, seconds, speed)
    return Day(tuple(found), quotes, speed.fastest)


def _screens(stage: Stage, program: Program, theme: str, seconds: float, speed: Speed) -> Iterator[Figures]:
    recorded = start(stage, program).program
    try:
        _decline(recorded)
        for name, key in SCREENS.items():
            say(f"{theme}: {name} …")
            recorded.press(key)
            recorded.watch(SETTLE_SECONDS)
            yield _measured(stage, recorded, f"{name}, {theme}", seconds, speed, with_keys=name == "dashboard")
    finally:
        recorded.close()


def _decline(recorded: Recorded) -> None:
    """Wait for the question the simulator asks about a working order, once in each stream's life, and leave it."""
    recorded.watch(max(0.0, recorded.started + PROMPT_SECONDS - time.monotonic()))
    for _ in range(TRIES):
        if "The gateway asks" not in recorded.screen.text():
            return
        recorded.press(b"\x1b")
        recorded.watch(TRY_SECONDS)
    raise TimeoutError(f"the gateway's question stays:\n{recorded.screen.text()}")


def _measured(stage: Stage, recorded: Recorded, name: str, seconds: float, speed: Speed, *, with_keys: bool) -> Figures:
    before, began = _ladder_frames(stage), time.monotonic()
    recording = recorded.record(seconds)
    loop = speed.since(began)
    ladder = (_ladder_frames(stage) - before) / recording.seconds
    times = [at for at, _ in recording.chunks]
    frames = sum(later - earlier > APART_SECONDS for earlier, later in pairwise(times))
    for _, data in recording.chunks:
        recorded.screen.feed(data)
    keys = spread(())
    if with_keys:
        places = {symbol: place for place, symbol in enumerate(stage.symbols.values())}
        pressed = recorded.record(seconds, key_times(Load(seconds)))
        keys = spread(sightings(recorded.screen, pressed, places, [[] for _ in places]).keys)
    rates = (recording.cpu, loop, recording.rate, frames / recording.seconds, ladder)
    return Figures(name, *rates, keys, recorded.memory)


def _ladder_frames(stage: Stage) -> int:
    return sum(int(each["frames"]) for each in stage.gateway.ladder()["ladders"])


def _quotes(stage: Stage) -> float:
    """Frames of `smd` a second that a client subscribed to everything gets."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    cookie = {"Cookie": "api=" + json.dumps({"session": stage.session}, separators=(",", ":"))}
    url = stage.gateway.base_url.replace("https", "wss", 1) + "/ws"
    with connect(url, ssl=context, additional_headers=cookie, ping_interval=None) as socket:
        while b'"success"' not in bytes(socket.recv(decode=False)):
            pass
        for conid in stage.symbols:
            socket.send(f'smd+{conid}+{{"fields":["31","84","86","85","88","7762"]}}')
        begins = time.monotonic() + 1.0
        counted = 0
        while (now := time.monotonic()) < begins + COUNT_SECONDS:
            counted += b'"smd+' in bytes(socket.recv(decode=False)) and now >= begins
    return counted / COUNT_SECONDS


def told(day: Day) -> str:
    """The table."""
    rows = [
        (
            each.name,
            f"{each.cpu:.1f}",
            f"{day.slowness(each):.2f}",
            *(f"{value:.1f}" for value in (each.cpu / day.slowness(each), each.rate / 1000, each.frames, each.ladder)),
            *(f"{value:.1f}" if each.keys.count else "–" for value in (each.keys.p50, each.keys.p99, each.keys.most)),
            f"{each.memory:.0f}",
        )
        for each in day.figures
    ]
    return f"{SHARES} shares, {day.quotes:.0f} quote frames/s over TLS, {machine()}\n\n{table(HEADINGS, rows)}\n"


def main() -> int:
    """Measure and print."""
    chosen = options("day", __doc__, SECONDS).parse_args()
    themes = tuple(each for each in ("ibtui-ansi", "ibtui-dark") if not chosen.only or each in chosen.only)
    print(told(measure(chosen.seconds, themes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
