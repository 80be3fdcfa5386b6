"""The table of request limits of "Pacing Limitations", by method and path."""

from __future__ import annotations

from dataclasses import dataclass

SECOND = 1_000
MINUTE = 60 * SECOND
FORGIVEN = 0.98
"""Share of a period that must pass: who keeps to the limit exactly is not punished for the network's jitter."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in any `period_ms`."""

    requests: int
    period_ms: int


GLOBAL = Limit(10, SECOND)
"""All requests of a user that come through the gateway."""
DIRECT = Limit(50, SECOND)
"""All requests of a user that come to api.ibkr.com with OAuth, without a gateway."""

_ONCE_A_SECOND = Limit(1, SECOND)
_ONCE_IN_FIVE = Limit(1, 5 * SECOND)
_ONCE_A_QUARTER = Limit(1, 15 * MINUTE)

ENDPOINTS: dict[tuple[str, str], Limit] = {
    ("GET", "/fyi/unreadnumber"): _ONCE_A_SECOND,
    ("GET", "/fyi/settings"): _ONCE_A_SECOND,
    ("POST", "/fyi/settings/{typecode}"): _ONCE_A_SECOND,
    ("GET", "/fyi/disclaimer/{typecode}"): _ONCE_A_SECOND,
    ("PUT", "/fyi/disclaimer/{typecode}"): _ONCE_A_SECOND,
    ("GET", "/fyi/deliveryoptions"): _ONCE_A_SECOND,
    ("PUT", "/fyi/deliveryoptions/email"): _ONCE_A_SECOND,
    ("POST", "/fyi/deliveryoptions/device"): _ONCE_A_SECOND,
    ("DELETE", "/fyi/deliveryoptions/{deviceId}"): _ONCE_A_SECOND,
    ("GET", "/fyi/notifications"): _ONCE_A_SECOND,
    ("GET", "/fyi/notifications/more"): _ONCE_A_SECOND,
    ("PUT", "/fyi/notifications/{notificationID}"): _ONCE_A_SECOND,
    ("GET", "/iserver/account/orders"): _ONCE_IN_FIVE,
    ("GET", "/iserver/account/trades"): _ONCE_IN_FIVE,
    ("GET", "/iserver/account/pnl/partitioned"): _ONCE_IN_FIVE,
    ("GET", "/iserver/marketdata/snapshot"): Limit(10, SECOND),
    ("GET", "/iserver/scanner/params"): _ONCE_A_QUARTER,
    ("POST", "/iserver/scanner/run"): _ONCE_A_SECOND,
    ("POST", "/pa/performance"): _ONCE_A_QUARTER,
    ("POST", "/pa/summary"): _ONCE_A_QUARTER,
    ("POST", "/pa/transactions"): _ONCE_A_QUARTER,
    ("GET", "/portfolio/accounts"): _ONCE_IN_FIVE,
    ("GET", "/portfolio/subaccounts"): _ONCE_IN_FIVE,
    ("GET", "/sso/validate"): Limit(1, MINUTE),
    ("GET", "/tickle"): _ONCE_A_SECOND,
}

HISTORY = "/iserver/marketdata/history"
HISTORY_AT_ONCE = 5
"""Requests of history that may be under way at a time ("Additional Usage Limits")."""
