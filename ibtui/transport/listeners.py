"""Who listens at a port of this machine."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import suppress

import psutil
from msgspec import Struct

from ibtui.protocol.clean import clean

LOOPBACKS = ("127.0.0.1", "::1")
CONNECT_SECONDS = 1.0
GATEWAY_MARK = "clientportal.gw"
"""Stands in the command line of a running gateway: the name of its jar and of its main class."""
AIRPLAY_PORTS = (5000, 7000)
"""Where macOS's AirPlay Receiver listens, since macOS 12."""
AIRPLAY_NAMES = ("controlce", "controlcenter", "airplayxpchelper")
"""`lsof` and macOS cut the name of ControlCenter, which serves AirPlay."""


class Listener(Struct, frozen=True):
    """A process that listens; pid 0 and no name where the system does not tell."""

    pid: int = 0
    name: str = ""
    is_gateway: bool = False
    """Its command line is that of a Client Portal Gateway."""

    @property
    def words(self) -> str:
        """`java (pid 4711)`, or that it is not known."""
        return f"{self.name} (pid {self.pid})" if self.pid else "another program (the system does not tell which)"


def is_listening(port: int) -> bool:
    """Whether something accepts connections at this port on either loopback address."""
    for address in LOOPBACKS:
        with suppress(OSError), socket.create_connection((address, port), timeout=CONNECT_SECONDS):
            return True
    return False


def listener_at(port: int) -> Listener | None:
    """Who listens there: None nobody, a Listener without a pid when the system does not tell who."""
    pids = set(_pids(port))
    for pid in sorted(pids - {0}):
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            return Listener(pid, clean(process.name(), limit=40), _is_gateway(process))
    return Listener() if pids or is_listening(port) else None


def is_airplay(listener: Listener, port: int, *, platform: str = sys.platform) -> bool:
    """Whether it is, or on a Mac most likely is, the AirPlay Receiver."""
    if platform != "darwin" or port not in AIRPLAY_PORTS:
        return False
    return not listener.pid or listener.name.casefold().startswith(AIRPLAY_NAMES)


def taken_words(listener: Listener, port: int, *, platform: str = sys.platform) -> str:
    """That the port is taken, by whom, and what to do."""
    change = f"or set listenPort in root/conf.yaml and the port in base_url to another, such as {port + 1}"
    if is_airplay(listener, port, platform=platform):
        return (
            f"port {port} is taken by macOS's AirPlay Receiver: switch it off in System Settings, General, "
            f"AirDrop & Handoff, {change}"
        )
    return f"port {port} is taken by {listener.words}: end it, {change}"


def _is_gateway(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any(GATEWAY_MARK in part for part in process.cmdline())
    return False


def _pids(port: int) -> Iterator[int]:
    """Processes that listen there; 0 for one that is not told.

    macOS tells other users' sockets to root only: there each process is asked for its own.
    """
    try:
        found = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        yield from _pids_one_by_one(port)
        return
    for connection in found:
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,):
            yield connection.pid or 0


def _pids_one_by_one(port: int) -> Iterator[int]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            for connection in process.net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,):
                    yield process.pid
