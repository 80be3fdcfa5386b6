"""State of the connection, in four lights and one sentence."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Light(StrEnum):
    """State of one part of the connection."""

    OFF = "off"
    WAIT = "wait"
    ON = "on"
    BAD = "bad"


class Trouble(StrEnum):
    """What keeps the session from trading; each has its sentence and its remedy on screen."""

    NONE = "none"
    GATEWAY_DOWN = "gateway down"
    HOST_UNKNOWN = "host unknown"
    AILING = "gateway ailing"
    """Its answers are late, missing or errors; what stood is kept for now."""
    WRONG_PORT = "not a gateway"
    CERTIFICATE_UNKNOWN = "certificate unknown"
    CERTIFICATE_CHANGED = "certificate changed"
    CERTIFICATE_INVALID = "certificate invalid"
    LOGGED_OUT = "not logged in"
    NOT_AUTHORISED = "not authorised"
    """OAuth: there is no token that IBKR takes."""
    NO_BROKERAGE = "no brokerage session"
    NIGHTLY_RESET = "nightly reset"
    MAINTENANCE = "maintenance"
    COMPETING = "competing session"
    STREAM_DOWN = "stream down"
    STREAM_SILENT = "stream silent"
    """It beats, but topics that should speak do not."""
    PENALTY = "penalty box"


class Health(Struct, frozen=True):
    """What the status line and the connection dialog show."""

    gateway: Light = Light.WAIT
    login: Light = Light.OFF
    brokerage: Light = Light.OFF
    stream: Light = Light.OFF
    trouble: Trouble = Trouble.NONE
    detail: str = ""
    """One sentence for a person: what is wrong, with the gateway's own words, cleaned."""
    fingerprint: str = ""
    """`sha256:…` of the certificate in question, while `trouble` is about certificates."""
    user: str = ""
    server: str = ""
    last_frame: float = 0.0
    """Monotonic seconds of the newest websocket frame; 0 none."""
    penalty_until: float = 0.0
    """Monotonic seconds when the penalty box ends; 0 not in it."""
    next_attempt: float = 0.0
    """Monotonic seconds of the next attempt to connect; 0 none planned."""

    @property
    def can_trade(self) -> bool:
        """Whether an order would be accepted by the gateway now."""
        return self.brokerage is Light.ON and self.gateway is Light.ON


class Pace(Struct, frozen=True):
    """Use of the gateway's request allowance."""

    free: int = 0
    """Requests left in the running window of one second."""
    limit: int = 10
    waiting: int = 0
    """Requests queued here."""
    load: float = 0.0
    """Share of the last ten seconds' allowance that was used or is waited for, in tenths: 0 idle, 1 all of it."""
    bytes_per_second: float = 0.0
    """Websocket bytes received, smoothed over a few seconds."""


class Message(Struct, frozen=True):
    """A line for the user (toast and log): past tense, with what to do."""

    text: str
    severity: str = "information"
    """information, warning or error (Textual's words)."""
    title: str = ""
