"""Where the two-tier session stands: the states, the deeds and what the machine remembers."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ibtui.session.connection.outages import Outage
from ibtui.session.connection.signals import Failure


class State(StrEnum):
    """How far the session is, or what side road it is on."""

    NO_GATEWAY = "no gateway"
    WRONG_PORT = "wrong port"
    CERTIFICATE = "certificate in question"
    GATEWAY_UP = "gateway up"
    """It answers; nobody is logged in."""
    LOGGED_IN = "logged in"
    """The outer session (SSO); the brokerage session is being had."""
    COMPETING = "competing"
    NIGHTLY_RESET = "nightly reset"
    MAINTENANCE = "maintenance"
    ESTABLISHED = "brokerage session established"
    READY = "stream ready"

    @property
    def holds(self) -> bool:
        """Whether the brokerage session stands."""
        return self in (State.ESTABLISHED, State.READY)

    @property
    def is_outside(self) -> bool:
        """Whether not even a login is known."""
        return self in (State.NO_GATEWAY, State.WRONG_PORT, State.CERTIFICATE, State.GATEWAY_UP)


class Deed(StrEnum):
    """The one next thing to do."""

    CONNECT = "decide on the certificate, authorise, tickle"
    TICKLE = "authorise, tickle"
    ASK_STATUS = "auth/status"
    INIT = "ssodh/init"
    TAKE_OVER = "ssodh/init, compete"
    READ_ACCOUNTS = "iserver/accounts"
    VALIDATE = "sso/validate"
    OPEN_STREAM = "open the stream"
    RENEW_STREAM = "open the stream anew, read everything again"
    WAIT = "wait"
    ASK_PERSON = "wait for a person"

    @property
    def waits(self) -> bool:
        """Whether nothing is sent meanwhile."""
        return self in (Deed.WAIT, Deed.ASK_PERSON)


class Step(Struct, frozen=True):
    """A deed; a waiting one ends at monotonic `until`, or before when something is told."""

    deed: Deed
    until: float = 0.0


class Moment(Struct, frozen=True):
    """Now, on both clocks."""

    now: float
    """Monotonic seconds."""
    wall: float
    """Unix seconds, by IBKR's clock where it told its time."""


class Standing(Struct, frozen=True):
    """State and memory; every change makes a new one."""

    state: State = State.NO_GATEWAY
    step: Step = Step(Deed.CONNECT)
    session: str = ""
    """Id of `/tickle`, of the newest answer."""
    streamed: str = ""
    """Id the stream was opened with."""
    cause: Failure | None = None
    """What went wrong last; None while nothing did."""
    outage: Outage | None = None
    """The planned outage that explains it."""
    region: str = ""
    """As `/sso/validate` told it, at first by this machine's time zone; blank fits every region."""
    was_up: bool = False
    """Whether a brokerage session stood in this run."""
    compete: bool = False
    """The user's word to take over, good for one `ssodh/init`."""
    suspects: bool = False
    """Something hinted at trouble: the status is asked although the tickle says that all is well."""
    looks: int = 0
    """Looks at the status left after `ssodh/init`, `LOOK_SECONDS` apart."""
    init_after: float = 0.0
    init_pause: float = 0.0
    refusal: str = ""
    """What the brokerage session was refused with; another refusal is a reason to try at once."""
    refused_since: float = 0.0
    """Monotonic seconds; 0 it is not being refused."""
    failures: int = 0
    """Looks in a row, while the session stands, that brought no usable answer."""
    denials: int = 0
    """Looks in a row, while the session stands, that said that nobody is logged in."""
    tickle_at: float = 0.0
    validate_at: float = 0.0
    penalty_until: float = 0.0
    """The penalty box, beside every state: nothing is sent before; 0 not in it."""
    late: float = 0.0
    """Seconds for which an answer has been awaited, when that is long; 0 it is not."""
    silent: frozenset[str] = frozenset()
    """Topics that are deaf though the socket beats."""
    reopened: bool = False
    """The stream was opened anew because of them, and they still are."""
    renews: bool = False
    """The stream is to be opened anew once the session was looked at."""
