"""What a session must know before it starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ibtui.domain.limits import Limits

if TYPE_CHECKING:
    from ibtui.transport.authority import Authority


class LinkSettings(Struct, frozen=True):
    """Which gateway, as whom, and where to keep what must outlive the program."""

    base_url: str = "https://localhost:5000/v1/api"
    account: str = ""
    """Account to select; blank is the gateway's own choice."""
    read_only: bool = False
    state_dir: Path | None = None
    """Folder of pins and journal; None keeps both in memory."""
    expected_fingerprint: str = ""
    """`sha256:…` of the only certificate to accept, known beforehand (`ibtui demo`)."""
    limits: Limits = field(default_factory=Limits)
    """Fat-finger limits of orders."""
    tape: Path | None = None
    """File to record the wire on, without what identifies the session; None records nothing."""
    logout_on_quit: bool = False
    """Whether closing the session also logs out at the gateway; else the login outlives the program."""
    authority: Authority | None = None
    """Who vouches for requests and stream; None is the gateway's own login."""
