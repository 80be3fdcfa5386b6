"""What a failed call of the wire says about the request: it never left, it was refused, or nobody knows."""

from __future__ import annotations

from enum import Enum

from ibtui.errors import (
    GatewayDown,
    IbtuiError,
    NoBrokerageSession,
    NotLoggedIn,
    PenaltyBox,
    ReadOnly,
    Refused,
    TrustError,
    UsageError,
)

_REQUEST_TIMEOUT = 408


class Outcome(Enum):
    """Of a request that was not answered with 2xx."""

    NOT_SENT = "not sent"
    """No byte of it reached anything that could act on it."""
    NOT_TAKEN = "not taken"
    """It arrived and was turned away at the door: no login, no brokerage session."""
    REFUSED = "refused"
    """It was read and the answer was no."""
    UNKNOWN = "unknown"


def outcome_of(error: IbtuiError) -> Outcome:
    """UNKNOWN unless the error proves better: time-outs, resets, 5xx and unreadable answers prove nothing."""
    if isinstance(error, (GatewayDown, ReadOnly, TrustError, PenaltyBox, UsageError)):
        return Outcome.NOT_SENT
    if isinstance(error, (NotLoggedIn, NoBrokerageSession)):
        return Outcome.NOT_TAKEN
    if isinstance(error, Refused) and 400 <= error.status < 500 and error.status != _REQUEST_TIMEOUT:
        return Outcome.REFUSED
    return Outcome.UNKNOWN
