"""What the day does to TCP and TLS, over the loopback."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.sim.gateway.rig import Tree

START = "import sys; from ibtui.sim.server import SimOptions, run; sys.exit(run(SimOptions({})))"
LIMIT_S = 20
SHORT_S = 0.3
"""For which nothing is waited for that must not come."""


def context() -> ssl.SSLContext:
    """Trust whoever answers: a client that pins is not what is tested here."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return trusting


@dataclass
class Server:
    """The simulator as a process; levers are pulled on connections of their own."""

    process: subprocess.Popen[str]
    url: str
    fingerprint: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return httpx.URL(self.url).port or 0

    def lever(self, method: str, path: str, body: object = None) -> Tree:
        return httpx.request(method, self.url + path, json=body, verify=False, timeout=LIMIT_S).json()

    def begin(self, name: str, **parameters: object) -> Tree:
        return self.lever("POST", f"/sim/day/{name}", parameters)

    def session(self) -> str:
        """The tickle's, asked until the gateway answers."""
        until = time.monotonic() + LIMIT_S
        while True:
            try:
                return str(httpx.post(f"{self.url}/v1/api/tickle", verify=False, timeout=LIMIT_S).json()["session"])
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise

    @contextmanager
    def stream(self) -> Iterator[ClientConnection]:
        """A websocket that was greeted."""
        address = self.url.replace("http", "ws", 1) + "/v1/api/ws"
        cookie = {"Cookie": f"api={json.dumps({'session': self.session()})}"}
        with connect(
            address, ssl=context(), additional_headers=cookie, ping_interval=None, close_timeout=SHORT_S
        ) as client:
            while "sts" not in str(client.recv(timeout=LIMIT_S)):
                pass
            yield client

    def served(self) -> str:
        """Fingerprint of the certificate that a new connection meets."""
        certificate = ssl.get_server_certificate(("127.0.0.1", self.port), timeout=LIMIT_S)
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()


def started(**options: object) -> Server:
    text = ", ".join(f"{name}={value!r}" for name, value in ({"port": 0, "control": True} | options).items())
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", START.format(text)], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip().removesuffix("/v1/api")
    return Server(process, url, process.stdout.readline().strip())


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = started()
    yield server
    server.process.terminate()
    _, errors = server.process.communicate(timeout=LIMIT_S)
    assert (server.process.returncode, errors) == (0, "")


@pytest.fixture
def server(running: Server) -> Server:
    running.lever("POST", "/sim/scenario", {"name": "normal"})
    return running


def test_a_restart_refuses_connections_and_resets_those_there_are(server: Server) -> None:
    old, port = server.session(), server.port
    with server.stream() as stream, httpx.Client(base_url=server.url, verify=False) as client:
        client.post("/v1/api/tickle").raise_for_status()
        assert server.begin("gateway-restart", seconds=1)["active"] is True
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), LIMIT_S)
        with pytest.raises(ConnectionClosed):
            stream.recv(timeout=LIMIT_S)
        assert stream.close_code == 1006
        with pytest.raises(httpx.TransportError):
            client.post("/v1/api/tickle")
    assert server.session() != old
    with server.stream() as again:
        again.send("tic")
        assert again.recv(timeout=LIMIT_S)


def test_a_restart_can_begin_again_while_the_gateway_is_down(server: Server) -> None:
    server.lever("POST", "/sim/day/plan", {"plan": [restart(60), restart(0.3)]})
    assert server.session()


def restart(seconds: float) -> dict[str, object]:
    """A line of a plan that is due at once."""
    return {"event": "gateway-restart", "parameters": {"seconds": seconds}}


def test_a_cut_resets_websockets_only_and_refuses_new_ones_for_its_time(server: Server) -> None:
    with server.stream() as stream, httpx.Client(base_url=server.url, verify=False) as client:
        client.post("/v1/api/tickle").raise_for_status()
        server.begin("socket-cut", seconds=60)
        with pytest.raises(ConnectionClosed):
            stream.recv(timeout=LIMIT_S)
        assert stream.close_code == 1006
        client.post("/v1/api/tickle").raise_for_status()
    with pytest.raises(InvalidStatus) as refused, server.stream():
        pass
    assert refused.value.response.status_code == 503


def test_a_burst_may_strike_the_handshake(server: Server) -> None:
    server.begin("burst-401", prefixes=["/ws"], times=1)
    with pytest.raises(InvalidStatus) as refused, server.stream():
        pass
    assert refused.value.response.status_code == 401
    with server.stream():
        pass


def test_half_open_connections_neither_answer_nor_close_until_they_are_reset(server: Server) -> None:
    with server.stream() as stream, httpx.Client(base_url=server.url, verify=False, timeout=SHORT_S) as client:
        client.post("/v1/api/tickle").raise_for_status()
        server.begin("half-open")
        with pytest.raises(httpx.ReadTimeout):
            client.post("/v1/api/tickle")
        stream.send("tic")
        with pytest.raises(TimeoutError):
            stream.recv(timeout=SHORT_S)
        assert server.session()
        server.lever("DELETE", "/sim/day/half-open")
        with pytest.raises(ConnectionClosed):
            stream.recv(timeout=LIMIT_S)
        assert stream.close_code == 1006


def test_where_new_connections_hang_tcp_connects_and_tls_never_answers(server: Server) -> None:
    server.begin("half-open", new="hang", seconds=1)
    with socket.create_connection(("127.0.0.1", server.port), LIMIT_S) as wire:
        wire.settimeout(SHORT_S)
        with pytest.raises(TimeoutError):
            context().wrap_socket(wire)
    assert server.session()


def test_a_new_certificate_is_met_on_the_same_port(server: Server) -> None:
    before = server.served()
    with server.stream() as stream:
        told = server.begin("new-certificate")["details"]["fingerprint"]
        with pytest.raises(ConnectionClosed):
            stream.recv(timeout=LIMIT_S)
    assert server.served() == told != before


def test_a_skewed_clock_shows_in_the_date_of_answers(server: Server) -> None:
    server.begin("clock-skew", skew_seconds=-86_400 * 365)
    this_year = time.gmtime().tm_year
    until = time.monotonic() + LIMIT_S
    while str(this_year) in httpx.get(f"{server.url}/sim/day", verify=False).headers["date"]:
        assert time.monotonic() < until


def test_loopback_of_ipv6_alone_is_served_with_a_certificate_for_it() -> None:
    server = started(host="::1")
    try:
        assert server.url == f"https://[::1]:{server.port}"
        pem = ssl.get_server_certificate(("::1", server.port), timeout=LIMIT_S)
        trusting = ssl.create_default_context(cadata=pem)
        assert httpx.post(f"{server.url}/v1/api/tickle", verify=trusting).status_code == 200
        server.begin("gateway-restart", seconds=0.1)
        assert server.session()
        with server.stream() as stream:
            stream.send("tic")
            assert stream.recv(timeout=LIMIT_S)
    finally:
        server.process.kill()
        server.process.communicate()
