"""Gateways for the tests: the simulator as a process of its own, and things that are no gateway."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER_SECONDS = 5.0


def free_port() -> int:
    """A loopback port nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


class Simulator:
    """`ibtui sim --control`; it ends with its standard input, so also when the tests are killed."""

    def __init__(self, *flags: str, port: int = 0, program: Sequence[str] = ("-m", "ibtui")) -> None:
        command = [sys.executable, *program, "sim", "--control", "--exit-with-stdin", f"--port={port}", *flags]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        self.base_url = self.process.stdout.readline().strip()
        secure = self.base_url.startswith("https:")
        self.fingerprint = self.process.stdout.readline().strip() if secure else ""

    @property
    def root(self) -> str:
        """Scheme, host and port."""
        return self.base_url.removesuffix("/v1/api")

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.root.rpartition(":")[2])

    def post(self, path: str, payload: Mapping[str, object] | None = None) -> None:
        """POST to a lever, or press the button of the login page."""
        self._ask(urllib.request.Request(self.root + path, json.dumps(payload or {}).encode(), method="POST"))

    def press_button(self, path: str) -> str:
        """Press the button of a page, as a browser does; gives the page that comes."""
        return self._ask(urllib.request.Request(self.root + path, b"", method="POST")).decode()

    def switch(self, scenario: str) -> None:
        """Go on under another scenario."""
        self.post("/sim/scenario", {"name": scenario})

    def arm(self, fault: str, on: str, **more: object) -> None:
        """Let a fault strike the next request of this kind: place, reply, modify or cancel."""
        self.post("/sim/fault", {"name": fault, "on": on, **more})

    def truth(self) -> dict[str, object]:
        """What really is at the exchange, asked past the gateway's doors."""
        found: dict[str, object] = json.loads(self._ask(urllib.request.Request(self.root + "/sim/truth")))
        return found

    def ladder(self) -> dict[str, Any]:
        """How price ladders are told, and what each was sent (`/sim/ladder`)."""
        told: dict[str, Any] = json.loads(self._ask(urllib.request.Request(self.root + "/sim/ladder")))
        return told

    def oauth(self) -> dict[str, Any]:
        """What the authorisation server saw (`/sim/oauth`)."""
        seen: dict[str, Any] = json.loads(self._ask(urllib.request.Request(self.root + "/sim/oauth")))
        return seen

    def forget_requests(self) -> None:
        """Begin a new log of requests."""
        self._ask(urllib.request.Request(self.root + "/sim/requests", method="DELETE"))

    def count(self) -> int:
        """Requests so far, the openings of websockets aside."""
        return sum(row["method"] != "WS" for row in self.log())

    def is_active(self, event: str) -> bool:
        """Whether an event of the day goes on."""
        answer = json.loads(self._ask(urllib.request.Request(self.root + "/sim/day")))
        return any(row["name"] == event and row["active"] for row in answer["events"])

    def feeds(self, topic: str) -> bool:
        """Whether a subscription of this topic gets its news."""
        sockets: Any = self.truth()["sockets"]
        return any(
            each["alive"] and str(each["key"]).partition("+")[0] == topic
            for one in sockets
            for each in one["subscriptions"]
        )

    def requests(self, path: str) -> list[str]:
        """Bodies of the requests to `path` so far."""
        return [row["body"] for row in self.log() if row["path"] == path]

    def posted(self) -> list[tuple[str, str]]:
        """Path and body of every POST so far, in order."""
        return [(row["path"], row["body"]) for row in self.log() if row["method"] == "POST"]

    def order_requests(self) -> list[tuple[str, str]]:
        """Kind (place, modify, reply, cancel) and body of every request about orders that changes something."""
        found = ((order_request_kind(row["method"], row["path"]), row["body"]) for row in self.log())
        return [(kind, body) for kind, body in found if kind]

    def log(self) -> list[dict[str, str]]:
        """Every request so far, in order."""
        answer = json.loads(self._ask(urllib.request.Request(self.root + "/sim/requests")))
        found: list[dict[str, str]] = answer["requests"]
        return found

    def kill(self) -> None:
        """End it as a crash does, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def _ask(self, request: urllib.request.Request) -> bytes:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS, context=context) as answer:
            body: bytes = answer.read()
        return body


def order_request_kind(method: str, path: str) -> str:
    """place, modify, reply or cancel; blank for a request that changes no order."""
    if method == "DELETE" and re.fullmatch(r"/iserver/account/[^/]+/order/-?\d+", path):
        return "cancel"
    if method != "POST":
        return ""
    if re.fullmatch(r"/iserver/account/[^/]+/orders", path):
        return "place"
    if re.fullmatch(r"/iserver/account/[^/]+/order/\d+", path):
        return "modify"
    return "reply" if path.startswith("/iserver/reply/") else ""


@contextmanager
def simulator(*flags: str, port: int = 0) -> Iterator[Simulator]:
    """A simulator until the block ends."""
    gateway = Simulator(*flags, port=port)
    try:
        yield gateway
    finally:
        gateway.kill()


@contextmanager
def web_server(status: int, body: bytes, headers: Mapping[str, str]) -> Iterator[int]:
    """An HTTP server that gives one answer to everything; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
