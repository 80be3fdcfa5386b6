"""One trial of the day matrix: a gateway, the program in a terminal, a stop watch and what the screen said."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.gateways import Simulator
from tests.e2e.terminal import Terminal

LIVE = r"● gateway ● login ● brokerage ● stream"
PRICE = r"AAPL +\d+\.\d\d .*\d+\.\d\d .*\d+\.\d\d"
"""The watchlist's row with a last price, bid and ask."""
TOLD = "what to do"
"""How the line of a trouble ends."""
AT_ONCE, BY_SILENCE = 5.0, 30.0
"""Seconds within which the screen must say so: where something told of it, and where only silence tells."""
PATIENCE = 60.0
"""Seconds to wait for what has no limit of its own."""
START_SECONDS = 30.0


@dataclass
class Result:
    """What a row came to."""

    name: str
    said: list[str] = field(default_factory=list)
    told_after: float | None = None
    person: str = "–"
    """What a person had to do."""
    recovered_after: float | None = None
    seconds: float = 0.0


class Scene:
    """Simulator and program of one row; every check that does not hold raises AssertionError."""

    def __init__(self, name: str) -> None:
        self.result = Result(name)
        self._began = time.monotonic()
        self._since = self._began
        self._asked = 0
        """Requests before something began."""
        self._folder = tempfile.TemporaryDirectory(prefix="ibtui-day-")
        self.gateway: Simulator
        self.screen: Terminal

    def serve(self, *flags: str, tls: bool = False) -> None:
        """Start the gateway."""
        self.gateway = Simulator(*([] if tls else ["--no-tls"]), *flags)

    def open(self, base_url: str = "", *, columns: int = 150, **environment: str) -> None:
        """Start the program on it."""
        with _environment(environment):
            url = base_url or self.gateway.base_url
            self.screen = Terminal("--base-url", url, home=Path(self._folder.name), columns=columns)
        self.screen.see("─ Watchlist", START_SECONDS)
        self._since = time.monotonic()

    def live(self, seconds: float = START_SECONDS) -> None:
        """Wait until all lights are on and prices are there."""
        self.screen.see(LIVE, seconds)
        self.screen.see(PRICE, seconds)
        self.screen.gone(TOLD, seconds)

    def start(self, *flags: str) -> None:
        """Gateway and program, up and live."""
        self.serve(*flags)
        self.open()
        self.live()

    def strike(self, event: str, **parameters: object) -> None:
        """Let something begin, and start the watch."""
        self._asked = len(self.gateway.log())
        self.gateway.post(f"/sim/day/{event}", parameters)
        self._since = time.monotonic()

    def begins(self) -> None:
        """Count from now: only now the program could know."""
        self._since = time.monotonic()

    def says(self, *patterns: str, within: float = AT_ONCE) -> None:
        """The screen shows all this in time."""
        for pattern in patterns:
            left = self._since + within - time.monotonic()
            found = self.screen.see(pattern, max(left, 0.01))
            self.result.said.append(" ".join(re.sub("[│┃▌]", " ", found[0]).split()))
        if self.result.told_after is None:
            self.result.told_after = time.monotonic() - self._since

    def says_or_asks(self, pattern: str, path: str) -> None:
        """As `says`, or the program has mended it with this request before anyone could read a word of it."""

        def asked() -> bool:
            return any(row["path"].endswith(path) for row in self.gateway.log()[self._asked :])

        left = self._since + AT_ONCE - time.monotonic()
        self.screen.until(lambda text: bool(re.search(pattern, text)) or asked(), f"/{pattern}/ or {path}", left)
        found = re.search(pattern, self.screen.text())
        self.result.said.append(" ".join(found[0].split()) if found else f"asked by {path} at once")
        self.result.told_after = time.monotonic() - self._since

    def cured(self, person: str = "–") -> None:
        """From now on it can be mended; a person did this for it."""
        self.result.person = person
        self._since = time.monotonic()

    def over(self, event: str) -> None:
        """Wait until an event is over by the gateway's own word, or its port is open again."""
        deadline = time.monotonic() + PATIENCE

        def is_over(_: str) -> bool:
            try:
                return not self.gateway.is_active(event)
            except OSError:
                return False

        self.screen.until(is_over, f"the end of {event}", deadline - time.monotonic())
        self.cured()

    @property
    def passed(self) -> float:
        """Seconds since what is watched began."""
        return time.monotonic() - self._since

    def until_alive(self, topic: str, within: float = PATIENCE) -> None:
        """Wait until the gateway feeds a subscription of this topic."""
        self.screen.until(lambda _: self.gateway.feeds(topic), f"news of {topic}", within)

    def recovers(self, within: float = PATIENCE) -> None:
        """All is live again in time; nothing was pressed."""
        self.live(within)
        self.result.recovered_after = time.monotonic() - self._since

    def pause(self, seconds: float) -> None:
        """Look on for so long."""
        until = time.monotonic() + seconds
        self.screen.until(lambda _: time.monotonic() > until, "the end of a pause", seconds + PATIENCE)

    def stays(self, seconds: float, pattern: str = LIVE) -> None:
        """For so long the screen goes on showing this, and no trouble."""
        until = time.monotonic() + seconds

        def unchanged(text: str) -> bool:
            assert re.search(pattern, text), f"/{pattern}/ is gone:\n{text}"
            assert TOLD not in text, text
            return time.monotonic() > until

        self.screen.until(unchanged, "nothing", seconds + PATIENCE)
        self.result.said.append("(nothing: all lights on)")

    def close(self) -> Result:
        """End everything."""
        for part in ("screen", "gateway"):
            found = getattr(self, part, None)
            if isinstance(found, Terminal):
                found.close()
            elif isinstance(found, Simulator):
                found.kill()
        self._folder.cleanup()
        self.result.seconds = time.monotonic() - self._began
        return self.result


@contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
