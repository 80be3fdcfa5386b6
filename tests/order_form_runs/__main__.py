"""`python -m tests.order_form_runs [NAME …] [--jobs 2]` places every order form and writes `tests/order_forms.md`."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.order_form_runs.desk import Desk, Placing
from tests.order_form_runs.fitted import ABROAD, RUNS

TABLE = Path(__file__).parent.parent / "order_forms.md"
BOXED = "Too many requests"
"""What the screen says in the penalty box, into which a machine that stalls brings the program: its requests bunch."""
LATE = (BOXED, "did not come within")
"""What a machine that stalls does to a run; a body that differs or a wrong number of orders is never tried again."""
AT_ONCE = 7
"""Forms placed in one session of the program."""
HEAD = """\
# Order forms

Written by `python -m tests.order_form_runs`: every form of `tests/order_forms.py` placed by keys through the real
program in a pseudo-terminal, against `ibtui sim`, twice: typed as a line after `:`, and on the ticket (the spread
outside the US with two shares that only these runs list). Each time the body that reached the gateway was the expected
one, key by key, type by type and digit by digit (references, `…` here, excepted), the exchange had exactly these
orders, and the blotter showed them. A row is here only if all of that held.

| form | line typed | keys on the ticket | body sent | result | s |
|---|---|---|---|---|---|
"""


@dataclass
class Row:
    """One form placed in each way it can be; `trouble` is what did not hold."""

    name: str
    ways: dict[bool, Placing]
    """By whether it was placed from the ticket."""
    trouble: str = ""
    again: list[str] = field(default_factory=list)
    """Why a session ended without an answer, after which the form was placed anew in another."""

    @property
    def seconds(self) -> float:
        """Of both ways together."""
        return sum(placing.seconds for placing in self.ways.values())

    @property
    def markdown(self) -> str:
        """The row of the table."""
        line, ticket = self.ways.get(False), self.ways.get(True)
        one = line or ticket
        assert one is not None
        questions = list(dict.fromkeys(asked for placing in self.ways.values() for asked in placing.asked))
        told = [
            f"equal {len(self.ways)} of {len(ways_of(self.name))}",
            f"asked {', '.join(questions)}" if questions else "",
            *(f"placed again: {why}" for why in self.again),
        ]
        cells = (
            self.name,
            f"`{line.keys}`" if line is not None else "–",
            ticket.keys if ticket is not None else "–",
            f"`{one.body}`",
            "; ".join(word for word in [*told, *one.shown] if word),
            f"{self.seconds:.0f}",
        )
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def ways_of(name: str) -> list[bool]:
    """The ways a form can be placed: False by line, True by ticket."""
    return [False, True] if RUNS[name].line else [True]


class Sessions:
    """The session forms are placed in: a new one after a failure, and for instruments that others do not list."""

    def __init__(self) -> None:
        self._desk: Desk | None = None

    def place(self, name: str, *, by_ticket: bool) -> Placing:
        """Place a form; what goes wrong is raised, and costs the session."""
        if self._desk is not None and self._desk.is_abroad is not (name in ABROAD):
            self.close()
        try:
            self._desk = self._desk or Desk(abroad=name in ABROAD)
            return self._desk.place(RUNS[name], by_ticket=by_ticket)
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """End it, if one is open."""
        if self._desk is not None:
            self._desk.close()
        self._desk = None


def run(names: list[str]) -> list[Row]:
    """Some forms, one after the other in one session; a failure costs a new session, not the others."""
    sessions = Sessions()
    try:
        return [_row(name, sessions) for name in names]
    finally:
        sessions.close()


def _row(name: str, sessions: Sessions) -> Row:
    row = Row(name, {})
    for by_ticket in ways_of(name):
        try:
            row.ways[by_ticket] = _placed(row, sessions, by_ticket=by_ticket)
        except Exception as error:  # noqa: BLE001 - a form that fails is reported with its screen, the others go on
            row.trouble += f"{'ticket' if by_ticket else 'line'}: {type(error).__name__}: {error}\n"
    return row


def _placed(row: Row, sessions: Sessions, *, by_ticket: bool) -> Placing:
    try:
        return sessions.place(row.name, by_ticket=by_ticket)
    except AssertionError as error:
        words = str(error)
        if not any(late in words for late in LATE):
            raise
    row.again.append(BOXED if BOXED in words else words.partition("\n")[0])
    return sessions.place(row.name, by_ticket=by_ticket)


def main() -> int:
    """Place the forms named, or all; the table is written only when all of them were placed and held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="forms to place; a part of the name is enough")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    wanted = [name for name in RUNS if not given.names or any(part in name for part in given.names)]
    began = time.monotonic()
    rows: list[Row] = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for done in pool.map(run, [wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE)]):
            for row in done:
                sys.stdout.write(
                    f"{'FAILED' if row.trouble else 'ok':7}{row.seconds:6.1f} s  {row.name}"
                    f"{''.join(f' (again: {why})' for why in row.again)}\n{row.trouble}"
                )
            sys.stdout.flush()
            rows += done
    failures, seconds = sum(bool(row.trouble) for row in rows), time.monotonic() - began
    sys.stdout.write(f"{len(rows) - failures} of {len(rows)} forms held, {seconds:.0f} s\n")
    if not failures and len(rows) == len(RUNS):
        table = "".join(row.markdown for row in rows)
        TABLE.write_text(f"{HEAD}{table}\n{len(rows)} forms, {seconds:.0f} s with {given.jobs} jobs.\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
