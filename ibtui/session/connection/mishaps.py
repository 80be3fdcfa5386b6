"""What an error of asking after the session tells the machine."""

from __future__ import annotations

from typing import Protocol

from ibtui.errors import (
    CertificateChanged,
    CertificateUnknown,
    Garbled,
    GatewayDown,
    GatewayError,
    GatewayHangs,
    HostUnknown,
    IbtuiError,
    NoBrokerageSession,
    NotLoggedIn,
    PenaltyBox,
    TrustError,
)
from ibtui.session.connection import signals as s
from ibtui.session.connection.standing import Deed
from ibtui.session.messages import reason

PASSING = frozenset({408, 423, 425})
"""Statuses below 500 by which a gateway says "not now"; 423 comes with "waiting for reply" (wire-facts 7)."""
GONE = 410
"""A token that is not good any more."""
SERVER_ERROR = 500


class NotAuthorised(NotLoggedIn):
    """OAuth has no token to sign with; the detail says what a person must do."""

    title = "Not authorised"


class Boxing(Protocol):
    """Who knows of the penalty box."""

    @property
    def penalty_until(self) -> float:
        """Monotonic seconds of its end; 0 not in it."""
        ...


def signal_of(error: IbtuiError, boxing: Boxing, *, asked: Deed | None) -> s.Failure:
    """The failure an error means, met by what was `asked` (None: by a request of another part)."""
    if isinstance(error, TrustError):
        return _of_certificate(error)
    if isinstance(error, NotLoggedIn):
        return s.LoginMissing(error.detail, by_authority=isinstance(error, NotAuthorised))
    if isinstance(error, NoBrokerageSession):
        return s.BrokerageMissing(error.detail)
    if isinstance(error, PenaltyBox):
        return s.Boxed(boxing.penalty_until)
    if isinstance(error, GatewayError):
        return _of_refusal(error, asked)
    down = isinstance(error, GatewayDown) and not isinstance(error, GatewayHangs)
    return s.GatewayGone(reason(error), host_unknown=isinstance(error, HostUnknown), refused=down)


def _of_refusal(error: GatewayError, asked: Deed | None) -> s.Failure:
    if error.status == GONE:
        return s.LoginMissing(error.detail)
    if error.status >= SERVER_ERROR or error.status in PASSING:
        return s.GatewayRefused(reason(error), error.status)
    if asked is Deed.CONNECT and isinstance(error, Garbled):
        return s.GatewayStrange("its answer is none of a gateway's")
    if asked is Deed.CONNECT and error.status:
        return s.GatewayStrange(f"HTTP {error.status}")
    if asked in (Deed.CONNECT, Deed.TICKLE) or isinstance(error, Garbled):
        return s.GatewayRefused(reason(error), error.status)
    return s.BrokerageMissing(error.detail)


def _of_certificate(error: TrustError) -> s.Failure:
    if isinstance(error, CertificateUnknown):
        return s.CertificateQuestioned(s.Doubt.UNKNOWN, error.detail, error.fingerprint)
    if isinstance(error, CertificateChanged):
        return s.CertificateQuestioned(s.Doubt.CHANGED, error.detail, error.fingerprint)
    return s.CertificateQuestioned(s.Doubt.INVALID, error.detail, error.fingerprint, decided=False)
