"""One run of the real program in a pty against a simulated gateway, and what can be known of it afterwards."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.e2e.gateways import Simulator
from tests.e2e.terminal import Terminal

SIZE = 10
"""Shares of every order; small enough that the simulator asks nothing about size and worth."""
OUTCOME = r"━ OUTCOME UNKNOWN|━ Order rejected"
"""Headings of the dialogs that tell an outcome."""
BLOTTER = r"─ Working orders .*─ Executions|Executions \("
WATCHLIST = r"─ Watchlist"
AGAIN_SECONDS = 2.0
"""After which a person presses a key again that did nothing."""
UNSEEN_SECONDS = 0.3
"""Between two looks at what only the simulator or the journal can tell."""


@dataclass
class Result:
    """A row of the table, as it was seen."""

    fault: str
    said: list[str] = field(default_factory=list)
    """What the screen said, in order."""
    journal: str = ""
    """Stages of the submissions, oldest first."""
    sent: str = ""
    """Requests that change orders, as the gateway received them."""
    exchange: str = ""
    """Orders at the exchange."""
    restarted: str = ""
    """What the program shows when it is started again."""
    seconds: float = 0.0


class Scene:
    """A simulator, a home folder, and the program run in it once or several times."""

    def __init__(self, name: str, *flags: str) -> None:
        self.result = Result(name)
        self._began = time.monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="ibtui-fault-")
        self.home = Path(self._folder.name)
        self.gateway = Simulator("--no-tls", *flags)
        self._terminals: list[Terminal] = []

    @property
    def screen(self) -> Terminal:
        """The program that runs now."""
        return self._terminals[-1]

    def start(self, *wrapper: str, columns: int = 120, rows: int = 40) -> Terminal:
        """Start the program (again), with a mishap built in if a `wrapper` is given; ready when prices move."""
        arguments = ["--base-url", self.gateway.base_url]
        program = ("-m", "tests.fault_matrix.wrapped", *wrapper, "--") if wrapper else ("-m", "ibtui")
        terminal = Terminal(*arguments, home=self.home, columns=columns, rows=rows, program=program)
        self._terminals.append(terminal)
        terminal.see(r"AAPL +\d+\.\d\d |━ OUTCOME UNKNOWN", 30)
        terminal.see(r"● gateway ● login ● brokerage ● stream|● connected", 30)
        return terminal

    def say(self, pattern: str, seconds: float = 20.0) -> re.Match[str]:
        """Wait for the screen to say it, and remember that it did."""
        found = self.screen.see(pattern, seconds)
        words = " ".join(found[0].split())
        if words not in self.result.said:
            self.result.said.append(words)
        return found

    def bid(self) -> Decimal:
        """AAPL's bid as the watchlist shows it."""
        row = self.screen.see(r"AAPL +[\d.]+ .*?(\d+\.\d\d) × (\d+\.\d\d)|AAPL +\d+\.\d\d .*?(\d+\.\d\d) +(\d+\.\d\d)")
        return Decimal(row[1] or row[3])

    def price(self, percent: str) -> str:
        """A price so far from the bid, on the grid."""
        return f"{self.bid() * (1 + Decimal(percent) / 100):.2f}"

    def line(self, line: str) -> None:
        """Type a line of the order language and take it to its confirmation."""
        self.screen.type(":")
        self.screen.see(r"esc|tab")
        self.screen.type(line)
        self.screen.see(rf"enter ▸ {re.escape(line.split(' ')[0])}")
        self.screen.press("enter")

    def confirm(self) -> None:
        """Yes to the confirmation that is open."""
        self.screen.see(r"y Yes, .* on the PAPER account")
        self.screen.decide("y")

    def buy(self, percent: str) -> str:
        """Confirm a buy limit order so far from the bid; within 3 % nothing is asked. Gives the limit."""
        limit = self.price(percent)
        self.line(f"buy {SIZE} AAPL @ {limit}")
        self.confirm()
        return limit

    def answer(self, number: int) -> None:
        """Yes to a question."""
        self.screen.see(rf"Question {number} of this order")
        self.screen.decide("y")

    def leave(self, pattern: str) -> None:
        """Leave the dialog that says this by its harmless key, and wait until it is gone."""
        self.screen.see(pattern)
        self.screen.decide("escape")
        self.screen.gone(pattern)

    def go(self, key: str, pattern: str) -> None:
        """Open a screen; what came up meanwhile and swallowed the key is left, or waited for, and the key repeated."""
        pressed = 0.0

        def there(text: str) -> bool:
            nonlocal pressed
            if re.search(pattern, text) is not None:
                return True
            if re.search(r"The gateway asks", text):
                self.screen.decide("escape")
                self.screen.gone(r"The gateway asks")
            elif time.monotonic() - pressed > AGAIN_SECONDS and re.search(OUTCOME, text) is None:
                pressed = time.monotonic()
                self.screen.press(key)
            return False

        self.screen.until(there, f"/{pattern}/")

    def orders(self) -> list[dict[str, Any]]:
        """Orders at the exchange that this trial placed."""
        truth: Any = self.gateway.truth()
        return [order for order in truth["orders"] if str(order["coid"] or "").startswith("ibtui-")]

    def arrived(self, count: int, seconds: float = 20.0) -> list[dict[str, Any]]:
        """Wait until the exchange has so many."""
        deadline = time.monotonic() + seconds
        while len(self.orders()) != count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{count} orders at the exchange were expected, there are {self.orders()}")
            self.look()
        return self.orders()

    def filled(self, quantity: int, seconds: float = 30.0) -> None:
        """Wait until the trial's orders are filled so far at the exchange."""
        deadline = time.monotonic() + seconds
        while sum(Decimal(str(order["filled"])) for order in self.orders()) != quantity:
            if time.monotonic() > deadline:
                raise AssertionError(f"{quantity} filled were expected: {self.orders()}")
            self.look()

    def look(self) -> None:
        """Let the program run a moment."""
        self.screen.watch(UNSEEN_SECONDS)

    def stages(self) -> list[str]:
        """Each submission's stages as the journal on disk has them."""
        files = list(self.home.rglob("journal.sqlite3"))
        if not files:
            return []
        base = sqlite3.connect(f"file:{files[0]}?mode=ro", uri=True)
        try:
            rows = base.execute("SELECT key, stage FROM steps ORDER BY step").fetchall()
        finally:
            base.close()
        stories: dict[str, list[str]] = {}
        for key, stage in rows:
            told = stories.setdefault(key, [])
            if not told or told[-1] != stage:
                told.append(stage)
        return [f"{_kind(key)}: {' → '.join(story)}" for key, story in stories.items()]

    def ends(self, stage: str, seconds: float = 30.0) -> None:
        """Wait until the journal's newest submission has reached the stage."""
        deadline = time.monotonic() + seconds
        while not (self.stages() and self.stages()[-1].endswith(stage)):
            if time.monotonic() > deadline:
                raise AssertionError(f"{stage} was expected at the end of {self.stages()}:\n{self.screen.text()}")
            self.look()

    def posts(self) -> list[tuple[str, str]]:
        """What reached the gateway that places, changes, answers or cancels orders: its kind and its cOID or answer."""
        return [(kind, sent_text(body)) for kind, body in self.gateway.order_requests()]

    def check(self, *, orders: int, posts: int | None = None) -> None:
        """The law: so many orders at the exchange, none twice, each with its entry in the journal."""
        found = self.arrived(orders)
        names = [order["coid"] for order in found]
        assert len(set(names)) == len(names), f"an order stands twice at the exchange: {names}"
        placed = [words for kind, words in self.posts() if kind == "place"]
        if posts is not None:
            assert len(placed) == posts, f"{posts} orders were to be sent, there were {placed}"
        files = list(self.home.rglob("journal.sqlite3"))
        base = sqlite3.connect(f"file:{files[0]}?mode=ro", uri=True)
        try:
            keys = {key for (key,) in base.execute("SELECT key FROM submissions")}
        finally:
            base.close()
        assert set(names) <= keys, f"not in the journal: {set(names) - keys}"

    def restart(self, pattern: str, seconds: float = 30.0) -> None:
        """Start the program anew on the same state and see that it shows the truth."""
        if self.screen.child.isalive():
            self.screen.kill()
        self.start()
        if re.search(OUTCOME, self.screen.text()):
            self.leave(OUTCOME)
        self.go("f4", BLOTTER)
        found = self.screen.see(pattern, seconds)
        self.result.restarted = " ".join(found[0].split())

    def close(self) -> Result:
        """End everything; gives the row."""
        for terminal in self._terminals:
            terminal.close()
        try:
            self.result.journal = "; ".join(self.stages())
            self.result.sent = ", ".join(_counted([kind for kind, _ in self.posts()]))
            self.result.exchange = ", ".join(_order_words(order) for order in self.orders()) or "none"
        finally:
            self.gateway.kill()
            self._folder.cleanup()
        self.result.seconds = time.monotonic() - self._began
        return self.result


def _kind(key: str) -> str:
    return key.split("-")[0] if key.startswith(("modify", "cancel")) else "place"


def _counted(kinds: list[str]) -> list[str]:
    return [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]


def _order_words(order: dict[str, Any]) -> str:
    return f"{order['side']} {order['filled']}/{order['quantity']} {order['status']}"


def sent_text(body: str) -> str:
    """The reference of an order, or the answer of a reply."""
    try:
        payload = json.loads(body)
    except json.JSONDecodeError:
        return ""
    if "orders" in payload:
        return str(payload["orders"][0].get("cOID", ""))
    return str(payload.get("confirmed", ""))
