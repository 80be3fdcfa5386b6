"""The server as a process of its own, over the loopback."""

from __future__ import annotations

import hashlib
import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import IO

import httpx
import pytest
from websockets.sync.client import connect

from ibtui.sim.server import SimOptions, run

START = "import sys; from ibtui.sim.server import SimOptions, run; sys.exit(run(SimOptions({})))"
Starter = Callable[..., subprocess.Popen[str]]
LIMIT_S = 20


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline().strip()


@pytest.fixture
def start() -> Iterator[Starter]:
    running: list[subprocess.Popen[str]] = []

    def begin(**options: object) -> subprocess.Popen[str]:
        text = ", ".join(f"{name}={value!r}" for name, value in ({"port": 0} | options).items())
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", START.format(text)]
        running.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def test_it_announces_its_url_and_the_fingerprint_of_the_certificate_it_serves(start: Starter) -> None:
    process = start()
    url, fingerprint = line(process.stdout), line(process.stdout)
    host, port = httpx.URL(url).host, httpx.URL(url).port
    served = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, port or 0)))
    assert url == f"https://127.0.0.1:{port}/v1/api"
    assert fingerprint == f"sha256:{hashlib.sha256(served).hexdigest()}"
    assert httpx.post(f"{url}/tickle", verify=False).json()["iserver"]["authStatus"]["authenticated"] is True


def test_a_websocket_is_greeted_in_binary_frames_and_streams(start: Starter) -> None:
    process = start(tls=False)
    url = line(process.stdout)
    session = httpx.post(f"{url}/tickle").json()["session"]
    address = url.replace("http", "ws", 1) + "/ws"
    cookie = {"Cookie": json.dumps({"session": session}, separators=(",", ":")).join(("api=", ""))}
    with connect(address, additional_headers=cookie, ping_interval=None) as client:
        frames = [client.recv(timeout=LIMIT_S) for _ in range(3)]
        assert all(isinstance(frame, bytes) for frame in frames)
        assert [json.loads(frame)["topic"] for frame in frames] == ["system", "act", "sts"]
        client.send('smd+265598+{"fields":["31","84","86"]}')
        assert json.loads(client.recv(timeout=LIMIT_S))["topic"] == "smd+265598"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(start: Starter, number: signal.Signals) -> None:
    process = start(tls=False, exit_with_stdin=True)
    line(process.stdout)
    process.send_signal(number)
    assert process.wait(LIMIT_S) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_it_ends_when_its_parents_pipe_closes(start: Starter) -> None:
    process = start(tls=False, exit_with_stdin=True)
    line(process.stdout)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(LIMIT_S) == 0
    process.stdin = None


def test_a_port_in_use_is_one_line_on_stderr_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(SimOptions(port=port)) == 1
    assert capsys.readouterr().err.startswith(f"ibtui sim: cannot listen on 127.0.0.1:{port}: ")


def test_an_unknown_scenario_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SimOptions(scenario="nonsense")) == 1
    assert "normal, not-logged-in" in capsys.readouterr().err
