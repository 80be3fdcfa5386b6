"""One OAuth session of the real program: simulator, terminals, and everything that is left behind to be scanned."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.gateways import Simulator
from tests.e2e.terminal import Terminal
from tests.oauth_session.processes import ProcessWatch
from tests.oauth_session.scan import Search, secrets_of, shown, unpacked
from tests.oauth_session.told import VARIABLE, Told

LIVE = r"● gateway ● login ● brokerage ● stream"
PRICE = r"AAPL +\d+\.\d\d .*\d+\.\d\d .*\d+\.\d\d"
START_SECONDS = 30.0
ACCOUNTS = ("DU1234567", "DU7654321")
"""The simulated accounts: no secret, but not for a tape, which is made to be given away."""
USER = "ibtuisim"
SHOWN = ("request token", "verifier")
"""What a person must see once to log in for a third party; good for nothing afterwards."""


@dataclass
class Row:
    """What was scanned of one kind, and what was found in it."""

    what: str
    pieces: int
    size: int
    found: dict[str, str] = field(default_factory=dict)


class Scene:
    """The parts of a session; `scan` at its end."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ibtui-oauth-session-")
        root = Path(self._folder.name)
        self.keys, self.home, self.kept = root / "keys", root / "home", root / "kept"
        for folder in (self.home, self.kept):
            folder.mkdir(mode=0o700)
        self.told = Told(root / "told")
        os.environ[VARIABLE] = str(root / "told")
        program = ("-m", "tests.oauth_session.informer")
        self.gateway = Simulator(f"--oauth={self.keys}", program=program)
        self.watch = ProcessWatch()
        self.watch.__enter__()
        self.terminals: list[Terminal] = []
        self.notes: list[str] = []

    @property
    def screen(self) -> Terminal:
        """The program that runs now."""
        return self.terminals[-1]

    @property
    def tapes(self) -> list[Path]:
        """Every part of every tape."""
        return sorted(self.kept.glob("*.tape*"))

    def note(self, words: str) -> None:
        """Something that held, with its figures."""
        self.notes.append(words)
        print(f"  {words}", flush=True)

    def start(self, *arguments: str, kind: str = "", columns: int = 150) -> Terminal:
        """Start the program, with a crash or a leak built in if a `kind` is given."""
        program = ("-m", "tests.oauth_session.wrapped", kind, "--") if kind else ("-m", "ibtui")
        terminal = Terminal(*arguments, home=self.home, columns=columns, program=program)
        self.terminals.append(terminal)
        self.watch.add(terminal.child.pid)
        return terminal

    def dashboard(self, settings: Path, name: str, *, kind: str = "", more: Iterable[str] = ()) -> Terminal:
        """The dashboard with its tape and log, both under this name."""
        flags = ["--config", str(settings), "--tape", str(self.kept / f"{name}.tape")]
        return self.start(*flags, "--log-file", str(self.kept / f"{name}.log"), *more, kind=kind)

    def trusts(self) -> None:
        """Answer the question for the certificate, which comes once."""
        if any(self.home.rglob("pins.json")):
            return
        self.screen.see("y Yes, trust it from now on", START_SECONDS)
        self.screen.decide("y")

    def live(self, seconds: float = START_SECONDS) -> None:
        """All lights are on, prices are there, and no trouble."""
        self.screen.see(LIVE, seconds)
        self.screen.see(PRICE, seconds)
        self.screen.gone("what to do", seconds)

    def quits(self) -> None:
        """Leave by the key; working orders are asked about."""
        self.screen.press("q")
        while self.screen.pump():
            if "Quit ibtui" in self.screen.text():
                self.screen.decide("y")
                break
        self.screen.ended()

    def wait(self, condition: Callable[[], bool], what: str, seconds: float) -> float:
        """Look at the screen until it is so; gives the seconds it took."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > seconds:
                raise AssertionError(f"{what} did not come within {seconds:g} s:\n{self.screen.text()}")
            self.screen.watch(0.2)
        return time.monotonic() - began

    # orders

    def asks(self, percent: float) -> str:
        """Take a limit order for 10 AAPL, so far from the bid, to its confirmation; gives the limit."""
        found = self.screen.see(r"AAPL +\d+\.\d\d .*?(\d+\.\d\d) +(\d+\.\d\d)")
        limit = f"{float(found[1]) * (1 + percent / 100):.2f}"
        self.screen.type(":")
        self.screen.see(r"esc|tab")
        self.screen.type(f"buy 10 AAPL @ {limit}")
        self.screen.see(r"enter ▸ buy")
        self.screen.press("enter")
        self.screen.see(r"y Yes, .* on the PAPER account")
        return limit

    def arrived(self, limit: str) -> int:
        """How many orders of this limit stand at the exchange."""
        orders = self.gateway.truth()["orders"]
        assert isinstance(orders, list)
        return sum(f"{float(order['limit_price'] or 0):.2f}" == limit for order in orders)

    # the end

    def close(self) -> None:
        """End everything that still runs."""
        for terminal in self.terminals:
            terminal.close()
        self.watch.__exit__()
        self.gateway.kill()
        os.environ.pop(VARIABLE, None)

    def remove(self) -> None:
        """Delete what was kept."""
        self._folder.cleanup()

    def secrets(self) -> list[tuple[str, str]]:
        """All that is known to be secret, from the keys, the simulator and the program itself."""
        return [*secrets_of(self.keys), *self.told.read()]

    def scan(self) -> tuple[list[Row], Counter[str]]:
        """Search everything; gives the rows and how many forms of each secret were looked for."""
        secrets = self.secrets()
        search = Search(secrets)
        tape_search = Search([*secrets, *(("account id", account) for account in ACCOUNTS), ("user name", USER)])
        unseen = Search((name, form) for name, form in secrets if name not in SHOWN)
        logs = [file for file in self.kept.iterdir() if file not in self.tapes]
        state = [file for file in (self.home / "state").rglob("*") if file.is_file()]
        rows = [
            _row("logs (--log-file)", search, map(unpacked, logs)),
            _row("tapes (--tape), decompressed", tape_search, map(unpacked, self.tapes)),
            _row("the terminal, crash reports included", unseen, [shown(bytes(t.received)) for t in self.terminals]),
            _row("state folder", search, map(unpacked, state)),
            _row("/proc: cmdline, environ, comm", search, [self.watch.seen]),
        ]
        return rows, tape_search.names


def _row(what: str, search: Search, contents: Iterable[bytes]) -> Row:
    row = Row(what, 0, 0)
    for content in contents:
        row.pieces += 1
        row.size += len(content)
        row.found |= search.found(content)
    return row


def spoken(text: str) -> str:
    """A screen's words on one line."""
    return " ".join(re.sub("[│┃▌]", " ", text).split())
