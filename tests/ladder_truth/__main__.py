"""`python -m tests.ladder_truth [FORM …]`: the ladder on the screen against the exchange's own book, form by form.

The simulated market runs at ten times its speed and is told in one of the forms of `sbd` after the other, twenty frames
a second. At random moments trading is halted, so that nothing moves; once the newest frame is on the screen, every row
of it is compared with the book. Status 1 if one differs.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ibtui.ui.formatting import size
from tests.e2e.gateways import Simulator
from tests.e2e.terminal import Terminal

SPEED = 10
STOPS = 6
SETTLE_SECONDS = 3.0
"""From the halt to the newest frame on the screen: totals and the quote come at their own pace."""
FIGURE = r"[\d.,]+[kM]?"

Row = tuple[str, str]
"""Bid and ask size as they are written; blank for none."""
ASK_CELLS = 6
"""At most so wide are ask sizes, and their title ends where they do."""


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.ladder_truth", description=__doc__)
    parser.add_argument("forms", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="ibtui-truth-") as home:
        gateway = Simulator("--no-tls", f"--speed={SPEED}", f"--seed={options.seed}")
        terminal = Terminal("--base-url", gateway.base_url, home=Path(home), columns=140, rows=60)
        try:
            terminal.see(r"AAPL +\d+\.\d\d ", 30)
            terminal.press("f3")
            terminal.see(r"\bdepth\b", 30)
            for form in options.forms or gateway.ladder()["known"]:
                wrong += _form(terminal, gateway, form, random.Random(options.seed))
        finally:
            terminal.close()
            gateway.kill()
    return 1 if wrong else 0


def _form(terminal: Terminal, gateway: Simulator, form: str, rng: random.Random) -> int:
    """Watch one form for some stops; gives the rows that were wrong."""
    gateway.post("/sim/ladder", {"form": form, "frames_per_second": 20})
    wrong = rows = 0
    for _ in range(STOPS):
        gateway.post("/sim/market/AAPL/hurry", {"rate": 5})
        terminal.watch(rng.uniform(1.0, 3.0))
        gateway.post("/sim/market/AAPL/halt")
        terminal.press(" ")
        terminal.watch(SETTLE_SECONDS)
        shown, true = shown_book(terminal.text()), true_book(gateway)
        told = [price for price, sizes in shown.items() if any(sizes)]
        for price, sizes in shown.items():
            if told and min(told) <= price <= max(told):
                rows += 1
                if sizes != true.get(price, ("", "")):
                    wrong += 1
                    print(f"  WRONG at {price}: shown {sizes}, true {true.get(price, ('', ''))}")
        gateway.post("/sim/market/AAPL/resume")
    print(f"{form:<14} {STOPS} stops, {rows} rows compared, {wrong} wrong")
    return wrong + (rows == 0)


def shown_book(text: str) -> Mapping[Decimal, Row]:
    """Sizes by price as they stand on the screen."""
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines) if "my bids" in line)
    title = lines[place]
    bids, asks, after = title.index(" bid ") + 4, title.index(" ask ") + 4 - ASK_CELLS, title.index("my asks")
    found: dict[Decimal, Row] = {}
    for line in lines[place + 1 :]:
        price = re.search(r"\d+\.\d\d", line[bids + 1 : asks])
        if price is None:
            continue
        bid, ask = re.search(rf"({FIGURE})\s*$", line[: bids + 1]), re.match(rf"\s*({FIGURE})", line[asks:after])
        found[Decimal(price[0])] = (bid[1] if bid else "", ask[1] if ask else "")
    return found


def true_book(gateway: Simulator) -> Mapping[Decimal, Row]:
    """Sizes by price as the exchange has them, written as the ladder writes them."""
    with urllib.request.urlopen(f"{gateway.root}/sim/truth/book/AAPL", timeout=5.0) as answer:
        book: dict[str, Any] = json.loads(answer.read())
    found: dict[Decimal, Row] = {Decimal(price): (size(Decimal(count)), "") for price, count in book["bids"]}
    return found | {Decimal(price): ("", size(Decimal(count))) for price, count in book["asks"]}


if __name__ == "__main__":
    began = time.monotonic()
    status = main()
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(status)
