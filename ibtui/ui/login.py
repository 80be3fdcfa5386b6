"""Where a person logs in at the gateway, also when this program runs at the far end of SSH. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

SSH_PORT = "22"


class LoginPlace(Struct, frozen=True):
    """What the connection dialog shows while a login is needed."""

    url: str = ""
    """The gateway's page, as a browser on this machine opens it."""
    tunnel: str = ""
    """The `ssh -L` line for the machine the user sits at; blank when that is this one."""
    tunnel_url: str = ""
    """The page as a browser there opens it."""
    has_gateway: bool = False
    """Whether `ibtui gateway` knows the gateway's folder."""


def login_place(base_url: str, environment: Mapping[str, str], *, has_gateway: bool) -> LoginPlace:
    """The place for the gateway at `base_url`.

    `SSH_CONNECTION` holds the addresses and ports of both ends; the server's is the one the user came to.
    """
    parts = urlsplit(base_url)
    url = f"{parts.scheme}://{parts.netloc}"
    ends = environment.get("SSH_CONNECTION", "").split()
    if len(ends) != 4:
        return LoginPlace(url, has_gateway=has_gateway)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or "localhost"
    there = "localhost" if host in ("localhost", "127.0.0.1", "::1") else f"[{host}]" if ":" in host else host
    _, _, server, ssh_port = ends
    option = "" if ssh_port == SSH_PORT else f"-p {ssh_port} "
    user = environment.get("LOGNAME") or environment.get("USER") or "user"
    tunnel = f"ssh {option}-L {port}:{there}:{port} {user}@{server}"
    return LoginPlace(url, tunnel, f"{parts.scheme}://localhost:{port}", has_gateway)
