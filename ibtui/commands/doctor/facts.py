"""What the walk found out, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from ibtui.errors import IbtuiError
from ibtui.transport.listeners import Listener


class Address(Struct, frozen=True):
    """Where the gateway, or IBKR itself, is to be found."""

    scheme: str
    host: str
    port: int
    is_loopback: bool
    is_direct: bool = False
    """IBKR is spoken to directly, with OAuth."""

    @property
    def place(self) -> str:
        """`host:port`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Names(Struct, frozen=True):
    """What the name stands for."""

    addresses: tuple[str, ...] = ()
    error: str = ""


class Door(Struct, frozen=True):
    """One address of the name, and what came of connecting to it."""

    address: str
    refusal: str = ""
    """Blank when the connection was made."""


class Doors(Struct, frozen=True):
    """All addresses of the name, and who else could be meant."""

    doors: tuple[Door, ...]
    other_loopback: str = ""
    """An address of this machine where something does listen, though the name does not lead there."""
    listener: Listener | None = None
    """Who listens at the port of this machine."""
    folder_port: int = 0
    """`listenPort` of the gateway in gateway.path; 0 when there is none to be read."""
    has_folder: bool = False
    """gateway.path is set."""

    @property
    def is_open(self) -> bool:
        """Whether any connection was made."""
        return any(not door.refusal for door in self.doors)


class Trusted(StrEnum):
    """How far the certificate is trusted."""

    PLAIN = "plain"
    """There is none: http:// on this machine."""
    VERIFIED = "verified"
    PINNED = "pinned"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    INVALID = "invalid"
    NOT_TLS = "not TLS"
    GONE = "gone"
    """No connection was made for it."""


class Certificate(Struct, frozen=True):
    """What was shown."""

    trusted: Trusted
    fingerprint: str = ""
    """`sha256:<hex>`."""
    not_after: datetime | None = None
    why: str = ""
    accepted: str = ""
    """Fingerprint of the one that was accepted before, where another is shown now."""
    server: str = ""
    """What a listener that does not speak TLS calls itself."""


class Exchange(Struct, frozen=True):
    """One request and what came of it; status 0 when nothing came."""

    method: str
    path: str
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    error: IbtuiError | None = None
    seconds: float = 0.0
    ended: float = 0.0
    """Unix seconds by our clock."""
    is_secret: bool = False
    """The body is never shown: it is about tokens."""


class StreamStory(Struct, frozen=True):
    """How the websocket fared."""

    refusal: str = ""
    """Why it did not open, or broke; blank when neither."""
    opened: bool = False
    ready_seconds: float | None = None
    """Until `system success`; None when it did not come."""
    life: str = ""
    """What proved it alive: `tic` or `heartbeat`."""
    told_prices: bool = False
    """The subscribed contract's prices came."""
    refused_orders: str = ""
    """In which words the subscription of orders was refused; blank where it was not."""
    frames: tuple[str, ...] = ()
    """The first ones, as they came."""
    clock_ms: int | None = None
    """The gateway's clock as a frame told it."""
    clock_at: float = 0.0
    """Unix seconds of ours when that frame came."""


class ClockSample(Struct, frozen=True):
    """How far the other side's clock is from ours."""

    source: str
    ahead: float
    """Seconds theirs is ahead of ours; negative is behind."""
    doubt: float
    """Seconds the sample may be off."""


class Storage(Struct, frozen=True):
    """The state folder and the order journal in it."""

    folder: str
    refusal: str = ""
    """Why nothing can be written there."""
    journal_refusal: str = ""
    open_orders: int = 0
    """Submissions without an end on record."""


class TerminalTraits(Struct, frozen=True):
    """What the terminal can do."""

    is_terminal: bool
    columns: int
    rows: int
    encoding: str
    term: str
    colour_term: str = ""
    no_colour: bool = False
    in_tmux: bool = False
    over_ssh: bool = False
