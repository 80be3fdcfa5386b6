"""`ibtui gateway start|stop|status`: IBKR's gateway run from its configured folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from ibtui.config import ENVIRONMENT_PREFIX, Config, checked_base_url
from ibtui.protocol.clean import clean
from ibtui.transport.gateway_folder import CONF, GatewayFolder, GatewayProcessFailed, gateway_folder
from ibtui.transport.gateway_process import GatewayProcess, Running
from ibtui.transport.java import find_java
from ibtui.transport.listeners import is_listening, listener_at, taken_words
from ibtui.transport.trust import is_loopback
from ibtui.ui.login import login_place


def run(settings: Config, state: Path, what: str, *, lines: int) -> int:
    """Do it, say what came of it, and give the exit status: 0 well, 1 not; `status` 0 only while a gateway runs."""
    process = GatewayProcess(state)
    act: Callable[[], int] = {
        "start": lambda: _start(settings, process),
        "stop": lambda: _stop(settings, process),
        "status": lambda: _status(settings, process, lines),
    }[what]
    try:
        return act()
    except GatewayProcessFailed as error:
        click.echo(str(error), err=True)
        return 1


def _start(settings: Config, process: GatewayProcess) -> int:
    running = process.running()
    if running is not None:
        if not process.wait(running):
            raise GatewayProcessFailed(
                f"it runs already (pid {running.pid}) but does not listen at port {running.note.port}; look at "
                f"{process.log}, or end it with “ibtui gateway stop”"
            )
        click.echo(f"The gateway runs already: {_since(running)}, port {running.note.port}.")
        return 0
    folder = gateway_folder(settings.gateway.path)
    remark = _check_address(settings.base_url, folder)
    java = find_java(settings.gateway.java, os.environ)
    _check_port(folder)
    click.echo(f"Starting {folder.path} with Java {java.version}; its output goes to {process.log}")
    running = process.start(folder, java.environment(_without_ours(os.environ)))
    click.echo(f"The gateway listens at port {folder.port} (pid {running.pid}).")
    click.echo(_login_words(folder))
    if remark:
        click.echo(remark)
    return 0


def _stop(settings: Config, process: GatewayProcess) -> int:
    running = process.running()
    if running is None:
        raise GatewayProcessFailed(_not_ours(_port(settings)) or "it does not run, so there is nothing to stop")
    polite = process.stop(running)
    click.echo(f"The gateway was stopped (pid {running.pid}){'' if polite else '; it had to be ended by force'}.")
    return 0


def _status(settings: Config, process: GatewayProcess, lines: int) -> int:
    running = process.running()
    status = 0
    if running is not None:
        listens = is_listening(running.note.port)
        port = f"port {running.note.port} " + ("listens" if listens else "does not listen (yet)")
        click.echo(f"The gateway runs: {_since(running)}, {port}.")
        click.echo(f"Folder  {running.note.folder}")
        status = 0 if listens else 1
    else:
        port_number = _port(settings)
        other = listener_at(port_number)
        words = "The gateway does not run; “ibtui gateway start” starts it."
        if other is not None and other.is_gateway:
            words = f"A gateway runs that was not started from here: {other.words}, port {port_number}."
        elif other is not None:
            words = f"No gateway was started from here, and {taken_words(other, port_number)}."
        click.echo(words)
        status = 0 if other is not None and other.is_gateway else 1
    if process.log.exists():
        click.echo(f"Log     {process.log}")
    for line in process.tail(lines):
        click.echo(line)
    return status


def _login_words(folder: GatewayFolder) -> str:
    """What to do next, over SSH too."""
    place = login_place(f"{folder.scheme}://localhost:{folder.port}", os.environ, has_gateway=True)
    if not place.tunnel:
        return f"Log in at {place.url} in a browser on this machine, then run ibtui."
    return f"Where you sit run “{clean(place.tunnel)}”, log in at {place.tunnel_url} there, then run ibtui."


def _without_ours(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without ibtui's own variables, some of which may be secret."""
    return {name: value for name, value in environment.items() if not name.startswith(ENVIRONMENT_PREFIX)}


def _check_address(base_url: str, folder: GatewayFolder) -> str:
    """That ibtui will find it there; gives a remark when it is set to another machine. Raises GatewayProcessFailed."""
    parts = urlsplit(checked_base_url(base_url))
    if not is_loopback(parts.hostname or ""):
        return f"Note: base_url is {base_url}, so ibtui will not use this gateway."
    fitting = f"{folder.scheme}://{parts.hostname}:{folder.port}/v1/api"
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port != folder.port:
        raise GatewayProcessFailed(
            f"{folder.path / CONF} listens at port {folder.port} (listenPort) but base_url says {port}: set base_url = "
            f'"{fitting}", or listenPort to {port}'
        )
    if parts.scheme != folder.scheme:
        tls = "true" if folder.tls else "false"
        raise GatewayProcessFailed(
            f"{folder.path / CONF} has listenSsl: {tls} but base_url begins with {parts.scheme}://: set base_url = "
            f'"{fitting}", or change listenSsl'
        )
    return ""


def _check_port(folder: GatewayFolder) -> None:
    words = _not_ours(folder.port)
    if words:
        raise GatewayProcessFailed(words)
    other = listener_at(folder.port)
    if other is not None:
        raise GatewayProcessFailed(taken_words(other, folder.port))


def _not_ours(port: int) -> str:
    """That a gateway runs which somebody else started; blank when none does."""
    other = listener_at(port)
    if other is None or not other.is_gateway:
        return ""
    return (
        f"a gateway runs already at port {port}, started by somebody else ({other.words}): ibtui can use it as it is; "
        "stop it where it was started"
    )


def _port(settings: Config) -> int:
    """Where the gateway of the configuration would listen."""
    with suppress(GatewayProcessFailed):
        return gateway_folder(settings.gateway.path).port
    parts = urlsplit(checked_base_url(settings.base_url))
    return parts.port or (443 if parts.scheme == "https" else 80)


def _since(running: Running) -> str:
    """`pid 4711, since 2026-11-21 13:00:05 (2 h 5 min)`."""
    moment = datetime.fromtimestamp(running.note.started).astimezone()
    return f"pid {running.pid}, since {moment:%Y-%m-%d %H:%M:%S} ({_duration(time.time() - running.note.started)})"


def _duration(seconds: float) -> str:
    return " ".join(_parts(max(0, int(seconds))))


def _parts(seconds: int) -> Iterator[str]:
    """At most two units, the greatest first."""
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        yield f"{days} d"
    if days or hours:
        yield f"{hours} h"
    if not days and (hours or minutes):
        yield f"{minutes} min"
    if not days and not hours and not minutes:
        yield f"{seconds} s"
