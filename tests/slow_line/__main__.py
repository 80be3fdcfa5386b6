"""`python -m tests.slow_line [WORD …]`: the program behind a line of 64 kbit/s, keys and prices timed at its far end.

The real program in a pseudo-terminal whose bytes a token bucket lets through, 8,000 a second, before a watchlist of a
hundred instruments at two quotes a second each and a ladder at twenty frames a second. Each key is timed from its
writing until its effect is on the emulated screen: the first answer shows that it was taken (the row under the cursor,
the character typed, the title of the screen or the dialog, or that the dialog is gone), the whole is all it changes,
every line of a new screen included. What no program could do sooner is told beside it: the bytes of the characters
alone that stand on the screen since, without colours and places. Four times a second each price on the screen is held
against what the simulator had sent. Nothing is asserted; to be run by hand. Words choose among the runs by name.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.stage import Stage
from tests.slow_line.ages import ages, quantile
from tests.slow_line.bucket import Way
from tests.slow_line.hands import Hands, Press
from tests.slow_line.seat import Seat

INSTRUMENTS = 100
QUOTES = 200
"""A second, of all instruments together."""
FIELDS = ("31", "84", "86", "88", "85", "7059")
LADDER_FRAMES = 20
HURRY = 150
"""Times the order flow of a simulator that is told to be quiet: the book changes with nearly every frame."""
SETTLE_SECONDS = 12.0
"""For the first screens, and for the line to be measured."""
MOVING_SECONDS = 15.0
"""Without keys."""
STOP_SECONDS = 5.0
SHOWS = "--show"
FIRST_PRICE = re.compile(r"AAPL +\d+\.\d\d")


@dataclass(frozen=True, slots=True)
class Run:
    """One line, one size, one way of starting."""

    name: str
    way: Way
    size: tuple[int, int]
    arguments: tuple[str, ...] = ()
    stops: bool = False
    """Whether the line stops for STOP_SECONDS instead of keys being pressed."""


SIZES = ((80, 24), (120, 40), (200, 60))
SLOW, MUTE = Way(), Way(answers=False)
RUNS = (
    *(Run("64k auto", SLOW, size) for size in SIZES),
    *(Run("64k --thin", SLOW, size, ("--thin",)) for size in SIZES),
    Run("64k mute auto", MUTE, (120, 40)),
    *(Run("64k mute --thin", MUTE, size, ("--thin",)) for size in SIZES),
    Run("64k behind 64 kB of buffers, auto", Way(buffer=65_536), (120, 40)),
    Run("64k and 200 ms, --thin", Way(latency=0.1), (120, 40), ("--thin",)),
    Run("no narrow place (100M), auto", Way(rate=12_500_000), (120, 40)),
    Run("10M and 200 ms, auto", Way(rate=1_250_000, latency=0.1), (120, 40)),
    Run("64k stops for 5 s, --thin", SLOW, (120, 40), ("--thin",), stops=True),
    Run("10M stops for 5 s, auto", Way(rate=1_250_000), (120, 40), stops=True),
)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.slow_line", description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--size", default="", help="only this one, as 120x40")
    parser.add_argument(SHOWS, action="store_true", help="show screens that did not answer")
    options = parser.parse_args()
    chosen = [run for run in RUNS if all(word in run.name for word in options.words)]
    chosen = [run for run in chosen if options.size in ("", f"{run.size[0]}x{run.size[1]}")]
    print(
        f"{'line':<34} {'size':>7} {'B/s':>6}  milliseconds p50/p99/max: first answer (without what "
        "the program waited for a processor), whole; prices' age"
    )
    for run in chosen:
        _run(run)
    return 0


def _run(run: Run) -> None:
    columns, rows = run.size
    with Stage(INSTRUMENTS) as stage:
        seat = Seat(run.way, stage.home, columns, rows, ("--base-url", stage.gateway.base_url, *run.arguments))
        try:
            _measure(run, stage, seat)
        finally:
            seat.close()


def _measure(run: Run, stage: Stage, seat: Seat) -> None:
    began = time.monotonic()
    first = seat.until(lambda text: " Symbol " in text, 60)
    whole = seat.until(lambda text: "b buy" in text.rpartition("\n")[2], 60)
    seat.until(lambda text: FIRST_PRICE.search(text) is not None, 60)
    seat.run(1.0)
    stage.ask("POST", "/sim/load", {"frames_per_second": QUOTES, "for_seconds": 600, "fields": list(FIELDS)})
    stage.ask("POST", "/sim/ladder", {"frames_per_second": LADDER_FRAMES})
    for symbol in ("AAPL", "MSFT", "NVDA"):
        stage.ask("POST", f"/sim/market/{symbol}/hurry", {"rate": HURRY})
    thin = seat.until(lambda text: "thin mode is on" in text.replace("\n", ""), SETTLE_SECONDS)
    if thin is not None:
        seat.run(SETTLE_SECONDS)
    name = f"{run.name:<34} {columns_of(run):>7}"
    seat.pictures.clear()
    received, since = seat.received, time.monotonic()
    seat.run(MOVING_SECONDS)
    print(
        f"{name} {(seat.received - received) / (time.monotonic() - since):>6.0f}  moving, no keys: "
        f"{_aged(seat, stage)}; first screen began after {1000 * ((first or 0) - began):.0f} ms, "
        f"was whole after {1000 * ((whole or 0) - began):.0f}; "
        + ("did not become thin" if thin is None else f"thin after {thin - began:.0f} s")
    )
    seat.pictures.clear()
    if run.stops:
        _stop(name, stage, seat)
    else:
        _keys(name, stage, seat)


def columns_of(run: Run) -> str:
    """The size, written."""
    return f"{run.size[0]}x{run.size[1]}"


def _keys(name: str, stage: Stage, seat: Seat) -> None:
    received, since = seat.received, time.monotonic()
    presses = list(Hands(seat, shows=SHOWS in sys.argv).day())
    rate = (seat.received - received) / (time.monotonic() - since)
    print(f"{name} {rate:>6.0f}  {len(presses)} keys: {_delays(presses)}; prices {_aged(seat, stage)}")
    for kind in dict.fromkeys(press.kind for press in presses):
        mine = [press for press in presses if press.kind == kind]
        least = max(press.least for press in mine)
        print(f"{'':<50}{kind:<8} {_delays(mine)}; characters {least} bytes, {1000 * least / seat.way.rate:.0f} ms")


def _stop(name: str, stage: Stage, seat: Seat) -> None:
    """The line carries nothing for a while."""
    seat.stop(stopped=True)
    seat.run(STOP_SECONDS)
    seat.stop(stopped=False)
    began, received = time.monotonic(), seat.received
    seat.pictures.clear()
    seat.run(3.0)
    places, sent = stage.sent()
    fresh = next((at for at, text in seat.pictures if max(ages(text, at, places, sent), default=9) < 1.0), None)
    print(
        f"{name} {(seat.received - received) / 3:>6.0f}  after {STOP_SECONDS:g} s of standstill: every price younger "
        f"than 1 s after {'never' if fresh is None else f'{1000 * (fresh - began):.0f} ms'}"
    )


def _delays(presses: Sequence[Press]) -> str:
    first = [press.first for press in presses if press.first is not None]
    alone = [press.first - press.waited for press in presses if press.first is not None]
    whole = [press.whole for press in presses if press.whole is not None]
    missed = sum(press.first is None or press.whole is None for press in presses)
    return f"{_figures(first)} ({_figures(alone)}), {_figures(whole)}" + (f", {missed} NOT ANSWERED" if missed else "")


def _aged(seat: Seat, stage: Stage) -> str:
    places, sent = stage.sent()
    found = [age for at, text in seat.pictures for age in ages(text, at, places, sent)]
    over = sum(age > 1.0 for age in found)
    return f"age {_figures(found)}, {over} of {len(found)} over 1 s"


def _figures(seconds: Sequence[float]) -> str:
    if not seconds:
        return "–"
    return "/".join(f"{1000 * quantile(seconds, share):.0f}" for share in (0.5, 0.99, 1.0))


if __name__ == "__main__":
    sys.exit(main())
