"""The gateway under load with a long watchlist, and the programs that show it."""

from __future__ import annotations

import importlib.util
import json
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import psutil

from ibtui.sim.exchange import Exchange, default_accounts
from ibtui.sim.gateway.contracts.venues import display_symbol
from tests.benchmarks.recorder import Recorded, python
from tests.e2e.gateways import Simulator

ROWS: Final = 50
COLUMNS_WIDE: Final = 109
"""ibtui shows its watchlist alone below 110 columns, as the peers do."""
LINES: Final = 56
"""Fifty rows with title, heading, status and footer."""
QUIET: Final = 0.02
"""Share of the usual order flow: under load the market's own moves are not wanted."""
LIST_ID: Final = "101"
"""The first list of the simulator, which is the one ibtui opens."""
START_MS: Final = 1_795_104_000_000

SETTLE_SECONDS: Final = 2.0
"""Between the first price and the measuring, at least."""
LOOK_SECONDS: Final = 4.0
POLLS: Final = 18
"""Requests in so long, the benchmark's own orders included, that are no reading any more: that makes twice as many."""
MOST_LOOKS: Final = 30


class Stage:
    """A simulated gateway over TLS whose first watchlist has so many shares."""

    def __init__(self, rows: int = ROWS, *, tick_rate: float = QUIET) -> None:
        self.symbols = shares(rows)
        """By conid."""
        count = str(rows + 30)
        self.gateway = Simulator(f"--symbols={count}", f"--tick-rate={tick_rate:g}")
        self.process = psutil.Process(self.gateway.process.pid)
        self._folder = tempfile.TemporaryDirectory(prefix="ibtui-bench-")
        self.home = Path(self._folder.name)
        self.session = str(self.ask("POST", "/v1/api/tickle", {})["session"])
        listed = [{"C": conid} for conid in self.symbols]
        self.ask("POST", "/v1/api/iserver/watchlist", {"id": LIST_ID, "name": "Bench", "rows": listed})
        self._pin()

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gateway.kill()
        self._folder.cleanup()

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON of any shape
        """JSON of a request; a refusal is a RuntimeError with the gateway's words."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.gateway.root + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read(300).decode()}") from error

    def load(self, seconds: float, per_second: float = 0.0, burst: int = 0, *, remember: bool = True) -> None:
        """Begin sending."""
        wish = {"frames_per_second": per_second, "burst": burst, "for_seconds": seconds, "remember": remember}
        self.ask("POST", "/sim/load", wish)

    def calm(self) -> None:
        """End the load; the market's own quotes come again."""
        self.ask("DELETE", "/sim/load")

    def told(self) -> dict[str, Any]:
        """How far the load is."""
        found: dict[str, Any] = self.ask("GET", "/sim/load")
        return found

    def sent(self) -> tuple[dict[str, int], list[list[float]]]:
        """Place by symbol, and when each tick left by place."""
        found: dict[str, list[float]] = self.ask("GET", "/sim/load/sent")["sent"]
        return {self.symbols[int(conid)]: place for place, conid in enumerate(found)}, list(found.values())

    def queued(self) -> int:
        """Bytes that wait in the kernel between gateway and clients, in both directions (/proc/net/tcp)."""
        port = f":{self.gateway.port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        mine = [row[4] for row in rows if row[1].endswith(port) or row[2].endswith(port)]
        return sum(int(part, 16) for queues in mine for part in queues.split(":"))

    def cpu(self) -> float:
        """Seconds of processor time the simulator has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def _pin(self) -> None:
        state = self.home / "state" / "ibtui"
        state.mkdir(parents=True)
        place = self.gateway.root.partition("//")[2]
        (state / "pins.json").write_text(json.dumps({place: self.gateway.fingerprint}))
        (self.home / "instruments.json").write_text(json.dumps(self.symbols))


def shares(count: int) -> dict[int, str]:
    """Symbols of so many shares by conid, those the simulator lists with `count + 30` symbols."""
    exchange = Exchange(seed=1, start_ms=START_MS, accounts=default_accounts(), symbols=count + 30, tick_rate=QUIET)
    found = {each.conid: display_symbol(each) for each in exchange.instruments() if each.sec_type == "STK"}
    return dict(list(found.items())[:count])


@dataclass(frozen=True, slots=True)
class Program:
    """Something that shows the watchlist."""

    name: str
    command: Callable[[Stage], Sequence[str]]
    needs: str = ""
    """Distribution that must be installed."""
    columns: int = COLUMNS_WIDE
    lines: int = LINES
    keys: Sequence[bytes] = ()
    """Pressed once it stands."""
    reads: bool = False
    """Whether it reads histories and more by REST after its first price: that is waited for, being no steady state."""

    @property
    def is_there(self) -> bool:
        """Whether what it needs is installed."""
        return not self.needs or importlib.util.find_spec(self.needs) is not None


@dataclass(frozen=True, slots=True)
class Started:
    """A program that shows prices, and how long it took."""

    program: Recorded
    first_frame: float
    """Seconds from the spawn to the table's heading."""
    first_price: float
    """Seconds from the spawn to the first row's price."""


