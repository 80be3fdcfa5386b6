"""Read-only: the one place where a request that would change something is stopped, before it is queued."""

from __future__ import annotations

from ibtui.errors import ReadOnly
from ibtui.protocol.requests import Request

HARMLESS = frozenset(
    {
        "POST /tickle",
        "POST /logout",
        "POST /iserver/auth/status",
        "POST /iserver/auth/ssodh/init",
        "POST /iserver/reauthenticate",
        "POST /iserver/account",
        "POST /iserver/contract/rules",
        "POST /iserver/secdef/search",
        "POST /iserver/account/{}/orders/whatif",
        "POST /iserver/scanner/run",
        "POST /iserver/marketdata/unsubscribe",
        "POST /hmds/scanner",
        "POST /trsrv/secdef",
        "POST /pa/performance",
        "POST /pa/allperiods",
        "POST /pa/summary",
        "POST /pa/transactions",
    }
)
"""Pacing keys of requests that are not GET and yet change nothing but the session itself."""


def refuse_changes(request: Request) -> None:
    """Raise ReadOnly for everything that is not known to change nothing."""
    if request.changes_state or (request.method != "GET" and request.key not in HARMLESS):
        raise ReadOnly("nothing was sent: ibtui runs with --read-only; start it without to do this")
