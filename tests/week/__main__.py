"""`python -m tests.week --seed 1`: five trading days with faults at random; status 1 if a law was broken."""

from __future__ import annotations

import argparse
import statistics
import sys
import time

from tests.week.week import BETWEEN_SECONDS, WEEK_HOURS, Outcome, Recovery, run_week


def main() -> int:
    """Run and report."""
    options = _options()
    began = time.monotonic()
    outcome = run_week(options.seed, options.hours, options.between)
    print(report(outcome, time.monotonic() - began))
    return 1 if outcome.violations else 0


def report(outcome: Outcome, seconds: float) -> str:
    """The week in words and figures."""
    lines = [
        f"seed {outcome.seed}: {outcome.hours:g} simulated hours in {seconds:.0f} s, {len(outcome.recoveries)} faults, "
        f"{outcome.orders} orders shown, {outcome.fills} fills, {outcome.requests} requests",
        "",
        f"{'fault':<22} {'times':>5} {'told after: median':>18} {'worst':>7} {'recovered: median':>18} {'worst':>7}",
    ]
    for event in sorted({each.event for each in outcome.recoveries}):
        mine = [each for each in outcome.recoveries if each.event == event]
        lines.append(f"{event:<22} {len(mine):>5} " + _figures(mine))
    if outcome.recoveries:
        lines.append(f"{'all':<22} {len(outcome.recoveries):>5} " + _figures(outcome.recoveries))
    held = ", ".join(f"{hours:.0f} h {size / 1024:.0f} KiB" for hours, size in outcome.weights)
    lines += ["", f"held by the session: {held}", f"by the person: {outcome.did}"]
    lines += [f"VIOLATION: {law}: {words}" for law, words in outcome.violations] or ["violations: 0"]
    return "\n".join(lines)


def _figures(recoveries: list[Recovery]) -> str:
    told = [each.told for each in recoveries if each.told is not None]
    seconds = [each.seconds for each in recoveries]
    first = f"{statistics.median(told):>16.1f} s {max(told):>5.1f} s" if told else f"{'–':>18} {'–':>7}"
    return f"{first} {statistics.median(seconds):>16.1f} s {max(seconds):>5.1f} s"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.week", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=float, default=WEEK_HOURS, help="simulated hours from Monday 08:50 on")
    parser.add_argument("--between", type=float, default=BETWEEN_SECONDS, help="seconds between faults, on the average")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