def start(stage: Stage, program: Program) -> Started:
    """Run a program until it shows the whole list."""
    recorded = Recorded(program.command(stage), stage.home, program.columns, program.lines)
    first = next(iter(stage.symbols.values()))
    try:
        frame = recorded.see(r"Symbol +Last") - recorded.started
        price = recorded.see(rf"^[^A-Z]{{0,3}}{first} +\d+\.\d\d") - recorded.started
        recorded.watch(SETTLE_SECONDS)
        if program.reads:
            _read_out(stage, recorded)
        for key in program.keys:
            recorded.press(key)
            recorded.watch(0.5)
    except BaseException:
        recorded.close()
        raise
    return Started(recorded, frame, price)


def _read_out(stage: Stage, recorded: Recorded) -> None:
    """Wait until the program has read what it wanted and only polls."""
    for _ in range(MOST_LOOKS):
        stage.gateway.forget_requests()
        recorded.watch(LOOK_SECONDS)
        if stage.gateway.count() <= POLLS:
            return
    raise TimeoutError(f"the program reads on:\n{recorded.screen.text()}")


def peer(module: str, *flags: str) -> Callable[[Stage], Sequence[str]]:
    """The command of one of the peers."""

    def command(stage: Stage) -> Sequence[str]:
        url = stage.gateway.base_url.replace("https", "wss", 1) + "/ws"
        instruments = str(stage.home / "instruments.json")
        wanted = ("--url", url, "--session", stage.session, "--instruments", instruments, *flags)
        return python(f"tests.benchmarks.peers.{module}", *wanted)

    return command


def ibtui(*flags: str) -> Callable[[Stage], Sequence[str]]:
    """The command of the program itself."""
    return lambda stage: python("ibtui", "--base-url", stage.gateway.base_url, *flags)


PEERS: Final = (
    Program("raw ANSI, 16 colours", peer("raw")),
    Program("raw ANSI, truecolor", peer("raw", "--truecolor")),
    Program("keys alone, the machine's floor", peer("echo")),
    Program("curses", peer("curses_")),
    Program("urwid", peer("urwid_"), needs="urwid"),
    Program("prompt_toolkit", peer("prompt_toolkit_"), needs="prompt_toolkit"),
    Program("rich.Live", peer("rich_live")),
    Program("Textual DataTable", peer("datatable")),
)
IBTUI: Final = (
    Program("ibtui watchlist, 16 colours", ibtui("--theme", "ibtui-ansi"), reads=True),
    Program("ibtui watchlist, truecolor", ibtui("--theme", "ibtui-dark"), reads=True),
    Program("ibtui dashboard, 16 colours", ibtui("--theme", "ibtui-ansi"), columns=170, lines=80, reads=True),
    Program("ibtui dashboard, truecolor", ibtui("--theme", "ibtui-dark"), columns=170, lines=80, reads=True),
)
ALL: Final = (*PEERS, *IBTUI)


def named(names: Sequence[str]) -> list[Program]:
    """The programs whose name has one of these words; all where none is given."""
    return [each for each in ALL if not names or any(name.casefold() in each.name.casefold() for name in names)]
