"""What the gateway wants a person to read."""

from __future__ import annotations

from msgspec import Struct


class Fyi(Struct, frozen=True):
    """A notification of `/fyi/notifications`; text already made plain and safe."""

    fyi_id: str
    title: str
    body: str
    """Plain text, lines broken by \\n."""
    code: str = ""
    """FYI type code such as PF."""
    time_s: float = 0.0
    """Unix seconds."""
    is_read: bool = False
    needs_disclaimer: bool = False
    """The body may be shown only after the disclaimer of its type was accepted ("FYI Disclaimers")."""


class Disclaimer(Struct, frozen=True):
    """Text to be accepted once for all FYIs of a type (`/fyi/disclaimer/{typecode}`)."""

    code: str
    text: str


class Bulletin(Struct, frozen=True):
    """An urgent message (`blt`)."""

    bulletin_id: str
    text: str
    received: float = 0.0


class Notice(Struct, frozen=True):
    """A brief trading message (`ntf`), or a prompt that waits for one of `options`."""

    notice_id: str
    text: str
    title: str = ""
    url: str = ""
    order_id: int | None = None
    request_id: str = ""
    """`reqId` of a prompt, to be sent back."""
    options: tuple[str, ...] = ()
    """As shown, cleaned."""
    answered: str = ""
    """The option sent, as shown; blank while none was."""
    received: float = 0.0
    delivered: bool = False
    """Whether the gateway took the answer."""
    wire_options: tuple[str, ...] = ()
    """The options in the gateway's very words, in the same order; empty where they are the same as those shown."""

    @property
    def is_prompt(self) -> bool:
        """Whether the gateway waits for an answer (`POST /iserver/notification`)."""
        return bool(self.options) and not self.answered

    def in_the_gateways_words(self, option: str) -> str:
        """What must be sent for an option as shown: the gateway knows its own words only."""
        if option not in self.options or len(self.wire_options) != len(self.options):
            return option
        return self.wire_options[self.options.index(option)]
