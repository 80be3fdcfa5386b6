"""Facts as the walk finds them, with few words."""

from __future__ import annotations

from ibtui.commands.doctor.facts import Address, Exchange
from ibtui.errors import IbtuiError

GATEWAY = Address("https", "localhost", 5000, is_loopback=True)
DIRECT = Address("https", "api.ibkr.com", 443, is_loopback=False, is_direct=True)


def answered(
    status: int,
    body: bytes = b"",
    *,
    path: str = "/tickle",
    error: IbtuiError | None = None,
    headers: dict[str, str] | None = None,
    seconds: float = 0.05,
    ended: float = 0.0,
) -> Exchange:
    """One request and its answer."""
    return Exchange("POST", path, status, body, headers or {}, error, seconds, ended)


def unanswered(error: IbtuiError, *, path: str = "/tickle") -> Exchange:
    """One request that nothing came of."""
    return Exchange("POST", path, error=error)
