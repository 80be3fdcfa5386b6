"""Folders that look like IBKR's gateway: its script starts a small listener in place of Java."""

from __future__ import annotations

import sys
from pathlib import Path

LISTENER = """
import socket, sys, time
print("running", sys.argv[1:], flush=True)
listener = socket.create_server(("127.0.0.1", {port}))
print("\\x1b]0;evil\\x07Open https://localhost:{port} to login", flush=True)
while True:
    listener.accept()[0].close()
"""
CONF = """\
    ip2loc: "US"
    proxyRemoteHost: "https://api.ibkr.com"
    listenPort: {port}
    listenSsl: {tls}
    ips:
      allow:
        - 127.0.0.1
"""


def gateway_in(folder: Path, *, port: int = 5000, tls: str = "true", script: str | None = None) -> Path:
    """A gateway's folder; its script runs `script` (sh), else a listener as a child process, as IBKR's runs Java."""
    (folder / "bin").mkdir(parents=True)
    (folder / "root").mkdir()
    (folder / "root" / "conf.yaml").write_text(CONF.format(port=port, tls=tls))
    (folder / "listener.py").write_text(LISTENER.format(port=port))
    run = folder / "bin" / "run.sh"
    run.write_text(f"#!/bin/sh\n{script or f'{sys.executable} listener.py clientportal.gw $1'}\necho ended\n")
    run.chmod(0o755)
    return folder


def java_in(folder: Path, printed: str, *, status: int = 0) -> Path:
    """A `java` that prints `printed` to its standard error, as `java -version` does."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{printed}\nEND\nexit {status}\n")
    java.chmod(0o755)
    return java
