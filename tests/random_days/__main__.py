"""`python -m tests.random_days --runs 2000 --seed 0 --jobs 2`: random runs of the whole session, one per seed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.random_days.report import Result, Totals, failure, run_day


def main() -> int:
    """Run and report; 1 if a law was broken."""
    options = _options()
    seeds = range(options.seed, options.seed + options.runs)
    began = time.monotonic()
    totals = Totals()
    work = partial(run_day, steps=options.steps)
    if options.jobs > 1:
        with ProcessPoolExecutor(options.jobs) as pool:
            _take(pool.map(work, seeds, chunksize=4), totals, options.verbose)
    else:
        _take(map(work, seeds), totals, options.verbose)
    print(totals.words(time.monotonic() - began))
    return 1 if totals.violated else 0


def _take(results: Iterable[Result], totals: Totals, verbose: bool) -> None:
    for result in results:
        totals.add(result)
        if result.violations or verbose:
            print(failure(result) if result.violations else "\n".join([f"seed {result.seed}", *result.story]))
        if totals.runs % 50 == 0:
            print(f"… {totals.runs} runs, {len(totals.violated)} with violations", file=sys.stderr)
        sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.random_days", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="how many seeds")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; run i has seed + i")
    parser.add_argument("--steps", type=int, default=60, help="acts in each run")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every run's steps")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
