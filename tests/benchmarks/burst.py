"""`python -m tests.benchmarks.burst`: how soon a key is on the screen while 10,000 messages a second come in bursts.

As `tests.benchmarks.peers`, but all frames of a second become due at one moment; keys are pressed at moments that
have nothing to do with the bursts, so that about as many fall into one as its share of the time.
"""

from __future__ import annotations

import sys

from tests.benchmarks.figures import Load
from tests.benchmarks.report import options, run, told
from tests.benchmarks.stage import named

SECONDS = 30.0
BURST = 10_000
KEY_GAP = 0.1
PEERS = ("keys alone", "raw ANSI, 16", "curses", "ibtui")


def load_of(seconds: float) -> Load:
    """Ten thousand at once each second."""
    return Load(seconds, burst=BURST, key_gap=KEY_GAP)


def main() -> int:
    """Measure and print."""
    chosen = options("burst", __doc__, SECONDS).parse_args()
    load = load_of(chosen.seconds)
    print(told(load, run(named(chosen.only or PEERS), load)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
