"""Who has a port."""

from __future__ import annotations

import os
import socket

from ibtui.transport.listeners import Listener, is_airplay, is_listening, listener_at, taken_words
from tests.e2e.gateways import free_port


def test_a_listener_is_found_with_its_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = listener_at(port)
        assert is_listening(port)
    assert found is not None
    assert (found.pid, found.is_gateway) == (os.getpid(), False)
    assert str(os.getpid()) in found.words


def test_nobody_listens_at_a_free_port() -> None:
    port = free_port()
    assert listener_at(port) is None
    assert not is_listening(port)


def test_airplay_is_told_on_a_mac_only_and_with_its_switch() -> None:
    control_centre = Listener(612, "ControlCenter")
    assert "AirPlay Receiver: switch it off" in taken_words(control_centre, 5000, platform="darwin")
    assert "listenPort" in taken_words(control_centre, 5000, platform="darwin")
    assert is_airplay(Listener(), 5000, platform="darwin"), "macOS hides other users' sockets"
    assert not is_airplay(Listener(), 5001, platform="darwin")
    assert not is_airplay(Listener(1, "java"), 5000, platform="darwin")
    assert not is_airplay(control_centre, 5000, platform="linux")


def test_a_taken_port_names_who_and_the_way_out() -> None:
    words = taken_words(Listener(42, "postgres"), 5000, platform="linux")
    assert words.startswith("port 5000 is taken by postgres (pid 42): end it, or set listenPort")
    assert "5001" in words
    assert "the system does not tell which" in taken_words(Listener(), 5000, platform="linux")
