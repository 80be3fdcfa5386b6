"""`python -m tests.paint_replay --steps 10000 --jobs 2`: the dashboard used at random, every cell looked at."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.paint_replay.play import Result, play
from tests.paint_replay.shrink import fewest

STEPS_A_RUN = 200
"""Each run is an app of its own in a process of its own: colours, size, theme, first screen are drawn from its seed."""
LAST_STEPS = 12
"""Of the story of a run that failed."""


def main() -> int:
    """Run and report; 1 if a cell differed or the app fell."""
    options = _options()
    began = time.monotonic()
    only = frozenset(int(number) for number in options.only.split(",") if number)
    lengths = [min(STEPS_A_RUN, options.steps - done) for done in range(0, options.steps, STEPS_A_RUN)]
    if only or options.whole:
        lengths = [options.steps]
    player = partial(play, is_slow=options.slow)
    results: list[Result] = []
    with ProcessPoolExecutor(options.jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
        runs = [pool.submit(player, options.seed + i, length, only) for i, length in enumerate(lengths)]
        for run in runs:
            result = run.result()
            results.append(result)
            print(_line(result), file=sys.stderr, flush=True)
            if result.trouble:
                print(_failure(result), flush=True)
                if options.shrink:
                    print(_shrunk(result, player), flush=True)
            if options.verbose:
                print("\n".join(result.story))
    print(_totals(results, time.monotonic() - began))
    return 1 if any(result.trouble for result in results) else 0


def _line(result: Result) -> str:
    setting = result.setting
    size = "×".join(map(str, setting.size))
    colours = setting.colours.name.casefold() if setting.colours is not None else "dumb"
    ink = "" if result.has_colour else " NO_COLOR"
    state = "FAILED" if result.trouble else "well"
    ground = f"{size} {setting.theme} {colours}{ink}"
    return f"seed {result.seed}: {result.steps} steps in {result.seconds:.0f} s, {ground}: {state}"


def _failure(result: Result) -> str:
    number = result.steps + 1
    return "\n".join(
        [
            f"seed {result.seed}, step {number}: {result.trouble}",
            "the last acts:",
            *(f"  {told}" for told in result.story[-LAST_STEPS:]),
            f"repeat: python -m tests.paint_replay --seed {result.seed} --steps {number} --jobs 1 --whole"
            + (" --slow" if result.setting.is_slow else ""),
        ]
    )


def _shrunk(result: Result, player: Callable[[int, int, Collection[int]], Result]) -> str:
    def again(numbers: list[int]) -> Result:
        return player(result.seed, max(numbers), numbers)

    kept = fewest(result, again)
    return "\n".join([f"the fewest steps: --only {','.join(map(str, kept))}", *again(kept).story])


def _totals(results: list[Result], seconds: float) -> str:
    acts: Counter[str] = sum((result.acts for result in results), Counter())
    written, stock = (sum(getattr(result, name) for result in results) for name in ("written", "stock"))
    return "\n".join(
        [
            f"{sum(result.steps for result in results)} steps, "
            f"{sum(result.cells for result in results):,} cells compared, "
            f"{sum(result.differing for result in results)} differ, "
            f"{sum(bool(result.trouble) for result in results)} of {len(results)} runs failed, "
            f"{seconds:.0f} s ({sum(result.cpu_seconds for result in results):.0f} s of a processor)",
            f"bytes written {written:,}, by stock Textual for the same updates {stock:,} "
            f"({written / max(1, stock):.0%})",
            f"{sum(result.slices for result in results)} looks while a slow line was taking what waited",
            "acts: " + ", ".join(f"{name} {count}" for name, count in acts.most_common()),
        ]
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.paint_replay", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000, help="how many, in runs of 200")
    parser.add_argument("--seed", type=int, default=0, help="of the first run; run i has seed + i")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument(
        "--slow", action="store_true", help="all by way of the backlog, looked at after every slice too"
    )
    parser.add_argument("--whole", action="store_true", help="all steps in one run")
    parser.add_argument(
        "--only", default="", help="numbers of the steps to be done, with commas: all others are left out"
    )
    parser.add_argument("--shrink", action="store_true", help="look for the fewest steps that show a difference")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every run's steps")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
