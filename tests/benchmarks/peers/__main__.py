"""`python -m tests.benchmarks.peers`: ibtui beside other ways to paint the same watchlist, in the same run.

Fifty shares, twelve columns, at most twenty frames a second, each program in a real pseudo-terminal, fed by the
simulator's load over a websocket with TLS; every tick changes a price, its arrow and a size, and every price comes
once, so that it is known again in the bytes. ibtui is the product as it is: "watchlist" in a terminal too narrow
for the panels beside the list, so that it shows what the peers show; "dashboard" with ladder, orders and positions.

tick→screen: from the frame's leaving the simulator (the loopback is between) to the bytes that complete its value, or
a newer one of the same cell. key→screen: from the key's writing to the bytes that complete the cursor's new row.
B/cell: all bytes written, for each cell (figure or arrow) of the table that was seen to change.
1st frame, 1st price: from the spawn. Nothing is pinned to a core, nothing asserted.
"""

from __future__ import annotations

import sys

from tests.benchmarks.figures import Load
from tests.benchmarks.report import options, run, told
from tests.benchmarks.stage import named

SECONDS = 20.0
PER_SECOND = 1_000.0


def main() -> int:
    """Measure and print."""
    parser = options("peers", __doc__, SECONDS)
    parser.add_argument("--rate", type=float, default=PER_SECOND, help=f"frames a second ({PER_SECOND:g})")
    chosen = parser.parse_args()
    load = Load(chosen.seconds, chosen.rate)
    print(told(load, run(named(chosen.only), load)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
