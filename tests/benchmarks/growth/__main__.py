"""`python -m tests.benchmarks.growth`: what grows with lists, days and the journal.

Every screen of the real program, on the fake session of the UI tests, with fifty rows of everything and with the sizes
of issue 6; one event for the store and the order book; the journal's file; and eight hours of ticks. Processor time of
one operation with what the event loop does until it is over, the quickest of four rounds, passes of the garbage
collector apart. Nothing is asserted; to be run by hand, all of it or the parts named.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.benchmarks.growth import events, memory, screens, start
from tests.benchmarks.growth.measuring import HEAD

PARTS = ("screens", "events", "start", "memory")
SIZES = {"120x40": (120, 40), "80x24": (80, 24)}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, metavar=" ".join(PARTS))
    parser.add_argument("--size", choices=SIZES, default="120x40", help="of the terminal")
    parser.add_argument("--modes", nargs="*", default=list(screens.FEEDS), help="the screens")
    parser.add_argument("--share", type=float, default=1.0, help="of the seconds of each of the eight hours")
    options = parser.parse_args()
    print(HEAD)
    if "screens" in options.parts:
        for row in asyncio.run(screens.rows(SIZES[options.size], options.modes)):
            print(row)
    for part, rows in (("events", events.rows), ("start", start.rows)):
        if part in options.parts:
            print("\n".join(map(str, rows())))
    if "memory" in options.parts:
        print(memory.HEAD)
        for hour in memory.hours(options.share):
            print(hour)
    return 0


if __name__ == "__main__":
    sys.exit(main())
