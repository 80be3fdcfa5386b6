"""One trial of the doctor matrix: a gateway in some state, the real command twice, and what it said and sent."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from ibtui.transport.pins import Pins
from tests.e2e.gateways import Simulator

ROOT = Path(__file__).parent.parent.parent
LONGEST_SECONDS = 60.0
"""A doctor that takes longer is of no use."""
MOST_REQUESTS = 10
"""Beside those for tokens and the websocket."""
TOKEN_PATHS = ("/oauth/live_session_token", "/oauth2/api/v1/token", "/gw/api/v1/sso-sessions")
ALLOWED = {
    ("POST", "/tickle"),
    ("POST", "/iserver/auth/status"),
    ("POST", "/iserver/auth/ssodh/init"),
    ("GET", "/sso/validate"),
    ("GET", "/iserver/accounts"),
    ("GET", "/iserver/marketdata/snapshot"),
}
"""All that a doctor may ask; `ssodh/init` only without ending another program's session."""
ALLOWED_MESSAGES = re.compile(r'tic|smd\+265598\+.*|sor\+\{\}|\{"session":.*\}')
"""All that it may say on the websocket."""
PROBE_SECONDS = 5.0
PATIENCE = 60.0
"""Seconds until a gateway that was struck answers its levers again."""


@dataclass
class Result:
    """What a row came to."""

    name: str
    step: str = ""
    said: str = ""
    todo: str = ""
    exit: int = 0
    requests: int = 0
    seconds: float = 0.0
    """Of the slower run."""


@dataclass(frozen=True)
class Run:
    """One end of the command."""

    status: int
    text: str
    seconds: float


