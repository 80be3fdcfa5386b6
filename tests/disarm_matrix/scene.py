"""One trial: an armed ladder in the real program, something that must disarm it, and keys pressed afterwards."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.gateways import Simulator
from tests.e2e.terminal import Terminal

ARMED = r"\bARMED \d+:\d\d"
DISARMED = r"DISARMED"
SECONDS = 40.0
"""Longest wait for what only silence tells."""
LOOK_SECONDS = 1.5
"""How long the gateway is watched for an order after a key."""


@dataclass
class Result:
    """A row of the table."""

    name: str
    said: list[str] = field(default_factory=list)
    after: float = 0.0
    """Seconds from the event to the word DISARMED."""
    keys: str = ""
    """What trading keys did afterwards."""
    orders: int = 0
    """Orders that reached the gateway after the event."""
    seconds: float = 0.0


class Scene:
    """Simulator and program of one row."""

    def __init__(self, name: str) -> None:
        self.result = Result(name)
        self._began = self._since = time.monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="ibtui-disarm-")
        self.gateway = Simulator("--no-tls")
        self.screen: Terminal

    def open(self, *flags: str, settings: str = "") -> None:
        """Start the program on the ladder of AAPL, live."""
        home = Path(self._folder.name)
        file = home / "config" / "ibtui" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(settings)
        self.screen = Terminal("--base-url", self.gateway.base_url, *flags, home=home, columns=150, rows=45)
        self.screen.see(r"AAPL +\d+\.\d\d ", 30)
        self.screen.see(r"● stream", 30)
        self.screen.press("f3")
        self.screen.see(r"\bdepth\b", 30)
        self.screen.press(" ")
        self.screen.see(r"at \d+\.\d\d")
        self.screen.watch(0.5)

    def open_armed(self, settings: str = "") -> None:
        """Start the program, arm its ladder, and start the watch."""
        self.open(settings=settings)
        self.screen.see(r"\bsize \d")  # the contract's rules have come: nothing is sent without
        self.screen.press("a")
        self.screen.see(ARMED)
        self.begins()

    def strike(self, path: str, payload: dict[str, object] | None = None) -> None:
        """Let something happen at the gateway, and start the watch."""
        self.gateway.post(path, payload or {})
        self.begins()

    def begins(self) -> None:
        """Count from now."""
        self._since = time.monotonic()

    def disarmed(self, words: str, seconds: float = SECONDS) -> None:
        """The screen says that it is disarmed, and why."""
        found = self.screen.see(rf"{DISARMED} \([^)]*(?:{words})[^)]*\)", seconds)
        self.result.after = time.monotonic() - self._since
        self.result.said.append(found[0])
        self.screen.gone(ARMED, 2.0)

    def sends_nothing(self, *, enter: bool) -> None:
        """Trading keys show a preview or a refusal and send nothing; nor does Enter, where something is in the way."""
        before = self._orders()
        for key in ("b", "]", "<", "u"):
            self.screen.press(key)
            self.screen.watch(0.3)
        self.screen.watch(LOOK_SECONDS)
        said = "nothing sent by b ] < u"
        if enter:
            self.screen.press("enter")
            self.screen.watch(LOOK_SECONDS)
            said += " nor enter"
        self.result.orders = self._orders() - before
        assert not self.result.orders, f"{self.result.orders} orders were sent while disarmed:\n{self.screen.text()}"
        assert not re.search(ARMED, self.screen.text()), self.screen.text()
        self.result.keys = said

    def _orders(self) -> int:
        return sum(kind in ("place", "modify") for kind, _ in self.gateway.order_requests())

    def close(self) -> Result:
        """End everything."""
        if hasattr(self, "screen"):
            self.screen.close()
        self.gateway.kill()
        self._folder.cleanup()
        self.result.seconds = time.monotonic() - self._began
        return self.result
