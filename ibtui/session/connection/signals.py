"""What the session's machine is told: answers to what it had asked, failures of that, and what came unasked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ibtui.protocol.session import AuthStatus


class Doubt(StrEnum):
    """What is in question about a certificate."""

    UNKNOWN = "unknown"
    CHANGED = "changed"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Started:
    """The worker begins; also after it failed."""


@dataclass(frozen=True, slots=True)
class Waited:
    """The time waited for has come, and nothing else did."""


@dataclass(frozen=True, slots=True)
class TickleAnswered:
    """The gateway is there; a session id means that somebody is logged in (SSO)."""

    session: str
    status: AuthStatus


@dataclass(frozen=True, slots=True)
class StatusTold:
    """Answer of `/iserver/auth/status`."""

    status: AuthStatus


@dataclass(frozen=True, slots=True)
class InitAnswered:
    """Answer of `/iserver/auth/ssodh/init`."""

    status: AuthStatus


@dataclass(frozen=True, slots=True)
class AccountsRead:
    """`/iserver` is primed and the account is chosen."""


@dataclass(frozen=True, slots=True)
class Validated:
    """Answer of `/sso/validate`; `valid` None is "not told"."""

    valid: bool | None
    region: str = ""


@dataclass(frozen=True, slots=True)
class StreamOpened:
    """The stream is being opened; `StreamReady` tells when it listens."""


@dataclass(frozen=True, slots=True)
class GatewayGone:
    """No connection, or no answer on one."""

    words: str
    host_unknown: bool = False
    """The name of the gateway's host is not known: nothing to be reached at all."""
    refused: bool = True
    """No connection was made; False: one was, and nothing came."""


@dataclass(frozen=True, slots=True)
class GatewayStrange:
    """What answers is no gateway."""

    words: str


@dataclass(frozen=True, slots=True)
class GatewayRefused:
    """The gateway answered that it cannot: 5xx and other passing states."""

    words: str
    status: int = 0


@dataclass(frozen=True, slots=True)
class CertificateQuestioned:
    """The gateway's certificate is not trusted."""

    doubt: Doubt
    words: str
    fingerprint: str = ""
    decided: bool = True
    """False: a request met it; why is to be looked at."""


@dataclass(frozen=True, slots=True)
class LoginMissing:
    """Nobody is logged in, or the tokens are not good."""

    words: str = ""
    by_authority: bool = False
    """OAuth said so; `words` are what a person must do."""


@dataclass(frozen=True, slots=True)
class BrokerageMissing:
    """An `/iserver` request met no brokerage session ("no bridge"), or was refused."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Boxed:
    """Nothing was sent, or it was refused with 429: the address is in the penalty box until then (monotonic)."""

    until: float


@dataclass(frozen=True, slots=True)
class PenaltyBegan:
    """Another request met the penalty box."""

    until: float


@dataclass(frozen=True, slots=True)
class PenaltyEnded:
    """The box is open again."""


@dataclass(frozen=True, slots=True)
class AnswerLate:
    """What was asked last has not been answered for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TroubleTold:
    """Something hints that the session may be gone: it is looked at now rather than at the next tickle."""


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """The user does not want to wait."""


@dataclass(frozen=True, slots=True)
class TakeOverAsked:
    """The user's word, for once, to end a competing session."""


@dataclass(frozen=True, slots=True)
class StreamReady:
    """The websocket listens."""


@dataclass(frozen=True, slots=True)
class StreamLost:
    """The websocket closed; it is opened again by itself."""


@dataclass(frozen=True, slots=True)
class StreamSilent:
    """A topic is deaf though the socket beats, and subscribing again did not help."""

    topic: str


@dataclass(frozen=True, slots=True)
class StreamHeard:
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
