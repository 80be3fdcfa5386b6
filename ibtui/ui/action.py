"""What an action is, and where it is valid."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Context(StrEnum):
    """Where an action is valid; the value is its heading in the help."""

    APP = "Everywhere"
    TICKET = "Everywhere but on the ladder"
    GRID = "Tables"
    WATCH = "Watchlist"
    TRADING = "Ladder: trading (armed sends at once, disarmed previews: enter sends)"
    LADDER = "Price ladder"
    BLOTTER = "Blotter"
    PORTFOLIO = "Portfolio"
    INBOX = "Inbox"
    REPLAY = "Replay of a tape"


class Action(Struct, frozen=True):
    """One thing a key does."""

    action_id: str
    """What the configuration remaps: `buy`, `ladder.centre`."""
    keys: str
    """Default keys in Textual's spelling, comma separated."""
    label: str
    """Two words for the footer."""
    description: str
    """A sentence for help and palette."""
    method: str
    """Textual action the key runs, such as `open_mode('ladder')`."""
    context: Context = Context.APP
    footer: int = 0
    """Place in the footer, 1 first; 0 is not shown."""
    command: str = ""
    """How the `:` line says it; blank where it cannot."""
