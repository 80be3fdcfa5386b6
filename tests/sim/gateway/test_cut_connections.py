"""Connections that the server itself cuts, over the loopback, with TLS and without."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.sim.gateway.rig import ACCOUNT, Tree

START = "import sys; from ibtui.sim.server import SimOptions, run; sys.exit(run(SimOptions({})))"
ORDERS = f"/v1/api/iserver/account/{ACCOUNT}/orders"
LIMIT_S = 20
ASKS = 1_000
"""How often the truth is asked for, which takes a millisecond or two, before an order counts as missing."""
SUPPRESSED = ["o354", "o163", "o403", "o382", "o383", "o451", "o10151", "o10153"]


@dataclass
class Server:
    """The simulator as a process, and the two ways to talk to it."""

    process: subprocess.Popen[str]
    http: httpx.Client

    def renew(self) -> None:
        """Forget what was counted and armed, and get ready to order."""
        self.http.post("/sim/scenario", json={"name": "normal"})
        self.http.delete("/sim/fault")
        self.http.get("/v1/api/iserver/accounts").raise_for_status()
        self.http.post("/v1/api/iserver/questions/suppress", json={"messageIds": SUPPRESSED}).raise_for_status()

    def arm(self, name: str, **more: object) -> None:
        assert self.http.post("/sim/fault", json={"name": name, **more}).status_code == 200

    def coids(self) -> list[str]:
        """Orders at the exchange."""
        return [row["coid"] for row in self.told("/sim/truth")["orders"]]

    def told(self, path: str) -> Tree:
        return self.http.get(path).json()

    def place(self, coid: str, timeout_s: float = LIMIT_S) -> httpx.Response:
        return self.http.post(ORDERS, content=body(coid), timeout=timeout_s)

    def raw(self, coid: str) -> socket.socket:
        """A connection on which an order has been sent."""
        content = body(coid)
        host, port = self.http.base_url.host, self.http.base_url.port or 0
        wire = socket.create_connection((host, port), LIMIT_S)
        if self.http.base_url.scheme == "https":
            wire = context().wrap_socket(wire, suppress_ragged_eofs=False)
        head = f"POST {ORDERS} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(content)}\r\n\r\n"
        wire.sendall(head.encode() + content)
        return wire


def context() -> ssl.SSLContext:
    """Trust whoever answers: the certificate is not what is tested here."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return trusting


def body(coid: str) -> bytes:
    """A market order for one share, asked about by nobody once its questions are suppressed."""
    order = {"conid": 265598, "side": "BUY", "orderType": "MKT", "quantity": 1, "tif": "DAY", "cOID": coid}
    return json.dumps({"orders": [order]}).encode()


def begin(*, tls: bool) -> tuple[subprocess.Popen[str], str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", START.format(f"port=0, control=True, exit_with_stdin=True, tls={tls}")]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip().removesuffix("/v1/api")


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "tls"])
def running(request: pytest.FixtureRequest) -> Iterator[Server]:
    process, url = begin(tls=request.param)
    with httpx.Client(base_url=url, verify=context(), timeout=LIMIT_S) as client:
        yield Server(process, client)
    process.kill()
    process.communicate()


@pytest.fixture
def server(running: Server) -> Server:
    running.renew()
    return running


def test_httpx_gets_no_answer_at_all_when_the_request_is_lost(server: Server) -> None:
    server.arm("lost-request")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        server.place("lost-request")
    assert "lost-request" not in server.coids()


def test_httpx_gets_no_answer_at_all_when_the_answer_is_lost(server: Server) -> None:
    server.arm("lost-answer")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        server.place("lost-answer")
    assert server.coids().count("lost-answer") == 1


def test_httpx_gets_a_truncated_body_when_the_answer_breaks_off(server: Server) -> None:
    server.arm("reset-mid-body")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        server.place("mid-body")
    assert server.coids().count("mid-body") == 1


def test_a_lost_request_ends_the_connection_by_a_reset_without_a_byte(server: Server) -> None:
    server.arm("lost-request")
    with server.raw("raw-request") as wire, pytest.raises((ConnectionResetError, ssl.SSLEOFError)):
        wire.recv(65_536)
    assert "raw-request" not in server.coids()


def test_a_lost_answer_ends_the_connection_in_order_without_a_byte(server: Server) -> None:
    server.arm("lost-answer")
    with server.raw("raw-answer") as wire:
        assert wire.recv(65_536) == b""
    assert server.coids().count("raw-answer") == 1


def test_a_broken_off_answer_has_the_length_of_the_whole_and_half_of_it(server: Server) -> None:
    server.arm("reset-mid-body")
    received = b""
    with server.raw("raw-half") as wire:
        while part := wire.recv(65_536):
            received += part
    head, _, half = received.partition(b"\r\n\r\n")
    (length,) = [int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length")]
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(half) == length // 2 > 0
    assert server.coids().count("raw-half") == 1


def test_a_proxys_page_comes_whole(server: Server) -> None:
    server.arm("error-502-after")
    answer = server.place("proxy")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert answer.text.endswith("</html>\r\n")
    assert server.coids().count("proxy") == 1


def test_a_client_that_gives_up_waiting_has_placed_its_order(server: Server) -> None:
    server.arm("slow-answer")
    with pytest.raises(httpx.ReadTimeout):
        server.place("given-up", timeout_s=0.2)
    assert server.coids().count("given-up") == 1


def test_a_slow_answer_comes_after_its_delay(server: Server) -> None:
    server.arm("slow-answer", delay_ms=100)
    answer = server.place("slow")
    assert answer.json()[0]["order_id"]
    assert answer.elapsed.total_seconds() >= 0.1


def test_what_struck_is_told(server: Server) -> None:
    server.arm("lost-answer", on="place", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        server.place("told")
    struck = server.told("/sim/faults")["struck"][-1]
    assert (struck["name"], struck["on"]) == ("lost-answer", "place")
    assert ORDERS.endswith(struck["path"])


@pytest.mark.parametrize("tls", [False, True])
def test_cut_connections_leave_the_server_alive_and_silent_and_no_late_answer_holds_it_up(*, tls: bool) -> None:
    process, url = begin(tls=tls)
    with httpx.Client(base_url=url, verify=context(), timeout=LIMIT_S) as client:
        server = Server(process, client)
        server.renew()
        for name in ("lost-request", "lost-answer", "reset-mid-body"):
            server.arm(name)
            with pytest.raises(httpx.TransportError):
                server.place(name)
            assert client.post("/v1/api/tickle").status_code == 200
        server.arm("slow-answer")
        with server.raw("pending"):
            assert any("pending" in server.coids() for _ in range(ASKS))
            process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, errors) == (0, "")
