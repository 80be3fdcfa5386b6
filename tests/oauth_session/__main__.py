"""`python -m tests.oauth_session` runs an OAuth session through the real program, scans what it left, writes the table.

`--plant plant-log` (or -tape, -screen, -file, -ps) runs the program with a leak built in: the scan must then fail.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.oauth_session.acts import (
    CRASH_WORDS,
    Act,
    bearer,
    crash,
    doctor,
    first_party,
    planted,
    setup_crashes,
    setup_first_party,
    setup_third_party,
)
from tests.oauth_session.processes import INTERVAL
from tests.oauth_session.scan import WINDOW
from tests.oauth_session.scene import SHOWN, Row, Scene
from tests.oauth_session.wrapped import PLANTS

TABLE = Path(__file__).parent.parent / "oauth_session.md"
ACTS: Mapping[str, Act] = {
    "first party": first_party,
    "setup, first party": setup_first_party,
    "setup, crash": setup_crashes,
    "setup, third party": setup_third_party,
    "bearer": bearer,
    "doctor": doctor,
    **{f"crash: {kind}": crash(kind) for kind in CRASH_WORDS},
    **{f"crash 2.0: {kind}": crash(kind, "ibtui-oauth2.toml") for kind in ("worker", "screen")},
}
HEAD = """\
# An OAuth session

Written by `python -m tests.oauth_session`: the real program in a pseudo-terminal, against `ibtui sim --oauth` over TLS.
It is written only if all of this held and the scan found nothing.

"""


def run(acts: Mapping[str, Act]) -> tuple[list[str], list[Row], Counter[str], str, str]:
    """Play the acts; gives what held, the scan's rows, what was looked for, figures of /proc, and what went wrong."""
    scene, trouble = Scene(), ""
    try:
        for name, act in acts.items():
            print(name, flush=True)
            act(scene)
    except Exception as error:  # noqa: BLE001 - what was left until then is scanned all the same
        trouble = f"{type(error).__name__}: {error}"
    finally:
        scene.close()
    rows, names = scene.scan()
    watched = f"{scene.watch.readings} readings, one each {INTERVAL:g} s, of {len(scene.watch.processes)} processes"
    scene.remove()
    return scene.notes, rows, names, watched, trouble


def main() -> int:
    """Run all, or a leak alone; 0 when everything held and nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plant", choices=PLANTS)
    parser.add_argument("--only", default="", help="acts with this in their name; no table is written")
    given = parser.parse_args()
    began = time.monotonic()
    acts = {f"planted: {given.plant}": planted(given.plant)} if given.plant else ACTS
    acts = {name: act for name, act in acts.items() if given.only in name}
    notes, rows, names, watched, trouble = run(acts)
    table = _table(rows, names, watched)
    print(f"\n{table}\n{trouble}")
    for row in rows:
        for name, where in row.found.items():
            print(f"FOUND in {row.what}: {name}: {where!r}")
    held = not trouble and not any(row.found for row in rows) and all(row.size for row in rows)
    if held and len(acts) == len(ACTS):
        told = "".join(f"* {note}\n" for note in notes)
        seconds = time.monotonic() - began
        TABLE.write_text(f"{HEAD}## What was done\n\n{told}\n## What was scanned\n\n{table}\n{seconds:.0f} s.\n")
    return 0 if held else 1


def _table(rows: list[Row], names: Counter[str], watched: str) -> str:
    lines = [f"| {row.what} | {row.pieces} | {row.size:,} | {len(row.found)} |" for row in rows]
    sought = "; ".join(f"{name} ({count})" for name, count in sorted(names.items()))
    return (
        "| scanned | pieces | bytes | secrets found |\n|---|---|---|---|\n"
        + "\n".join(lines)
        + f"\n\n/proc: {watched}.\n\nLooked for, each in so many values and forms, any {WINDOW} characters in a row"
        f" (account ids and the user name on tapes only; on the terminal not the {' and the '.join(SHOWN)}, which a"
        f" person must see and type once): {sought}.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
