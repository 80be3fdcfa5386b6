"""Runs the simulated gateway: `ibtui sim`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from ibtui.sim.connections import CuttableConnection
from ibtui.sim.door import ServerDoor
from ibtui.sim.exchange import Exchange, default_accounts
from ibtui.sim.gateway.app import create_app
from ibtui.sim.gateway.certificate import Certificate, make_certificate
from ibtui.sim.gateway.clock import Clock, WallClock
from ibtui.sim.gateway.coverage import coverage_report
from ibtui.sim.gateway.gateway import Gateway
from ibtui.sim.gateway.opening import start_ms
from ibtui.sim.gateway.scenario import SCENARIOS
from ibtui.sim.oauth.folder import FolderError
from ibtui.sim.oauth.provider import provide

__all__ = ["SimOptions", "coverage_report", "create_gateway", "run", "serve"]

_SHUTDOWN_S = 1


@dataclass(frozen=True, slots=True)
class SimOptions:
    """How the simulation is started."""

    host: str = "127.0.0.1"
    port: int = 5000
    """0 takes a free one."""
    tls: bool = True
    seed: int = 1
    speed: float = 1.0
    """Simulated seconds in a second."""
    scenario: str = "normal"
    symbols: int | None = None
    """At least so many instruments; invented ones are added."""
    tick_rate: float = 1.0
    """Multiplies the order flow."""
    start_ms: int | None = None
    """Simulated start, Unix milliseconds; by default a moment at which New York trades."""
    oauth: Path | None = None
    """Require OAuth; keys and tokens are in this folder, and made there if it is empty."""
    control: bool = False
    """Bind the levers for tests under /sim."""
    exit_with_stdin: bool = False
    """End when standard input closes, that is when the parent is gone."""


def create_gateway(options: SimOptions, clock: Clock) -> Gateway:
    """The gateway these options describe, moved by the given clock."""
    scenario = SCENARIOS[options.scenario]
    exchange = Exchange(
        seed=options.seed,
        start_ms=options.start_ms if options.start_ms is not None else start_ms(datetime.now(UTC), scenario.starts),
        accounts=default_accounts(),
        symbols=options.symbols,
        tick_rate=options.tick_rate,
    )
    return Gateway(exchange, clock, scenario=scenario, speed=options.speed, seed=options.seed)


def run(options: SimOptions) -> int:
    """Serve until interrupted; the exit status.

    The first line of standard output is the base URL, the second, with TLS, the certificate's SHA-256 fingerprint.
    """
    if options.scenario not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        return _failed(f"unknown scenario {options.scenario!r}; there are: {known}")
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        return _failed(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}")
    with listener, _quiet_signals():
        try:
            asyncio.run(serve(options, listener))
        except FolderError as error:
            return _failed(str(error))
    return 0


async def serve(options: SimOptions, listener: socket.socket) -> None:
    """Serve on a bound socket until SIGINT, SIGTERM or, if asked for, the end of standard input.

    Raises FolderError where the folder for OAuth cannot be used.
    """
    gateway = create_gateway(options, WallClock())
    oauth = provide(gateway, options.oauth, _base_url(options, listener)) if options.oauth else None
    app = create_app(gateway, control=options.control, oauth=oauth)
    with ExitStack() as stack:
        new_certificate = _certificates(stack) if options.tls else None
        certificate = new_certificate() if new_certificate else None
        server = _Server(_config(app, certificate), _announcement(options, listener, certificate), gateway)
        server.door = gateway.network.door = ServerDoor(server, listener, new_certificate)
        if options.exit_with_stdin:
            _end_with_stdin(server)
        logging.getLogger("uvicorn.error").addFilter(_is_no_denial)
        await server.serve([listener])


class _Server(uvicorn.Server):
    """Announces itself on standard output once it accepts connections; no late answer holds up its end."""

    def __init__(self, config: uvicorn.Config, announcement: str, gateway: Gateway) -> None:
        super().__init__(config)
        self._announcement = announcement
        self._gateway = gateway
        self.door: ServerDoor | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        sys.stdout.write(self._announcement)
        sys.stdout.flush()

    async def on_tick(self, counter: int) -> bool:
        """Date answers as the gateway's clock has it."""
        ends = await super().on_tick(counter)
        if skew_ms := self._gateway.skew_ms:
            date = formatdate(time.time() + skew_ms / 1000, usegmt=True).encode()
            others = [header for header in self.server_state.default_headers if header[0] != b"date"]
            self.server_state.default_headers = [(b"date", date), *others]
        return ends

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let late answers go, then end."""
        self._gateway.faults.release()
        if self.door is not None:
            self.door.close()
        await super().shutdown(sockets)


def _config(app: object, certificate: Certificate | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # uvicorn's ASGI type is its own; Starlette's fits it at run time
        http=CuttableConnection,
        ws="websockets-sansio",
        ws_ping_interval=None,
        ws_ping_timeout=None,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_S,
        ssl_certfile=certificate.certificate if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )


def _is_no_denial(record: logging.LogRecord) -> bool:
    """Whether a log record is worth a line: uvicorn 0.54 takes a handshake answered 503 for one without an answer."""
    return not record.getMessage().startswith("ASGI callable returned without completing handshake")


def _announcement(options: SimOptions, listener: socket.socket, certificate: Certificate | None) -> str:
    url = f"{_base_url(options, listener)}\n"
    return url + (f"sha256:{certificate.fingerprint}\n" if certificate else "")


def _base_url(options: SimOptions, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"{'https' if options.tls else 'http'}://{host}:{port}/v1/api"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host, port), family=family)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio does only for a named protocol
    return made


def _certificates(stack: ExitStack) -> Callable[[], Certificate]:
    """Makes a certificate, another one at each call, in a directory of its own."""
    return lambda: make_certificate(_private_directory(stack))


def _private_directory(stack: ExitStack) -> Path:
    return Path(stack.enter_context(TemporaryDirectory(prefix="ibtui-sim-")))


def _end_with_stdin(server: uvicorn.Server) -> None:
    # The descriptor itself is read: a thread that waits inside sys.stdin holds its lock and breaks interpreter exit.
    descriptor = sys.stdin.fileno()

    def wait() -> None:
        while os.read(descriptor, 4096):
            pass
        server.should_exit = True

    threading.Thread(target=wait, name="stdin", daemon=True).start()


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """Let uvicorn raise the signals that ended it again without killing this process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: None) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _failed(reason: str) -> int:
    sys.stderr.write(f"ibtui sim: {reason}\n")
    return 1
