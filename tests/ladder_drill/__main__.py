"""`python -m tests.ladder_drill [--seed 1] [--runs 3]`: sixty trading actions by keys on a running market."""

from __future__ import annotations

import argparse
import sys

from tests.ladder_drill.drill import Report, off_screen, on_screen


def main() -> int:
    """Run and report; status 1 if an order was not as its key meant it."""
    parser = argparse.ArgumentParser(prog="python -m tests.ladder_drill", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    failed = 0
    for seed in range(options.seed, options.seed + options.runs):
        for name, drill in (("cursor on screen", on_screen), ("cursor off screen", off_screen)):
            report = drill(seed)
            failed += bool(report.trouble)
            print(f"seed {seed}, {name}: {_words(report)}")
            for trouble in report.trouble:
                print(f"  WRONG: {trouble}")
    return 1 if failed else 0


def _words(report: Report) -> str:
    return (
        f"{report.actions} actions by {report.keys} keys in {report.seconds:.0f} s, {len(report.sent)} orders, "
        f"{len(report.changes)} changes, {len(report.cancels)} cancels, market over {report.moved} USD: "
        f"{len(report.trouble)} wrong"
    )


if __name__ == "__main__":
    sys.exit(main())
