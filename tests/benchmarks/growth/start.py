"""The journal at the start of the program: nothing of what is read may grow with what was ever written."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ibtui.domain.contracts import Contract
from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.domain.tickets import OrderType, Side, Ticket
from ibtui.session.orders.journal import Journal
from ibtui.session.orders.journal_file import opened
from tests.benchmarks.growth.measuring import Row
from tests.fakes.clock import ManualClock

ACCOUNT = "DU1234567"
SMALL, LARGE = 1_000, 200_000
LEFT_OPEN = 3
"""Entries of a run that was killed, to be taken over."""
ROUNDS = 5
TICKET = Ticket(ACCOUNT, Contract(265598, "AAPL"), Side.BUY, OrderType.LMT, Decimal(100), Decimal("165.30"))


def rows() -> list[Row]:
    """Milliseconds of the clock on the wall, with nothing on record, with a little and with very much."""
    with tempfile.TemporaryDirectory(prefix="ibtui-growth-") as place:
        none, small, large = (_costs(Path(place), count) for count in (0, SMALL, LARGE))
    told = [Row(f"journal, 0 and {SMALL} orders: {what}", none[what], small[what]) for what in none]
    return told + [Row(f"journal, {SMALL} and {LARGE} orders: {what}", small[what], large[what]) for what in small]


def _costs(place: Path, count: int) -> dict[str, float]:
    folder = place / str(count)
    folder.mkdir()
    _write(folder, count)
    found = {
        "opening, taking over what is open": _best(folder, lambda journal: journal.adopt({ACCOUNT})),
        "looking at what is open, read-only": _best(folder, lambda journal: journal.left_open({ACCOUNT})),
        "opening, the ticket of an order": _best(folder, lambda journal: journal.sent_ticket(7, "")),
    }
    journal = Journal(folder, ManualClock())
    journal.adopt({ACCOUNT})
    time.sleep(3.0)  # the reading of the whole file, beside the program, is over
    began = time.perf_counter()
    for number in range(20):
        sent = Submission(f"new-{count}-{number}", Intent.PLACE, ACCOUNT, Stage.SENT, (TICKET,))
        journal.begin(sent, "sent", b"{}")
        journal.record(replace(sent, stage=Stage.ACKNOWLEDGED, order_id=number), "acknowledged")
    found["an order begun and acknowledged"] = 1000 * (time.perf_counter() - began) / 20
    journal.close()
    return found


def _best(folder: Path, work: Callable[[Journal], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        journal = Journal(folder, ManualClock())
        began = time.perf_counter()
        work(journal)
        best = min(best, time.perf_counter() - began)
        journal.close()
    return 1000 * best


def _write(folder: Path, count: int) -> None:
    """As many acknowledged orders, of one run for every thousand, and a few that were left open."""
    base = opened(folder)
    tickets = msgspec.json.encode((TICKET,)).decode()
    body = '{"orders":[{"acctId":"DU1234567","conid":265598,"orderType":"LMT","price":165.3,"side":"BUY"}]}'
    base.execute("BEGIN")
    for number in range(count + LEFT_OPEN):
        stage = "acknowledged" if number < count else "sent"
        row = (f"ib-{number:06d}", "place", ACCOUNT, number, tickets, 1.0, stage, f"run-{number // 1000}")
        base.execute("INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        for each in ("sent", stage):
            step = (row[0], 1.0, each, each, body)
            base.execute("INSERT INTO steps (key, at, stage, what, body) VALUES (?, ?, ?, ?, ?)", step)
    base.execute("COMMIT")
    base.close()