@dataclass
class Scene:
    """Simulator and doctor of one row; every check that does not hold raises AssertionError."""

    name: str
    flags: list[str] = field(default_factory=list)
    """Of the command."""
    secrets: list[str] = field(default_factory=list)
    """What its output may not hold."""

    def __post_init__(self) -> None:
        self.result = Result(self.name)
        self._folder = tempfile.TemporaryDirectory(prefix="ibtui-doctor-")
        self.home = Path(self._folder.name)
        self.gateway: Simulator | None = None
        self._environment: dict[str, str] = {}
        self._strikes: list[Callable[[], None]] = []

    @property
    def simulator(self) -> Simulator:
        """The gateway, which this row has started."""
        assert self.gateway is not None
        return self.gateway

    @property
    def oauth(self) -> Path:
        """Folder of the keys and tokens."""
        return self.home / "oauth"

    def serve(self, *flags: str, tls: bool = False) -> None:
        """Start the gateway; the doctor is to look at it."""
        self.gateway = Simulator(*([] if tls else ["--no-tls"]), *flags)
        self.look_at(self.gateway.base_url)
        self.secrets += [str(self._ask("/sim/day")["session"]), *self._ask("/sim/truth")["accounts"]]

    def serve_oauth(self, configuration: str = "ibtui.toml") -> None:
        """Start IBKR itself, with keys and tokens made; the doctor is to use them."""
        self.serve("--oauth", str(self.oauth))
        self.flags = ["--config", str(self.oauth / configuration)]
        for name in ("access_token", "access_token_secret"):
            self.secrets.append((self.oauth / name).read_text().strip())

    def accept_certificate(self) -> None:
        """As the user did in ibtui."""
        Pins(self.home / ".local" / "state" / "ibtui").put(
            f"127.0.0.1:{self.simulator.port}", self.simulator.fingerprint
        )

    def configure(self, old: str, new: str, configuration: str = "ibtui.toml") -> None:
        """Replace a value of the configuration."""
        file = self.oauth / configuration
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    def at(self, moment: datetime) -> None:
        """The machine's clock says this when the command runs; the gateway's stays as it is."""
        shift = moment.timestamp() - time.time()
        line = f"import time\n_real = time.time\ntime.time = lambda: _real() + {shift!r}\n"
        (self.home / "sitecustomize.py").write_text(line)
        self._environment["PYTHONPATH"] = str(self.home)

    def until_up(self) -> None:
        """Wait until the gateway listens again."""
        self._ask("/sim/day")

    def look_at(self, base_url: str) -> None:
        """Give the doctor this address."""
        self.flags = ["--base-url", base_url]

    def strike(self, event: str, *, again: bool = True, **parameters: object) -> None:
        """Let something begin, `again` also before the second run."""
        self._strike(lambda: self.simulator.post(f"/sim/day/{event}", parameters), again=again)

    def pull(self, path: str, **parameters: object) -> None:
        """Pull another lever, once."""
        self._strike(lambda: self.simulator.post(path, parameters), again=False)

    def diagnosed(self, step: str, state: str, said: str, todo: str = "", *, exit: int = 1) -> None:
        """The command names `step` as the cause, says this and what to do, with --json and without, and ends so."""
        self.result.exit = exit
        as_json = self._run("--json")
        steps: dict[str, dict[str, Any]] = {each["name"]: each for each in json.loads(as_json.text)}
        self._check_json(steps, step, state, said, todo)
        for act in self._strikes:
            act()
        as_text = self._run()
        self._check_text(as_text.text, step, state, said, todo)
        for run in (as_json, as_text):
            assert run.status == exit, f"exit status {run.status}:\n{run.text}"
            assert run.seconds < LONGEST_SECONDS, f"{run.seconds:.0f} s:\n{run.text}"
        shown = [secret for secret in self.secrets if secret in as_json.text]
        assert not shown, f"--json holds {shown}"
        self.result.seconds = max(as_json.seconds, as_text.seconds)
        self._check_requests(steps)

    def close(self) -> Result:
        """End everything."""
        if self.gateway is not None:
            self.gateway.kill()
        self._folder.cleanup()
        return self.result

    def _strike(self, act: Callable[[], None], *, again: bool) -> None:
        act()
        if again:
            self._strikes.append(act)

    def _run(self, *more: str) -> Run:
        command = [sys.executable, "-m", "ibtui", *self.flags, "doctor", *more]
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        environment |= self._environment
        began = time.monotonic()
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=3 * LONGEST_SECONDS, check=False
        )
        assert not done.stderr, done.stderr
        return Run(done.returncode, done.stdout, time.monotonic() - began)

    def _check_json(self, steps: dict[str, dict[str, Any]], step: str, state: str, said: str, todo: str) -> None:
        told = "\n".join(
            f"{each['state']:12}{name}: {each['meaning']} → {each['remedy']}" for name, each in steps.items()
        )
        failed = [name for name, each in steps.items() if each["state"] == "bad"]
        found = steps[step]
        assert found["state"] == state, told
        assert failed[:1] == ([step] if state == "bad" else []), told
        assert re.search(said, found["meaning"]), f"/{said}/ is not in:\n{told}"
        assert re.search(todo, found["remedy"]), f"/{todo}/ is not in:\n{told}"
        assert found["remedy"] or not self.result.exit, told
        self.result.step, self.result.said, self.result.todo = step, found["meaning"], found["remedy"]

    def _check_text(self, text: str, step: str, state: str, said: str, todo: str) -> None:
        mark = {"bad": "✗", "warning": "!", "ok": "✓"}[state]
        assert re.search(rf"^{mark} {re.escape(step)} +.*(?:{said}).*\n(?: +→ .*(?:{todo}))?", text, re.MULTILINE), text
        last = text.strip().splitlines()[-1]
        if not self.result.exit:
            assert last == "Trading would work.", text
        else:
            assert re.match(rf"Trading would not work yet: see {re.escape(step)}\b", last), text

    def _check_requests(self, steps: dict[str, dict[str, Any]]) -> None:
        """Nothing was changed and little asked; `sent` is what the command itself says, beside the gateway's log."""
        sent = [(row["method"], row["path"]) for step in steps.values() for row in step["sent"]]
        asked = [row for row in sent if row[0] != "WEBSOCKET" and not row[1].endswith(TOKEN_PATHS)]
        assert not set(asked) - ALLOWED, asked
        assert len(asked) <= MOST_REQUESTS, asked
        self.result.requests = len(asked)
        if self.gateway is None:
            return
        seen = [row for row in self._log() if not row["path"].endswith(TOKEN_PATHS)]
        assert len([row for row in seen if row["kind"] == "rest"]) <= 2 * MOST_REQUESTS, seen
        for row in seen:
            if row["kind"] == "ws":
                assert ALLOWED_MESSAGES.fullmatch(row["body"]), row
                continue
            assert (row["method"], row["path"]) in ALLOWED, row
            if row["path"].endswith("/init"):
                assert json.loads(row["body"])["compete"] is False, row

    def _log(self) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = self._ask("/sim/requests")["requests"]
        return rows

    def _ask(self, path: str) -> dict[str, Any]:
        """A lever's answer, once the gateway is there again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = httpx.get(self.simulator.root + path, verify=False, trust_env=False, timeout=PROBE_SECONDS)
                found: dict[str, Any] = answer.json()
                return found
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)  # a process that starts anew tells nobody when it listens
