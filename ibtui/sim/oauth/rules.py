"""What the server takes and how it behaves where the documents leave it open; tests change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

DAY_S = 86_400
CHOICES: Mapping[str, tuple[object, ...]] = {
    "query": ("strict", "normal", "lenient"),
    "dead_status": (401, 410),
    "old_token": ("kept", "dies"),
    "expiration": ("end", "now"),
    "dh_fault": ("", "signature", "response"),
    "invalid_consumer": (False, True),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """How strict the server is, and what it gets wrong on purpose."""

    query: str = "normal"
    """Query parameters: strict takes them folded into the base string only (and no timestamp older than one
    before, as the document says); normal also left out, as ibind does; lenient also in the signed URL, as ibkr-conduit
    does."""
    skew_s: int = 0
    """How far the server's clock is off, seconds."""
    dead_status: int = 401
    """Answer to a request that a dead token signed."""
    old_token: str = "kept"
    """What a renewal does to the live session token before it."""
    invalid_consumer: bool = False
    """Whether the consumer key is not yet active, as before the reset after its registration."""
    expiration: str = "end"
    """live_session_token_expiration: when the token ends ("Response"), or when it was made (OpenAPI's description)."""
    life_s: int = DAY_S
    """Life of live session tokens and Bearers, seconds of simulated time."""
    dh_fault: str = ""
    """A handshake whose signature or Diffie-Hellman response is wrong, which a client must notice."""

    def changed(self, wanted: Mapping[str, object]) -> Rules:
        """These rules with some replaced; ValueError names what cannot be."""
        for name, value in wanted.items():
            if name in ("skew_s", "life_s"):
                if isinstance(value, bool) or not isinstance(value, int):
                    raise ValueError(f"{name} must be whole seconds")
            elif name not in CHOICES:
                raise ValueError(f"unknown rule {name!r}; there are: skew_s, life_s, {', '.join(CHOICES)}")
            elif value not in CHOICES[name]:
                raise ValueError(f"{name} must be one of {', '.join(map(repr, CHOICES[name]))}")
        return replace(self, **wanted)  # type: ignore[arg-type]  # each value was just checked
