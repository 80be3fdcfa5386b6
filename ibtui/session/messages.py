"""Failures in words a person can act on."""

from __future__ import annotations

from ibtui.domain.session import Message
from ibtui.errors import (
    Garbled,
    GatewayDown,
    IbtuiError,
    LinkError,
    NoBrokerageSession,
    NotLoggedIn,
    OutcomeUnknown,
    PenaltyBox,
    ReadOnly,
    TrustError,
)

_REMEDIES: tuple[tuple[type[IbtuiError], str], ...] = (
    (GatewayDown, "start the gateway; ibtui reconnects by itself"),
    (OutcomeUnknown, "look at the result before doing it again"),
    (LinkError, "try again"),
    (NotLoggedIn, "the connection dialog says what to do"),  # at a gateway to log in, with OAuth to mend the tokens
    (NoBrokerageSession, "wait until the brokerage light is on, then try again"),
    (PenaltyBox, "wait until the countdown in the status line is over"),
    (TrustError, "check the certificate in the connection dialog"),
    (Garbled, "try again; the log file has the answer"),
)


def reason(error: IbtuiError) -> str:
    """Why it failed, in the gateway's words where there are any."""
    return error.detail or error.title


def failure(error: IbtuiError, doing: str = "") -> Message:
    """What was not done, why, and what to do."""
    if isinstance(error, ReadOnly):
        return Message(error.detail, "warning", error.title)
    remedy = next((words for kind, words in _REMEDIES if isinstance(error, kind)), "")
    why = reason(error)
    return Message(f"{why}; {remedy}" if remedy else why, "error", _title(doing) or error.title)


def mishap(error: Exception, doing: str = "") -> Message:
    """An error nobody foresaw: ibtui's own fault."""
    where = doing or "a task"
    return Message(
        f"{where} met an error in ibtui itself ({type(error).__name__}); it goes on, the log has the details", "error"
    )


def _title(doing: str) -> str:
    return f"{doing[:1].upper()}{doing[1:]} failed" if doing else ""
