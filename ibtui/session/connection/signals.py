"""What the session's machine is told: answers to what it had asked, failures of that, and what came unasked."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ibtui.protocol.session import AuthStatus


class Doubt(StrEnum):
    """What is in question about a certificate."""

    UNKNOWN = "unknown"
    CHANGED = "changed"
    INVALID = "invalid"


class Started(Struct, frozen=True):
    """The worker begins; also after it failed."""


class Waited(Struct, frozen=True):
    """The time waited for has come, and nothing else did."""


class TickleAnswered(Struct, frozen=True):
    """The gateway is there; a session id means that somebody is logged in (SSO)."""

    session: str
    status: AuthStatus


class StatusTold(Struct, frozen=True):
    """Answer of `/iserver/auth/status`."""

    status: AuthStatus


class InitAnswered(Struct, frozen=True):
    """Answer of `/iserver/auth/ssodh/init`."""

    status: AuthStatus


class AccountsRead(Struct, frozen=True):
    """`/iserver` is primed and the account is chosen."""


class Validated(Struct, frozen=True):
    """Answer of `/sso/validate`; `valid` None is "not told"."""

    valid: bool | None
    region: str = ""


class StreamOpened(Struct, frozen=True):
    """The stream is being opened; `StreamReady` tells when it listens."""


class GatewayGone(Struct, frozen=True):
    """No connection, or no answer on one."""

    words: str
    host_unknown: bool = False
    """The name of the gateway's host is not known: nothing to be reached at all."""
    refused: bool = True
    """No connection was made; False: one was, and nothing came."""


class GatewayStrange(Struct, frozen=True):
    """What answers is no gateway."""

    words: str


class GatewayRefused(Struct, frozen=True):
    """The gateway answered that it cannot: 5xx and other passing states."""

    words: str
    status: int = 0


class CertificateQuestioned(Struct, frozen=True):
    """The gateway's certificate is not trusted."""

    doubt: Doubt
    words: str
    fingerprint: str = ""
    decided: bool = True
    """False: a request met it; why is to be looked at."""


class LoginMissing(Struct, frozen=True):
    """Nobody is logged in, or the tokens are not good."""

    words: str = ""
    by_authority: bool = False
    """OAuth said so; `words` are what a person must do."""


class BrokerageMissing(Struct, frozen=True):
    """An `/iserver` request met no brokerage session ("no bridge"), or was refused."""

    words: str = ""


class Boxed(Struct, frozen=True):
    """Nothing was sent, or it was refused with 429: the address is in the penalty box until then (monotonic)."""

    until: float


class PenaltyBegan(Struct, frozen=True):
    """Another request met the penalty box."""

    until: float


class PenaltyEnded(Struct, frozen=True):
    """The box is open again."""


class AnswerLate(Struct, frozen=True):
    """What was asked last has not been answered for a while."""

    seconds: float


class TroubleTold(Struct, frozen=True):
    """Something hints that the session may be gone: it is looked at now rather than at the next tickle."""


class RetryAsked(Struct, frozen=True):
    """The user does not want to wait."""


class TakeOverAsked(Struct, frozen=True):
    """The user's word, for once, to end a competing session."""


class StreamReady(Struct, frozen=True):
    """The websocket listens."""


class StreamLost(Struct, frozen=True):
    """The websocket closed; it is opened again by itself."""


class StreamSilent(Struct, frozen=True):
    """A topic is deaf though the socket beats, and subscribing again did not help."""

    topic: str


class StreamHeard(Struct, frozen=True):
    """A topic said to be silent speaks again."""

    topic: str


Answer = TickleAnswered | StatusTold | InitAnswered | AccountsRead | Validated | StreamOpened | Waited
Failure = (
    GatewayGone | GatewayStrange | GatewayRefused | CertificateQuestioned | LoginMissing | BrokerageMissing | Boxed
)
Telling = (
    Started
    | AnswerLate
    | TroubleTold
    | RetryAsked
    | TakeOverAsked
    | StreamReady
    | StreamLost
    | StreamSilent
    | StreamHeard
    | PenaltyBegan
    | PenaltyEnded
)
Signal = Answer | Failure | Telling
